"""The small nodes that every declaration is made of.

A span takes no part in equality, so that parsing what was printed gives an equal tree. Nothing is written into a tree.
"""

from typing import Literal, TypeAlias

from attrs import field

from protocol_dsl.base.numbers import Number
from protocol_dsl.base.source import Span
from protocol_dsl.base.values import frozen

NOWHERE = Span("", 0, 0)


def place() -> Span:
    """A span field: keyword only, without a part in equality or in the printed form."""
    return field(default=NOWHERE, eq=False, repr=False, kw_only=True)


@frozen
class Name:
    """A word that names something: ``cd4``, ``W52``, ``il2``."""

    text: str
    span: Span = place()


@frozen
class Title:
    """Words in double quotes, without the quotes: ``"Low CD4 count"``."""

    text: str
    span: Span = place()


@frozen
class Amount:
    """A number and its unit: ``200 cells/mm3``; without ``unit`` it is a bare number, which the checker refuses."""

    number: Number
    unit: Name | None = None
    span: Span = place()


@frozen
class DateLiteral:
    """A date to the precision known: ``2004-06``."""

    text: str
    span: Span = place()


@frozen
class NamedPoint:
    """A point by its name: an anchor, a visit, a milestone, or study time such as ``W52``, ``D-14``, ``M3``."""

    name: Name
    span: Span = place()


@frozen
class OffsetPoint:
    """``7 days after W0``, ``28 days before W0``."""

    length: Amount
    direction: Literal["after", "before"]
    base: "Point"
    span: Span = place()


@frozen
class DosePoint:
    """``first dose of chemo``, ``last dose of chemo``, ``last dose``: without a treatment that of all together."""

    which: Literal["first", "last"]
    treatment: Name | None = None
    span: Span = place()


@frozen
class CyclePoint:
    """``cycle 2 of chemo``: the day on which it began, else the day on which it is planned.

    ``is_planned``: the day planned, whenever it began; visits counted from the plan hang on it.
    """

    number: int
    treatment: Name
    is_planned: bool = False
    span: Span = place()


@frozen
class EpochStart:
    """``start of epoch``: the first day of the epoch in which the arm gives the treatment."""

    span: Span = place()


Point: TypeAlias = NamedPoint | OffsetPoint | DosePoint | CyclePoint | EpochStart


@frozen
class Code:
    """``loinc "24467-3"``: a code and the system it belongs to."""

    system: Name
    code: Title
    span: Span = place()


@frozen
class Quote:
    """``quote REG "18 Years and older"``: words that must be found in the source."""

    source: Name
    fragment: Title
    span: Span = place()


@frozen
class Cite:
    """``cite REG "section 4.1"``: a place in the source, without quoting."""

    source: Name
    section: Title
    span: Span = place()


@frozen
class Against:
    """``against REG "a CD4 count below 200/mm3"``: a passage that says otherwise."""

    source: Name
    fragment: Title
    span: Span = place()


@frozen
class Because:
    """``because "the record gives limits but no dates"``."""

    reason: Title
    span: Span = place()


@frozen
class Since:
    """``since AM1``: this version holds from that amendment on."""

    amendment: Name
    span: Span = place()


OriginClause: TypeAlias = Quote | Cite | Against | Because | Since


@frozen
class Window:
    """``window -3 to +7 days``: signed numbers; ``± 7 days`` is -7 to +7."""

    early: Number
    late: Number
    unit: Name
    span: Span = place()
