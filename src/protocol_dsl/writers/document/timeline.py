"""The plan on a line of study time: visits with their windows, and what each arm is given."""

from collections.abc import Iterator, Sequence
from typing import Literal, TypeAlias

from attrs import frozen

from protocol_dsl.model.epochs import as_given
from protocol_dsl.model.points import Length, Point
from protocol_dsl.model.schedule import Continuous, Cycles, Level, Treatment, Visit
from protocol_dsl.model.study import StudyModel
from protocol_dsl.writers.document.lexicon import quantity_words

MONTH = 30.4375
"""Days of a month on a drawing; on the calendar its months have their own lengths."""
BEFORE = ("consent", "screening")
ORIGINS = ("W0", "D0", "M0")
Kind: TypeAlias = Literal["visit", "telephone", "cycle", "course"]


@frozen(kw_only=True)
class Bar:
    """Some days: ``at`` is the planned one, ``first`` to ``last`` the window or the course. Days are from the origin.

    ``is_open`` bars go on beyond the last day drawn. ``words`` say all of it.
    """

    kind: Kind
    name: str
    words: str
    at: float
    first: float
    last: float
    length: float = 0
    is_open: bool = False


@frozen(kw_only=True)
class Lane:
    """Bars that stand beside each other: the visits of everybody, or one treatment of one arm."""

    group: str
    name: str
    bars: tuple[Bar, ...]


@frozen(kw_only=True)
class Timeline:
    """Lanes over the days ``first`` to ``last`` after ``origin``; ``ticks`` are days with their words.

    ``before`` and ``after`` are visits that no number of days ties to the origin, as a name and words.
    """

    title: str
    origin: str
    unit: str
    first: float
    last: float
    ticks: tuple[tuple[float, str], ...]
    lanes: tuple[Lane, ...]
    before: tuple[tuple[str, str], ...] = ()
    after: tuple[tuple[str, str], ...] = ()

    @property
    def sentences(self) -> Iterator[str]:
        """The whole drawing in words, for whoever does not see it."""
        for name, words in self.before:
            yield f"{name}: {words}"
        for lane in self.lanes:
            yield f"{' '.join(filter(None, (lane.group, lane.name)))}: " + "; ".join(bar.words for bar in lane.bars)
        for name, words in self.after:
            yield f"{name}: {words}"


def timeline(model: StudyModel) -> Timeline | None:
    """The plan of a protocol; nothing where it plans neither visits nor treatments on its own time."""
    clock = clock_of(model)
    visits = [visit for visit in model.visits if clock.day(visit.point) is not None]
    courses = [each.course for each in model.treatments if each.course is not None]
    starts = [*(course.start for course in courses), *(epoch.start for epoch in model.epochs)]
    points = [point for start in starts if (point := clock.day(start)) is not None]
    if not visits and not points:
        return None
    apart = [visit for visit in model.visits if clock.day(visit.point) is None]
    common = tuple(visit_bar(visit, clock) for visit in visits if not visit.arms)
    lanes = [Lane(group="", name="Visits", bars=common)] if common or apart else []
    last = max([0.0, *(bar.last for bar in (visit_bar(visit, clock) for visit in visits)), *ends(model, clock)])
    lanes += arm_lanes(model, visits, clock, last)
    first = min([0.0, *(bar.first for lane in lanes for bar in lane.bars)])
    last = max(last, *(bar.last for lane in lanes for bar in lane.bars), first + 1)
    unit, ticks = scale(first, last)
    return Timeline(
        title=f"Timeline of {model.name}",
        origin=clock.origin.replace("_", " "),
        unit=unit,
        first=first,
        last=last,
        ticks=ticks,
        lanes=tuple(lanes),
        before=tuple((each.name, tied(each)) for each in apart if each.point.milestone in BEFORE),
        after=tuple((each.name, tied(each)) for each in apart if each.point.milestone not in BEFORE),
    )


@frozen
class Clock:
    """Days from the ``origin`` milestone; ``apart`` has those of milestones that the protocol ties to it."""

    origin: str
    apart: dict[str, float]

    def day(self, point: Point) -> float | None:
        """The day of a point; nothing where no length ties it to the origin."""
        start = 0.0 if point.milestone == self.origin else self.apart.get(point.milestone)
        return None if start is None else start + point.months * MONTH + point.days


def clock_of(model: StudyModel) -> Clock:
    """The clock of a protocol's plan."""
    return Clock(origin_of(model), distances(model))


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


