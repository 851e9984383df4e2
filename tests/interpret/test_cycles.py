"""Cycles: planned days, what was given, and where each stands."""

import pytest
from attrs import evolve
from tests.interpret.courses import (
    CYCLES_ONLY,
    DEFAULT_EVENTS,
    FOUR_WEEKS,
    IL2,
    IL2_CYCLES,
    VOCABULARY,
    around,
    check,
    deviations,
    event,
    full_cycle,
    given,
    queries,
    reading,
    record,
    statuses,
    week,
)

from protocol_dsl.base.days import write_days
from protocol_dsl.model.expressions import Compare, Constant, Pick
from protocol_dsl.model.points import Length, Period
from protocol_dsl.model.schedule import CycleRule, Cycles, Level
from protocol_dsl.model.study import StudyModel
from protocol_dsl.model.vocabulary import History

EIGHT = ["2004-06-28", "2004-07-26", "2004-09-06", "2004-10-18", "2004-11-29", "2005-01-10", "2005-02-21", "2005-04-04"]


def cycles(**changes: object) -> StudyModel:
    """The trial with other cycles."""
    plan = evolve(IL2_CYCLES, **changes)  # type: ignore[arg-type]  # fields of the cycles
    return evolve(CYCLES_ONLY, treatments=(evolve(IL2, course=plan),))


THREE = cycles(up_to=3, none_after=None)
LATEST_CD4 = Pick("latest", "cd4", Period())


def rule(act: str, limit: int, level: str | None = None, sign: str = "<") -> CycleRule:
    """``act`` while or when the latest CD4 count is below ``limit``, or above it."""
    test = Compare(LATEST_CD4, sign, Constant(limit), words=f"latest cd4 {sign} {limit}")  # type: ignore[arg-type]  # one of two
    return CycleRule(act=act, test=test, level=level)  # type: ignore[arg-type]  # one of four


def planned(of: object, study: StudyModel = CYCLES_ONLY, cutoff: str = "2006-01-01") -> list[str]:
    return [write_days(item.planned) if item.planned else "-" for item in check(of, study, cutoff).cycles]  # type: ignore[arg-type]  # a record


def numbered(*dates: str) -> list:  # type: ignore[type-arg]  # administrations
    return [row for number, date in enumerate(dates, 1) for row in full_cycle(date, number)]


def test_the_eight_cycles_of_a_participant_randomized_on_14_june_2004() -> None:
    assert planned(record()) == EIGHT
    assert statuses(record(), CYCLES_ONLY, "2004-06-20") == [f"il2/{n} not due" for n in range(1, 9)]


def test_cycles_given_as_planned() -> None:
    of = record(*numbered(*EIGHT))
    result = check(of, CYCLES_ONLY)
    assert [(item.status, item.administrations) for item in result.cycles] == [("in window", 10)] * 8
    assert (result.deviations, result.queries) == ((), ())


@pytest.mark.parametrize(
    ("start", "status", "found"),
    [
        ("2004-06-24", "early -1", ["DV04 il2-1/2004-06-24"]),
        ("2004-06-25", "in window", []),
        ("2004-07-05", "in window", []),
        ("2004-07-06", "late 1", ["DV05 il2-1/2004-07-06"]),
    ],
)
def test_the_borders_of_a_cycles_window(start: str, status: str, found: list[str]) -> None:
    one = cycles(up_to=1)
    assert statuses(record(*numbered(start)), one) == [f"il2/1 {status}"]
    assert deviations(record(*numbered(start)), one) == found


@pytest.mark.parametrize(
    ("cutoff", "status"),
    [("2004-06-24", "not due"), ("2004-06-25", "expected"), ("2004-07-05", "expected"), ("2004-07-06", "missed")],
)
def test_a_cycle_not_given(cutoff: str, status: str) -> None:
    one = cycles(up_to=1)
    assert statuses(record(), one, cutoff) == [f"il2/1 {status}"]
    assert deviations(record(), one, cutoff) == (["DV06 il2-1/2004-07-06"] if status == "missed" else [])


def test_an_open_history_proves_no_miss_but_a_refusal_does() -> None:
    study = evolve(cycles(up_to=2), vocabulary=evolve(VOCABULARY, histories=(History("administrations", "open"),)))
    assert statuses(record(), study) == ["il2/1 undetermined", "il2/2 undetermined"]
    assert queries(record(), study) == ["QY03 il2/2004-06-28"]
    refused = record(given("2004-06-28", 1, is_given=False))
    assert statuses(refused, study) == ["il2/1 missed", "il2/2 undetermined"]
    unsaid = evolve(study, vocabulary=evolve(VOCABULARY, histories=()))
    assert statuses(record(), unsaid) == ["il2/1 missed", "il2/2 missed"]
    unusable = evolve(record(), open_histories=frozenset({"administrations"}))
    assert statuses(unusable, unsaid) == ["il2/1 undetermined", "il2/2 undetermined"]


