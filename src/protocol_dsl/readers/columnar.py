"""Parquet and DuckDB files, through duckdb, an extra that is loaded when such a file is met."""

import atexit
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from os import getpid
from pathlib import Path
from typing import cast

from protocol_dsl.base.values import frozen
from protocol_dsl.readers.connections import Connection, DuckDB, Stoppable, load_duckdb
from protocol_dsl.readers.errors import UnreadableError
from protocol_dsl.readers.layout import LAYOUTS
from protocol_dsl.readers.names import fold
from protocol_dsl.readers.notes import Notes
from protocol_dsl.readers.sources import Cells

IN_MEMORY = ":memory:"
BATCH = 2_000
"""Rows fetched at once."""


@cache
def nothing_opened(process: int) -> Connection:
    """The database of no file by which a process reads Parquet files; to make one anew takes longer than a small file.

    A process that was forked off has a number of its own, for the threads of the other one are not in it.
    """
    del process
    connection = cast(DuckDB, import_module("duckdb")).connect()
    connection.execute("set autoinstall_known_extensions = false")
    connection.execute("set global TimeZone = 'UTC'")
    return connection


# It is let go before the module that it comes from.
atexit.register(nothing_opened.cache_clear)


@contextmanager
def connected(path: Path, database: str) -> Iterator[Connection]:
    """A connection that only reads, asks no network, and knows one time zone on every machine.

    A database opens no other file, whatever its views say.

    Raises:
        UnreadableError: duckdb is not installed, or what is asked of the file fails.
    """
    duckdb = load_duckdb(path)
    is_parquet = database == IN_MEMORY
    kind = "Parquet" if is_parquet else "DuckDB"
    no_such_file = UnreadableError(f"{path} is no {kind} file, is cut off, or is being written by another program")
    try:
        connection = nothing_opened(getpid()).cursor() if is_parquet else duckdb.connect(database, read_only=True)
    except duckdb.Error:
        raise no_such_file from None
    try:
        if not is_parquet:
            connection.execute("set autoinstall_known_extensions = false")
            connection.execute("set TimeZone = 'UTC'")
            connection.execute("set enable_external_access = false")
        yield Stoppable(connection)
    except duckdb.PermissionException:
        words = "a view in it reads another file, which is not followed; store the rows as a table"
        raise UnreadableError(f"{path} cannot be read: {words}") from None
    except duckdb.Error:
        if is_parquet:
            nothing_opened.cache_clear()  # a fault of duckdb itself may leave the database of no use
            raise no_such_file from None
        words = "it is cut off, or a view or a column in it is of a kind that cannot be read"
        raise UnreadableError(f"{path} cannot be read: {words}") from None
    finally:
        connection.close()


@frozen
class ColumnarTable:
    """A Parquet file, or a table of a DuckDB file; its first row is row 1.

    ``origin`` is what its rows come from there, ``kinds`` the kind of each column; ``is_stored`` says that the file
    holds the rows itself, which those of a view it may not.
    """

    table: str
    path: Path
    database: str
    origin: str
    query: str
    parameters: tuple[str, ...]
    kinds: Mapping[str, str]
    is_stored: bool

    @property
    def name(self) -> str:
        """Its path."""
        return f"{self.path}, table {self.table},"

    @property
    def heading(self) -> tuple[str, ...]:
        """The columns as written."""
        return tuple(self.kinds)

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


def open_parquet(table: str, path: Path, attributes: tuple[str, ...] = ()) -> ColumnarTable:
    """The table in a Parquet file.

    Raises:
        UnreadableError: duckdb is not installed, the file is no Parquet, or a column that is read says no day.
    """
    if not path.is_file():
        raise UnreadableError(f"{path} is no regular file")
    require_permission(path)
    # A name with a star would be a pattern to duckdb; brackets make each sign itself.
    name = "".join(f"[{sign}]" if sign in "*?[" else sign for sign in str(path))
    return _table(Place(table, path, IN_MEMORY, "read_parquet(?, hive_partitioning = false)", (name,)), attributes)


