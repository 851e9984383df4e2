"""Two readings in a row that meet a comparison.

The truths of the readings in the order of their days are one text of digits, so that two in a row stand side by side.
"""

from itertools import product

from sqlglot import exp

from protocol_dsl.base.truth import Truth
from protocol_dsl.base.values import every
from protocol_dsl.compile.comparison import EQUAL, Compiled
from protocol_dsl.compile.gather import HAPPENED, Gather
from protocol_dsl.compile.intervals import Interval, compare, interval_of, interval_of_constant, lies_on
from protocol_dsl.compile.ladders import rows_of
from protocol_dsl.compile.periods import bounds_of
from protocol_dsl.compile.quantities import Quantity
from protocol_dsl.compile.truth import constant
from protocol_dsl.compile.values import compile_value, constant_of
from protocol_dsl.model.expressions import Consecutive, CountOf
from protocol_dsl.trees import all_of, any_of, call, case, cast, column, negated, number

PAIR = 2
JOINED = "listagg"
"""The texts of many rows as one, in an order that stands behind what is put between them."""


def compile_consecutive(node: Consecutive, gather: Gather) -> Compiled:
    """Whether two readings in a row, both in the period, meet the comparison.

    Where two readings are of one day, which of them comes first is left to the interpreter.

    Raises:
        NotInColumnsError: Columns do not judge the limit.
    """
    rows = rows_of(node.measure, gather)
    bounds = bounds_of(node.period, gather)
    if bounds.is_sure != exp.true():
        gather.leave(negated(bounds.is_sure))
    belongs = rows.belonging(bounds)
    gather.in_period.append(belongs)
    found = gather.reading(in_order(belongs, truth_of_row(node, belongs, gather)))
    days = exp.If(this=belongs, true=column("day_number"))
    different = gather.reading(exp.Count(this=exp.Distinct(expressions=[days])))
    gather.leave(exp.Length(this=found) > different)
    on_limit: exp.Expr = exp.false()
    if node.operator not in EQUAL:
        value, against = value_of_row(node, gather), limit_of(node, belongs, gather)
        is_on = exp.If(this=all_of(belongs, lies_on(value, against)), true=number(1))
        on_limit = gather.reading(exp.Count(this=is_on)) > 0
    return Compiled(two_in_a_row(found), call("coalesce", on_limit, exp.false()))


def truth_of_row(node: Consecutive, belongs: exp.Expr, gather: Gather) -> exp.Expr:
    """The truth of the comparison for one reading of those that ``belongs``, as a digit."""
    value = value_of_row(node, gather)
    return cast(compare(value, node.operator, limit_of(node, belongs, gather)), "varchar")


def value_of_row(node: Consecutive, gather: Gather) -> Interval:
    """What is known of one reading."""
    rows = rows_of(node.measure, gather)
    return interval_of(Quantity(rows.low, rows.high, negated(rows.high.is_(exp.null()))))


def in_order(belongs: exp.Expr, text: exp.Expr) -> exp.Expr:
    """The texts of all rows that belong, one behind the other in the order of their days."""
    by_day = exp.Order(this=exp.Literal.string(""), expressions=[exp.Ordered(this=column("day_number"))])
    return call(JOINED, exp.If(this=belongs, true=text), by_day)


def limit_of(node: Consecutive, belongs: exp.Expr, gather: Gather) -> Interval:
    """What the readings are held to, known before they are gone through, or for each that ``belongs`` by itself.

    Raises:
        NotInColumnsError: It hangs on readings that are themselves held to others.
    """
    limit = constant_of(node.limit)
    if limit is not None:
        return interval_of_constant(limit)
    before = gather.before(f"{node.words or 'consecutive'}: two readings in a row against such a value")
    found = interval_of(compile_value(node.limit, before))
    if any(True for _ in every(CountOf, node.limit)):
        gather.before_readings[HAPPENED] = None
    for condition in before.left_for_row:
        is_open = exp.If(this=all_of(belongs, condition), true=number(1))
        gather.leave(gather.reading(exp.Max(this=is_open)).eq(1))
    return found


def two_in_a_row(found: exp.Expr) -> exp.Expr:
    """The truth from the digits of all readings; fewer than two decide nothing."""

    def stands(one: int, other: int) -> exp.Expr:
        return exp.StrPosition(this=found, substr=exp.Literal.string(f"{one}{other}")) > 0

    open_pairs = product((Truth.UNKNOWN, Truth.MET), repeat=PAIR)
    perhaps = [stands(int(one), int(other)) for one, other in open_pairs]
    is_short = exp.Length(this=found) < PAIR
    return case(
        (stands(int(Truth.MET), int(Truth.MET)), constant(Truth.MET)),
        (any_of(found.is_(exp.null()), is_short, *perhaps), constant(Truth.UNKNOWN)),
        otherwise=constant(Truth.NOT_MET),
    )
