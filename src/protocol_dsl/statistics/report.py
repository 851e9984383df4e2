"""An endpoint reported: outcomes of participants in, estimates by arm out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import assert_never

from protocol_dsl.base.numbers import several, write_number
from protocol_dsl.model.endpoints import (
    AnalysisSet,
    Average,
    CountIn,
    Course,
    Endpoint,
    EndpointKind,
    EventsIn,
    MissingRule,
    Proportion,
    TimeToEvent,
    TimeToReading,
    WorstGrade,
)
from protocol_dsl.model.estimates import ArmEstimates, Block, EndpointResult, Estimate, Listed, Step
from protocol_dsl.model.outcomes import Happened, Outcome
from protocol_dsl.model.study import StudyModel
from protocol_dsl.statistics.arms import Group, groups, without_arm
from protocol_dsl.statistics.compare import applies, comparisons, refused
from protocol_dsl.statistics.describe import (
    average,
    categories,
    counts,
    grades,
    happenings,
    planned_after,
    proportion,
    times,
)

TWO = 2


def report(
    model: StudyModel,
    endpoint: Endpoint,
    sets: Sequence[AnalysisSet],
    outcomes: Sequence[Outcome],
    subjects: Sequence[str],
) -> EndpointResult:
    """All that an endpoint reports.

    Args:
        model: The protocol, for its arms and visits.
        endpoint: What is reported.
        sets: The analysis sets, in the order of the text.
        outcomes: One for each participant, in the order of their names.
        subjects: The measures and events that the endpoint is about.
    """
    blocks = tuple(
        block(model, endpoint, each, outcomes, place, rule)
        for each in sets
        for place in range(places(endpoint))
        for rule in rules(endpoint)
    )
    return EndpointResult(
        endpoint=endpoint,
        blocks=blocks,
        listed=tuple(listed(outcomes)),
        notes=(*unheld(outcomes, subjects), *notes(model, endpoint)),
    )


def places(endpoint: Endpoint) -> int:
    """How many parts each outcome has."""
    return len(endpoint.kind.points) if isinstance(endpoint.kind, Course) else 1


def rules(endpoint: Endpoint) -> tuple[MissingRule | None, ...]:
    """The rules for missing data, where they mean something."""
    match endpoint.kind:
        case Proportion():
            return endpoint.missing or ("observed only",)
        case Average() | Course():
            return tuple(rule for rule in endpoint.missing if rule != "failure") or ("observed only",)
        case _:
            return (None,)


def block(  # noqa: PLR0913, PLR0917 - what a block is of
    model: StudyModel,
    endpoint: Endpoint,
    analysis_set: AnalysisSet,
    outcomes: Sequence[Outcome],
    place: int,
    rule: MissingRule | None,
) -> Block:
    """The arms under one analysis set and one rule, at one visit."""
    level = float(endpoint.confidence) / 100
    found = groups(model, outcomes, analysis_set.name, place, rule)
    visit = endpoint.kind.points[place].visit if isinstance(endpoint.kind, Course) else None
    return Block(
        analysis_set=analysis_set.name,
        set_title=analysis_set.title,
        missing=rule,
        visit=visit,
        arms=tuple(arm(model, endpoint, group, level) for group in found),
        comparisons=tuple(comparisons(endpoint, found, level)),
        notes=tuple(block_notes(model, outcomes, analysis_set, found)),
    )


def arm(model: StudyModel, endpoint: Endpoint, group: Group, level: float) -> ArmEstimates:
    """One arm."""
    estimates, curve = estimated(model, endpoint, group, level)
    return ArmEstimates(
        arm=group.arm,
        title=group.title,
        counted=len(group.parts),
        n=group.n,
        observed=group.state("observed"),
        missing=group.state("missing"),
        pending=group.state("pending"),
        not_applicable=group.state("not applicable"),
        estimates=estimates,
        curve=curve,
    )


def estimated(
    model: StudyModel, endpoint: Endpoint, group: Group, level: float
) -> tuple[tuple[Estimate, ...], tuple[Step, ...]]:
    """The estimates of an arm, and its curve where it has one."""
    kind = endpoint.kind
    match kind:
        case Proportion():
            return tuple(proportion(group, level)), ()
        case Average(statistic=statistic):
            return tuple(average(group, statistic, level)), ()
        case Course(choices=choices):
            return tuple(categories(group, choices) if choices else average(group, "median", level)), ()
        case TimeToReading() | TimeToEvent():
            return times(group, planned_after(kind, model), level)
        case EventsIn():
            return tuple(happenings(group, level)), ()
        case CountIn():
            return tuple(counts(group, level)), ()
        case WorstGrade():
            ranges = {each.name: each.grades for each in model.vocabulary.events}
            return tuple(grades(group, ranges.get(kind.events.name) or (1, 1))), ()
        case _:
            assert_never(kind)


# ---------------------------------------------------------------------------------------------------------------- words
def listed(outcomes: Sequence[Outcome]) -> Iterator[Listed]:
    """Who has no answer, and what is to know of those who have one."""
    for outcome in outcomes:
        for part in outcome.parts:
            if part.state in {"missing", "pending"}:
                yield Listed(outcome.participant, outcome.arm, part.visit, part.state, part.words)
            for words in part.notes:
                yield Listed(outcome.participant, outcome.arm, part.visit, part.state, words)


def block_notes(
    model: StudyModel, outcomes: Sequence[Outcome], analysis_set: AnalysisSet, found: Sequence[Group]
) -> Iterator[str]:
    """Who is in no arm's numbers, and whose period goes on."""
    if count := without_arm(model, outcomes, analysis_set.name):
        yield f"{several(count, 'participant')} of {analysis_set.name} without an arm: in no arm's numbers"
    running = sum(isinstance(answer, Happened) and answer.is_running for group in found for answer in group.answers)
    if running:
        yield f"{several(running, 'participant')} still in the period: counted as far as the data go"


