"""Days as places on a drawing: left to right, a day as wide as any other."""

from collections.abc import Iterable, Iterator
from datetime import date

from protocol_dsl.base.days import LAST_DAY
from protocol_dsl.base.values import frozen

STEPS = (1, 3, 6, 12, 24, 60, 120, 600, 1200, 6000, 12000)
"""Months between two marks of the axis, of which the first that leaves few enough is taken."""
MOST_TICKS = 12
YEAR_MONTHS = 12


@frozen(kw_only=True)
class Scale:
    """The days ``first`` to ``last`` laid over ``left`` to ``left + width``; a day begins at its place."""

    first: int
    last: int
    left: float
    width: float

    def place(self, day: int) -> float:
        """Where ``day`` begins; a day outside stands at the edge.

        >>> Scale(first=1, last=10, left=0, width=100).place(6)
        50.0
        """
        inside = min(max(day, self.first), self.last + 1)
        return self.left + (inside - self.first) * self.width / (self.last + 1 - self.first)

    def middle(self, first: int, last: int) -> float:
        """The middle of the days ``first`` to ``last``."""
        return (self.place(first) + self.place(last + 1)) / 2

    def ticks(self) -> Iterator[tuple[float, str]]:
        """Places of the axis with their words: first days of months, few enough to be read."""
        start, end = date.fromordinal(self.first), date.fromordinal(self.last)
        from_month = start.year * YEAR_MONTHS + start.month - 1
        to_month = end.year * YEAR_MONTHS + end.month - 1
        step = next((each for each in STEPS if (to_month - from_month) // each < MOST_TICKS), STEPS[-1])
        for month in range(-(-from_month // step) * step, to_month + 1, step):
            day = date(month // YEAR_MONTHS, month % YEAR_MONTHS + 1, 1)
            if day.toordinal() >= self.first:
                yield self.place(day.toordinal()), day.isoformat()[: 4 if step % YEAR_MONTHS == 0 else 7]


def scale_over(days: Iterable[int], left: float, width: float) -> Scale | None:
    """A scale that holds ``days`` with some room around them, or ``None`` where there are none."""
    held = sorted(days)
    if not held:
        return None
    room = max(7, (held[-1] - held[0]) // 50)
    first = max(1, held[0] - room)
    last = min(LAST_DAY, held[-1] + room)
    return Scale(first=first, last=last, left=left, width=width)


def rows_of(labels: Iterable[tuple[float, float]], most: int) -> Iterator[int | None]:
    """The row on which each label (its middle and its width, from left to right) stands free; ``None``: on none.

    >>> list(rows_of([(10, 20), (25, 20), (28, 20)], most=2))
    [0, 1, None]
    """
    ends = [float("-inf")] * most
    for middle, width in labels:
        free = next((row for row, end in enumerate(ends) if end <= middle - width / 2), None)
        if free is not None:
            ends[free] = middle + width / 2
        yield free
