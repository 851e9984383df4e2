"""What is rare: visits of several days, months after a previous visit, doses with partial dates."""

from attrs import evolve
from tests.interpret.courses import (
    CYCLES_ONLY,
    DEFAULT_EVENTS,
    IL2,
    IL2_CYCLES,
    TABLES,
    VISITS,
    VISITS_ONLY,
    WEEK,
    around,
    check,
    deviations,
    full_cycle,
    given,
    queries,
    reading,
    record,
    statuses,
    trial_with,
    visit_row,
    week,
)

from protocol_dsl.base.days import Days, parse_days
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.visits import held_on
from protocol_dsl.interpret.windows import scheduling_window
from protocol_dsl.model.expressions import Compare, Constant, Pick
from protocol_dsl.model.points import Length, Period, Point, Window
from protocol_dsl.model.records import Cutoff, VisitRow
from protocol_dsl.model.schedule import CycleRule, Cycles, Level, Visit
from protocol_dsl.model.study import StudyModel


def day(text: str) -> Days:
    return parse_days(text)


def long_visit(start: str, end: str) -> VisitRow:
    return evolve(visit_row("W24", start), end=day(end))


def held(*rows: VisitRow) -> tuple[Days, ...]:
    return held_on("W24", Facts(record(*rows), VISITS_ONLY, Cutoff(day("2006-01-01").first)))


def test_a_visit_of_several_days_was_held_on_each() -> None:
    assert held(long_visit("2004-11-29", "2004-12-01")) == (day("2004-11-29"), day("2004-11-30"), day("2004-12-01"))
    assert held(long_visit("2004-11-29", "2004-11-29")) == (day("2004-11-29"),)
    assert held(long_visit("2004-11-29", "2005-11-29")) == (day("2004-11-29"), day("2005-11-29"))
    assert held() == ()


def test_a_visit_that_only_readings_tell_of_gives_no_day_of_its_own() -> None:
    of = record(reading("cd4", "2004-12-01", "200"), tables=TABLES - {"visits"})
    facts = Facts(of, VISITS_ONLY, Cutoff(day("2006-01-01").first))
    assert held_on("W24", facts) == ()
    window = scheduling_window(VISITS[3], facts)
    assert window == (day("2004-11-22"), day("2004-12-06"))
    assert scheduling_window(VISITS[3], Facts(record(events={}), VISITS_ONLY, Cutoff(None))) is None


def test_a_month_after_a_previous_visit_keeps_the_planned_distance() -> None:
    study = trial_with(
        Visit(name="V1", title="", point=week(4), window=WEEK),
        Visit(
            name="V2",
            title="",
            point=Point("randomization", months=2),
            window=around(-3, 3),
            counted_from="previous visit",
        ),
    )
    of = record(visit_row("V1", "2004-07-15"), visit_row("V2", "2004-08-17"))
    found = check(of, study).visits[1]
    assert (found.planned, found.status) == (day("2004-08-17"), "in window")
    facts = Facts(of, study, Cutoff(day("2006-01-01").first))
    assert scheduling_window(study.visits[1], facts) == (day("2004-08-14"), day("2004-08-20"))


def test_points_and_windows_in_words() -> None:
    def reason(visit: Visit) -> str:
        return check(record(), trial_with(visit), "2004-06-01").visits[0].reason

    after = Point("randomization", months=1, days=1)
    assert reason(Visit(name="V1", title="", point=after)) == (
        "1 month and 1 day after W0 (2004-06-14), on that day only; its window opens after 2004-06-01"
    )
    before = Point("randomization", days=-7)
    assert reason(Visit(name="V1", title="", point=before, window=around(-3, 0))) == (
        "7 days before W0 (2004-06-14), window from 3 days before; its window opens after 2004-06-01"
    )
    late = Window(Length(), Length(months=1))
    words = reason(Visit(name="V1", title="", point=week(1), window=late))
    assert words.partition(";")[0].endswith("window up to 1 month after")
    absent = check(record(events={}), trial_with(VISITS[1]), "2004-06-01").visits[0]
    assert absent.reason == "no randomization date"


def test_statuses_in_words() -> None:
    study = trial_with(evolve(VISITS[3], grace_days=7))

    def ending(*rows: VisitRow, cutoff: str = "2006-01-01") -> str:
        return check(record(*rows), study, cutoff).visits[0].reason.rpartition("; ")[2]

    assert ending(visit_row("W24", "2004-11-20")) == "held 2 days before the window opened"
    assert ending(visit_row("W24", "2005-01")) == "held 26 to 56 days after the window closed"
    assert ending(visit_row("W24", "2004-12")) == "the dates leave it open"
    assert ending(cutoff="2004-12-06") == "window open on 2004-12-06"
    assert ending(cutoff="2004-12-07") == "window closed, 7 days of grace running on 2004-12-07"


