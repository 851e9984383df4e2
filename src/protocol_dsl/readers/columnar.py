"""Parquet and DuckDB files, through duckdb, an extra that is loaded when such a file is met."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from attrs import frozen

from protocol_dsl.readers.errors import UnreadableError
from protocol_dsl.readers.layout import LAYOUTS
from protocol_dsl.readers.notes import Notes
from protocol_dsl.readers.sources import Cells
from protocol_dsl.readers.values import NoTextError, cell_text

BATCH = 2_000
"""Rows fetched at once."""


class Relation(Protocol):
    """What is used of a DuckDB result."""

    @property
    def description(self) -> list[tuple[str, ...]] | None:
        """A tuple a column, its name first."""
        ...

    def fetchmany(self, size: int) -> list[tuple[object, ...]]:
        """The next rows."""
        ...


class Connection(Relation, Protocol):
    """What is used of a DuckDB connection."""

    def execute(self, query: str, parameters: list[str] | None = None) -> "Connection":
        """Run a query."""
        ...

    def close(self) -> None:
        """Let the file go."""
        ...


class DuckDB(Protocol):
    """What is used of the module."""

    Error: type[Exception]

    def connect(self, database: str = ":memory:", read_only: bool = False) -> Connection:  # noqa: FBT001, FBT002 - theirs
        """Open a file, or nothing."""
        ...


def load_duckdb(path: Path) -> DuckDB:
    """The module.

    Raises:
        UnreadableError: It is not installed.
    """
    try:
        return cast(DuckDB, import_module("duckdb"))
    except ImportError:
        words = f'{path} needs duckdb to be read: pip install "protocol-dsl[parquet]"'
        raise UnreadableError(words) from None


@frozen
class ColumnarTable:
    """A Parquet file, or a table of a DuckDB file; its first row is row 1."""

    table: str
    path: Path
    database: str
    query: str
    parameters: tuple[str, ...]
    heading: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its path."""
        return f"{self.path}, table {self.table},"

    def rows(self, notes: Notes) -> Iterator[tuple[int | None, Cells]]:
        """Each row's number and cells, values as text."""
        duckdb = load_duckdb(self.path)
        number = 0
        try:
            connection = duckdb.connect(self.database, read_only=self.database != ":memory:")
            try:
                found = connection.execute(self.query, list(self.parameters))
                while batch := found.fetchmany(BATCH):
                    for values in batch:
                        number += 1
                        yield (
                            number,
                            [
                                value
                                if type(value) is str and value.isascii()
                                else self._cell(number, place, value, notes)
                                for place, value in enumerate(values)
                            ],
                        )
            finally:
                connection.close()
        except duckdb.Error as error:
            raise UnreadableError(f"{self.path} cannot be read: {first_line(error)}") from None

    def _cell(self, number: int, place: int, value: object, notes: Notes) -> str:
        try:
            return cell_text(value)
        except NoTextError as error:
            notes.problem(self.table, number, self.heading[place], type(value).__name__, str(error))
            return ""


def open_parquet(table: str, path: Path, _attributes: tuple[str, ...] = ()) -> ColumnarTable:
    """The table in a Parquet file.

    Raises:
        UnreadableError: duckdb is not installed, or the file is no Parquet.
    """
    if not path.is_file():
        raise UnreadableError(f"{path} is no regular file")
    query = "select * from read_parquet(?)"
    # A name with a star would be a pattern to duckdb; brackets make each sign itself.
    name = "".join(f"[{sign}]" if sign in "*?[" else sign for sign in str(path))
    heading = _heading(path, ":memory:", query, (name,))
    return ColumnarTable(table, path, ":memory:", query, (name,), heading)


def open_database(path: Path) -> Mapping[str, ColumnarTable]:
    """The tables of a DuckDB file by name, upper and lower case alike.

    Raises:
        UnreadableError: duckdb is not installed, or the file is no DuckDB file, or has no ``participants``.
    """
    listing = "select table_name from information_schema.tables where table_schema = 'main' order by 1"
    duckdb = load_duckdb(path)
    try:
        connection = duckdb.connect(str(path), read_only=True)
        try:
            names = [str(name) for (name,) in connection.execute(listing).fetchmany(BATCH)]
        finally:
            connection.close()
    except duckdb.Error as error:
        raise UnreadableError(f"{path} cannot be read: {first_line(error)}") from None
    by_table = {name.lower(): name for name in names}
    if "participants" not in by_table:
        raise UnreadableError(f"{path} has no table participants")
    tables = {}
    for table in LAYOUTS:
        if table in by_table:
            quoted = by_table[table].replace('"', '""')
            query = f'select * from "{quoted}"'  # noqa: S608 - a name the file itself gave, quoted
            tables[table] = ColumnarTable(table, path, str(path), query, (), _heading(path, str(path), query, ()))
    return tables


def _heading(path: Path, database: str, query: str, parameters: tuple[str, ...]) -> tuple[str, ...]:
    duckdb = load_duckdb(path)
    try:
        connection = duckdb.connect(database, read_only=database != ":memory:")
        try:
            found = connection.execute(f"{query} limit 0", list(parameters))
            return tuple(column[0] for column in found.description or ())
        finally:
            connection.close()
    except duckdb.Error as error:
        raise UnreadableError(f"{path} cannot be read: {first_line(error)}") from None


def first_line(error: Exception) -> str:
    """The first line of a message from elsewhere; the rest is for its own developers."""
    return str(error).strip().partition("\n")[0]
