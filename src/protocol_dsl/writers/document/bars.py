"""Visits and treatments as bars on the days of the plan."""

from collections.abc import Iterator
from itertools import islice

from attrs import evolve

from protocol_dsl.model.schedule import Continuous, Cycles, InCycles, Level, Repeated, Treatment, Visit
from protocol_dsl.model.series import MOST, last_number, repeated_member
from protocol_dsl.model.study import StudyModel
from protocol_dsl.writers.document.clock import Clock, cycle_days, day_words, days_of
from protocol_dsl.writers.document.lexicon import quantity_words
from protocol_dsl.writers.document.timeline import Bar, Kind

DRAWN_OF_AN_OPEN_PLAN = 8
"""Cycles, or visits of a series, that show how a plan goes on that no day bounds."""


# -------------------------------------------------------------------------------------------------------------- visits
def visit_bar(visit: Visit, clock: Clock) -> Bar:
    """A visit with its window; the clock knows its day."""
    at = clock.day(visit.point) or 0.0
    first, last = at + days_of(visit.window.early), at + days_of(visit.window.late)
    title = visit.name if visit.title == visit.name else f"{visit.name} {visit.title}"
    planned = "" if visit.point.words in {"", visit.name} else f" at {visit.point.words}"
    window = f", day {day_words(first)} to {day_words(last)}" if first != last else f", day {day_words(at)}"
    called = ", by telephone" if visit.by_telephone else ""
    kind: Kind = "telephone" if visit.by_telephone else "visit"
    words = f"{title}{planned}{window}{called}{placed(visit, clock)}"
    return Bar(kind=kind, name=visit.name, words=words, at=at, first=min(first, at), last=max(last, at))


def placed(visit: Visit, clock: Clock) -> str:
    """Why a visit stands where it does, where that is not its planned day for everyone."""
    if visit.point.milestone == clock.origin:
        return ""
    is_tied = visit.point.milestone in clock.apart
    return ", drawn as early as the protocol allows" if is_tied else ", drawn for a treatment given as planned"


def repeated_bars(visit: Visit, series: Repeated, clock: Clock, until: float) -> Iterator[Bar]:
    """The visits of a series up to the day ``until``."""
    bound = clock.bound(iter(series.stops))
    end = until if bound is None else min(until, bound)
    members = (repeated_member(visit, series, number) for number in range(1, last_number(series) + 1))
    for number, member in enumerate(members, start=1):
        bar = visit_bar(member, clock)
        if number > len(series.points) and bar.at > end:
            return
        following = visit_bar(repeated_member(visit, series, number + 1), clock).at if series.every else bar.at
        yield evolve(bar, is_open=series.every is not None and bound is None and following > end)


def days_in_cycles(visit: Visit, series: InCycles, cycles: tuple[Bar, ...]) -> Iterator[Bar]:
    """The visits on days of the ``cycles`` drawn; those of the first one have a name."""
    held = [(int(cycle.name), cycle) for cycle in cycles if series.only.has(int(cycle.name))]
    for number, cycle in held:
        for day in series.days:
            at = cycle.at + day - 1
            name = f"{visit.name}{number}D{day}"
            yield Bar(
                kind="day of a cycle",
                name=name if number == held[0][0] else "",
                words=f"{name}, day {day_words(at)}",
                at=at,
                first=at + days_of(visit.window.early),
                last=at + days_of(visit.window.late),
                is_open=cycles[-1].is_open,
            )


# ---------------------------------------------------------------------------------------------------------- treatments
def treatment_bars(treatment: Treatment, model: StudyModel, clock: Clock, last: float) -> Iterator[Bar]:
    """A course from end to end, in the steps of its titration, without the epochs without treatment; or its cycles.

    What goes on without an end is drawn up to the day ``last``.
    """
    match treatment.course:
        case Continuous(start, end):
            first = clock.day(start)
            if first is not None:
                until = clock.day(end) if end is not None else None
                bars = course_bars(treatment, clock, first, last if until is None else until, is_open=end is None)
                for bar in bars:
                    yield from interrupted(bar, treatment, model, clock)
        case Cycles():
            yield from cycle_bars(treatment, treatment.course, clock, last)
        case None:
            return


def course_bars(treatment: Treatment, clock: Clock, first: float, last: float, *, is_open: bool) -> Iterator[Bar]:
    """A continuous course, a bar for each level that has its time."""
    steps = [(level, clock.day(level.start)) for level in treatment.levels if level.start is not None]
    planned = [(dose_of(level), day) for level, day in steps if day is not None and day <= last] or [("", first)]
    for number, (name, day) in enumerate(planned):
        until = planned[number + 1][1] if number + 1 < len(planned) else last
        goes_on = is_open and number == len(planned) - 1
        yield course_bar(treatment, name, day, until, is_open=goes_on)


def course_bar(treatment: Treatment, name: str, first: float, last: float, *, is_open: bool) -> Bar:
    """Some days of a course, perhaps at one dose."""
    until = "on" if is_open else f"to {day_words(last)}"
    said = f"{name or treatment.title}, day {day_words(first)} {until}"
    return Bar(kind="course", name=name, words=said, at=first, first=first, last=last, is_open=is_open)


def interrupted(bar: Bar, treatment: Treatment, model: StudyModel, clock: Clock) -> Iterator[Bar]:
    """A bar of a course without the days of the epochs in which nothing is given."""
    pauses = ((clock.day(each.start), clock.day(each.end)) for each in model.epochs if each.is_without_treatment)
    first = bar.first
    for start, end in sorted((start, end) for start, end in pauses if start is not None and end is not None):
        if start < bar.last and end > first:
            if start > first:
                yield course_bar(treatment, bar.name, first, start, is_open=False)
            first = end
    if first == bar.first:
        yield bar
    elif first < bar.last or bar.is_open:
        yield course_bar(treatment, bar.name, first, max(bar.last, first), is_open=bar.is_open)


def dose_of(level: Level) -> str:
    """``54 mg``."""
    return quantity_words(level.amount, level.unit)


def cycle_bars(treatment: Treatment, cycles: Cycles, clock: Clock, last: float) -> Iterator[Bar]:
    """The cycles as planned, each with its window; those of a plan without a number of them up to the day ``last``."""
    planned = islice(cycle_days(cycles, clock), MOST)
    days: list[tuple[int, float]] = []
    goes_on = False
    for number, at in planned:
        if goes_on := cycles.up_to is None and at > last:
            break
        days.append((number, at))
    is_bounded = clock.bound(iter((cycles.none_after, *cycles.stops))) is not None
    length = treatment.dose.days if treatment.dose and treatment.dose.days else 1
    for place, (number, at) in enumerate(days, 1):
        yield Bar(
            kind="cycle",
            name=str(number),
            words=f"cycle {number}, day {day_words(at)}",
            at=at,
            first=at + days_of(cycles.window.early),
            last=at + days_of(cycles.window.late),
            length=length,
            is_open=place == len(days) and goes_on and not is_bounded,
        )
