"""Text that fits: widths as a terminal shows them, wrapping, and plain tables."""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

WIDTH = 100
"""Columns that every text output fits, whatever the terminal."""
TAB = 4
SHOWN_CONTROL = "�"
GAP = "  "
NARROW, READABLE = 12, 30
"""Columns that a column of a table is not made narrower than, and in which sentences can still be read."""
LEAST = 4
"""Columns that words are never given less of, whatever stands before them."""


@lru_cache(maxsize=4096)
def cell_width(character: str) -> int:
    """Columns that one character takes: 0 for a combining mark, 2 for a wide one."""
    if character < "\x7f":
        return 1
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def width_of(words: str) -> int:
    """Columns that ``words`` take.

    >>> width_of("cd4"), width_of("日本")
    (3, 4)
    """
    return len(words) if words.isascii() else sum(map(cell_width, words))


def visible(words: str) -> str:
    r"""``words`` on one line: each control character, line end or direction mark replaced, so that none acts.

    >>> visible("a\tb\x1b[31m") == "a" + " " * 4 + "b\N{REPLACEMENT CHARACTER}[31m"
    True
    """
    if words.isascii() and words.isprintable():
        return words
    return "".join(shown(character) for character in words)


def shown(character: str) -> str:
    """One character as it may be printed: a tab as blanks, what would act on the terminal as a mark."""
    if character == "\t":
        return " " * TAB
    return SHOWN_CONTROL if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} else character


def cut(words: str, width: int) -> str:
    """``words``, or as much of them as fits ``width`` columns with ``...`` at the end.

    >>> cut("interleukin", 8)
    'inter...'
    """
    if width_of(words) <= width:
        return words
    taken, used = [], 0
    for character in words:
        used += cell_width(character)
        if used > width - 3:
            break
        taken.append(character)
    return "".join(taken).rstrip() + "..."


def wrapped(words: str, width: int, indent: str = "") -> list[str]:
    """``words`` in lines of at most ``width`` columns, broken at blanks; all but the first begin with ``indent``.

    A word longer than a line is broken where the line ends. Nothing gives one empty line.

    >>> wrapped("visit W24 was held late", 14, "  ")
    ['visit W24 was', '  held late']
    """
    width = max(width, LEAST)
    indent = indent if len(indent) <= width // 2 else ""
    lines, line = [], ""
    for word in words.split(" "):
        start = line + " " if line else ""
        if width_of(start + word) <= width:
            line = start + word
            continue
        if line.strip():
            lines.append(line)
        line = indent + word if lines else word
        while width_of(line) > width:
            head = head_of(line, width)
            lines.append(head)
            line = indent + line[len(head) :]
    return [*lines, line]


def head_of(words: str, width: int) -> str:
    """As many characters from the start of ``words`` as ``width`` columns hold, at least one."""
    used = 0
    for place, character in enumerate(words):
        used += cell_width(character)
        if used > width and place > 0:
            return words[:place]
    return words


def padded(words: str, width: int, *, to_right: bool = False) -> str:
    """``words`` with blanks up to ``width`` columns."""
    blanks = " " * (width - width_of(words))
    return blanks + words if to_right else words + blanks


def table(  # noqa: PLR0913 - the last four are settings, by name
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    width: int = WIDTH,
    indent: str = "",
    numbers: frozenset[int] = frozenset(),
    wraps: int | None = None,
) -> list[str]:
    """The lines of a plain table: a heading, then ``rows``, columns two blanks apart.

    Args:
        headings: One for each column; no heading line when all are empty.
        rows: As many cells each as there are headings.
        width: Columns to fit; column ``wraps`` takes what the others leave, and its cells go on below.
        indent: Before every line.
        numbers: Columns set to the right.
        wraps: The column whose words are wrapped; the last one when not said. Others are where names are so long
            that nothing is left for it.
    """
    lines = [list(map(visible, row)) for row in ([headings, *rows] if any(headings) else rows)]
    widths = [max((width_of(line[column]) for line in lines), default=0) for column in range(len(headings))]
    flexible = len(headings) - 1 if wraps is None else wraps
    fixed = sum(widths) - widths[flexible] + len(GAP) * (len(widths) - 1) + len(indent)
    if fixed + min(widths[flexible], NARROW) > width:
        widths[flexible] = min(widths[flexible], READABLE)
        widths = narrowed(widths, width - len(GAP) * (len(widths) - 1) - len(indent))
    else:
        widths[flexible] = min(widths[flexible], width - fixed)
    shown_lines: list[str] = []
    for line in lines:
        for part in broken(line, widths):
            cells = [padded(cell, widths[place], to_right=place in numbers) for place, cell in enumerate(part)]
            shown_lines.append((indent + GAP.join(cells)).rstrip())
    return shown_lines


def narrowed(widths: Sequence[int], room: int) -> list[int]:
    """The widths with the widest made less wide until all fit ``room``, none below what is narrow.

    >>> narrowed([40, 8, 60, 30], 100)
    [31, 8, 31, 30]
    """
    found = list(widths)
    while sum(found) > room and max(found) > NARROW:
        found[found.index(max(found))] -= 1
    return found


def broken(line: Sequence[str], widths: Sequence[int]) -> list[list[str]]:
    """One row of cells as several, each cell wrapped to the width of its column."""
    cells = [wrapped(cell, width) if width else [cell] for cell, width in zip(line, widths, strict=True)]
    height = max(map(len, cells))
    return [[cell[place] if place < len(cell) else "" for cell in cells] for place in range(height)]
