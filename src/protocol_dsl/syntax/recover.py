"""Reading one declaration although a part of it is broken: the part is left out and the rest read again."""

import re
from collections.abc import Iterator, Sequence
from typing import cast

from attrs import define, evolve
from lark import Lark, Token, Tree, UnexpectedToken

from protocol_dsl.base.diagnostics import Diagnostic
from protocol_dsl.base.source import Span
from protocol_dsl.base.values import frozen
from protocol_dsl.syntax import ast
from protocol_dsl.syntax.builder.parts import MISSING_TITLE, Head, Parts
from protocol_dsl.syntax.expected import END, State, clause_words, expected, written
from protocol_dsl.syntax.lexing import SharedLexer
from protocol_dsl.syntax.mends import mend as guess
from protocol_dsl.syntax.mistakes import OPEN_QUOTE, UNFINISHED, Place, clause_meant, explain, indented
from protocol_dsl.syntax.session import AT_END, Mistaken, Session, Step
from protocol_dsl.syntax.stops import Stop
from protocol_dsl.syntax.tables import DECLARATIONS

MAX_MISTAKES = 25

HEADS = {
    "measure": 'measure x "x" in x',
    "ladder": 'ladder x "x" of x',
    "attribute": 'attribute x "x" is a date',
    "history": "history x open",
    "anchor": "anchor x is x",
    "define": 'define x "x" as x',
    "eligibility": "eligibility at x",
    "prohibit": "prohibit x from x to x",
    "epoch": 'epoch x "x" from x to x',
    "visit": "visit x",
    "visits": "visits x",
    "at": "at x also assess x",
    "participation": "participation ends at x",
    "grades": "grades",
    "analysis": 'analysis set x "x" is everyone',
    "endpoint": 'endpoint primary x "x"',
    "retire": "retire x since x",
    "example": 'example "x"',
}
"""A head that can be read, for each declaration of which name and title are not all."""

FIRST_WORD = re.compile(r"^[ \t]*([A-Za-z|]\w*)", re.MULTILINE)
COMMENT = re.compile(r'("[^"\r\n]*")|#[^\r\n]*')
LAST_WORD = re.compile(r'"[^"]*"$|\S+$')
NOT_LINE_END = re.compile(r"[^\r\n]")


@frozen
class Outcome:
    """The declaration as far as it could be read, its mistakes, and whether a part of it was left out.

    ``rest`` is where another declaration begins that is indented, counted from the beginning of this one.
    """

    node: ast.Declaration | None
    diagnostics: list[Diagnostic]
    is_broken: bool
    rest: int | None = None


