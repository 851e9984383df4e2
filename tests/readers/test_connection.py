"""A connection that judges in columns ends in a sentence, whatever stops it."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from threading import Timer

import pytest

from protocol_dsl.readers.columnar import connected
from protocol_dsl.readers.columns.source import connect
from protocol_dsl.readers.errors import UnreadableError

ENDLESS = "select count(*) from range(1000000) a(i), range(1000000) b(j) where i % 7 = j % 11"
LARGE = "create table large as select hash(i) as a, hash(i + 1) as b from range(3000000) t(i) order by a"


@pytest.fixture
def interruption() -> Iterator[None]:
    """Ctrl-C, a moment later."""
    timer = Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    yield
    timer.join()


@pytest.mark.usefixtures("interruption")
def test_an_interrupted_statement_is_an_interruption(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        connect("the data", tmp_path, None).execute(ENDLESS)


@pytest.mark.usefixtures("interruption")
def test_so_is_the_reading_of_rows(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), connected(tmp_path / "x.parquet", ":memory:") as connection:
        connection.execute(ENDLESS)


def test_a_disk_that_is_full_is_told_from_memory_that_is(tmp_path: Path) -> None:
    connection = connect("the data", tmp_path / "spill", "30MB")
    connection.execute("set max_temp_directory_size = '1MB'")
    with pytest.raises(UnreadableError, match=f"no room left in {tmp_path}"):
        connection.execute(LARGE)
    with pytest.raises(UnreadableError, match="give --memory more"):
        connect("the data", tmp_path / "spill", "1MB").execute(LARGE)
