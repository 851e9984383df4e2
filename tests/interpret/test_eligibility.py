"""Verdicts, several screenings, boundary cases, attrition."""

from attrs import evolve
from tests.interpret.participants import LAST_28_DAYS, attribute, event, model, reading, record

from protocol_dsl.base.days import write_days
from protocol_dsl.interpret.attrition import Attrition
from protocol_dsl.interpret.eligibility import EligibilityRules
from protocol_dsl.interpret.explain import explain_eligibility, leaves
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.model.expressions import And, AttributeValue, Compare, Constant, IsOneOf, Pick
from protocol_dsl.model.records import Cutoff, Record
from protocol_dsl.model.results import Eligibility, Reasons
from protocol_dsl.model.rules import Criterion
from protocol_dsl.model.study import StudyModel

LOW = Compare(Pick("latest", "cd4", LAST_28_DAYS, words="latest cd4"), "<=", Constant(200, words="200 cells/mm3"))
MACROLIN = IsOneOf(AttributeValue("macrolin", words="macrolin"), ("yes",))
STUDY = evolve(
    model(),
    criteria=(
        Criterion(kind="inclusion", name="I5", title="Low CD4", test=LOW),
        Criterion(kind="exclusion", name="X1", title="Macrolin", test=MACROLIN),
    ),
)
RULES = EligibilityRules(STUDY)
NO_CUTOFF = Cutoff(None)
NO = {"macrolin": attribute("no")}


def judged(of: Record, reasons: Reasons = "all", study: StudyModel = STUDY) -> Eligibility:
    found = EligibilityRules(study).judge(Facts(of, study, NO_CUTOFF), reasons)
    assert found is not None
    assert found.decisive.verdict == RULES.verdict(of, NO_CUTOFF)
    return found


def test_eligible_with_a_value_on_the_limit() -> None:
    found = judged(record(reading("cd4", "2004-05-28", "200"), attributes=NO)).decisive
    assert found.verdict == "eligible"
    assert found.point is not None
    assert write_days(found.point) == "2004-06-01"
    low, macrolin = found.criteria
    assert (low.decides, low.is_boundary, low.finding.words) == ("for", True, "met")
    assert (macrolin.decides, macrolin.is_boundary, macrolin.finding.words) == ("for", False, "not met")
    assert low.facts[0].date == "2004-05-28"


def test_one_against_decides_whatever_is_open() -> None:
    assert judged(record(attributes={"macrolin": attribute("yes")})).decisive.verdict == "not eligible"
    assert judged(record(attributes=NO)).decisive.verdict == "undetermined"


def test_a_boundary_is_looked_for_without_a_short_cut() -> None:
    study = evolve(STUDY, criteria=(Criterion(kind="inclusion", name="B", title="", test=And((MACROLIN, LOW))),))
    of = record(reading("cd4", "2004-05-28", "200"), attributes=NO)
    found = EligibilityRules(study).judge(Facts(of, study, NO_CUTOFF))
    assert found is not None
    assert found.decisive.criteria[0].is_boundary


def test_every_screening_is_judged_and_the_last_before_randomization_decides() -> None:
    of = record(
        event("screening", "2004-05-01"),
        event("screening", "2004-08-01"),
        event("screening", "2004-08-01"),
        event("randomization", "2004-06-14"),
        reading("cd4", "2004-05-01", "300"),
        reading("cd4", "2004-06-01", "100"),
        reading("cd4", "2004-08-01", "500"),
        attributes=NO,
    )
    found = judged(of)
    assert found.decisive.verdict == "eligible"
    assert [each.verdict for each in found.screenings] == ["not eligible", "eligible", "not eligible"]


def test_without_a_screening_nothing_dated_is_decided() -> None:
    found = judged(record(reading("cd4", "2004-05-28", "100"), attributes=NO, screening="")).decisive
    assert (found.verdict, found.point) == ("undetermined", None)
    assert found.criteria[0].missing == ("no screening date",)
    assert found.criteria[1].decides == "for"


def test_reasons_only_as_asked() -> None:
    of = record(attributes={"macrolin": attribute("yes")})
    assert [bool(each.reason) for each in judged(of, "none").decisive.criteria] == [False, False]
    assert [bool(each.reason) for each in judged(of, "against").decisive.criteria] == [False, True]


def test_attrition_in_order_and_alone() -> None:
    attrition = Attrition(STUDY)
    attrition.add(judged(record(reading("cd4", "2004-05-28", "300"), attributes={"macrolin": attribute("yes")})))
    attrition.add(judged(record(attributes={"macrolin": attribute("yes")})))
    attrition.add(judged(record(attributes=NO)))
    attrition.add(None)
    low, macrolin = attrition.steps()
    assert (low.entering, low.against, low.unknown, low.left) == (3, 1, 2, 2)
    assert (macrolin.entering, macrolin.against, macrolin.unknown, macrolin.left) == (2, 1, 0, 1)
    assert (macrolin.against_alone, low.unknown_alone) == (2, 2)


def test_explanations_are_trees() -> None:
    found = explain_eligibility(RULES, Facts(record(attributes=NO), STUDY, NO_CUTOFF))
    assert [(each.rule, each.decides) for each in found] == [("I5", "open"), ("X1", "for")]
    assert [leaf.words for leaf in leaves(found[0].finding)] == ["latest cd4 is not recorded"]


def test_whoever_is_asked_nothing_is_eligible() -> None:
    study = model()
    found = EligibilityRules(study).judge(Facts(record(), study, NO_CUTOFF))
    assert found is not None
    assert found.decisive.verdict == "eligible"
    study = evolve(study, eligibility_point=None)
    assert EligibilityRules(study).judge(Facts(record(), study, NO_CUTOFF)) is None
