"""The Parquet files of a study folder, through one DuckDB connection."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from attrs import evolve
from sqlglot import exp

from protocol_dsl.base.values import frozen
from protocol_dsl.model.columns import NotInColumnsError
from protocol_dsl.readers.connections import Connection, Stoppable, interruptible, load_duckdb
from protocol_dsl.readers.errors import UnreadableError
from protocol_dsl.readers.headings import missing_column
from protocol_dsl.readers.layout import FOLDED, LAYOUTS
from protocol_dsl.readers.names import fold
from protocol_dsl.readers.parts import PartedTable
from protocol_dsl.readers.sources import Source
from protocol_dsl.trees import (
    all_of,
    any_of,
    at_least,
    below,
    call,
    case,
    cast,
    equal,
    is_null,
    selected,
    text_of,
)

TEXT, DAY = "VARCHAR", "DATE"
BLANKS = "".join(
    map(chr, (*range(9, 14), *range(28, 33), 133, 160, 5760, *range(8192, 8203), 8232, 8233, 8239, 8287, 12288))
)
"""All signs that Python strips from the ends of a text."""
SHORT_NUMBERS = frozenset({"TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT"})
NUMBERS = SHORT_NUMBERS | {"BIGINT"}
READABLE: Mapping[str, frozenset[str]] = {
    "date": frozenset({TEXT, DAY}),
    "end_date": frozenset({TEXT, DAY}),
    "start": frozenset({TEXT, DAY}),
    "end": frozenset({TEXT, DAY}),
    "birth_date": frozenset({TEXT, DAY}),
    "value": frozenset({TEXT, *SHORT_NUMBERS}),
    "low": frozenset({TEXT, *SHORT_NUMBERS}),
    "high": frozenset({TEXT, *SHORT_NUMBERS}),
    "grade": frozenset({TEXT, *NUMBERS}),
    "dose": frozenset({TEXT, *SHORT_NUMBERS}),
    "cycle": frozenset({TEXT, *SHORT_NUMBERS}),
    "times": frozenset({TEXT, *SHORT_NUMBERS}),
}
"""Kinds of a column that are read as they are; any other column holds text."""
LOW, HIGH = "span_low", "span_high"
"""The variables of a connection that hold the ends of the span which it is in."""
SETTINGS = (
    "set autoinstall_known_extensions = false",
    "set TimeZone = 'UTC'",
    "set preserve_insertion_order = false",
    "set parquet_metadata_cache = true",  # each span reads the same files
    "set enable_progress_bar = true",  # counts how far a statement is
    "set enable_progress_bar_print = false",
)
DIVIDES = "partitioned_execution"
"""An optimizer of DuckDB that reads a whole span for each part of all participants (2.0.1: five times a million)."""
FULL = ("failed to offload data block", "No space left on device", "Disk quota exceeded")
"""Words of duckdb where a disk is full."""


class Tabled(Protocol):
    """A table as the trees of the engine ask for its columns."""

    @property
    def name(self) -> str:
        """Which of the tables of a study it is."""
        ...

    @property
    def origin(self) -> exp.Expr:
        """What a statement reads from."""
        ...

    def has(self, column: str) -> bool:
        """Whether it has the column."""
        ...

    def cell(self, column: str) -> exp.Expr:
        """A column as it stands."""
        ...

    def text(self, column: str) -> exp.Expr:
        """A column of names as text, empty where nothing stands."""
        ...

    def kind(self, column: str) -> str:
        """The kind of a column."""
        ...

    @property
    def is_timed(self) -> bool:
        """Whether the dates of some rows tell a time of day too."""
        ...


@frozen(kw_only=True)
class Table:
    """One table: the Parquet files that the statement reads, and the kinds of its columns by their folded name.

    ``shown`` is what messages call it; ``heading`` are its columns as written, ``written_as`` as the files call
    them, of ``written_kinds``. A table that was copied has its rows' numbers in a column, ``number``; elsewhere the
    place in the file is the number. ``is_timed``: the dates of some rows tell a time of day. ``whole`` is the table
    where it comes in several files; ``is_bounded`` where a statement reads it span by span, see
    :mod:`protocol_dsl.readers.columns.spans`.
    """

    name: str
    shown: str
    paths: tuple[Path, ...]
    heading: tuple[str, ...]
    written_as: tuple[str, ...]
    kinds: Mapping[str, str]
    headings: Mapping[str, str]
    number: str | None = None
    whole: PartedTable | None = None
    is_bounded: bool = False
    is_timed: bool = False
    written_kinds: tuple[str, ...] = ()

    def has(self, column: str) -> bool:
        """Whether the file has the column."""
        return column in self.kinds

    def cell(self, column: str) -> exp.Expr:
        """A column as it stands, or nothing where the file has none."""
        if column not in self.kinds:
            return cast(exp.null(), "varchar")
        return named(self.headings[column])

    def text(self, column: str) -> exp.Expr:
        """A column of names as text, empty where nothing stands."""
        if column not in self.kinds:
            return exp.Literal.string("")
        found = self.cell(column)
        if self.kinds[column] != TEXT:
            found = cast(found, "varchar")
        return call("coalesce", found, exp.Literal.string(""))

    def compared(self, column: str) -> exp.Expr:
        """A column as rows are compared with each other: without blanks around it, names without capitals."""
        if self.kinds[column] != TEXT:
            return self.cell(column)
        found = stripped(self.cell(column))
        # Other letters become small too: those who have such rows are looked at by the row readers.
        return exp.Lower(this=found) if column in FOLDED else found

    def kind(self, column: str) -> str:
        """The kind of a column; text where the file has none."""
        return self.kinds.get(column, TEXT)

    @property
    def origin(self) -> exp.Expr:
        """What a statement reads from: the rows of the span that it is in, if the table is read so."""
        if self.number is None and not self.is_bounded:
            return parquet(self.paths)
        rows = selected(parquet(self.paths), *map(named, self.written_as))
        if self.is_bounded:
            low, high = (call("getvariable", exp.Literal.string(name)) for name in (LOW, HIGH))
            who = self.cell("participant")
            within = all_of(any_of(is_null(low), at_least(who, low)), any_of(is_null(high), below(who, high)))
            rows = rows.where(within, copy=False)
        return rows.subquery(self.name, copy=False)

    @property
    def everything(self) -> "Table":
        """The table with the rows of every span."""
        return evolve(self, is_bounded=False)


def stripped(text: exp.Expr) -> exp.Expr:
    """A text without blanks around it, empty where nothing stands.

    The database is slow at stripping such a choice of signs: ten times as slow as at comparing. So only what may begin
    or end with a blank, or with a sign that is not ASCII, is stripped.
    """
    first, last, empty = (exp.Literal.string(each) for each in ("!", "~", ""))
    ends = (text.copy(), call("array_extract", text.copy(), exp.convert(-1)))
    is_plain = all_of(*(exp.Between(this=end, low=first.copy(), high=last.copy()) for end in ends))
    trimmed = exp.Trim(this=text.copy(), expression=exp.Literal.string(BLANKS))
    return case((is_plain, text), (exp.NEQ(this=text.copy(), expression=empty), trimmed), otherwise=empty.copy())


def named(column: str) -> exp.Expr:
    """A column by the name that a file gives it, whatever signs it holds."""
    return exp.Column(this=exp.Identifier(this=column, quoted=True))


def parquet(paths: Sequence[Path], *flags: str) -> exp.Table:
    """The rows of Parquet files; ``flags`` are further settings of the reader that are switched on."""
    files = [exp.Literal.string(pattern(path)) for path in paths]
    # A folder above that happens to be called `site=01` says nothing.
    settings = [equal(exp.column("hive_partitioning"), exp.false())]
    settings += [equal(exp.column(flag), exp.true()) for flag in flags]
    what = files[0] if len(files) == 1 else exp.Array(expressions=files)
    return exp.Table(this=call("read_parquet", what, *settings))


def reading(path: Path) -> str:
    """The rows of a Parquet file, in a statement that is written by hand."""
    return f"read_parquet({literal(pattern(path))}, hive_partitioning = false)"


def literal(text: str) -> str:
    """A text as it stands in such a statement."""
    return text_of(exp.Literal.string(text))


def pattern(path: Path) -> str:
    """A path in which a star or a bracket is itself."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in str(path))


