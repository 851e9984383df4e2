"""Tests that set limits on one value alone: the numbers with which they are met, held to each other directly."""

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor

from attrs import evolve

from protocol_dsl.base.numbers import Number
from protocol_dsl.base.values import frozen
from protocol_dsl.model import expressions as model
from protocol_dsl.semantics.decide.unknowns import (
    Domains,
    Leaf,
    Numbers,
    Unknown,
    domain,
    is_log,
    limits,
    unknown_of,
)

End = tuple[Number, int]
"""A limit, and -1, 0 or 1: just below it, at it, just above it."""

OPPOSITE: dict[model.Operator, model.Operator] = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


@frozen
class Range:
    """The numbers of ``unknown`` from one end to the other; ``None`` where there is no such end."""

    unknown: Unknown
    low: End | None = None
    high: End | None = None

    def meeting(self, other: "Range") -> "Range":
        """The numbers of both."""
        lows = [end for end in (self.low, other.low) if end is not None]
        highs = [end for end in (self.high, other.high) if end is not None]
        return evolve(self, low=max(lows, default=None), high=min(highs, default=None))

    def covers(self, other: "Range") -> bool:
        """Whether it has every number of another range, which is not empty."""
        is_from = self.low is None or (other.low is not None and other.low >= self.low)
        return is_from and (self.high is None or (other.high is not None and other.high <= self.high))


def is_common(ranges: Sequence[Range]) -> bool:
    """Whether some number is in all of some ranges of one value."""
    lows = [each.low for each in ranges if each.low is not None]
    highs = [each.high for each in ranges if each.high is not None]
    return not lows or not highs or max(lows) <= min(highs)


def whole(unknown: Unknown, domains: Domains) -> Range | None:
    """Every number that a value may be; ``None`` where it is no number."""
    kind = domain(unknown, domains)
    if not isinstance(kind, Numbers):
        return None
    return Range(unknown, None if kind.least is None else (kind.least, 0))


def range_of(test: model.Test, domains: Domains, *, is_met: bool = True) -> Range | None:
    """The numbers with which a test is met, or is not; ``None`` where it asks more than limits on one value.

    A value is taken to be recorded, as nothing but limits is asked of it.
    """
    match test:
        case model.DefinedTest(test=inner):
            return range_of(inner, domains, is_met=is_met)
        case model.Not(part=part):
            return range_of(part, domains, is_met=not is_met)
        case model.And(parts=parts) if is_met:
            return common(parts, domains)
        case model.Compare() | model.Between():
            return limited(test, domains, is_met=is_met)
        case _:
            return None


def common(parts: tuple[model.Test, ...], domains: Domains) -> Range | None:
    """The numbers with which every part is met."""
    first, *others = (range_of(part, domains) for part in parts)
    for other in others:
        if first is None or other is None or other.unknown != first.unknown:
            return None
        first = first.meeting(other)
    return first


def limited(leaf: Leaf, domains: Domains, *, is_met: bool) -> Range | None:
    """The numbers with which one comparison is met, or is not."""
    unknown, found = unknown_of(leaf), limits(leaf)
    if found is None or unknown is leaf or is_log(leaf) or (full := whole(unknown, domains)) is None:
        return None
    asked = found[1]
    if not is_met:
        if len(asked) > 1 or asked[0][0] not in OPPOSITE:
            return None
        asked = ((OPPOSITE[asked[0][0]], asked[0][1]),)
    is_whole = domain(unknown, domains) == Numbers(None if full.low is None else full.low[0], is_whole=True)
    for operator, limit in asked:
        if operator == "!=":
            return None
        full = full.meeting(between(unknown, operator, limit, is_whole=is_whole))
    return full


def between(unknown: Unknown, operator: model.Operator, limit: Number, *, is_whole: bool) -> Range:
    """The numbers on one side of a limit; of whole numbers the ends are numbers themselves.

    >>> between(model.AttributeValue("pulse"), ">", 60, is_whole=True).low
    (61, 0)
    """
    low: End | None = None
    high: End | None = None
    if operator in {">", ">=", "="}:
        low = (limit, int(operator == ">"))
    if operator in {"<", "<=", "="}:
        high = (limit, -int(operator == "<"))
    if is_whole:
        low = low and (ceil(Fraction(limit)) if low[1] == 0 else floor(Fraction(limit)) + 1, 0)
        high = high and (floor(Fraction(limit)) if high[1] == 0 else ceil(Fraction(limit)) - 1, 0)
    return Range(unknown, low, high)
