"""The words of the protocol that a finding rests on."""

from collections.abc import Mapping

from protocol_dsl.base.source import Text
from protocol_dsl.base.values import frozen
from protocol_dsl.model.points import Place
from protocol_dsl.writers.columns import cut

MOST_LINES = 8
MOST_LETTERS = 400
"""Lines of a declaration that are shown, and letters of a line."""


@frozen
class Line:
    """A line of the protocol; ``is_cited`` when the rule stands on it."""

    number: int
    words: str
    is_cited: bool


@frozen
class Excerpt:
    """A declaration, or its beginning and the line that is meant; ``where`` is ``anrs123.proto:38``."""

    where: str
    lines: tuple[Line, ...]


def excerpt(place: Place | None, texts: Mapping[str, Text]) -> Excerpt | None:
    r"""The declaration around ``place``, or ``None`` where its text is not at hand.

    >>> text = Text("a.proto", 'inclusion I1 "Adult"\n  require age at SCR >= 18 years\n\nvisit W0 at W0\n')
    >>> [line.number for line in excerpt(Place("a.proto", 2, 11), {"a.proto": text}).lines]
    [1, 2]
    """
    text = None if place is None else texts.get(place.file)
    if place is None or text is None or not 1 <= place.line <= len(text.line_starts):
        return None
    first = place.line
    while first > 1 and is_inner(text.line(first)):
        first -= 1
    last = place.line
    while last < len(text.line_starts) and last - first < MOST_LINES - 1 and is_clause(text.line(last + 1)):
        last += 1
    numbers = [first, *range(max(first + 1, last - MOST_LINES + 2), last + 1)]
    lines = tuple(Line(each, cut(text.line(each), MOST_LETTERS), each == place.line) for each in numbers)
    return Excerpt(f"{place.file}:{place.line}", lines)


def is_inner(words: str) -> bool:
    """Whether a line stands within a declaration: it is indented, empty, or a comment."""
    return not words.strip() or words.startswith((" ", "\t", "#"))


def is_clause(words: str) -> bool:
    """Whether a line goes on with the declaration."""
    return bool(words.strip()) and words.startswith((" ", "\t"))
