"""What could have stood at a place, asked of the parser's own table."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, TypeAlias

from lark import Lark
from lark.lexer import TerminalDef
from lark.parsers.lalr_analysis import Shift
from lark.parsers.lalr_parser_state import ParserState

END = "$END"
LINES = {"DESIGN_LINE": "design", "GIVEN_LINE": "given", "EXPECT_LINE": "expect"}

State: TypeAlias = ParserState[Any]  # lark's states are numbers or sets, depending on how the table came about


def after(state: State, stack: Sequence[object], terminal: str) -> list[object] | None:
    """The stack after ``terminal``, or nothing where the parser would not go on; no rule is built."""
    states = state.parse_conf.states
    after_it = list(stack)
    while True:
        step = states[after_it[-1]].get(terminal)
        if step is None:
            return None
        action, arg = step
        if action is Shift:
            return [*after_it, arg]
        if arg.expansion:
            del after_it[-len(arg.expansion) :]
        after_it.append(states[after_it[-1]][arg.origin.name][1])
        if terminal == END and after_it[-1] == state.parse_conf.end_state:
            return after_it


def would_take(state: State, stack: Sequence[object], terminal: str) -> bool:
    """Whether the parser would go on at ``terminal``."""
    return after(state, stack, terminal) is not None


def reach(state: State, stack: Sequence[object], terminals: Iterable[str]) -> int:
    """How many of ``terminals`` the parser would take, one after the other."""
    count = 0
    for terminal in terminals:
        found = after(state, stack, terminal)
        if found is None:
            break
        stack = found
        count += 1
    return count


def expected(state: State, stack: Sequence[object]) -> frozenset[str]:
    """The terminals that could stand next, ``$END`` among them.

    ``stack`` is that of before the token that no rule takes: LALR may have reduced at it, and then knows less.
    """
    candidates = [name for name in state.parse_conf.states[stack[-1]] if name.isupper() or name == END]
    return frozenset(name for name in candidates if would_take(state, stack, name))


def is_word(terminal: TerminalDef) -> bool:
    """Whether a terminal is a word of the language; every one has the form of a name."""
    return terminal.pattern.type == "str" and terminal.pattern.value[0].isalpha()


def keywords(lark: Lark) -> dict[str, str]:
    """The word of each terminal that is a word."""
    return {terminal.name: terminal.pattern.value for terminal in lark.terminals if is_word(terminal)} | LINES


def written(lark: Lark, terminals: Iterable[str]) -> list[str]:
    """The words among ``terminals``, in order of the alphabet."""
    known = keyword_table(lark)
    return sorted({known[name] for name in terminals if name in known})


@cache
def keyword_table(lark: Lark) -> dict[str, str]:
    """As :func:`keywords`, once for a parser."""
    return keywords(lark)


@cache
def clause_words(lark: Lark, start: str) -> tuple[str, ...]:
    """The words that begin a clause of the declaration ``start``."""
    state = lark.parse_interactive("", start=start).parser_state
    states = state.parse_conf.states
    first = state.state_stack[0]
    head = states[first].get(f"{start}_head")
    if head is None:
        return ()
    stack = [first, head[1]]
    return tuple(written(lark, (name for name in states[head[1]] if would_take(state, stack, name))))
