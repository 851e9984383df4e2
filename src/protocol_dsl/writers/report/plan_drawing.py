"""The timeline of a plan as a drawing: only where things stand is decided here; a template draws them.

Whatever a colour says, a form and words say too. No words stand over others: what finds no room is left out, and said
where one points at it and in the description.
"""

from collections.abc import Iterator, Sequence

from attrs import define, field

from protocol_dsl.base.values import frozen
from protocol_dsl.writers.columns import cut, visible, width_of, wrapped
from protocol_dsl.writers.document.timeline import Bar, Lane, Timeline
from protocol_dsl.writers.report.scale import rows_of

WIDTH, LEFT, RIGHT = 1000.0, 190.0, 28.0
LETTER, LINE, ROWS = 6.6, 13, 4
"""Width of a letter, height of a line of words, and lines of labels above the visits."""
AXIS, BAR, LOW, LEAST = 38.0, 13.0, 6.0, 4.0
APART, MOST_APART = 12, 3
"""Letters of the name of a visit beside the scale, and how many such visits are drawn on a side."""
LABEL, LABEL_LINES = 27, 2
EPOCH, LEAST_LETTERS = 18.0, 3
"""Height of the band of epochs, and letters of a title below which it is left out."""
SIGNS = {"visit": "visit", "telephone": "telephone", "day of a cycle": "tick"}


@frozen
class Box:
    """A rectangle of some kind; ``title`` is said when one points at it."""

    kind: str
    x: float
    y: float
    width: float
    height: float
    title: str = ""


@frozen
class Stroke:
    """A line of some kind."""

    kind: str
    x1: float
    y1: float
    x2: float
    y2: float


@frozen
class Sign:
    """A sign around a point: of a visit, a telephone visit, a course that goes on, a gap of time unknown."""

    kind: str
    x: float
    y: float
    title: str = ""


@frozen
class Words:
    """Some words from ``x`` on, around it, or up to it (``anchor``), on the line ``y``."""

    kind: str
    x: float
    y: float
    words: str
    anchor: str = "start"


@define
class Plan:
    """A drawing while it is made; ``y`` is how far down it goes, ``bands`` are the heights that lanes stand on."""

    line: Timeline
    left: float
    right: float
    y: float = AXIS
    boxes: list[Box] = field(factory=list)
    strokes: list[Stroke] = field(factory=list)
    signs: list[Sign] = field(factory=list)
    words: list[Words] = field(factory=list)
    bands: list[tuple[float, float]] = field(factory=list)

    @property
    def width(self) -> float:
        """The width of the whole."""
        return WIDTH

    def place(self, day: float) -> float:
        """Where a day stands."""
        days = self.line.last - self.line.first
        return round(self.left + (day - self.line.first) * (self.right - self.left) / days, 2)


def plan_drawing(line: Timeline) -> Plan:
    """The drawing of a timeline."""
    before, after = line.before[:MOST_APART], line.after[:MOST_APART]
    plan = Plan(line=line, left=LEFT + beside(before), right=WIDTH - RIGHT - beside(after))
    draw_epochs(plan)
    group = ""
    for lane in line.lanes:
        if lane.group != group:
            group = lane.group
            plan.y += 22
            plan.words.append(Words("strong", 0, plan.y, cut(visible(group), 90)))
            plan.y += 6
        above = plan.y
        draw_lane(plan, lane)
        plan.bands.append((above, plan.y))
    shade_washouts(plan)
    draw_axis(plan)
    draw_legend(plan)
    return plan


def beside(visits: Sequence[tuple[str, str]]) -> float:
    """The room that visits beside the scale take."""
    return sum(room_of(name) for name, _ in visits) + (18 if visits else 0)


def room_of(name: str) -> float:
    """The room of one of them."""
    return width_of(cut(visible(name), APART)) * LETTER + 14


def draw_axis(plan: Plan) -> None:
    """The axis above the lanes, with a faint line down from each mark."""
    line = plan.line
    plan.words.append(Words("dim", plan.left, 12, f"{line.unit}s after {visible(line.origin)}"))
    plan.strokes.append(Stroke("axis", plan.left, AXIS, plan.right, AXIS))
    middles = [(plan.place(day), width_of(words) * LETTER + 6) for day, words in line.ticks]
    for (day, words), row in zip(line.ticks, rows_of(middles, 1), strict=True):
        x = plan.place(day)
        plan.strokes.append(Stroke("axis", x, AXIS - 4, x, AXIS))
        plan.strokes += [Stroke("zero" if day == 0 else "grid", x, top, x, bottom) for top, bottom in plan.bands]
        if row is not None:
            plan.words.append(Words("small", x, AXIS - 8, words, "middle"))


