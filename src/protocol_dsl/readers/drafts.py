"""A participant's record while its rows are read."""

from collections.abc import Callable, Iterator, Mapping
from operator import itemgetter
from typing import TypeVar

from attrs import define, field

from protocol_dsl.base.days import Days
from protocol_dsl.model.records import (
    Administration,
    AttributeFact,
    Event,
    Medication,
    Origin,
    Reading,
    Record,
    VisitRow,
)
from protocol_dsl.readers.cells import Day, DayCells, Remembered
from protocol_dsl.readers.doubts import Doubt
from protocol_dsl.readers.layout import FOLDED, LAYOUTS
from protocol_dsl.readers.names import fold
from protocol_dsl.readers.notes import Notes
from protocol_dsl.readers.sources import Cells
from protocol_dsl.readers.streams import Row

Dated = TypeVar("Dated", Event, Reading, Administration)

REPEATED = "another row is the same in every column; one counts"


@define
class Draft:
    """Filled by one reader a table, then frozen."""

    participant: str
    origin: Origin
    site: str | None = None
    arm: str | None = None
    arm_written: str = ""
    birth: Days | None = None
    birth_written: str = ""
    attributes: dict[str, AttributeFact] = field(factory=dict)
    events: dict[str, list[Event]] = field(factory=dict)
    readings: dict[str, list[Reading]] = field(factory=dict)
    medications: list[Medication] = field(factory=list)
    administrations: dict[str, list[Administration]] = field(factory=dict)
    visits: list[VisitRow] = field(factory=list)
    open_histories: set[str] = field(factory=set)
    medications_since: int | None = None
    administrations_since: int | None = None

    def record(self, tables: frozenset[str]) -> Record:
        """The record, every tuple sorted by day, time and row."""
        return Record(
            participant=self.participant,
            site=self.site,
            arm=self.arm,
            arm_written=self.arm_written,
            birth=self.birth,
            attributes=self.attributes,
            events=by_day(self.events, _event_place),
            readings=by_day(self.readings, _reading_place),
            medications=tuple(sorted(self.medications, key=_medication_place)),
            administrations=by_day(self.administrations, _event_place),
            visits=tuple(sorted(self.visits, key=_event_place)),
            open_histories=frozenset(self.open_histories),
            medications_since=self.medications_since,
            administrations_since=self.administrations_since,
            tables=tables,
            origin=self.origin,
        )


def earlier(one: int | None, other: int) -> int:
    """The earlier of two days, the first of which may not be known yet."""
    return other if one is None else min(one, other)


def by_day(
    rows: Mapping[str, list[Dated]], place: Callable[[Dated], tuple[int, ...]]
) -> Mapping[str, tuple[Dated, ...]]:
    """Rows by name, each name's in order."""
    return {name: tuple(sorted(found, key=place)) if len(found) > 1 else tuple(found) for name, found in rows.items()}


def _event_place(row: Event | Administration | VisitRow) -> tuple[int, ...]:
    return row.first, row.last, row.origin.row or 0


def _reading_place(row: Reading) -> tuple[int, ...]:
    return row.first, row.last, -1 if row.time is None else row.time, row.origin.row or 0


def _medication_place(row: Medication) -> tuple[int, ...]:
    return row.start.first, row.start.last, row.origin.row or 0


class Rows:
    """The rows of one table: picks the known columns, leaves out what lies after the cut-off, finds repetitions."""

    def __init__(self, table: str, places: Mapping[str, int], width: int, days: DayCells, notes: Notes) -> None:
        """Read rows of ``width`` cells, in which ``places`` says where the columns stand."""
        layout = LAYOUTS[table]
        self.table = table
        self.notes = notes
        self.days = days
        self._words = tuple(at for column, at in places.items() if column in FOLDED)
        self._fold = Remembered(fold)
        # One cell is added to each row, which absent columns point to.
        self._pick = itemgetter(*(places.get(column, width) for column in layout.columns))

    def current(self, rows: list[Row]) -> Iterator[tuple[int | None, Cells, tuple[str, ...], Day]]:
        """Each row that is read: its number, all cells, the known columns, its date (the third column)."""
        days = self.days
        for number, cells in rows:
            known = self._pick([*cells, ""])
            day = days(known[2])
            if day.first > days.limit:
                self.notes.after_cutoff[self.table] += 1
                continue
            yield number, cells, known, day

    def is_repeated(self, draft: Draft, number: int | None, cells: Cells, seen: set[tuple[str, ...]]) -> bool:
        """Whether an equal row was ``seen``; if so it is noted, else it is remembered.

        Blanks around a cell make no other row, nor do capitals in a name.
        """
        plain = list(map(str.strip, cells))
        for at in self._words:
            if plain[at]:
                plain[at] = self._fold[plain[at]]
        row = tuple(plain)
        if row in seen:
            self.problem(draft, number, None, draft.participant, REPEATED)
            return True
        seen.add(row)
        return False

    def doubt(self, draft: Draft, number: int | None, name: str, code: str, doubt: Doubt | None) -> None:
        """Note that the name and the code of a row mean different things, if they do."""
        if doubt is not None:
            column, value = (LAYOUTS[self.table].required[1], name) if doubt.cell == "name" else ("code", code)
            self.problem(draft, number, column, value, doubt.words)
            draft.open_histories |= doubt.leaves_open

    def problem(self, draft: Draft, number: int | None, column: str | None, value: str, words: str) -> None:
        """Note what cannot be used."""
        self.notes.problem(self.table, number, column, value, words, participant=draft.participant)
