"""Figures of endpoints as words and as JSON numbers: six decimals, half away from zero; never a NaN."""

from fractions import Fraction

from protocol_dsl.base.numbers import Number, Range, round_half_away, write_number, write_range
from protocol_dsl.model.estimates import Estimate, Figure

DECIMALS = 6
DIGITS = 6
SHOWN = 3
"""Decimals of the tables for people; every other format has six."""
SMALL = 0.0001
SHARES = ("proportion", "event-free")


def rounded(value: Number | float, decimals: int = DECIMALS) -> Number:
    """A number to so many decimals; what scipy computed is rounded from its exact binary value."""
    return round_half_away(Fraction(value) if isinstance(value, float) else value, decimals)


def settled(figure: Figure, decimals: int = DECIMALS) -> Number | Range:
    """A figure to so many decimals; an interval that six of them do not show is a number."""
    if not isinstance(figure, Range):
        return rounded(figure, decimals)
    low = None if figure.low is None else rounded(figure.low, decimals)
    high = None if figure.high is None else rounded(figure.high, decimals)
    if figure.low is not None and figure.high is not None and rounded(figure.low) == rounded(figure.high):
        return rounded(figure.low, decimals)
    if low is not None and low == high:
        return Range(low, high)
    return Range(low, high, figure.low_open, figure.high_open)


def words_of(figure: Figure | None, decimals: int = DECIMALS) -> str:
    """A figure in words: ``146``, ``< 50``, ``4.237946``; nothing for none."""
    if figure is None:
        return ""
    found = settled(figure, decimals)
    return write_range(found) if isinstance(found, Range) else write_number(found)


def percent(share: Figure | None) -> str:
    """A share with one decimal: ``21.7 %``."""
    if share is None or isinstance(share, Range):
        return ""
    number = round_half_away((Fraction(share) if isinstance(share, float) else share) * 100, 1)
    return f"{float(number):.1f} %"


def points(difference: Figure) -> str:
    """A difference of shares in percentage points, signed: ``+10.6``."""
    return (
        percent(difference).removesuffix(" %")
        if str(difference).startswith("-")
        else ("+" + percent(difference).removesuffix(" %"))
    )


def estimate_words(estimate: Estimate) -> str:
    """The value of an estimate, ``-`` where there is none."""
    if estimate.value is None:
        return "-"
    return percent(estimate.value) if estimate.statistic in SHARES else words_of(estimate.value, SHOWN)


def interval_words(estimate: Estimate) -> str:
    """The confidence interval: ``7.5 to 43.7 %``; ``52 to -`` where one side cannot be told; nothing for none."""
    if estimate.low is None and estimate.high is None:
        return ""
    if estimate.statistic in SHARES:
        return f"{percent(estimate.low).removesuffix(' %') or '-'} to {percent(estimate.high) or '-'}"
    return f"{words_of(estimate.low, SHOWN) or '-'} to {words_of(estimate.high, SHOWN) or '-'}"


def p_words(p: float) -> str:
    """``p = 0.5493``, ``p < 0.0001``.

    >>> p_words(0.54931), p_words(1e-9)
    ('p = 0.5493', 'p < 0.0001')
    """
    return "p < 0.0001" if p < SMALL else f"p = {p:.4f}"


def number(figure: Figure | None) -> int | float | None:
    """A figure as a JSON number; ``None`` for none and for an interval."""
    if figure is None:
        return None
    found = settled(figure)
    if isinstance(found, Range):
        return None
    return found if isinstance(found, int) else float(found)


def end(figure: Figure | None, side: str) -> int | float | None:
    """The end of a confidence interval; of an interval its own end on that side."""
    if isinstance(figure, Range):
        return number(figure.low if side == "low" else figure.high)
    return number(figure)


def significant(p: float | None) -> float | None:
    """A probability with six significant digits, so that a small one is not nought."""
    return None if p is None else float(f"{p:.{DIGITS}g}")
