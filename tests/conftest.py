"""What every test may ask for."""

import gc
import sys
import threading
from collections.abc import Generator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest
from hypothesis import settings
from tests.traced import not_to_trace

import protocol_dsl

# The same examples in every run, on machines of any speed: half of the usual ones, for more of the same tell little.
settings.register_profile("ci", derandomize=True, deadline=None, max_examples=50)
# A machine that is busy takes longer than a fifth of a second over anything.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

LONGEST = "test_many.py"

# Trees of statements are a great many objects, of which hardly any is garbage: looking through them a hundredth as
# often takes a tenth off the tests, and little memory.
gc.set_threshold(70_000)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for tests without tracers, which double the time; of what is tested they follow the definitions first."""
    if sys.gettrace() is None:
        return (yield)
    for module in walk_packages(protocol_dsl.__path__, "protocol_dsl."):
        import_module(module.name)
    return (yield from without_tracers())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is not traced for coverage, and begin with what takes longest, so that no process waits for it."""
    for item in not_to_trace(items):
        item.add_marker(pytest.mark.no_cover)
    items.sort(key=lambda item: item.path.name != LONGEST)


def pytest_collection_finish() -> None:
    """Leave what was imported and collected, which stays to the end, out of what the garbage collector goes through."""
    gc.freeze()


def pytest_unconfigure() -> None:
    """Let the collector have everything at the end: duckdb reports what is left then as leaks."""
    gc.unfreeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, object, object]:
    """Let nobody trace what a test marked ``no_cover`` asks for either."""
    return (yield from untraced(item))


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Let nobody trace a test marked ``no_cover``."""
    return (yield from untraced(item))


def untraced(item: pytest.Item) -> Generator[None, object, object]:
    """Go on without tracers, if the test is marked so."""
    return (yield) if item.get_closest_marker("no_cover") is None else (yield from without_tracers())


def without_tracers() -> Generator[None, object, object]:
    """Go on without tracers.

    pytest-cov stops one of its tracers for a test marked ``no_cover``, once it runs; in the processes of xdist it has
    started two.
    """
    here, in_threads = sys.gettrace(), threading.gettrace()
    sys.settrace(None)
    threading.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(here)
        threading.settrace(in_threads)


SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of public data beside the project; not part of it, so a machine may lack it."""
    if not SHARED.is_dir():
        pytest.skip("no folder named shared with public data beside the project")
    return SHARED
