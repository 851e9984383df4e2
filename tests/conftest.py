"""What every test may ask for."""

import gc
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples in every run, on machines of any speed.
settings.register_profile("ci", derandomize=True, deadline=None)


def pytest_collection_finish() -> None:
    """Leave what was imported and collected, which stays to the end, out of what the garbage collector goes through."""
    gc.freeze()


SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of public data beside the project; not part of it, so a machine may lack it."""
    if not SHARED.is_dir():
        pytest.skip("no folder named shared with public data beside the project")
    return SHARED
