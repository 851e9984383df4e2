"""A place and a value in one whole number, the place above.

The greatest of several is that of the last place, and of those of one place that of the greatest value. A second one
with the value reversed gives the least, so that readings that compete for a place span theirs.
"""

from typing import TypeAlias

from sqlglot import exp

from protocol_dsl.compile.gather import Gather
from protocol_dsl.model.columns import MIDDLE, VALUE_BITS
from protocol_dsl.trees import column, grouped, number

VALUE = 1 << VALUE_BITS


Ends: TypeAlias = tuple[exp.Expr, exp.Expr]
"""The lower and the upper end of what is known of each row, or of what spans several rows."""


def spanning(ends: Ends, is_one: exp.Expr, gather: Gather, *, is_first: bool) -> Ends:
    """What spans the ends of those rows, of which it ``is_one``, that are of the last day, or of the first."""

    def outermost(end: exp.Expr, *, is_reversed: bool) -> exp.Expr:
        packed = key(end, is_reversed=is_reversed, is_first=is_first)
        return gather.reading(unpacked(exp.Max(this=exp.If(this=is_one, true=packed)), is_reversed=is_reversed))

    low, high = ends
    return outermost(low, is_reversed=True), outermost(high, is_reversed=False)


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


def unpacked(best: exp.Expr, *, is_reversed: bool) -> exp.Expr:
    """The value in the greatest of packed numbers: the greatest one of the last place, or the least if reversed."""
    shown = modulo(best)
    sides = (number(MIDDLE), shown) if is_reversed else (shown, number(MIDDLE))
    return grouped(exp.Sub(this=sides[0], expression=sides[1]))


def modulo(packed: exp.Expr) -> exp.Expr:
    """The value part of a packed number, whatever the sign of its day."""
    return grouped(exp.BitwiseAnd(this=packed, expression=number(VALUE - 1)))
