"""Parquet and DuckDB files, through duckdb, an extra that is loaded when such a file is met."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from attrs import frozen

from protocol_dsl.readers.errors import UnreadableError
from protocol_dsl.readers.layout import LAYOUTS
from protocol_dsl.readers.notes import Notes
from protocol_dsl.readers.sources import Cells

IN_MEMORY = ":memory:"
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


@contextmanager
def connected(path: Path, database: str) -> Iterator[Connection]:
    """A connection that only reads, asks no network, and knows one time zone on every machine.

    Raises:
        UnreadableError: duckdb is not installed, or what is asked of the file fails.
    """
    duckdb = load_duckdb(path)
    try:
        connection = duckdb.connect(database, read_only=database != IN_MEMORY)
        try:
            connection.execute("set autoinstall_known_extensions = false")
            connection.execute("set TimeZone = 'UTC'")
            yield connection
        finally:
            connection.close()
    except duckdb.Error as error:
        raise UnreadableError(f"{path} cannot be read: {first_line(error)}") from None


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
        number = 0
        with connected(self.path, self.database) as connection:
            found = connection.execute(self.query, list(self.parameters))
            while batch := found.fetchmany(BATCH):
                for values in batch:
                    number += 1
                    yield number, [self._cell(number, place, value, notes) for place, value in enumerate(values)]

    def _cell(self, number: int, place: int, value: object, notes: Notes) -> str:
        if type(value) is str and value.isascii():
            return value
        return notes.cell(self.table, number, self.heading[place], value)


def open_parquet(table: str, path: Path, _attributes: tuple[str, ...] = ()) -> ColumnarTable:
    """The table in a Parquet file.

    Raises:
        UnreadableError: duckdb is not installed, or the file is no Parquet.
    """
    if not path.is_file():
        raise UnreadableError(f"{path} is no regular file")
    # A name with a star would be a pattern to duckdb; brackets make each sign itself.
    name = "".join(f"[{sign}]" if sign in "*?[" else sign for sign in str(path))
    return _table(table, path, IN_MEMORY, "read_parquet(?)", (name,))


def open_database(path: Path) -> Mapping[str, ColumnarTable]:
    """The tables of a DuckDB file by name, upper and lower case alike.

    Raises:
        UnreadableError: duckdb is not installed, or the file is no DuckDB file, or has no ``participants``.
    """
    listing = "select table_name from information_schema.tables where table_schema = 'main' order by 1"
    with connected(path, str(path)) as connection:
        names = [str(name) for (name,) in connection.execute(listing).fetchmany(BATCH)]
    by_table = {name.lower(): name for name in names}
    if "participants" not in by_table:
        raise UnreadableError(f"{path} has no table participants")
    tables = {}
    for table in LAYOUTS:
        if table in by_table:
            tables[table] = _table(table, path, str(path), quoted(by_table[table]))
    return tables


def _table(table: str, path: Path, database: str, origin: str, parameters: tuple[str, ...] = ()) -> ColumnarTable:
    query = f"select * from {origin}"  # noqa: S608 - a function, or a name the file itself gave, quoted
    with connected(path, database) as connection:
        columns = connection.execute(f"{query} limit 0", list(parameters)).description or []
    # Python gets these through a package that need not be there; in UTC a plain timestamp says the same.
    zoned = [quoted(name) for name, kind, *_ in columns if str(kind) == ZONED]
    if zoned:
        plain = ", ".join(f"cast({name} as timestamp) as {name}" for name in zoned)
        query = f"select * replace ({plain}) from {origin}"  # noqa: S608 - as above
    return ColumnarTable(table, path, database, query, parameters, tuple(name for name, *_ in columns))


ZONED = "TIMESTAMP WITH TIME ZONE"


def quoted(name: str) -> str:
    """A name as SQL writes it, whatever signs it holds."""
    return '"' + name.replace('"', '""') + '"'


def first_line(error: Exception) -> str:
    """The first line of a message from elsewhere; the rest is for its own developers."""
    return str(error).strip().partition("\n")[0]