def test_counted_from_the_previous_start() -> None:
    study = cycles(up_to=4, counted_from="previous start", none_after=None)
    of = record(*numbered("2004-07-01", "2004-08-02"))
    assert planned(of, study) == ["2004-06-28", "2004-07-29", "2004-09-13", "2004-10-25"]
    unnumbered = record(*full_cycle("2004-07-01"), *full_cycle("2004-08-02"))
    assert planned(unnumbered, study) == planned(of, study)
    assert statuses(unnumbered, study) == [
        "il2/1 in window",
        "il2/2 in window",
        "il2/3 missed",
        "il2/4 missed",
    ]


def test_a_skipped_cycles_planned_day_stands_in() -> None:
    study = cycles(up_to=3, counted_from="previous start", none_after=None)
    of = record(*full_cycle("2004-07-01", 1), *full_cycle("2004-09-09", 3))
    assert planned(of, study) == ["2004-06-28", "2004-07-29", "2004-09-09"]
    assert statuses(of, study) == ["il2/1 in window", "il2/2 missed", "il2/3 in window"]


def test_the_last_point_bounds_planned_days() -> None:
    study = cycles(counted_from="previous start")
    late = record(*numbered("2004-07-05", "2004-08-09", "2004-09-27", "2004-11-15", "2005-01-03", "2005-02-21"))
    assert planned(late, study)[-1] == "2005-04-04"
    assert len(planned(late, study)) == 7


def test_a_start_is_after_the_last_point_only_beyond_the_late_side() -> None:
    study = cycles(up_to=1, none_after=week(2))
    assert deviations(record(*numbered("2004-07-05")), study) == []
    assert deviations(record(*numbered("2004-07-06")), study) == ["DV05 il2-1/2004-07-06", "DV08 il2-1/2004-07-06"]
    beyond = record(*full_cycle("2004-07-26", 2))
    assert deviations(beyond, cycles(none_after=week(2)), "2004-08-01") == [
        "DV06 il2-1/2004-07-06",
        "DV08 il2-2/2004-07-26",
    ]


def test_skipped_cycles_that_do_not_count() -> None:
    study = cycles(up_to=3, none_after=None, skipped_count=False)
    of = record(*full_cycle(EIGHT[0], 1), *full_cycle(EIGHT[2], 3), *full_cycle(EIGHT[3], 4))
    assert statuses(of, study) == ["il2/1 in window", "il2/2 missed", "il2/3 in window", "il2/4 in window"]
    assert statuses(of, THREE)[:3] == ["il2/1 in window", "il2/2 missed", "il2/3 in window"]
    ended = record(events=DEFAULT_EVENTS | {"withdrawal": "2004-08-15"})
    assert len(statuses(ended, study)) == 5


def test_a_number_outside_the_plan_is_extra() -> None:
    study = cycles(up_to=1, none_after=None)
    of = record(*numbered(EIGHT[0], EIGHT[1]))
    assert statuses(of, study) == ["il2/1 in window", "il2/2 unscheduled"]
    assert deviations(of, study) == ["DV07 il2-2/2004-07-26"]


def test_rows_without_a_number_are_grouped_into_runs() -> None:
    of = record(*full_cycle("2004-06-30"), *full_cycle("2004-07-26"))
    two = cycles(up_to=2)
    assert statuses(of, two) == ["il2/1 in window", "il2/2 in window"]
    # The run of 28 June may reach to 9 July: 5 days and the late side of 7.
    one_run = record(*full_cycle("2004-06-28"), given("2004-07-09"))
    assert statuses(one_run, two) == ["il2/1 in window", "il2/2 missed"]
    assert check(one_run, two).cycles[0].administrations == 11
    other = record(*full_cycle("2004-06-28"), given("2004-07-10"))
    assert statuses(other, two) == ["il2/1 in window", "il2/2 missed", "il2/0 unscheduled"]


def test_partial_dates_without_a_number_may_be_any_cycle() -> None:
    of = record(given("2004-07"))
    assert statuses(of, cycles(up_to=3)) == ["il2/1 undetermined", "il2/2 undetermined", "il2/3 missed"]


def test_discontinuation_ends_the_cycles_of_its_treatment() -> None:
    own = record(*numbered(EIGHT[0]), event("discontinuation", "2004-07-10", "il2"))
    assert statuses(own, THREE) == ["il2/1 in window", "il2/2 not due", "il2/3 not due"]
    other = record(*numbered(EIGHT[0]), event("discontinuation", "2004-07-10", "obr"))
    assert statuses(other, THREE) == ["il2/1 in window", "il2/2 missed", "il2/3 missed"]
    nameless = record(*numbered(EIGHT[0]), event("discontinuation", "2004-07-10"))
    assert statuses(nameless, THREE) == ["il2/1 in window", "il2/2 undetermined", "il2/3 undetermined"]


