"""What every table offers, whatever it is stored in."""

from collections.abc import Iterator
from typing import Protocol, TypeAlias

from protocol_dsl.readers.notes import Notes

Cells: TypeAlias = list[str]
"""The cells of a row, as many as the heading has; an absent one is empty."""


class Source(Protocol):
    """One table. It can be read more than once."""

    @property
    def table(self) -> str:
        """Its name: ``readings``."""
        ...

    @property
    def name(self) -> str:
        """What messages call it: its path."""
        ...

    @property
    def heading(self) -> tuple[str, ...]:
        """The columns as written."""
        ...

    def rows(self, notes: Notes) -> Iterator[tuple[int | None, Cells]]:
        """Each row's number and cells; what is wrong with the shape of a row goes into ``notes``.

        Raises:
            UnreadableError: The rest cannot be read at all.
        """
        ...
