"""Exact numbers, and ranges of them: the values a fact may have. No binary floats anywhere."""

import re
from collections.abc import Iterable
from fractions import Fraction
from typing import TypeAlias

from protocol_dsl.base.values import frozen

Number: TypeAlias = int | Fraction
"""A whole number, or a fraction that is not whole; never anything else."""

PLAIN = re.compile(r"[+-]?(\d+(?:\.\d*)?|\.\d+)(?:[eE]([+-]?\d+))?", re.ASCII)
LIMIT = re.compile(r"(<=|>=|<|>|≤|≥)\s*(.*)", re.DOTALL)
BEFORE_POINT = 18
AFTER_POINT = 9
LONGEST = 64
DECIMALS = 6
LONG_RUN = 3
NOT_NUMBERS = {"nan", "na", "n/a", "null", "none", "."}
INFINITIES = {"inf", "infinity", "+inf", "-inf", "+infinity", "-infinity"}


class NumberError(ValueError):
    """A text that is no number; the message says why in plain words."""


def exact(value: int | Fraction) -> Number:
    """``value`` as a whole number where it is one."""
    return value.numerator if value.denominator == 1 else value


def literal_number(text: str) -> Number:
    """A number as a protocol writes it: digits, grouped by ``_``, with at most one point.

    >>> literal_number("10_000"), literal_number("4.5")
    (10000, Fraction(9, 2))
    """
    plain = text.replace("_", "")
    return int(plain) if plain.isdecimal() else exact(Fraction(plain))


def data_number(text: str) -> Number:
    """A number as a data cell holds it: ``199``, ``-3.5``, ``1e3``; at most 18 digits before and 9 after the point.

    Raises:
        NumberError: it is no such number; the message says what stands there instead.

    >>> data_number("1e3")
    1000
    """
    plain = text.strip()
    if len(plain) > LONGEST:
        raise NumberError("too long for a number")
    found = PLAIN.fullmatch(plain)
    if found is None:
        raise NumberError(why_no_number(plain))
    whole, _, decimals = found[1].partition(".")
    digits = (whole + decimals).lstrip("0")
    if not digits:
        return 0
    # Counted before anything is worked out: 1e999 is never a number of a thousand digits.
    last_place = len(decimals) - int(found[2] or 0)
    if len(digits) - last_place > BEFORE_POINT:
        raise NumberError(f"a number with more than {BEFORE_POINT} digits before the point")
    if last_place - (len(digits) - len(digits.rstrip("0"))) > AFTER_POINT:
        raise NumberError(f"a number with more than {AFTER_POINT} digits after the point")
    return exact(Fraction(plain))


def why_no_number(text: str) -> str:
    """The sentence that says why a cell is no number."""
    folded = text.casefold()
    if not text:
        return "no number is given"
    if folded in INFINITIES:
        return "infinity is no reading"
    if folded in NOT_NUMBERS:
        return f"{text} is no number (leave the cell empty when nothing was measured)"
    if re.fullmatch(r"[+-]?\d+,\d+", text, re.ASCII):
        return f"{text} has a comma where a decimal point is expected"
    if re.fullmatch(r"[+-]?\d{1,3}(?:[ ,'_\u00a0\u202f]\d{3})+(?:\.\d+)?", text, re.ASCII):
        return f"{text} has its digits grouped; write them without"
    if any(sign.isdigit() and not sign.isascii() for sign in text):
        return f"{text} is not written with the digits 0 to 9"
    number, _, rest = text.partition(" ")
    if PLAIN.fullmatch(number) and rest.strip()[:1].isalpha():
        return f"not a number alone: {rest.strip()} does not belong in this cell"
    return "not a number"


def write_number(value: Number) -> str:
    """``value`` with at most 6 decimals, half away from zero, trailing zeros cut.

    >>> write_number(Fraction(2, 3)), write_number(Fraction(-1, 2)), write_number(10000)
    ('0.666667', '-0.5', '10000')
    """
    if isinstance(value, int):
        return str(value)
    scaled = round_half_away(value * 10**DECIMALS, 0)
    whole, rest = divmod(abs(int(scaled)), 10**DECIMALS)
    sign = "-" if scaled < 0 else ""
    return f"{sign}{whole}.{rest:0{DECIMALS}}".rstrip("0").rstrip(".")


