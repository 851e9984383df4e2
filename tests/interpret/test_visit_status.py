"""The status of a visit, at the border of every window."""

import pytest
from attrs import evolve
from tests.interpret.courses import (
    DEFAULT_EVENTS,
    SCR,
    TABLES,
    VISITS,
    W0,
    WEEK,
    around,
    check,
    deviations,
    event,
    queries,
    reading,
    record,
    statuses,
    trial_with,
    visit_row,
    week,
    written,
)

from protocol_dsl.base.days import Days, parse_days, write_days
from protocol_dsl.interpret.engine import Engine
from protocol_dsl.model.points import Length, Point, Window
from protocol_dsl.model.records import Cutoff
from protocol_dsl.model.schedule import Visit

W24 = trial_with(VISITS[3])


def on_w24(*rows: object, cutoff: str = "2006-01-01", **more: object) -> list[str]:
    return statuses(record(*rows, **more), W24, cutoff)  # type: ignore[arg-type]  # rows of the test


@pytest.mark.parametrize(
    ("date", "status"),
    [
        ("2004-11-21", "W24 early -1"),
        ("2004-11-22", "W24 in window"),
        ("2004-11-29", "W24 in window"),
        ("2004-12-06", "W24 in window"),
        ("2004-12-07", "W24 late 1"),
        ("2004-12-09", "W24 late 3"),
        ("2004-12", "W24 undetermined"),
        ("2005-01", "W24 late 26..56"),
        ("2004-10", "W24 early -22..-52"),
        ("2004", "W24 undetermined"),
    ],
)
def test_a_visit_held(date: str, status: str) -> None:
    assert on_w24(visit_row("W24", date)) == [status]


@pytest.mark.parametrize(
    ("window", "first", "last"),
    [
        (Window(Length(), Length()), "2004-11-29", "2004-11-29"),
        (around(0, 7), "2004-11-29", "2004-12-06"),
        (around(-3, 0), "2004-11-26", "2004-11-29"),
        (around(-3, 7), "2004-11-26", "2004-12-06"),
        (around(2, 5), "2004-12-01", "2004-12-04"),
        (Window(Length(months=-1), Length(months=1)), "2004-10-29", "2004-12-29"),
    ],
)
def test_both_ends_of_a_window_belong_to_it(window: Window, first: str, last: str) -> None:
    study = trial_with(evolve(VISITS[3], window=window))
    opens, closes = parse_days(first).first, parse_days(last).first
    found = [
        statuses(record(visit_row("W24", write_days(Days(day, day)))), study)
        for day in (opens - 1, opens, closes, closes + 1)
    ]
    assert found == [["W24 early -1"], ["W24 in window"], ["W24 in window"], ["W24 late 1"]]


def test_a_window_in_months_is_counted_from_the_anchor() -> None:
    visit = Visit(
        name="V1", title="", point=Point("randomization", months=1), window=Window(Length(), Length(months=1))
    )
    found = check(record(events={"randomization": "2005-01-31"}), trial_with(visit)).visits[0]
    assert [write_days(day) for day in (found.planned, found.latest) if day] == ["2005-02-28", "2005-03-31"]


@pytest.mark.parametrize(
    ("cutoff", "status"),
    [
        ("2004-11-21", "not due"),
        ("2004-11-22", "expected"),
        ("2004-12-06", "expected"),
        ("2004-12-07", "overdue"),
        ("2004-12-13", "overdue"),
        ("2004-12-14", "missed"),
    ],
)
def test_a_visit_not_held_with_grace(cutoff: str, status: str) -> None:
    study = trial_with(evolve(VISITS[3], grace_days=7))
    assert statuses(record(), study, cutoff) == [f"W24 {status}"]


def test_without_grace_a_visit_is_never_overdue() -> None:
    assert on_w24(cutoff="2004-12-06") == ["W24 expected"]
    assert on_w24(cutoff="2004-12-07") == ["W24 missed"]
    assert deviations(record(), W24, "2004-12-07") == ["DV20 W24/2004-12-07"]


def test_a_miss_is_dated_after_window_and_grace() -> None:
    study = trial_with(evolve(VISITS[3], grace_days=7))
    assert deviations(record(), study, "2005-06-01") == ["DV20 W24/2004-12-14"]


@pytest.mark.parametrize(
    ("end", "status"),
    [("2004-11-01", "not due"), ("2004-12-06", "not due"), ("2004-12-07", "missed"), ("2004-12", "undetermined")],
)
@pytest.mark.parametrize("name", ["completion", "withdrawal", "death"])
def test_the_end_of_participation(name: str, end: str, status: str) -> None:
    assert on_w24(events=DEFAULT_EVENTS | {name: end}) == [f"W24 {status}"]


def test_participation_ends_at_another_point() -> None:
    study = trial_with(*VISITS, participation_end=week(12))
    assert statuses(record(), study)[2:] == ["W12 not due", "W24 not due"]
    assert statuses(record(events=DEFAULT_EVENTS | {"withdrawal": "2004-06-20"}), study)[1] == "W4 missed"


