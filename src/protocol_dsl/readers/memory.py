"""Tables that a program holds: rows as mappings, columns, Arrow, pandas, Polars, DuckDB relations, Spark data frames.

None of these packages is loaded here: a table is known by what it can do.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Protocol, TypeAlias, cast, runtime_checkable

from protocol_dsl.base.values import frozen
from protocol_dsl.readers.errors import UnreadableError
from protocol_dsl.readers.frames import SparkFrame, first_line, rows_of
from protocol_dsl.readers.layout import LAYOUTS
from protocol_dsl.readers.notes import Notes
from protocol_dsl.readers.sources import Cells
from protocol_dsl.readers.values import kind

Values: TypeAlias = Iterable[Iterable[object]]
BATCH = 2_000


@runtime_checkable
class PolarsFrame(Protocol):
    """What is used of a Polars frame."""

    columns: list[str]

    def iter_rows(self) -> Values:
        """Its rows."""
        ...


@runtime_checkable
class PandasFrame(Protocol):
    """What is used of a pandas frame."""

    columns: Iterable[object]

    def itertuples(self, *, index: bool, name: None) -> Values:
        """Its rows."""
        ...


class ArrowBatch(Protocol):
    """What is used of an Arrow batch."""

    def to_pydict(self) -> dict[str, list[object]]:
        """Its columns."""
        ...


@runtime_checkable
class ArrowTable(Protocol):
    """What is used of an Arrow table."""

    column_names: list[str]

    def to_batches(self) -> list[ArrowBatch]:
        """Its rows, some thousands at a time."""
        ...


@runtime_checkable
class DuckRelation(Protocol):
    """What is used of a DuckDB relation."""

    columns: list[str]

    def execute(self) -> object:
        """Run it, from its first row."""
        ...

    def fetchmany(self, size: int) -> list[tuple[object, ...]]:
        """The next rows."""
        ...


@runtime_checkable
class ArrowStream(Protocol):
    """Anything else that can hand its columns over as Arrow."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Its rows."""
        ...


@runtime_checkable
class Lazy(Protocol):
    """A Polars query that has not run yet."""

    def collect(self) -> object:
        """Run it."""
        ...


@frozen
class MemoryTable:
    """A table in memory; its rows have no number. A Spark data frame is not in memory, and kept as ``frame`` too."""

    table: str
    heading: tuple[str, ...]
    values: Callable[[], Values]
    frame: SparkFrame | None = None

    @property
    def name(self) -> str:
        """What messages call it."""
        return f"the table {self.table}"

    def rows(self, notes: Notes) -> Iterator[tuple[int | None, Cells]]:
        """Each row's cells, values as text; NaN of a data frame is its way to say that nothing is there."""
        with faults_of_duckdb(self.table):
            for values in self.values():
                yield None, [self._cell(place, value, notes) for place, value in enumerate(values)]

    def _cell(self, place: int, value: object, notes: Notes) -> str:
        if type(value) is str and value.isascii():
            return value
        return notes.cell(self.table, None, self.heading[place], value)


@contextmanager
def faults_of_duckdb(table: str) -> Iterator[None]:
    """Words for what duckdb raises of a table that is a relation: its connection was closed, or its query fails.

    Raises:
        UnreadableError: It does.
    """
    module = sys.modules.get("duckdb")  # who hands over a relation has imported it
    faults: tuple[type[Exception], ...] = () if module is None else (module.Error,)
    try:
        yield
    except faults as error:
        raise UnreadableError(f"duckdb cannot read the table {table}: {first_line(error)}") from None


def is_frame(data: object) -> bool:
    """Whether something is a table in itself, which does not say whether of participants or of readings."""
    kinds = (PolarsFrame, PandasFrame, ArrowTable, SparkFrame, DuckRelation, ArrowStream, Lazy)
    return isinstance(data, kinds)


