"""A connection that judges in columns ends in a sentence, whatever stops it."""

import os
import signal
import time
from pathlib import Path
from threading import Timer

import pytest

from protocol_dsl.readers.columnar import connected
from protocol_dsl.readers.columns.source import connect
from protocol_dsl.readers.connections import Connection
from protocol_dsl.readers.errors import UnreadableError

MANY = "create temp table many as select i from range(250000) t(i)"
"""So many rows that every thread has some to begin with."""
LONG = "select count(*) from many a, many b where a.i % 7 = b.i % 11"
SOON = 5
"""Seconds; the statement takes some times that."""
LARGE = "create table large as select hash(i) as a, hash(i + 1) as b from range(3000000) t(i) order by a"


def interrupt_soon() -> None:
    """Ctrl-C, a moment later."""
    Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()


def require_interruption(connection: Connection) -> None:
    connection.execute(MANY)
    usual, begun = signal.getsignal(signal.SIGINT), time.monotonic()
    with pytest.raises(KeyboardInterrupt):  # noqa: PT012 - Ctrl-C may come before the statement on a busy machine
        interrupt_soon()
        connection.execute(LONG)
    assert time.monotonic() - begun < SOON
    assert signal.getsignal(signal.SIGINT) is usual


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
