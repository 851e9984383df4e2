"""A connection that judges in columns ends in a sentence, whatever stops it."""

import os
import signal
from pathlib import Path
from threading import Timer
from typing import cast

import pytest
from attrs import evolve

from protocol_dsl.readers.columnar import connected
from protocol_dsl.readers.columns.source import connect
from protocol_dsl.readers.connections import Connection, Stoppable
from protocol_dsl.readers.errors import UnreadableError

MANY = "create temp table many as select i from range(250000) t(i)"
"""So many rows that every thread has some to begin with."""
LONG = "create temp table ended as select count(*) from many a, many b where a.i % 7 = b.i % 11"
"""A statement that takes long, and leaves a table once it has come to its end."""
ENDED = "select count(*) from duckdb_tables() where table_name = 'ended'"
LARGE = "create table large as select hash(i) as a, hash(i + 1) as b from range(3000000) t(i) order by a"


def interrupt_soon() -> None:
    """Ctrl-C, a moment later."""
    Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()


class Counted:
    """A connection that counts how often it was told to stop."""

    def __init__(self, inner: Connection) -> None:
        self.inner, self.stops = inner, 0

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)

    def execute(self, query: str, parameters: list[str] | None = None) -> object:
        """Ctrl-C comes while the long one runs, and never before."""
        if query == LONG:
            interrupt_soon()
        return self.inner.execute(query, parameters)

    def interrupt(self) -> None:
        """Left out, the other threads would go on to the end of what they are at."""
        self.stops += 1
        self.inner.interrupt()


def require_interruption(connection: Connection) -> None:
    assert isinstance(connection, Stoppable)
    counted = Counted(connection.inner)
    connection = evolve(connection, inner=cast("Connection", counted))
    connection.execute(MANY)
    usual = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        connection.execute(LONG)
    assert counted.stops == 1
    assert signal.getsignal(signal.SIGINT) is usual
    assert counted.inner.execute(ENDED).fetchmany(1) == [(0,)]


def test_an_interrupted_statement_is_an_interruption_at_once(tmp_path: Path) -> None:
    require_interruption(connect("the data", tmp_path, None))


def test_so_is_the_reading_of_rows(tmp_path: Path) -> None:
    with connected(tmp_path / "x.parquet", ":memory:") as connection:
        require_interruption(connection)


def test_a_statement_goes_on_where_the_program_around_it_does(tmp_path: Path) -> None:
    signals: list[int] = []
    connection = connect("the data", tmp_path, None)
    usual = signal.signal(signal.SIGINT, lambda number, _: signals.append(number))
    try:
        interrupt_soon()
        while not signals:
            assert connection.execute("select count(*) from range(10_000_000)").fetchmany(1) == [(10_000_000,)]
    finally:
        signal.signal(signal.SIGINT, usual)


def test_a_disk_that_is_full_is_told_from_memory_that_is(tmp_path: Path) -> None:
    connection = connect("the data", tmp_path / "spill", "30MB")
    connection.execute("set max_temp_directory_size = '1MB'")
    with pytest.raises(UnreadableError, match=f"no room left in {tmp_path}"):
        connection.execute(LARGE)
    with pytest.raises(UnreadableError, match="give --memory more"):
        connect("the data", tmp_path / "spill", "1MB").execute(LARGE)
