"""What is told once although it shows in many places: a name that nothing declares is one mistake of its author."""

from collections.abc import Hashable, Iterable, Mapping

from attrs import evolve

from protocol_dsl.base.diagnostics import Diagnostic, Label
from protocol_dsl.base.source import Text

BY_NAME = frozenset({"PD103", "PD201"})
"""Codes that say of a name that nothing declares it."""
BY_HINT = frozenset({"PD203", "PD204"})
"""Codes that say what else is missing, and nothing but that: no anchor W0."""
ANCHOR = "add: anchor W0"
MOST_PLACES = 5


def told_once(found: Iterable[Diagnostic], texts: Mapping[str, Text]) -> list[Diagnostic]:
    """The mistakes in their order; of those that have one cause the first, with the others as places beside it."""
    groups: dict[Hashable, list[Diagnostic]] = {}
    for place, diagnostic in enumerate(found):
        groups.setdefault(cause(diagnostic, texts, place), []).append(diagnostic)
    return [with_places(group) for group in groups.values()]


def cause(diagnostic: Diagnostic, texts: Mapping[str, Text], place: int) -> Hashable:
    """What several mistakes may have in common; ``place`` for one that stands by itself."""
    span, number = diagnostic.span, diagnostic.code.number
    if number in BY_NAME and span.file in texts:
        return span.file, texts[span.file].content[span.start : span.end]
    if number in BY_HINT and diagnostic.hint.startswith(ANCHOR):
        return span.file, ANCHOR
    return place


def with_places(group: list[Diagnostic]) -> Diagnostic:
    """The first of a group, with a label at the next ones, and how many there are."""
    first, *others = group
    if not others:
        return first
    labels = (*first.labels, *(Label(other.span, "here too") for other in others[:MOST_PLACES]))
    places = f"{len(others)} other place{'s' if len(others) > 1 else ''}"
    return evolve(first, message=f"{first.message}, here and in {places}", labels=labels)