# -------------------------------------------------------------------------------------------------------------- epochs
def draw_epochs(plan: Plan) -> None:
    """The epochs as a band above everything, each with its title as far as there is room."""
    if not plan.line.epochs:
        return
    y = plan.y + 8
    plan.words.append(Words("strong", 0, y + EPOCH - 6, "Epochs"))
    for band in plan.line.epochs:
        left, right = plan.place(band.first), plan.place(band.last)
        kind = "washout" if band.is_without_treatment else "epoch"
        plan.boxes.append(Box(kind, left, y, max(right - left, LEAST), EPOCH, visible(band.words)))
        letters = int((right - left - 6) / LETTER)
        if letters >= LEAST_LETTERS:
            middle = round((left + right) / 2, 2)
            plan.words.append(Words("small", middle, y + EPOCH - 6, cut(visible(band.title), letters), "middle"))
    plan.y = y + EPOCH


def shade_washouts(plan: Plan) -> None:
    """The epochs without treatment, faint behind all lanes."""
    for band in plan.line.epochs:
        if band.is_without_treatment:
            left, right = plan.place(band.first), plan.place(band.last)
            shades = [Box("shade", left, top, right - left, bottom - top) for top, bottom in plan.bands]
            plan.boxes[:0] = shades


# --------------------------------------------------------------------------------------------------------------- lanes
def draw_lane(plan: Plan, lane: Lane) -> None:
    """One lane below the last, the rule by which it goes on below it."""
    kinds = {bar.kind for bar in lane.bars}
    if kinds <= {"visit", "telephone", "day of a cycle"}:
        draw_visits(plan, lane)
    else:
        draw_treatment(plan, lane)
    if lane.rule:
        plan.y += 4
        for words in wrapped(visible(lane.rule), int((WIDTH - plan.left) / LETTER)):
            plan.y += LINE
            plan.words.append(Words("dim", plan.left, plan.y, words))
        plan.y += 3


def draw_treatment(plan: Plan, lane: Lane) -> None:
    """The cycles or the course of a treatment."""
    has_cycles = any(bar.kind == "cycle" for bar in lane.bars)
    lines = label_lines(lane.name)
    plan.y += 2 * LINE + 4 if has_cycles else LINE + 7
    for number, words in enumerate(lines):
        plan.words.append(Words("small", 10, plan.y + number * LINE - (0 if len(lines) == 1 else 5), words))
    if has_cycles:
        draw_cycles(plan, lane.bars)
    else:
        draw_courses(plan, lane.bars)
    plan.y += 6 if len(lines) == 1 else 12


def label_lines(name: str) -> list[str]:
    """The name of a lane in as many lines as there is room for."""
    lines = wrapped(visible(name), LABEL)
    if len(lines) > LABEL_LINES:
        lines = [*lines[: LABEL_LINES - 1], cut(" ".join(lines[LABEL_LINES - 1 :]), LABEL)]
    return lines


def draw_visits(plan: Plan, lane: Lane) -> None:
    """Windows with their planned days, named by flags that keep clear of each other."""
    bars = sorted(lane.bars, key=lambda bar: bar.at)
    rows = list(flags([(plan.place(bar.at), width_of(visible(bar.name)) * LETTER + 5) for bar in bars], plan.right))
    is_first = lane.group == ""
    used = max((row for row in rows if row is not None), default=0) + 1
    plan.y += used * LINE + 18
    y = plan.y
    for number, words in enumerate(label_lines(lane.name)):
        plan.words.append(Words("strong" if is_first else "small", 0 if is_first else 10, y + 4 + number * LINE, words))
    for bar in bars:
        left, right = plan.place(bar.first), min(plan.place(bar.last), WIDTH)
        height = LOW if bar.kind == "day of a cycle" else BAR
        plan.boxes.append(Box("window", left, y - height / 2, max(right - left, 1), height, visible(bar.words)))
    for bar, row in zip(bars, rows, strict=True):
        x = plan.place(bar.at)
        plan.signs.append(Sign(SIGNS[bar.kind], x, y, visible(bar.words)))
        if row is not None and bar.name:
            top = y - 14 - row * LINE
            plan.strokes.append(Stroke("flag", x, top - 8, x, y - BAR / 2 + 1))
            plan.words.append(Words("small", x + 3, top, visible(bar.name)))
    if lane.is_open:
        plan.signs.append(Sign("on", plan.right + 2, y))
    if is_first and not lane.series:
        draw_beside(plan, y)
    plan.y += BAR / 2 + 4


