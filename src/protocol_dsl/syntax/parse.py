"""A text to its tree: every declaration by itself, every mistake found, nothing raised."""

import re
from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import count, islice
from threading import Lock

from attrs import evolve, field
from lark import Lark

from protocol_dsl.base.diagnostics import Code, Diagnostic
from protocol_dsl.base.nearest import distance
from protocol_dsl.base.source import Span, Text
from protocol_dsl.base.values import frozen
from protocol_dsl.syntax import ast
from protocol_dsl.syntax.expected import clause_words
from protocol_dsl.syntax.lexing import ahead
from protocol_dsl.syntax.mistakes import MIN_MISSPELT, MISSPELT, ORIGINS, before_all, in_column_0, no_declaration
from protocol_dsl.syntax.recover import FIRST_WORD, Outcome, Reading
from protocol_dsl.syntax.session import Repair, Session
from protocol_dsl.syntax.signs import mended_signs
from protocol_dsl.syntax.split import WORD, Margin, Piece, begin_of, lines, split
from protocol_dsl.syntax.tables import DECLARATIONS, parser

TOO_LONG = Code("PD016", "too long to be read")
MAX_TEXT = 5_000_000
MAX_DECLARATION = 100_000
MAX_DECLARATIONS = 10_000
MOST_MENDED = 1_000
"""Mistakes of a text; after so many nobody asks what each of the others was meant to be."""
TURNED = re.compile(r"(?:primary|secondary|exploratory)[ \t]+(?P<declaration>endpoint)\b")
"""The words of a head in another order."""
CLAUSES_LOOKED_AT = 20
"""By so many of its clauses a declaration is known whose first word is wrong."""

# One parser serves the whole process, and its lexer and builder hold the state of one reading.
READING = Lock()


@frozen
class Parsed:
    """What could be read of a text, and what is wrong with it, in the order of the text.

    ``broken`` are the declarations of which a part was left out: what they lack was reported already.
    """

    file: ast.File
    diagnostics: tuple[Diagnostic, ...] = ()
    broken: frozenset[Span] = field(default=frozenset(), repr=False)


def parse(text: Text) -> Parsed:
    """The tree of ``text``; whatever the text, mistakes are diagnostics and nothing is raised."""
    if len(text.content) > MAX_TEXT:
        message = f"this text has {len(text.content):,} characters, and at most {MAX_TEXT:,} are read"
        place = Span(text.name, 0, 1)
        return Parsed(ast.File(text.name, ()), (TOO_LONG.at(place, message, hint="is it a protocol?"),))
    content, found = mended_signs(text)
    declarations: list[ast.Declaration] = []
    broken = set[Span]()
    with READING:
        lark = parser()
        parts = list(split(content, DECLARATIONS, all_clause_words(lark)))
        found.extend(above_all(text.name, content, parts))
        pieces = (part for part in parts if isinstance(part, Piece))
        left: deque[Piece] = deque()
        for number in count(1):
            piece = left.popleft() if left else next(pieces, None)
            if piece is None:
                break
            if number > MAX_DECLARATIONS:
                message = f"a text has at most {MAX_DECLARATIONS:,} declarations, and this and the others are not read"
                found.append(TOO_LONG.at(Span(text.name, piece.start, piece.start + len(piece.word)), message))
                break
            outcome = read_piece(lark, text.name, content, piece, are_mended=len(found) < MOST_MENDED)
            found.extend(outcome.diagnostics)
            if outcome.rest:
                left.append(rest_of(content, piece, outcome.rest))
            if outcome.node is not None:
                declarations.append(outcome.node)
                if outcome.is_broken:
                    broken.add(outcome.node.span)
    found.sort(key=lambda diagnostic: (diagnostic.span.start, diagnostic.code.number))
    return Parsed(ast.File(text.name, tuple(declarations)), tuple(found), frozenset(broken))


def above_all(file: str, content: str, parts: Sequence[Piece | Margin]) -> Iterator[Diagnostic]:
    """PD025, PD002: the first indented line above every declaration; those after it are of the same mistake."""
    for part in parts[:1]:
        if isinstance(part, Margin):
            words = (
                WORD.search(content, at, at + len(line))
                for at, line in lines(content[: part.end], begin_of(content))
                if line.strip()
            )
            first = next((word for word in words if word and word.group() != "#"), None)
            if first is not None:
                yield before_all(Span(file, first.start(), first.end()), first.group(), DECLARATIONS)


def all_clause_words(lark: Lark) -> Mapping[str, Collection[str]]:
    """The words that begin a clause, each with the declarations that have such a one."""
    found: dict[str, set[str]] = {}
    for start in DECLARATIONS:
        for word in clause_words(lark, start):
            found.setdefault(word, set()).add(start)
    return found


def rest_of(content: str, piece: Piece, offset: int) -> Piece:
    """What of a piece is another declaration."""
    start = piece.start + offset
    word = WORD.match(content, start)
    return Piece(word.group() if word else "", start, piece.end, tuple(at for at in piece.stray if at > start))


def read_piece(lark: Lark, file: str, content: str, piece: Piece, *, are_mended: bool) -> Outcome:
    """The declaration of one piece."""
    first = Span(file, piece.start, piece.start + len(piece.word))
    length = piece.end - piece.start
    if length > MAX_DECLARATION:
        message = f"this declaration has {length:,} characters, and at most {MAX_DECLARATION:,} are read"
        return Outcome(None, [TOO_LONG.at(first, message)], is_broken=True)
    words = content[piece.start : piece.end]
    session = Session(file, piece.start)
    mistakes = [in_column_0(Span(file, at, at + len(word)), word) for at, word in stray_words(content, piece)]
    word = piece.word
    if word not in DECLARATIONS:
        turned = TURNED.match(words)
        meant = meant_declaration(lark, word, words)
        instead, end = meant or "", len(word)
        if turned and turned["declaration"] in DECLARATIONS:
            meant, end = turned["declaration"], turned.end()
            instead = f"{meant} {word}"
        begun = Span(file, piece.start, piece.start + end)
        mistakes.insert(0, no_declaration(begun, words[:end], instead, DECLARATIONS))
        if meant is None:
            return Outcome(None, mistakes[:1], is_broken=True)
        session.repairs[piece.start] = Repair(0, end, tuple((each.type, str(each)) for each in ahead(instead)))
        word = meant
    outcome = Reading(lark, session, word, words, are_mended).outcome()
    outcome.diagnostics[:0] = [each for each in mistakes if each.span.start != session.closed_at]
    return evolve(outcome, is_broken=outcome.is_broken or word != piece.word)


def meant_declaration(lark: Lark, word: str, words: str) -> str | None:
    """The declaration that a wrong first word most likely meant, by its letters and by the clauses that follow."""
    first = {line[1] for line in islice(FIRST_WORD.finditer(words, words.find("\n") + 1), CLAUSES_LOOKED_AT)}
    told = first & all_clause_words(lark).keys()
    could = [each for each in DECLARATIONS if told <= {*clause_words(lark, each)}] if "\n" in words else DECLARATIONS
    limit = MISSPELT if len(word) > MIN_MISSPELT else 1
    near = [each for each in could if distance(word.casefold(), each, limit) <= limit]
    if near:
        return min(near, key=lambda each: distance(word.casefold(), each, limit))
    return could[0] if len(could) == 1 and told - ORIGINS else None


def stray_words(content: str, piece: Piece) -> list[tuple[int, str]]:
    """The first words of the lines that should have been indented."""
    found = (WORD.match(content, at) for at in piece.stray)
    return [(word.start(), word.group()) for word in found if word]
