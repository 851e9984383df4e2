"""What the tests of columns share."""

from collections.abc import Iterator

import pytest
from tests.compile.one_thread import on_one_thread

LARGE = {"test_inputs.py", "test_limits.py", "test_sql.py", "test_window_ends.py", "test_windows.py"}
"""Where enough is judged at once for several threads to have something to do."""


@pytest.fixture(scope="module", autouse=True)
def few_threads(request: pytest.FixtureRequest) -> Iterator[None]:
    """Judge small studies on one thread."""
    if request.path.name in LARGE:
        yield
        return
    with on_one_thread():
        yield
