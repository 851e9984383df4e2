"""What a participant must be like so that a test comes out as wished: a test taken apart into single facts."""

from collections.abc import Iterator
from typing import TypeAlias, assert_never

from attrs import frozen

from protocol_dsl.base.numbers import Number
from protocol_dsl.model import expressions as ex


@frozen
class NumberWish:
    """A value that lies from ``low`` to ``high``; ``None`` leaves a side open."""

    value: ex.Value
    low: Number | None = None
    high: Number | None = None
    low_open: bool = False
    high_open: bool = False


@frozen
class ChoiceWish:
    """A value that is one of the choices, or none of them."""

    value: ex.Value
    choices: tuple[str, ...]
    wanted: bool


@frozen
class HistoryWish:
    """A condition, events or an exposure that are there, or are not."""

    test: ex.IsConfirmed | ex.ExposedTo | ex.OnDrugs | ex.Happens
    wanted: bool


Wish: TypeAlias = NumberWish | ChoiceWish | HistoryWish

OPPOSITE: dict[ex.Operator, ex.Operator] = {"<": ">=", ">=": "<", ">": "<=", "<=": ">", "=": "!=", "!=": "="}


def wishes(test: ex.Test, *, wanted: bool) -> Iterator[Wish]:
    """Wishes that together make ``test`` met (or not met, when it is not wanted).

    A test between two facts, or one this room cannot bring about, gives no wish; whoever plants departures checks.
    """
    match test:
        case ex.And(parts=parts) | ex.Or(parts=parts):
            # All parts of a met `and` and of a refused `or`; the first part is enough for the other two.
            together = isinstance(test, ex.And) == wanted
            for part in parts if together else parts[:1]:
                yield from wishes(part, wanted=wanted)
        case ex.AtLeast(count=count, tests=tests):
            for position, part in enumerate(tests):
                yield from wishes(part, wanted=wanted and position < count)
        case ex.Not(part=part):
            yield from wishes(part, wanted=not wanted)
        case ex.DefinedTest(test=inner):
            yield from wishes(inner, wanted=wanted)
        case ex.Compare(left=left, operator=operator, right=ex.Constant(number=number)):
            yield from number_wish(left, operator if wanted else OPPOSITE[operator], number)
        case ex.Between(value=value, low=ex.Constant(number=low), high=ex.Constant(number=high)):
            yield NumberWish(value, low, high) if wanted else NumberWish(value, high, None, low_open=True)
        case ex.IsOneOf(value=value, choices=choices):
            yield ChoiceWish(value, choices, wanted)
        case ex.IsConfirmed() | ex.ExposedTo() | ex.OnDrugs() | ex.Happens():
            yield HistoryWish(test, wanted)
        case ex.Compare() | ex.Between() | ex.IsRecorded() | ex.Consecutive():
            return
        case _:
            assert_never(test)


def number_wish(value: ex.Value, operator: ex.Operator, number: Number) -> Iterator[Wish]:
    """The side of ``number`` on which the value should lie."""
    match operator:
        case "<" | "<=":
            yield NumberWish(value, None, number, high_open=operator == "<")
        case ">" | ">=":
            yield NumberWish(value, number, None, low_open=operator == ">")
        case "=":
            yield NumberWish(value, number, number)
        case "!=":
            yield NumberWish(value, number + 1, None)
        case _:
            assert_never(operator)


def joined(found: Iterator[Wish]) -> tuple[Wish, ...]:
    """The wishes with those about the same number made one, narrower on both sides."""
    numbers: dict[ex.Value, NumberWish] = {}
    others: list[Wish] = []
    for wish in found:
        if not isinstance(wish, NumberWish):
            others.append(wish)
        elif wish.value not in numbers:
            numbers[wish.value] = wish
        else:
            numbers[wish.value] = narrower(numbers[wish.value], wish)
    return (*numbers.values(), *others)


def narrower(one: NumberWish, other: NumberWish) -> NumberWish:
    """Both wishes at once."""
    low, low_open = one.low, one.low_open
    if other.low is not None and (low is None or other.low > low):
        low, low_open = other.low, other.low_open
    high, high_open = one.high, one.high_open
    if other.high is not None and (high is None or other.high < high):
        high, high_open = other.high, other.high_open
    return NumberWish(one.value, low, high, low_open, high_open)
