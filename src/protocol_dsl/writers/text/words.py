"""Counts, dates and headings in words."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from protocol_dsl.base.days import Days, say_days, write_days
from protocol_dsl.model.study import StudyModel
from protocol_dsl.writers.columns import WIDTH, visible, wrapped
from protocol_dsl.writers.ink import Ink

LISTED = 50
"""Lines shown of one kind; the rest are counted, and the other formats have them all."""

Thing = TypeVar("Thing")


def counted(number: int, one: str, many: str = "") -> str:
    """``1 visit``, ``1,966 visits``.

    >>> counted(1, "query", "queries"), counted(1966, "visit")
    ('1 query', '1,966 visits')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def dated(days: Days | None) -> str:
    """A date as it is known, nothing where there is none."""
    return "" if days is None else say_days(days)


def signed(days: int | None, most: int | None = None) -> str:
    """``+3``, ``-2``; ``+3 to +30`` where a partial date leaves it open; nothing where there is none.

    >>> signed(3), signed(-2, -5), signed(None)
    ('+3', '-2 to -5', '')
    """
    if days is None:
        return ""
    return f"{days:+d}" if most is None else f"{days:+d} to {most:+d}"


def paragraph(words: str, indent: str = "", more: str = "") -> list[str]:
    """``words`` wrapped to the width, every line after ``indent``, all but the first after ``more`` too."""
    return [indent + each for each in wrapped(visible(words), WIDTH - len(indent), more)]


def heading(model: StudyModel, participants: int, as_of: Days | None, ink: Ink, *, is_given: bool) -> Iterator[str]:
    """The protocol, how many participants, and the cut-off with where it comes from."""
    first, *others = paragraph(f"{model.name}: {model.title}", more="  ")
    yield ink(first, "strong")
    yield from others
    if as_of is None:
        cutoff = "no date in the data, so no cut-off"
    else:
        cutoff = f"as of {write_days(as_of)}" + ("" if is_given else ", the latest date in the data")
    yield f"{counted(participants, 'participant')}, {cutoff}"


def shortened(things: Sequence[Thing]) -> Sequence[Thing]:
    """As many as are listed."""
    return things[:LISTED]


def rest(things: int, indent: str = "  ") -> Iterator[str]:
    """``... and 1,866 more`` where not all are listed."""
    if things > LISTED:
        yield f"{indent}... and {things - LISTED:,} more (--format json, jsonl or csv has them all)"
