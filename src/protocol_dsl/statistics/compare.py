"""Each arm against the first listed."""

from collections.abc import Iterator, Sequence

from protocol_dsl.model.endpoints import (
    Average,
    CountIn,
    Course,
    Endpoint,
    EndpointKind,
    EventsIn,
    Proportion,
    TimeToEvent,
    TimeToReading,
    WorstGrade,
)
from protocol_dsl.model.estimates import Comparison
from protocol_dsl.statistics.arms import Group
from protocol_dsl.statistics.describe import events_of, numbers_of, times_of
from protocol_dsl.statistics.orders import wilcoxon
from protocol_dsl.statistics.proportions import difference_of, fisher, newcombe
from protocol_dsl.statistics.survival import logrank

COMPARES = {
    "fisher": (Proportion, EventsIn),
    "wilcoxon": (Average, Course, CountIn, WorstGrade),
    "logrank": (TimeToReading, TimeToEvent),
}
"""What each test compares."""
SAYS = {"fisher": "proportions", "wilcoxon": "numbers", "logrank": "times"}


def applies(method: str, kind: EndpointKind) -> bool:
    """Whether a test is one of this kind of endpoint."""
    return isinstance(kind, COMPARES.get(method, ())) and not (isinstance(kind, Course) and kind.choices)


def refused(endpoint: Endpoint) -> Iterator[str]:
    """The tests asked for that compare something else."""
    for method in endpoint.compare:
        if method not in COMPARES:
            yield f"{method} is no test of this version: fisher, wilcoxon and logrank are"
        elif not applies(method, endpoint.kind):
            yield f"{method} compares {SAYS[method]}, which {endpoint.name} has none of: not computed"


def comparisons(endpoint: Endpoint, groups: Sequence[Group], level: float) -> Iterator[Comparison]:
    """Every arm but the first against the first, by each test asked for; of shares the difference always."""
    for group in groups[1:]:
        if isinstance(endpoint.kind, Proportion | EventsIn):
            yield difference(groups[0], group, level)
        for method in endpoint.compare:
            if applies(method, endpoint.kind):
                yield tested(method, groups[0], group)


def difference(first: Group, group: Group, level: float) -> Comparison:
    """The difference of two shares."""
    if not group.n or not first.n:
        words = f"no difference: {(first if not first.n else group).arm} has nobody to count"
        return Comparison(arm=group.arm, versus=first.arm, method="difference", words=words)
    one, other = (events_of(group), group.n), (events_of(first), first.n)
    low, high = newcombe(one, other, level)
    found = difference_of(one, other)
    return Comparison(arm=group.arm, versus=first.arm, method="difference", difference=found, low=low, high=high)


def tested(method: str, first: Group, group: Group) -> Comparison:
    """One test; where it cannot be computed, why."""
    statistic: float | None = None
    found: float | str
    if method == "fisher":
        pair = (events_of(group), group.n), (events_of(first), first.n)
        p = fisher(*pair) if group.n and first.n else None
        found = "an arm has nobody to count" if p is None else p
    elif method == "wilcoxon":
        found = wilcoxon(numbers_of(group), numbers_of(first))
    else:
        outcome = logrank(times_of(group), times_of(first))
        if isinstance(outcome, str):
            found = outcome
        else:
            statistic, found = outcome
    if isinstance(found, str):
        return Comparison(arm=group.arm, versus=first.arm, method=method, words=f"not computed: {found}")
    return Comparison(arm=group.arm, versus=first.arm, method=method, statistic=statistic, p=found)