def several(count: int, noun: str) -> str:
    """How many there are of something: ``1 day``, ``3 days``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def write_run(numbers: Iterable[int]) -> str:
    """Whole numbers, three or more in a row by the first and the last.

    >>> write_run([1, 2, 4, 5, 6, 9])
    '1, 2, 4 to 6, 9'
    """
    rows: list[list[int]] = []
    for number in numbers:
        if rows and number == rows[-1][-1] + 1:
            rows[-1].append(number)
        else:
            rows.append([number])
    words = (f"{row[0]} to {row[-1]}" if len(row) >= LONG_RUN else ", ".join(map(str, row)) for row in rows)
    return ", ".join(words)


def round_half_away(value: Number, decimals: int) -> Number:
    """``value`` rounded to ``decimals``, half away from zero; -1 rounds to tens.

    >>> round_half_away(Fraction(5, 2), 0), round_half_away(Fraction(-5, 2), 0), round_half_away(1255, -1)
    (3, -3, 1260)
    """
    # A whole number to a negative power would be a float; a fraction stays one.
    power = Fraction(10) ** decimals
    scaled = value * power
    whole = (abs(scaled.numerator) * 2 + scaled.denominator) // (scaled.denominator * 2)
    return exact((whole if scaled >= 0 else -whole) / power)


@frozen
class Range:
    """The values a fact may have, of which there is at least one: from ``low`` to ``high``.

    ``None`` is without bound on that side; an open end is itself no value.

    Raises:
        ValueError: there is no such value.
    """

    low: Number | None = None
    high: Number | None = None
    low_open: bool = False
    high_open: bool = False

    def __attrs_post_init__(self) -> None:
        """Hold what the class says: a fact has at least one possible value."""
        if self.low is None or self.high is None or self.low < self.high:
            return
        if self.low > self.high or self.low_open or self.high_open:
            raise ValueError(f"no value lies from {self.low} to {self.high}")

    @classmethod
    def point(cls, value: Number) -> "Range":
        """The one value ``value``."""
        return cls(value, value)

    @property
    def is_point(self) -> bool:
        """Whether only one value is possible."""
        return self.low is not None and self.low == self.high

    def may_be(self, value: Number) -> bool:
        """Whether ``value`` is one of the values."""
        is_above = self.low is None or self.low < value or (self.low == value and not self.low_open)
        is_below = self.high is None or value < self.high or (self.high == value and not self.high_open)
        return is_above and is_below

    def is_outside(self, low: Number, high: Number) -> bool:
        """Whether none of the values lies from ``low`` to ``high``, both included."""
        is_below = self.high is not None and (self.high < low or (self.high == low and self.high_open))
        is_above = self.low is not None and (self.low > high or (self.low == high and self.low_open))
        return is_below or is_above

    def plus(self, other: "Range") -> "Range":
        """The sums that are possible."""
        low = None if self.low is None or other.low is None else exact(self.low + other.low)
        high = None if self.high is None or other.high is None else exact(self.high + other.high)
        low_open = low is not None and (self.low_open or other.low_open)
        high_open = high is not None and (self.high_open or other.high_open)
        return Range(low, high, low_open, high_open)

    def negated(self) -> "Range":
        """The negatives that are possible."""
        low = None if self.high is None else -self.high
        high = None if self.low is None else -self.low
        return Range(low, high, self.high_open, self.low_open)

    def minus(self, other: "Range") -> "Range":
        """The differences that are possible."""
        return self.plus(other.negated())

    def scaled(self, factor: Number) -> "Range":
        """The multiples that are possible; ``factor`` may be negative."""
        if factor == 0:
            return Range(0, 0)
        if factor < 0:
            return self.negated().scaled(-factor)
        low = None if self.low is None else exact(self.low * factor)
        high = None if self.high is None else exact(self.high * factor)
        return Range(low, high, self.low_open, self.high_open)

    def times(self, other: "Range") -> "Range":
        """The products that are possible."""
        if self.is_point and self.low is not None:
            return other.scaled(self.low)
        if other.is_point and other.low is not None:
            return self.scaled(other.low)
        return hull_of_ends(product_end(one, other_end) for one in ends(self) for other_end in ends(other))

    def over(self, other: "Range") -> "Range | None":
        """The quotients that are possible; ``None`` when the divisor is zero, every value when it may be zero."""
        if other.low == 0 and other.high == 0:
            return None
        return Range() if other.may_be(0) else self.times(reciprocal(other))


End: TypeAlias = tuple[Number | None, bool, int]
"""A bound, whether it is open, and for an absent bound the side it is absent on (-1 or 1)."""


def ends(of: Range) -> tuple[End, End]:
    """Both ends of a range."""
    return (of.low, of.low_open or of.low is None, -1), (of.high, of.high_open or of.high is None, 1)


def product_end(one: End, other: End) -> End:
    """The product of two ends; zero times an absent bound is zero."""
    (a, a_open, a_side), (b, b_open, b_side) = one, other
    if a is not None and b is not None:
        # A closed zero makes the product zero whatever the other end, so that it is reached.
        closed_zero = (a == 0 and not a_open) or (b == 0 and not b_open)
        return exact(a * b), (a_open or b_open) and not closed_zero, 0
    if a == 0 or b == 0:
        return 0, (a_open if a == 0 else b_open), 0
    sign_a = a_side if a is None else (1 if a > 0 else -1)
    sign_b = b_side if b is None else (1 if b > 0 else -1)
    return None, True, sign_a * sign_b


def hull_of_ends(found: Iterable[End]) -> Range:
    """The range from the least to the greatest of some ends."""
    listed = list(found)
    known = [(value, is_open) for value, is_open, _ in listed if value is not None]
    unbounded_low = any(value is None and side < 0 for value, _, side in listed)
    unbounded_high = any(value is None and side > 0 for value, _, side in listed)
    low = None if unbounded_low or not known else min(value for value, _ in known)
    high = None if unbounded_high or not known else max(value for value, _ in known)
    low_open = low is not None and all(is_open for value, is_open in known if value == low)
    high_open = high is not None and all(is_open for value, is_open in known if value == high)
    return Range(low, high, low_open, high_open)


def reciprocal(of: Range) -> Range:
    """One divided by a range that holds no zero: an absent bound becomes zero, and a zero left out no bound.

    >>> reciprocal(Range(0, 4, low_open=True))
    Range(low=Fraction(1, 4), high=None, low_open=False, high_open=False)
    """
    low, low_open = (0, True) if of.high is None else inverse_end(of.high, is_open=of.high_open)
    high, high_open = (0, True) if of.low is None else inverse_end(of.low, is_open=of.low_open)
    return Range(low, high, low_open, high_open)


def inverse_end(end: Number, *, is_open: bool) -> tuple[Number | None, bool]:
    """One divided by an end, and whether it is open; near a zero that is left out there is no bound."""
    return (exact(Fraction(1) / end), is_open) if end else (None, False)


def hull(ranges: Iterable[Range]) -> Range:
    """The least range that holds all of ``ranges``, of which there is at least one."""
    listed = list(ranges)
    low = None if any(one.low is None for one in listed) else min(one.low for one in listed if one.low is not None)
    high = None if any(one.high is None for one in listed) else max(one.high for one in listed if one.high is not None)
    low_open = low is not None and all(one.low_open for one in listed if one.low == low)
    high_open = high is not None and all(one.high_open for one in listed if one.high == high)
    return Range(low, high, low_open, high_open)


def parse_reading(text: str, *, may_be_negative: bool = False) -> Number | Range:
    """A number, or the range beyond a limit: ``<50`` is at least 0 and below 50; none is negative unless it may be.

    Raises:
        NumberError: it is neither.

    >>> parse_reading("< 50")
    Range(low=0, high=50, low_open=False, high_open=True)
    """
    found = LIMIT.fullmatch(text.strip())
    if found is None:
        value = data_number(text)
        if value < 0 and not may_be_negative:
            raise NumberError(f"{text.strip()} is below zero: this measure is never negative")
        return value
    sign, limit = found[1], data_number(found[2])
    if sign in {">", ">=", "≥"}:
        return Range(limit, None, low_open=sign == ">")
    floor = None if may_be_negative else 0
    is_open = sign == "<"
    if floor is not None and (limit < floor or (is_open and limit == floor)):
        raise NumberError(f"{text.strip()} leaves no value: this measure is never negative")
    return Range(floor, limit, high_open=is_open)


def write_range(value: Range) -> str:
    """A range in words: ``199``, ``< 50``, ``50 to 199``, ``above 50 to below 100``, ``>= 750000``, ``any value``.

    >>> write_range(Range(0, 50, high_open=True)), write_range(Range(750000, None))
    ('< 50', '>= 750000')
    """
    if value.is_point and value.low is not None:
        return write_number(value.low)
    if value.high is None:
        if value.low is None:
            return "any value"
        return f"{'>' if value.low_open else '>='} {write_number(value.low)}"
    if value.low is None or (value.low == 0 and not value.low_open and value.high_open):
        return f"{'<' if value.high_open else '<='} {write_number(value.high)}"
    more = "above " if value.low_open else ""
    less = "below " if value.high_open else ""
    return f"{more}{write_number(value.low)} to {less}{write_number(value.high)}"
