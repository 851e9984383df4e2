"""Eligibility: every screening judged, the last on or before randomization decides."""

from collections.abc import Callable

from attrs import frozen

from protocol_dsl.base.days import Days
from protocol_dsl.base.truth import Truth
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.points import resolve, screenings, why_missing
from protocol_dsl.interpret.tests import CompiledTest, compile_test
from protocol_dsl.model.records import Cutoff, Record
from protocol_dsl.model.results import CriterionResult, Decides, Eligibility, Finding, Reasons, Screening, Verdict
from protocol_dsl.model.rules import Criterion
from protocol_dsl.model.study import StudyModel

FOR, OPEN, AGAINST = 2, 1, 0
DECIDES: tuple[Decides, Decides, Decides] = ("against", "open", "for")


@frozen
class CompiledCriterion:
    """A criterion with its test ready to run; ``stands`` gives 2 for the participant, 1 open, 0 against."""

    criterion: Criterion
    test: CompiledTest
    stands: Callable[[Facts], int]


def compile_criterion(criterion: Criterion, model: StudyModel) -> CompiledCriterion:
    """An inclusion is for the participant when its test is met, an exclusion when it is not met."""
    test = compile_test(criterion.test, model)
    judge = test.judge

    def reversed_judge(facts: Facts) -> int:
        return 2 - judge(facts)

    return CompiledCriterion(criterion, test, judge if criterion.kind == "inclusion" else reversed_judge)


class EligibilityRules:
    """All criteria of a protocol, compiled once."""

    def __init__(self, model: StudyModel) -> None:
        """The criteria of ``model``."""
        self.model = model
        self.criteria = tuple(compile_criterion(criterion, model) for criterion in model.criteria)
        self.point = model.eligibility_point
        self.stands = tuple(criterion.stands for criterion in self.criteria)

    def facts(self, record: Record, cutoff: Cutoff) -> Facts:
        """The facts of the screening that decides, read up to the eligibility point."""
        return self.limited(Facts(record, self.model, cutoff))

    def limited(self, facts: Facts) -> Facts:
        """The same facts, read up to the eligibility point; nothing dated is certain where that has no day."""
        if self.point is None:
            return facts
        day = resolve(self.point, facts)
        return facts.at_unknown(why_missing(self.point.milestone, facts)) if day is None else facts.at(day)

    def verdict(self, record: Record, cutoff: Cutoff) -> Verdict:
        """The verdict of the screening that decides, without prose."""
        facts = self.facts(record, cutoff)
        is_open = False
        for stands in self.stands:
            found = stands(facts)
            if found == AGAINST:
                return "not eligible"
            if found == OPEN:
                is_open = True
        return "undetermined" if is_open else "eligible"

    def judge(self, facts: Facts, reasons: Reasons = "all") -> Eligibility | None:
        """Every screening judged; ``None`` for a protocol that asks nothing and names no eligibility point."""
        if not self.criteria and self.point is None:
            return None
        decisive = self.screening(facts, reasons)
        days = screenings(facts)
        if len(days) <= 1 and (not days or decisive.point is not None):
            return Eligibility(decisive=decisive)
        every = tuple(self.screening(facts.screened(day), reasons) for day in days)
        return Eligibility(decisive=decisive, screenings=every)

    def screening(self, facts: Facts, reasons: Reasons) -> Screening:
        """One screening: the verdict and each criterion in the order of the text."""
        limited = self.limited(facts)
        criteria = tuple(result(criterion, limited, reasons) for criterion in self.criteria)
        return Screening(verdict=verdict_of(criteria), point=self.day(facts), criteria=criteria)

    def day(self, facts: Facts) -> Days | None:
        """The eligibility point of a participant."""
        return None if self.point is None else resolve(self.point, facts)

    def explain(self, facts: Facts) -> tuple[tuple[Criterion, Finding], ...]:
        """Each criterion of the screening that decides, with its finding as a tree."""
        limited = self.limited(facts)
        return tuple((each.criterion, each.test.explain(limited)) for each in self.criteria)


def result(compiled: CompiledCriterion, facts: Facts, reasons: Reasons) -> CriterionResult:
    """One criterion judged, with as much prose as ``reasons`` asks for."""
    criterion = compiled.criterion
    truth = Truth(compiled.test.judge(facts))
    stands = truth if criterion.kind == "inclusion" else 2 - truth
    bare = CriterionResult(
        rule=criterion.name,
        kind=criterion.kind,
        title=criterion.title,
        finding=truth,
        decides=DECIDES[stands],
        is_boundary=compiled.test.is_boundary(facts),
        place=criterion.place,
    )
    if reasons == "none" or (reasons == "against" and stands != AGAINST):
        return bare
    found = compiled.test.explain(facts)
    return CriterionResult(
        rule=bare.rule,
        kind=bare.kind,
        title=bare.title,
        finding=truth,
        decides=bare.decides,
        is_boundary=bare.is_boundary,
        place=bare.place,
        reason=found.words,
        missing=found.missing,
        facts=found.facts,
    )


def verdict_of(criteria: tuple[CriterionResult, ...]) -> Verdict:
    """Not eligible if one decides against; else undetermined if one is open."""
    if any(criterion.decides == "against" for criterion in criteria):
        return "not eligible"
    return "undetermined" if any(criterion.decides == "open" for criterion in criteria) else "eligible"
