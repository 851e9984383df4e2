"""A declaration as the words that the parser read, each with what its place in the grammar says about the layout.

The layout knows no construct: where a clause begins, what a list is and which sign belongs to its number is asked of
the parser, so that a new construct is laid out as soon as the grammar has it.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from attrs import define, evolve, field
from lark import Lark, Token, Tree, UnexpectedInput
from lark.parsers.lalr_parser_state import ParserState

from protocol_dsl.base.values import frozen
from protocol_dsl.syntax.builder.parts import Head, Parts
from protocol_dsl.syntax.lexing import SharedLexer
from protocol_dsl.syntax.parse import MAX_DECLARATION
from protocol_dsl.syntax.session import Mistaken, Session
from protocol_dsl.syntax.split import Piece
from protocol_dsl.syntax.tables import DECLARATIONS

COMMENT_OR_LINE = re.compile(r"(#[^\r\n]*)|\r\n|\r|\n")
LISTED = {"DESIGN_LINE": re.compile(r"[^\s,]+|,|[\r\n]+"), "GIVEN_LINE": re.compile(r"[^\s,]+|,|[\r\n]+")}
WORDS = re.compile(r"[^\s]+|[\r\n]+")
WHOLE = ("DESIGN_LINE", "GIVEN_LINE", "EXPECT_LINE")
OPENERS, CLOSERS, SIGNS = ("(", "{"), (")", "}"), ("+", "-")
REPEATED = "__"
"""How lark begins the name of what it makes of ``x*``."""


@frozen
class Comment:
    """``# ...`` with what stood before it."""

    text: str
    is_alone: bool
    in_margin: bool
    after_blank_line: bool


@frozen(kw_only=True)
class Word:
    """One token as the author wrote it.

    ``under`` is the number of the word below which a line begins that begins with this one; ``depth`` counts the
    brackets around it. A line ``may_break`` before the word; it is a ``seam`` where it breaks when it is too long.
    """

    text: str
    kind: str
    begins_clause: bool = False
    is_glued: bool = False
    may_break: bool = False
    is_seam: bool = False
    under: int | None = None
    depth: int = 0
    line_ends: int = 0
    comments: tuple[Comment, ...] = ()
    pad: int = 0

    @property
    def breaks(self) -> bool:
        """Whether the author began a line here, where one may begin, or a comment makes one begin."""
        return self.begins_clause or bool(self.comments) or (self.may_break and self.line_ends > 0)


@frozen
class Words:
    """A declaration: its words, and the comments after the last of them."""

    words: tuple[Word, ...]
    comments: tuple[Comment, ...]


@define
class Gathering:
    """The words gathered so far, with what the next one needs to know of them."""

    states: dict[Any, Any]
    words: list[Word] = field(factory=list)
    starts: dict[int, int] = field(factory=dict)
    brackets: list[int] = field(factory=list)
    betweens: list[int] = field(factory=list)
    list_start: int | None = None
    is_unary: bool = False
    begins_expression: bool = False

    def take(self, token: Token, stack: Sequence[object], state: object, gap: str) -> None:
        """One more token, which the parser has just put on its ``stack``."""
        text, kind = str(token), token.type
        line_ends, comments = gap_of(gap)
        begins = begins_clause(stack)
        if kind in WHOLE:
            self.take_line(text, kind, begins=begins, line_ends=line_ends, comments=comments)
            return
        before = self.words[-1] if self.words else None
        closes = text in CLOSERS
        if closes and self.brackets:
            self.brackets.pop()
        self.starts[token.start_pos or 0] = len(self.words)
        glued = before is not None and (
            closes
            or text == ","
            or before.text in OPENERS
            or self.is_unary
            or (text == "%" and before.kind == "NUMBER")
        )
        seam = before is not None and (before.text == "," or self.joins(text))
        may_break = seam or (before is not None and ("STRING" in (kind, before.kind) or self.begins_expression))
        self.words.append(
            Word(
                text=text,
                kind=kind,
                begins_clause=begins,
                is_glued=glued,
                may_break=may_break and not glued,
                is_seam=seam and not glued,
                under=self.under(before),
                depth=len(self.brackets),
                line_ends=line_ends,
                comments=comments,
            )
        )
        self.look_ahead(text, stack, state)

    def joins(self, text: str) -> bool:
        """Whether ``text`` joins two tests; the ``and`` of ``between a and b`` does not."""
        if text == "and" and self.betweens and self.betweens[-1] == len(self.brackets):
            self.betweens.pop()
            return False
        return text in {"and", "or"}

    def under(self, before: Word | None) -> int | None:
        """The word below which a line stands that begins here."""
        if before is not None and before.text == "," and self.list_start is not None:
            return self.list_start
        return self.brackets[-1] + 1 if self.brackets else None

    def look_ahead(self, text: str, stack: Sequence[object], state: object) -> None:
        """What the next word needs to know of this one."""
        if text == ",":
            self.list_start = self.first_of_list(stack)
        elif text in OPENERS:
            self.brackets.append(len(self.words) - 1)
        elif text == "between":
            self.betweens.append(len(self.brackets))
        self.is_unary = text in SIGNS and isinstance(stack[-2], Token)
        self.begins_expression = "expression" in self.states[state]

    def first_of_list(self, stack: Sequence[object]) -> int | None:
        """The first word of the list that goes on behind the comma on the ``stack``."""
        first = stack[-2]
        if is_repetition(first):
            first = stack[-3]
        session = SharedLexer.session
        return self.starts.get(session.of(first).start - session.start)

    def take_line(self, text: str, kind: str, *, begins: bool, line_ends: int, comments: tuple[Comment, ...]) -> None:
        """The words of a line that is one token."""
        first, broken, marks = len(self.words), 0, 0
        for found in LISTED.get(kind, WORDS).finditer(text):
            part = found.group()
            if part.isspace():
                broken = 1
                continue
            number = len(self.words)
            starts = number == first
            # What stands between two quotation marks stays on one line, as it does elsewhere.
            after_comma = not starts and self.words[-1].text.endswith(",") and marks % 2 == 0
            marks += part.count('"')
            self.words.append(
                Word(
                    text=part,
                    kind=kind,
                    begins_clause=begins and starts,
                    is_glued=part == ",",
                    may_break=after_comma,
                    is_seam=after_comma,
                    under=None if starts else first + 1,
                    line_ends=line_ends if starts else broken,
                    comments=comments if starts else (),
                )
            )
            broken = 0


