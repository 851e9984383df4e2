"""Days of a plan counted from its origin, and the scale on which they are drawn."""

from collections.abc import Iterator
from itertools import islice, takewhile

from protocol_dsl.base.values import frozen
from protocol_dsl.model.given import GivenDay, given_day
from protocol_dsl.model.points import Length, Point
from protocol_dsl.model.schedule import Continuous, Cycles, InCycles, Stop, Treatment
from protocol_dsl.model.series import MOST
from protocol_dsl.model.study import StudyModel

MONTH = 30.4375
"""Days of a month on a drawing; on the calendar its months have their own lengths."""
ORIGINS = ("W0", "D0", "M0")


@frozen
class Clock:
    """Days from the ``origin`` milestone; ``apart`` has those of milestones that the protocol ties to it.

    The first dose and the cycles of ``treatments`` have the days on which they are planned.
    """

    origin: str
    apart: dict[str, float]
    treatments: tuple[Treatment, ...] = ()

    def day(self, point: Point) -> float | None:
        """The day of a point; nothing where no length ties it to the origin."""
        start = 0.0 if point.milestone == self.origin else self.apart.get(point.milestone)
        if start is None and (given := given_day(point.milestone)) is not None:
            start = self.planned(given)
        return None if start is None else start + point.months * MONTH + point.days

    def planned(self, given: GivenDay) -> float | None:
        """The planned day of what is given; nothing for a last dose, and where the plan does not say."""
        course = next((each.course for each in self.treatments if each.name == given.treatment), None)
        match course, given.what:
            case (Continuous() | Cycles(), "first dose"):
                return self.day(course.start)
            case (Cycles(), "cycle" | "planned cycle"):
                at = next(((number, day) for number, day in cycle_days(course, self) if number >= given.number), None)
                return at[1] if at is not None and at[0] == given.number else None
            case _:
                return None

    def bound(self, stops: Iterator[Stop | None]) -> float | None:
        """The first day of those that bound a plan; nothing where only events end it."""
        points = (self.day(each) for each in stops if isinstance(each, Point))
        return min((day for day in points if day is not None), default=None)


def clock_of(model: StudyModel) -> Clock:
    """The clock of a protocol's plan."""
    return Clock(origin_of(model), distances(model), model.treatments)


def origin_of(model: StudyModel) -> str:
    """The milestone from which most of the plan is counted; study time where it is used."""
    named = {anchor.name: anchor.milestone for anchor in model.anchors}
    if found := next((named[name] for name in ORIGINS if name in named), None):
        return found
    used = [visit.point.milestone for visit in model.visits]
    return max(dict.fromkeys(used), key=used.count, default="randomization")


def distances(model: StudyModel) -> dict[str, float]:
    """How long before the origin a milestone is at the most, where a required interval says so."""
    origin = origin_of(model)
    return {
        interval.start.milestone: -days_of(interval.length)
        for interval in model.intervals
        if interval.bound == "at most"
        and interval.end == Point(origin)
        and interval.start == Point(interval.start.milestone)
        and interval.start.milestone != origin
    }


def days_of(length: Length) -> float:
    """A length in days."""
    return length.months * MONTH + length.days


def cycle_days(cycles: Cycles, clock: Clock) -> Iterator[tuple[int, float]]:
    """The cycles by number, each with its planned day; without end for an open plan that no day bounds."""
    bound = clock.bound(iter((cycles.none_after, *cycles.stops)))
    planned = own_days(cycles, clock) if cycles.inside is None else days_inside(cycles.inside, clock)
    return takewhile(lambda cycle: bound is None or cycle[1] <= bound, planned)


def own_days(cycles: Cycles, clock: Clock) -> Iterator[tuple[int, float]]:
    """The days that the spacings make."""
    at = clock.day(cycles.start)
    number = 1
    while at is not None and (cycles.up_to is None or number <= cycles.up_to):
        yield number, at
        at = at + days_of(cycles.spacings[min(number, len(cycles.spacings)) - 1]) if cycles.spacings else None
        number += 1


def days_inside(inside: InCycles, clock: Clock) -> Iterator[tuple[int, float]]:
    """The days in the cycles of another treatment."""
    course = next((each.course for each in clock.treatments if each.name == inside.treatment), None)
    if isinstance(course, Cycles):
        for number, at in islice(cycle_days(course, clock), MOST):
            if inside.only.has(number):
                yield number, at + inside.days[0] - 1


def day_words(day: float) -> str:
    """A day as a whole number, which it is unless months made it.

    >>> day_words(14.0), day_words(30.4375)
    ('14', '30')
    """
    return str(round(day))


def study_time(day: float) -> str:
    """A day after the origin, in weeks where they are whole.

    >>> study_time(14), study_time(15)
    ('week 2', 'day 15')
    """
    return f"week {round(day) // 7}" if round(day) % 7 == 0 else f"day {round(day)}"


# ------------------------------------------------------------------------------------------------------------ the scale
SCALES = (
    ("day", 1.0, 28, (1, 2, 7)),
    ("week", 7.0, 800, (1, 2, 4, 8, 12, 16, 26, 52)),
    ("month", MONTH, 1e9, (3, 6, 12, 24, 60, 120, 600, 1200)),
)
"""Units of the axis: days of one, days up to which it serves, and steps between marks."""
MOST_TICKS = 15


def scale(first: float, last: float) -> tuple[str, tuple[tuple[float, str], ...]]:
    """The unit of the axis, and its marks: few enough to be read.

    >>> scale(0, 21)[1][:3]
    ((0.0, '0'), (2.0, '2'), (4.0, '4'))
    """
    unit, days, steps = next((unit, days, steps) for unit, days, most, steps in SCALES if last - first <= most)
    step = next((each for each in steps if (last - first) / days / each <= MOST_TICKS), steps[-1])
    begin = -(-first // (days * step))
    counts = [int(begin + number) * step for number in range(int((last - begin * days * step) // (days * step)) + 1)]
    return unit, tuple((count * days, str(count)) for count in counts)
