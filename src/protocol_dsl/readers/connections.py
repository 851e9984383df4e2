"""DuckDB as far as it is used, an extra that is loaded when a file needs it, and what Ctrl-C does to its queries."""

import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from threading import current_thread, main_thread
from types import FrameType
from typing import Protocol, Self, SupportsInt, cast

from attrs import evolve

from protocol_dsl.base.values import frozen
from protocol_dsl.readers.errors import UnreadableError

INTERRUPTED = "Query interrupted"


class Parsed(Protocol):
    """What is used of a query that DuckDB has parsed."""

    @property
    def query(self) -> str:
        """The query itself."""
        ...


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

    def execute(self, query: "str | Parsed", parameters: list[str] | None = None) -> "Connection":
        """Run a query."""
        ...

    def extract_statements(self, query: str) -> "Sequence[Parsed]":
        """Parse a query, for running it more than once, on any connection to the same tables."""
        ...

    def cursor(self) -> "Connection":
        """A connection of its own to the same tables, so that several answers are read side by side."""
        ...

    def query_progress(self) -> float:
        """How much of the running query is done, in percent; negative where that is not known."""
        ...

    def interrupt(self) -> None:
        """Stop the query that is running, if one is."""
        ...

    def close(self) -> None:
        """Let the file go."""
        ...


class DuckDB(Protocol):
    """What is used of the module."""

    Error: type[Exception]
    PermissionException: type[Exception]

    def connect(self, database: str = ":memory:", read_only: bool = False) -> Connection:  # noqa: FBT001, FBT002 - theirs
        """Open a file, or nothing."""
        ...


def load_duckdb(path: Path | str) -> DuckDB:
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
class Stoppable:
    """A connection whose queries end at once when somebody presses Ctrl-C, and end as that."""

    inner: Connection

    @property
    def description(self) -> list[tuple[str, ...]] | None:
        """A tuple a column, its name first."""
        return self.inner.description

    def execute(self, query: str | Parsed, parameters: list[str] | None = None) -> Self:
        """Run a query.

        Raises:
            KeyboardInterrupt: Somebody interrupted.
        """
        with self.watched():
            return evolve(self, inner=self.inner.execute(query, parameters))

    def extract_statements(self, query: str) -> Sequence[Parsed]:
        """Parse a query, for running it more than once, on any connection to the same tables."""
        return self.inner.extract_statements(query)

    def fetchmany(self, size: int) -> list[tuple[object, ...]]:
        """The next rows.

        Raises:
            KeyboardInterrupt: Somebody interrupted.
        """
        with self.watched():
            return self.inner.fetchmany(size)

    def cursor(self) -> Self:
        """A connection of its own to the same tables."""
        return evolve(self, inner=self.inner.cursor())

    def query_progress(self) -> float:
        """How much of the running query is done, in percent; negative where that is not known."""
        return self.inner.query_progress()

    def interrupt(self) -> None:
        """Stop the query that is running, if one is."""
        self.inner.interrupt()

    def close(self) -> None:
        """Let the file go."""
        self.inner.close()

    @contextmanager
    def watched(self) -> Iterator[None]:
        """What is around everything that takes its time.

        Raises:
            KeyboardInterrupt: Somebody interrupted.
        """
        with interruptible(self.inner):
            yield


@contextmanager
def interruptible(connection: Connection) -> Iterator[None]:
    """Ctrl-C while a query runs stops it, and arrives as itself.

    Left alone, duckdb makes an error of its own of it, after its other threads have come to the end of what they are
    at, which may be that of the query: nobody tells them to stop. A handler of signals that goes on, as one of a
    program around us may, lets the query go on too. Signals reach the main thread alone.

    Raises:
        KeyboardInterrupt: Somebody interrupted.
    """
    usual = signal.getsignal(signal.SIGINT)
    if current_thread() is not main_thread() or not callable(usual):
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        try:
            usual(number, frame)
        except BaseException:
            connection.interrupt()
            raise

    try:
        signal.signal(signal.SIGINT, stop)
        yield
    except RuntimeError as error:
        if str(error) != INTERRUPTED:
            raise
        raise KeyboardInterrupt from None
    finally:
        signal.signal(signal.SIGINT, usual)


def whole(cell: object) -> int:
    """A cell that holds a whole number."""
    return int(cast(SupportsInt, cell))


def whole_or_none(cell: object) -> int | None:
    """The same of a cell that may hold nothing."""
    return None if cell is None else whole(cell)
