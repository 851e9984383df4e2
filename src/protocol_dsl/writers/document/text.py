"""A document as plain text that fits 100 columns."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import assert_never

from protocol_dsl.writers.columns import GAP, WIDTH, broken, padded, visible, width_of
from protocol_dsl.writers.document.blocks import cell_words, fact_words, in_blocks, origin_words, timeline_lines
from protocol_dsl.writers.document.content import Block, Clause, Document, Entry, Fact, Paragraph, Part, Table
from protocol_dsl.writers.document.timeline import Timeline
from protocol_dsl.writers.ink import Ink
from protocol_dsl.writers.text.words import paragraph

INDENT = "    "
NAMES, COLUMN = 30, 18
"""Columns for the first column of a wide table, and for each other at the most."""
SIGNS = "| a visit, ---- its window, o by telephone, # a cycle, === a course, [ the start of a dose level"


def signs_words(line: Timeline) -> Iterator[str]:
    """What the signs of a timeline mean."""
    yield SIGNS
    if any(bar.kind == "day of a cycle" for lane in line.lanes for bar in lane.bars):
        yield "' a visit in a cycle"
    if any(lane.is_open for lane in line.lanes):
        yield "> goes on"
    if any(band.is_without_treatment for band in line.epochs):
        yield "/// without treatment"


def text_lines(document: Document, ink: Ink) -> Iterator[str]:
    """The whole document, line by line."""
    first, *others = paragraph(f"{document.name}: {document.title}", more="  ")
    yield ink(first, "strong")
    yield from others
    yield from fact_lines(document.facts, "  ")
    for part in document.parts:
        yield from part_lines(part, ink)


def part_lines(part: Part, ink: Ink) -> Iterator[str]:
    """A part below its title, its blocks apart."""
    yield ""
    yield ink(part.title, "strong")
    for number, block in enumerate(part.blocks):
        if number:
            yield ""
        yield from block_lines(block)


def block_lines(block: Block) -> Iterator[str]:
    """One block."""
    match block:
        case Paragraph(words):
            yield from paragraph(words, "  ")
        case Entry():
            yield from entry_lines(block)
        case Table():
            yield from table_lines(block)
        case Timeline():
            yield from (f"  {each}".rstrip() for each in timeline_lines(block, WIDTH - 2))
            yield from paragraph(", ".join(signs_words(block)), "  ")
        case _:
            assert_never(block)


def entry_lines(entry: Entry) -> Iterator[str]:
    """An entry: name and title with its place, then what it says, then where it comes from."""
    head = "  ".join(filter(None, (entry.name, entry.title)))
    tag = f"{entry.tag}, " if entry.tag else ""
    yield from paragraph(f"{head}  ({tag}{entry.place})", "  ", "  ")
    for clause in entry.clauses:
        yield from clause_lines(clause, "    ")
    yield from fact_lines(entry.facts, "    ")
    for origin in entry.origins:
        yield from paragraph(origin_words(origin), "    ", "  ")


def clause_lines(clause: Clause, indent: str, bullet: str = "") -> Iterator[str]:
    """A sentence, those below it further in."""
    yield from paragraph(f"{bullet}{clause.words}", indent, "  ")
    for part in clause.parts:
        yield from clause_lines(part, indent + "  ", "- ")


def fact_lines(facts: Iterable[Fact], indent: str) -> Iterator[str]:
    """``label: words``."""
    for fact in facts:
        yield from paragraph(f"{fact.label}: {fact_words(fact)}", indent, "  ")


def table_lines(found: Table) -> Iterator[str]:
    """A table, in blocks where it is wide; its notes below."""
    if found.is_wide:
        yield from wide_lines(found)
    else:
        yield from paragraph(found.caption, "  ")
        yield from narrow_lines([[cell_words(cell) for cell in row] for row in (found.heading, *found.rows)])
    for note in found.notes:
        yield from paragraph(f"({note.mark}) {note.words}", "  ", "    ")


def narrow_lines(rows: list[list[str]]) -> Iterator[str]:
    """Rows of words, each cell wrapped to the width that its column gets."""
    room = WIDTH - len(INDENT) - len(GAP) * (len(rows[0]) - 1)
    yield from set_lines(rows, lambda wanted: shared(wanted, room), INDENT)


def set_lines(rows: list[list[str]], widths_for: Callable[[list[int]], list[int]], indent: str) -> Iterator[str]:
    """Rows of words in columns, each as wide as ``widths_for`` makes of what all of them want."""
    shown = [list(map(visible, row)) for row in rows]
    widths = widths_for([max(width_of(row[place]) for row in shown) for place in range(len(shown[0]))])
    for row in shown:
        for part in broken(row, widths):
            cells = (padded(cell, width) for cell, width in zip(part, widths, strict=True))
            yield (indent + GAP.join(cells)).rstrip()


def shared(wanted: Sequence[int], room: int) -> list[int]:
    """How wide each column is: what it wants, or a fair share of what those that want less leave.

    >>> shared([10, 90, 90], 100)
    [10, 45, 45]
    """
    widths = [0] * len(wanted)
    left = sorted(range(len(wanted)), key=wanted.__getitem__)
    while left:
        place = left.pop(0)
        widths[place] = min(wanted[place], room // (len(left) + 1))
        room -= widths[place]
    return widths


def wide_lines(found: Table) -> Iterator[str]:
    """A table of many columns, in blocks below each other."""
    rows = (found.heading, *found.rows)
    widths = [max(width_of(cell_words(row[place])) for row in rows) for place in range(len(found.heading))]
    left = min(widths[0], NAMES)
    widths = [min(each, COLUMN) + len(GAP) for each in widths]
    for number, block in enumerate(in_blocks(found, WIDTH - left - 2, widths)):
        if number:
            yield ""
        lines = [list(map(cell_words, row)) for row in block]
        yield from set_lines(lines, capped, "  ")


def capped(wanted: list[int]) -> list[int]:
    """How wide the columns of a wide table are: what they want, up to a bound.

    >>> capped([40, 9, 40])
    [30, 9, 18]
    """
    return [min(wanted[0], NAMES), *(min(each, COLUMN) for each in wanted[1:])]
