"""What the examples of a protocol have seen of its rules, its visits and its cycles."""

from collections import Counter
from collections.abc import Iterator, Sequence

from protocol_dsl.base.truth import Truth
from protocol_dsl.model.endpoints import Proportion
from protocol_dsl.model.examples import ExampleCase, ExpectedFinding, ExpectedPlan, ExpectedRaised, GivenValue
from protocol_dsl.model.expressions import Test
from protocol_dsl.model.points import Place
from protocol_dsl.model.results import ParticipantResult
from protocol_dsl.model.schedule import Visit
from protocol_dsl.model.series import member_called
from protocol_dsl.model.study import StudyModel
from protocol_dsl.model.tested import Boundary, ExampleResult, ExampleResults, PlanSeen, RuleKind, RuleSeen
from protocol_dsl.project.examples.boundaries import leaves
from protocol_dsl.project.examples.run import Examples


def tested(model: StudyModel) -> ExampleResults:
    """Every example run, and what it has seen."""
    examples = Examples(model)
    results = examples.results()
    return ExampleResults(
        examples=results, rules=tuple(rules_seen(model, results)), plan=tuple(plan_seen(examples, results))
    )


def rules(model: StudyModel) -> Iterator[tuple[RuleKind, str, str, Test, Place]]:
    """Everything that is met or not met: kind, name, title, test and place, in the order of the text."""
    for criterion in model.criteria:
        yield criterion.kind, criterion.name, criterion.title, criterion.test, criterion.place
    for own in model.deviations:
        yield "deviation", own.name, own.title, own.test, own.place
    for defined in model.definitions:
        yield "definition", defined.name, defined.name, defined.test, defined.place
    for endpoint in model.endpoints:
        if isinstance(endpoint.kind, Proportion):
            yield "endpoint", endpoint.name, endpoint.title, endpoint.kind.test, endpoint.place


def rules_seen(model: StudyModel, results: tuple[ExampleResult, ...]) -> Iterator[RuleSeen]:
    """How often each rule was expected met, not met and unknown, where it was found so."""
    seen = Counter(
        (answer.expected.rule, answer.expected.finding)
        for example in results
        for case in example.cases
        for answer in case.answers
        if answer.holds and isinstance(answer.expected, ExpectedFinding)
    )
    for kind, name, title, test, place in rules(model):
        counts = [seen[name, truth] for truth in (Truth.MET, Truth.NOT_MET, Truth.UNKNOWN)]
        boundaries: dict[str, tuple[str, ...]] = {}
        for each in () if all(counts) else leaves(test, model):
            boundaries[each.of] = tuple(dict.fromkeys((*boundaries.get(each.of, ()), *each.values)))
        yield RuleSeen(
            rule=name,
            kind=kind,
            title=title,
            met=counts[0],
            not_met=counts[1],
            unknown=counts[2],
            boundaries=tuple(Boundary(of, values) for of, values in boundaries.items() if values),
            place=place,
        )


def plan_seen(examples: Examples, results: tuple[ExampleResult, ...]) -> Iterator[PlanSeen]:
    """How often each visit and each cycle of the plan was spoken of."""
    seen: Counter[tuple[str, int | None]] = Counter()
    series = [visit for visit in examples.model.visits if visit.series is not None]
    for example in results:
        for case in example.cases:
            spoken = {about(answer.expected, series) for answer in case.answers if answer.holds}
            seen.update(each for each in spoken if each is not None)
    for visit in examples.model.visits:
        yield PlanSeen(visit.name, seen[visit.name, None])
    for treatment, cycle in cycles(examples):
        yield PlanSeen(f"cycle {cycle} of {treatment}", seen[treatment, cycle], treatment, cycle)


def about(expected: object, series: Sequence[Visit]) -> tuple[str, int | None] | None:
    """The visit, or the series that it is of, or the cycle that an expectation is about."""
    match expected:
        case ExpectedPlan(of, None) | ExpectedRaised(at=str(of), cycle=None):
            return next((visit.name for visit in series if member_called(visit, of)), of), None
        case ExpectedPlan(of, cycle) | ExpectedRaised(at=str(of), cycle=cycle):
            return of, cycle
        case _:
            return None


def cycles(examples: Examples) -> Iterator[tuple[str, int]]:
    """The cycles that the plan gives, whatever the arm."""
    found = (
        (cycle.treatment, cycle.cycle)
        for result in planned(examples)
        for cycle in result.cycles
        if cycle.planned is not None and cycle.status != "not applicable"
    )
    yield from dict.fromkeys(found)


def planned(examples: Examples) -> Iterator[ParticipantResult]:
    """A participant of each arm of whom nothing but the start is known."""
    arms = [arm.name for arm in examples.model.arms] or [""]
    for arm in arms:
        given = (GivenValue("arm", arm),) if arm else ()
        yield examples.plan(ExampleCase(given=given, expected=(), is_row=True))
