"""What every test may ask for."""

from pathlib import Path

import pytest
from hypothesis import settings

# The same examples in every run, on machines of any speed.
settings.register_profile("ci", derandomize=True, deadline=None)

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of public data beside the project; not part of it, so a machine may lack it."""
    if not SHARED.is_dir():
        pytest.skip("no folder named shared with public data beside the project")
    return SHARED
