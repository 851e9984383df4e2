"""What a part of a model means, so that two parts can be held to one another: words, places and order left out."""

from collections.abc import Iterator

from attrs import fields, has

from protocol_dsl.model.expressions import And, DefinedTest, DefinedValue, Or
from protocol_dsl.model.points import Length

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


def is_same(one: object, other: object) -> bool:
    """Whether two parts mean the same."""
    return meaning(one) == meaning(other)