def unheld(outcomes: Sequence[Outcome], subjects: Sequence[str]) -> Iterator[str]:
    """What the data hold of nobody."""
    held = {name for outcome in outcomes for name in outcome.held}
    for name in subjects:
        if name not in held:
            yield f"the data hold no {name}, of anybody"


def notes(model: StudyModel, endpoint: Endpoint) -> Iterator[str]:
    """What was done."""
    if not (isinstance(endpoint.kind, Course) and endpoint.kind.choices):
        yield METHODS[type(endpoint.kind).__name__].format(
            level=f"{write_number(endpoint.confidence)} %", censored=censored_at(endpoint.kind)
        )
    if len(model.arms) > TWO and (endpoint.compare or isinstance(endpoint.kind, Proportion | EventsIn)):
        yield f"each arm is compared with the first listed, {model.arms[0].name}, not adjusted for how many there are"
    if isinstance(endpoint.kind, TimeToReading | TimeToEvent | EventsIn | CountIn | WorstGrade) and endpoint.missing:
        yield "the rules for missing data say nothing of this kind of endpoint: only what is observed counts"
    if isinstance(endpoint.kind, TimeToReading | TimeToEvent) and endpoint.kind.competing:
        rivals = " and ".join(event.name for event in endpoint.kind.competing)
        yield f"{rivals} first ends the time as a competing event, and counts as censored there"
    if isinstance(endpoint.kind, TimeToEvent) and not endpoint.kind.is_survival:
        yield "what comes after the end of participation does not count"
    if endpoint.compare and len(model.arms) < TWO:
        yield "there are no two arms to compare: no test is computed"
    else:
        yield from (TESTS[method] for method in endpoint.compare if applies(method, endpoint.kind))
    yield from refused(endpoint)


def censored_at(kind: EndpointKind) -> str:
    """Where a time without an event ends."""
    if not isinstance(kind, TimeToEvent) or not kind.assessments:
        is_survival = isinstance(kind, TimeToEvent) and kind.is_survival
        return LAST_SEEN if is_survival else "the end of participation, else on the last day that the data show"
    return f"the last {' or '.join(each.name for each in kind.assessments)}, at the start without one"


LAST_SEEN = "the last day that the data show, or the end of participation where that is later"
METHODS: Mapping[str, str] = {
    "Proportion": "intervals of proportions ({level}) are exact (Clopper and Pearson); those of differences are "
    "Newcombe's, without continuity correction",
    "Average": "quartiles are SAS type 2; the interval of a median ({level}) is exact, from the order of the values; "
    "that of a mean is Student's",
    "Course": "quartiles are SAS type 2; the interval of a median ({level}) is exact, from the order of the values",
    "TimeToReading": "Kaplan and Meier, in days; events before censorings of the same day; intervals ({level}) by "
    "log(-log); censored at the last reading that decides; readings up to the start do not count",
    "TimeToEvent": "Kaplan and Meier, in days; events before censorings of the same day; intervals ({level}) by "
    "log(-log); censored at {censored}",
    "EventsIn": "intervals ({level}): exact for proportions (Clopper and Pearson) and rates (Poisson), Newcombe's "
    "without continuity correction for differences; time counts to " + LAST_SEEN,
    "CountIn": "quartiles are SAS type 2; the interval of a mean ({level}) is Student's",
    "WorstGrade": "each participant counts once, by the worst grade",
}
TESTS: Mapping[str, str] = {
    "fisher": "Fisher's exact test, two-sided",
    "wilcoxon": "Wilcoxon's rank sum test, two-sided, asymptotic, corrected for ties and continuity",
    "logrank": "log-rank test, two-sided",
}
