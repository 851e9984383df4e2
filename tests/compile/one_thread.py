"""Small studies are judged on one thread by one instance of DuckDB, each in a database of its own there.

DuckDB spends a sixth of its time on waking other threads, for nothing, and 20 to 30 ms on making an instance.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from weakref import finalize

import duckdb
import pytest

NUMBERS = count(1)
connect = duckdb.connect


@cache
def instance() -> duckdb.DuckDBPyConnection:
    """The one of this process."""
    return connect(config={"threads": 1})


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


def connected(database: Path | str = "", *, read_only: bool = False) -> object:
    """As ``duckdb.connect``: a file is opened as it is."""
    return connect(database, read_only=read_only) if database else Apart()


@contextmanager
def on_one_thread() -> Iterator[None]:
    """Connections made now work on one thread."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(duckdb, "connect", connected)
        yield