def flags(labels: Sequence[tuple[float, float]], right: float) -> Iterator[int | None]:
    """The line on which each label (its left end and its width, from left to right) stands, the lowest being 0.

    From each label a stroke leads down at its left end, so that no label below it may reach there. ``None`` where
    there is no room.

    >>> list(flags([(0, 20), (10, 20), (40, 20)], 100))
    [1, 0, 0]
    """
    ends = [float("-inf")] * ROWS
    for number, (left, width) in enumerate(labels):
        free = next((row for row, end in enumerate(ends) if end > left), ROWS) - 1
        crowded, end = 0, left + width
        for other, other_width in labels[number + 1 : number + ROWS]:
            if other >= end:
                break
            crowded, end = crowded + 1, other + other_width
        row = min(free, crowded)
        if row < 0 or left + width > right + RIGHT:
            yield None
            continue
        ends[row] = left + width
        yield row


def draw_beside(plan: Plan, y: float) -> None:
    """The visits that nothing ties to the scale, left and right of it, and the gap between."""
    x = LEFT
    for name, words in plan.line.before[:MOST_APART]:
        x = draw_apart(plan, x, y, name, words)
    if plan.line.before:
        plan.signs.append(Sign("gap", x + 6, y))
    x = plan.right
    if plan.line.after:
        x += 18
        plan.signs.append(Sign("gap", x - 8, y))
    for name, words in plan.line.after[:MOST_APART]:
        x = draw_apart(plan, x, y, name, words)


def draw_apart(plan: Plan, x: float, y: float, name: str, words: str) -> float:
    """One such visit; where the next one begins."""
    room = room_of(name)
    title = f"{visible(name)}: {visible(words)}, at no fixed distance"
    plan.signs.append(Sign("visit", x + room / 2, y, title))
    plan.words.append(Words("small", x + room / 2, y - 14, cut(visible(name), APART), "middle"))
    return x + room


def draw_courses(plan: Plan, bars: Sequence[Bar]) -> None:
    """Continuous courses; the dose of a step in its bar where there is room."""
    y = plan.y - 10
    doses = list(dict.fromkeys(bar.name for bar in bars))
    for bar in bars:
        left, right = plan.place(bar.first), plan.place(bar.last)
        kind = "course" if doses.index(bar.name) % 2 == 0 else "course-other"
        if bar.is_open:
            plan.signs.append(Sign("on", right, y + BAR / 2))
        plan.boxes.append(Box(kind, left, y, max(right - left, LEAST), BAR, visible(bar.words)))
        name = visible(bar.name)
        if name and width_of(name) * LETTER + 8 <= right - left:
            plan.words.append(Words("inside", left + 5, y + BAR - 3, name))


def draw_cycles(plan: Plan, bars: Sequence[Bar]) -> None:
    """Cycles, as long as their doses, above their windows; numbered where there is room."""
    y = plan.y - 10
    middles = [(plan.place(bar.at) + LEAST / 2, width_of(bar.name) * LETTER + 4) for bar in bars]
    for bar, (middle, _), row in zip(bars, middles, rows_of(middles, 1), strict=True):
        left, right = plan.place(bar.at), plan.place(bar.at + bar.length)
        start, end = plan.place(bar.first), plan.place(bar.last)
        if end > start:
            plan.boxes.append(Box("span", start, y + BAR + 2, end - start, 3, visible(bar.words)))
        plan.boxes.append(Box("cycle", left, y, max(right - left, LEAST), BAR, visible(bar.words)))
        if row is not None:
            plan.words.append(Words("small", middle, y - 4, visible(bar.name), "middle"))
    if bars[-1].is_open:
        plan.signs.append(Sign("on", plan.right + 2, y + BAR / 2))


# -------------------------------------------------------------------------------------------------------------- legend
LEGEND = {
    "washout": "without treatment",
    "visit": "visit, on its planned day",
    "tick": "visit in a cycle, on its planned day",
    "telephone": "visit by telephone",
    "window": "its window",
    "cycle": "cycle, as long as its dose",
    "span": "days on which it may start",
    "course": "continuous treatment",
    "on": "goes on",
    "gap": "no fixed distance",
}
"""What each form means, in the order of the legend."""


def draw_legend(plan: Plan) -> None:
    """The forms that the drawing uses, and what they mean."""
    used = {box.kind for box in plan.boxes} | {sign.kind for sign in plan.signs}
    x, plan.y = 0.0, plan.y + 26
    for kind, words in LEGEND.items():
        if kind not in used:
            continue
        room = 30 + len(words) * LETTER + 14
        if x + room > WIDTH:
            x, plan.y = 0.0, plan.y + 20
        if kind in {"window", "cycle", "course", "washout"}:
            plan.boxes.append(Box(kind, x, plan.y - 10, 22, BAR))
        elif kind == "span":
            plan.boxes.append(Box(kind, x, plan.y - 5, 22, 3))
        else:
            plan.signs.append(Sign(kind, x + 11, plan.y - 4))
        plan.words.append(Words("small", x + 29, plan.y, words))
        x += room
    plan.y += 10