def test_days_of_death_that_disagree_still_end_it() -> None:
    rows = (event("death", "2004-07-01"), event("death", "2004-08-01"))
    assert on_w24(*rows) == ["W24 not due"]


def test_a_participant_without_the_anchor_has_nothing_due() -> None:
    assert on_w24(events={"screening": "2004-06-01"}) == ["W24 not due"]
    assert statuses(record(events={}, tables=frozenset()), cutoff=None) == [
        "W0 not due",
        "W4 not due",
        "W12 not due",
        "W24 not due",
    ]


def test_a_visit_held_without_its_anchor_is_undetermined() -> None:
    of = record(visit_row("W24", "2004-11-29"), events={"consent": "2004-06-01"})
    assert statuses(of, W24) == ["W24 undetermined"]
    assert queries(of, W24) == ["QY02 W24/2004-11-29"]


def test_an_anchor_known_to_the_month() -> None:
    events = DEFAULT_EVENTS | {"randomization": "2004-06"}
    result = check(record(events=events), W24).visits[0]
    assert result.planned == Days(parse_days("2004-11-16").first, parse_days("2004-12-15").first)
    assert result.status == "missed"
    assert on_w24(events=events, cutoff="2004-12-15") == ["W24 undetermined"]
    wide = trial_with(evolve(VISITS[3], window=around(-28, 28)))
    assert statuses(record(visit_row("W24", "2004-12-01"), events=events), wide) == ["W24 in window"]
    assert on_w24(visit_row("W24", "2004-12-09"), events=events) == ["W24 undetermined"]
    assert on_w24(visit_row("W24", "2004-12-23"), events=events) == ["W24 late 1..30"]


def test_a_visit_of_another_arm_does_not_apply() -> None:
    study = trial_with(evolve(VISITS[3], arms=("active",)))
    assert statuses(record(arm="control"), study) == ["W24 not applicable"]
    assert statuses(record(arm="active"), study) == ["W24 missed"]
    assert statuses(record(arm=None), study) == ["W24 undetermined"]


def test_a_visit_recorded_as_not_held_is_missed_when_its_window_closes() -> None:
    row = visit_row("W24", "2004-11-29", "not held")
    assert on_w24(row, cutoff="2004-11-30") == ["W24 expected"]
    assert on_w24(row) == ["W24 missed"]


# ------------------------------------------------------------------------------ matching
def test_a_row_without_a_label_belongs_to_the_window_that_holds_it() -> None:
    assert on_w24(visit_row("", "2004-12-06")) == ["W24 in window"]
    assert on_w24(visit_row("", "2004-12-07")) == ["W24 missed", "unscheduled unscheduled"]


def test_a_label_that_is_no_planned_visit_is_unscheduled_even_in_a_window() -> None:
    assert on_w24(visit_row("TEL", "2004-11-29")) == ["W24 missed", "TEL unscheduled"]


def test_overlapping_windows_give_the_nearest_planned_day_then_the_earlier() -> None:
    study = trial_with(
        Visit(name="V1", title="", point=Point("randomization", days=10), window=WEEK),
        Visit(name="V2", title="", point=Point("randomization", days=16), window=WEEK),
    )
    assert statuses(record(visit_row("", "2004-06-26")), study) == ["V1 in window", "V2 missed"]
    assert statuses(record(visit_row("", "2004-06-27")), study) == ["V1 in window", "V2 missed"]
    assert statuses(record(visit_row("", "2004-06-28")), study) == ["V1 missed", "V2 in window"]


def test_a_labelled_visit_keeps_its_place_and_one_without_a_label_takes_what_is_left() -> None:
    study = trial_with(
        Visit(name="V1", title="", point=Point("randomization", days=10), window=WEEK),
        Visit(name="V2", title="", point=Point("randomization", days=16), window=WEEK),
    )
    of = record(visit_row("V1", "2004-06-24"), visit_row("", "2004-06-26"))
    assert statuses(of, study) == ["V1 in window", "V2 in window"]


def test_a_month_goes_no_further_than_a_cut_off_that_was_given() -> None:
    result = Engine(W24, Cutoff(parse_days("2004-11-08").first, is_given=True)).check(
        record(visit_row("W24", "2004-11"))
    )
    assert written(result.visits[0]) == "W24 early -14..-21"
    assert on_w24(visit_row("W24", "2004-11"), cutoff="2004-11-08") == ["W24 undetermined"]


def test_of_two_visits_with_one_label_the_nearest_counts() -> None:
    of = record(visit_row("W24", "2004-11-20"), visit_row("W24", "2004-12-01"))
    assert statuses(of, W24) == ["W24 in window"]
    assert queries(of, W24) == ["QY06 W24/2004-11-20"]


def test_a_row_that_may_be_the_visit_leaves_it_open() -> None:
    of = record(visit_row("", "2004-12"))
    assert statuses(of, W24) == ["W24 undetermined"]
    assert queries(of, W24) == ["QY02 W24"]


