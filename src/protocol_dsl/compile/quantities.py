"""A number as columns know it: its lower and its upper end, and whether anything is known of it."""

from sqlglot import exp

from protocol_dsl.base.values import frozen
from protocol_dsl.compile.truth import all_hold, decided, number
from protocol_dsl.model.columns import SCALE
from protocol_dsl.model.expressions import Operator


@frozen
class Quantity:
    """Two ends, doubled and scaled as :mod:`protocol_dsl.compile.tables` says; the same tree twice for a point.

    ``is_known`` is never null. ``boundary`` narrows when a value equal to its limit is a boundary case.
    """

    low: exp.Expr
    high: exp.Expr
    is_known: exp.Expr
    boundary: exp.Expr | None = None


def holds(value: Quantity, operator: Operator, limit: exp.Expr) -> exp.Expr:
    """The truth of a comparison with a limit that is a point, even when doubled."""
    low, high = value.low, value.high
    met: exp.Expr
    not_met: exp.Expr
    match operator:
        case "<":
            met, not_met = high < limit, low >= limit
        case "<=":
            met, not_met = high <= limit, low > limit
        case ">":
            met, not_met = low > limit, high <= limit
        case ">=":
            met, not_met = low >= limit, high < limit
        case "=":
            met = exp.and_(low.eq(limit), high.eq(limit), copy=False)
            not_met = exp.or_(high < limit, low > limit, copy=False)
        case _:
            met = exp.or_(high < limit, low > limit, copy=False)
            not_met = exp.and_(low.eq(limit), high.eq(limit), copy=False)
    return decided(all_hold([value.is_known, met]), all_hold([value.is_known, not_met]))


def lies_on(value: Quantity, limit: exp.Expr) -> exp.Expr:
    """Whether the value is a point equal to the limit."""
    parts = [value.is_known, value.low.eq(limit), value.high.eq(limit)]
    return all_hold(parts if value.boundary is None else [*parts, value.boundary])


def doubled(whole: exp.Expr) -> exp.Expr:
    """A whole number as values stand in the tables."""
    return exp.paren(exp.Mul(this=exp.paren(whole, copy=False), expression=number(2 * SCALE)), copy=False)