def test_an_arm_that_does_not_give_the_treatment() -> None:
    assert statuses(record(arm="control"), THREE) == [f"il2/{n} not applicable" for n in (1, 2, 3)]
    assert deviations(record(*numbered(EIGHT[0]), arm="control"), THREE) == ["DV03 il2/2004-06-28"]
    assert queries(record(arm=None), THREE) == ["QY15"]


def test_a_participant_not_randomized_owes_no_cycle() -> None:
    assert statuses(record(events={"screening": "2004-06-01"}, arm=None), THREE) == [
        f"il2/{n} not due" for n in (1, 2, 3)
    ]


# --------------------------------------------------------------------------------- rules
def test_stop_when() -> None:
    study = cycles(up_to=3, rules=(rule("stop when", 100),))
    of = record(*full_cycle(EIGHT[0], 1), reading("cd4", "2004-06-20", "150"), reading("cd4", "2004-07-20", "90"))
    assert statuses(of, study) == ["il2/1 in window", "il2/2 not due", "il2/3 not due"]
    given_anyway = record(
        *full_cycle(EIGHT[0], 1),
        *full_cycle(EIGHT[1], 2),
        reading("cd4", "2004-06-20", "150"),
        reading("cd4", "2004-07-20", "90"),
    )
    assert deviations(given_anyway, study) == ["DV07 il2-2/2004-07-26"]


def test_repeat_while_speaks_of_the_second_cycle_and_later() -> None:
    study = cycles(up_to=3, rules=(rule("repeat while", 200),))
    of = record(*full_cycle(EIGHT[0], 1), reading("cd4", "2004-07-20", "150"), reading("cd4", "2004-09-01", "250"))
    assert statuses(of, study) == ["il2/1 in window", "il2/2 missed", "il2/3 not due"]


def test_a_rule_that_is_unknown_leaves_the_cycle_open() -> None:
    study = cycles(up_to=2, rules=(rule("stop when", 100),))
    of = record(*numbered(EIGHT[0], EIGHT[1]), reading("cd4", "2004-07-20", "150"))
    assert statuses(of, study) == ["il2/1 undetermined", "il2/2 in window"]
    assert queries(of, study) == ["QY03 il2-1/2004-06-28"]


def test_a_rule_is_judged_on_the_planned_day_and_not_before() -> None:
    study = cycles(up_to=1, rules=(rule("stop when", 100),))
    assert statuses(record(), study, "2004-06-27") == ["il2/1 expected"]
    assert statuses(record(), study, "2004-06-28") == ["il2/1 undetermined"]
    after = record(reading("cd4", "2004-06-28", "150"), reading("cd4", "2004-06-29", "50"))
    assert statuses(after, study) == ["il2/1 missed"]


def test_delay_while_moves_to_the_first_day_without_it() -> None:
    study = cycles(up_to=2, rules=(rule("delay while", 100),))
    of = record(*full_cycle("2004-07-10", 1), reading("cd4", "2004-06-20", "90"), reading("cd4", "2004-07-08", "150"))
    assert planned(of, study) == ["2004-07-08", "2004-07-26"]
    assert statuses(of, study) == ["il2/1 in window", "il2/2 missed"]
    never = record(reading("cd4", "2004-06-20", "90"))
    assert statuses(never, study) == ["il2/1 not due", "il2/2 not due"]


def test_delays_say_from_which_planned_day() -> None:
    low, high = rule("delay while", 100), rule("delay while", 400, sign=">")
    study = cycles(up_to=1, rules=(low, high))
    counts = {"2004-06-20": "90", "2004-07-01": "500", "2004-07-03": "90", "2004-07-08": "150"}
    found = check(record(*(reading("cd4", day, count) for day, count in counts.items())), study).cycles[0]
    assert "delayed from 2004-06-28 to 2004-07-08: latest cd4 < 100 and latest cd4 > 400" in found.reason
    never = check(record(reading("cd4", "2004-06-20", "90")), study, "2004-07-10").cycles[0]
    assert "delayed from 2004-06-28 beyond 2004-07-10: latest cd4 < 100" in never.reason


def test_a_delay_and_skipped_cycles_end_whatever_the_cut_off() -> None:
    delayed = cycles(up_to=1, rules=(rule("delay while", 100),))
    assert statuses(record(reading("cd4", "2004-06-20", "90")), delayed, "9999-12-31") == ["il2/1 not due"]
    skipped = cycles(up_to=3, none_after=None, skipped_count=False)
    assert len(statuses(record(), skipped, "9999-12-31")) <= 1003


