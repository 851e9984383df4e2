"""Text of values that many participants share, written once."""

from collections.abc import Callable
from typing import Generic, TypeVar

Value = TypeVar("Value")

KEPT = 1_000
"""Texts that are kept: columns give each finding of a protocol as one value, six a criterion at most."""


class WrittenOnce(Generic[Value]):
    """Calls ``write`` once for a value that comes again and again, known by being the very same object."""

    def __init__(self, write: Callable[[Value], str]) -> None:
        """Texts as ``write`` gives them."""
        self._write = write
        self._texts: dict[int, tuple[Value, str]] = {}

    def __call__(self, value: Value) -> str:
        """The text of ``value``."""
        # The value is kept beside its text, so that no other can come to have its number.
        found = self._texts.get(id(value))
        if found is None:
            if len(self._texts) == KEPT:
                self._texts.clear()
            found = self._texts[id(value)] = (value, self._write(value))
        return found[1]
