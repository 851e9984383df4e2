"""Periods in a participant's time, cut at the horizon."""

from collections.abc import Callable
from functools import lru_cache, partial
from typing import NamedTuple, TypeAlias

from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.points import compile_point
from protocol_dsl.model.points import Period


class Bounds(NamedTuple):
    """The first day of a period lies from ``p1`` to ``p2``, its last from ``q1`` to ``q2``."""

    p1: int
    p2: int
    q1: int
    q2: int

    def holds(self, first: int, last: int) -> int:
        """Whether a fact of the days ``first`` to ``last`` lies in the period: 2 certainly, 1 perhaps, 0 not."""
        if self.p2 <= first and last <= self.q1:
            return 2
        return 1 if first <= self.q2 and last >= self.p1 else 0


bounds_of: Callable[[tuple[int, int, int, int]], Bounds] = partial(tuple.__new__, Bounds)
"""Bounds of their four days, in half the time that their names take; every participant has some."""

Resolved: TypeAlias = Callable[[Facts], Bounds | None]


@lru_cache(maxsize=1024)
def compile_period(period: Period) -> Resolved:
    """The bounds of a period for a participant, never beyond the horizon; ``None`` where an end has no day.

    A period without an end goes to the horizon, so it has no day either where the horizon is not known.
    """
    start = None if period.start is None else compile_point(period.start)
    end = None if period.end is None else compile_point(period.end)
    token = object()

    def resolve(facts: Facts) -> Bounds | None:
        p1 = p2 = 0
        if start is not None:
            first = start(facts)
            if first is None:
                return None
            p1, p2 = first.first, first.last
        horizon = facts.horizon
        if end is None:
            return None if facts.missing_horizon else bounds_of((p1, p2, horizon.first, horizon.last))
        last = end(facts)
        if last is None:
            return None
        q1, q2 = last.first, last.last
        if q2 > horizon.first:
            q1, q2 = min(q1, horizon.first), min(q2, horizon.last)
        return bounds_of((p1, p2, q1, q2))

    def run(facts: Facts) -> Bounds | None:
        memo = facts.memo
        if token in memo:
            return memo[token]  # type: ignore[return-value]  # this key holds what is written below
        found = memo[token] = resolve(facts)
        return found

    return run
