"""What tests ask about, and for each such unknown some values that stand for all it may have.

Between two limits that tests name, no test tells one number from another: one number stands for all of them.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Context, Decimal
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor
from typing import Literal, TypeAlias, assert_never

from protocol_dsl.base.numbers import Number, exact
from protocol_dsl.base.values import frozen
from protocol_dsl.model import expressions as model
from protocol_dsl.model.vocabulary import Vocabulary

HIGHEST_POWER = 40
FINEST_POWER = 1_000
"""Logarithms up to 40 and with at most three decimals are told apart; no reading needs more."""
DIGITS = 60
OTHER_WORD = "another word"


@frozen
class Numbers:
    """Numbers from ``least`` on, or all of them; whole ones alone where ``is_whole``."""

    least: Number | None = None
    is_whole: bool = False


@frozen
class Words:
    """One of some words, case-folded; none named means any word."""

    choices: tuple[str, ...] = ()


@frozen
class EitherWay:
    """A test that may turn out either way."""


Domain: TypeAlias = Numbers | Words | EitherWay


@frozen
class Domains:
    """The values that the reading of each measure, and each attribute, may have."""

    measures: Mapping[str, Domain]
    attributes: Mapping[str, Domain]


Unknown: TypeAlias = model.Value | model.Test
Leaf: TypeAlias = (
    model.Compare
    | model.Between
    | model.IsOneOf
    | model.IsRecorded
    | model.IsConfirmed
    | model.ExposedTo
    | model.OnDrugs
    | model.Happens
    | model.Consecutive
)
Sample: TypeAlias = Number | str | bool | None
"""A number, a word, how a test turns out, or ``None`` where nothing is recorded."""

Scale: TypeAlias = Literal["number", "whole", "day", "log"]


@frozen
class Cells:
    """Values that stand for all that an unknown may have; ``limits`` are those among the numbers that tests name."""

    values: tuple[Sample, ...]
    limits: frozenset[Number] = frozenset()
    scale: Scale = "number"


def leaves(test: model.Test) -> Iterator[Leaf]:
    """The tests that a test is put together from, in the order of the text."""
    match test:
        case model.And(parts=parts) | model.Or(parts=parts) | model.AtLeast(tests=parts):
            for part in parts:
                yield from leaves(part)
        case model.Not(part=part) | model.DefinedTest(test=part):
            yield from leaves(part)
        case _:
            yield test


def bare(value: model.Value) -> model.Value:
    """A value without the names that definitions give it."""
    while isinstance(value, model.DefinedValue):
        value = value.value
    return value


def inside_log(value: model.Value) -> model.Value:
    """What a logarithm is taken of; any other value itself."""
    value = bare(value)
    return bare(value.value) if isinstance(value, model.Log10) else value


def limits(leaf: Leaf) -> tuple[model.Value, tuple[tuple[model.Operator, Number], ...]] | None:
    """A value and the limits that all must hold for it; ``None`` for a leaf that is no such comparison."""
    match leaf:
        case model.Compare(left=left, operator=operator, right=right):
            if (number := number_of(right)) is not None:
                return bare(left), ((operator, number),)
            if (number := number_of(left)) is not None:
                return bare(right), ((FLIPPED[operator], number),)
            return None
        case model.Between(value=value, low=low, high=high):
            one, other = number_of(low), number_of(high)
            return None if one is None or other is None else (bare(value), ((">=", one), ("<=", other)))
        case _:
            return None


FLIPPED: Mapping[model.Operator, model.Operator] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


def number_of(value: model.Value) -> Number | None:
    """The number that a constant stands for; a date known to the day is its day."""
    match bare(value):
        case model.Constant(number=number):
            return number
        case model.ConstantDate(first=first, last=last) if first == last:
            return first
        case _:
            return None


def unknown_of(leaf: Leaf) -> Unknown:
    """What a leaf asks about: a value, or the leaf itself where it is decided as a whole."""
    match leaf:
        case model.Compare() | model.Between():
            found = limits(leaf)
            if found is None or number_of(found[0]) is not None or not is_told_apart(*found):
                return leaf
            return inside_log(found[0])
        case model.IsOneOf(value=value) | model.IsRecorded(value=value):
            return inside_log(value)
        case model.IsConfirmed() | model.ExposedTo() | model.OnDrugs() | model.Happens() | model.Consecutive():
            return leaf
        case _:
            assert_never(leaf)


def is_told_apart(value: model.Value, wanted: tuple[tuple[model.Operator, Number], ...]) -> bool:
    """Whether limits on a logarithm are such as can be compared with other limits."""
    if not isinstance(value, model.Log10):
        return True
    return all(-HIGHEST_POWER <= limit <= HIGHEST_POWER and limit.denominator <= FINEST_POWER for _, limit in wanted)


def is_undecided(leaf: Leaf) -> bool:
    """Whether a leaf relates values to each other, so that it is taken to turn out either way."""
    return isinstance(leaf, model.Compare | model.Between) and unknown_of(leaf) is leaf


def domains_of(vocabulary: Vocabulary) -> Domains:
    """The values that readings and attributes may have, those of no such name left out.

    A reading is at least zero, unless its measure says otherwise; so is a grade.
    """
    return Domains(
        {ladder.name: Numbers(0) for ladder in vocabulary.ladders}
        | {
            each.name: Words(each.choices) if each.choices else Numbers(None if each.may_be_negative else 0)
            for each in reversed(vocabulary.measures)
        },
        {
            each.name: Words(each.choices)
            if each.kind in {"choice", "yes or no"}
            else Numbers(is_whole=each.kind == "date")
            for each in reversed(vocabulary.attributes)
        },
    )


def domain(unknown: Unknown, domains: Domains) -> Domain:
    """The values that an unknown may have."""
    match unknown:
        case model.AgeAt() | model.CountOf():
            return Numbers(0, is_whole=True)
        case model.DaysBetween():
            return Numbers(is_whole=True)
        case model.ReadingAt(measure=name) | model.Pick(measure=name) | model.LimitOfNormal(measure=name):
            return domains.measures.get(name, Numbers())
        case model.AttributeValue(name=name):
            return domains.attributes.get(name, Numbers())
        case model.Change() | model.Arithmetic() | model.Rounded() | model.Log10():
            return Numbers()
        case model.Constant() | model.ConstantDate() | model.DefinedValue():
            return Numbers()
        case _:
            return EitherWay()


def cells(unknown: Unknown, asked: Iterable[Leaf], domains: Domains) -> Cells:
    """Values that stand for all that an unknown may have: numbers in order, then ``None`` if absence is asked about.

    Args:
        unknown: What the tests ask about.
        asked: Every leaf that asks about it.
        domains: The values that readings and attributes may have.
    """
    tests = tuple(asked)
    absent: tuple[Sample, ...] = (None,) if any(isinstance(leaf, model.IsRecorded) for leaf in tests) else ()
    kind = domain(unknown, domains)
    if isinstance(kind, Numbers) and any(isinstance(leaf, model.IsOneOf) for leaf in tests):
        kind = Words()  # a measure of a library, which the protocol does not name
    match kind:
        case Numbers():
            named = {cut for leaf in tests for cut in cuts(leaf)}
            known = (*numbers(kind, named), *absent)
            return Cells(known, frozenset(named), "log" if any(map(is_log, tests)) else scale(unknown, kind))
        case Words(choices=choices):
            asked_for = dict.fromkeys(
                word for leaf in tests if isinstance(leaf, model.IsOneOf) for word in leaf.choices
            )
            others = [word for word in choices if word not in asked_for] if choices else [OTHER_WORD]
            listed = [word for word in asked_for if not choices or word in choices]
            return Cells((*listed, *others[:1], *absent))
        case EitherWay():
            return Cells((False, True))
        case _:
            assert_never(kind)


def scale(unknown: Unknown, kind: Numbers) -> Scale:
    """How the numbers of an unknown are written; only a date is an attribute of whole numbers."""
    if not kind.is_whole:
        return "number"
    return "day" if isinstance(unknown, model.AttributeValue) else "whole"


def is_log(leaf: Leaf) -> bool:
    """Whether a leaf sets its limit on a logarithm."""
    found = limits(leaf)
    return found is not None and isinstance(found[0], model.Log10)


def cuts(leaf: Leaf) -> Iterator[Number]:
    """The limits that a comparison sets; of a logarithm's two numbers around the limit on what it is taken of."""
    found = limits(leaf)
    for _, limit in found[1] if found else ():
        yield from around_power(limit) if is_log(leaf) else (limit,)


def around_power(exponent: Number) -> tuple[Number, ...]:
    """10 to a whole exponent; to any other, a number just below it and one just above."""
    if exponent.denominator == 1:
        return (exact(Fraction(10) ** int(exponent)),)
    context = Context(prec=DIGITS)
    power = Fraction(
        context.power(Decimal(10), context.divide(Decimal(exponent.numerator), Decimal(exponent.denominator)))
    )
    slack = power / 10 ** (DIGITS - 10)
    return exact(power - slack), exact(power + slack)


def numbers(kind: Numbers, limits_named: set[Number]) -> tuple[Number, ...]:
    """Each limit and a number in each gap beside it, in order, as far as the domain has them."""
    least = kind.least
    named = sorted(limits_named | ({least} if least is not None else set()))
    if not named:
        return (0,)
    found: set[Number]
    if kind.is_whole:
        found = {near for cut in named for near in (ceil(cut) - 1, floor(cut), ceil(cut), floor(cut) + 1)}
    else:
        found = {*named, named[0] - 1, named[-1] + 1}
        found |= {exact(Fraction(one + other) / 2) for one, other in pairwise(named)}
    return tuple(sorted(number for number in found if least is None or number >= least))
