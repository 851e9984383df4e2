"""Which of several acts without a name is which of several planned ones, where a day lies in the windows of more."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from heapq import heappop, heappush, nsmallest
from operator import itemgetter
from typing import TypeAlias

Ways: TypeAlias = Sequence[Mapping[int, int]]
"""For each act, the places in the plan whose windows hold it, each with its days from the planned day."""
WIDTH = 64
"""Bits for each part of a cost; no sum of such parts has as many."""
NO_ACT = 1 << (4 * WIDTH)
"""What it costs that a place has no act: more than any days from the plan."""


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
    offers: dict[int, list[tuple[int, int]]] = {}
    for act, places in enumerate(ways):
        for place, days in places.items():
            offers.setdefault(place, []).append((days, act))
    found = Pairing()
    for place in sorted(offers):
        # Of more acts than there are places one is always left that serves this place better than those farther away.
        found.add(place, nsmallest(len(offers), offers[place]))
    return {place: act for act, place in sorted(found.places.items(), key=itemgetter(1)) if act >= 0}


class Pairing:
    """The places so far, each with its act at the least cost in all: one by one, by the Hungarian method.

    ``prices`` of acts, and ``worth`` of places, are such that no act costs less at a place than both together, and one
    that is there costs just that; so the cheapest way to find an act for another place is found without looking far.
    """

    def __init__(self) -> None:
        """No place yet."""
        self.places: dict[int, int] = {}
        self._costs: dict[int, list[tuple[int, int]]] = {}
        self._prices: dict[int, int] = {}
        self._worth: dict[int, int] = {}

    def add(self, place: int, offers: Iterable[tuple[int, int]]) -> None:
        """Find an act for one more place, of those offered, each with its days; others may have another, or none, then.

        An act below 0 is none, an own one of each place.
        """
        costs = [
            (act, (days << 3 * WIDTH) + (place << 2 * WIDTH) + (act << WIDTH) - act * place) for days, act in offers
        ]
        self._costs[place] = [(-1 - place, NO_ACT), *costs]
        self._worth[place] = 0
        spent: dict[int, int] = {}
        before: dict[int, int | None] = {}
        seen: dict[int, int] = {}
        queue: list[tuple[int, int]] = []
        one, so_far, via = place, 0, None
        while True:
            start = so_far - self._worth[one]
            for act, cost in self._costs[one]:
                total = start + cost - self._prices.get(act, 0)
                if act not in seen and (act not in spent or total < spent[act]):
                    spent[act], before[act] = total, via
                    heappush(queue, (total, act))
            so_far, act = heappop(queue)
            while act in seen:
                so_far, act = heappop(queue)
            if act not in self.places:
                break
            seen[act] = so_far
            one, via = self.places[act], act
        self._worth[place] += so_far
        for each, total in seen.items():
            self._worth[self.places[each]] += so_far - total
            self._prices[each] = self._prices.get(each, 0) - so_far + total
        reached: int | None = act
        while reached is not None:
            other = before[reached]
            self.places[reached] = place if other is None else self.places[other]
            reached = other


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
