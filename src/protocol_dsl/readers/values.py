"""Values of tables that hold more than text, as the text a CSV file would have."""

import datetime as dt
import math
from collections.abc import Mapping, Sized
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias
from uuid import UUID

MIDNIGHT = dt.time()

Plain: TypeAlias = object
"""Whatever a table holds; only the kinds named here are used."""


class Pairs(list[tuple[str, Plain]]):
    """A JSON object, its keys in order and as often as they are given."""


class NoTextError(ValueError):
    """A value that no cell can hold: a list, an object; its words say what it is."""


class NoNumber(str):
    """``NaN``, ``Infinity`` or ``-Infinity`` in JSON, as it is written: it is no text there."""

    __slots__ = ()


def is_no_number(value: Plain, text: str) -> bool:
    """Whether a value, which is written so, is a number that is none: NaN or an infinity, of whatever library.

    >>> is_no_number(float("nan"), "nan"), is_no_number("nan", "nan"), is_no_number(1.0, "1")
    (True, False, False)
    """
    return (isinstance(value, NoNumber) or not isinstance(value, str)) and text.lower().lstrip("-s") in NO_NUMBERS


NO_NUMBERS = ("nan", "inf", "infinity")


def cell_text(value: Plain) -> str:
    """The text of one value; nothing is empty, a date is ISO 8601, a number all its digits.

    Raises:
        NoTextError: It is a list, an object, or of another kind that no cell holds.

    >>> cell_text(None), cell_text(True), cell_text(1e-7), cell_text(dt.date(2004, 6, 14))
    ('', 'yes', '0.0000001', '2004-06-14')
    """
    match value:
        case None:
            return ""
        case str():
            return whole(value)
        case bool():
            return "yes" if value else "no"
        case int():
            return hex(value) if value.bit_length() > LONGEST_NUMBER else str(value)
        case float():
            if not math.isfinite(value):
                return str(value)
            return str(int(value)) if value.is_integer() and abs(value) < EXACT else format(Decimal(repr(value)), "f")
        case Decimal():
            return format(value, "f") if value.is_finite() and abs(value.adjusted()) < LONGEST_NUMBER else str(value)
        case dt.datetime():
            # A column of timestamps writes midnight where only the day is known.
            known = value.date() if value.time() == MIDNIGHT else value.replace(tzinfo=None)
            return known.isoformat()
        case dt.date():
            return value.isoformat()
        case _:
            return _other(value)


EXACT = 2**53
"""Whole numbers below this are themselves as a float."""

LONGEST_NUMBER = 1000
"""Bits or digits beyond which a number is not written out: it is refused either way."""


def _other(value: Plain) -> str:
    if isinstance(value, (Fraction, UUID)):
        return str(value)
    if isinstance(value, (Mapping, Pairs)):
        raise NoTextError("an object stands where a text or a number is expected")
    if isinstance(value, (list, tuple, set, frozenset)):
        raise NoTextError("a list stands where a text or a number is expected")
    if isinstance(value, (bytes, bytearray)):
        raise NoTextError("bytes stand where a text or a number is expected")
    item = getattr(value, "item", None)  # a scalar of an array library: it can become a plain value
    plain = item() if callable(item) else value
    if type(plain) is type(value):
        raise NoTextError(f"a {type(value).__name__} stands where a text or a number is expected")
    return cell_text(plain)


def whole(text: str) -> str:
    """``text`` with halves of characters, which no file can hold, replaced."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def kind(value: object) -> str:
    """A value that is no text, for a message: not written out, since it may be of any depth and length."""
    count = f" of {len(value)}" if isinstance(value, Sized) else ""
    match value:
        case Mapping() | Pairs():
            name = "object"
        case list() | tuple() | set() | frozenset():
            name = "list"
        case bytearray():
            name = "bytes"
        case _:
            name = type(value).__name__.lower()
    return f"({name}{count})"