def test_an_early_termination_is_its_own_class() -> None:
    of = record(
        visit_row("W24", "2004-11-10", "early termination"), events=DEFAULT_EVENTS | {"withdrawal": "2004-11-10"}
    )
    assert statuses(of, W24) == ["W24 not due", "W24 early termination"]
    assert deviations(of, W24) == []


def test_an_early_termination_is_judged_where_the_plan_has_one() -> None:
    plan = Visit(name="ET", title="", point=Point("withdrawal", words="withdrawal"))
    events = DEFAULT_EVENTS | {"withdrawal": "2004-11-10"}
    of = record(visit_row("W24", "2004-11-20", "early termination"), events=events)
    assert statuses(of, trial_with(VISITS[3], plan)) == ["W24 not due", "ET early termination"]
    study = trial_with(VISITS[3], evolve(plan, window=WEEK))
    assert statuses(of, study) == ["W24 not due", "ET late 3"]
    assert deviations(of, study) == ["DV19 ET/2004-11-20"]


def test_without_a_table_of_visits_readings_speak() -> None:
    tables = TABLES - {"visits"}
    assert on_w24(reading("cd4", "2004-12-09", "200", "W24"), tables=tables) == ["W24 late 3"]
    assert on_w24(reading("cd4", "2004-12-06", "200"), tables=tables) == ["W24 in window"]
    assert on_w24(reading("cd4", "2004-12-07", "200"), tables=tables) == ["W24 missed"]
    assert on_w24(reading("cd4", "2004-11-29", "200", "W12"), tables=tables) == ["W24 missed"]
    both = (reading("cd4", "2004-12-09", "200", "W24"), reading("hiv_rna", "2004-12-01", "50"))
    assert on_w24(*both, tables=tables) == ["W24 in window"]
    assert on_w24(reading("cd4", "2004-12", "200"), tables=tables) == ["W24 undetermined"]
    assert on_w24(reading("cd4", "2004-11-29", "200")) == ["W24 missed"]


# ----------------------------------------------------------------------- previous visit
HANGING = trial_with(
    Visit(name="V1", title="", point=week(4), window=WEEK),
    Visit(name="V2", title="", point=week(8), window=around(-3, 3), counted_from="previous visit"),
    Visit(name="V3", title="", point=week(12), window=around(-3, 3), counted_from="previous visit"),
)


def test_a_window_moves_with_the_previous_visit() -> None:
    of = record(visit_row("V1", "2004-07-17"), visit_row("V2", "2004-08-17"), visit_row("V3", "2004-09-17"))
    result = check(of, HANGING)
    assert [write_days(visit.planned) for visit in result.visits if visit.planned] == [
        "2004-07-12",
        "2004-08-14",
        "2004-09-14",
    ]
    assert [visit.status for visit in result.visits] == ["in window", "in window", "in window"]


def test_a_window_moves_with_a_previous_visit_found_by_its_own_window() -> None:
    of = record(visit_row("", "2004-07-17"), visit_row("", "2004-08-17"), visit_row("", "2004-09-17"))
    assert statuses(of, HANGING) == ["V1 in window", "V2 in window", "V3 in window"]


def test_a_window_on_a_missed_visit_is_unknown_never_out() -> None:
    of = record(visit_row("V2", "2004-12-01"))
    assert statuses(of, HANGING) == ["V1 missed", "V2 undetermined", "V3 missed"]
    assert statuses(record(), HANGING) == ["V1 missed", "V2 undetermined", "V3 undetermined"]
    assert statuses(record(), HANGING, "2004-07-01") == ["V1 not due", "V2 not due", "V3 not due"]
    ended = record(events=DEFAULT_EVENTS | {"withdrawal": "2004-07-20"})
    assert statuses(ended, HANGING) == ["V1 missed", "V2 not due", "V3 not due"]


def test_the_reason_of_a_day() -> None:
    result = check(record(visit_row("W24", "2004-12-09")), trial_with(VISITS[0], VISITS[3]))
    assert result.visits[1].reason == (
        "168 days after W0 (2004-06-14), window 7 days either side; held 3 days after the window closed"
    )
    assert result.visits[0].reason == "on the day of W0 (2004-06-14), on that day only; not held by 2006-01-01"


# ------------------------------------------------------------------------ data queries
def test_two_visits_on_one_day() -> None:
    of = record(visit_row("W4", "2004-07-12"), visit_row("W12", "2004-07-12"))
    assert queries(of) == ["QY04 W4/2004-07-12"]


def test_two_visits_that_the_plan_puts_on_one_day() -> None:
    study = trial_with(
        Visit(name="W0", title="", point=W0),
        Visit(name="V1", title="", point=SCR),
        Visit(name="V2", title="", point=SCR),
    )
    of = record(visit_row("V1", "2004-06-01"), visit_row("V2", "2004-06-01"), visit_row("W0", "2004-06-14"))
    assert queries(of, study) == []


def test_visits_in_reversed_order() -> None:
    of = record(visit_row("W4", "2004-09-06"), visit_row("W12", "2004-07-12"))
    assert queries(of) == ["QY05 W12/2004-07-12"]
