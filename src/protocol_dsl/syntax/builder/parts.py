"""What all families of rules need: picking children by their kind, places, names, numbers, points, origins."""

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from typing import TypeAlias, TypeVar

from lark import Token, Tree

from protocol_dsl.base.diagnostics import Code
from protocol_dsl.base.numbers import Number, literal_number
from protocol_dsl.base.source import Span
from protocol_dsl.base.units import GRADE
from protocol_dsl.base.values import frozen
from protocol_dsl.syntax import ast
from protocol_dsl.syntax.habits import OTHER_DATE
from protocol_dsl.syntax.session import Mistaken, Session

Children: TypeAlias = Sequence[object]
Kind = TypeVar("Kind")

MAX_DEPTH = 100
MAX_DIGITS = 27
MONTHS = 12
STUDY_TIME = re.compile(r"[WDM]-?[0-9]+")

MISSING_TITLE = Code("PD013", "a title is missing here")
SAID_TWICE = Code("PD014", "said again here")
TOO_DEEP = Code("PD015", "nested too deep")
SAID_HINTS = {
    **dict.fromkeys(
        ("require", "exclude if", "when"), "join two tests by and; another rule begins with its own first line"
    ),
    "interval": "a second limit stands in an interval of its own",
}
NOT_WHOLE = Code("PD019", "a whole number stands here")


@frozen
class Figure:
    """A number as written."""

    text: str
    number: Number
    span: Span


@frozen
class Group:
    """Several things between brackets or commas."""

    items: tuple[object, ...]
    span: Span


@frozen
class Head:
    """What stands before the clauses of a declaration."""

    children: tuple[object, ...]
    span: Span


@frozen
class Said:
    """A clause that becomes a part of its declaration and no node of its own."""

    what: str
    value: object
    span: Span


def flat(children: Children) -> Iterator[object]:
    """The children; what lark repeats lies one level down."""
    for child in children:
        if isinstance(child, Tree):
            yield from flat(child.children)
        else:
            yield child


def every(children: Children, kind: type[Kind]) -> tuple[Kind, ...]:
    """The children of one kind."""
    return tuple(child for child in flat(children) if isinstance(child, kind))


def maybe(children: Children, kind: type[Kind]) -> Kind | None:
    """The first child of one kind, if there is one."""
    return next((child for child in children if isinstance(child, kind)), None)


def one(children: Children, kind: type[Kind]) -> Kind:
    """The first child of one kind, which the grammar promises."""
    return next(child for child in children if isinstance(child, kind))


def words(children: Children) -> str:
    """The words of a rule of keywords alone, single blanks between."""
    return " ".join(child.text if isinstance(child, ast.Name) else str(child) for child in children)


def names(children: Children) -> tuple[ast.Name, ...]:
    """The names of the list that is one of ``children``."""
    group = one(children, Group)
    return tuple(name for name in group.items if isinstance(name, ast.Name))


def points(children: Children) -> tuple[ast.Point, ...]:
    """The points among the children."""
    return tuple(child for child in flat(children) if isinstance(child, ast.Point))


def stops(children: Children) -> tuple[ast.Stop, ...]:
    """What the clause ``until`` among the children names, if there is one."""
    group = next((child for child in flat(children) if isinstance(child, Group)), Group((), ast.NOWHERE))
    return tuple(item for item in group.items if isinstance(item, ast.Stop))


def origins(children: Children) -> tuple[ast.OriginClause, ...]:
    """The clauses among the children that say where a rule comes from."""
    return tuple(
        child
        for child in flat(children)
        if isinstance(child, ast.Quote | ast.Cite | ast.Against | ast.Because | ast.Since)
    )


def head_of(children: Children) -> Children:
    """The children of the rule ``x_head`` that begins a declaration."""
    return one(children, Head).children


