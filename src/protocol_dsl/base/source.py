"""A text, and places in it."""

from bisect import bisect_right
from functools import cached_property

from attrs import field
from attrs import frozen as ordered  # noqa: TID251 -- values of ours have no order

from protocol_dsl.base.values import frozen


@ordered(order=True)
class Span:
    """The characters ``start`` up to, not including, ``end`` of the text named ``file``."""

    file: str
    start: int
    end: int

    def to(self, other: "Span") -> "Span":
        """The span from the start of this one to the end of ``other``."""
        return Span(self.file, self.start, max(self.end, other.end))


@frozen
class Position:
    """A line and a column, both counted from 1; columns count characters."""

    line: int
    column: int


@frozen
class Unread:
    """A text that is there and cannot be read; ``why`` goes on from its name: ``is larger than 5 MB``."""

    why: str


@frozen(slots=False)
class Text:
    """A text with the name it is known by: a path as the user gave it, or ``library/hiv.proto``."""

    name: str
    content: str = field(repr=False)

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """Offsets at which the lines begin."""
        starts = [0]
        found = self.content.find("\n")
        while found >= 0:
            starts.append(found + 1)
            found = self.content.find("\n", found + 1)
        return tuple(starts)

    def position(self, offset: int) -> Position:
        r"""Line and column of ``offset``.

        >>> Text("a.proto", "one\ntwo").position(5)
        Position(line=2, column=2)
        """
        line = bisect_right(self.line_starts, offset)
        return Position(line, offset - self.line_starts[line - 1] + 1)

    def line(self, number: int) -> str:
        """The words of line ``number``, without its line ending."""
        start = self.line_starts[number - 1]
        end = self.line_starts[number] if number < len(self.line_starts) else len(self.content)
        return self.content[start:end].rstrip("\r\n")

    def words(self, span: Span) -> str:
        """The characters that ``span`` covers."""
        return self.content[span.start : span.end]
