"""Reading one declaration although a part of it is broken: the part is left out and the rest read again."""

import re
from typing import cast

from lark import Lark, Token, Tree, UnexpectedToken

from protocol_dsl.base.diagnostics import Diagnostic
from protocol_dsl.base.source import Span
from protocol_dsl.syntax import ast
from protocol_dsl.syntax.builder.parts import Head, Parts
from protocol_dsl.syntax.expected import END, State, clause_words, expected, keyword_table, written
from protocol_dsl.syntax.lexing import SharedLexer
from protocol_dsl.syntax.mistakes import Place, explain
from protocol_dsl.syntax.session import Mistaken, Session
from protocol_dsl.syntax.tables import DECLARATIONS

MAX_MISTAKES = 25
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
            if begin == 0:
                break
            words = words[:begin] + NOT_LINE_END.sub(" ", words[begin:end]) + words[end:]
        else:
            return node, [*session.found.values(), *found], bool(found)
    return None, [*session.found.values(), *found], True


def broken_part(
    lark: Lark, session: Session, word: str, words: str, stop: UnexpectedToken
) -> tuple[Place, int, int]:
    """Where the reading stopped, and from where to where the words are to be left out; from 0 is the head itself."""
    state = cast("State", stop.state)
    token = stop.token
    at = len(words.rstrip()) if token.type == END else token.start_pos or 0
    could = expected(state)
    clauses = clause_words(lark, word)
    begin = at if END in could else clause_start(state, session, at)
    is_first = words[:at].rpartition("\n")[2].strip() == ""
    if token.type == END:
        end = len(words)
    elif is_first and str(token) in clauses and begin < at:
        end = at
    else:
        end = next((line.start() for line in FIRST_WORD.finditer(words, at + 1) if line[1] in clauses), len(words))
    return place_of(lark, session, word, words, token, could), begin, max(end, begin + 1)


def clause_start(state: State, session: Session, at: int) -> int:
    """The offset where the clause begins that the parser has not finished."""
    stack = state.value_stack
    if not stack or not isinstance(stack[0], Head):
        return 0
    rest = [value for value in stack[1:] if not isinstance(value, Tree)]
    return session.of(rest[0]).start - session.start - session.shift if rest else at


def place_of(
    lark: Lark, session: Session, word: str, words: str, token: Token, could: frozenset[str]
) -> Place:
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
        elsewhere=elsewhere[0] if elsewhere and keyword_table(lark) else "",
    )
