"""What a participant must be like so that a test comes out as wished: a test taken apart into single facts."""

from collections.abc import Iterable, Iterator
from itertools import chain, combinations, islice, product
from typing import TypeAlias, assert_never

from attrs import evolve

from protocol_dsl.base.numbers import Number
from protocol_dsl.base.values import frozen
from protocol_dsl.model import expressions as ex

MOST_WAYS = 24
"""Ways of bringing a test about that are looked at: an ``and`` of many ``or`` has more than anybody needs."""


@frozen
class NumberWish:
    """A value that lies from ``low`` to ``high``; ``None`` leaves a side open. A date is the number of its day."""

    value: ex.Value
    low: Number | None = None
    high: Number | None = None
    low_open: bool = False
    high_open: bool = False

    @property
    def is_possible(self) -> bool:
        """Whether any number lies there."""
        if self.low is None or self.high is None:
            return True
        return self.low < self.high or (self.low == self.high and not (self.low_open or self.high_open))


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


@frozen
class Left:
    """A test that this room cannot bring about, and leaves to chance."""

    test: ex.Test
    wanted: bool


Wish: TypeAlias = NumberWish | ChoiceWish | HistoryWish | Left
Way: TypeAlias = tuple[Wish, ...]
"""Wishes that together make a test come out as wanted."""

OPPOSITE: dict[ex.Operator, ex.Operator] = {"<": ">=", ">=": "<", ">": "<=", "<=": ">", "=": "!=", "!=": "="}


def ways(test: ex.Test, *, wanted: bool) -> Iterator[Way]:
    """Ways in which ``test`` is met (or not met, when it is not wanted), the first ones if there are many."""
    match test:
        case ex.And(parts=parts) | ex.Or(parts=parts):
            # All parts of a met `and` and of a refused `or`; any one is enough for the other two.
            if isinstance(test, ex.And) == wanted:
                yield from together([ways(part, wanted=wanted) for part in parts])
            else:
                yield from chain.from_iterable(ways(part, wanted=wanted) for part in parts)
        case ex.AtLeast(count=count, tests=tests):
            for met in combinations(range(len(tests)), count if wanted else count - 1):
                yield from together([ways(part, wanted=number in met) for number, part in enumerate(tests)])
        case ex.Not(part=part):
            yield from ways(part, wanted=not wanted)
        case ex.DefinedTest(test=inner):
            yield from ways(inner, wanted=wanted)
        case ex.Compare(left=left, operator=operator, right=right):
            yield from compared(test, left, operator if wanted else OPPOSITE[operator], right, wanted=wanted)
        case ex.Between(value=value, low=ex.Constant(number=low), high=ex.Constant(number=high)) if can_be_made(value):
            within = (NumberWish(bare(value), low, high),)
            below = (NumberWish(bare(value), None, low, high_open=True),)
            above = (NumberWish(bare(value), high, None, low_open=True),)
            yield from (within,) if wanted else (above, below)
        case ex.IsOneOf(value=value, choices=choices) if can_be_made(value):
            yield (ChoiceWish(bare(value), choices, wanted),)
        case ex.IsConfirmed() | ex.ExposedTo() | ex.OnDrugs() | ex.Happens():
            yield (HistoryWish(test, wanted),)
        case ex.Between() | ex.IsOneOf() | ex.IsRecorded() | ex.Consecutive():
            yield (Left(test, wanted),)
        case _:
            assert_never(test)


def together(parts: list[Iterator[Way]]) -> Iterator[Way]:
    """One way of each part at once."""
    some = [tuple(islice(found, MOST_WAYS)) for found in parts]
    return (tuple(chain.from_iterable(chosen)) for chosen in islice(product(*some), MOST_WAYS))


def compared(test: ex.Test, left: ex.Value, operator: ex.Operator, right: ex.Value, *, wanted: bool) -> Iterator[Way]:
    """Ways in which a value is on the side of a constant that ``operator`` names."""
    match right:
        case ex.Constant(number=number) if can_be_made(left):
            yield from sides(bare(left), operator, number, number)
        case ex.ConstantDate(first=first, last=last) if can_be_made(left):
            yield from sides(bare(left), operator, first, last)
        case _:
            yield (Left(test, wanted),)


