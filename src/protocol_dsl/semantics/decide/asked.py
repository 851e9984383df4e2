"""What a test asks of one value, in words: ``at most 200 cells/mm3``, ``mild or moderate``."""

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction

from protocol_dsl.base.numbers import write_number
from protocol_dsl.model import expressions as model
from protocol_dsl.semantics.decide.possible import Effort, Space, Wanted, possible
from protocol_dsl.semantics.decide.unknowns import Cells, Sample, Unknown, bare, leaves, unknown_of


def left_open(wanted: Wanted, unknown: Unknown, space: Space, effort: Effort) -> tuple[int, ...] | None:
    """The samples of an unknown with which the test can be as wanted; ``None`` where that was not decided."""
    found = []
    for place in range(len(space.cells[unknown].values)):
        is_possible = possible((wanted,), space, effort, {unknown: place})
        if is_possible is None:
            return None
        if is_possible:
            found.append(place)
    return tuple(found)


def shared(one: Wanted, other: Wanted, space: Space) -> Iterator[Unknown]:
    """The unknowns that both tests ask about."""
    theirs = {unknown_of(leaf) for leaf in leaves(other.test)}
    mine = {unknown_of(leaf): None for leaf in leaves(one.test)}
    return (unknown for unknown in space.unknowns if unknown in mine and unknown in theirs)


def clash(one: Wanted, other: Wanted, space: Space, effort: Effort) -> str:
    """The value that cannot be as both tests want it, with what each asks of it; nothing where no single one is.

    ``cd4 at W0 is asked to be at most 200 and above 300 cells/mm3``
    """
    for unknown in shared(one, other, space):
        mine, theirs = left_open(one, unknown, space, effort), left_open(other, unknown, space, effort)
        if mine and theirs and not set(mine) & set(theirs):
            leaf = next(leaf for leaf in leaves(one.test) if unknown_of(leaf) == unknown)
            first, second = asked_words(mine, space.cells[unknown]), asked_words(theirs, space.cells[unknown])
            if not first or not second:
                continue
            unit = unit_of(unknown, (one.test, other.test))
            both = (
                f"{first}, and {second}"
                if {"and", "or"} & {*first.split(), *second.split()}
                else f"{first} and {second}"
            )
            return f"{value_words(leaf)} is asked to be {both}{unit}"
    return ""


def value_words(leaf: model.Test) -> str:
    """The author's words for what a leaf asks about."""
    match leaf:
        case model.Compare(left=left, right=right):
            return right.words if isinstance(bare(left), model.Constant | model.ConstantDate) else left.words
        case model.Between(value=value) | model.IsOneOf(value=value) | model.IsRecorded(value=value):
            return value.words
        case _:
            return leaf.words


def asked_words(places: Sequence[int], known: Cells) -> str:
    """What is asked of an unknown that may have these samples; nothing where it takes more than some words."""
    found = [known.values[place] for place in places]
    if None in known.values:
        return "not recorded" if found == [None] else "recorded" if len(found) == len(known.values) - 1 else ""
    if isinstance(known.values[0], bool):
        return "met" if found == [True] else "not met"
    if isinstance(known.values[0], str):
        return " or ".join(str(word) for word in found)
    is_run = places[-1] - places[0] == len(places) - 1
    return range_words(places[0], places[-1], known) if is_run and known.scale != "log" else ""


def range_words(first: int, last: int, known: Cells) -> str:
    """A range of numbers, from the sample at one place to that at another."""
    low = side_words(known, first, ("at least", "above"), -1) if first else ""
    high = side_words(known, last, ("at most", "below"), 1) if last < len(known.values) - 1 else ""
    if low.startswith("at least") and high.startswith("at most"):
        least, most = low.removeprefix("at least "), high.removeprefix("at most ")
        return least if least == most else f"between {least} and {most}"
    return " and ".join(part for part in (low, high) if part)


def side_words(known: Cells, place: int, words: tuple[str, str], step: int) -> str:
    """One end of a range: a limit itself is in it, any other number stands for all beyond the limit next to it."""
    beside = known.values[place + step]
    if known.values[place] in known.limits or beside not in known.limits:
        return f"{words[0]} {written(known.values[place], known)}"
    return f"{words[1]} {written(beside, known)}"


def written(number: Sample, known: Cells) -> str:
    """A number as messages write it; a day by its date."""
    if not isinstance(number, int | Fraction):
        return str(number)
    return date.fromordinal(int(number)).isoformat() if known.scale == "day" else write_number(number)


def unit_of(unknown: Unknown, tests: Sequence[model.Test]) -> str:
    """A blank and the unit of the limits set for an unknown; nothing where they have none."""
    for leaf in (leaf for test in tests for leaf in leaves(test) if unknown_of(leaf) == unknown):
        for side in map(bare, sides(leaf)):
            if isinstance(side, model.Constant) and side.unit:
                return f" {side.unit}"
    return ""


def sides(leaf: model.Test) -> tuple[model.Value, ...]:
    """The values that a comparison relates."""
    match leaf:
        case model.Compare(left=left, right=right):
            return left, right
        case model.Between(low=low, high=high):
            return low, high
        case _:
            return ()
