"""Which of several acts without a name is which of several planned ones, where a day lies in the windows of more."""

from collections import deque
from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias

Ways: TypeAlias = Sequence[Mapping[int, int]]
"""For each act, the places in the plan whose windows hold it, each with its days from the planned day."""
Cost: TypeAlias = tuple[int, int, int, int]
"""What one choice costs: the days from the plan, then how late in the plan, how late the act, how far out of order."""


def paired(ways: Ways) -> dict[int, int]:
    """The act of each place that has one, both by their numbers: acts in the order of days, places in that of the plan.

    As many places as can be have an act; all in all these lie as near to their planned days as can be; then the earlier
    places have one, by the earlier acts, in the order of both. So an act is at the place planned nearest, of two the
    earlier, unless another is nearest to that place too.

    >>> paired([{0: 0}, {0: 10, 1: 18}, {1: 0}])
    {0: 0, 1: 2}
    >>> paired([{0: 0}, {0: 10, 1: 18}])
    {0: 0, 1: 1}
    """
    found: dict[int, int] = {}
    while more := one_more(ways, found):
        found |= more
    return dict(sorted(found.items()))


def one_more(ways: Ways, found: Mapping[int, int]) -> dict[int, int]:
    """The acts of the places that change so that one more has an act, at the least cost; nothing where none can.

    An act at a place may give it to another, and go on to another itself: so each place is reached from the acts that
    have none, one exchange after the other.
    """
    before = {act: place for place, act in found.items()}
    best: dict[int, tuple[Cost, int]] = {}
    open_acts = deque((act, (0, 0, 0, 0)) for act in range(len(ways)) if act not in before)
    while open_acts:
        act, spent = open_acts.popleft()
        for place, days in ways[act].items():
            total = changed(spent, cost(act, place, days))
            if before.get(act) == place or (place in best and best[place][0] <= total):
                continue
            best[place] = total, act
            if place in found:
                other = found[place]
                open_acts.append((other, changed(total, cost(other, place, ways[other][place]), -1)))
    free = [(total, place) for place, (total, _) in best.items() if place not in found]
    if not free:
        return {}
    more: dict[int, int] = {}
    reached: int | None = min(free)[1]
    while reached is not None:
        more[reached] = best[reached][1]
        reached = before.get(more[reached])
    return more


def cost(act: int, place: int, days: int) -> Cost:
    """What it costs that an act is at a place."""
    return days, place, act, -act * place


def changed(one: Cost, other: Cost, sign: int = 1) -> Cost:
    """A cost with another added, or taken away."""
    return tuple(a + sign * b for a, b in zip(one, other, strict=True))  # type: ignore[return-value] # as long as both


def acts_that_may_be(place: int, may_be: Sequence[Collection[int]], found: Mapping[int, int]) -> tuple[int, ...]:
    """The acts without a place that may be at one that has none, or at that of another act, which then may be at it.

    Args:
        place: The place.
        may_be: For each act, the places whose windows hold it, or may.
        found: The acts of places.
    """
    before = {act: other for other, act in found.items()}
    reached, queue, acts = {place}, [place], dict[int, None]()
    while queue:
        here = queue.pop()
        for act in (act for act, places in enumerate(may_be) if here in places):
            if act not in before:
                acts[act] = None
            elif before[act] not in reached:
                reached.add(before[act])
                queue.append(before[act])
    return tuple(sorted(acts))
