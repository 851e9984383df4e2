"""Every example judged by the interpreter, and what it found held against what the author expects."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import assert_never

from attrs import evolve

from protocol_dsl.base.days import Days, parse_days, write_days
from protocol_dsl.base.truth import Truth
from protocol_dsl.interpret.compiled_plan import CompiledPlan
from protocol_dsl.interpret.eligibility import EligibilityRules
from protocol_dsl.interpret.endpoints.judge import EndpointEngine
from protocol_dsl.interpret.engine import Engine
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.tests import compile_test
from protocol_dsl.model.endpoints import Endpoint, Proportion
from protocol_dsl.model.examples import (
    ExampleCase,
    Expected,
    ExpectedFinding,
    ExpectedPlan,
    ExpectedRaised,
    ExpectedVerdict,
)
from protocol_dsl.model.expressions import NOWHERE
from protocol_dsl.model.outcomes import Met, Outcome
from protocol_dsl.model.records import Cutoff
from protocol_dsl.model.results import (
    CycleResult,
    Deviation,
    Finding,
    ParticipantResult,
    Query,
    Verdict,
    VisitResult,
)
from protocol_dsl.model.study import StudyModel
from protocol_dsl.model.tested import Answer, CaseResult, ExampleResult
from protocol_dsl.project.examples.participants import MadeUp, made_up
from protocol_dsl.project.examples.periods import ReadPeriods

NOTHING = "not in the plan"
FEW = 5
TRUTHS: Mapping[Verdict, Truth] = {
    "eligible": Truth.MET,
    "not eligible": Truth.NOT_MET,
    "undetermined": Truth.UNKNOWN,
}


class Examples:
    """The examples of a protocol, its rules compiled once."""

    def __init__(self, model: StudyModel) -> None:
        """The protocol whose examples are run."""
        self.model = model
        self._periods = ReadPeriods(model)
        self._plan = CompiledPlan(model)
        self._eligibility = EligibilityRules(model, self._plan)
        self._criteria = frozenset(criterion.name for criterion in model.criteria)
        own = {each.name: compile_test(each.test, model) for each in model.deviations}
        self._tests = own | {each.name: compile_test(each.test, model) for each in model.definitions}
        self._proportions = tuple(each for each in model.endpoints if isinstance(each.kind, Proportion))
        self._engines: dict[Cutoff, Engine] = {}
        self._endpoints: dict[Cutoff, EndpointEngine] = {}

    def results(self) -> tuple[ExampleResult, ...]:
        """Each example with what was found, in the order of the text."""
        return tuple(ExampleResult(example, tuple(map(self.judged, example.cases))) for example in self.model.examples)

    def judged(self, case: ExampleCase) -> CaseResult:
        """One case."""
        participant = Participant(made_up(case, self.model, self._periods), self)
        answers = tuple(participant.answer(each) for each in case.expected)
        return CaseResult(case=case, answers=answers, problems=participant.made.problems)

    def plan(self, case: ExampleCase) -> ParticipantResult:
        """The visits and cycles of the participant of a case."""
        return Participant(made_up(case, self.model, self._periods), self).schedule

    def engine(self, cutoff: Cutoff) -> Engine:
        """The interpreter up to a cut-off."""
        if cutoff not in self._engines:
            self._engines[cutoff] = Engine(self.model, cutoff)
        return self._engines[cutoff]

    def outcomes(self, made: MadeUp) -> Mapping[str, Outcome]:
        """What the proportions find, by name."""
        if made.cutoff not in self._endpoints:
            self._endpoints[made.cutoff] = EndpointEngine(evolve(self.model, endpoints=self._proportions), made.cutoff)
        found = self._endpoints[made.cutoff].judge(made.record, is_asked=True)
        return {endpoint.name: outcome for endpoint, outcome in zip(self._proportions, found, strict=True)}

    def finding(self, rule: str, made: MadeUp, outcomes: Callable[[], Mapping[str, Outcome]]) -> Finding:
        """What a rule finds: a criterion up to the eligibility point, any other up to the cut-off."""
        facts = self._plan.facts(made.record, made.cutoff)
        if rule in self._criteria:
            return self.criterion(rule, facts)
        if (test := self._tests.get(rule)) is not None:
            return test.explain(facts)
        endpoint = next(each for each in self._proportions if each.name == rule)
        return proportion_finding(endpoint, outcomes()[rule])

    def criterion(self, name: str, facts: Facts) -> Finding:
        """What a criterion finds in the version that holds; a version without it leaves it unknown."""
        found = self._eligibility.finding(name, facts)
        if found is not None:
            return found
        place = next(criterion.place for criterion in self.model.criteria if criterion.name == name)
        return Finding(truth=Truth.UNKNOWN, words=f"the version in force does not ask {name}", place=place)


class Participant:
    """A made-up participant, of whom as much is judged as is asked."""

    def __init__(self, made: MadeUp, examples: Examples) -> None:
        """The participant, and the protocol that judges."""
        self.made = made
        self._examples = examples

    @cached_property
    def result(self) -> ParticipantResult:
        """All answers that ``check`` gives."""
        return self._examples.engine(self.made.cutoff).check(self.made.record)

    @cached_property
    def schedule(self) -> ParticipantResult:
        """Visits and cycles alone."""
        return self._examples.engine(self.made.cutoff).schedule(self.made.record)

    @cached_property
    def outcomes(self) -> Mapping[str, Outcome]:
        """What the proportions find."""
        return self._examples.outcomes(self.made)

    def answer(self, expected: Expected) -> Answer:
        """What was found where something is expected."""
        match expected:
            case ExpectedFinding(rule, truth):
                finding = self._examples.finding(rule, self.made, lambda: self.outcomes)
                return Answer(
                    expected=expected,
                    found=finding.truth.words,
                    holds=finding.truth == truth,
                    reason=finding.words,
                    finding=finding,
                )
            case ExpectedVerdict():
                return self.verdict(expected)
            case ExpectedPlan():
                return self.plan(expected)
            case ExpectedRaised():
                return self.raised(expected)
            case _:
                assert_never(expected)

    def verdict(self, expected: ExpectedVerdict) -> Answer:
        """The verdict, and the criteria that make it so."""
        eligibility = self.result.eligibility
        if eligibility is None:
            return Answer(expected=expected, found="none", holds=False, reason="the protocol has no criteria")
        decisive = eligibility.decisive
        against = [each for each in decisive.criteria if each.decides == "against"]
        decide = against or [each for each in decisive.criteria if each.decides == "open"]
        parts = tuple(
            Finding(truth=each.finding, words=f"{each.rule}: {each.reason}", place=each.place, facts=each.facts)
            for each in decide
        )
        truth, place = TRUTHS[decisive.verdict], decide[0].place if decide else NOWHERE
        return Answer(
            expected=expected,
            found=decisive.verdict,
            holds=decisive.verdict == expected.verdict,
            reason="; ".join(part.words for part in parts),
            finding=Finding(truth=truth, words=decisive.verdict, place=place, parts=parts) if parts else None,
        )

    def plan(self, expected: ExpectedPlan) -> Answer:
        """A visit or a cycle: its planned day, its window, or its status."""
        found: VisitResult | CycleResult | None
        if expected.cycle is None:
            found = next((each for each in self.schedule.visits if each.visit == expected.of), None)
        else:
            key = (expected.of, expected.cycle)
            found = next((each for each in self.schedule.cycles if (each.treatment, each.cycle) == key), None)
        if found is None:
            # A visit that an amendment took away, or has not brought yet, does not apply to the participant.
            holds = expected.cycle is None and expected.status == "not applicable"
            return Answer(expected=expected, found=NOTHING, holds=holds)
        words, holds = compared(expected, found)
        return Answer(expected=expected, found=words, holds=holds, reason=found.reason)

    def raised(self, expected: ExpectedRaised) -> Answer:
        """Deviations or queries of a name, at a place."""
        every: tuple[Deviation | Query, ...] = self.result.deviations
        if expected.kind == "query":
            every = self.result.queries
        found = [each for each in every if is_meant(each, expected)]
        shown = found or ([] if expected.is_raised is False else list(every))
        return Answer(
            expected=expected,
            found=raised_words(shown, expected.kind),
            holds=bool(found) == expected.is_raised,
            reason="; ".join(f"{each.code}: {each.message}" for each in shown[:FEW]),
        )


def proportion_finding(endpoint: Endpoint, outcome: Outcome) -> Finding:
    """Whether the test of a proportion is met; whoever is in none of its analysis sets is unknown."""
    if not outcome.parts:
        return Finding(truth=Truth.UNKNOWN, words="the participant is in no analysis set", place=endpoint.place)
    part = outcome.parts[0]
    truth = Truth.UNKNOWN
    if isinstance(part.answer, Met):
        truth = Truth.MET if part.answer.is_met else Truth.NOT_MET
    return Finding(truth=truth, words=part.words, place=endpoint.place, facts=part.facts)


def compared(expected: ExpectedPlan, found: VisitResult | CycleResult) -> tuple[str, bool]:
    """The planned day, the window or the status that was found, and whether it is the one expected."""
    if expected.planned is not None:
        return day_words(found.planned), found.planned == parse_days(expected.planned)
    if expected.window is not None:
        wanted = tuple(map(parse_days, expected.window))
        words = f"from {day_words(found.earliest)} to {day_words(found.latest)}"
        return words, (found.earliest, found.latest) == wanted
    is_out = expected.days_out is None or found.days_out == expected.days_out
    return status_words(found), found.status == expected.status and is_out


def is_meant(each: Deviation | Query, expected: ExpectedRaised) -> bool:
    """Whether a deviation or query is one that an example speaks of."""
    if expected.name is not None and expected.name not in {each.code, each.rule}:
        return False
    if expected.at is None:
        return True
    if expected.cycle is not None:
        return (each.treatment, each.cycle) == (expected.at, expected.cycle)
    return each.visit == expected.at


def raised_words(found: list[Deviation | Query] | list[Deviation] | list[Query], kind: str) -> str:
    """``DV19 at W24``, ``no deviations``."""
    if not found:
        return f"no {'deviations' if kind == 'deviation' else 'queries'}"
    more = [f"and {len(found) - FEW} more"] if len(found) > FEW else []
    return ", ".join([*map(subject_words, found[:FEW]), *more])


def subject_words(each: Deviation | Query) -> str:
    """``DV19 at W24``, ``DV05 at cycle 2 of il2``, ``DV17 monitor_not_asked``."""
    if each.visit:
        return f"{each.code} at {each.visit}"
    if each.treatment and each.cycle:
        return f"{each.code} at cycle {each.cycle} of {each.treatment}"
    return " ".join(filter(None, (each.code, each.rule)))


def status_words(found: VisitResult | CycleResult) -> str:
    """``late by 3 days``."""
    if found.days_out is None or found.status not in {"early", "late"}:
        return found.status
    days = abs(found.days_out)
    return f"{found.status} by {days} {'day' if days == 1 else 'days'}"


def day_words(days: Days | None) -> str:
    """A day, or that there is none."""
    return "no day" if days is None else write_days(days)