def open_database(path: Path, attributes: tuple[str, ...] = ()) -> Mapping[str, ColumnarTable]:
    """The tables of a DuckDB file by name, upper and lower case alike.

    Raises:
        UnreadableError: duckdb is not installed, the file is no DuckDB file or has no ``participants``, or a column
            that is read says no day.
    """
    require_permission(path)
    listing = "select table_name, table_type from information_schema.tables where table_schema = 'main' order by 1"
    with connected(path, str(path)) as connection:
        kinds = {str(name): str(kind) for name, kind in connection.execute(listing).fetchmany(BATCH)}
    by_table = {name.lower(): name for name in kinds}
    if "participants" not in by_table:
        raise UnreadableError(f"{path} has no table participants")
    tables = {}
    for table in LAYOUTS:
        if table in by_table:
            name = by_table[table]
            place = Place(table, path, str(path), quoted(name), is_stored=kinds[name] == "BASE TABLE")
            tables[table] = _table(place, attributes)
    return tables


@frozen
class Place:
    """Where a table is: what to open, and what its rows come from there."""

    table: str
    path: Path
    database: str
    origin: str
    parameters: tuple[str, ...] = ()
    is_stored: bool = True


def _table(place: Place, attributes: tuple[str, ...]) -> ColumnarTable:
    query = f"select * from {place.origin}"  # noqa: S608 - a function, or a name the file itself gave, quoted
    with connected(place.path, place.database) as connection:
        description = connection.execute(f"{query} limit 0", list(place.parameters)).description or []
        columns = {name: str(kind) for name, kind, *_ in description}
        own = attributes if place.table == "participants" else ()
        read = {fold(name) for name in LAYOUTS[place.table].columns + own}
        for name, kind in columns.items():
            if fold(name) in read and kind in ZONED:
                require_days(connection, place, name)
    # Python has no infinite day, and gets the zoned ones through a package that need not be there.
    texts = [f"{written(quoted(name))} as {quoted(name)}" for name, kind in columns.items() if kind in CLOCKS]
    if texts:
        query = f"select * replace ({', '.join(texts)}) from {place.origin}"  # noqa: S608 - as above
    return ColumnarTable(
        table=place.table,
        path=place.path,
        database=place.database,
        origin=place.origin,
        query=query,
        parameters=place.parameters,
        kinds=columns,
        is_stored=place.is_stored,
    )


ZONED = frozenset(("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ_NS"))
"""Kinds of columns that hold moments: the zone in which they were written is not among what DuckDB tells."""

CLOCKS = ZONED | {
    "DATE",
    "TIME",
    "TIME_NS",
    "TIME WITH TIME ZONE",
    "TIMESTAMP",
    "TIMESTAMP_S",
    "TIMESTAMP_MS",
    "TIMESTAMP_NS",
}
"""Kinds of columns that are read as the text DuckDB writes."""


def require_days(connection: Connection, place: Place, name: str) -> None:
    """Refuse a column of moments that are not all midnight in UTC: elsewhere they may be of another day.

    Raises:
        UnreadableError: One of them is not.
    """
    text = f"cast({quoted(name)} as varchar)"
    unlike = f"{text} like '%+00' and {text} not like '% 00:00:00+00'"
    query = f"select 1 from {place.origin} where {unlike} limit 1"  # noqa: S608 - a quoted name
    if connection.execute(query, list(place.parameters)).fetchmany(1):
        words = "holds moments with a time zone, and no day is written: store dates, or timestamps without a zone"
        raise UnreadableError(f"{place.path}, table {place.table}: the column {name} {words}")


def require_permission(path: Path) -> None:
    """Refuse a file that may not be opened, in the system's words and not in those of a database.

    Raises:
        UnreadableError: It may not.
    """
    try:
        path.open("rb").close()
    except OSError as error:
        raise UnreadableError(f"{path} cannot be read: {error.strerror}") from None


def written(cell: str) -> str:
    """What reads a column as text; a column of timestamps writes midnight where only the day is known."""
    return f"regexp_replace(cast({cell} as varchar), ' 00:00:00([+]00)?$', '')"


def quoted(name: str) -> str:
    """A name as SQL writes it, whatever signs it holds."""
    return '"' + name.replace('"', '""') + '"'
