"""The words of a declaration, and the habits of other notations mended on the way.

Every word and every sign is accepted in every state of the parser, so that a misspelt word arrives whole (a keyword
would else match as a prefix: ``requirement`` as ``require`` and ``ment``). Only the terminals of whole lines depend on
the state. States that accept the same words share one scanner; lark by itself would compile one for each.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping

from lark import Token
from lark.common import LexerConf
from lark.lark import PostLex
from lark.lexer import AbstractBasicLexer, ContextualLexer, LexerState
from lark.parsers.lalr_parser_state import ParserState

from protocol_dsl.base.diagnostics import Diagnostic
from protocol_dsl.syntax import habits
from protocol_dsl.syntax.expected import would_take
from protocol_dsl.syntax.session import Session

WHOLE_LINES = frozenset({"DESIGN_LINE", "GIVEN_LINE", "EXPECT_LINE", "ROW"})

# What may follow a token of one type, the type that both together have, and who says what is wrong about it.
Habit = tuple[re.Pattern[str], Callable[[Session, Token, str], tuple[Token, Diagnostic | None]]]
AFTER: Mapping[str, tuple[Habit, ...]] = {
    "NUMBER": (
        (re.compile(r"[-/.][0-9]{1,2}[-/.][0-9]{1,4}(?![0-9])"), habits.other_date),
        (re.compile(r"(,[0-9]+)+(\.[0-9]+)?"), habits.comma),
        (re.compile(r"([ \t][0-9]{3})+(?![0-9_.-])"), habits.groups),
        (re.compile(r"[eE][+-]?[0-9]+"), habits.exponent),
        (re.compile(r"[A-Za-z\u00b5\u03bc\u00b0]"), habits.glued),
    ),
    "NAME": (
        (re.compile(r"(?<=\b[WDM])(?<!\blevel [WDM])[ \t]+[0-9]+(?![0-9_./])"), habits.split_point),
        (re.compile(r"(-[A-Za-z0-9_]+)+"), habits.hyphen),
        (re.compile(r"[^\W\dA-Za-z_]\w*"), habits.letters),
    ),
    "OPERATOR": ((re.compile(r"[=<>]"), habits.operator),),
    "DATE": ((re.compile(r"[-/.0-9A-Za-z][0-9A-Za-z]*"), habits.other_date),),
}


class EveryWord(PostLex):
    """Keeps the terminals that no rule takes, so that any sign arrives as a token."""

    always_accept = ("OPEN_QUOTE", "STRAY")

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        """The same tokens."""
        return stream


class SharedLexer(ContextualLexer):
    """Lark's contextual lexer with one scanner for all states that accept the same words."""

    session = Session()

    def __init__(
        self, conf: LexerConf, states: Mapping[int, Collection[str]], always_accept: Collection[str] = ()
    ) -> None:
        """Accept every word in every state, and whole lines where the grammar has them."""
        everywhere = frozenset(conf.terminals_by_name) - WHOLE_LINES
        self.lines = {state: WHOLE_LINES & {*accepts} for state, accepts in states.items()}
        enlarged: dict[int, Collection[str]] = {
            state: everywhere | {*always_accept} | lines for state, lines in self.lines.items()
        }
        super().__init__(conf, enlarged)
        self.plain = next(self.lexers[state] for state, lines in self.lines.items() if not lines)

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
        """The tokens, each mended where the text shows another notation's habit."""
        counter, text = lexer_state.line_ctr, lexer_state.text
        try:
            while True:
                self.session.stack = [*parser_state.state_stack]
                token = self.lexer_at(parser_state).next_token(lexer_state, parser_state)
                rules = AFTER.get(token.type)
                if rules:
                    for pattern, mend in rules:
                        found = pattern.match(text.text, counter.char_pos, text.end)
                        if found:
                            token, diagnostic = mend(self.session, token, found.group())
                            counter.char_pos = token.end_pos or counter.char_pos
                            if diagnostic:
                                self.session.report(diagnostic)
                            break
                yield token
        except EOFError:
            return
