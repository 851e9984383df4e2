"""Which of several acts without a name is which of several planned ones, where a day lies in the windows of more."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from heapq import heappop, heappush
from typing import TypeAlias

Ways: TypeAlias = Sequence[Mapping[int, int]]
"""For each act, the places in the plan whose windows hold it, each with its days from the planned day."""
WIDTH = 64
"""Bits for each part of a cost; no sum of such parts has as many."""
NO_PLACE = 1 << (4 * WIDTH)
"""What it costs that an act has no place: more than any days from the plan."""


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
    found = Pairing(ways)
    alike: Counter[tuple[tuple[int, int], ...]] = Counter()
    for act, places in enumerate(ways):
        key = tuple(sorted(places.items()))
        # Of acts of one day the earlier go first, and no more than there are places for.
        if alike[key] < len(places):
            alike[key] += 1
            found.add(act)
    return {place: act for place, act in sorted(found.acts.items()) if place >= 0}


class Pairing:
    """The acts so far, at the least cost in all: one by one, by the Hungarian method.

    ``prices`` of places, and ``worth`` of acts, are such that no act costs less at a place than both together, and one
    that is there costs just that; so the cheapest way to make room for another is found without looking far.
    """

    def __init__(self, ways: Ways) -> None:
        """No act yet."""
        self._ways = ways
        self.acts: dict[int, int] = {}
        self._prices: dict[int, int] = {}
        self._worth: dict[int, int] = {}

    def add(self, act: int) -> None:
        """Find a place for one more act; others may go on to another place, or lose theirs."""
        spent: dict[int, int] = {}
        before: dict[int, int | None] = {}
        seen: dict[int, int] = {}
        queue: list[tuple[int, int]] = []
        self._worth[act] = 0
        one, so_far, via = act, 0, None
        while True:
            for place, cost in self._places(one):
                total = so_far + cost - self._worth[one] - self._prices.get(place, 0)
                if place not in seen and (place not in spent or total < spent[place]):
                    spent[place], before[place] = total, via
                    heappush(queue, (total, place))
            so_far, place = heappop(queue)
            while place in seen:
                so_far, place = heappop(queue)
            if place not in self.acts:
                break
            seen[place] = so_far
            one, via = self.acts[place], place
        self._worth[act] += so_far
        for each, total in seen.items():
            self._worth[self.acts[each]] += so_far - total
            self._prices[each] = self._prices.get(each, 0) - so_far + total
        reached: int | None = place
        while reached is not None:
            other = before[reached]
            self.acts[reached] = act if other is None else self.acts[other]
            reached = other

    def _places(self, act: int) -> Iterator[tuple[int, int]]:
        """The places that an act may have, each with its cost; below 0 is none, an own one of each act."""
        yield -1 - act, NO_PLACE
        for place, days in self._ways[act].items():
            yield place, (days << 3 * WIDTH) + (place << 2 * WIDTH) + (act << WIDTH) - act * place


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
