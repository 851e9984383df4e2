"""The planned points of the cycles of a treatment, by the text alone."""

from collections.abc import Iterator
from itertools import count, islice

from protocol_dsl.model.points import Length, Point
from protocol_dsl.model.schedule import Cycles
from protocol_dsl.model.series import cycle_day


def cycle_points(cycles: Cycles) -> Iterator[Point]:
    """The planned points of the cycles without an end, all offsets added to the milestone."""
    milestone, months, days = cycles.start.milestone, cycles.start.months, cycles.start.days
    for number in count(1):
        yield Point(milestone, months, days)
        step = spacing(cycles, number)
        months, days = months + step.months, days + step.days


def cycle_point(cycles: Cycles, number: int) -> Point:
    """The planned point of a cycle: months first, then days.

    >>> weeks = Cycles(up_to=8, start=Point("randomization", days=14), spacings=(Length(days=28), Length(days=42)))
    >>> [cycle_point(weeks, number).days // 7 for number in range(1, 9)]
    [2, 6, 12, 18, 24, 30, 36, 42]
    """
    if cycles.inside is not None:
        return cycle_day(cycles.inside, number, cycles.inside.days[0])
    return next(islice(cycle_points(cycles), max(number - 1, 0), None))


def spacing(cycles: Cycles, number: int) -> Length:
    """The length from cycle ``number`` to the next; the last one given repeats."""
    return cycles.spacings[min(number, len(cycles.spacings)) - 1] if cycles.spacings else Length()
