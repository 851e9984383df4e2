"""The readings of a period, and which of them is the first, the latest, the lowest or the highest."""

from typing import assert_never

from sqlglot import exp

from protocol_dsl.compile.averages import average
from protocol_dsl.compile.gather import Gather
from protocol_dsl.compile.intervals import Interval
from protocol_dsl.compile.ladders import rows_of
from protocol_dsl.compile.packing import key, modulo
from protocol_dsl.compile.periods import bounds_of
from protocol_dsl.compile.quantities import Quantity
from protocol_dsl.compile.rows import Rows
from protocol_dsl.compile.tables import column
from protocol_dsl.compile.truth import all_hold, number
from protocol_dsl.model.columns import ENDLESS, MIDDLE
from protocol_dsl.model.expressions import Pick


def compile_pick(pick: Pick, gather: Gather) -> Quantity | Interval:
    """A value chosen among the readings of a period."""
    bounds = bounds_of(pick.period, gather)
    rows = rows_of(pick.measure, gather)
    belongs = rows.belonging(bounds)
    gather.in_period.append(belongs)
    match pick.choice:
        case "latest" | "first":
            found = nearest(pick, rows, belongs, gather)
        case "lowest" | "highest":
            found = extreme(pick, rows, belongs, gather)
        case "mean" | "median":
            return average(pick, rows, bounds, gather)
        case _:
            assert_never(pick.choice)
    return Quantity(found.low, found.high, all_hold([found.is_known, bounds.is_known]))


def nearest(pick: Pick, rows: Rows, belongs: exp.Expr, gather: Gather) -> Quantity:
    """The latest or the first reading, or the span of those that compete for it."""
    is_first = pick.choice == "first"
    has_value = rows.high.is_(exp.null()).not_(copy=False)
    counted = exp.and_(belongs, has_value, copy=False)

    def best(value: exp.Expr, *, is_reversed: bool) -> exp.Expr:
        packed = key(value, is_reversed=is_reversed, is_first=is_first)
        return gather.reading(exp.Max(this=exp.If(this=counted, true=packed)))

    top = best(rows.high, is_reversed=False)
    bottom = best(rows.low, is_reversed=True)
    high = exp.Sub(this=modulo(top), expression=number(MIDDLE))
    low = exp.Sub(this=number(MIDDLE), expression=modulo(bottom))
    known: exp.Expr = top.is_(exp.null()).not_(copy=False)
    if gather.has_empty_readings and not pick.recorded:
        day = column("day_number")
        ordered = exp.Neg(this=day) if is_first else day
        flag = exp.If(this=rows.high.is_(exp.null()), true=number(1), false=number(0))
        mark = exp.Add(this=exp.paren(exp.Mul(this=ordered, expression=number(2)), copy=False), expression=flag)
        last = gather.reading(exp.Max(this=exp.If(this=belongs, true=mark)))
        known = exp.and_(
            known, exp.paren(exp.BitwiseAnd(this=last, expression=number(1)), copy=False).eq(0), copy=False
        )
    return Quantity(exp.paren(low, copy=False), exp.paren(high, copy=False), known)


def extreme(pick: Pick, rows: Rows, belongs: exp.Expr, gather: Gather) -> Quantity:
    """The lowest or highest value; an empty reading leaves the far end open."""
    kind = exp.Min if pick.choice == "lowest" else exp.Max

    def over(end: exp.Expr) -> exp.Expr:
        return gather.reading(kind(this=exp.If(this=belongs, true=end)))

    low, high = over(rows.low), over(rows.high)
    known: exp.Expr = high.is_(exp.null()).not_(copy=False)
    if gather.has_empty_readings and not pick.recorded:
        is_empty = exp.and_(belongs, rows.high.is_(exp.null()), copy=False)
        empty = gather.reading(exp.Max(this=exp.If(this=is_empty, true=number(1))))
        far = number(-ENDLESS) if pick.choice == "lowest" else number(ENDLESS)
        opened = exp.Case().when(empty.eq(1), far, copy=False)
        if pick.choice == "lowest":
            low = opened.else_(low, copy=False)
        else:
            high = opened.else_(high, copy=False)
    # Of a measure that is never negative only the lowest may be any number: nothing at all is known of it then.
    if pick.choice == "lowest":
        known = exp.and_(known, exp.or_(low.neq(number(-ENDLESS)), high.neq(number(ENDLESS)), copy=False), copy=False)
    return Quantity(low, high, known)
