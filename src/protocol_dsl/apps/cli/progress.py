"""How far a run is, on standard error, once it has taken two seconds."""

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

Thing = TypeVar("Thing")

PATIENCE = 2.0
PACE = 0.2
"""Seconds before the first line, and between two."""
BATCH = 50
"""Participants between two looks at the clock."""


def watched(things: Iterable[Thing], *, is_quiet: bool) -> Iterator[Thing]:
    """``things``, with their number so far told on a terminal; where there is none, nothing is told."""
    if is_quiet or sys.stderr is None or not sys.stderr.isatty():
        yield from things
        return
    due = time.monotonic() + PATIENCE
    is_told = False
    for number, thing in enumerate(things, 1):
        if number % BATCH == 0 and time.monotonic() >= due:
            sys.stderr.write(f"\r{number:,} participants")
            sys.stderr.flush()
            due, is_told = time.monotonic() + PACE, True
        yield thing
    if is_told:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
