"""The limits of normal in a value or a test, each with the readings whose limits they are."""

from collections.abc import Callable
from typing import get_args

from attrs import evolve

from protocol_dsl.base.values import every
from protocol_dsl.model.expressions import (
    Arithmetic,
    DefinedValue,
    LimitOfNormal,
    OfReadings,
    Rounded,
    Value,
)


def held_together(*values: Value) -> tuple[Value, ...]:
    """Values that stand side by side: each limit that is of no readings yet is of those beside it, if there are any.

    Sums and quotients come before the comparison that they stand in: a limit is of the nearest readings.
    """
    if not any(is_loose(limit) for limit in every(LimitOfNormal, values)):
        return values
    read = tuple(dict.fromkeys(every(get_args(OfReadings), values)))

    def with_readings(limit: LimitOfNormal) -> LimitOfNormal:
        return evolve(limit, of=tuple(one for one in read if one.measure == limit.measure))

    return tuple(changed(value, with_readings) for value in values)


def held_to_each(limit: Value, measure: str) -> Value:
    """What each reading of a measure is held to by itself."""
    return changed(limit, lambda one: evolve(one, of_each=True) if one.measure == measure else one)


def is_loose(limit: LimitOfNormal) -> bool:
    """Whether a limit is of no readings yet."""
    return not limit.of and not limit.of_each


def changed(value: Value, change: Callable[[LimitOfNormal], LimitOfNormal]) -> Value:
    """A value with its loose limits changed."""
    match value:
        case LimitOfNormal() if is_loose(value):
            return change(value)
        case Arithmetic(left=left, right=right):
            return evolve(value, left=changed(left, change), right=changed(right, change))
        case Rounded(value=inner) | DefinedValue(value=inner):
            return evolve(value, value=changed(inner, change))
        case _:
            return value
