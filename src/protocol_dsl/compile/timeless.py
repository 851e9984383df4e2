"""Values as they are on whatever day: those that no day changes, and all readings of which some are picked on each."""

from attrs import evolve

from protocol_dsl.compile.values import bare
from protocol_dsl.model.expressions import (
    AgeAt,
    AttributeValue,
    Change,
    Constant,
    ConstantDate,
    DaysBetween,
    LimitOfNormal,
    OfReadings,
    Pick,
    ReadingAt,
    Value,
)
from protocol_dsl.model.points import Period

TIMELESS = (Constant, ConstantDate, AttributeValue, AgeAt, DaysBetween)
"""Values that are the same on every day."""


def read_at(node: Change) -> tuple[ReadingAt, ReadingAt]:
    """The readings from which, and to which, a value changes."""
    start, end = (ReadingAt(node.measure, visit, words=node.words) for visit in (node.start, node.end))
    return start, end


def of_any(limit: LimitOfNormal) -> LimitOfNormal:
    """A limit of all readings of which one is picked on each day."""
    return evolve(limit, of=tuple(among(one) for one in limit.of))


def among(value: OfReadings) -> Pick:
    """All readings of which some are picked on each day, as a value that is taken from all of them."""
    if isinstance(value, Pick):
        return evolve(value, choice="highest")
    return Pick("highest", value.measure, Period(), recorded=True)


def is_timeless(node: Value) -> bool:
    """Whether a value is the same on every day."""
    return isinstance(bare(node), TIMELESS)
