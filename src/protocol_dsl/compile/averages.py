"""The mean and the median of readings, as exact fractions."""

from sqlglot import exp

from protocol_dsl.compile.gather import Gather
from protocol_dsl.compile.intervals import End, Interval
from protocol_dsl.compile.periods import Bounds
from protocol_dsl.compile.rows import Rows
from protocol_dsl.model.columns import ENDLESS, VALUE_BITS
from protocol_dsl.model.expressions import Pick
from protocol_dsl.trees import all_of, any_of, call, grouped, negated, number

COUNT_BITS = 20
"""A participant has fewer than a million readings of a measure."""


def average(pick: Pick, rows: Rows, bounds: Bounds, gather: Gather) -> Interval:
    """The mean or median; unknown where a reading is empty, unless these are passed over."""
    belongs = rows.belonging(bounds)
    has_value = all_of(belongs, negated(rows.high.is_(exp.null())))
    count = call("coalesce", gather.reading(counted(has_value)), number(0))
    known: list[exp.Expr] = [count > 0, bounds.is_known, bounds.is_sure]
    if gather.has_empty_readings and not pick.recorded:
        is_empty = all_of(belongs, rows.high.is_(exp.null()))
        known.append(call("coalesce", gather.reading(counted(is_empty)), number(0)).eq(0))
    middle = mean if pick.choice == "mean" else median
    return Interval(
        middle(rows.low, has_value, count, gather, inside=1),
        middle(rows.high, has_value, count, gather, inside=-1),
        all_of(*known),
    )


def counted(condition: exp.Expr) -> exp.Expr:
    """For how many rows a condition holds."""
    return exp.Count(this=exp.If(this=condition, true=number(1)))


def mean(value: exp.Expr, has_value: exp.Expr, count: exp.Expr, gather: Gather, *, inside: int) -> End:
    """An end of the mean; ``inside`` is the side on which the values lie."""
    total = gather.reading(exp.Sum(this=exp.If(this=has_value, true=closed(value, inside))))
    is_open = all_of(has_value, odd_bit(value).eq(1))
    is_endless = all_of(has_value, value.eq(number(-inside * ENDLESS)))
    return End(
        total,
        VALUE_BITS + COUNT_BITS,
        count,
        COUNT_BITS,
        call("coalesce", gather.reading(counted(is_open)), number(0)) > 0,
        call("coalesce", gather.reading(counted(is_endless)), number(0)) > 0,
    )


def median(value: exp.Expr, has_value: exp.Expr, count: exp.Expr, gather: Gather, *, inside: int) -> End:
    """An end of the median: the middle of these ends, or the mean of the two in the middle."""
    listed = exp.Filter(this=exp.ArrayAgg(this=value), expression=exp.Where(this=has_value))
    ordered = gather.reading(call("list_sort", listed))
    one, other = (
        call("list_extract", ordered, exp.IntDiv(this=grouped(place), expression=number(2)))
        for place in (count + 1, count + 2)
    )
    return End(
        grouped(exp.Add(this=closed(one, inside), expression=closed(other, inside))),
        VALUE_BITS + 1,
        number(2),
        2,
        any_of(odd_bit(one).eq(1), odd_bit(other).eq(1)),
        any_of(*(each.eq(number(-inside * ENDLESS)) for each in (one, other))),
    )


def closed(end: exp.Expr, inside: int) -> exp.Expr:
    """The end itself, of which a value one half inside it is left out."""
    kind = exp.Sub if inside > 0 else exp.Add
    return grouped(kind(this=end, expression=odd_bit(end)))


def odd_bit(end: exp.Expr) -> exp.Expr:
    """One where an end is left out."""
    return grouped(exp.BitwiseAnd(this=end, expression=number(1)))