def sides(value: ex.Value, operator: ex.Operator, first: Number, last: Number) -> Iterator[Way]:
    """The sides of a limit (from ``first`` to ``last``, if it is a month or a year) on which a value may lie."""
    below, above = NumberWish(value, None, first, high_open=True), NumberWish(value, last, None, low_open=True)
    match operator:
        case "<":
            yield (below,)
        case "<=":
            yield (evolve(below, high_open=False),)
        case ">":
            yield (above,)
        case ">=":
            yield (evolve(above, low_open=False),)
        case "=":
            yield (NumberWish(value, first, last),)
        case "!=":
            yield (above,)
            yield (below,)
        case _:
            assert_never(operator)


def bare(value: ex.Value) -> ex.Value:
    """A value without the name that the protocol gave it."""
    return bare(value.value) if isinstance(value, ex.DefinedValue) else value


def can_be_made(value: ex.Value) -> bool:
    """Whether this room can give a participant such a value: everything but what is worked out from others."""
    return isinstance(bare(value), ex.AgeAt | ex.AttributeValue | ex.ReadingAt | ex.Pick)


def is_certain(way: Way) -> bool:
    """Whether a way leaves nothing to chance."""
    return not any(isinstance(wish, Left) for wish in way)


def joined(found: Iterable[Wish]) -> Way | None:
    """The wishes with those about one value made one; nothing where they cannot come true together."""
    numbers: dict[ex.Value, NumberWish] = {}
    others: dict[Wish, None] = {}
    for wish in found:
        if isinstance(wish, NumberWish):
            before = numbers.get(wish.value)
            numbers[wish.value] = wish if before is None else narrower(before, wish)
        elif isinstance(wish, ChoiceWish):
            if any(contradicts(wish, other) for other in others if isinstance(other, ChoiceWish)):
                return None
            others[wish] = None
        elif isinstance(wish, HistoryWish):
            if HistoryWish(wish.test, not wish.wanted) in others:
                return None
            others[wish] = None
        else:
            others[wish] = None
    if not all(wish.is_possible for wish in numbers.values()):
        return None
    return (*numbers.values(), *others)


def by_measure(way: Way) -> dict[str, NumberWish | ChoiceWish]:
    """For each measure one wish about all its readings, if there is one that makes all of a way come true."""
    found: dict[str, NumberWish | ChoiceWish | None] = {}
    for wish in way:
        if not (isinstance(wish, NumberWish | ChoiceWish) and isinstance(wish.value, ex.ReadingAt | ex.Pick)):
            continue
        name = wish.value.measure
        before = found.get(name, wish)
        if isinstance(before, NumberWish) and isinstance(wish, NumberWish):
            both = narrower(before, wish)
            found[name] = both if both.is_possible else None
        else:
            found[name] = before
    return {name: wish for name, wish in found.items() if wish is not None}


def contradicts(one: ChoiceWish, other: ChoiceWish) -> bool:
    """Whether two wishes about one value leave no choice that both name."""
    if one.value != other.value or not (one.wanted or other.wanted):
        return False
    if one.wanted and other.wanted:
        return not set(one.choices) & set(other.choices)
    wanted, refused = (one, other) if one.wanted else (other, one)
    return set(wanted.choices) <= set(refused.choices)


def narrower(one: NumberWish, other: NumberWish) -> NumberWish:
    """Both wishes at once."""
    low, low_open = one.low, one.low_open
    if other.low is not None and (low is None or (other.low, other.low_open) > (low, low_open)):
        low, low_open = other.low, other.low_open
    high, high_open = one.high, one.high_open
    if other.high is not None and (high is None or (other.high, not other.high_open) < (high, not high_open)):
        high, high_open = other.high, other.high_open
    return NumberWish(one.value, low, high, low_open, high_open)
