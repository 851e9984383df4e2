"""A study read participant by participant."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol, TypeAlias

from protocol_dsl.model.records import Cutoff, DataProblem, Record
from protocol_dsl.model.study import StudyModel
from protocol_dsl.readers.cells import DayCells
from protocol_dsl.readers.columnar import open_database
from protocol_dsl.readers.consistency import check_draft
from protocol_dsl.readers.drafts import Draft
from protocol_dsl.readers.errors import UnreadableError
from protocol_dsl.readers.feeds import Feed, feed_of
from protocol_dsl.readers.folder import open_folder
from protocol_dsl.readers.layout import UNREAD_TABLES, Purpose
from protocol_dsl.readers.memory import open_tables
from protocol_dsl.readers.nested import nested_feed
from protocol_dsl.readers.notes import Notes
from protocol_dsl.readers.origins import traced
from protocol_dsl.readers.parts import PartedNotes, PartedTable
from protocol_dsl.readers.rows.administrations import AdministrationRows
from protocol_dsl.readers.rows.events import EventRows
from protocol_dsl.readers.rows.medications import MedicationRows
from protocol_dsl.readers.rows.participants import ParticipantRows
from protocol_dsl.readers.rows.readings import ReadingRows
from protocol_dsl.readers.rows.visits import VisitRows
from protocol_dsl.readers.selection import EVERYTHING, Met, Selection
from protocol_dsl.readers.sources import Source
from protocol_dsl.readers.streams import Row

DATABASES = (".duckdb", ".db")
PERSONS = (".json", ".ndjson", ".jsonl")
"""Files of participants, each with all rows; an NDJSON file in a folder is a table instead."""


class TableReader(Protocol):
    """Reads the rows of one table."""

    def read(self, draft: Draft, rows: list[Row]) -> None:
        """Add what ``rows`` say to ``draft``."""
        ...


Maker: TypeAlias = Callable[[StudyModel, Mapping[str, int], int, DayCells, Notes], TableReader]
READERS: Mapping[str, Maker] = {
    "events": EventRows,
    "readings": ReadingRows,
    "medications": MedicationRows,
    "administrations": AdministrationRows,
    "visits": VisitRows,
}


Everyone: TypeAlias = Callable[[], Iterator[tuple[str, str]]]


def read_study(
    path: str | Path,
    model: StudyModel,
    *,
    as_of: int | None = None,
    only: Selection = EVERYTHING,
    purpose: Purpose = "check",
) -> "StudyRecords":
    """The participants of a study folder, or of a DuckDB file with the same tables.

    Args:
        path: The folder or file.
        model: The protocol, which says what the rows are about.
        as_of: The cut-off as a day number; without one it is the latest date in the data.
        only: The participants to read.
        purpose: The command that asks.

    Raises:
        UnreadableError: The folder, or one of its tables, cannot be read at all.
    """
    place = Path(path)
    if place.is_file() and place.suffix.lower() in PERSONS:
        return read_participants(place, model, as_of=as_of, only=only, purpose=purpose)
    notes = Notes()
    sources = open_sources(place, model, notes)
    parts = {table: source for table, source in sources.items() if isinstance(source, PartedTable)}
    if parts:
        notes = PartedNotes(problems=notes.problems, tables=parts)
        feed = feed_of(sources, model, notes)
        return PartedRecords(feed, model, notes, as_of=as_of, only=only, purpose=purpose)
    feed = feed_of(sources, model, notes)
    return StudyRecords(feed, model, notes, as_of=as_of, only=only, purpose=purpose)


def open_sources(place: Path, model: StudyModel, notes: Notes) -> Mapping[str, Source]:
    """The tables of a study folder or of a DuckDB file.

    Raises:
        UnreadableError: One of them cannot be opened, or there is none of participants.
    """
    attributes = tuple(one.name for one in model.vocabulary.attributes)
    if place.is_file() and place.suffix.lower() in DATABASES:
        return open_database(place, attributes)
    if place.exists() and not place.is_dir():
        raise UnreadableError(f"{place} is no folder, and ends in none of {', '.join((*DATABASES, *PERSONS))}")
    return open_folder(place, attributes, notes)


def read_tables(
    tables: Mapping[str, object],
    model: StudyModel,
    *,
    as_of: int | None = None,
    only: Selection = EVERYTHING,
    purpose: Purpose = "check",
) -> "StudyRecords":
    """The participants of tables in memory: ``{"participants": ..., "readings": ...}``.

    Args:
        tables: By name: a list of mappings (a row each), a mapping of lists (a column each), an Arrow table, a pandas
            or Polars frame, or a DuckDB relation.
        model: The protocol, which says what the rows are about.
        as_of: The cut-off as a day number; without one it is the latest date in the data.
        only: The participants to read.
        purpose: The command that asks.

    Raises:
        UnreadableError: A table is of another kind, or lacks a required column.
    """
    notes = Notes()
    feed = feed_of(open_tables(tables), model, notes)
    return StudyRecords(feed, model, notes, as_of=as_of, only=only, purpose=purpose)


def read_participants(
    data: str | Path | Mapping[str, object] | Sequence[object],
    model: StudyModel,
    *,
    as_of: int | None = None,
    only: Selection = EVERYTHING,
    purpose: Purpose = "check",
) -> "StudyRecords":
    """One participant or several, each an object that holds its rows: ``{"participant": "P1", "readings": [...]}``.

    Args:
        data: A JSON text, the path of a JSON file (an object, or a list of them) or of an NDJSON file (one a line), a
            mapping, or a list of mappings.
        model: The protocol, which says what the rows are about.
        as_of: The cut-off as a day number; without one it is the latest date in the data.
        only: The participants to read.
        purpose: The command that asks.

    Raises:
        UnreadableError: A text or file is no JSON at all.
    """
    feed = nested_feed(data, model)
    return StudyRecords(feed, model, Notes(), as_of=as_of, only=only, purpose=purpose)


class StudyRecords:
    """A study's records, read anew at each iteration; see ``protocol_dsl.model.records.Records``."""

    def __init__(  # noqa: PLR0913 - as many as a study has
        self,
        feed: Feed,
        model: StudyModel,
        notes: Notes,
        *,
        as_of: int | None = None,
        only: Selection = EVERYTHING,
        purpose: Purpose = "check",
        everyone: Everyone | None = None,
    ) -> None:
        """Read the participants of ``feed``; ``notes`` holds what was found on the way to them.

        ``everyone`` names the participants of the data, where ``feed`` has but some of them.
        """
        self._everyone = everyone
        self._feed = feed
        self._model = model
        self._only = only
        self._purpose = purpose
        self._cutoff = Cutoff(feed.latest_day) if as_of is None else Cutoff(as_of, is_given=True)
        self._first_problems = tuple(notes.problems)
        self._notes = notes

    @property
    def cutoff(self) -> Cutoff:
        """The last day that is read."""
        return self._cutoff

    @property
    def problems(self) -> Sequence[DataProblem]:
        """What could not be used, so far."""
        return self._notes.listed()

    @property
    def unused(self) -> Mapping[tuple[str, str], int]:
        """Rows about names that the protocol never mentions, so far."""
        return dict(sorted(self._notes.unused.items()))

    @property
    def after_cutoff(self) -> Mapping[str, int]:
        """Rows dated after the cut-off, so far."""
        return dict(sorted(self._notes.after_cutoff.items()))

    def everyone(self) -> Iterator[tuple[str, str]]:
        """Each participant of the data with their site (or an empty text), also those who were not asked for."""
        if self._everyone is not None:
            yield from self._everyone()
            return
        places, notes = self._feed.places, Notes()
        people = ParticipantRows(self._model, places["participants"], DayCells(self._cutoff), notes, self._purpose)
        for participant, own, _ in self._feed.people(notes, frozenset(READERS)):
            yield participant, people.site(own[0][1])

    def __iter__(self) -> Iterator[Record]:
        """Each participant once, in the order of their names.

        Raises:
            AbsentError: At the end: somebody who was asked for, or some site, is not in the data.
        """
        notes = self._notes = self._new_notes()
        days = self._new_days()
        places = self._feed.places
        unread = UNREAD_TABLES[self._purpose]
        people = ParticipantRows(self._model, places["participants"], days, notes, self._purpose)
        readers: dict[str, TableReader] = {
            table: READERS[table](self._model, columns, self._feed.width(table), days, notes)
            for table, columns in places.items()
            if table in READERS and table not in unread
        }
        tables = frozenset(places)
        met = Met(self._only)
        for participant, own, others in self._feed.people(notes, unread):
            site = people.site(own[0][1])
            if not self._only.has(participant, site):
                continue
            met.add(participant, site)
            draft = people.read(participant, own)
            for table, rows in others.items():
                if rows:
                    readers[table].read(draft, rows)
            check_draft(draft, days, notes)
            yield self._finished(draft, days, notes, tables)
        met.require_whole(self.everyone())

    def _new_notes(self) -> Notes:
        """What this iteration finds, after what was found on the way to it."""
        return Notes(problems=list(self._first_problems))

    def _new_days(self) -> DayCells:
        """What reads the cells that hold days."""
        return DayCells(self._cutoff)

    def _finished(self, draft: Draft, days: DayCells, notes: Notes, tables: frozenset[str]) -> Record:
        """The record of a draft that holds all its rows; a form of data may look at the draft once more."""
        del days, notes
        return draft.record(tables)


class PartedRecords(StudyRecords):
    """As of a study with a file a table, but rows are told with their files."""

    _notes: PartedNotes

    def _new_notes(self) -> PartedNotes:
        return PartedNotes(problems=list(self._first_problems), tables=self._notes.tables)

    def _finished(self, draft: Draft, days: DayCells, notes: Notes, tables: frozenset[str]) -> Record:
        """The record, its facts told with their files."""
        del days, notes
        return traced(draft.record(tables), self._notes.origin)
