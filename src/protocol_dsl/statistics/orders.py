"""Order: quartiles and medians of numbers and intervals, their confidence intervals, Wilcoxon's test.

A quantile of intervals is the interval between the quantile of the lower ends and that of the upper ends: whatever the
values are, their quantile lies there.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from scipy import stats

from protocol_dsl.base.numbers import Number, Range, exact
from protocol_dsl.statistics.figures import as_range, finite, settled

End: TypeAlias = tuple[Number | None, bool]
"""A lower end, ``None`` for no end, and whether it is left out."""
HALF = Fraction(1, 2)


def quantile(values: Sequence[Number | Range], share: Fraction) -> Number | Range:
    """SAS type 2 (``averaged_inverted_cdf`` of numpy): the mean of two values where the share falls between them.

    >>> quantile([1, 2, 3, 4], HALF), quantile([1, 2, Range(0, 50, high_open=True)], HALF)
    (Fraction(5, 2), Range(low=1, high=2, low_open=False, high_open=False))
    """
    ranges = [as_range(value) for value in values]
    low, low_open = lower_quantile([(one.low, one.low_open) for one in ranges], share)
    # An upper end is the lower end of the negatives.
    negatives = [(None if one.high is None else -one.high, one.high_open) for one in ranges]
    high, high_open = lower_quantile(negatives, 1 - share)
    return settled(Range(low, None if high is None else -high, low_open, high_open))


def lower_quantile(ends: Sequence[End], share: Fraction) -> End:
    """The quantile of lower ends; an absent one lies below all others."""
    ordered = sorted(ends, key=lambda end: (end[0] is not None, end[0] or 0, end[1]))
    place = len(ordered) * share
    if place.denominator != 1:
        return ordered[int(place)]
    pair = ordered[int(place) - 1 : int(place) + 1]
    numbers = [number for number, _ in pair if number is not None]
    if len(numbers) < len(pair):
        return None, False
    return exact(Fraction(sum(numbers), len(pair))), any(is_open for _, is_open in pair)


def extremes(values: Sequence[Number | Range]) -> tuple[Number | Range, Number | Range]:
    """The least and the greatest value."""
    ranges = [as_range(value) for value in values]
    low, low_open = min_end([(one.low, one.low_open) for one in ranges])
    capped, cap_open = min_upper(ranges)
    high, high_open = min_end([(None if one.high is None else -one.high, one.high_open) for one in ranges])
    floored, floor_open = min_upper([one.negated() for one in ranges])
    least = Range(low, capped, low_open, cap_open)
    greatest = Range(None if floored is None else -floored, None if high is None else -high, floor_open, high_open)
    return settled(least), settled(greatest)


def min_end(ends: Sequence[End]) -> End:
    """The least of lower ends."""
    return min(ends, key=lambda end: (end[0] is not None, end[0] or 0, end[1]))


def min_upper(ranges: Sequence[Range]) -> End:
    """The least of upper ends; an absent one lies above all others."""
    found = [(one.high, one.high_open) for one in ranges if one.high is not None]
    return min(found, key=lambda end: (end[0], not end[1])) if found else (None, False)


def median_interval(
    values: Sequence[Number | Range], level: float
) -> tuple[Number | Range | None, Number | Range | None]:
    """The exact interval of a median, from the order of the values alone; nothing from too few of them.

    scipy is asked about the places 0, 1, 2, ..., which are read back in the values: so the ends stay exact.
    """
    found = stats.quantile_test(np.arange(len(values)), p=0.5).confidence_interval(level)
    low, high = finite(found.low), finite(found.high)
    ranges = [as_range(value) for value in values]
    lows = sorted(ranges, key=lambda one: (one.low is not None, one.low or 0, one.low_open))
    highs = sorted(ranges, key=lambda one: (one.high is None, one.high or 0, not one.high_open))
    return (
        None if low is None else settled(lows[int(low)]),
        None if high is None else settled(highs[int(high)]),
    )


def ranked(values: Sequence[Number | Range]) -> list[int] | str:
    """The place of each value among the different ones; else which two cannot be put in order.

    Two values written alike tie: two readings below one detection limit. A value that may be below or above another
    has no rank.
    """
    ordered = sorted(
        {as_range(value) for value in values},
        key=lambda one: (one.low is not None, one.low or 0, one.low_open, one.high is None, one.high or 0),
    )
    for one, other in pairwise(ordered):
        if not is_below(one, other):
            return "some values have no order, because one is an interval that holds another"
    places = {each: place for place, each in enumerate(ordered)}
    return [places[as_range(value)] for value in values]


def is_below(one: Range, other: Range) -> bool:
    """Whether every value of ``one`` lies below every value of ``other``."""
    if one.high is None or other.low is None:
        return False
    return one.high < other.low or (one.high == other.low and (one.high_open or other.low_open))


def wilcoxon(one: Sequence[Number | Range], other: Sequence[Number | Range]) -> float | str:
    """The two-sided p of Wilcoxon's rank sum test: scipy's asymptotic form, ties and continuity corrected.

    Else the words that say why there is none.
    """
    if not one or not other:
        return "an arm has no value"
    places = ranked([*one, *other])
    if isinstance(places, str):
        return places
    if len(set(places)) == 1:
        return "every value is the same"
    found = stats.mannwhitneyu(
        places[: len(one)], places[len(one) :], alternative="two-sided", method="asymptotic", use_continuity=True
    )
    p = finite(found.pvalue)
    return "it cannot be computed" if p is None else p
