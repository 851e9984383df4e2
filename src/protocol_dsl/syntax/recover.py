"""Reading one declaration although a part of it is broken: the part is left out and the rest read again."""

import re
from typing import cast

from lark import Lark, Token, Tree, UnexpectedToken

from protocol_dsl.base.diagnostics import Diagnostic
from protocol_dsl.base.nearest import distance
from protocol_dsl.base.source import Span
from protocol_dsl.syntax import ast
from protocol_dsl.syntax.builder.parts import Head, Parts
from protocol_dsl.syntax.expected import END, State, clause_words, expected, written
from protocol_dsl.syntax.lexing import SharedLexer
from protocol_dsl.syntax.mistakes import Place, explain
from protocol_dsl.syntax.session import Mistaken, Session
from protocol_dsl.syntax.tables import DECLARATIONS

MAX_MISTAKES = 25
MISSPELT, MIN_MISSPELT = 2, 4

HEADS = {
    "measure": 'measure x "x" in x',
    "attribute": 'attribute x "x" is a date',
    "history": "history x open",
    "anchor": "anchor x is x",
    "define": 'define x "x" as x',
    "eligibility": "eligibility at x",
    "prohibit": "prohibit x from x to x",
    "visit": "visit x",
    "visits": "visits x",
    "at": "at x also assess x",
    "participation": "participation ends at x",
    "grades": "grades",
    "analysis": 'analysis set x "x" is everyone',
    "endpoint": 'endpoint primary x "x"',
    "example": 'example "x"',
}
"""A head that can be read, for each declaration of which name and title are not all."""

FIRST_WORD = re.compile(r"^[ \t]*([A-Za-z|]\w*)", re.MULTILINE)
NOT_LINE_END = re.compile(r"[^\r\n]")


def read_declaration(
    lark: Lark, file: str, start: int, word: str, words: str, written_as: int | None = None
) -> tuple[ast.Declaration | None, list[Diagnostic], bool]:
    """The declaration that begins with ``word``, its mistakes, and whether a part of it was left out.

    ``written_as`` is the length of the first word in the text where it was mended to ``word``.
    """
    session = Session(file, start)
    if written_as is not None:
        session.cut, session.shift = len(word), written_as - len(word)
    found: list[Diagnostic] = []
    headless = False
    for _ in range(MAX_MISTAKES):
        Parts.session = SharedLexer.session = session
        session.depths.clear()
        try:
            node = cast("ast.Declaration", lark.parse(words, start=word))
        except Mistaken as mistaken:
            return None, [*session.found.values(), *found, mistaken.diagnostic], True
        except UnexpectedToken as stop:
            place, begin, end = broken_part(lark, session, word, words, stop)
            found.append(explain(place))
            if begin:
                words = words[:begin] + NOT_LINE_END.sub(" ", words[begin:end]) + words[end:]
            elif headless or end >= len(words):
                break
            else:
                headless = True
                words = other_head(session, word, words, end)
        else:
            return None if headless else node, [*session.found.values(), *found], bool(found)
    return None, [*session.found.values(), *found], True


def other_head(session: Session, word: str, words: str, end: int) -> str:
    """The words with a head that can be read instead of what stands up to ``end``, to find mistakes after it."""
    head = HEADS.get(word, f'{word} x "x"') + "\n"
    session.shift = session.where(end) - session.start - len(head)
    session.cut = len(head)
    return head + words[end:]


def broken_part(lark: Lark, session: Session, word: str, words: str, stop: UnexpectedToken) -> tuple[Place, int, int]:
    """Where the reading stopped, and from where to where the words are to be left out; from 0 is the head itself."""
    state = cast("State", stop.state)
    token = stop.token
    at = len(words.rstrip()) if token.type == END else token.start_pos or 0
    could = expected(state)
    clauses = clause_words(lark, word)
    begin = at if END in could else clause_start(state, session, at)
    if token.type == END:
        end = len(words)
    elif begins_clause(lark, words, token) and begin < at:
        end = at
    else:
        end = next_clause(words, at + 1, clauses)
    return place_of(lark, session, word, words, token, could), begin, max(end, begin + 1)


def next_clause(words: str, at: int, clauses: tuple[str, ...]) -> int:
    """The offset of the next line that begins with a word of ``clauses``, or with one that was meant to."""
    for line in FIRST_WORD.finditer(words, at):
        first = line[1]
        if first in clauses:
            return line.start()
        if len(first) > MIN_MISSPELT and any(distance(first, word, MISSPELT) <= MISSPELT for word in clauses):
            return line.start()
    return len(words)


def begins_clause(lark: Lark, words: str, token: Token) -> bool:
    """Whether ``token`` is the first of its line and begins a clause of some declaration."""
    is_first = words[: token.start_pos or 0].rpartition("\n")[2].strip() == ""
    return is_first and any(str(token) in clause_words(lark, start) for start in DECLARATIONS)


def clause_start(state: State, session: Session, at: int) -> int:
    """The offset where the clause begins that the parser has not finished."""
    stack = state.value_stack
    if not stack or not isinstance(stack[0], Head):
        return 0
    rest = [value for value in stack[1:] if not isinstance(value, Tree)]
    return session.of(rest[0]).start - session.start - session.shift if rest else at


def place_of(lark: Lark, session: Session, word: str, words: str, token: Token, could: frozenset[str]) -> Place:
    """The place where the reading stopped, for :mod:`mistakes`."""
    at = len(words.rstrip()) if token.type == END else token.start_pos or 0
    before = re.sub(r"#[^\r\n]*", lambda comment: " " * len(comment.group()), words[:at]).rstrip()
    last = re.search(r'"[^"]*"$|\S+$', before)
    last_at = last.start() if last else 0
    found = str(token)
    elsewhere = [start for start in DECLARATIONS if found in clause_words(lark, start)]
    file = session.file
    return Place(
        kind=token.type,
        found=found,
        span=Span(file, session.where(at), session.where(at + max(len(found), 1))),
        before=last.group() if last else word,
        before_span=Span(file, session.where(last_at), session.where(len(before))),
        declaration=word,
        expected=could,
        words=tuple(written(lark, could)),
        clauses=clause_words(lark, word),
        elsewhere=elsewhere[0] if elsewhere else "",
        begins_clause=begins_clause(lark, words, token),
    )
