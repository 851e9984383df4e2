"""Deviations and queries: what is derived, when, and how grave it is."""

import pytest
from attrs import evolve
from tests.interpret.courses import (
    CYCLES_ONLY,
    DEFAULT_EVENTS,
    OBR,
    SCR,
    TABLES,
    TRIAL,
    VISITS,
    VISITS_ONLY,
    W0,
    check,
    deviations,
    full_cycle,
    given,
    medication,
    queries,
    reading,
    record,
    scheduled,
    trial_with,
    visit_row,
    week,
)

from protocol_dsl.interpret.engine import Engine
from protocol_dsl.interpret.grades import grade_of
from protocol_dsl.model.expressions import AgeAt, AttributeValue, Compare, Constant, IsOneOf, Pick, ReadingAt
from protocol_dsl.model.points import Length, Period, Point
from protocol_dsl.model.records import Cutoff
from protocol_dsl.model.rules import Criterion, GradeLine, OwnDeviation, Prohibition, RequiredInterval
from protocol_dsl.model.schedule import Dose, Treatment, Visit

LATEST = Pick("latest", "cd4", Period(None, SCR), words="latest cd4 before SCR")
LOW_CD4 = Criterion(
    kind="inclusion", name="I5", title="Low CD4", test=Compare(LATEST, "<=", Constant(200, "cells/mm3"))
)
SCREENED = evolve(TRIAL, eligibility_point=SCR, criteria=(LOW_CD4,))


# --------------------------------------------------------------------------- eligibility
def test_randomized_though_not_eligible() -> None:
    of = record(reading("cd4", "2004-05-28", "300"))
    assert deviations(of, SCREENED) == ["DV01 I5/2004-06-14"]
    found = check(of, SCREENED).deviations[0]
    assert (found.category, found.grade, found.rule) == ("eligibility", "important", "I5")
    assert found.message == "randomized though not eligible: I5 Low CD4"
    assert found.facts[0].value == "300"


def test_randomized_with_eligibility_open_is_a_query() -> None:
    assert deviations(record(), SCREENED) == []
    assert queries(record(), SCREENED) == ["QY01 I5/2004-06-14"]


def test_not_randomized_is_no_deviation() -> None:
    of = record(reading("cd4", "2004-05-28", "300"), events={"screening": "2004-06-01"})
    assert (deviations(of, SCREENED), queries(of, SCREENED)) == ([], [])


def test_readings_that_may_each_be_the_latest_and_differ() -> None:
    of = record(reading("cd4", "2004-05-28", "190"), reading("cd4", "2004-05-28", "150"))
    assert queries(of, SCREENED) == ["QY07 I5/2004-05-28"]
    assert check(of, SCREENED).queries[0].message == "latest cd4 before SCR: 150 and 190 may each be the latest"
    same = record(reading("cd4", "2004-05-28", "190"), reading("cd4", "2004-05-28", "190"))
    assert queries(same, SCREENED) == []


def test_a_value_outside_the_plausible_range_is_a_query_and_used() -> None:
    of = record(reading("cd4", "2004-05-28", "3001"))
    assert queries(of, SCREENED) == ["QY08 cd4/2004-05-28"]
    assert deviations(of, SCREENED) == ["DV01 I5/2004-06-14"]
    assert queries(record(reading("cd4", "2004-05-28", "3000")), SCREENED) == []
    assert queries(record(reading("cd4", "2004-05-28", ">=3000")), TRIAL) == []
    assert queries(record(reading("cd4", "2004-05-28", ">3000")), TRIAL) == ["QY08 cd4/2004-05-28"]


# ------------------------------------------------------------------------------- consent
def consented(date: str) -> dict[str, str]:
    return DEFAULT_EVENTS | {"consent": date}


def test_a_procedure_before_consent() -> None:
    of = record(
        reading("cd4", "2004-05-30", "200", "W0"), visit_row("W0", "2004-05-30"), events=consented("2004-06-01")
    )
    assert deviations(of, TRIAL) == ["DV02 W0/2004-05-30"]
    found = check(of, TRIAL).deviations[0]
    assert found.message == "visit W0, cd4: 2 days before consent (2004-06-01)"
    assert [fact.name for fact in found.facts] == ["W0", "cd4"]


