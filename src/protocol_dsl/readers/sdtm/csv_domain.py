"""A domain as CSV."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from protocol_dsl.base.values import frozen
from protocol_dsl.readers.csv_table import DELIMITERS, Records
from protocol_dsl.readers.errors import UnreadableError
from protocol_dsl.readers.notes import Notes
from protocol_dsl.readers.sdtm.encodings import BYTES, UTF8_MARK, decoded
from protocol_dsl.readers.sources import Cells

SAMPLE = 4096


@frozen
class CsvDomain:
    """``lb.csv``: a heading of variables, then rows; the heading is row 1."""

    domain: str
    path: Path
    variables: tuple[str, ...]
    delimiter: str

    def rows(self, notes: Notes) -> Iterator[tuple[int, Cells]]:
        """Each row's number and cells."""
        width = len(self.variables)
        with _opened(self.path) as text:
            records = Records(text, self.delimiter, self.domain, notes)
            next(iter(records), None)
            for cells in records:
                if len(cells) != width:
                    self._level(cells, records.row, notes)
                if "".join(cells).isascii():
                    yield records.row, cells
                    continue
                yield records.row, [self._text(cell, records.row, place, notes) for place, cell in enumerate(cells)]

    def _level(self, cells: Cells, row: int, notes: Notes) -> None:
        """Make a ragged row as long as the heading; a surplus means that no cell surely stands in its place."""
        width, found = len(self.variables), len(cells)
        if not any(cell.strip() for cell in cells):
            cells[:] = [""] * width
            return
        words = f"the row has {found} cells, the heading {width}; "
        words += (
            "it is not used, since something may have been split in two"
            if found > width
            else "the missing ones are taken as empty"
        )
        notes.problem(self.domain, row, None, self.delimiter.join(cells), words)
        cells[:] = [""] * width if found > width else [*cells, *[""] * (width - found)]

    def _text(self, cell: str, row: int, place: int, notes: Notes) -> str:
        if cell.isascii():
            return cell
        text = decoded(cell)
        if text is None:
            words = "the cell is neither in UTF-8 nor in Windows-1252; it is not used"
            notes.problem(self.domain, row, self.variables[place], ascii(cell), words)
        return text or ""


def open_csv_domain(domain: str, path: Path) -> CsvDomain:
    """The domain in ``path``; its heading says which sign separates cells.

    Raises:
        UnreadableError: The file cannot be read, or is empty.
    """
    with _opened(path) as text:
        first = next(iter(Records(text, "\n", domain, Notes(), keep=True)), None)
    if first is None:
        raise UnreadableError(f"{path} is empty: its first line must name the variables")
    line = first[0].removeprefix(UTF8_MARK)
    if len(line) > csv.field_size_limit():
        raise UnreadableError(f"{path} is no CSV: its first line is longer than {csv.field_size_limit():,} characters")

    def heading(delimiter: str) -> list[str]:
        return next(csv.reader([line], delimiter=delimiter), [])

    delimiter = max(DELIMITERS, key=lambda sign: len(heading(sign)))
    return CsvDomain(domain, path, tuple(name.strip().upper() for name in heading(delimiter)), delimiter)


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    """The bytes of a file as one sign each.

    Raises:
        UnreadableError: It cannot be opened, or is no text.
    """
    try:
        with path.open("rb") as raw:
            sample = raw.read(SAMPLE)
        if b"\0" in sample or sample.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise UnreadableError(f"{path} is in UTF-16 or is no text; save it as UTF-8")
        with path.open(encoding=BYTES, newline="") as text:
            yield text
    except OSError as error:
        raise UnreadableError(f"{path} cannot be read: {error.strerror}") from None
