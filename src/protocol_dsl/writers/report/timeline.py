"""A participant's time as a drawing: planned windows, actual visits, cycles, milestones, cut-off.

Only where things stand is decided here; the template draws them. Whatever a colour says, a form and words say too.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from protocol_dsl.base.days import Days, write_days
from protocol_dsl.base.values import frozen
from protocol_dsl.model.results import CycleResult, Deviation, ParticipantResult, Query, Status, VisitResult
from protocol_dsl.writers.columns import cut, visible, width_of
from protocol_dsl.writers.report.milestones import Milestone
from protocol_dsl.writers.report.scale import Scale, rows_of, scale_over

Planned: TypeAlias = VisitResult | CycleResult
Key: TypeAlias = tuple[str, int | None]

WIDTH, LEFT, RIGHT = 1000, 96, 16
LETTER, LABEL = 6.4, 12
"""Width of a letter in a drawing, and letters of a label."""
LINE, LANE, TOP = 13, 30, 4
LABEL_ROWS, MILESTONE_ROWS = 3, 4
LEFT_OUT: frozenset[Status] = frozenset({"not applicable"})
STILL_OPEN: frozenset[Status] = frozenset({"not due", "expected"})


@frozen(kw_only=True)
class Span:
    """A window, or the days that a partial date leaves open."""

    x: str
    width: str
    is_open: bool


@frozen(kw_only=True)
class Mark:
    """A visit or a cycle: where it stands, its form (``kind``), its label and where that stands.

    ``is_found`` when a deviation or a query is about it, whatever its own status.
    """

    x: str
    kind: str
    title: str
    label: str
    label_y: str | None
    is_found: bool
    window: Span | None = None
    planned_x: str | None = None
    partial: Span | None = None


@frozen(kw_only=True)
class Lane:
    """Visits, or the cycles of a treatment."""

    name: str
    y: int
    height: int
    name_y: int
    marks: tuple[Mark, ...]


@frozen(kw_only=True)
class Line:
    """A milestone, or the cut-off, from top to bottom."""

    x: str
    label: str
    label_x: str
    label_y: str | None
    title: str
    is_cutoff: bool


@frozen(kw_only=True)
class Timeline:
    """The drawing."""

    height: int
    axis_y: int
    lanes: tuple[Lane, ...]
    ticks: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    words: str


def timeline(result: ParticipantResult, milestones: Sequence[Milestone], as_of: Days | None) -> Timeline | None:
    """The drawing of one participant, or ``None`` where nothing has a day."""
    shown: dict[str, list[Planned]] = {"visits": [each for each in result.visits if each.status not in LEFT_OUT]}
    for cycle in result.cycles:
        if cycle.status not in LEFT_OUT:
            shown.setdefault(f"cycles of {cycle.treatment}", []).append(cycle)
    points = [*milestones, *([] if as_of is None else [Milestone("cut-off", as_of)])]
    days = [each.days for each in points] + [day for lane in shown.values() for each in lane for day in dates(each)]
    scale = scale_over((end for day in days for end in (day.first, day.last)), LEFT, WIDTH - LEFT - RIGHT)
    if scale is None:
        return None
    found = found_things(result)
    drawn, bottom = [], TOP
    for name, things in shown.items():
        lane = lane_of(name, things, scale, bottom, found)
        if lane.marks:
            drawn.append(lane)
            bottom += lane.height
    axis = bottom + 4
    lines = tuple(lines_of(points, scale, axis + 2 * LINE + 6))
    rows = max((int(float(each.label_y)) for each in lines if each.label_y is not None), default=axis + LINE)
    return Timeline(
        height=rows + 6,
        axis_y=axis,
        lanes=tuple(drawn),
        ticks=tuple((number(x), words) for x, words in scale.ticks()),
        lines=lines,
        words=counted_words(shown),
    )


def found_things(result: ParticipantResult) -> frozenset[Key]:
    """The visits and cycles that deviations and queries are about."""
    found: tuple[Deviation | Query, ...] = (*result.deviations, *result.queries)
    return frozenset((each.visit or each.treatment or "", each.cycle) for each in found)


def key_of(each: Planned) -> Key:
    """What a finding about it names."""
    return (each.visit, None) if isinstance(each, VisitResult) else (each.treatment, each.cycle)


def dates(of: Planned) -> Iterator[Days]:
    """The days that a visit or cycle has."""
    return (day for day in (of.planned, of.earliest, of.latest, of.actual) if day is not None)


def counted_words(shown: dict[str, list[Planned]]) -> str:
    """``visits: 8 in window, 1 late; cycles of il2: 8 in window``."""
    said = []
    for name, things in shown.items():
        counts: dict[str, int] = {}
        for each in things:
            counts[each.status] = counts.get(each.status, 0) + 1
        if counts:
            said.append(f"{name}: " + ", ".join(f"{count} {status}" for status, count in counts.items()))
    return "; ".join(said)


def lane_of(name: str, things: Iterable[Planned], scale: Scale, top: int, found: frozenset[Key]) -> Lane:
    """The marks of a lane, their labels in free rows above them."""
    placed = sorted(
        ((scale.middle(day.first, day.last), each) for each in things if (day := day_of(each)) is not None),
        key=lambda pair: pair[0],
    )
    labels = [label_of(each) for _, each in placed]
    rows = list(
        rows_of(
            [(x, width_of(label) * LETTER + 4) for (x, _), label in zip(placed, labels, strict=True)],
            LABEL_ROWS,
        )
    )
    high = (max((row for row in rows if row is not None), default=0) + 1) * LINE
    middle = top + high + LANE // 2
    return Lane(
        name=cut(visible(name), 14),
        y=middle,
        name_y=middle + 4,
        height=high + LANE,
        marks=tuple(
            mark_of(
                each,
                x,
                scale,
                label=label,
                label_y=None if row is None else str(top + high - row * LINE - 2),
                is_found=key_of(each) in found,
            )
            for (x, each), label, row in zip(placed, labels, rows, strict=True)
        ),
    )


def day_of(each: Planned) -> Days | None:
    """The day at which it stands: the actual one, else the planned one."""
    return each.actual or each.planned or each.earliest


def label_of(each: Planned) -> str:
    """``W24``; a cycle by its number."""
    return cut(visible(each.visit), LABEL) if isinstance(each, VisitResult) else str(each.cycle)


def mark_of(  # noqa: PLR0913 - the last three are named
    each: Planned, x: float, scale: Scale, *, label: str, label_y: str | None, is_found: bool
) -> Mark:
    """One visit or cycle."""
    window = None
    if each.earliest is not None and each.latest is not None:
        window = span(scale, each.earliest.first, each.latest.last, is_open=each.status in STILL_OPEN)
    actual = each.actual
    return Mark(
        x=number(x),
        kind=each.status.replace(" ", "-"),
        title=title_of(each),
        label=label,
        label_y=label_y,
        is_found=is_found,
        window=window,
        planned_x=None if each.planned is None else number(scale.middle(each.planned.first, each.planned.last)),
        partial=None if actual is None or actual.is_known else span(scale, actual.first, actual.last, is_open=True),
    )


def span(scale: Scale, first: int, last: int, *, is_open: bool) -> Span:
    """The days ``first`` to ``last``, at least wide enough to be seen."""
    start, end = scale.place(first), scale.place(last + 1)
    return Span(x=number(start), width=number(max(end - start, 2)), is_open=is_open)


def title_of(each: Planned) -> str:
    """``W24: late, 3 days out; planned 2004-11-29, window 2004-11-22 to 2004-12-06, held 2004-12-09``."""
    name = each.visit if isinstance(each, VisitResult) else f"{each.treatment} cycle {each.cycle}"
    status: str = each.status
    if each.days_out is not None:
        most = "" if each.days_out_max is None else f" to {each.days_out_max:+d}"
        noun = "day" if each.days_out in {1, -1} and not most else "days"
        status += f", {each.days_out:+d}{most} {noun} out"
    parts = []
    if each.planned is not None:
        parts.append(f"planned {write_days(each.planned)}")
    if each.earliest is not None and each.latest is not None:
        parts.append(f"window {write_days(each.earliest)} to {write_days(each.latest)}")
    if each.actual is not None:
        parts.append(f"held {write_days(each.actual)}")
    return "; ".join(filter(None, (f"{visible(name)}: {status}", ", ".join(parts))))


def lines_of(points: Iterable[Milestone], scale: Scale, top: int) -> Iterator[Line]:
    """A line for each day that milestones share, the labels below the axis in free rows."""
    by_day: dict[Days, list[str]] = {}
    for each in points:
        by_day.setdefault(each.days, []).append(each.name)
    found = [
        (scale.middle(days.first, days.last), days, names)
        for days, names in sorted(by_day.items(), key=lambda pair: (pair[0].first, pair[0].last))
    ]
    labels = [", ".join(names) for _, _, names in found]
    widths = [width_of(label) * LETTER + 8 for label in labels]
    # A label keeps inside the drawing, so its middle may lie beside its line.
    middles = [min(max(x, width / 2), WIDTH - width / 2) for (x, _, _), width in zip(found, widths, strict=True)]
    rows = rows_of(zip(middles, widths, strict=True), MILESTONE_ROWS)
    for (x, days, names), label, middle, row in zip(found, labels, middles, rows, strict=True):
        yield Line(
            x=number(x),
            label=label,
            label_x=number(middle),
            label_y=None if row is None else str(top + row * LINE),
            title=f"{label}: {write_days(days)}",
            is_cutoff="cut-off" in names,
        )


def number(place: float) -> str:
    """A place to a tenth, the same on every machine."""
    return f"{place:.1f}"
