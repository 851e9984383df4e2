"""Plain things about figures: exact until the last step, and nothing that is not a number ever let through."""

from collections.abc import Sequence
from fractions import Fraction
from math import isfinite

from protocol_dsl.base.numbers import Number, Range, exact


def finite(value: float) -> float | None:
    """What scipy computed as a plain number; ``None`` for what is none or has no end."""
    found = float(value)
    return found if isfinite(found) else None


def as_range(value: Number | Range) -> Range:
    """The interval of a value; a point is an interval of one number."""
    return value if isinstance(value, Range) else Range(value, value)


def settled(value: Range) -> Number | Range:
    """A number where only one is possible."""
    return exact(value.low) if value.low is not None and value.low == value.high else value


def share(part: int, whole: int) -> Number:
    """A part of a whole, exactly."""
    return exact(Fraction(part, whole))


def floats(values: Sequence[Number]) -> list[float]:
    """The last step: what is handed to scipy."""
    return [float(value) for value in values]