# -------------------------------------------------------------------------------- cycles
LOW = Compare(Pick("latest", "cd4", Period()), "<", Constant(100), words="latest cd4 < 100")


def ruled(act: str, **changes: object) -> StudyModel:
    rule = CycleRule(act=act, test=LOW)  # type: ignore[arg-type]  # one of four
    plan = evolve(IL2_CYCLES, up_to=1, rules=(rule,), **changes)  # type: ignore[arg-type]  # fields of the cycles
    return evolve(CYCLES_ONLY, treatments=(evolve(IL2, course=plan),))


def test_a_rule_on_a_planned_day_that_is_not_known() -> None:
    events = DEFAULT_EVENTS | {"randomization": "2004-06"}
    before = reading("cd4", "2004-06-10", "150")
    delay, stop = ruled("delay while"), ruled("stop when")
    assert statuses(record(before, events=events), delay) == ["il2/1 missed"]
    between = record(before, reading("cd4", "2004-06-20", "50"), events=events)
    assert statuses(between, delay) == ["il2/1 undetermined"]
    assert statuses(between, stop) == ["il2/1 undetermined"]


def test_a_delay_that_is_unknown_on_its_first_day() -> None:
    assert statuses(record(), ruled("delay while")) == ["il2/1 undetermined"]


def test_a_cycle_of_a_participant_without_the_anchor() -> None:
    study = evolve(CYCLES_ONLY, treatments=(evolve(IL2, course=evolve(IL2_CYCLES, up_to=1)),))
    of = record(*full_cycle("2004-06-28", 1), events={"consent": "2004-01-01"})
    assert statuses(of, study) == ["il2/1 undetermined"]
    assert queries(of, study) == ["QY03 il2-1/2004-06-28"]
    nameless = record(*full_cycle("2004-06-28"), events={"consent": "2004-01-01"})
    assert statuses(nameless, study) == ["il2/1 not due", "il2/0 undetermined"]


def test_a_last_point_of_another_milestone() -> None:
    plan = Cycles(up_to=2, start=week(2), spacings=(Length(days=28),), none_after=Point("first_dose", days=30))
    study = evolve(CYCLES_ONLY, treatments=(evolve(IL2, course=plan),))
    events = DEFAULT_EVENTS | {"first_dose": "2004-06-14"}
    assert statuses(record(events=events), study) == ["il2/1 missed"]
    vague = DEFAULT_EVENTS | {"first_dose": "2004-06"}
    assert statuses(record(events=vague), study) == ["il2/1 missed", "il2/2 undetermined"]


# -------------------------------------------------------------------------------- dosing
ONE = evolve(CYCLES_ONLY, treatments=(evolve(IL2, course=evolve(IL2_CYCLES, up_to=1)),))


def test_rows_of_several_days() -> None:
    course = given("2004-06-28", 1, end=day("2004-07-02"), times=2)
    assert (deviations(record(course), ONE), queries(record(course), ONE)) == ([], [])
    unsaid = given("2004-06-28", 1, end=day("2004-07-02"))
    assert queries(record(unsaid), ONE) == ["QY11 il2-1/2004-06-28"]
    assert check(record(unsaid), ONE).cycles[0].administrations is None


def test_a_length_that_partial_dates_leave_open() -> None:
    rows = [*full_cycle("2004-06-28", 1)[:-1], given("2004-07", 1)]
    assert deviations(record(*rows), ONE) == []
    assert queries(record(*rows), ONE) == ["QY11 il2-1/2004-06-28"]


def test_a_treatment_without_a_route_or_days_is_judged_by_what_it_says() -> None:
    bare = evolve(IL2, dose=None, course=evolve(IL2_CYCLES, up_to=1))
    study = evolve(CYCLES_ONLY, treatments=(bare,))
    assert deviations(record(given("2004-06-28", 1, dose=9)), study) == []


def test_a_level_whose_start_has_no_day_is_a_query() -> None:
    levels = (Level(name="low", amount=54, unit="mg", start=Point("first_dose")),)
    study = evolve(CYCLES_ONLY, treatments=(evolve(IL2, course=None, dose=None, levels=levels),))
    assert queries(record(given("2004-06-20", dose=54, unit="mg")), study) == ["QY11 il2/2004-06-20"]
    events = DEFAULT_EVENTS | {"first_dose": "2004-06-20"}
    assert queries(record(given("2004-06-19", dose=54, unit="mg"), events=events), study) == []
    assert deviations(record(given("2004-06-20", dose=60, unit="mg"), events=events), study) == ["DV13 il2/2004-06-20"]
