"""The readings of a period, and which of them is the first, the latest, the lowest or the highest."""

from typing import assert_never

from sqlglot import exp

from protocol_dsl.compile.averages import average
from protocol_dsl.compile.gather import Gather
from protocol_dsl.compile.intervals import Interval
from protocol_dsl.compile.ladders import rows_of
from protocol_dsl.compile.packing import spanning
from protocol_dsl.compile.periods import bounds_of
from protocol_dsl.compile.quantities import Quantity
from protocol_dsl.compile.rows import Rows
from protocol_dsl.model.columns import ENDLESS
from protocol_dsl.model.expressions import Pick
from protocol_dsl.trees import all_of, any_of, case, column, grouped, negated, number


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
    return Quantity(found.low, found.high, all_of(found.is_known, bounds.is_known, bounds.is_sure))


def nearest(pick: Pick, rows: Rows, belongs: exp.Expr, gather: Gather) -> Quantity:
    """The latest or the first reading, or the span of those that compete for it."""
    is_first = pick.choice == "first"
    has_value = negated(rows.high.is_(exp.null()))
    counted = all_of(belongs, has_value)

    low, high = spanning((rows.low, rows.high), counted, gather, is_first=is_first)
    known: exp.Expr = negated(high.copy().is_(exp.null()))
    if gather.has_empty_readings and not pick.recorded:
        day = column("day_number")
        ordered = exp.Neg(this=day) if is_first else day
        flag = exp.If(this=rows.high.is_(exp.null()), true=number(1), false=number(0))
        mark = exp.Add(this=grouped(exp.Mul(this=ordered, expression=number(2))), expression=flag)
        last = gather.reading(exp.Max(this=exp.If(this=belongs, true=mark)))
        known = all_of(known, grouped(exp.BitwiseAnd(this=last, expression=number(1))).eq(0))
    return Quantity(low, high, known)


def extreme(pick: Pick, rows: Rows, belongs: exp.Expr, gather: Gather) -> Quantity:
    """The lowest or highest value; an empty reading leaves the far end open."""
    kind = exp.Min if pick.choice == "lowest" else exp.Max

    def over(end: exp.Expr) -> exp.Expr:
        return gather.reading(kind(this=exp.If(this=belongs, true=end)))

    low, high = over(rows.low), over(rows.high)
    known: exp.Expr = negated(high.is_(exp.null()))
    if gather.has_empty_readings and not pick.recorded:
        is_empty = all_of(belongs, rows.high.is_(exp.null()))
        empty = gather.reading(exp.Max(this=exp.If(this=is_empty, true=number(1))))
        far = number(-ENDLESS) if pick.choice == "lowest" else number(ENDLESS)
        if pick.choice == "lowest":
            low = case((empty.eq(1), far), otherwise=low)
        else:
            high = case((empty.eq(1), far), otherwise=high)
    # Of a measure that is never negative only the lowest may be any number: nothing at all is known of it then.
    if pick.choice == "lowest":
        known = all_of(known, any_of(low.neq(number(-ENDLESS)), high.neq(number(ENDLESS))))
    return Quantity(low, high, known)