class Parts:
    """Rules that all others use."""

    session = Session()

    def place(self, children: Children) -> Span:
        """The place of ``children`` in the text."""
        return self.session.span(children)

    def deep(self, node: Kind, children: Children) -> Kind:
        """``node``, unless it nests deeper than anyone can read (and than Python can walk)."""
        depths = self.session.depths
        depth = 1 + max((depths.get(id(child), 0) for child in children), default=0)
        if depth > MAX_DEPTH:
            message = f"this is nested more than {MAX_DEPTH} deep"
            raise Mistaken(TOO_DEEP.at(self.place(children), message, hint="name its parts with define"))
        depths[id(node)] = depth
        return node

    # --------------------------------------------------------------------------------- words
    def NAME(self, token: Token) -> ast.Name:  # noqa: N802 -- lark calls the method named as the terminal
        """Any name; one that counts weeks, days or months holds a number like any other."""
        written, span = str(token.value), self.session.token(token)
        if len(written) > MAX_DIGITS and STUDY_TIME.fullmatch(written):
            self.too_many_digits(span)
            written = f"{written[0]}0"
        return ast.Name(written, span=span)

    def UNIT(self, token: Token) -> ast.Name:  # noqa: N802 -- as NAME
        """A unit with signs in it."""
        return ast.Name(str(token.value), span=self.session.token(token))

    def STRING(self, token: Token) -> ast.Title:  # noqa: N802 -- as NAME
        """Words in quotes."""
        return ast.Title(str(token.value)[1:-1], span=self.session.token(token))

    def DATE(self, token: Token) -> ast.DateLiteral:  # noqa: N802 -- as NAME
        """A date, known to the day or to the month."""
        span = self.session.token(token)
        year, month, *day = (int(part) for part in str(token.value).split("-"))
        if not year or not 1 <= month <= MONTHS or (day and not 1 <= day[0] <= monthrange(year, month)[1]):
            self.session.report(OTHER_DATE.at(span, f"there is no day {token}", label="not in the calendar"))
        return ast.DateLiteral(str(token.value), span=span)

    def NUMBER(self, token: Token) -> Figure:  # noqa: N802 -- as NAME
        """A number, as an exact one."""
        written = str(token.value)
        span = self.session.token(token)
        if sum(sign.isdigit() for sign in written) > MAX_DIGITS:
            self.too_many_digits(span)
            written = "0"
        return Figure(written, literal_number(written), span)

    def too_many_digits(self, span: Span) -> None:
        """Say that a number is longer than any that can be meant."""
        message = f"a number has at most {MAX_DIGITS} digits"
        self.session.report(NOT_WHOLE.at(span, message, label="too many digits"))

    def word_as_name(self, c: Children) -> ast.Name:
        """A keyword that may also be a name."""
        return ast.Name(str(c[0]), span=self.place(c))

    def unit(self, c: Children) -> ast.Name:
        """A unit after a number."""
        found = c[0]
        return found if isinstance(found, ast.Name) else self.word_as_name(c)

    choice = unit

    def names(self, c: Children) -> Group:
        """Names with commas between."""
        return Group(every(c, ast.Name), self.place(c))

    def choices(self, c: Children) -> Group:
        """``{a, b}``."""
        return Group(every(c, ast.Name), self.place(c))

    def whole(self, figure: Figure) -> int:
        """A number of things."""
        if "." in figure.text:
            message = f"a whole number stands here, not {figure.text}"
            self.session.report(NOT_WHOLE.at(figure.span, message, hint="write a whole number"))
        return int(figure.text.replace("_", "").partition(".")[0])

    def title(self, head: Children, what: str) -> ast.Title:
        """The title of a declaration; one that is missing is reported and empty."""
        found = maybe(head, ast.Title)
        if found:
            return found
        span = self.place(head)
        after = Span(span.file, span.end, span.end)
        self.session.report(
            MISSING_TITLE.at(span, f"{what} has no title", hint='write a title in double quotes after the name: "..."')
        )
        return ast.Title("", span=after)

    # ------------------------------------------------------------------------------- amounts
    def bare(self, c: Children) -> ast.Amount:
        """A number without a unit, which the checker refuses where it must have one."""
        return ast.Amount(one(c, Figure).number, span=self.place(c))

    def measured(self, c: Children) -> ast.Amount:
        """``28 days``."""
        return ast.Amount(one(c, Figure).number, one(c, ast.Name), span=self.place(c))

    def amount(self, c: Children) -> object:
        """A number with its unit."""
        return c[0]

    def negative(self, c: Children) -> ast.Amount:
        """``-50 cells/mm3``."""
        amount = one(c, ast.Amount)
        return ast.Amount(-amount.number, amount.unit, span=self.place(c))

    def of_grade(self, c: Children) -> ast.Amount:
        """``grade 3``: an amount whose unit stands before it."""
        figure, word = one(c, Figure), one(c, Token)
        grade = ast.Name(GRADE, span=self.session.token(word))
        return ast.Amount(self.whole(figure), grade, span=self.place(c))

    def code_pair(self, c: Children) -> ast.Code:
        """``loinc "24467-3"``."""
        return ast.Code(one(c, ast.Name), one(c, ast.Title), span=self.place(c))

    def codes(self, c: Children) -> ast.Codes:
        """``code loinc "24467-3"``."""
        return ast.Codes(one(c, ast.Codes).codes, span=self.place(c))

    def code_list(self, c: Children) -> ast.Codes:
        """Codes with commas between."""
        return ast.Codes(every(c, ast.Code), span=self.place(c))

    # -------------------------------------------------------------------------------- points
    def named_point(self, c: Children) -> ast.NamedPoint:
        """``W52``."""
        return ast.NamedPoint(one(c, ast.Name), span=self.place(c))

    def epoch_start(self, c: Children) -> ast.EpochStart:
        """``start of epoch``."""
        return ast.EpochStart(span=self.place(c))

    def point_after(self, c: Children) -> ast.OffsetPoint:
        """``7 days after W0``."""
        node = ast.OffsetPoint(one(c, ast.Amount), "after", points(c)[0], span=self.place(c))
        return self.deep(node, c)

    def point_before(self, c: Children) -> ast.OffsetPoint:
        """``28 days before W0``."""
        node = ast.OffsetPoint(one(c, ast.Amount), "before", points(c)[0], span=self.place(c))
        return self.deep(node, c)

    # -------------------------------------------------------------------------------- origins
    def quote(self, c: Children) -> ast.Quote:
        """``quote REG "..."``."""
        return ast.Quote(one(c, ast.Name), one(c, ast.Title), span=self.place(c))

    def cite(self, c: Children) -> ast.Cite:
        """``cite REG "..."``."""
        return ast.Cite(one(c, ast.Name), one(c, ast.Title), span=self.place(c))

    def against(self, c: Children) -> ast.Against:
        """``against REG "..."``."""
        return ast.Against(one(c, ast.Name), one(c, ast.Title), span=self.place(c))

    def because(self, c: Children) -> ast.Because:
        """``because "..."``."""
        return ast.Because(one(c, ast.Title), span=self.place(c))

    def since(self, c: Children) -> ast.Since:
        """``since AM1``."""
        return ast.Since(one(c, ast.Name), span=self.place(c))

    # -------------------------------------------------------------------------------- clauses
    def clauses(self, c: Children) -> tuple[object, ...]:
        """The clauses of a declaration, without its head."""
        return tuple(part for part in flat(c) if not isinstance(part, Head | Said))

    def head(self, c: Children) -> Head:
        """Any rule ``x_head``."""
        return Head(tuple(c), self.place(c))

    def said(self, c: Children, what: str) -> Said | None:
        """The one clause ``what`` of a declaration; a second one is reported."""
        found = [part for part in every(c, Said) if part.what == what]
        for again in found[1:]:
            self.session.report(
                SAID_TWICE.at(
                    again.span,
                    f"{what} is said twice in one declaration",
                    hint=SAID_HINTS.get(what, "keep one of the two"),
                )
            )
        return found[0] if found else None
