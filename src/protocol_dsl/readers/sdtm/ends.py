"""The end of a course that has no date: SDTM says of it that it lies before, in or after some time."""

from collections.abc import Callable, Mapping

from protocol_dsl.base.days import Days, write_days
from protocol_dsl.readers.notes import Notes
from protocol_dsl.readers.sdtm.context import Variables, known_days
from protocol_dsl.readers.sdtm.days import UNTIL, without_clock_gaps
from protocol_dsl.readers.sdtm.mapping import Rule
from protocol_dsl.readers.sources import Cells

BEFORE = "BEFORE"
SOME_DAY = "unknown"


def end_filler(
    rule: Rule, variables: tuple[str, ...], cell: Variables, references: Mapping[str, int]
) -> Callable[[Cells, Notes, int], str]:
    """What fills the column ``end``: the date, else the last day that --ENRF and --ENRTPT leave; empty is ongoing.

    Args:
        rule: The rule of the course.
        variables: The variables that may hold the date.
        cell: The cells of its domain.
        references: The day of RFSTDTC by participant.
    """
    period, relation, point = (f"{rule.domain}{name}" for name in ("ENRF", "ENRTPT", "ENTPT"))

    def fill(cells: Cells, _notes: Notes, _number: int) -> str:
        written = next((text for one in variables if (text := cell(cells, one))), "")
        if written:
            return without_clock_gaps(written)
        lasts: list[int | None] = []
        if cell(cells, period).upper() == BEFORE:
            reference = references.get(cell(cells, rule.participant))
            # The day of the reference is in the period already.
            lasts.append(None if reference is None else reference - 1)
        if cell(cells, relation).upper() == BEFORE:
            days = known_days(cell(cells, point))
            # A point of time within a day: the end may be that day, before it.
            lasts.append(None if days is None else days.last)
        if not lasts:
            return ""
        last = min((one for one in lasts if one is not None), default=None)
        return SOME_DAY if last is None else f"{UNTIL}{write_days(Days(last, last))}"

    return fill
