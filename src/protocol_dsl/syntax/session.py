"""What is known while one declaration is read: where it stands in its text, and what was found wrong on the way."""

from collections.abc import Sequence

from attrs import define, field
from lark import Token, Tree

from protocol_dsl.base.diagnostics import Diagnostic
from protocol_dsl.base.source import Span
from protocol_dsl.syntax.ast import NOWHERE


class Mistaken(Exception):  # noqa: N818 -- not a fault of ours: it carries a mistake of the text out of the parser
    """A mistake that leaves nothing to build."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        """Carry ``diagnostic`` to the one who reads the declaration."""
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


@define
class Session:
    """One reading of one declaration.

    The words that lark sees may begin with a mended head that is longer or shorter than what the author wrote: from
    ``cut`` on, offsets differ by ``shift``. ``stack`` is the parser's, as it was before the last token.
    """

    file: str = ""
    start: int = 0
    cut: int = 0
    shift: int = 0
    found: dict[tuple[str, int], Diagnostic] = field(factory=dict)
    depths: dict[int, int] = field(factory=dict)
    stack: list[object] = field(factory=list)

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

    def report(self, diagnostic: Diagnostic) -> None:
        """Keep a mistake that does not stop the reading; the same one found again by a second reading is one."""
        self.found.setdefault((diagnostic.code.number, diagnostic.span.start), diagnostic)
