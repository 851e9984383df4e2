"""The search for a participant who meets some tests.

Unknowns are settled one after the other. What is not settled yet leaves a test between its least and its greatest
truth, so that most ways are left early.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from operator import itemgetter
from typing import TypeAlias

from attrs import define

from protocol_dsl.base.numbers import Number
from protocol_dsl.base.truth import Truth
from protocol_dsl.base.values import frozen
from protocol_dsl.model import expressions as model
from protocol_dsl.semantics.decide.unknowns import (
    Cells,
    Domains,
    Leaf,
    Sample,
    Unknown,
    cells,
    is_log,
    leaves,
    limits,
    unknown_of,
)

Bounds: TypeAlias = tuple[int, int]
Settled: TypeAlias = list[int | None]
Reader: TypeAlias = Callable[[Settled], Bounds]

MOST_UNKNOWNS = 200
MOST_READ = 20_000
"""Leaves read for one question; a question of entry needs some hundreds."""


@define
class Effort:
    """How many steps are left for all questions of a text together, so that every text ends soon; a leaf read is one.

    ``gave_up`` says whether a question was left open because it would have needed more.
    """

    left: int = 300_000
    gave_up: bool = False

    @property
    def is_spent(self) -> bool:
        """Whether nothing is left."""
        return self.left <= 0

    def spend(self, cost: int) -> bool:
        """Whether so much was left."""
        is_left = cost <= self.left
        self.left = max(self.left - cost, 0)
        return is_left or self.give_up()

    def give_up(self) -> bool:
        """A question stays open: never true."""
        self.gave_up = True
        return False


@define
class Price:
    """What each step of one question costs, and how much the question may still cost."""

    step: int
    effort: Effort
    left: int = MOST_READ

    def pay(self) -> bool:
        """Whether one more step could be paid."""
        self.left -= self.step
        return self.effort.spend(self.step) if self.left >= 0 else self.effort.give_up()


@frozen
class Wanted:
    """A test that is to be met, or that is not to be met (then it may be unknown)."""

    test: model.Test
    is_met: bool = True


@frozen
class Space:
    """The unknowns of some tests, and the values that stand for all that each may have."""

    cells: Mapping[Unknown, Cells]

    @property
    def unknowns(self) -> tuple[Unknown, ...]:
        """The unknowns in the order of the texts."""
        return tuple(self.cells)


def space_of(tests: Iterable[model.Test], domains: Domains) -> Space:
    """The space of some tests."""
    asked: dict[Unknown, list[Leaf]] = {}
    for test in tests:
        for leaf in leaves(test):
            asked.setdefault(unknown_of(leaf), []).append(leaf)
    return Space({unknown: cells(unknown, found, domains) for unknown, found in asked.items()})


def possible(
    wanted: Sequence[Wanted], space: Space, effort: Effort, fixed: Mapping[Unknown, int] | None = None
) -> bool | None:
    """Whether some participant is as wanted; ``None`` where that was not decided.

    Args:
        wanted: What is to hold of the participant, all of it.
        space: The unknowns of these tests, and perhaps others.
        effort: What may be spent.
        fixed: Which sample some unknowns have.
    """
    mine = space_order(wanted, space)
    asked = [unknown_of(leaf) for each in wanted for leaf in leaves(each.test)]
    first = sum(len(space.cells[unknown].values) for unknown in asked)
    if not effort.spend(len(asked)):
        return None
    if len(mine) > MOST_UNKNOWNS or first > MOST_READ:
        effort.give_up()
        return None
    effort.spend(first)
    places = {unknown: place for place, unknown in enumerate(mine)}
    readers = [(reader(each.test, places, space), each.is_met) for each in wanted]
    start: Settled = [None] * len(mine)
    for unknown, sample in (fixed or {}).items():
        if unknown in places:
            start[places[unknown]] = sample
    return search(readers, [len(space.cells[unknown].values) for unknown in mine], start, Price(len(asked), effort))


def space_order(wanted: Sequence[Wanted], space: Space) -> tuple[Unknown, ...]:
    """The unknowns that the tests ask about, those asked about most first."""
    counts: dict[Unknown, int] = {}
    for each in wanted:
        for leaf in leaves(each.test):
            unknown = unknown_of(leaf)
            counts[unknown] = counts.get(unknown, 0) + 1
    places = {unknown: place for place, unknown in enumerate(space.cells)}
    ordered = sorted(counts.items(), key=lambda each: (-each[1], places[each[0]]))
    return tuple(map(itemgetter(0), ordered))


def search(readers: Sequence[tuple[Reader, bool]], sizes: Sequence[int], start: Settled, price: Price) -> bool | None:
    """Whether the unknowns can be settled so that every reader gives what is wanted of it."""
    waiting = [start]
    while waiting:
        settled = waiting.pop()
        if not price.pay():
            return None
        is_sure = True
        for read, is_met in readers:
            low, high = read(settled)
            if high < Truth.MET if is_met else low == Truth.MET:
                break
            is_sure = is_sure and (low == Truth.MET if is_met else high < Truth.MET)
        else:
            if is_sure:
                return True
            place = settled.index(None)
            for sample in reversed(range(sizes[place])):
                further = settled.copy()
                further[place] = sample
                waiting.append(further)
    return False


def reader(test: model.Test, places: Mapping[Unknown, int], space: Space) -> Reader:
    """Least and greatest truth of a test while some unknowns are not settled."""
    match test:
        case model.And(parts=parts):
            return joined([reader(part, places, space) for part in parts], min)
        case model.Or(parts=parts):
            return joined([reader(part, places, space) for part in parts], max)
        case model.AtLeast(count=count, tests=tests):
            return counted([reader(part, places, space) for part in tests], count)
        case model.Not(part=part):
            return opposite(reader(part, places, space))
        case model.DefinedTest(test=inner):
            return reader(inner, places, space)
        case _:
            unknown = unknown_of(test)
            return settled_leaf(places[unknown], [truth(test, sample) for sample in space.cells[unknown].values])


def joined(readers: Sequence[Reader], choose: Callable[[Iterable[int]], int]) -> Reader:
    """Kleene's ``and`` by the least, ``or`` by the greatest."""

    def read(settled: Settled) -> Bounds:
        bounds = [each(settled) for each in readers]
        return choose(low for low, _ in bounds), choose(high for _, high in bounds)

    return read


