"""A place and a value in one whole number, the place above.

The greatest of several is that of the last place, and of those of one place that of the greatest value. A second one
with the value reversed gives the least, so that readings that compete for a place span theirs.
"""

from sqlglot import exp

from protocol_dsl.model.columns import MIDDLE, VALUE_BITS
from protocol_dsl.trees import column, grouped, number

VALUE = 1 << VALUE_BITS


def key(value: exp.Expr, *, is_reversed: bool, is_first: bool) -> exp.Expr:
    """A day and a value in one whole number, the day above; the day reversed for the first reading."""
    day: exp.Expr = column("day_number")
    return packed(exp.Neg(this=day) if is_first else day, value, is_reversed=is_reversed)


def packed(place: exp.Expr, value: exp.Expr, *, is_reversed: bool) -> exp.Expr:
    """A place and a value in one whole number, the place above, the value reversed if it says so."""
    shown = (
        exp.Sub(this=number(MIDDLE), expression=value)
        if is_reversed
        else exp.Add(this=value, expression=number(MIDDLE))
    )
    return exp.Add(this=grouped(exp.Mul(this=place, expression=number(VALUE))), expression=grouped(shown))


def modulo(packed: exp.Expr) -> exp.Expr:
    """The value part of a packed number, whatever the sign of its day."""
    return grouped(exp.BitwiseAnd(this=packed, expression=number(VALUE - 1)))
