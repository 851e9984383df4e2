"""Rows of many tables, brought together participant by participant, in memory that does not grow with them."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from itertools import groupby
from operator import itemgetter
from typing import TypeAlias

from protocol_dsl.readers.errors import UnreadableError
from protocol_dsl.readers.notes import Notes
from protocol_dsl.readers.persons import named, why_nobody
from protocol_dsl.readers.sources import Cells, Source

Row: TypeAlias = tuple[int | None, Cells]
Keyed: TypeAlias = tuple[str, int | None, Cells]

CACHE_KIB = 4_096
"""Memory that the sorting may take."""

UNKNOWN_PARTICIPANT = "no such participant in the table participants"


def keyed(source: Source, place: int, notes: Notes) -> Iterator[Keyed]:
    """Rows with their participant, in the order they stand; those that name none are noted and left out."""
    for number, cells in source.rows(notes):
        participant = named(cells[place])
        if participant:
            yield participant, number, cells
        elif any(cell.strip() for cell in cells):
            notes.problem(source.table, number, "participant", cells[place], why_nobody(cells[place]))


def sorted_on_disk(rows: Iterable[Keyed]) -> Iterator[Keyed]:
    """Rows by participant (code points), then as they stood, through a database on disk that nobody else sees.

    SQLite removes such a database itself when it is closed, whatever happens to the program.

    Raises:
        UnreadableError: The disk is full.
    """
    with closing(sqlite3.connect("")) as database:
        try:
            database.execute(f"pragma cache_size = -{CACHE_KIB}")
            database.execute("pragma temp_store = file")
            # UTF-8 bytes sort as code points do.
            database.execute("create table rows (participant blob, number integer, cells text)")
            packed = ((participant.encode(), number, json.dumps(cells)) for participant, number, cells in rows)
            database.executemany("insert into rows values (?, ?, ?)", packed)
            for participant, number, cells in database.execute(
                "select participant, number, cells from rows order by participant, rowid"
            ):
                yield participant.decode(), number, json.loads(cells)
        except sqlite3.OperationalError as error:
            raise UnreadableError(f"the tables cannot be sorted on disk: {error}") from None


def groups(rows: Iterable[Keyed]) -> Iterator[tuple[str, list[Row]]]:
    """Each participant with all their rows; ``rows`` come sorted."""
    for participant, group in groupby(rows, key=itemgetter(0)):
        yield participant, [(number, cells) for _, number, cells in group]


class Cursor:
    """One table's rows, taken participant by participant in ascending order."""

    def __init__(self, table: str, rows: Iterable[Keyed], notes: Notes) -> None:
        """Stand before the first participant."""
        self._table = table
        self._groups = groups(rows)
        self._notes = notes
        self._next = next(self._groups, None)

    def take(self, participant: str) -> list[Row]:
        """The rows of ``participant``; those of earlier ones, whom nobody asked for, are of no known participant."""
        while self._next is not None and self._next[0] < participant:
            self._refuse(*self._next)
        if self._next is None or self._next[0] != participant:
            return []
        rows = self._next[1]
        self._next = next(self._groups, None)
        return rows

    def finish(self) -> None:
        """Note all that is left."""
        while self._next is not None:
            self._refuse(*self._next)

    def _refuse(self, participant: str, rows: list[Row]) -> None:
        for number, _ in rows:
            self._notes.problem(
                self._table, number, "participant", participant, UNKNOWN_PARTICIPANT, participant=participant
            )
        self._next = next(self._groups, None)


def joined(
    streams: Mapping[str, Iterable[Keyed]], notes: Notes
) -> Iterator[tuple[str, list[Row], Mapping[str, list[Row]]]]:
    """Each participant of ``participants``: their rows there, and their rows of each other table."""
    cursors = {table: Cursor(table, rows, notes) for table, rows in streams.items() if table != "participants"}
    for participant, own in groups(streams["participants"]):
        yield participant, own, {table: cursor.take(participant) for table, cursor in cursors.items()}
    for cursor in cursors.values():
        cursor.finish()