def counted(readers: Sequence[Reader], count: int) -> Reader:
    """At least ``count`` of some tests: the truth that so many have or exceed."""

    def read(settled: Settled) -> Bounds:
        bounds = [each(settled) for each in readers]
        lows, highs = sorted((low for low, _ in bounds), reverse=True), sorted((h for _, h in bounds), reverse=True)
        return lows[count - 1], highs[count - 1]

    return read


def opposite(inner: Reader) -> Reader:
    """Kleene's ``not``."""

    def read(settled: Settled) -> Bounds:
        low, high = inner(settled)
        return Truth.MET - high, Truth.MET - low

    return read


def settled_leaf(place: int, truths: Sequence[int]) -> Reader:
    """A leaf: its truth for the sample that its unknown has, else between the least and the greatest."""
    points = [(each, each) for each in truths]
    around = (min(truths), max(truths))

    def read(settled: Settled) -> Bounds:
        sample = settled[place]
        return around if sample is None else points[sample]

    return read


def truth(leaf: Leaf, sample: Sample) -> Truth:
    """What a leaf finds where its unknown has this value."""
    if isinstance(leaf, model.IsRecorded):
        return Truth.NOT_MET if sample is None else Truth.MET
    if sample is None:
        return Truth.UNKNOWN
    if isinstance(sample, bool):
        return Truth.MET if sample else Truth.NOT_MET
    if isinstance(sample, str):
        return Truth.MET if isinstance(leaf, model.IsOneOf) and sample in leaf.choices else Truth.NOT_MET
    return compared(leaf, sample)


def compared(leaf: Leaf, number: Number) -> Truth:
    """What a comparison finds for a number; a negative one has no logarithm, that of zero lies below every limit."""
    found = limits(leaf)
    if found is None or (is_log(leaf) and number < 0):
        return Truth.UNKNOWN
    stand = log_side if is_log(leaf) else side
    is_met = all(stand(number, limit) in SIDES[operator] for operator, limit in found[1])
    return Truth.MET if is_met else Truth.NOT_MET


SIDES: Mapping[model.Operator, tuple[int, ...]] = {
    "<": (-1,),
    "<=": (-1, 0),
    ">": (1,),
    ">=": (0, 1),
    "=": (0,),
    "!=": (-1, 1),
}


def side(number: Number, limit: Number) -> int:
    """-1, 0 or 1: below, at or above the limit."""
    return (number > limit) - (number < limit)


def log_side(number: Number, exponent: Number) -> int:
    """The side of 10^exponent on which a number from zero on lies, by whole powers.

    >>> from fractions import Fraction
    >>> log_side(0, -3), log_side(3, Fraction(1, 2)), log_side(4, Fraction(1, 2)), log_side(100, 2)
    (-1, -1, 1, 0)
    """
    return side(number**exponent.denominator, exact_power(exponent.numerator))


def exact_power(exponent: int) -> Number:
    """10 to a whole exponent."""
    return 10**exponent if exponent >= 0 else Fraction(1, 10**-exponent)