@pytest.mark.parametrize(("day", "found"), [("2004-05-31", ["DV02 cd4/2004-05-31"]), ("2004-06-01", [])])
def test_the_day_of_consent_itself_is_not_before_it(day: str, found: list[str]) -> None:
    assert deviations(record(reading("cd4", day, "200", "W0"), events=consented("2004-06-01")), TRIAL) == found


def test_administrations_and_randomization_before_consent() -> None:
    of = record(given("2004-06-20"), events=consented("2004-06-21"))
    assert deviations(of, TRIAL) == ["DV02 randomization/2004-06-14", "DV02 il2/2004-06-20"]
    refused = record(given("2004-06-20", is_given=False), events=consented("2004-06-14"))
    assert deviations(refused, TRIAL) == []


def test_a_partial_consent_leaves_it_open() -> None:
    of = record(reading("cd4", "2004-05-30", "200", "W0"), events=consented("2004-05"))
    assert (deviations(of, TRIAL), queries(of, TRIAL)) == ([], ["QY09 consent/2004-05-30"])
    assert deviations(record(reading("cd4", "2004-04-30", "200", "W0"), events=consented("2004-05")), TRIAL) == [
        "DV02 cd4/2004-04-30"
    ]


def test_procedures_without_any_consent_are_a_query() -> None:
    events = {"screening": "2004-06-01", "randomization": "2004-06-14"}
    labelled = reading("cd4", "2004-05-30", "200", "W0")
    assert queries(record(labelled, events=events), TRIAL) == ["QY09 consent/2004-05-30"]
    assert queries(record(events=events), TRIAL) == []


def test_a_reading_of_routine_care_is_no_procedure() -> None:
    of = record(reading("cd4", "2004-05-20", "200"), events=consented("2004-06-01"))
    assert (deviations(of, TRIAL), queries(of, TRIAL)) == ([], [])


# -------------------------------------------------------------------------------- visits
def test_a_late_visit_is_told_in_full() -> None:
    found = check(record(visit_row("W24", "2004-12-09")), trial_with(VISITS[3])).deviations[0]
    assert found.id == "DV19/P1/W24/2004-12-09"
    assert found.message == "visit W24 was held 3 days after its window closed"
    assert (found.category, found.grade, found.days_out) == ("visit window", "minor", 3)
    assert found.planned
    assert found.actual
    assert found.facts[0].origin.row == 2


def test_deviations_come_by_date_then_code() -> None:
    of = record(visit_row("W24", "2004-11-01"), visit_row("W4", "2004-07-30"))
    assert deviations(of) == [
        "DV20 W0/2004-06-15",
        "DV19 W4/2004-07-30",
        "DV20 W12/2004-09-14",
        "DV18 W24/2004-11-01",
    ]


# --------------------------------------------------------------------------- assessments
ASSESSED = trial_with(evolve(VISITS[3], assess=("cd4", "hiv_rna", "cdc_event")))


def test_an_assessment_missed_at_a_visit_held() -> None:
    held = visit_row("W24", "2004-11-29")
    of = record(held, reading("cd4", "2004-12-20", "200", "W24"))
    assert deviations(of, ASSESSED) == ["DV15 W24/2004-11-29"]
    assert check(of, ASSESSED).deviations[0].message == "hiv_rna was not read at visit W24"
    day = record(held, reading("cd4", "2004-11-29", "200"), reading("hiv_rna", "2004-12-06", "50"))
    assert deviations(day, ASSESSED) == []
    outside = record(held, reading("cd4", "2004-11-29", "200"), reading("hiv_rna", "2004-12-07", "50"))
    assert deviations(outside, ASSESSED) == ["DV15 W24/2004-11-29"]


def test_an_empty_reading_is_no_assessment_and_ids_stay_apart() -> None:
    of = record(visit_row("W24", "2004-11-29"), reading("cd4", "2004-11-29", "", "W24"))
    assert deviations(of, ASSESSED) == ["DV15 W24/2004-11-29", "DV15 W24/2004-11-29/2"]


def test_a_reading_of_a_partial_date_may_be_the_assessment() -> None:
    both = (reading("cd4", "2004-12", "200"), reading("hiv_rna", "2004-11-29", "50"))
    of = record(visit_row("W24", "2004-11-29"), *both)
    assert (deviations(of, ASSESSED), queries(of, ASSESSED)) == ([], ["QY14 W24/2004-11-29"])


