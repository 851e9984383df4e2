"""A place where the reading stopped, and whether it could go on if something else stood there."""

from collections.abc import Iterator
from functools import cached_property
from itertools import islice

from attrs import define
from lark import Lark

from protocol_dsl.base.diagnostics import Diagnostic, Edit, Fix, Safety
from protocol_dsl.base.nearest import nearest
from protocol_dsl.base.source import Span
from protocol_dsl.base.values import frozen
from protocol_dsl.syntax.expected import END, State, after, expected, keyword_table, reach
from protocol_dsl.syntax.lexing import SharedLexer, ahead
from protocol_dsl.syntax.mistakes import Place, clause_meant
from protocol_dsl.syntax.phrases import phrases_at
from protocol_dsl.syntax.session import Repair, Session, Step
from protocol_dsl.syntax.tables import DECLARATIONS

WHOLE_LINES = {
    ("example", "given"): "GIVEN_LINE",
    ("example", "expect"): "EXPECT_LINE",
    ("example", "|"): "ROW",
    ("protocol", "design"): "DESIGN_LINE",
    ("library", "design"): "DESIGN_LINE",
}
"""The terminal of a whole line, by its declaration and its first word."""
LOOK_AHEAD = 8
ENOUGH = 3
"""So many of the words that follow must be readable for a guess to be one."""
ENOUGH_AGAIN = 2
"""And so many after a second mistake, as there may be a third."""


@frozen
class Mend:
    """What to say, and how to read on."""

    diagnostic: Diagnostic
    repair: Repair


@frozen
class Guess:
    """A way to read on: ``score`` counts the words after it that can be read so, nothing where it is none."""

    repair: Repair
    score: int


@frozen
class Word:
    """A word that follows: its terminal, where it begins, and itself; nothing for the first of what comes next."""

    terminal: str
    begin: int
    written: str


@define(slots=False)
class Stop:
    """A place where the reading stopped, its ``steps`` (that of the stop first), and ``words``, all that is read.

    Where ``may_stop_again``, a guess may also be held to the words after it as they read once another mistake near it
    is mended, which has a message of its own.
    """

    lark: Lark
    session: Session
    state: State
    place: Place
    steps: tuple[Step, ...]
    words: str
    may_stop_again: bool = False

    @property
    def at(self) -> int:
        """Where the words that nothing takes begin."""
        return self.begin(self.steps[0])

    @property
    def end(self) -> int:
        """Where they end."""
        return self.steps[0].token.end_pos or self.at

    def begin(self, step: Step) -> int:
        """Where the word of a step begins."""
        return len(self.words) if step.token.type == END else step.token.start_pos or 0

    @property
    def is_first(self) -> bool:
        """Whether the words begin their line."""
        return self.begins_line(self.at)

    def reaches(self, end: int) -> bool:
        """Whether words that end there are among those that stopped the reading, or the last before the next line."""
        return end > self.at or (
            (self.is_first or self.at == len(self.words)) and not self.words[end : self.at].strip()
        )

    def begins_line(self, offset: int) -> bool:
        """Whether nothing but blanks stands before an offset on its line."""
        return not self.words[self.words.rfind("\n", 0, offset) + 1 : offset].strip()

    @cached_property
    def ways(self) -> dict[int, list[Word]]:
        """The words that follow an offset, once looked up."""
        return {}

    def following(self, at: int) -> list[Word]:
        """The words from ``at`` on, as far as it takes to be sure."""
        if at not in self.ways:
            self.ways[at] = list(self.lexed(at))
        return self.ways[at]

    def lexed(self, at: int) -> Iterator[Word]:
        """The words up to the clause or the declaration after this one, its first word included."""
        count = 0
        for token in islice(ahead(self.words, at), LOOK_AHEAD):
            begin, word, kind = token.start_pos or 0, str(token), token.type
            if self.begins_line(begin):
                kind = self.terminal(word, kind)
                if begin > at and word in DECLARATIONS and word not in self.place.clauses:
                    yield Word(END, begin, "")
                    return
                meant = word if word[0] == "|" else clause_meant(word, self.place.clauses)
                if begin > at and meant:
                    yield Word(self.terminal(meant, kind), begin, "")
                    return
            yield Word(kind, begin, word)
            count += 1
        if count < LOOK_AHEAD:
            yield Word(END, len(self.words), "")

    def terminal(self, word: str, kind: str) -> str:
        """The terminal of a word that may begin a clause; ``kind`` for one that is no word of the language."""
        return WHOLE_LINES.get((self.place.declaration, word)) or SharedLexer.words.get(word, kind)

    def guess(self, step: Step, repair: Repair) -> Guess | None:
        """``repair`` at a step, if the words after it can be read then."""
        follow = [word.terminal for word in self.following(repair.end)]
        score = reach(self.state, step.stack, [*repair.terminals, *follow]) - len(repair.instead)
        is_one = score >= min(ENOUGH, len(follow)) or (self.may_stop_again and self.goes_on(step, repair, score))
        return Guess(repair, score) if is_one else None

    def goes_on(self, step: Step, repair: Repair, read: int) -> bool:
        """Whether the words after a repair, of which so many can be ``read``, can once one more mistake is mended."""
        follow = self.following(repair.end)
        for index in (read, read - 1):
            if not 0 <= index < len(follow) or not follow[index].written:
                continue
            stack = step.stack
            for terminal in (*repair.terminals, *(word.terminal for word in follow[:index])):
                stack = after(self.state, stack, terminal) or stack
            for second in self.second_guesses(follow[index], stack):
                rest = [word.terminal for word in self.following(second.end)]
                enough = len(second.instead) + min(ENOUGH_AGAIN, len(rest))
                if reach(self.state, stack, [*second.terminals, *rest]) >= enough:
                    return True
        return False

    def second_guesses(self, word: Word, stack: list[object]) -> Iterator[Repair]:
        """What a word near the stop may stand for: a phrase said otherwise, a word misspelt, a comma before it."""
        for known, match in phrases_at(self.words, word.begin, self.place.declaration):
            instead = tuple((each.type, str(each)) for each in ahead(known.instead(match)))
            yield Repair(match.start(), match.end(), instead)
        yield Repair(word.begin, word.begin, (("COMMA", ","),))
        if word.terminal == "NAME":
            words = keyword_table(self.lark)
            could = {words[each]: each for each in expected(self.state, stack) if each in words}
            meant = nearest(word.written, could)
            if meant:
                yield Repair(word.begin, word.begin + len(word.written), ((could[meant], meant),))

    def span(self, repair: Repair) -> Span:
        """The place of a repair."""
        return Span(self.session.file, self.session.where(repair.begin), self.session.where(repair.end))

    def fix(self, repair: Repair, words: str, safety: Safety = "unsafe") -> Fix:
        """The edit that a repair stands for, which mostly only the author can judge."""
        return Fix(f"write {words}", (Edit(self.span(repair), words),), safety)