@define
class Reading:
    """One declaration being read: ``word`` begins it, ``words`` is its text as lark sees it.

    Where a text has more mistakes than anyone reads, they are not mended any more: what is broken is left out.
    """

    lark: Lark
    session: Session
    word: str
    words: str
    are_mended: bool = True
    is_headless: bool = False
    has_gap: bool = False
    rest: int | None = None

    def outcome(self) -> Outcome:
        """Read, leave out what is broken, and read again."""
        found: list[Diagnostic] = []
        for _ in range(MAX_MISTAKES):
            Parts.session = SharedLexer.session = self.session
            self.session.depths.clear()
            self.session.trail.clear()
            try:
                node = cast("ast.Declaration", self.lark.parse(self.words, start=self.word))
            except Mistaken as mistaken:
                # A clause that is missing may be the one left out, of which was told already.
                if not (self.has_gap and mistaken.diagnostic.code == UNFINISHED):
                    found.append(mistaken.diagnostic)
                break
            except UnexpectedToken as stop:
                place = self.place(stop)
                if self.ended_before(stop, place, found) or (self.are_mended and self.mended(stop, place, found)):
                    continue
                begin, end = self.broken_part(stop)
                found.append(explain(place))
                if not self.leave_out(begin, end):
                    break
            else:
                left = None if self.is_headless else node
                return Outcome(left, [*self.reported(found), *found], bool(found), self.rest)
        return Outcome(None, [*self.reported(found), *found], is_broken=True, rest=self.rest)

    def reported(self, found: Sequence[Diagnostic]) -> Iterator[Diagnostic]:
        """What the session reports; a title that is missing may be the quote behind the name, which is never closed."""
        quotes = [each.span.start - self.session.start for each in found if each.code == OPEN_QUOTE]
        for each in self.session.found.values():
            end = each.span.end - self.session.start
            if each.code != MISSING_TITLE or all(at < end or self.words[end:at].strip() for at in quotes):
                yield each

    def ended_before(self, stop: UnexpectedToken, place: Place, found: list[Diagnostic]) -> bool:
        """Whether the declaration ends before ``stop``, where another begins that is indented: it is read by itself."""
        is_first = not self.words[: self.offset(stop.token)].rpartition("\n")[2].strip()
        if not (is_first and place.is_complete and place.found in DECLARATIONS) or place.found in place.clauses:
            return False
        self.rest = place.span.start - self.session.start
        self.words = self.words[: self.offset(stop.token)]
        found.append(indented(place))
        return True

    def mended(self, stop: UnexpectedToken, place: Place, found: list[Diagnostic]) -> bool:
        """Whether the next reading goes on at ``stop``; what was wrong there is added to ``found``."""
        session = self.session
        steps = list(reversed(session.trail))
        if stop.token.type == END:
            steps.insert(0, Step(stop.token, session.stack))
        mend = guess(Stop(self.lark, session, stop.state, place, tuple(steps), self.words))
        if mend is None:
            return False
        begin = mend.repair.begin
        where = AT_END if begin >= len(self.words.rstrip()) else session.where(begin)
        before = session.repairs.get(where)
        if before and before.end > before.begin:
            return False
        repair = mend.repair
        if before:
            put_in = before.instead
            repair = evolve(repair, instead=(*put_in, *repair.instead), put_in=len(put_in))
        session.repairs[where] = repair
        found.append(mend.diagnostic)
        return True

    def leave_out(self, begin: int, end: int) -> bool:
        """Blank the words from ``begin`` to ``end``, or put another head there; whether anything is left to read."""
        self.has_gap = True
        if begin:
            self.words = self.words[:begin] + NOT_LINE_END.sub(" ", self.words[begin:end]) + self.words[end:]
            return True
        if self.is_headless or end >= len(self.words):
            return False
        head = HEADS.get(self.word, f'{self.word} x "x"') + "\n"
        self.session.shift = self.session.where(end) - self.session.start - len(head)
        self.session.cut = len(head)
        self.words = head + self.words[end:]
        self.is_headless = True
        return True

    @property
    def clauses(self) -> tuple[str, ...]:
        """The words that begin a clause of this declaration."""
        return clause_words(self.lark, self.word)

    def offset(self, token: Token) -> int:
        """Where a token begins; the end of the text lies behind its last word."""
        return len(self.words.rstrip()) if token.type == END else token.start_pos or 0

    def broken_part(self, stop: UnexpectedToken) -> tuple[int, int]:
        """From where to where the words are to be left out; from 0 is the head itself."""
        state, token = cast("State", stop.state), stop.token
        at = self.offset(token)
        begin = at if END in expected(state, self.session.stack) else clause_start(state, self.session, at)
        if token.type == END:
            end = len(self.words)
        elif self.begins_clause(token) and begin < at:
            end = at
        else:
            end = next_clause(self.words, at + 1, self.clauses)
        return begin, max(end, begin + 1)

    def begins_clause(self, token: Token) -> bool:
        """Whether ``token`` is the first of its line and begins a clause of some declaration."""
        is_first = self.words[: token.start_pos or 0].rpartition("\n")[2].strip() == ""
        return is_first and any(str(token) in clause_words(self.lark, start) for start in DECLARATIONS)

    def place(self, stop: UnexpectedToken) -> Place:
        """The place where the reading stopped, for :mod:`mistakes`."""
        token, could = stop.token, expected(cast("State", stop.state), self.session.stack)
        at, found, session = self.offset(token), str(token), self.session
        # A token may have been mended to words longer than those of the author; the end of the text has the last place.
        end = min(at + max(len(found), 1), max(token.end_pos or 0, at + 1), max(len(self.words), at + 1))
        before = COMMENT.sub(lambda comment: comment[1] or " " * len(comment.group()), self.words[:at]).rstrip()
        last = LAST_WORD.search(before)
        last_at = last.start() if last else 0
        elsewhere = [start for start in DECLARATIONS if found in clause_words(self.lark, start)]
        return Place(
            kind=token.type,
            found=found,
            span=Span(session.file, session.where(at), session.where(end)),
            before=last.group() if last else self.word,
            before_span=Span(session.file, session.where(last_at), session.where(len(before))),
            declaration=self.word,
            expected=could,
            words=tuple(written(self.lark, could)),
            clauses=self.clauses,
            elsewhere=elsewhere[0] if elsewhere else "",
            begins_clause=self.begins_clause(token),
        )


def next_clause(words: str, at: int, clauses: tuple[str, ...]) -> int:
    """The offset of the next line that begins with a word of ``clauses``, or with one that was meant to."""
    for line in FIRST_WORD.finditer(words, at):
        if clause_meant(line[1], clauses):
            return line.start()
    return len(words)


def clause_start(state: State, session: Session, at: int) -> int:
    """The offset where the clause begins that the parser has not finished."""
    stack = state.value_stack
    if not stack or not isinstance(stack[0], Head):
        return 0
    rest = [value for value in stack[1:] if not isinstance(value, Tree)]
    return session.of(rest[0]).start - session.start - session.shift if rest else at
