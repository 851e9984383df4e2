"""Decimal logarithms: a limit on log10 v is a limit on v."""

from fractions import Fraction

from attrs import evolve

from protocol_dsl.base.numbers import Number, exact
from protocol_dsl.compile.intervals import UNIT, Interval
from protocol_dsl.compile.quantities import Quantity
from protocol_dsl.compile.values import Known
from protocol_dsl.model.columns import SCALE, NotInColumnsError
from protocol_dsl.model.expressions import Log10
from protocol_dsl.trees import all_of, negated

HIGHEST = 15
"""No value of the tables reaches 10 to this."""


def raw_limit(node: Log10, value: Known, exponent: Number) -> tuple[Known, Number]:
    """The ``value`` that a logarithm is taken of, and a number that each stands to as to 10^exponent.

    Nothing is known of the logarithm of a value that is or may be negative.

    Raises:
        NotInColumnsError: The power is too large or too small, or no fraction while the value is no whole thousandth.
    """
    if not -HIGHEST <= exponent <= HIGHEST:
        raise NotInColumnsError(f"the logarithm {exponent}")
    if isinstance(value, Interval):
        if not isinstance(exponent, int):
            raise NotInColumnsError(f"{node.words or 'log10'}: a broken logarithm of what is worked out")
        is_positive = [negated(value.low.is_endless), value.low.number.copy() >= 0]
        return evolve(value, is_known=all_of(value.is_known, *is_positive)), exact(Fraction(10) ** exponent)
    known = Quantity(value.low, value.high, all_of(value.is_known, value.low.copy() >= 0))
    if isinstance(exponent, int):
        return known, exact(Fraction(10) ** exponent)
    # No thousandth is the power itself; any number between the two around it tells them apart as it does.
    return known, Fraction(2 * thousandths_below(exponent) + 1, UNIT)


def thousandths_below(exponent: Fraction) -> int:
    """The thousandths in 10^exponent, a root that is taken in whole numbers: the greatest whose power is below.

    >>> thousandths_below(Fraction(1, 2)), thousandths_below(Fraction(-1, 2))
    (3162, 316)
    """
    top, root = exponent.numerator, exponent.denominator
    limit, scale = SCALE**root * 10 ** max(top, 0), 10 ** max(-top, 0)
    low, high = 0, SCALE * 10 ** (HIGHEST + 1)
    while high - low > 1:
        middle = (low + high) // 2
        if middle**root * scale <= limit:
            low = middle
        else:
            high = middle
    return low
