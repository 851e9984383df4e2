"""Data frames of Spark, and what Spark says where it fails; Spark itself is not loaded here."""

from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Protocol, runtime_checkable

from protocol_dsl.readers.errors import UnreadableError

KINDS: Mapping[str, str] = {
    "string": "VARCHAR",
    "boolean": "BOOLEAN",
    "tinyint": "TINYINT",
    "smallint": "SMALLINT",
    "int": "INTEGER",
    "bigint": "BIGINT",
    "float": "FLOAT",
    "double": "DOUBLE",
    "date": "DATE",
    "timestamp": "VARCHAR",
    "timestamp_ntz": "VARCHAR",
    "void": "VARCHAR",
}
"""What DuckDB calls the kinds of columns of Spark, once :func:`as_read` has made texts of some."""


class SparkWriter(Protocol):
    """What writes a data frame into files."""

    def parquet(self, path: str) -> None:
        """Parquet files in a folder that is not there yet."""
        ...


@runtime_checkable
class SparkFrame(Protocol):
    """What is used of a data frame."""

    columns: list[str]
    dtypes: list[tuple[str, str]]
    write: SparkWriter
    sparkSession: object  # noqa: N815 - theirs

    def toLocalIterator(self) -> Iterable[Iterable[object]]:  # noqa: N802 - theirs
        """Its rows, a part at a time."""
        ...

    def toDF(self, *names: str) -> "SparkFrame":  # noqa: N802 - theirs
        """The same columns by other names."""
        ...

    def selectExpr(self, *expressions: str) -> "SparkFrame":  # noqa: N802 - theirs
        """Some columns."""
        ...


def kinds_of(frame: SparkFrame) -> Iterator[tuple[str, str]]:
    """Each column by its name, and what DuckDB calls its kind once it is stored, or Spark where that is not known."""
    for name, kind in frame.dtypes:
        yield name, kind.upper() if kind.startswith("decimal(") else KINDS.get(kind, kind)


def as_read(frame: SparkFrame, names: list[str]) -> SparkFrame:
    """A data frame with plain names for its columns, and moments as texts.

    They are as its session shows them: a ``timestamp`` of Spark has no zone of its own. Midnight stands where only the
    day is known.
    """
    cells = []
    for name, (_, kind) in zip(names, frame.dtypes, strict=True):
        shown = f"cast({name} as string) as {name}" if kind == "void" else name
        if kind.startswith("timestamp"):
            shown = f"regexp_replace(cast({name} as string), ' 00:00:00$', '') as {name}"
        cells.append(shown)
    return frame.toDF(*names).selectExpr(*cells)


def rows_of(frame: SparkFrame, table: str) -> Iterator[Iterable[object]]:
    """The rows of a data frame, a part at a time.

    Raises:
        UnreadableError: Spark cannot work them out.
    """
    try:
        yield from as_read(frame, [f"c{place}" for place, _ in enumerate(frame.columns)]).toLocalIterator()
    except faults() as error:
        raise UnreadableError(f"Spark cannot read the table {table}: {first_line(error)}") from None


def store(frame: SparkFrame, names: list[str], folder: Path, table: str, *, number: str) -> tuple[Path, ...]:
    """Let the workers write a data frame into a folder; the files that are there then.

    Args:
        frame: What is written.
        names: What its columns are to be called, in their order.
        folder: A folder that is not there yet; the workers must see it at the same place.
        table: What messages call it.
        number: A further column, for the numbers of rows; those of a data frame have none.

    Raises:
        UnreadableError: Spark cannot work it out, or cannot write there.
    """
    try:
        as_read(frame, names).selectExpr("*", f"cast(null as bigint) as {number}").write.parquet(str(folder))
    except faults() as error:
        raise UnreadableError(f"Spark cannot read the table {table}: {first_line(error)}") from None
    found = tuple(sorted(folder.glob("part-*.parquet")))
    if not found:
        raise UnreadableError(f"Spark wrote the table {table} to {folder}, but not on this machine")
    return found


def faults() -> tuple[type[Exception], ...]:
    """What Spark raises; nothing where it is not installed."""
    try:
        return import_module("pyspark.errors").PySparkException, import_module("py4j.protocol").Py4JError
    except ImportError:
        return ()


def first_line(error: Exception) -> str:
    """The line that says what went wrong: the innermost cause where one is told, else the first that says anything."""
    lines = [line.strip(" :") for line in str(error).splitlines()]
    causes = [line.partition(": ")[2].partition(": ")[2] for line in lines if line.startswith("Caused by: ")]
    said = [line for line in lines if line and not line.startswith("An error occurred")]
    return next((line for line in (*reversed(causes), *said) if line), "no reason is given")
