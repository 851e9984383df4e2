"""A text into its declarations: a word in column 0 begins one, what is indented belongs to it."""

import re
from collections.abc import Collection, Iterator, Mapping

from protocol_dsl.base.values import frozen

LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
WORD = re.compile(r"[^\W\d_]\w*|[^\s]")
GOES_ON = (")", "}", "|", "and", "or")
"""What begins no declaration and no clause, and goes on with one."""


@frozen
class Piece:
    """One declaration from its first word to the end of its last line, comments in between included.

    ``stray`` are the offsets of lines that stand in column 0 and belong to it all the same.
    """

    word: str
    start: int
    end: int
    stray: tuple[int, ...] = ()


@frozen
class Margin:
    """Comments in column 0 and blank lines between declarations."""

    start: int
    end: int


def begin_of(content: str) -> int:
    """Where the first line of a text begins: after its byte order mark, if it has one."""
    return 1 if content.startswith("\ufeff") else 0


def lines(content: str, offset: int) -> Iterator[tuple[int, str]]:
    """Each line from ``offset`` on with its own offset, its ending included."""
    while offset < len(content):
        found = LINE.match(content, offset)
        line = found.group() if found else ""
        yield offset, line
        offset += len(line)


def split(
    content: str, declarations: Collection[str], clauses: Mapping[str, Collection[str]]
) -> Iterator[Piece | Margin]:
    """The declarations and what stands between them, in order; together they cover the text.

    A word of ``clauses`` and a closing bracket in column 0 belong to the declaration before them: someone forgot the
    indentation, and the rest of the text should not suffer. With each word go the declarations that have such a clause:
    in any other it begins one of its own where it is the word of a declaration with an ending, such as ``prohibited``.
    """
    word, start, end, stray = "", -1, 0, list[int]()
    for offset, line in lines(content, begin_of(content)):
        first = "" if line[:1].isspace() or line.startswith("#") else line.strip()
        if not first:
            if line.strip() and not line.startswith("#") and start >= 0:
                end = offset + len(line)
            continue
        found = WORD.match(first)
        begins = found.group() if found else first
        is_clause = begins in clauses and (word in clauses[begins] or not begins.startswith(tuple(declarations)))
        if start >= 0 and begins not in declarations and (is_clause or begins in GOES_ON):
            stray.append(offset)
        else:
            if start >= 0:
                yield Piece(word, start, end, tuple(stray))
            if offset > end:
                yield Margin(end, offset)
            word, start, stray = begins, offset, []
        end = offset + len(line)
    if start >= 0:
        yield Piece(word, start, end, tuple(stray))
    if end < len(content):
        yield Margin(end, len(content))
