"""What every file of a domain offers, whatever its format."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from protocol_dsl.readers.notes import Notes
from protocol_dsl.readers.sources import Cells


class DomainFile(Protocol):
    """The rows of one domain. It can be read more than once."""

    @property
    def domain(self) -> str:
        """Its two letters, or those of a supplement: ``LB``, ``SUPPDM``."""
        ...

    @property
    def path(self) -> Path:
        """The file."""
        ...

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables, in upper case."""
        ...

    def rows(self, notes: Notes) -> Iterator[tuple[int, Cells]]:
        """Each row's number and cells; what is wrong with the shape of the file or a row goes into ``notes``.

        Raises:
            UnreadableError: The rest cannot be read at all.
        """
        ...


def plain(text: str) -> str:
    """A number without the empty fraction that a table of floating point numbers gives it; other text as it stands.

    >>> plain("4.0"), plain("8.1"), plain("WEEK 2")
    ('4', '8.1', 'WEEK 2')
    """
    text = text.strip()
    whole, point, rest = text.partition(".")
    if not point or rest.strip("0") or not rest:
        return text
    return whole if whole.removeprefix("-").isdecimal() and whole.isascii() else text
