"""Eligibility: every screening judged, the last on or before randomization decides.

Where amendments change the criteria, each screening is held to those in force on the day of consent to it.
"""

from collections.abc import Callable, Iterator

from attrs import evolve

from protocol_dsl.base.days import Days
from protocol_dsl.base.truth import Truth
from protocol_dsl.base.values import frozen
from protocol_dsl.interpret.amendments import amended_by, version_words
from protocol_dsl.interpret.consents import consented
from protocol_dsl.interpret.facts import Facts, Plan
from protocol_dsl.interpret.points import compile_point, resolve, screenings, why_missing
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


class RulesOfVersion:
    """The criteria of one version of a protocol, compiled once."""

    def __init__(self, model: StudyModel) -> None:
        """The criteria of ``model``, and the point at which they are judged."""
        self.point = model.eligibility_point
        self.day = None if self.point is None else compile_point(self.point)
        self.by_name = {criterion.name: compile_criterion(criterion, model) for criterion in model.criteria}
        self.stands = tuple(compiled.stands for compiled in self.by_name.values())

    def limited(self, facts: Facts) -> Facts:
        """The same facts, read up to the eligibility point; nothing dated is certain where that has no day."""
        if self.point is None or self.day is None:
            return facts
        day = self.day(facts)
        return facts.at_unknown(why_missing(self.point.milestone, facts)) if day is None else facts.at(day, self.point)


@frozen
class Option:
    """A criterion in a version that may hold, the facts up to its point, and the amendment that brought it, if any."""

    compiled: CompiledCriterion
    facts: Facts
    amendment: str

    def stands(self) -> int:
        """What the criterion means for the participant."""
        return self.compiled.stands(self.facts)


@frozen(kw_only=True)
class Asked:
    """A criterion as it holds for one screening: ``options`` are the versions that may hold, the last of them last.

    ``is_optional``: some version that may hold does not ask it. ``why`` it is not known which holds; nothing where it
    is, or where they agree. ``is_open``: nothing says which, so that versions that differ leave it unknown.
    """

    options: tuple[Option, ...]
    is_optional: bool = False
    is_open: bool = False
    why: str = ""

    @property
    def compiled(self) -> CompiledCriterion:
        """The criterion in the last version that may hold."""
        return self.options[-1].compiled

    def found(self) -> tuple[Truth, int]:
        """The truth of the test, and what it means: where the versions do not agree, unknown and open."""
        stands = {option.stands() for option in self.options} | ({FOR} if self.is_optional else set())
        if self.is_open or len(stands) > 1:
            return Truth.UNKNOWN, OPEN
        last = self.options[-1]
        return Truth(last.compiled.test.judge(last.facts)), stands.pop()

    def is_boundary(self) -> bool:
        """Whether a value lies on a limit, in any of the versions."""
        return any(option.compiled.test.is_boundary(option.facts) for option in self.options)

    def explain(self) -> Finding:
        """The finding with its reasons, and which version it is about."""
        findings = [option.compiled.test.explain(option.facts) for option in self.options]
        last, words = findings[-1], version_words([option.amendment for option in self.options])
        if not self.why:
            return evolve(last, words=", ".join(part for part in (last.words, words) if part))
        truth, _ = self.found()
        said = [
            f"{version_words([option.amendment]) or 'as first written'}: {Truth(finding.truth).words}, {finding.words}"
            for option, finding in zip(self.options, findings, strict=True)
        ]
        return Finding(
            truth=truth,
            words="; ".join([f"which version holds is not known, {self.why}", *said]),
            place=last.place,
            missing=tuple(dict.fromkeys([self.why, *(each for finding in findings for each in finding.missing)])),
            facts=tuple(dict.fromkeys(fact for finding in findings for fact in finding.facts)),
            parts=tuple(findings),
        )


