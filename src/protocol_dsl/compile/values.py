"""Values: the two ends of what the facts allow, a column each."""

from fractions import Fraction
from typing import TypeAlias, assert_never

from sqlglot import exp

from protocol_dsl.base.numbers import Number
from protocol_dsl.base.values import every
from protocol_dsl.compile.ages import compile_age
from protocol_dsl.compile.gather import BASE, Gather
from protocol_dsl.compile.histories import compile_count
from protocol_dsl.compile.intervals import (
    Interval,
    interval_of,
    interval_of_constant,
    is_point,
    multiple,
    opposite,
    plus,
    product_of_points,
    quotient_of_points,
    rounded,
)
from protocol_dsl.compile.ladders import compile_limit
from protocol_dsl.compile.quantities import Quantity, doubled
from protocol_dsl.compile.readings import compile_pick
from protocol_dsl.compile.readings_at_visits import compile_change, compile_reading_at
from protocol_dsl.model.columns import NotInColumnsError, scaled
from protocol_dsl.model.expressions import (
    AgeAt,
    Arithmetic,
    AttributeValue,
    Change,
    Constant,
    ConstantDate,
    CountOf,
    DaysBetween,
    DefinedValue,
    LimitOfNormal,
    Log10,
    Pick,
    ReadingAt,
    Rounded,
    Value,
)
from protocol_dsl.trees import all_of, column, negated, number

Known: TypeAlias = Quantity | Interval
"""What columns know of a number: whole thousandths, or exact ends where arithmetic left these."""


def constant_of(node: Value) -> Number | None:
    """The number of a constant, or of a day that is written out, whatever name it was given."""
    match node:
        case Constant(number=found):
            return found
        case ConstantDate(first=first, last=last):
            return first if first == last else None
        case DefinedValue():
            return constant_of(node.value)
        case _:
            return None


def bare(node: Value) -> Value:
    """A value without the name it was given."""
    return bare(node.value) if isinstance(node, DefinedValue) else node


def compile_value(node: Value, gather: Gather) -> Known:
    """What is known of a value.

    Raises:
        NotInColumnsError: Columns do not judge this kind of value.
    """
    match node:
        case Constant():
            return interval_of_constant(node.number)
        case ConstantDate():
            return Quantity(number(scaled(node.first)), number(scaled(node.last)), exp.true())
        case AgeAt():
            return compile_age(node, gather)
        case Pick():
            return compile_pick(node, gather)
        case DaysBetween():
            return compile_days_between(node, gather)
        case CountOf():
            return compile_count(node, gather)
        case AttributeValue():
            return compile_attribute(node, gather)
        case DefinedValue():
            return compile_value(node.value, gather)
        case ReadingAt():
            return compile_reading_at(node, gather)
        case Change():
            return compile_change(node, gather)
        case LimitOfNormal():
            return compile_limit(node, gather)
        case Log10():
            raise NotInColumnsError(f"{node.words or 'log10'}")
        case Arithmetic():
            return compile_arithmetic(node, gather)
        case Rounded():
            return rounded(interval_of(compile_value(node.value, gather)), node.decimals)
        case _:
            assert_never(node)


def compile_attribute(node: AttributeValue, gather: Gather) -> Quantity:
    """A number or a date that was declared as an attribute.

    Raises:
        NotInColumnsError: It is the arm, which is not read before entry.
    """
    if node.name == "arm":
        raise NotInColumnsError("the arm")
    del gather
    low, high = column(f"low_{node.name}", BASE), column(f"high_{node.name}", BASE)
    return Quantity(low, high, negated(high.copy().is_(exp.null())))


def compile_days_between(node: DaysBetween, gather: Gather) -> Quantity:
    """The second point minus the first, in days."""
    start, end = gather.point(node.start), gather.point(node.end)
    days = exp.DateDiff(this=end.copy(), expression=start.copy(), unit=exp.var("day"))
    known = all_of(negated(start.copy().is_(exp.null())), negated(end.copy().is_(exp.null())))
    return Quantity(doubled(days), doubled(days.copy()), known)


# -------------------------------------------------------------------------- arithmetic
def compile_arithmetic(node: Arithmetic, gather: Gather) -> Interval:
    """Exact arithmetic; whose product or quotient is one of values that are no points is left to the interpreter.

    Raises:
        NotInColumnsError: A number of the protocol is zero where it multiplies or divides.
    """
    left, right = (interval_of(compile_value(side, gather)) for side in (node.left, node.right))
    one, other = (constant_of(side) for side in (node.left, node.right))
    if node.operator in "+-":
        return plus(left, right if node.operator == "+" else opposite(right))
    if other == 0 or (one == 0 and node.operator == "*"):
        raise NotInColumnsError(f"{node.words or 'arithmetic'}: nothing times or through a value")
    if other is not None:
        return multiple(left, Fraction(other) if node.operator == "*" else 1 / Fraction(other))
    if one is not None and node.operator == "*":
        return multiple(right, Fraction(one))
    leave = gather.leave_for_row if any(limit.of_each for limit in every(LimitOfNormal, node)) else gather.leave
    for side in (left, right):
        leave(all_of(side.is_known, negated(is_point(side))))
    return product_of_points(left, right) if node.operator == "*" else quotient_of_points(left, right)