def visit_bar(visit: Visit, clock: Clock) -> Bar:
    """A visit with its window; the clock knows its day."""
    at = clock.day(visit.point) or 0.0
    first, last = at + days_of(visit.window.early), at + days_of(visit.window.late)
    title = visit.name if visit.title == visit.name else f"{visit.name} {visit.title}"
    planned = "" if visit.point.words in {"", visit.name} else f" at {visit.point.words}"
    window = f", day {day_words(first)} to {day_words(last)}" if first != last else f", day {day_words(at)}"
    called = ", by telephone" if visit.by_telephone else ""
    kind: Kind = "telephone" if visit.by_telephone else "visit"
    apart = "" if visit.point.milestone == clock.origin else ", drawn as early as the protocol allows"
    words = f"{title}{planned}{window}{called}{apart}"
    return Bar(kind=kind, name=visit.name, words=words, at=at, first=min(first, at), last=max(last, at))


def tied(visit: Visit) -> str:
    """What a visit hangs on that study time does not know."""
    when = "" if visit.point.words in {"", visit.name} else visit.point.words
    return when or visit.point.milestone.replace("_", " ")


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


def ends(model: StudyModel, clock: Clock) -> Iterator[float]:
    """The last days of courses that have one."""
    for treatment in model.treatments:
        if isinstance(treatment.course, Continuous) and treatment.course.end is not None:
            yield clock.day(treatment.course.end) or 0.0
        elif isinstance(treatment.course, Cycles):
            yield from (bar.last for bar in cycle_bars(treatment, treatment.course, clock))
    yield from (clock.day(epoch.end) or 0.0 for epoch in model.epochs)


def arm_lanes(model: StudyModel, visits: Sequence[Visit], clock: Clock, last: float) -> Iterator[Lane]:
    """What each arm is given, and the visits that only some arms have."""
    given = {each.name: each for each in model.treatments}
    for arm in model.arms:
        own = tuple(visit_bar(visit, clock) for visit in visits if arm.name in visit.arms)
        if own:
            yield Lane(group=arm.title, name="Visits of this arm", bars=own)
        for name in arm.gives:
            parts = as_given(given[name], arm, model) if name in given else ()
            if bars := tuple(bar for each in parts for bar in treatment_bars(each, clock, last)):
                yield Lane(group=arm.title, name=given[name].title, bars=bars)


def treatment_bars(treatment: Treatment, clock: Clock, last: float) -> Iterator[Bar]:
    """A course from end to end, in the steps of its titration; or its cycles."""
    match treatment.course:
        case Continuous(start, end):
            first = clock.day(start)
            if first is not None:
                until = clock.day(end) if end is not None else None
                yield from course_bars(treatment, clock, first, last if until is None else until, is_open=end is None)
        case Cycles():
            yield from cycle_bars(treatment, treatment.course, clock)
        case None:
            return


def course_bars(treatment: Treatment, clock: Clock, first: float, last: float, *, is_open: bool) -> Iterator[Bar]:
    """A continuous course, a bar for each level that has its time."""
    steps = [(level, clock.day(level.start)) for level in treatment.levels if level.start is not None]
    planned = [(dose_of(level), day) for level, day in steps if day is not None and day <= last] or [("", first)]
    for number, (name, day) in enumerate(planned):
        until = planned[number + 1][1] if number + 1 < len(planned) else last
        goes_on = is_open and number == len(planned) - 1
        said = f"{name or treatment.title}, day {day_words(day)} " + ("on" if goes_on else f"to {day_words(until)}")
        yield Bar(kind="course", name=name, words=said, at=day, first=day, last=until, is_open=goes_on)


DRAWN_OF_AN_OPEN_PLAN = 12
"""Cycles that show how a plan without a number of them goes on."""


def dose_of(level: Level) -> str:
    """``54 mg``."""
    return quantity_words(level.amount, level.unit)


def cycle_bars(treatment: Treatment, cycles: Cycles, clock: Clock) -> Iterator[Bar]:
    """The cycles as planned, each with its window."""
    at = clock.day(cycles.start)
    if at is None:
        return
    points = [each for each in (cycles.none_after, *cycles.stops) if isinstance(each, Point)]
    last_point = min((day for each in points if (day := clock.day(each)) is not None), default=None)
    length = treatment.dose.days if treatment.dose and treatment.dose.days else 1
    for number in range(cycles.up_to or DRAWN_OF_AN_OPEN_PLAN):
        if last_point is not None and at > last_point:
            return
        first, last = at + days_of(cycles.window.early), at + days_of(cycles.window.late)
        words = f"cycle {number + 1}, day {day_words(at)}"
        yield Bar(kind="cycle", name=str(number + 1), words=words, at=at, first=first, last=last, length=length)
        if cycles.spacings:
            at += days_of(cycles.spacings[min(number, len(cycles.spacings) - 1)])


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
