"""What the writers of a document share: tables in blocks, origins and facts in a line, a timeline of characters."""

from collections.abc import Iterator, Sequence

from protocol_dsl.writers.columns import cut, padded, width_of
from protocol_dsl.writers.document.content import Cell, Fact, Origin, Table
from protocol_dsl.writers.document.timeline import Bar, Lane, Timeline

LABELS, LEAST_LETTERS = 30, 3
"""Columns for what stands left of a lane, and letters of an epoch below which its title is left out."""
SIGNS = {"visit": "|", "telephone": "o", "day of a cycle": "'", "cycle": "#", "course": "="}


def origin_words(origin: Origin) -> str:
    """An origin in one line: ``REG: “18 Years and older”``."""
    match origin.kind:
        case "quote":
            return f"{origin.source}: “{origin.words}”"
        case "cite":
            return f"{origin.source}, {origin.words}"
        case "against":
            return f"although {origin.source}: “{origin.words}”"
        case "because":
            return f"because {origin.words}"
        case "since":
            return f"since amendment {origin.source}"
        case "assumption":
            return f"assumption {origin.source}: {origin.words}"


def fact_words(fact: Fact) -> str:
    """The words of a fact, its names among them."""
    return fact.words or ", ".join(fact.names)


def cell_words(cell: Cell) -> str:
    """``W10 (a, b)``."""
    return f"{cell.words} ({', '.join(cell.marks)})" if cell.marks else cell.words


def in_blocks(table: Table, room: int, widths: Sequence[int]) -> Iterator[tuple[tuple[Cell, ...], ...]]:
    """The rows of a table, the heading first, in blocks that fit; each has the first column.

    A row that says nothing in a block is left out of it.

    Args:
        table: A wide table.
        room: What the columns besides the first may take together.
        widths: What each column takes, the first too.
    """
    start, used = 1, 0
    for place in range(1, len(table.heading) + 1):
        if place == len(table.heading) or (place > start and used + widths[place] > room):
            yield tuple(block_rows(table, start, place))
            start, used = place, 0
        if place < len(table.heading):
            used += widths[place]


def block_rows(table: Table, start: int, end: int) -> Iterator[tuple[Cell, ...]]:
    """The rows of one block."""
    for number, row in enumerate((table.heading, *table.rows)):
        cells = row[start:end]
        if not number or any(cell.words for cell in cells):
            yield (row[0], *cells)


# -------------------------------------------------------------------------------------------------------- a timeline
def timeline_lines(line: Timeline, width: int) -> Iterator[str]:
    """The timeline as characters, ``width`` columns wide: a lane a line."""
    labels = [label for lane, label in labelled(line) if lane] + (["Epochs"] if line.epochs else [])
    left = min(max([width_of(label) for label in labels], default=0), LABELS)
    room = width - left - 2
    yield padded("", left) + f"  {line.unit}s after {line.origin}"
    yield padded("", left) + "  " + marks(line, room)
    if line.epochs:
        yield (padded("Epochs", left) + "  " + epochs(line, room)).rstrip()
    for lane, label in labelled(line):
        yield (padded(cut(label, left), left) + "  " + drawing(lane, line, room)).rstrip() if lane else label
    for name, words in (*line.before, *line.after):
        yield f"{name}: {words}, at no fixed distance from {line.origin}"


def labelled(line: Timeline) -> Iterator[tuple[Lane | None, str]]:
    """The lanes with their labels; a line for the arm above what it gives."""
    group = ""
    for lane in line.lanes:
        if lane.group != group:
            group = lane.group
            yield None, group
        yield lane, f"  {lane.name}" if group else lane.name


def column(day: float, line: Timeline, room: int) -> int:
    """The column of a day."""
    return min(int((day - line.first) * room / (line.last - line.first)), room - 1)


def marks(line: Timeline, room: int) -> str:
    """The words of the axis, those left out that would touch the one before."""
    found = ""
    for day, words in line.ticks:
        place = column(day, line, room)
        if (place > len(found) or not found) and place + len(words) <= room:
            found = found.ljust(place) + words
    return found


def epochs(line: Timeline, room: int) -> str:
    """The epochs side by side, those without treatment in strokes; a title as far as there is room."""
    signs = [" "] * room
    for band in line.epochs:
        first, last = column(band.first, line, room), column(band.last, line, room)
        inside = max(last - first - 1, 0)
        fill = "/" if band.is_without_treatment else " "
        title = cut(band.title, inside) if inside >= LEAST_LETTERS else ""
        title += " " if width_of(title) < inside and title else ""
        signs[first:last] = ["[", *title, *fill * (last - first - 1 - width_of(title))][: last - first]
        signs[last] = "]"
    return "".join(signs)


def drawing(lane: Lane, line: Timeline, room: int) -> str:
    """The bars of a lane as signs."""
    signs = [" "] * room
    for bar in lane.bars:
        for place in range(column(bar.first, line, room), column(bar.last, line, room) + 1):
            signs[place] = "=" if bar.kind == "course" else "-" if signs[place] == " " else signs[place]
    for bar in lane.bars:
        mark(signs, bar, line, room)
    if lane.is_open:
        signs[-1] = ">"
    return "".join(signs)


def mark(signs: list[str], bar: Bar, line: Timeline, room: int) -> None:
    """Set the sign of one bar among ``signs``."""
    if bar.kind != "course":
        signs[column(bar.at, line, room)] = SIGNS[bar.kind]
    if bar.kind == "course" and bar.name:
        signs[column(bar.first, line, room)] = "["
