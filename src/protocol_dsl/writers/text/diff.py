"""The differences between two protocols as text."""

from collections.abc import Iterator, Sequence

from protocol_dsl.base.days import Days
from protocol_dsl.model.changes import Change, MovedDays, Touched, VerdictChange
from protocol_dsl.writers.columns import table
from protocol_dsl.writers.ink import Ink
from protocol_dsl.writers.text.words import counted, dated, paragraph, rest, shortened

INDENT = "  "


def difference_lines(changes: Sequence[Change]) -> Iterator[str]:
    """A line for each difference, then how many there are."""
    for change in changes:
        yield from paragraph(change.message, more=INDENT)
    if changes:
        yield ""
    yield f"{counted(len(changes), 'difference')} in meaning" if changes else "no difference in meaning"


def touched_lines(touched: Touched, as_of: Days | None, ink: Ink) -> Iterator[str]:
    """Whom the differences touch: verdicts, planned days, deviations."""
    until = "" if as_of is None else f", data up to {dated(as_of)}"
    yield ""
    yield ink(f"Of {counted(touched.participants, 'participant')}{until}", "strong")
    if touched.is_nobody:
        yield f"{INDENT}nobody is touched"
    verdicts = [(each.participant, verdict_words(each), ", ".join(each.criteria)) for each in touched.verdicts]
    days = [(each.subject, moved_words(each)) for each in touched.days]
    appearing, vanishing = (
        [(each.participant, each.code, each.message) for each in touched.deviations if each.act == act]
        for act in ("appears", "vanishes")
    )
    yield from listed("verdicts that change", verdicts)
    yield from listed("visits and cycles whose planned day moves", days)
    yield from listed("deviations that appear", appearing)
    yield from listed("deviations that vanish", vanishing)


def listed(heading: str, rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Rows under their heading and their number; nothing where there are none."""
    if rows:
        yield f"{INDENT}{heading}: {len(rows):,}"
        yield from table(("",) * len(rows[0]), shortened(rows), indent=INDENT * 2)
        yield from rest(len(rows), INDENT * 2)


def verdict_words(change: VerdictChange) -> str:
    """``eligible, was not eligible``."""
    return f"{change.after or 'not judged'}, was {change.before or 'not judged'}"


def moved_words(days: MovedDays) -> str:
    """For how many participants a planned day moves.

    >>> moved_words(MovedDays(subject="W24", moved=12, gone=1))
    '12 moved, 1 no longer planned'
    """
    counts = ((days.moved, "moved"), (days.new, "newly planned"), (days.gone, "no longer planned"))
    return ", ".join(f"{count:,} {words}" for count, words in counts if count)
