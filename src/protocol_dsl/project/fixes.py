"""The repairs of a protocol's text that its diagnostics carry."""

from collections.abc import Collection, Iterable, Iterator

from protocol_dsl.base.diagnostics import Diagnostic, Edit, Fix, Safety
from protocol_dsl.base.source import Text
from protocol_dsl.base.values import frozen
from protocol_dsl.project.analysis import analysed_text
from protocol_dsl.project.texts import Shelf

SAFE: tuple[Safety, ...] = ("safe",)
MOST_ROUNDS = 20
"""A repair may bring out a mistake that can be repaired in turn; texts of people need two rounds."""


@frozen
class Made:
    """A repair that was made: of which mistake, and on which line it stood at that time."""

    diagnostic: Diagnostic
    fix: Fix
    line: int


@frozen
class Repaired:
    """A text after its repairs, and the repairs in the order in which they were made."""

    text: Text
    made: tuple[Made, ...] = ()


def repaired(text: Text, shelf: Shelf, safeties: Collection[Safety] = SAFE) -> Repaired:
    """A protocol's text after all its fixes of some grades, each round read again, until none is left.

    Args:
        text: The protocol; its libraries are left as they are.
        shelf: What stands beside it.
        safeties: The grades of the fixes to make.
    """
    made: list[Made] = []
    for _ in range(MOST_ROUNDS):
        found = tuple(to_make(text, analysed_text(text, shelf).diagnostics, safeties))
        if not found:
            break
        made += found
        text = Text(text.name, edited(text.content, (edit for each in found for edit in each.fix.edits)))
    return Repaired(text, tuple(made))


def to_make(text: Text, diagnostics: Iterable[Diagnostic], safeties: Collection[Safety]) -> Iterator[Made]:
    """The fixes of one round: of those that meet, the first in the text."""
    taken: list[Edit] = []
    for each in diagnostics:
        fix = each.fix
        if fix is None or fix.safety not in safeties:
            continue
        if all(edit.span.file == text.name and not any(meet(edit, other) for other in taken) for edit in fix.edits):
            taken += fix.edits
            yield Made(each, fix, text.position(each.span.start).line)


def meet(one: Edit, other: Edit) -> bool:
    """Whether two edits change the same place; at one place two insertions do."""
    if one.span.start == other.span.start:
        return True
    return one.span.start < other.span.end and other.span.start < one.span.end


def edited(content: str, edits: Iterable[Edit]) -> str:
    """``content`` after some edits that do not meet."""
    for edit in sorted(edits, key=lambda edit: edit.span, reverse=True):
        content = content[: edit.span.start] + edit.words + content[edit.span.end :]
    return content