@frozen
class Guarded(Stoppable):
    """A connection whose faults are told in a sentence: a file that cannot be read, memory or a disk that is full."""

    faults: type[Exception]
    shown: str
    spill: Path

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Whatever stops a query, as a sentence.

        Raises:
            KeyboardInterrupt: Somebody interrupted.
            UnreadableError: Anything else stopped it.
        """
        try:
            # As of a Stoppable; a class with slots is made anew, which a decorated method's ``super()`` does not know.
            with interruptible(self.inner):
                yield
        except self.faults as error:
            raise UnreadableError(self._words(error)) from None

    def _words(self, error: Exception) -> str:
        said = str(error).strip().partition("\n")[0]
        is_full = any(each in said for each in FULL)
        if is_full and "offload" not in said and str(self.spill) not in said:
            return "could not write the output: No space left on device"
        if is_full:
            aside = f"what is kept aside while judging has no room left in {self.spill.parent}"
            return f"{aside}: free some, or set TMPDIR to a folder that has more"
        if type(error).__name__ == "OutOfMemoryException":
            return "the memory is not enough: give --memory more, or leave it out"
        words = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in said)
        return f"{self.shown} or a table beside it cannot be read in columns ({words}); the interpreter may tell more"


def connect(shown: str, spill: Path, memory: str | None) -> Connection:
    """A connection of its own, which spills into ``spill`` beyond ``memory`` (``512MB``).

    ``shown`` is what messages call the data.

    Raises:
        UnreadableError: duckdb is not installed.
    """
    duckdb = load_duckdb(shown)
    connection = Guarded(duckdb.connect(), duckdb.Error, shown, spill)
    settings = (*SETTINGS, f"set temp_directory = {text_of(exp.Literal.string(str(spill)))}")
    connection.execute("; ".join(settings))
    # Earlier versions lack it, and refuse its name.
    if connection.execute(f"from duckdb_optimizers() where name = '{DIVIDES}'").fetchmany(1):
        connection.execute(f"set disabled_optimizers = '{DIVIDES}'")
    if memory:
        connection.execute(f"set memory_limit = {text_of(exp.Literal.string(memory))}")
    return connection


@frozen(kw_only=True)
class Files:
    """The Parquet files of a table; see :class:`Table`."""

    paths: tuple[Path, ...]
    heading: tuple[str, ...] | None = None
    number: str | None = None


def table_of(source: Source, files: Files, attributes: tuple[str, ...], connection: Connection) -> Table:
    """A table of which Parquet files are known.

    Raises:
        NotInColumnsError: A column is of a kind that columns do not read.
        UnreadableError: A required column is missing.
    """
    shape = selected(parquet(files.paths), "*").limit(0, copy=False)
    described = connection.execute(text_of(shape)).description or []
    columns = [(name, str(kind)) for name, kind, *_ in described if name != files.number]
    heading = files.heading or tuple(name for name, _ in columns)
    layout, shown = LAYOUTS[source.table], source.name.rstrip(",")
    wanted = wanted_in(source.table, attributes)
    kinds: dict[str, str] = {}
    headings: dict[str, str] = {}
    for written, (name, kind) in zip(heading, columns, strict=True):
        column = fold(written)
        if column in wanted and column not in kinds:
            kinds[column], headings[column] = kind, name
            if not is_readable(column, kind):
                raise NotInColumnsError(f"{shown}: the column {written} of kind {kind}")
    for column in layout.required:
        if column not in kinds:
            raise UnreadableError(missing_column(source, column))
    return Table(
        name=source.table,
        shown=shown,
        paths=files.paths,
        heading=heading,
        written_as=tuple(name for name, _ in columns),
        written_kinds=tuple(kind for _, kind in columns),
        kinds=kinds,
        headings=headings,
        number=files.number,
        whole=source if isinstance(source, PartedTable) else None,
    )


def wanted_in(table: str, attributes: tuple[str, ...]) -> frozenset[str]:
    """The columns of a table that are read, without regard to capitals."""
    return frozenset(map(fold, (*LAYOUTS[table].columns, *(attributes if table == "participants" else ()))))


def is_readable(column: str, kind: str) -> bool:
    """Whether a column is of a kind that is read as it is."""
    return kind in READABLE.get(column, frozenset({TEXT}))


def columns_of(connection: Connection, path: Path) -> tuple[str, ...]:
    """The names of the columns of a Parquet file.

    Raises:
        UnreadableError: It is none.
    """
    shape = selected(parquet((path,)), "*").limit(0, copy=False)
    return tuple(name for name, *_ in connection.execute(text_of(shape)).description or ())


def rows_of(connection: Connection, query: exp.Expr) -> list[tuple[object, ...]]:
    """All rows of a small answer."""
    found = connection.execute(text_of(query))
    rows: list[tuple[object, ...]] = []
    while batch := found.fetchmany(10_000):
        rows += batch
    return rows


def single(connection: Connection, query: exp.Expr) -> tuple[object, ...]:
    """The one row of an answer."""
    return rows_of(connection, query)[0]
