"""How far a run is, on standard error, once it has taken two seconds."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Event, Thread, Timer
from typing import TypeVar

Thing = TypeVar("Thing")

PATIENCE = 2.0
PACE = 0.2
"""Seconds before the first line, and between two."""
BATCH = 50
"""Participants between two looks at the clock."""


def is_watched(*, is_quiet: bool) -> bool:
    """Whether someone sees progress: on a terminal, unless asked to be quiet."""
    return not is_quiet and sys.stderr is not None and sys.stderr.isatty()


def told(words: str) -> None:
    """Words in the place of the last ones."""
    sys.stderr.write(f"\r\x1b[K{words}")
    sys.stderr.flush()


@contextmanager
def patient(words: str, *, is_quiet: bool) -> Iterator[None]:
    """Say ``words`` while the block runs, if it takes more than two seconds."""
    if not is_watched(is_quiet=is_quiet):
        yield
        return
    timer = Timer(PATIENCE, told, (words,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        told("")


@contextmanager
def shared(share: Callable[[], float | None], *, is_quiet: bool) -> Iterator[None]:
    """Say what part of a statement over everybody is done while the block runs, whenever one runs."""
    if not is_watched(is_quiet=is_quiet):
        yield
        return
    is_over = Event()
    watcher = Thread(target=say_share, args=(share, is_over), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        is_over.set()
        watcher.join()


def say_share(share: Callable[[], float | None], is_over: Event) -> None:
    """Say it from time to time until it is over, and take it away when no statement runs any more."""
    pause, is_told, furthest = PATIENCE, False, 0.0
    while not is_over.wait(pause):
        part, pause = share(), PACE
        if part is not None:
            furthest = max(furthest, min(part, 1))
            told(f"judging in columns: {furthest:.0%}")
        elif is_told:
            told("")
        is_told = part is not None
    if is_told:
        told("")


def watched(things: Iterable[Thing], *, is_quiet: bool) -> Iterator[Thing]:
    """``things``, with their number so far told on a terminal; where there is none, nothing is told."""
    if not is_watched(is_quiet=is_quiet):
        yield from things
        return
    due = time.monotonic() + PATIENCE
    is_told = False
    for number, thing in enumerate(things, 1):
        if number % BATCH == 0 and time.monotonic() >= due:
            told(f"{number:,} participants")
            due, is_told = time.monotonic() + PACE, True
        yield thing
    if is_told:
        told("")
