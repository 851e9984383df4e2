"""The reading that belongs to a visit, and the change from one visit to another."""

from fractions import Fraction

from attrs import evolve

from protocol_dsl.compile.belonging import Belonging, belonging, outermost, spanned
from protocol_dsl.compile.gather import Gather
from protocol_dsl.compile.intervals import (
    Interval,
    interval_of,
    interval_of_constant,
    is_point,
    multiple,
    opposite,
    plus,
    quotient_of_points,
)
from protocol_dsl.compile.ladders import rows_of
from protocol_dsl.compile.quantities import Quantity
from protocol_dsl.model.expressions import Change, ReadingAt
from protocol_dsl.trees import all_of, negated


def compile_reading_at(node: ReadingAt, gather: Gather) -> Quantity:
    """The value of the reading that belongs to a visit, or what spans those that compete for it."""
    return spanned(belonging(rows_of(node.measure, gather), node.visit, gather), gather)


def compile_change(node: Change, gather: Gather) -> Interval:
    """The reading at one visit minus that at another, or that difference in percent of the first.

    A change in percent of values that are no points is left to the interpreter.
    """
    rows = rows_of(node.measure, gather)
    first, last = (interval_of(certain(belonging(rows, name, gather), gather)) for name in (node.start, node.end))
    if not node.percent:
        return plus(last, opposite(first))
    for side in (first, last):
        gather.leave(all_of(side.is_known, negated(is_point(side))))
    return plus(multiple(quotient_of_points(last, first), Fraction(100)), interval_of_constant(-100))


def certain(found: Belonging, gather: Gather) -> Quantity:
    """The reading that belongs to a visit, unknown where several of different values compete for it."""
    value = spanned(found, gather)
    others = (
        outermost(found, found.rows.high, gather, is_reversed=True),
        outermost(found, found.rows.low, gather, is_reversed=False),
    )
    same = [value.high.copy().eq(others[0]), value.low.copy().eq(others[1])]
    return evolve(value, is_known=all_of(value.is_known, *same))
