"""The words of a declaration, and the habits of other notations mended on the way.

Every word and every sign is accepted in every state of the parser, so that a misspelt word arrives whole (a keyword
would else match as a prefix: ``requirement`` as ``require`` and ``ment``). Only the terminals of whole lines depend on
the state. States that accept the same words share one scanner; lark by itself would compile one for each.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import ClassVar, cast

from lark import TextSlice, Token
from lark.common import LexerConf
from lark.lark import PostLex
from lark.lexer import AbstractBasicLexer, BasicLexer, ContextualLexer, LexerState, LineCounter, Scanner
from lark.parsers.lalr_parser_state import ParserState

from protocol_dsl.base.diagnostics import Diagnostic
from protocol_dsl.syntax import habits
from protocol_dsl.syntax.expected import is_word, would_take
from protocol_dsl.syntax.session import AT_END, Repair, Session
from protocol_dsl.syntax.signs import RAISED, SHAPELESS

UNSAID = frozenset({"POINT", "VISIT", "VALUE"})
"""Names that stand in hints for what only the author knows: they take no place, so that nothing is said of them."""
WHOLE_LINES = frozenset({"DESIGN_LINE", "GIVEN_LINE", "EXPECT_LINE", "ROW"})

# What may follow a token of one type, the type that both together have, and who says what is wrong about it.
Habit = tuple[re.Pattern[str], Callable[[Session, Token, str], tuple[Token, Diagnostic | None]]]
WITHIN_WORDS: tuple[Habit, ...] = (
    (re.compile(rf"(?:[{SHAPELESS}]+[A-Za-z0-9_]+)+"), habits.joined),
    (re.compile(r"[^\W\dA-Za-z_]\w*"), habits.letters),
)
AFTER: Mapping[str, tuple[Habit, ...]] = {
    "NUMBER": (
        (re.compile(r"[-/.][0-9]{1,2}[-/.][0-9]{1,4}(?![0-9])"), habits.other_date),
        (re.compile(r"(,[0-9]+)+(\.[0-9]+)?"), habits.comma),
        (re.compile(r"([ \t][0-9]{3})+(?![0-9_.-])"), habits.groups),
        (re.compile(rf"[ \t]*[x\u00d7][ \t]*(?=10[\^*eE{RAISED}])"), habits.times_power),
        (re.compile(rf"(?<=\b10)(?:[eE][0-9]+(?=/)|[{RAISED}]+)(?:/[A-Za-z0-9\u00b5\u03bc]+)*"), habits.power),
        (re.compile(r"[eE][+-]?[0-9]+"), habits.exponent),
        (re.compile(r"[oO]+(?![A-Za-z/])"), habits.noughts),
        (re.compile(r"[A-Za-z\u00b5\u03bc\u00b0]"), habits.glued),
    ),
    "NAME": (
        (re.compile(r"(?<=\b[WDM])(?<!\blevel [WDM])[ \t]+[0-9]+(?![0-9_./])"), habits.split_point),
        (re.compile(r"(-[A-Za-z0-9_]+)+"), habits.hyphen),
        *WITHIN_WORDS,
    ),
    "STRAY": ((re.compile(r"(?<=[^\W\d_])\w+"), habits.letters),),
    "word": WITHIN_WORDS,
    "OPERATOR": ((re.compile(r"[=<>]"), habits.operator),),
    "DATE": ((re.compile(r"[-/.0-9A-Za-z][0-9A-Za-z]*"), habits.other_date),),
}


class EveryWord(PostLex):
    """Keeps the terminals that no rule takes, so that any sign arrives as a token."""

    always_accept = ("OPEN_QUOTE", "STRAY")

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        """The same tokens."""
        return stream


class WordLexer(BasicLexer):
    """Lark's scanner; words of the language are looked up, where lark would match a name against each of them.

    With ``plain``, the scanner of all but whole lines, this one takes whole lines, and leaves the rest to that one: no
    line begins as anything does that goes before it.
    """

    plain: "WordLexer | None" = None

    def _build_scanner(self) -> Scanner:
        words = {terminal.pattern.value: terminal.name for terminal in self.terminals if is_word(terminal)}

        def told_apart(token: Token) -> Token:
            token.type = words.get(token, token.type)
            return token

        self.callback = {"NAME": told_apart}
        own = [each for each in self.terminals if not is_word(each) and (not self.plain or each.name in WHOLE_LINES)]
        return Scanner(own, self.g_regex_flags, self.re, self.use_bytes)  # type: ignore[no-untyped-call]  # lark's own

    def match(self, text: "TextSlice[str]", pos: int) -> tuple[str, str] | None:
        """The words at ``pos`` and their terminal."""
        found: tuple[str, str] | None = self.scanner.match(text, pos)
        return self.plain.match(text, pos) if found is None and self.plain else found


class SharedLexer(ContextualLexer):
    """Lark's contextual lexer with one scanner for all states that accept the same words."""

    BasicLexer = WordLexer
    session = Session()
    words: ClassVar[Mapping[str, str]] = {}
    """The terminals of the words of the language."""
    scanner: ClassVar[AbstractBasicLexer]
    """What takes every word wherever it stands; that of the parser made last, as all have the same words."""

    def __init__(
        self, conf: LexerConf, states: Mapping[int, Collection[str]], always_accept: Collection[str] = ()
    ) -> None:
        """Accept every word in every state, and whole lines where the grammar has them."""
        everywhere = frozenset(conf.terminals_by_name) - WHOLE_LINES
        self.lines = {state: WHOLE_LINES.intersection(accepts) for state, accepts in states.items()}
        # One set for all states that accept the same, whose hash lark then asks for once.
        enlarged = {lines: everywhere.union(always_accept, lines) for lines in {*self.lines.values()}}
        super().__init__(conf, {state: enlarged[lines] for state, lines in self.lines.items()})
        self.plain = cast("WordLexer", next(self.lexers[state] for state, lines in self.lines.items() if not lines))
        for scanner in self.lexers.values():
            if isinstance(scanner, WordLexer) and scanner is not self.plain:
                scanner.plain = self.plain
        SharedLexer.scanner = self.plain
        SharedLexer.words = {
            terminal.pattern.value: name for name, terminal in conf.terminals_by_name.items() if is_word(terminal)
        }

    def lexer_at(self, parser_state: ParserState[int]) -> AbstractBasicLexer:
        """The scanner for a state of the parser.

        LALR shares states between declarations, so that a state after a title would take ``expect ...`` as a line of
        an example inside a treatment: whole lines are asked for with all that was read before.
        """
        lines = self.lines[parser_state.position]
        if not lines or any(would_take(parser_state, parser_state.state_stack, line) for line in lines):
            return self.lexers[parser_state.position]
        return self.plain

    def lex(self, lexer_state: LexerState, parser_state: ParserState[int]) -> Iterator[Token]:
        """The tokens, each mended where the text shows another notation's habit, and repaired where that was found."""
        counter, text, session = lexer_state.line_ctr, lexer_state.text, self.session
        try:
            while True:
                stack = session.stack = [*parser_state.state_stack]
                token = self.lexer_at(parser_state).next_token(lexer_state, parser_state)
                repair = session.repair_at(token.start_pos or 0)
                if repair:
                    for instead in repaired(repair):
                        yield session.step(instead, [*parser_state.state_stack])
                    if repair.end > repair.begin:
                        counter.char_pos = repair.end
                        continue
                    stack = [*parser_state.state_stack]
                token = mended(session, token, text, counter.char_pos)
                counter.char_pos = token.end_pos or counter.char_pos
                yield session.step(token, stack)
        except EOFError:
            if at_end := session.repairs.get(AT_END):
                for instead in repaired(at_end):
                    yield session.step(instead, [*parser_state.state_stack])
            return