class EligibilityRules:
    """All criteria of a protocol in all its versions, compiled once."""

    def __init__(self, model: StudyModel, plan: Plan | None = None) -> None:
        """The criteria of ``model``; ``plan`` works out the visits that a criterion may read at."""
        self.model = model
        self.plan = plan
        self.versions = tuple(RulesOfVersion(version.study) for version in model.versions) or (RulesOfVersion(model),)

    def in_force(self, facts: Facts) -> RulesOfVersion:
        """The last version of the criteria that may hold."""
        return self.versions[consented(facts).numbers[-1]]

    def limited(self, facts: Facts) -> Facts:
        """The same facts, read up to the eligibility point of the version in force."""
        return self.in_force(facts).limited(facts)

    def verdict(self, record: Record, cutoff: Cutoff) -> Verdict:
        """The verdict of the screening that decides, without prose."""
        facts = Facts(record, self.model, cutoff, plan=self.plan)
        if len(self.versions) > 1:
            return self.screening(facts, "none").verdict
        facts = self.versions[0].limited(facts)
        is_open = False
        for stands in self.versions[0].stands:
            found = stands(facts)
            if found == AGAINST:
                return "not eligible"
            if found == OPEN:
                is_open = True
        return "undetermined" if is_open else "eligible"

    def judge(self, facts: Facts, reasons: Reasons = "all") -> Eligibility | None:
        """Every screening judged; ``None`` for a protocol that asks nothing and names no eligibility point."""
        if not self.model.criteria and self.model.eligibility_point is None:
            return None
        decisive = self.screening(facts, reasons)
        days = screenings(facts)
        if len(days) <= 1 and (not days or decisive.point is not None):
            return Eligibility(decisive=decisive)
        every = tuple(self.screening(facts.screened(day), reasons) for day in days)
        return Eligibility(decisive=decisive, screenings=every)

    def screening(self, facts: Facts, reasons: Reasons) -> Screening:
        """One screening: the verdict and each criterion in the order of the text."""
        criteria = tuple(result(each, reasons) for each in self.asked(facts))
        return Screening(verdict=verdict_of(criteria), point=self.day(facts), criteria=criteria)

    def day(self, facts: Facts) -> Days | None:
        """The eligibility point of a participant."""
        point = self.in_force(facts).point
        return None if point is None else resolve(point, facts)

    def explain(self, facts: Facts) -> tuple[tuple[Criterion, Finding], ...]:
        """Each criterion of the screening that decides, with its finding as a tree."""
        return tuple((each.compiled.criterion, each.explain()) for each in self.asked(facts))

    def finding(self, name: str, facts: Facts) -> Finding | None:
        """As :meth:`explain`, of one criterion; nothing where no version that may hold asks it."""
        return next((each.explain() for each in self.asked(facts) if each.compiled.criterion.name == name), None)

    def asked(self, facts: Facts) -> Iterator[Asked]:
        """The criteria that a version which may hold asks, in the order of the text."""
        which = consented(facts)
        limited = {number: self.versions[number].limited(facts) for number in which.numbers}
        for criterion in self.model.criteria:
            compiled = [rules.by_name.get(criterion.name) for rules in self.versions]
            texts = [None if each is None else each.criterion for each in compiled]
            options = tuple(
                Option(found, limited[number], amended_by(texts, number, facts) if number else "")
                for number in which.numbers
                if (found := compiled[number]) is not None
            )
            first = which.numbers[0]
            agree = all(
                texts[number] == texts[first] and self.versions[number].point == self.versions[first].point
                for number in which.numbers[1:]
            )
            if agree and options:
                yield Asked(options=options[-1:])
            elif options:
                is_optional = len(options) < len(which.numbers)
                yield Asked(options=options, is_optional=is_optional, is_open=which.is_absent, why=which.why)


def result(asked: Asked, reasons: Reasons) -> CriterionResult:
    """One criterion judged, with as much prose as ``reasons`` asks for."""
    criterion = asked.compiled.criterion
    truth, stands = asked.found()
    bare = CriterionResult(
        rule=criterion.name,
        kind=criterion.kind,
        title=criterion.title,
        finding=truth,
        decides=DECIDES[stands],
        is_boundary=asked.is_boundary(),
        place=criterion.place,
    )
    if reasons == "none" or (reasons == "against" and stands != AGAINST):
        return bare
    found = asked.explain()
    return evolve(bare, reason=found.words, missing=found.missing, facts=found.facts)


def verdict_of(criteria: tuple[CriterionResult, ...]) -> Verdict:
    """Not eligible if one decides against; else undetermined if one is open."""
    if any(criterion.decides == "against" for criterion in criteria):
        return "not eligible"
    return "undetermined" if any(criterion.decides == "open" for criterion in criteria) else "eligible"
