"""Decimal logarithms without binary floats: a limit on log10 v is a limit on v.

10^c is a fraction only for a whole c. Any other limit lies strictly between two fractions, as near to each other as the
value to be told apart asks for.
"""

from decimal import Context, Decimal
from fractions import Fraction
from functools import lru_cache

from protocol_dsl.base.numbers import Number, Range, exact
from protocol_dsl.interpret.intervals import Quantity, settle

DIGITS = 60
"""Digits to begin with: the data have at most 27."""
HIGHEST = 4000
"""No reading reaches 10 to this, nor its inverse."""


@lru_cache(maxsize=256)
def power(exponent: Number, digits: int) -> tuple[Fraction, Fraction]:
    """Two fractions around 10^exponent: equal for a whole exponent, else the one below and the one above it."""
    if exponent > HIGHEST or exponent < -HIGHEST:
        limit = Fraction(10) ** (HIGHEST if exponent > 0 else -HIGHEST)
        return limit, limit
    if exponent == int(exponent):
        return Fraction(10) ** int(exponent), Fraction(10) ** int(exponent)
    context = Context(prec=digits + 10)
    part = context.divide(Decimal(exponent.numerator), Decimal(exponent.denominator))
    near = Fraction(context.power(Decimal(10), part))
    slack = near / 10**digits
    return near - slack, near + slack


def side_of(value: Number, exponent: Number) -> int:
    """-1, 0 or 1: whether a positive ``value`` lies below, at or above 10^exponent."""
    digits = DIGITS
    while True:
        low, high = power(exponent, digits)
        if value < low:
            return -1
        if value > high:
            return 1
        if low == high:
            return 0
        digits *= 2


def against_power(value: Quantity, exponent: Number) -> Quantity | None:
    """Where ``value`` stands to 10^exponent: -1 below, 0 at it, 1 above, or an interval of these.

    Zero lies below every limit; ``None`` where the value is or may be negative, which has no logarithm.
    """
    if not isinstance(value, Range):
        if value <= 0:
            return None if value < 0 else -1
        return side_of(value, exponent)
    if value.low is None or value.low < 0:
        return None
    low = -1 if value.low == 0 else side_of(value.low, exponent)
    high = 1 if value.high is None else side_of(value.high, exponent)
    # An end left out that falls on the limit keeps to its own side of it.
    if value.low_open and low == 0:
        return 1
    if value.high_open and high == 0:
        return -1
    return settle(Range(low, high))


def log10(value: Quantity) -> Quantity | None:
    """The logarithm as an interval of fractions, exact for whole powers of ten; ``None`` at zero and below."""
    if not isinstance(value, Range):
        return None if value <= 0 else settle(enclosed(value))
    if value.high is not None and value.high <= 0:
        return None
    low = None if value.low is None or value.low <= 0 else enclosed(value.low)
    high = None if value.high is None else enclosed(value.high)
    return settle(
        Range(
            None if low is None else low.low,
            None if high is None else high.high,
            low is not None and value.low_open,
            high is not None and value.high_open,
        )
    )


def enclosed(value: Number) -> Range:
    """Two fractions around the logarithm of a positive number."""
    context = Context(prec=DIGITS)
    quotient = context.divide(Decimal(value.numerator), Decimal(value.denominator))
    near = Fraction(context.log10(quotient))
    if near.denominator == 1 and Fraction(10) ** near.numerator == value:
        return Range(near.numerator, near.numerator)
    slack = Fraction(1, 10 ** (DIGITS - 10))
    return Range(exact(near - slack), exact(near + slack))
