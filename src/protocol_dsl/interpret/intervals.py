"""Comparison of points and intervals, and the least interval that holds some of them."""

from collections.abc import Iterable
from fractions import Fraction
from typing import TypeAlias

from protocol_dsl.base.numbers import Number, Range, exact, hull, round_half_away
from protocol_dsl.model.expressions import Operator

Quantity: TypeAlias = Number | Range


def as_range(value: Quantity) -> Range:
    """The interval of a value; a point is an interval of one number."""
    return value if isinstance(value, Range) else Range(value, value)


def settle(found: Range | None) -> Quantity | None:
    """A number where only one is possible, and nothing where every one is."""
    if found is None or (found.low is None and found.high is None):
        return None
    return exact(found.low) if found.low is not None and found.low == found.high else found


def is_point(value: object) -> bool:
    """Whether ``value`` is one number."""
    return isinstance(value, int | Fraction)


def span(values: Iterable[Quantity]) -> Quantity | None:
    """The least interval that holds all of ``values``, of which there is at least one."""
    return settle(hull(as_range(value) for value in values))


def less(one: Quantity, other: Quantity) -> int:
    """Whether ``one < other``: 2 for every pair of values, 0 for none, else 1."""
    a, b = as_range(one), as_range(other)
    if (
        a.high is not None
        and b.low is not None
        and (a.high < b.low or (a.high == b.low and (a.high_open or b.low_open)))
    ):
        return 2
    return 0 if a.low is not None and b.high is not None and a.low >= b.high else 1


def at_most(one: Quantity, other: Quantity) -> int:
    """Whether ``one <= other``: 2 for every pair of values, 0 for none, else 1."""
    return 2 - less(other, one)


def equal(one: Quantity, other: Quantity) -> int:
    """Whether the two are one number: 2 for points that are equal, 0 for intervals that share no number, else 1."""
    if is_point(one) and is_point(other):
        return 2 if one == other else 0
    return 1 - max(less(one, other), less(other, one)) // 2


def compare(left: Quantity, operator: Operator, right: Quantity) -> int:
    """The comparison's truth: 2 met for every value allowed, 0 for none, 1 otherwise."""
    match operator:
        case "<":
            return less(left, right)
        case "<=":
            return at_most(left, right)
        case ">":
            return less(right, left)
        case ">=":
            return at_most(right, left)
        case "=":
            return equal(left, right)
        case "!=":
            return 2 - equal(left, right)


def combine(left: Quantity, operator: str, right: Quantity) -> Quantity | None:
    """The sum, difference, product or quotient; ``None`` where the divisor may be zero."""
    if not isinstance(left, Range) and not isinstance(right, Range):
        return combine_points(left, operator, right)
    a, b = as_range(left), as_range(right)
    match operator:
        case "+":
            return settle(a.plus(b))
        case "-":
            return settle(a.minus(b))
        case "*":
            return settle(a.times(b))
        case _:
            return settle(a.over(b))


def combine_points(left: Number, operator: str, right: Number) -> Number | None:
    """Exact arithmetic on two numbers."""
    match operator:
        case "+":
            return exact(left + right)
        case "-":
            return exact(left - right)
        case "*":
            return exact(left * right)
        case _:
            return None if right == 0 else exact(Fraction(left) / right)


def rounded(value: Quantity, decimals: int) -> Quantity | None:
    """The value rounded half away from zero, at both ends."""
    if not isinstance(value, Range):
        return round_half_away(value, decimals)
    low = None if value.low is None else round_half_away(value.low, decimals)
    high = None if value.high is None else round_half_away(value.high, decimals)
    return settle(Range(low, high))
