"""The rows of a few participants out of many, for the row readers: what columns leave to the interpreter."""

from collections.abc import Collection, Iterator, Mapping

from sqlglot import exp

from protocol_dsl.base.values import frozen
from protocol_dsl.model.records import Cutoff
from protocol_dsl.model.study import StudyModel
from protocol_dsl.readers.columnar import BATCH, CLOCKS, Connection, quoted, written
from protocol_dsl.readers.columns.source import DIALECT, Table, pattern
from protocol_dsl.readers.feeds import TablesFeed
from protocol_dsl.readers.headings import find_columns
from protocol_dsl.readers.layout import Purpose
from protocol_dsl.readers.notes import Notes
from protocol_dsl.readers.sources import Cells, Source
from protocol_dsl.readers.study import StudyRecords
from protocol_dsl.readers.survey import Survey

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

    def rows(self, notes: Notes) -> Iterator[tuple[int | None, Cells]]:
        """Each row's number and cells, by participant."""
        # A cursor of its own: several tables are read side by side.
        found = self.connection.cursor().execute(self.query)
        while batch := found.fetchmany(BATCH):
            for number, *values in batch:
                row = int(str(number))
                yield row, [notes.cell(self.table, row, self.heading[at], value) for at, value in enumerate(values)]


def picked_table(table: Table, connection: Connection, people_table: str, *, with_strangers: bool) -> PickedTable:
    """The rows of a table that the interpreter needs."""
    shape = f"select * from read_parquet({exp.Literal.string(pattern(table.path)).sql(DIALECT)})"  # noqa: S608 - a literal
    description = connection.execute(f"{shape} limit 0").description or []
    heading = tuple(name for name, *_ in description)
    cells = ", ".join(
        f"{written(name)} as {quoted(name)}" if str(kind) in CLOCKS else quoted(name) for name, kind, *_ in description
    )
    who = table.cell("participant").sql(DIALECT)
    wanted = [f"{who} in (select participant from {people_table})"]  # noqa: S608 - a quoted name
    if with_strangers:
        people = exp.Literal.string(pattern(table.path.with_name("participants.parquet"))).sql(DIALECT)
        known = f"select participant from read_parquet({people})"  # noqa: S608 - a literal
        wanted += [f"{who} is null", f"{who} not in ({known})"]
    origin = f"read_parquet({exp.Literal.string(pattern(table.path)).sql(DIALECT)}, file_row_number = true)"
    order = f"{' or '.join(wanted)} order by {who}, file_row_number"
    query = f"select file_row_number + 1, {cells} from {origin} where {order}"  # noqa: S608 - quoted names, literals
    return PickedTable(table.name, str(table.path), heading, query, connection)


def picked_records(  # noqa: PLR0913, PLR0917 - what the row readers are asked, and where the rows are
    files: Mapping[str, Table],
    strangers: Collection[str],
    connection: Connection,
    model: StudyModel,
    cutoff: Cutoff,
    purpose: Purpose,
    people_table: str = ODD_PEOPLE,
) -> StudyRecords:
    """The records of the participants in ``people_table``, read as if their tables held nobody else."""
    notes = Notes()
    sources: dict[str, Source] = {
        name: picked_table(table, connection, people_table, with_strangers=name in strangers)
        for name, table in files.items()
    }
    places = {name: find_columns(source, model, notes) for name, source in sources.items()}
    feed = TablesFeed(sources, places, Survey(None if cutoff.is_given else cutoff.day, frozenset(sources)))
    return StudyRecords(feed, model, notes, as_of=cutoff.day if cutoff.is_given else None, purpose=purpose)
