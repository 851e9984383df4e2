"""The estimates of one arm, by the kind of endpoint."""

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction

from protocol_dsl.base.numbers import Number, Range
from protocol_dsl.base.values import frozen
from protocol_dsl.model.endpoints import TimeToEvent, TimeToReading
from protocol_dsl.model.estimates import Estimate, Step
from protocol_dsl.model.outcomes import Graded, Happened, Met, Timed, Valued
from protocol_dsl.model.study import StudyModel
from protocol_dsl.statistics.arms import Group
from protocol_dsl.statistics.figures import share
from protocol_dsl.statistics.means import mean, mean_interval, rate, rate_interval, spread
from protocol_dsl.statistics.orders import HALF, extremes, median_interval, quantile
from protocol_dsl.statistics.proportions import exact_interval
from protocol_dsl.statistics.survival import Curve, kaplan_meier

QUARTER = Fraction(1, 4)
NOBODY = "nobody to count"
NO_VALUE = "no value"


# ---------------------------------------------------------------------------------------------------------- proportions
def events_of(group: Group) -> int:
    """How many participants have the test met, or an event."""
    met = sum(isinstance(answer, Met) and answer.is_met for answer in group.answers)
    return met + sum(isinstance(answer, Happened) and answer.events > 0 for answer in group.answers)


def proportion(group: Group, level: float) -> Iterator[Estimate]:
    """Events and their share."""
    events = events_of(group)
    yield Estimate(statistic="events", value=events)
    yield share_of(events, group.n, level)


def share_of(events: int, n: int, level: float) -> Estimate:
    """A share with its exact interval."""
    if not n:
        return Estimate(statistic="proportion", value=None, words=NOBODY)
    low, high = exact_interval(events, n, level)
    return Estimate(statistic="proportion", value=share(events, n), low=low, high=high)


# --------------------------------------------------------------------------------------------------------------- values
def numbers_of(group: Group) -> list[Number | Range]:
    """The numbers and intervals of an arm; a worst grade is a number too."""
    found = [answer.value for answer in group.answers if isinstance(answer, Valued)]
    return [value for value in found if not isinstance(value, str)] + [
        answer.grade for answer in group.answers if isinstance(answer, Graded)
    ]


def average(group: Group, statistic: str, level: float) -> Iterator[Estimate]:
    """The median with its quartiles, or the mean with its spread; then the least and the greatest."""
    values = numbers_of(group)
    if not values:
        yield Estimate(statistic="mean" if statistic == "mean" else "median", value=None, words=NO_VALUE)
        return
    if statistic == "mean":
        yield from mean_of(values, level)
    else:
        low, high = median_interval(values, level)
        yield Estimate(
            statistic="median",
            value=quantile(values, HALF),
            low=low,
            high=high,
            words="" if low is not None else "too few values for an interval",
        )
        yield Estimate(statistic="first quartile", value=quantile(values, QUARTER))
        yield Estimate(statistic="third quartile", value=quantile(values, 1 - QUARTER))
    least, greatest = extremes(values)
    yield Estimate(statistic="minimum", value=least)
    yield Estimate(statistic="maximum", value=greatest)


def mean_of(values: Sequence[Number | Range], level: float) -> Iterator[Estimate]:
    """The mean and the standard deviation; of intervals the mean alone, unless they are narrower than is printed."""
    points = [point for value in values if (point := as_point(value)) is not None]
    if len(points) < len(values):
        words = "an interval, because a value is one; no standard deviation"
        yield Estimate(statistic="mean", value=mean(values), words=words)
        return
    low, high = mean_interval(points, level)
    words = "" if low is not None else "no interval without a spread"
    yield Estimate(statistic="mean", value=mean(values), low=low, high=high, words=words)
    yield Estimate(statistic="standard deviation", value=spread(points))


def as_point(value: Number | Range) -> Number | None:
    """A number; an interval narrower than anything printed, as logarithms are, is one."""
    if not isinstance(value, Range):
        return value
    if value.low is None or value.high is None or value.high - value.low > Fraction(1, 10**12):
        return None
    return value.low


def categories(group: Group, choices: Sequence[str]) -> Iterator[Estimate]:
    """How many participants are in each category."""
    found = Counter(answer.value for answer in group.answers if isinstance(answer, Valued))
    for choice in choices:
        yield Estimate(statistic="count", value=found[choice], at=choice)


