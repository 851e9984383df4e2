"""Ladders of grades: what their rungs are counted from, and the measure whose readings they grade."""

from fractions import Fraction

from attrs import evolve

from protocol_dsl.base.numbers import exact
from protocol_dsl.model.vocabulary import Limit
from protocol_dsl.semantics.document import Chapter
from protocol_dsl.semantics.kinds import Quantity, kind_of_measure
from protocol_dsl.semantics.quantities import factor
from protocol_dsl.syntax import ast


def measured(name: str, chapter: Chapter) -> str:
    """The measure that is read where ``name`` is: a ladder's readings are those of the measure it grades."""
    symbol = chapter.find(name, "ladder")
    return symbol.node.measure.text if symbol and isinstance(symbol.node, ast.Ladder) else name


def rungs(node: ast.Ladder) -> tuple[ast.Rung, ...]:
    """The rungs of a ladder, in the order of the text."""
    return tuple(clause for clause in node.clauses if isinstance(clause, ast.Rung))


def limit_of(node: ast.Expression, measure: str, chapter: Chapter) -> Limit | None:
    """The limit of a rung; ``None`` for what no grade can be counted from.

    That is an amount in a unit of the measure, or so many times an end of the measure's reference range or its reading
    at a visit.
    """
    match node:
        case ast.AmountValue(amount=amount):
            kind = kind_of_measure(measure, chapter)
            if amount.unit is None or not isinstance(kind, Quantity):
                return None
            step = factor(amount.unit.text, kind.unit, kind.conversions)
            return None if step is None else Limit(exact(amount.number * step))
        case ast.Times(number=number, value=value):
            base = limit_of(value, measure, chapter)
            if base is None or base.of == "amount":
                return None
            return evolve(base, number=exact(Fraction(number.number) * base.number))
        case ast.LimitOfNormal(end=end):
            return Limit(1, end) if node.measure.text == measure else None
        case ast.ReadingAt(visit=visit):
            return Limit(1, "visit", visit.text) if node.measure.text == measure else None
        case _:
            return None
