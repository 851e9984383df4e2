"""What is known while one declaration is read: where it stands in its text, and what was found wrong on the way."""

from collections import deque
from collections.abc import Sequence

from attrs import define, field
from lark import Token, Tree

from protocol_dsl.base.diagnostics import Diagnostic
from protocol_dsl.base.source import Span
from protocol_dsl.base.values import frozen
from protocol_dsl.syntax.ast import NOWHERE


class Mistaken(Exception):  # noqa: N818 -- not a fault of ours: it carries a mistake of the text out of the parser
    """A mistake that leaves nothing to build."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        """Carry ``diagnostic`` to the one who reads the declaration."""
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


AT_END = -1
LOOK_BACK = 7
"""Words before the place where the reading stops that may have been the mistake."""


@frozen
class Step:
    """A token, and the parser's stack as it was before it."""

    token: Token
    stack: list[object]


@frozen
class Repair:
    """The words from ``begin`` to ``end`` are read as ``instead``; where the two are equal, nothing is left out.

    ``instead`` are terminals, each with its words; so many of them as are ``put_in`` stand for words that nobody wrote,
    and take no place.
    """

    begin: int
    end: int
    instead: tuple[tuple[str, str], ...]
    put_in: int = 0

    @property
    def terminals(self) -> list[str]:
        """What the parser is given."""
        return [terminal for terminal, _ in self.instead]


@define
class Session:
    """One reading of one declaration.

    The words that lark sees may begin with a mended head that is longer or shorter than what the author wrote: from
    ``cut`` on, offsets differ by ``shift``. ``stack`` is the parser's, as it was before the last token, and ``trail``
    are the last tokens. ``repairs`` stand at their places in the whole text, that at its end under ``AT_END``;
    ``closed_at`` is where braces end that somebody put around all clauses.
    """

    file: str = ""
    start: int = 0
    cut: int = 0
    shift: int = 0
    found: dict[tuple[str, int], Diagnostic] = field(factory=dict)
    depths: dict[int, int] = field(factory=dict)
    stack: list[object] = field(factory=list)
    trail: deque[Step] = field(factory=lambda: deque(maxlen=LOOK_BACK))
    repairs: dict[int, Repair] = field(factory=dict)
    closed_at: int = -1

    def where(self, offset: int) -> int:
        """The place in the whole text of an offset in the words that lark sees."""
        return self.start + (offset + self.shift if offset >= self.cut else min(offset, self.cut + self.shift))

    def token(self, token: Token) -> Span:
        """The place of a token."""
        begin = token.start_pos or 0
        return Span(self.file, self.where(begin), self.where(token.end_pos or begin))

    def span(self, children: Sequence[object]) -> Span:
        """The place of what is made of ``children``, from the first to the last."""
        return self.of(children[0]).to(self.of(children[-1]))

    def of(self, child: object) -> Span:
        """The place of one child of a rule."""
        if isinstance(child, Token):
            return self.token(child)
        if isinstance(child, Tree):
            return self.span(child.children)
        found = getattr(child, "span", NOWHERE)
        return found if isinstance(found, Span) else NOWHERE

    def repair_at(self, offset: int) -> Repair | None:
        """What is to be read at an offset instead of what stands there."""
        return self.repairs.get(self.where(offset)) if self.repairs else None

    def step(self, token: Token, stack: list[object]) -> Token:
        """``token``, remembered with the stack before it."""
        self.stack = stack
        self.trail.append(Step(token, stack))
        return token

    def report(self, diagnostic: Diagnostic) -> None:
        """Keep a mistake that does not stop the reading; the same one found again by a second reading is one."""
        self.found.setdefault((diagnostic.code.number, diagnostic.span.start), diagnostic)
