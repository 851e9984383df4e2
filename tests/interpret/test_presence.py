"""What rows and complete histories prove: medications, conditions, events."""

import pytest
from tests.interpret.participants import (
    BEFORE_SCR,
    EVER,
    SCR,
    W0,
    days,
    event,
    facts,
    find,
    medication,
    model,
    record,
    truth,
    week,
)

from protocol_dsl.interpret.facts import Facts
from protocol_dsl.model.expressions import (
    Compare,
    Constant,
    CountOf,
    EventPattern,
    ExposedTo,
    Happens,
    IsConfirmed,
    Not,
    OnDrugs,
)
from protocol_dsl.model.points import Period
from protocol_dsl.model.records import Cutoff, Medication, Record
from protocol_dsl.model.vocabulary import History

COMPLETE = model(History("medications", "complete"), History("events", "complete"))
OPEN = model(History("medications", "open"))
EXPOSED = ExposedTo("PI", EVER, words="exposed to PI")
ON = OnDrugs("PI", SCR, words="on PI at SCR")


def test_a_row_proves_presence_in_every_class_it_belongs_to() -> None:
    of = record(medication("combo", "2001", "2002"))
    assert truth(EXPOSED, of) == truth(ExposedTo("NRTI", EVER), of) == "met"
    assert find(EXPOSED, of).words == "exposed to PI: combo (2001 to 2002)"


def test_absence_proves_absence_only_in_a_complete_history() -> None:
    of = record(medication("zidovudine", "2001"), medication("zidovudine", "1999", "2000"))
    assert truth(EXPOSED, of) == "not met"
    assert find(EXPOSED, of).words == "not exposed to PI: no PI among 2 medications"
    assert truth(EXPOSED, of, OPEN) == "unknown"
    assert truth(EXPOSED, record()) == "unknown"
    assert truth(EXPOSED, record(), COMPLETE) == "not met"
    found = find(EXPOSED, record())
    assert found.missing == ("whether any PI was taken (up to 2004-06-01)",)
    assert found.words == "not known whether exposed to PI: the history of medications is not known to be complete"


def test_a_row_that_cannot_be_used_leaves_the_history_open() -> None:
    of = record(open_histories=frozenset({"medications"}))
    assert truth(EXPOSED, of, COMPLETE) == "unknown"


def test_what_starts_after_the_eligibility_point_is_not_read() -> None:
    of = record(medication("indinavir", "2004-06-02"))
    assert truth(EXPOSED, of) == "unknown"
    assert truth(EXPOSED, of, COMPLETE) == "not met"
    assert (
        truth(
            ExposedTo("PI", Period(SCR, week(4))),
            record(medication("indinavir", "2001"), event("randomization", "2004-06-14")),
        )
        == "met"
    )


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (medication("indinavir", "2004-06-01"), "met"),
        (medication("indinavir", "2001", "2004-06-01"), "met"),
        (medication("indinavir", "2001", "2004-05-31"), "not met"),
        (medication("indinavir", "2001", "2004-06"), "met"),
        (medication("indinavir", "2001", "2004"), "unknown"),
        (medication("indinavir", "2004-06"), "unknown"),
        (medication("indinavir", "2004-06-02"), "unknown"),
    ],
)
def test_ongoing_on_a_day(row: Medication, expected: str) -> None:
    assert truth(ON, record(row)) == expected


def test_ongoing_on_a_day_that_is_an_interval() -> None:
    of = record(medication("indinavir", "2001"), screening="2004-05")
    known = Facts(of, model(), Cutoff(None)).at(days("2004-05"))
    assert truth(ON, known) == "met"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [(["2001"], "met"), (["2004-06-01"], "met"), (["2004"], "unknown"), (["2004-06-02"], "unknown"), ([], "unknown")],
)
def test_a_condition_is_confirmed_by_its_start(rows: list[str], expected: str) -> None:
    of = record(*(event("hiv1_infection", date) for date in rows))
    assert truth(IsConfirmed("hiv1_infection", BEFORE_SCR), of) == expected


def serious(of: Record, *histories: History) -> str:
    pattern = EventPattern("adverse_event", (), 3, "il2")
    study = model(*histories)
    return truth(Happens(pattern, Period(W0, week(52))), Facts(of, study, Cutoff(None)), study)


@pytest.mark.parametrize(
    ("grade", "related", "expected"),
    [(3, "il2", "met"), (2, "il2", "not met"), (None, "il2", "unknown"), (4, None, "unknown"), (4, "obr", "not met")],
)
def test_what_is_not_recorded_of_an_event_is_not_known(grade: int | None, related: str | None, expected: str) -> None:
    of = record(
        event("randomization", "2004-06-14"), event("adverse_event", "2004-08", grade=grade, related_to=related)
    )
    assert serious(of) == expected


def test_the_clause_for_a_name_goes_before_that_for_its_group() -> None:
    of = record(event("randomization", "2004-06-14"))
    assert serious(of) == "unknown"
    assert serious(of, History("events", "complete")) == "not met"
    assert serious(of, History("events", "complete"), History("adverse_event", "open")) == "unknown"
    assert serious(of, History("events", "open"), History("adverse_event", "complete")) == "not met"


def test_a_count_over_an_open_history_is_at_least_the_certain_rows() -> None:
    of = record(event("randomization", "2004-06-14"), *(event("adverse_event", f"2004-0{n}") for n in (7, 8)))
    count = CountOf(EventPattern("adverse_event"), Period(W0, week(52)))
    study = model(History("adverse_event", "open"))
    known = Facts(of, study, Cutoff(None))
    assert truth(Compare(count, ">=", Constant(2)), known, study) == "met"
    assert truth(Compare(count, "<=", Constant(2)), known, study) == "unknown"
    assert truth(Compare(count, "<=", Constant(2)), Facts(of, model(), Cutoff(None))) == "met"


def test_no_event_is_the_opposite_of_any() -> None:
    of = record(event("randomization", "2004-06-14"), event("adverse_event", "2004-07"))
    happens = Happens(EventPattern("adverse_event"), Period(W0, week(52)))
    known = Facts(of, model(), Cutoff(None))
    assert truth(happens, known) == "met"
    assert truth(Not(happens), known) == "not met"


def test_a_point_that_is_not_there_is_said() -> None:
    found = find(Happens(EventPattern("adverse_event"), Period(W0, week(52))), facts(record()))
    assert found.missing == ("no randomization date",)