def test_data_without_readings_miss_no_assessment() -> None:
    of = record(visit_row("W24", "2004-11-29"), tables=TABLES - {"readings"})
    assert (deviations(of, ASSESSED), queries(of, ASSESSED)) == ([], ["QY14"])


def test_no_assessment_is_missed_at_a_visit_that_was_not_held() -> None:
    assert deviations(record(), ASSESSED) == ["DV20 W24/2004-12-07"]


# ---------------------------------------------------------------------------- medication
PROHIBITED = evolve(TRIAL, prohibitions=(Prohibition(drugs="PI", start=W0, end=week(4)),))


@pytest.mark.parametrize(
    ("start", "end", "found", "asked"),
    [
        ("2004-01-01", "2004-06-13", [], []),
        ("2004-01-01", "2004-06-14", ["DV14 PI/2004-06-14"], []),
        ("2004-07-12", None, ["DV14 PI/2004-07-12"], []),
        ("2004-07-13", None, [], []),
        ("2004-07", "2004-08", [], ["QY10 PI/2004-07"]),
        ("2004-06", "2004-06-20", ["DV14 PI/2004-06-14/2004-06-30"], []),
        ("2004-01", "2004-06", [], ["QY10 PI/2004-06-14"]),
    ],
)
def test_prohibited_medication(start: str, end: str | None, found: list[str], asked: list[str]) -> None:
    of = record(medication("indinavir", start, end))
    assert (deviations(of, PROHIBITED), queries(of, PROHIBITED)) == (found, asked)


def test_other_drugs_and_people_not_randomized() -> None:
    assert deviations(record(medication("zidovudine", "2004-07-01")), PROHIBITED) == []
    assert deviations(record(medication("indinavir", "2004-07-01"), events={}), PROHIBITED) == []


# ----------------------------------------------------------------------------- intervals
def interval(bound: str, days: int, end: Point = W0) -> RequiredInterval:
    return RequiredInterval(
        name="R1",
        title="",
        bound=bound,  # type: ignore[arg-type]  # one of two
        length=Length(days=days, words=f"{days} days"),
        start=SCR,
        end=end,
    )


@pytest.mark.parametrize(
    ("bound", "days", "found"),
    [
        ("at most", 12, ["DV16 R1/2004-06-14"]),
        ("at most", 13, []),
        ("at least", 13, []),
        ("at least", 14, ["DV16 R1/2004-06-14"]),
    ],
)
def test_a_required_interval(bound: str, days: int, found: list[str]) -> None:
    assert deviations(record(), evolve(TRIAL, intervals=(interval(bound, days),))) == found


def test_an_interval_takes_the_actual_day_of_a_visit() -> None:
    study = evolve(VISITS_ONLY, visits=VISITS[3:], intervals=(interval("at most", 181, week(24)),))
    assert deviations(record(visit_row("W24", "2004-11-29")), study) == []
    assert deviations(record(visit_row("W24", "2004-11-30")), study) == ["DV16 R1/2004-11-30"]
    assert deviations(record(), study) == ["DV20 W24/2004-12-07"]


def test_a_partial_date_leaves_an_interval_open() -> None:
    study = evolve(TRIAL, intervals=(interval("at most", 14),))
    of = record(events={"screening": "2004-05", "randomization": "2004-06-14"})
    assert queries(of, study) == ["QY12 R1/2004-06-14"]


# ----------------------------------------------------------------------------------- own
def own(test: object, **more: object) -> OwnDeviation:
    return OwnDeviation(name="D1", title="Of our own", test=test, **more)  # type: ignore[arg-type]  # fields of the rule


AT_W24 = Compare(ReadingAt("hiv_rna", "W24"), ">", Constant(1000, "copies/mL"), words="hiv_rna at W24 > 1000")


def test_an_own_deviation() -> None:
    rule = own(AT_W24, category="treatment", grade="minor")
    study = trial_with(VISITS[3], deviations=(rule,))
    of = record(visit_row("W24", "2004-11-29"), reading("hiv_rna", "2004-11-29", "2000", "W24"))
    found = check(of, study).deviations
    assert [(item.id, item.category, item.grade) for item in found] == [("DV17/P1/D1", "treatment", "minor")]
    assert found[0].facts[0].value == "2000"


