"""The Parquet files of a study folder, through one DuckDB connection."""

from collections.abc import Mapping
from pathlib import Path

from sqlglot import exp

from protocol_dsl.base.values import frozen
from protocol_dsl.model.columns import NotInColumnsError
from protocol_dsl.readers.columnar import IN_MEMORY, Connection, connected, load_duckdb
from protocol_dsl.readers.errors import UnreadableError
from protocol_dsl.readers.layout import LAYOUTS
from protocol_dsl.readers.names import fold

DIALECT = "duckdb"
TEXT, DAY = "VARCHAR", "DATE"
NUMBERS = frozenset({"TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT", "BIGINT"})
READABLE: Mapping[str, frozenset[str]] = {
    "date": frozenset({TEXT, DAY}),
    "end_date": frozenset({TEXT, DAY}),
    "start": frozenset({TEXT, DAY}),
    "end": frozenset({TEXT, DAY}),
    "birth_date": frozenset({TEXT, DAY}),
    "value": frozenset({TEXT, "TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT"}),
    "grade": frozenset({TEXT, *NUMBERS}),
}
"""Kinds of a column that columns read; any other column holds text."""
SETTINGS = (
    "set autoinstall_known_extensions = false",
    "set TimeZone = 'UTC'",
    "set preserve_insertion_order = false",
)


@frozen
class Table:
    """One file: how the statement names it, and the kinds of its columns by their folded name."""

    name: str
    path: Path
    kinds: Mapping[str, str]
    headings: Mapping[str, str]

    def has(self, column: str) -> bool:
        """Whether the file has the column."""
        return column in self.kinds

    def cell(self, column: str) -> exp.Expr:
        """A column as it stands, or nothing where the file has none."""
        if column not in self.kinds:
            return exp.cast(exp.null(), "varchar")
        return exp.column(exp.to_identifier(self.headings[column], quoted=True))

    def text(self, column: str) -> exp.Expr:
        """A column of names as text, empty where nothing stands."""
        if column not in self.kinds:
            return exp.Literal.string("")
        found = self.cell(column)
        if self.kinds[column] != TEXT:
            found = exp.cast(found, "varchar")
        return exp.func("coalesce", found, exp.Literal.string(""))

    def kind(self, column: str) -> str:
        """The kind of a column; text where the file has none."""
        return self.kinds.get(column, TEXT)

    @property
    def origin(self) -> exp.Expr:
        """What a statement reads from."""
        return exp.Table(this=exp.func("read_parquet", exp.Literal.string(pattern(self.path))))


def pattern(path: Path) -> str:
    """A path in which a star or a bracket is itself."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in str(path))


@frozen
class Guarded:
    """A connection whose faults are told in a sentence: a file that cannot be read, memory or a disk that is full."""

    inner: Connection
    faults: type[Exception]
    folder: Path

    @property
    def description(self) -> list[tuple[str, ...]] | None:
        """A tuple a column, its name first."""
        return self.inner.description

    def execute(self, query: str, parameters: list[str] | None = None) -> "Guarded":
        """Run a query.

        Raises:
            UnreadableError: It cannot be run to its end.
        """
        try:
            return Guarded(self.inner.execute(query, parameters), self.faults, self.folder)
        except self.faults as error:
            raise UnreadableError(self._words(error)) from None

    def fetchmany(self, size: int) -> list[tuple[object, ...]]:
        """The next rows.

        Raises:
            UnreadableError: The rest cannot be read.
        """
        try:
            return self.inner.fetchmany(size)
        except self.faults as error:
            raise UnreadableError(self._words(error)) from None

    def cursor(self) -> "Guarded":
        """A connection of its own to the same tables."""
        return Guarded(self.inner.cursor(), self.faults, self.folder)

    def close(self) -> None:
        """Let everything go."""
        self.inner.close()

    def _words(self, error: Exception) -> str:
        said = str(error).strip().partition("\n")[0]
        if type(error).__name__ == "OutOfMemoryException":
            return "the memory is not enough: give --memory more, or leave it out"
        return f"{self.folder} cannot be judged in columns: {said}"


def connect(folder: Path, spill: Path, memory: str | None) -> Connection:
    """A connection of its own, which spills into ``spill`` beyond ``memory`` (``512MB``).

    Raises:
        UnreadableError: duckdb is not installed, or does not take such a limit.
    """
    duckdb = load_duckdb(folder)
    connection = Guarded(duckdb.connect(), duckdb.Error, folder)
    for setting in SETTINGS:
        connection.execute(setting)
    connection.execute(f"set temp_directory = {exp.Literal.string(str(spill)).sql(DIALECT)}")
    if memory:
        try:
            connection.execute(f"set memory_limit = {exp.Literal.string(memory).sql(DIALECT)}")
        except UnreadableError:
            raise UnreadableError(f"--memory {memory}: write it as 512MB or 2GB") from None
    return connection


def row_count(path: Path) -> int:
    """The rows of a Parquet file, by what it says of itself.

    Raises:
        UnreadableError: It is none.
    """
    with connected(path, IN_MEMORY) as connection:
        counted = exp.select(exp.Count(this=exp.Star())).from_(
            exp.Table(this=exp.func("read_parquet", exp.Literal.string(pattern(path))))
        )
        return int(str(single(connection, counted)[0]))


def open_parquet_tables(folder: Path, attributes: tuple[str, ...], connection: Connection) -> Mapping[str, Table]:
    """The tables of a folder of Parquet files.

    Raises:
        NotInColumnsError: A table is no Parquet file, or has a column of a kind that columns do not read.
    """
    found: dict[str, Table] = {}
    for name, layout in LAYOUTS.items():
        path = folder / f"{name}.parquet"
        if not path.is_file():
            continue
        shape = exp.select("*").from_(exp.Table(this=exp.func("read_parquet", exp.Literal.string(pattern(path)))))
        description = connection.execute(shape.limit(0).sql(DIALECT)).description or []
        own = attributes if name == "participants" else ()
        wanted = {fold(each) for each in (*layout.columns, *own)}
        kinds: dict[str, str] = {}
        headings: dict[str, str] = {}
        for heading, kind, *_ in description:
            column = fold(heading)
            if column in wanted and column not in kinds:
                kinds[column], headings[column] = str(kind), heading
                if str(kind) not in READABLE.get(column, frozenset({TEXT})):
                    raise NotInColumnsError(f"{path.name}: the column {heading} of kind {kind}")
        for column in layout.required:
            if column not in kinds:
                raise NotInColumnsError(f"{path.name}: no column {column}")
        found[name] = Table(name, path, kinds, headings)
    others = [each for each in folder.iterdir() if each.suffix.lower() in {".csv", ".ndjson"}]
    if "participants" not in found or any(each.stem.lower() in LAYOUTS for each in others):
        raise NotInColumnsError("a folder that is not of Parquet files alone")
    return found


def rows_of(connection: Connection, query: exp.Expr) -> list[tuple[object, ...]]:
    """All rows of a small answer."""
    found = connection.execute(query.sql(DIALECT))
    rows: list[tuple[object, ...]] = []
    while batch := found.fetchmany(10_000):
        rows += batch
    return rows


def single(connection: Connection, query: exp.Expr) -> tuple[object, ...]:
    """The one row of an answer."""
    return rows_of(connection, query)[0]