def ahead(words: str, at: int = 0) -> Iterator[Token]:
    """The tokens of ``words`` from ``at`` on, whatever could stand there; what is wrong with them is not kept."""
    text = TextSlice(words, at, len(words))
    # Lines need not be counted, and counting them would take the whole text.
    counter = LineCounter("\n")  # type: ignore[no-untyped-call]  # lark's own
    counter.char_pos = at
    state, nobody = LexerState(text, counter), Session()
    while True:
        try:
            token = SharedLexer.scanner.next_token(state, None)
        except EOFError:
            return
        token = mended(nobody, token, text, counter.char_pos)
        counter.char_pos = token.end_pos or counter.char_pos
        yield token


def mended(session: Session, token: Token, text: "TextSlice[str]", at: int) -> Token:
    """``token``, and what follows it at ``at`` where both together are another notation's habit."""
    kind = token.type if token.type in AFTER or not token[0].isalpha() else "word"
    for pattern, mend in AFTER.get(kind, ()):
        found = pattern.match(text.text, at, text.end)
        if found:
            token, diagnostic = mend(session, token, found.group())
            if diagnostic:
                session.report(diagnostic)
            terminal = SharedLexer.words.get(str(token), token.type)
            return Token.new_borrow_pos(terminal, str(token), token)
    return token


def repaired(repair: Repair) -> Iterator[Token]:
    """The tokens that a repair stands for, all at its place."""
    for number, (terminal, words) in enumerate(repair.instead):
        end = repair.begin if number < repair.put_in or words in UNSAID else repair.end
        yield Token(terminal, words, repair.begin, end_pos=end)
