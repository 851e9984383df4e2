"""Small studies are judged on one thread by one instance of DuckDB, each in a database of its own there.

DuckDB spends a sixth of its time on waking other threads, for nothing, and 20 to 30 ms on making an instance.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial
from itertools import count
from types import SimpleNamespace
from weakref import finalize

import duckdb
import pytest

from protocol_dsl.readers.columns import source

NUMBERS = count(1)
connect = partial(duckdb.connect, config={"threads": 1})


@cache
def instance() -> duckdb.DuckDBPyConnection:
    """The one of this process; what a run in columns sets, such as the order of rows, holds for all such runs."""
    return connect()


class Apart:
    """A connection with a database of its own, which its cursors share, as those of an instance do."""

    def __init__(self, database: str | None = None) -> None:
        """Make the database, or enter one that is there."""
        self._name = database or f"apart_{next(NUMBERS)}"
        self._inner = instance().cursor()
        if database is None:
            self._inner.execute(f"attach ':memory:' as {self._name}; reset memory_limit")
            finalize(self, instance().execute, f"detach {self._name}")
        self._inner.execute(f"use {self._name}")

    def __getattr__(self, name: str) -> object:
        """Whatever a connection does."""
        return getattr(self._inner, name)

    def cursor(self) -> "Apart":
        """Another connection to the same database."""
        return Apart(self._name)


@contextmanager
def on_one_thread() -> Iterator[None]:
    """Connections made now work on one thread, those of runs in columns in one instance."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(duckdb, "connect", connect)
        shared = SimpleNamespace(connect=Apart, Error=duckdb.Error)
        patch.setattr(source, "load_duckdb", lambda _: shared)
        yield
