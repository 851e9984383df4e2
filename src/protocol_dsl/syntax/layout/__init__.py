"""The one layout of a text: blanks, line ends and columns. The words, their order and the comments stay.

A declaration that cannot be read is left as it is, byte for byte.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator

from protocol_dsl.base.source import Span, Text
from protocol_dsl.base.values import frozen
from protocol_dsl.syntax.layout.lines import WIDTH, lines_of
from protocol_dsl.syntax.layout.words import words_of
from protocol_dsl.syntax.parse import MAX_DECLARATION, MAX_DECLARATIONS, MAX_TEXT, READING, all_clause_words, parse
from protocol_dsl.syntax.signs import mended_signs
from protocol_dsl.syntax.split import Margin, begin_of, lines, split
from protocol_dsl.syntax.tables import DECLARATIONS, parser

SECTION = re.compile(r"#[ \t]*-{4,}(?:[ \t]+(?P<title>[^\s-].*?))?(?:[ \t]+-{4,}|-*)[ \t]*")
LEAST_RULE = 4


@frozen
class Layout:
    """A text laid out, and the places of the declarations that were left as they are."""

    content: str
    left: tuple[Span, ...] = ()


@frozen
class Block:
    """Lines that belong together: of a declaration that ``is_read``, or that ``is_left``, its line ends included."""

    lines: tuple[str, ...]
    is_read: bool = False
    is_left: bool = False


def laid_out(text: Text) -> Layout:
    """``text`` in the one layout; it means the same.

    The line ends become those of the first line; a byte order mark that begins the text is dropped. A text of which no
    declaration can be read is left as it is: it is none of ours. So is one that would then begin with such a mark
    that stood elsewhere, which is told of.

    Raises:
        RuntimeError: The new text would mean something else: a fault of the layout.
    """
    as_it_is = Layout(text.content, (Span(text.name, 0, 1),))
    if len(text.content) > MAX_TEXT:
        return as_it_is
    left: list[Span] = []
    with READING:
        blocks = list(blocks_of(text, left))
    line_end = "\r\n" if re.match(r"[^\n]*\r\n", text.content.lstrip()) else "\n"
    found = "".join(joined(blocks, line_end))
    if len(found) > MAX_TEXT or begin_of(found):
        return as_it_is
    if not any(block.is_read for block in blocks):
        return Layout(text.content, tuple(left))
    if found != text.content and parse(Text(text.name, found)).file != parse(text).file:
        raise RuntimeError(f"the layout of {text.name} would have changed its meaning")
    return Layout(found, tuple(left))


def blocks_of(text: Text, left: list[Span]) -> Iterator[Block]:
    """The declarations and what stands between them; the places of those left as they are go to ``left``."""
    lark = parser()
    content, odd = mended_signs(text)
    signs = [diagnostic.span.start for diagnostic in odd]
    pieces = 0
    for part in split(content, DECLARATIONS, all_clause_words(lark)):
        if isinstance(part, Margin):
            begin = part.start or begin_of(text.content)
            yield Block(tuple(margin(text.content[begin : part.end])))
            continue
        pieces += 1
        is_odd = bisect_left(signs, part.start) < bisect_left(signs, part.end)
        is_whole = pieces <= MAX_DECLARATIONS and not is_odd
        words = words_of(lark, content, part) if is_whole else None
        found = tuple(lines_of(words)) if words else ()
        if found and sum(map(len, found)) + 2 * len(found) <= MAX_DECLARATION:
            yield Block(found, is_read=True)
        else:
            left.append(Span(text.name, part.start, part.start + len(part.word)))
            yield Block((text.content[part.start : part.end],), is_left=True)


def margin(content: str) -> Iterator[str]:
    """The lines between declarations: comments, blank lines, and indented ones that belong to no declaration."""
    for _, line in lines(content, 0):
        words = line.strip()
        yield section(words) if words.startswith("#") else line.rstrip("\r\n") if words else ""


def section(comment: str) -> str:
    """A comment; the heading of a section is as wide as a line."""
    found = SECTION.fullmatch(comment)
    if found is None:
        return comment
    title = f" {found['title']}" if found["title"] else ""
    return f"# {'-' * max(LEAST_RULE, WIDTH - len('# ') - len(title))}{title}"


def joined(blocks: list[Block], line_end: str) -> Iterator[str]:
    """The whole text: no blank line at its ends, no two in a row."""
    is_blank, has_begun, last = False, False, ""
    for block in blocks:
        for line in block.lines:
            if not line:
                is_blank = has_begun
                continue
            if is_blank:
                yield "\r" if last.endswith("\r") else line_end  # with a new line, that would be one line end
            last = line if block.is_left else line + line_end
            yield last
            is_blank, has_begun = False, True