def test_an_own_deviation_that_is_unknown_is_a_query_once_its_visit_is_past() -> None:
    study = trial_with(VISITS[3], deviations=(own(AT_W24),))
    of = record(visit_row("W24", "2004-11-29"))
    assert queries(of, study) == ["QY13 D1"]
    assert queries(record(), study, "2004-10-01") == []
    sex = evolve(TRIAL, deviations=(own(IsOneOf(AttributeValue("sex"), ("male",))),))
    assert queries(record(), sex) == ["QY13 D1"]
    absent = evolve(TRIAL, deviations=(own(Compare(AgeAt(Point("first_dose")), ">", Constant(18, "years"))),))
    assert queries(record(), absent) == []


# -------------------------------------------------------------------------------- grades
def test_grades_go_from_the_narrow_to_the_wide() -> None:
    lines = (
        GradeLine(category="missed visit", grade="minor"),
        GradeLine(category="missed visit", visit="W24", grade="important"),
        GradeLine(category="otherwise", grade="important"),
    )
    assert grade_of("missed visit", ("W24",), lines) == "important"
    assert grade_of("missed visit", ("W12",), lines) == "minor"
    assert grade_of("visit window", ("W12",), lines) == "important"
    assert grade_of("missed visit", ("W24",), lines, own="minor") == "minor"
    assert grade_of("missed visit", ("CT2", "W24"), lines) == "important"
    assert [grade_of(name, (), ()) for name in ("eligibility", "consent", "treatment", "dosing", "other")] == [
        "important",
        "important",
        "important",
        "minor",
        "minor",
    ]


def test_a_continuous_course_is_judged_row_by_row() -> None:
    treatment = evolve(OBR, dose=Dose(amount=4, unit="mg", route="oral", times_daily=2))
    study = evolve(TRIAL, treatments=(treatment,))
    right = given("2004-06-14", treatment="obr", unit="mg", route="oral", times=2)
    assert deviations(record(right), study) == []
    wrong = evolve(right, dose=5, route="nasal", times=3)
    assert deviations(record(wrong), study) == ["DV09 obr/2004-06-14", "DV10 obr/2004-06-14", "DV11 obr/2004-06-14"]


def test_a_treatment_that_no_arm_gives_is_not_of_another_arm() -> None:
    rescue = Treatment(name="rescue", title="")
    study = evolve(TRIAL, treatments=(rescue,))
    assert deviations(record(given("2004-06-20", treatment="rescue")), study) == []


# -------------------------------------------------------------------------------- engine
def test_less_is_said_where_less_is_asked_for() -> None:
    of = record(visit_row("W24", "2004-12-09"), visit_row("W12", "2004-09-06"))
    engine = Engine(VISITS_ONLY, Cutoff(732312))
    against, silent = engine.check(of, "against"), engine.check(of, "none")
    assert [bool(item.reason) for item in against.visits] == [True, True, False, True]
    assert not any(item.reason or item.facts for item in silent.visits)
    assert not any(item.facts for item in silent.deviations)
    assert [item.id for item in silent.deviations] == [item.id for item in engine.check(of).deviations]


def test_schedule_screen_verdict_and_explain() -> None:
    study = evolve(SCREENED, visits=VISITS, treatments=CYCLES_ONLY.treatments)
    engine = Engine(study, Cutoff(732312))
    of = record(reading("cd4", "2004-05-28", "150"), *full_cycle("2004-06-28", 1))
    assert engine.verdict(of) == "eligible"
    screened = engine.screen(of)
    assert screened.eligibility
    assert (screened.visits, screened.deviations) == ((), ())
    scheduled = engine.schedule(of)
    assert len(scheduled.visits) == 4
    assert len(scheduled.cycles) == 8
    rules = engine.explain(of)
    assert [rule.rule for rule in rules][:3] == ["I5", "W0", "W4"]
    assert rules[-1].rule == "il2/8"
    assert [rule.finding.truth.words for rule in rules[:2]] == ["met", "not met"]


def test_nothing_dated_at_all() -> None:
    study = evolve(SCREENED, visits=VISITS, treatments=CYCLES_ONLY.treatments)
    result = Engine(study, Cutoff(None)).check(record(events={}, arm=None, tables=frozenset({"participants"})))
    assert {item.status for item in scheduled(result)} == {"not due"}
    assert (result.deviations, result.queries) == ((), ())


def test_an_unscheduled_visit_named_like_none() -> None:
    visit = Visit(name="V1", title="", point=SCR)
    result = check(record(visit_row("TEL", "2004-06-02")), trial_with(visit))
    assert [item.status for item in result.visits] == ["missed", "unscheduled"]
