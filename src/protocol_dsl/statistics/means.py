"""Means with their intervals, and rates."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from scipy import stats

from protocol_dsl.base.numbers import Number, Range, exact
from protocol_dsl.statistics.figures import as_range, finite, floats, settled

YEAR = Fraction(36525, 100)
"""Days of a year."""


def mean(values: Sequence[Number | Range]) -> Number | Range:
    """The mean, exactly; an interval where a value is one."""
    total = Range(0, 0)
    for value in values:
        total = total.plus(as_range(value))
    return settled(total.scaled(Fraction(1, len(values))))


def spread(values: Sequence[Number]) -> float | None:
    """The standard deviation (n - 1), of two values or more."""
    return finite(float(np.std(floats(values), ddof=1))) if len(values) > 1 else None


def mean_interval(values: Sequence[Number], level: float) -> tuple[float | None, float | None]:
    """Student's interval of a mean, of two values or more that are not all the same."""
    if len(set(values)) < 2:  # noqa: PLR2004 - a spread takes two
        return None, None
    found = stats.ttest_1samp(floats(values), 0.0).confidence_interval(level)
    return finite(found.low), finite(found.high)


def rate(events: int, days: int) -> Number:
    """Events in 100 person-years, exactly."""
    return exact(Fraction(events) * 100 * YEAR / days)


def rate_interval(events: int, days: int, level: float) -> tuple[float | None, float | None]:
    """The exact interval of a rate of Poisson events, from quantiles of chi squared."""
    tail, scale = (1 - level) / 2, float(100 * YEAR / days)
    low = 0.0 if not events else float(stats.chi2.ppf(tail, 2 * events)) / 2 * scale
    return low, finite(float(stats.chi2.ppf(1 - tail, 2 * events + 2)) / 2 * scale)
