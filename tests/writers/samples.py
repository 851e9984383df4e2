"""Results built by hand: every field of every kind somewhere."""

from protocol_dsl.base.days import Days, parse_days
from protocol_dsl.base.truth import Truth
from protocol_dsl.model.points import Place
from protocol_dsl.model.records import DataProblem, Origin
from protocol_dsl.model.results import (
    AttritionStep,
    CriterionResult,
    CycleResult,
    Deviation,
    Eligibility,
    Fact,
    Finding,
    ParticipantResult,
    Query,
    Screening,
    Summary,
    VisitResult,
)
from protocol_dsl.model.study import StudyModel

MODEL = StudyModel(name="ANRS123", title="Adding interleukin-2", language=1, sha256="ab" * 32)
HERE = Place("anrs123.proto", 38, 3)
CD4 = Fact(origin=Origin("readings", 12), name="cd4", value="200", unit="cells/mm3", date="2004-05-28")
VISIT = Fact(origin=Origin("visits", 40, "visits.csv"))
NOWHERE = Fact(origin=Origin("readings"), name="cd4", value="=1+1")


def day(words: str) -> Days:
    return parse_days(words)


LOW_CD4 = CriterionResult(
    rule="I5",
    kind="inclusion",
    title="Low CD4 count",
    finding=Truth.MET,
    decides="for",
    is_boundary=True,
    place=HERE,
    reason="latest cd4 within 28 days before SCR is 200 cells/mm3 (2004-05-28), at most 200 cells/mm3",
    facts=(CD4,),
)
VIRAL_LOAD = CriterionResult(
    rule="I6",
    kind="inclusion",
    title="High viral load",
    finding=Truth.UNKNOWN,
    decides="open",
    is_boundary=False,
    place=HERE,
    reason="no hiv_rna within 28 days before SCR",
    missing=("hiv_rna from 2004-05-04 to 2004-06-01",),
)
ADULT = CriterionResult(
    rule="I1",
    kind="inclusion",
    title="Adult",
    finding=Truth.NOT_MET,
    decides="against",
    is_boundary=False,
    place=HERE,
    reason="age at SCR is 17 years, below 18 years",
)

LATE = Deviation(
    id="DV19/P1/W24/2004-12-09",
    code="DV19",
    category="visit window",
    grade="minor",
    message="visit W24 was held 3 days after its window closed",
    rule="W24",
    visit="W24",
    date=day("2004-12-09"),
    planned=day("2004-11-29"),
    earliest=day("2004-11-22"),
    latest=day("2004-12-06"),
    actual=day("2004-12-09"),
    days_out=3,
    facts=(VISIT,),
)
EARLY_CYCLE = Deviation(
    id="DV04/P1/il2/2/2004-07",
    code="DV04",
    category="treatment",
    grade="important",
    message="=cycle 2 began early",
    rule="il2",
    treatment="il2",
    cycle=2,
    date=Days(day("2004-07-01").first, day("2004-07-20").first),
    actual=day("2004-07"),
    days_out=-2,
    days_out_max=-22,
    facts=(NOWHERE,),
)
OPEN_ENTRY = Query(
    id="QY01/P1/2004-06-14",
    code="QY01",
    message="eligibility was undetermined at randomization",
    rule="I6",
    date=day("2004-06-14"),
    facts=(CD4,),
)
OPEN_CYCLE = Query(id="QY03/P1/il2/3", code="QY03", message="cycle 3", treatment="il2", cycle=3)

SCREENING = Screening(verdict="undetermined", point=day("2004-06-01"), criteria=(LOW_CD4, VIRAL_LOAD))
TURNED_AWAY = Screening(verdict="not eligible", point=None, criteria=(ADULT, VIRAL_LOAD))

VISITS = (
    VisitResult(
        visit="W24",
        status="late",
        planned=day("2004-11-29"),
        earliest=day("2004-11-22"),
        latest=day("2004-12-06"),
        actual=day("2004-12-09"),
        days_out=3,
        reason="24 weeks after W0 (2004-06-14)",
        facts=(VISIT,),
    ),
    VisitResult(visit="W52", status="undetermined", actual=day("2005-06"), days_out=1, days_out_max=20),
)
CYCLES = (
    CycleResult(
        treatment="il2",
        cycle=1,
        status="in window",
        planned=day("2004-06-28"),
        earliest=day("2004-06-25"),
        latest=day("2004-07-05"),
        actual=day("2004-06-28"),
        administrations=10,
        reason="2 weeks after W0",
    ),
    CycleResult(treatment="il2", cycle=2, status="early", days_out=-2, days_out_max=-22),
)

P1 = ParticipantResult(
    participant="P1",
    site="01",
    arm="active",
    eligibility=Eligibility(decisive=SCREENING, screenings=(TURNED_AWAY, SCREENING)),
    visits=VISITS,
    cycles=CYCLES,
    deviations=(EARLY_CYCLE, LATE),
    queries=(OPEN_ENTRY, OPEN_CYCLE),
)
FORMULA = ParticipantResult(
    participant='=HYPERLINK("x")', site=None, arm=None, eligibility=Eligibility(decisive=TURNED_AWAY)
)
NO_RULES = ParticipantResult(participant="Zoë\ud800", site=None, arm=None, eligibility=None)
EVERYBODY = (FORMULA, P1, NO_RULES)

PROBLEMS = (
    DataProblem(table="readings", row=31, column="date", value="2004-13-01", problem="there is no month 13"),
    DataProblem(table="readings", row=33, column="date", value="2004-13-02", problem="there is no month 13"),
    DataProblem(table="visits", row=None, column=None, value="", problem="no such column", file="visits.csv"),
)
SUMMARY = Summary(
    participants=3,
    not_eligible=1,
    undetermined=1,
    deviations=2,
    important=1,
    queries=2,
    data_problems=3,
)
ATTRITION = (
    AttritionStep(
        rule="I5", title="Low CD4 count", entering=3, against=1, unknown=0, left=2, against_alone=1, unknown_alone=0
    ),
)
TREE = Finding(
    truth=Truth.UNKNOWN,
    words="latest hiv_rna is above 10000 copies/mL, and cd4 is low",
    place=HERE,
    missing=("hiv_rna from 2004-05-04 to 2004-06-01",),
    parts=(
        Finding(
            truth=Truth.UNKNOWN,
            words="no hiv_rna within 28 days before SCR",
            place=HERE,
            missing=("hiv_rna from 2004-05-04 to 2004-06-01",),
        ),
        Finding(truth=Truth.MET, words="cd4 is 200 cells/mm3, at most 200 cells/mm3", place=HERE, facts=(CD4,)),
    ),
)
