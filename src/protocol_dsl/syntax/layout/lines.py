"""The words of a declaration as lines: what stands on which, how far it is indented, what stands in a column."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from attrs import define, evolve, field

from protocol_dsl.syntax.layout.columns import aligned
from protocol_dsl.syntax.layout.words import Comment, Word, Words

WIDTH = 120
INDENT = "  "
FARTHEST = 60
"""A line hangs below the first of its list only where this leaves half of the line."""
BEFORE_COMMENT = 2


@define
class Line:
    """One line: blanks, words, and the comment at its end."""

    indent: int = 0
    words: str = ""
    comment: str = ""
    after_blank_line: bool = False

    @property
    def width(self) -> int:
        """Columns up to the end of the words."""
        return self.indent + len(self.words)

    def text(self, column: int) -> str:
        """The line, its comment in ``column`` or behind its words."""
        line = " " * self.indent + self.words
        return line.ljust(max(column, self.width + BEFORE_COMMENT)) + self.comment if self.comment else line


@define
class Page:
    """The lines of one declaration as they come about."""

    words: Sequence[Word]
    lines: list[Line] = field(factory=list)
    columns: dict[int, int] = field(factory=dict)
    is_in_clause: bool = False

    def write(self, first: int, end: int, indent: int) -> None:
        """The words ``first`` up to ``end`` as one line, broken where it becomes too long."""
        while first < end:
            line = Line(indent)
            self.lines.append(line)
            stop = self.fitting(first, end, indent)
            for number in range(first, stop):
                word = self.words[number]
                gap = "" if number == first else between(self.words[number - 1], word)
                self.columns[number] = line.width + len(gap)
                line.words += gap + word.text
            if stop < end:
                indent = self.indentation(stop)
            first = stop

    def fitting(self, first: int, end: int, indent: int) -> int:
        """The word before which the line that begins with ``first`` ends."""
        column, best, rank = indent, first, (1, 0)
        for number in range(first, end):
            word = self.words[number]
            if number > first:
                column += len(between(self.words[number - 1], word))
                here = (not word.is_seam, word.depth)
                if word.may_break and (best == first or here <= rank):
                    best, rank = number, here
            column += len(word.text)
            if column > WIDTH and best > first:
                return best
        return end

    def indentation(self, number: int) -> int:
        """How far a line is indented that begins with the word ``number``, which begins no clause."""
        word = self.words[number]
        column = None if word.under is None else self.columns.get(word.under)
        if column is not None and column <= FARTHEST:
            return column
        return len(INDENT) * (2 if self.is_in_clause else 1)

    def comment(self, comments: Iterable[Comment], indent: int) -> None:
        """Comments before a line that is indented by ``indent``, the first perhaps at the end of the line before."""
        for number, each in enumerate(comments):
            if number == 0 and not each.is_alone and self.lines:
                self.lines[-1].comment = each.text
            else:
                self.lines.append(Line(0 if each.in_margin else indent, each.text, "", each.after_blank_line))


def between(before: Word, word: Word) -> str:
    """The blanks between two words of one line."""
    return "" if word.is_glued else " " * (1 + before.pad)


def beside_head(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words; a clause that the author wrote on the line of the head becomes a part of it, where this fits."""
    begins = [number for number, word in enumerate(words) if word.begins_clause]
    broken = next((number for number, word in enumerate(words) if number and (word.line_ends or word.comments)), None)
    end = max((each for each in (*begins, len(words)) if broken is None or each <= broken), default=0)
    width = len(words[0].text) + sum(
        len(between(before, word)) + len(word.text) for before, word in pairwise(words[:end])
    )
    if width > WIDTH or (end < len(words) and not words[end].begins_clause):
        return tuple(words)
    return (*(evolve(word, begins_clause=False) for word in words[:end]), *words[end:])


def lines_of(declaration: Words) -> list[str]:
    """The lines of a declaration, without their ends."""
    words = beside_head(declaration.words)
    page = Page(aligned(words))
    begins = [number for number, word in enumerate(words) if number == 0 or word.breaks]
    for first, end in pairwise([*begins, len(words)]):
        word = words[first]
        page.is_in_clause |= word.begins_clause
        indent = 0 if first == 0 else len(INDENT) if word.begins_clause else page.indentation(first)
        page.comment(word.comments, indent)
        at = len(page.lines)
        page.write(first, end, indent)
        page.lines[at].after_blank_line = first > 0 and word.line_ends > 1
    page.comment(declaration.comments, len(INDENT))
    return list(printed(page.lines))


def printed(lines: Sequence[Line]) -> Iterator[str]:
    """The lines as text, single blank lines where the author had some.

    The comments at the ends of lines stand in one column that leaves room for all of them; a line that is longer has
    its comment behind its words.
    """
    commented = [line for line in lines if line.comment]
    farthest = WIDTH - max((len(line.comment) for line in commented), default=0)
    ends = (line.width + BEFORE_COMMENT for line in commented)
    column = max((end for end in ends if end <= farthest), default=0)
    for line in lines:
        if line.after_blank_line:
            yield ""
        yield line.text(column)
