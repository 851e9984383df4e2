"""Small studies are judged on one thread: DuckDB spends a sixth of its time on waking others, for nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import duckdb
import pytest


@contextmanager
def on_one_thread() -> Iterator[None]:
    """Connections made now work on one thread."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(duckdb, "connect", partial(duckdb.connect, config={"threads": 1}))
        yield
