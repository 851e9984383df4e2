"""The course of a measure as a drawing: at each visit and in each arm the median, with a bar from quartile to quartile.

A visit without a value leaves a gap. Arms stand side by side, so that no bar hides another.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

from protocol_dsl.base.values import frozen
from protocol_dsl.model.endpoints import Endpoint
from protocol_dsl.model.estimates import ArmEstimates, Block, Figure
from protocol_dsl.model.schedule import Visit
from protocol_dsl.writers.columns import cut, visible, width_of
from protocol_dsl.writers.figures import SHOWN, words_of
from protocol_dsl.writers.report.endpoints_axes import (
    ArmForm,
    Axis,
    Tick,
    axis_over,
    ends_of,
    forms_of,
    left_of,
    point_of,
    value_of,
)
from protocol_dsl.writers.report.scale import rows_of
from protocol_dsl.writers.report.timeline import LETTER, number

WIDTH, RIGHT, TOP, HEIGHT, LINE = 1000, 30, 28, 300, 16
MARKS = 6
LABEL = 10
APART = 9
"""Between two arms at one visit, unless the visits are too close."""


@frozen(kw_only=True)
class CoursePoint:
    """The median of an arm at a visit (``y``, or ``span`` where it is an interval), and its quartiles."""

    x: str
    y: str | None
    span: tuple[str, str] | None
    bar: tuple[str, str] | None
    title: str


@frozen(kw_only=True)
class CourseLine:
    """An arm: its points, the lines between them, and how many values each visit has of it."""

    form: ArmForm
    path: str
    points: tuple[CoursePoint, ...]
    numbers: tuple[tuple[str, str], ...]
    row_y: int


@frozen(kw_only=True)
class CourseDrawing:
    """The drawing; ``visits`` are the places of the visits, their words and the height these stand at."""

    height: int
    left: int
    right: int
    bottom: int
    label_y: int
    marks: tuple[Tick, ...]
    visits: tuple[tuple[str, str, int | None], ...]
    lines: tuple[CourseLine, ...]
    has_spans: bool
    over: str
    words: str


def course_drawing(endpoint: Endpoint, blocks: Sequence[Block], visits: Mapping[str, Visit]) -> CourseDrawing | None:
    """The drawing of the blocks of one analysis set and rule, or ``None`` where there is no median."""
    forms = forms_of(blocks)
    axis = axis_over(heights(blocks), TOP + HEIGHT, TOP, MARKS)
    if axis is None:
        return None
    left = left_of(forms)
    names = [block.visit or "" for block in blocks]
    places, over = places_of(names, visits, left + 24 + APART * len(forms) / 2, WIDTH - RIGHT - APART * len(forms) / 2)
    labels = tuple(labels_of(names, places))
    table = TOP + HEIGHT + 2 * LINE + 8 + LINE * max((y is not None and y > TOP + HEIGHT + LINE for *_, y in labels))
    lines = tuple(
        line_of(form, blocks, places, shift, axis, table + LINE * (row + 1))
        for row, (form, shift) in enumerate(zip(forms, shifts_of(places, len(forms)), strict=True))
    )
    return CourseDrawing(
        height=table + LINE * (len(forms) + 1),
        left=left,
        right=WIDTH - RIGHT + 10,
        bottom=TOP + HEIGHT,
        label_y=table,
        marks=tuple(axis.ticks(MARKS)),
        visits=labels,
        lines=lines,
        has_spans=any(point.span for line in lines for point in line.points),
        over=over,
        words=f"{endpoint.title}. " + " ".join(each.title + "." for line in lines for each in line.points),
    )


def heights(blocks: Sequence[Block]) -> Iterator[Fraction]:
    """Every number that is drawn."""
    for block in blocks:
        for arm in block.arms:
            for name in ("median", "first quartile", "third quartile"):
                yield from (each for each in ends_of(value_of(arm, name)) if each is not None)


def places_of(names: Sequence[str], visits: Mapping[str, Visit], start: float, end: float) -> tuple[list[float], str]:
    """Where the visits stand, and what they stand over: planned days where all are counted from one day."""
    points = [visits[name].point for name in names if name in visits]
    days = [point.days for point in points]
    if len(points) == len(names) and len({(each.milestone, each.months) for each in points}) == 1:
        first, room = min(days), max(max(days) - min(days), 1)
        from_day = points[0].milestone.replace("_", " ")
        months = f" and {points[0].months} months" if points[0].months else ""
        return [start + (day - first) * (end - start) / room for day in days], f"planned days from {from_day}{months}"
    step = (end - start) / max(len(names) - 1, 1)
    return [start + place * step for place in range(len(names))], "visits, one as far from the next as another"


def shifts_of(places: Sequence[float], arms: int) -> list[float]:
    """How far beside the place of the visit each arm stands."""
    room = min((abs(later - earlier) for earlier, later in pairwise(sorted(set(places)))), default=APART * arms * 2)
    apart = min(APART, room * 0.7 / arms)
    return [(place - (arms - 1) / 2) * apart for place in range(arms)]


def labels_of(names: Sequence[str], places: Sequence[float]) -> Iterator[tuple[str, str, int | None]]:
    """The words below the axis, on two rows where they are close."""
    words = [cut(visible(name), LABEL) for name in names]
    widths = [width_of(each) * LETTER + 6 for each in words]
    order = sorted(range(len(names)), key=lambda each: places[each])
    rows = dict(zip(order, rows_of([(places[each], widths[each]) for each in order], 2), strict=True))
    for each, (name, place) in enumerate(zip(words, places, strict=True)):
        row = rows[each]
        yield number(place), name, None if row is None else TOP + HEIGHT + LINE + row * LINE


def free(places: Sequence[float]) -> frozenset[float]:
    """The places at which there is room for a count."""
    ordered = sorted(places)
    rows = rows_of([(place, 26) for place in ordered], 1)
    return frozenset(place for place, row in zip(ordered, rows, strict=True) if row is not None)


def line_of(  # noqa: PLR0913, PLR0917 - what a line is drawn from
    form: ArmForm, blocks: Sequence[Block], places: Sequence[float], shift: float, axis: Axis, row_y: int
) -> CourseLine:
    """One arm, so far beside the places of the visits; its counts stand at the places themselves."""
    roomy = free(places)
    points, counts = [], []
    for block, place in zip(blocks, places, strict=True):
        arm = next((each for each in block.arms if each.arm == form.name), None)
        if arm is not None:
            points.append(point(block.visit or "", arm, place + shift, axis))
            if place in roomy:
                counts.append((number(place), f"{arm.n:,}"))
    return CourseLine(
        form=form,
        path=path_of((each.x, each.y) for each in points),
        points=tuple(points),
        numbers=tuple(counts),
        row_y=row_y,
    )


def path_of(points: Iterable[tuple[str, str | None]]) -> str:
    """Lines between points that follow one another; none across a point without a height.

    >>> path_of([("1.0", "2.0"), ("3.0", None), ("5.0", "6.0"), ("7.0", "8.0")])
    'M1.0 2.0M5.0 6.0L7.0 8.0'
    """
    pieces, command = [], "M"
    for x, y in points:
        if y is None:
            command = "M"
        else:
            pieces.append(f"{command}{x} {y}")
            command = "L"
    return "".join(pieces)


def point(visit: str, arm: ArmEstimates, place: float, axis: Axis) -> CoursePoint:
    """The estimates of an arm at a visit."""
    median, low, high = (value_of(arm, name) for name in ("median", "first quartile", "third quartile"))
    exact = point_of(median)
    is_interval = median is not None and exact is None
    title = f"{visit}, {arm.arm}: n {arm.n}"
    if median is not None:
        title += f", median {words_of(median, SHOWN)}, quartiles {words_of(low, SHOWN)} and {words_of(high, SHOWN)}"
    return CoursePoint(
        x=number(place),
        y=None if exact is None else number(axis.place(exact)),
        span=span_of(median, median, axis) if is_interval else None,
        bar=span_of(low, high, axis),
        title=visible(title),
    )


def span_of(low: Figure | None, high: Figure | None, axis: Axis) -> tuple[str, str] | None:
    """From the lower end of one figure to the upper end of another; an open side goes to the edge."""
    if low is None or high is None:
        return None
    bottom, top = ends_of(low)[0], ends_of(high)[1]
    return (
        number(axis.place(axis.low if bottom is None else bottom)),
        number(axis.place(axis.high if top is None else top)),
    )