def is_repetition(node: object) -> bool:
    """Whether ``node`` is what lark makes of ``x*``."""
    return isinstance(node, Tree) and str(node.data).startswith(REPEATED)


def begins_clause(stack: Sequence[object]) -> bool:
    """Whether the last of the parser's ``stack`` is the first token of a clause."""
    rest = stack[1:-1]
    return len(stack) > 1 and isinstance(stack[0], Head) and (not rest or (len(rest) == 1 and is_repetition(rest[0])))


def gap_of(gap: str) -> tuple[int, tuple[Comment, ...]]:
    """The line ends after the last comment between two tokens, and the comments."""
    line_ends, comments = 0, list[Comment]()
    for found in COMMENT_OR_LINE.finditer(gap):
        if not found[1]:
            line_ends += 1
            continue
        in_margin = found.start() > 0 and gap[found.start() - 1] in "\r\n"
        comments.append(Comment(found[1].rstrip(), line_ends > 0, in_margin, line_ends > 1))
        line_ends = 0
    return line_ends, tuple(comments)


def closers_first(words: Sequence[Word], last: tuple[Comment, ...]) -> Words:
    """The same with commas and closing brackets before the comments that stand before them."""
    found: list[Word] = []
    carried: tuple[Comment, ...] = ()
    for word in words:
        comments = carried + word.comments
        if word.text in (",", *CLOSERS) and not word.begins_clause:
            carried = comments
            found.append(evolve(word, comments=()))
        else:
            carried = ()
            found.append(evolve(word, comments=comments))
    return Words(tuple(found), carried + last)


def tokens(lark: Lark, word: str, content: str) -> Iterator[tuple[Token, ParserState[Any]]]:
    """Each token of a declaration, with the parser as it stands behind it."""
    reading = lark.parse_interactive(content, start=word)
    state: ParserState[Any] = reading.parser_state
    for token in reading.lexer_thread.lex(state):  # type: ignore[no-untyped-call] # lark has no types here
        reading.feed_token(token)
        yield token, state
    reading.feed_eof()  # type: ignore[no-untyped-call] # as above


def words_of(lark: Lark, content: str, piece: Piece) -> Words | None:
    """The words of a declaration; nothing when there is any mistake in how it is written."""
    if piece.word not in DECLARATIONS or piece.stray or piece.end - piece.start > MAX_DECLARATION:
        return None
    text = content[piece.start : piece.end]
    session = Parts.session = SharedLexer.session = Session("", piece.start)
    gathering: Gathering | None = None
    end = 0
    try:
        for token, state in tokens(lark, piece.word, text):
            gathering = gathering or Gathering(state.parse_conf.states)
            gathering.take(token, state.value_stack, state.state_stack[-1], text[end : token.start_pos])
            end = token.end_pos or end
    except (UnexpectedInput, Mistaken):
        return None
    if session.found or gathering is None:
        return None
    return closers_first(gathering.words, gap_of(text[end:])[1])
