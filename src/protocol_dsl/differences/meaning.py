"""What a part of a model means, so that two parts can be held to one another: words, places and order left out."""

from collections.abc import Iterator
from typing import TypeVar

from attrs import evolve, fields, has

from protocol_dsl.base.units import UnitError, factor_between
from protocol_dsl.model.expressions import And, DefinedTest, DefinedValue, Or
from protocol_dsl.model.points import Length
from protocol_dsl.model.schedule import Dose, Level, Treatment

WITHOUT_MEANING = frozenset({"place", "words", "sha256", "definitions", "examples", "versions"})
"""Where a rule stands, how it is worded, what stands where it is called, what tests the text, and what is compared
elsewhere."""


def names_of_fields(kind: type) -> Iterator[str]:
    """The fields of a class that have a meaning."""
    return (each.name for each in fields(kind) if each.eq and each.name not in WITHOUT_MEANING)


def meaning(part: object) -> object:
    """Something equal for two parts that mean the same.

    A definition is what it stands for. The order of lists tells nothing, but of lengths and of numbers.
    """
    if isinstance(part, DefinedValue):
        return meaning(part.value)
    if isinstance(part, DefinedTest):
        return meaning(part.test)
    if isinstance(part, And | Or):
        return type(part).__name__, in_no_order(part.parts)
    if isinstance(part, tuple):
        if any(
            isinstance(each, Length | int) or not (has(type(each)) or isinstance(each, str | tuple)) for each in part
        ):
            return tuple(map(meaning, part))
        return in_no_order(part)
    if has(type(part)):
        return type(part).__name__, *(meaning(getattr(part, name)) for name in names_of_fields(type(part)))
    return part


def in_no_order(parts: tuple[object, ...]) -> tuple[object, ...]:
    """What several parts mean, in an order that the text does not give."""
    return tuple(sorted(map(meaning, parts), key=repr))


def in_units_of(old: object, new: object) -> object:
    """A treatment with the amounts that are those of another version told in its units: 1000 mg is 1 g."""
    if not isinstance(old, Treatment) or not isinstance(new, Treatment):
        return new
    before = {level.name: level for level in old.levels}
    levels = tuple(as_written(before.get(level.name), level) for level in new.levels)
    dose = None if new.dose is None else as_written(old.dose, new.dose)
    return evolve(new, dose=dose, levels=levels)


Amount = TypeVar("Amount", Dose, Level)


def as_written(old: Amount | None, new: Amount) -> Amount:
    """An amount in the unit of another, where the two are the same."""
    if old is None or old.unit == new.unit:
        return new
    try:
        factor = factor_between(new.unit, old.unit)
    except UnitError:
        return new
    is_same_amount = factor is not None and new.amount * factor == old.amount
    return evolve(new, amount=old.amount, unit=old.unit) if is_same_amount else new


def is_same(one: object, other: object) -> bool:
    """Whether two parts mean the same."""
    return meaning(one) == meaning(other)