def open_tables(tables: Mapping[str, object]) -> Mapping[str, MemoryTable]:
    """The tables by name.

    Raises:
        UnreadableError: A name is no table's, ``participants`` is missing, or a table is of a kind not known here.
    """
    found: dict[str, MemoryTable] = {}
    for name, data in tables.items():
        table = name.strip().lower()
        if table not in LAYOUTS:
            raise UnreadableError(f"there is no table {name}; the tables are {', '.join(LAYOUTS)}")
        with faults_of_duckdb(table):
            found[table] = open_table(table, data)
    if "participants" not in found:
        raise UnreadableError("the table participants is missing")
    return {table: found[table] for table in LAYOUTS if table in found}


def open_table(table: str, data: object) -> MemoryTable:
    """One table, by what it can do."""
    match data:
        case Mapping():
            return _columns(table, data)
        case PolarsFrame():
            return MemoryTable(table, tuple(data.columns), data.iter_rows)
        case PandasFrame():
            frame = data
            return MemoryTable(table, tuple(str(name) for name in frame.columns), lambda: _present(frame))
        case ArrowTable():
            arrow = data
            return MemoryTable(table, tuple(arrow.column_names), lambda: _batches(arrow))
        case SparkFrame():
            frame_ = data
            return MemoryTable(table, tuple(data.columns), lambda: rows_of(frame_, table), frame=data)
        case DuckRelation():
            relation = data
            return MemoryTable(table, tuple(relation.columns), lambda: _fetched(relation))
        case Lazy():
            return open_table(table, data.collect())
        case ArrowStream():
            return open_table(table, _to_arrow(table, data))
        case str() | bytes():
            raise UnreadableError(f"the table {table} is a text; give rows, columns, or a frame")
        case Iterable():
            return _rows(table, data)
        case _:
            raise UnreadableError(f"the table {table} is of a kind that is not known here: {type(data).__name__}")


def _columns(table: str, columns: Mapping[str, object]) -> MemoryTable:
    lists: list[list[object]] = []
    for name, column in columns.items():
        if isinstance(column, (str, bytes)) or not isinstance(column, Iterable):
            raise UnreadableError(f"the column {name} of the table {table} is no list")
        lists.append(list(column))
    if len({len(column) for column in lists}) > 1:
        raise UnreadableError(f"the columns of the table {table} differ in length")
    return MemoryTable(table, tuple(columns), lambda: zip(*lists, strict=True))


def _rows(table: str, data: Iterable[object]) -> MemoryTable:
    rows: list[Mapping[str, object]] = []
    for row in data:
        if not isinstance(row, Mapping):
            raise UnreadableError(f"a row of the table {table} is no mapping from columns to values: {kind(row)[:80]}")
        rows.append(row)
    seen = dict.fromkeys(str(column) for row in rows for column in row)
    # Rows need not name every column; a table of none has them all, and no rows.
    heading = tuple(dict.fromkeys((*seen, *LAYOUTS[table].required)))
    return MemoryTable(table, heading, lambda: ([row.get(column) for column in heading] for row in rows))


def _present(frame: PandasFrame) -> Values:
    """Rows in which NaN, NaT and NA, which pandas writes where nothing is, are nothing."""
    for row in frame.itertuples(index=False, name=None):
        yield [None if type(value).__name__ in MISSING_KINDS or value != value else value for value in row]  # noqa: PLR0124 - NaN


MISSING_KINDS = ("NAType", "NaTType")


def _batches(data: ArrowTable) -> Values:
    for batch in data.to_batches():
        yield from zip(*batch.to_pydict().values(), strict=True)


def _fetched(relation: DuckRelation) -> Values:
    relation.execute()
    while batch := relation.fetchmany(BATCH):
        yield from batch


def _to_arrow(table: str, data: ArrowStream) -> object:
    try:
        arrow = import_module("pyarrow")
    except ImportError:
        raise UnreadableError(f"the table {table} needs pyarrow to be read") from None
    return cast("Callable[[object], object]", arrow.table)(data)
