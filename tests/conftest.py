"""What every test may ask for."""

import gc
import signal
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples in every run, on machines of any speed: half of the usual ones, for more of the same tell little.
settings.register_profile("ci", derandomize=True, deadline=None, max_examples=50)
# A machine that is busy takes longer than a fifth of a second over anything.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

LONGEST = "test_many.py"

# Trees of statements are a great many objects, of which hardly any is garbage: looking through them a hundredth as
# often takes a tenth off the tests, and little memory.
gc.set_threshold(70_000)

# Whatever a shell runs in the background ignores Ctrl-C, and some tests press it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no process waits for it."""
    items.sort(key=lambda item: item.path.name != LONGEST)


def pytest_collection_finish() -> None:
    """Leave what was imported and collected, which stays to the end, out of what the garbage collector goes through."""
    gc.freeze()


def pytest_unconfigure() -> None:
    """Let the collector have everything at the end: duckdb reports what is left then as leaks."""
    gc.unfreeze()


SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of public data beside the project; not part of it, so a machine may lack it."""
    if not SHARED.is_dir():
        pytest.skip("no folder named shared with public data beside the project")
    return SHARED
