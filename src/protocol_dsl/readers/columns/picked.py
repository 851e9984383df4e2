"""The rows of a few participants out of many, for the row readers: what columns leave to the interpreter."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from protocol_dsl.base.values import frozen
from protocol_dsl.model.records import Cutoff, DataProblem
from protocol_dsl.model.study import StudyModel
from protocol_dsl.readers.columnar import BATCH, CLOCKS, quoted, written
from protocol_dsl.readers.columns.source import Table, parquet
from protocol_dsl.readers.columns.strangers import OTHER_NAMES
from protocol_dsl.readers.connections import Connection, whole
from protocol_dsl.readers.feeds import TablesFeed
from protocol_dsl.readers.headings import find_columns
from protocol_dsl.readers.layout import Purpose
from protocol_dsl.readers.notes import Notes
from protocol_dsl.readers.parts import ROW_BITS, PartedNotes
from protocol_dsl.readers.selection import EVERYTHING, Selection
from protocol_dsl.readers.sources import Cells, Source
from protocol_dsl.readers.study import Everyone, PartedRecords, StudyRecords
from protocol_dsl.readers.survey import Survey
from protocol_dsl.trees import selected, text_of

ODD_PEOPLE = "odd_people"
"""The temporary table of the participants that the interpreter judges."""


@frozen
class PickedTable:
    """The rows of a table that belong to an odd participant or to nobody known, numbered as in the file."""

    table: str
    name: str
    heading: tuple[str, ...]
    query: str
    connection: Connection
    places: Mapping[str, int]

    def rows(self, notes: Notes) -> Iterator[tuple[int | None, Cells]]:
        """Each row's number and cells, by participant."""
        # A cursor of its own: several tables are read side by side.
        found = self.connection.cursor().execute(self.query)
        while batch := found.fetchmany(BATCH):
            for file, number, *values in batch:
                row = None if number is None else self.places.get(str(file), 0) << ROW_BITS | whole(number)
                yield row, [notes.cell(self.table, row, self.heading[at], value) for at, value in enumerate(values)]


def picked_table(
    table: Table, people: Table, connection: Connection, people_table: str, *, with_strangers: bool
) -> PickedTable:
    """The rows of a table that the interpreter needs."""
    cells = [
        f"{written(quoted(name))} as {quoted(name)}" if kind in CLOCKS else quoted(name)
        for name, kind in zip(table.written_as, table.written_kinds, strict=True)
    ]
    # The table of other names has a column of the same name.
    who = f"rows.{text_of(table.cell('participant'))}"
    read = who
    if with_strangers:
        # A name with blanks around it is read without them, and sorted so.
        read = f"coalesce((select any_value(o.participant) from {OTHER_NAMES} o where o.written = {who}), {who})"  # noqa: S608 - a quoted name
    wanted = [f"{read} in (select participant from {people_table})"]  # noqa: S608 - as above
    if with_strangers:
        known = text_of(selected(people.origin, people.cell("participant")))
        wanted += [f"{who} is null", f"{read} not in ({known})"]
    file = "filename" if len(table.paths) > 1 else "null"
    number = "file_row_number + 1" if table.number is None else quoted(table.number)
    flags = ["file_row_number", *(["filename"] if len(table.paths) > 1 else [])]
    order = f"{' or '.join(wanted)} order by {', '.join([read, *reversed(flags)])}"
    origin = f"{text_of(parquet(table.paths, *flags))} as rows"
    query = f"select {', '.join([file, number, *cells])} from {origin} where {order}"  # noqa: S608 - quoted names, literals
    places = {str(path): place for place, path in enumerate(table.paths)}
    return PickedTable(table.name, table.shown, table.heading, query, connection, places)


def is_anybody(people_table: str, connection: Connection) -> bool:
    """Whether a table of participants names one; if not, no other table need be read for it."""
    return bool(connection.execute(f"from {people_table} limit 1").fetchmany(1))


def picked_records(  # noqa: PLR0913, PLR0917 - what the row readers are asked, and where the rows are
    files: Mapping[str, Table],
    strangers: Collection[str],
    connection: Connection,
    model: StudyModel,
    cutoff: Cutoff,
    purpose: Purpose,
    people_table: str = ODD_PEOPLE,
    problems: Sequence[DataProblem] = (),
    only: Selection = EVERYTHING,
    everyone: Everyone | None = None,
) -> StudyRecords:
    """The records of the participants in ``people_table``, read as if their tables held nobody else.

    ``problems`` were found on the way to the tables; ``only`` are those who were asked for, and ``everyone`` names the
    participants of the whole study.
    """
    parts = {name: table.whole for name, table in files.items() if table.whole is not None}
    notes = PartedNotes(problems=list(problems), tables=parts)
    sources: dict[str, Source] = {
        name: picked_table(table, files["participants"], connection, people_table, with_strangers=name in strangers)
        for name, table in files.items()
    }
    places = {name: find_columns(source, model, notes) for name, source in sources.items()}
    feed = TablesFeed(sources, places, Survey(None if cutoff.is_given else cutoff.day, frozenset(sources)))
    made = PartedRecords if parts else StudyRecords
    as_of = cutoff.day if cutoff.is_given else None
    return made(feed, model, notes, as_of=as_of, only=only, purpose=purpose, everyone=everyone)
