"""A number as columns know it: its lower and its upper end, and whether anything is known of it."""

from sqlglot import exp

from protocol_dsl.base.values import frozen
from protocol_dsl.compile.truth import decided
from protocol_dsl.model.columns import SCALE
from protocol_dsl.model.expressions import Operator
from protocol_dsl.trees import all_of, any_of, grouped, number


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
            met = all_of(low.eq(limit), high.eq(limit))
            not_met = any_of(high < limit, low > limit)
        case _:
            met = any_of(high < limit, low > limit)
            not_met = all_of(low.eq(limit), high.eq(limit))
    return decided(all_of(value.is_known, met), all_of(value.is_known, not_met))


def lies_on(value: Quantity, limit: exp.Expr) -> exp.Expr:
    """Whether the value is a point equal to the limit."""
    parts = [value.is_known, value.low.eq(limit), value.high.eq(limit)]
    return all_of(*parts if value.boundary is None else [*parts, value.boundary])


def doubled(whole: exp.Expr) -> exp.Expr:
    """A whole number as values stand in the tables."""
    return grouped(exp.Mul(this=grouped(whole), expression=number(2 * SCALE)))