def counts(group: Group, level: float) -> Iterator[Estimate]:
    """All events, the mean and the median of a participant, and how many participants have how many."""
    values = numbers_of(group)
    certain = [value for value in values if not isinstance(value, Range)]
    yield Estimate(statistic="total", value=sum(certain), words="" if certain == values else "at least")
    if not values:
        yield Estimate(statistic="mean", value=None, words=NO_VALUE)
        return
    yield from mean_of(values, level)
    yield Estimate(statistic="median", value=quantile(values, HALF))
    yield Estimate(statistic="first quartile", value=quantile(values, QUARTER))
    yield Estimate(statistic="third quartile", value=quantile(values, 1 - QUARTER))
    for number, count in sorted(Counter(int(value) for value in certain).items()):
        yield Estimate(statistic="count", value=count, at=str(number))


def grades(group: Group, range_of: tuple[int, int]) -> Iterator[Estimate]:
    """How many participants have each grade as their worst; ``none`` had no such event."""
    found = Counter(answer.grade for answer in group.answers if isinstance(answer, Graded))
    yield Estimate(statistic="count", value=found[0], at="none")
    highest = max(range_of[1], max(found, default=0))
    for grade in range(min(range_of[0], highest), highest + 1):
        if grade:
            yield Estimate(statistic="count", value=found[grade], at=str(grade))


# --------------------------------------------------------------------------------------------------------------- events
def happenings(group: Group, level: float) -> Iterator[Estimate]:
    """Participants with an event, events, time under observation, and the rate."""
    found = [answer for answer in group.answers if isinstance(answer, Happened)]
    events, days = sum(answer.events for answer in found), sum(answer.days for answer in found)
    yield Estimate(statistic="participants with an event", value=events_of(group))
    yield share_of(events_of(group), group.n, level)
    yield Estimate(statistic="events", value=events)
    yield Estimate(statistic="person-days", value=days)
    if not days:
        yield Estimate(statistic="rate per 100 person-years", value=None, words="no time under observation")
        return
    low, high = rate_interval(events, days, level)
    yield Estimate(statistic="rate per 100 person-years", value=rate(events, days), low=low, high=high)


# ---------------------------------------------------------------------------------------------------------------- times
@frozen
class Planned:
    """A visit at which the share without the event is told, and its day from the start."""

    name: str
    day: int


def planned_after(kind: TimeToReading | TimeToEvent, model: StudyModel) -> tuple[Planned, ...]:
    """The visits planned a number of days after the start: for a reading, those that assess it."""
    start = kind.start
    return tuple(
        Planned(visit.name, visit.point.days - start.days)
        for visit in model.visits
        if visit.series is None
        and visit.point.milestone == start.milestone
        and visit.point.months == start.months
        and visit.point.days > start.days
        and (not isinstance(kind, TimeToReading) or kind.measure in visit.assess)
    )


def times_of(group: Group) -> list[Timed]:
    """The times of an arm."""
    return [answer for answer in group.answers if isinstance(answer, Timed)]


def times(group: Group, planned: Sequence[Planned], level: float) -> tuple[tuple[Estimate, ...], tuple[Step, ...]]:
    """Events, what ended the rest, the median, the share without the event at planned visits; and the curve."""
    found = times_of(group)
    ended = Counter(time.ended for time in found)
    counted = (
        Estimate(statistic="events", value=ended["event"]),
        Estimate(statistic="competing events", value=ended["competing"]),
        Estimate(statistic="censored", value=ended["censored"]),
    )
    if not found:
        return (*counted, Estimate(statistic="median", value=None, words=NOBODY)), ()
    curve = kaplan_meier(found, level)
    return (*counted, median_time(curve), *(free_at(curve, each) for each in planned)), curve.steps


def median_time(curve: Curve) -> Estimate:
    """The median in days; none where the curve stays above a half."""
    words = "" if curve.median is not None else "not reached"
    return Estimate(statistic="median", value=curve.median, low=curve.low, high=curve.high, words=words)


def free_at(curve: Curve, planned: Planned) -> Estimate:
    """The share without the event on a planned day."""
    step = curve.at(planned.day)
    if step is None:
        words = f"nobody was under observation at {planned.name}"
        return Estimate(statistic="event-free", value=None, at=planned.name, words=words)
    return Estimate(statistic="event-free", value=step.share, low=step.low, high=step.high, at=planned.name)
