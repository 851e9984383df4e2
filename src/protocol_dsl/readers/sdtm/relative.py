"""Starts and ends that have no date: SDTM says of them that they lie before, in or after some time."""

from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias

from attrs import define, field

from protocol_dsl.base.days import Days, write_days
from protocol_dsl.base.values import frozen
from protocol_dsl.readers.notes import Notes
from protocol_dsl.readers.sdtm.context import Variables, known_days
from protocol_dsl.readers.sdtm.days import SINCE, UNTIL, without_clock_gaps
from protocol_dsl.readers.sdtm.mapping import Rule
from protocol_dsl.readers.sources import Cells

Side: TypeAlias = Literal["ST", "EN"]
START: Side = "ST"
END: Side = "EN"
WITHIN = frozenset({"DURING", "COINCIDENT"})
NOT_KNOWN = frozenset({"U", "UNKNOWN"})
SOME_DAY = "unknown"


@frozen
class Periods:
    """The study reference period by participant: the days of RFSTDTC and RFENDTC."""

    starts: Mapping[str, int]
    ends: Mapping[str, int]


@define
class Bounds:
    """The first and the last days that a date may be, as far as they are known; ``is_told``: anything is said of it."""

    firsts: list[int] = field(factory=list)
    lasts: list[int] = field(factory=list)
    is_told: bool = False

    def hold(self, first: int | None = None, last: int | None = None) -> None:
        """Take down that the date lies between two days; one that is not known bounds nothing."""
        self.is_told = True
        self.firsts += [] if first is None else [first]
        self.lasts += [] if last is None else [last]

    def written(self, side: Side) -> str:
        """A cell that says so: of an end that is not told nothing, which is ongoing; of a start any day, as well."""
        first, last = max(self.firsts, default=None), min(self.lasts, default=None)
        if first is not None and last is not None and first <= last:
            return f"{day(first)}/{day(last)}"
        if last is not None and first is None:
            return f"{UNTIL}{day(last)}"
        if first is not None and last is None:
            return f"{SINCE}{day(first)}"
        # What contradicts itself tells no more than that there was such a day.
        return SOME_DAY if self.is_told and side == END else ""


def relative_filler(
    rule: Rule, side: Side, variables: tuple[str, ...], cell: Variables, periods: Periods
) -> Callable[[Cells, Notes, int], str]:
    """What fills the column of a start or an end: the date, else the days that --STRF and --STRTPT, or --ENRF, leave.

    Args:
        rule: The rule of the table.
        side: Whether it is a start or an end.
        variables: The variables that may hold the date.
        cell: The cells of its domain.
        periods: The study reference periods.
    """
    period, relation, point = (f"{rule.domain}{side}{name}" for name in ("RF", "RTPT", "TPT"))

    def fill(cells: Cells, _notes: Notes, _number: int) -> str:
        written = next((text for one in variables if (text := cell(cells, one))), "")
        if written:
            return without_clock_gaps(written)
        bounds = Bounds()
        participant = cell(cells, rule.participant)
        start, end = periods.starts.get(participant), periods.ends.get(participant)
        # The day of the reference is in the period already.
        before, after = (None if one is None else one + by for one, by in ((start, -1), (end, 1)))
        bound(bounds, side, cell(cells, period).upper(), (before, start, end, start if after is None else after))
        days = known_days(cell(cells, point))
        # A point of time within a day: what was before it may be that day, and so may what was after it.
        first, last = (None, None) if days is None else (days.first, days.last)
        bound(bounds, side, cell(cells, relation).upper(), (last, first, last, first))
        return bounds.written(side)

    return fill


def bound(bounds: Bounds, side: Side, word: str, days: tuple[int | None, int | None, int | None, int | None]) -> None:
    """Take down what a word says of a time: the last day before it, its first and last, and the first after it."""
    before, first, last, after = days
    if word == "BEFORE":
        bounds.hold(last=before)
    elif word in WITHIN:
        bounds.hold(first, last)
    elif word == "DURING/AFTER":
        bounds.hold(first)
    elif word in NOT_KNOWN:
        bounds.hold()
    elif word == "AFTER" and side == START:
        bounds.hold(after)


def day(number: int) -> str:
    """A day as cells have it."""
    return write_days(Days(number, number))
