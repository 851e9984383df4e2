"""Proportions: exact intervals, differences, Fisher's test."""

from fractions import Fraction
from math import sqrt

from scipy import stats

from protocol_dsl.base.numbers import Number, exact
from protocol_dsl.statistics.figures import finite


def exact_interval(events: int, n: int, level: float) -> tuple[float, float]:
    """The interval of Clopper and Pearson.

    >>> [round(end, 4) for end in exact_interval(0, 10, 0.95)]
    [0.0, 0.3085]
    """
    found = stats.binomtest(events, n).proportion_ci(level, method="exact")
    return float(found.low), float(found.high)


def newcombe(one: tuple[int, int], other: tuple[int, int], level: float) -> tuple[float, float]:
    """The interval of the difference of two proportions, each given as events and participants.

    Newcombe's hybrid of two score intervals, without continuity correction; scipy has the score intervals, and nothing
    for their difference.

    Source:
        Newcombe, Statistics in Medicine 1998;17:873-90, method 10; its first example is 56/70 against 48/80.

    >>> [round(end, 4) for end in newcombe((56, 70), (48, 80), 0.95)]
    [0.0524, 0.3339]
    """
    (a, m), (b, n) = one, other
    low_1, high_1 = wilson(a, m, level)
    low_2, high_2 = wilson(b, n, level)
    p, q = a / m, b / n
    difference = float(Fraction(a, m) - Fraction(b, n))
    return difference - sqrt((p - low_1) ** 2 + (high_2 - q) ** 2), difference + sqrt(
        (high_1 - p) ** 2 + (q - low_2) ** 2
    )


def wilson(events: int, n: int, level: float) -> tuple[float, float]:
    """The score interval of one proportion."""
    found = stats.binomtest(events, n).proportion_ci(level, method="wilson")
    return float(found.low), float(found.high)


def difference_of(one: tuple[int, int], other: tuple[int, int]) -> Number:
    """The difference of two proportions, exactly."""
    return exact(Fraction(*one) - Fraction(*other))


def fisher(one: tuple[int, int], other: tuple[int, int]) -> float | None:
    """The two-sided p of Fisher's exact test."""
    (a, m), (b, n) = one, other
    return finite(stats.fisher_exact([[a, m - a], [b, n - b]]).pvalue)