def test_reduce_to_a_level() -> None:
    levels = (Level(name="full", amount=4, unit="MIU"), Level(name="low", amount=2, unit="MIU"))
    course = evolve(IL2_CYCLES, up_to=1, rules=(rule("reduce to", 100, "low"),))
    study = evolve(CYCLES_ONLY, treatments=(evolve(IL2, course=course, levels=levels),))
    low = reading("cd4", "2004-06-20", "90")
    assert deviations(record(*numbered(EIGHT[0]), low), study) == ["DV09 il2-1/2004-06-28"]
    reduced = [evolve(row, dose=2) for row in numbered(EIGHT[0])]
    assert deviations(record(*reduced, low), study) == []
    assert deviations(record(*reduced, reading("cd4", "2004-06-20", "150")), study) == []


def test_months_are_added_to_the_anchor_and_never_chained() -> None:
    plan = Cycles(up_to=3, start=week(0), spacings=(Length(months=1),))
    study = evolve(CYCLES_ONLY, treatments=(evolve(IL2, course=plan),))
    assert planned(record(events={"randomization": "2004-01-31"}), study) == ["2004-01-31", "2004-02-29", "2004-03-31"]


def test_a_cycle_says_why_it_is_planned_on_its_day() -> None:
    found = check(record(), cycles(up_to=2)).cycles
    assert (
        found[0].reason == "14 days after W0 (2004-06-14), window 3 days before to 7 days after; not held by 2006-01-01"
    )


def test_later_cycles_say_so_too() -> None:
    planned_so = check(record(), cycles(up_to=2)).cycles[1]
    assert planned_so.reason.startswith("42 days after W0 (2004-06-14), window 3 days before")
    counted_so = check(record(), cycles(up_to=2, counted_from="previous start")).cycles[1]
    assert counted_so.reason.startswith("28 days after cycle 1, window 3 days before")


# -------------------------------------------------------------------------------- dosing
ONE = cycles(up_to=1)


def test_doses_are_judged_once_the_last_planned_day_has_passed() -> None:
    of = record(*full_cycle(EIGHT[0], 1, days=3))
    assert deviations(of, ONE, "2004-07-02") == []
    assert deviations(of, ONE, "2004-07-03") == ["DV10 il2-1/2004-06-28", "DV12 il2-1/2004-06-28"]


def test_amount_and_route() -> None:
    rows = numbered(EIGHT[0])
    assert deviations(record(*rows[1:], evolve(rows[0], dose=5, written_dose="5")), ONE) == ["DV09 il2-1/2004-06-28"]
    assert deviations(record(*rows[1:], evolve(rows[0], route="oral")), ONE) == ["DV11 il2-1/2004-06-28"]
    assert deviations(record(*rows[1:], evolve(rows[0], route="Subcutaneous")), ONE) == []


def test_absent_cells_are_queries_never_deviations() -> None:
    rows = [evolve(row, dose=None, route=None) for row in numbered(EIGHT[0])]
    assert deviations(record(*rows), ONE) == []
    assert queries(record(*rows), ONE) == ["QY11 il2-1/2004-06-28", "QY11 il2-1/2004-06-28/2"]


def test_times_a_day_count() -> None:
    rows = [evolve(row, times=2) for row in full_cycle(EIGHT[0], 1, times=1)]
    assert check(record(*rows), ONE).cycles[0].administrations == 10
    assert deviations(record(*rows), ONE) == []


def test_titration_is_judged_by_day() -> None:
    levels = (
        Level(name="low", amount=54, unit="MIU", start=week(0)),
        Level(name="high", amount=81, unit="MIU", start=week(2)),
    )
    treatment = evolve(IL2, course=None, dose=None, levels=levels)
    study = evolve(CYCLES_ONLY, treatments=(treatment,))
    right = record(given("2004-06-14", dose=54), given("2004-06-27", dose=54), given("2004-06-28", dose=81))
    assert deviations(right, study) == []
    wrong = record(given("2004-06-27", dose=54), given("2004-06-28", dose=54), given("2004-06-29", dose=54))
    assert deviations(wrong, study) == ["DV13 il2/2004-06-28"]
    by_name = record(given("2004-06-28", dose=None, level="high"), given("2004-06-29", dose=None))
    assert (deviations(by_name, study), queries(by_name, study)) == ([], ["QY11 il2/2004-06-29"])


def test_cycles_spaced_in_four_weeks_only() -> None:
    study = cycles(up_to=3, spacings=(FOUR_WEEKS,), window=around(0, 0))
    assert planned(record(), study) == ["2004-06-28", "2004-07-26", "2004-08-23"]
