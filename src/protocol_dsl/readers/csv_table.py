"""A table as CSV, read a row at a time."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from protocol_dsl.base.values import frozen
from protocol_dsl.readers.errors import UnreadableError
from protocol_dsl.readers.layout import LAYOUTS
from protocol_dsl.readers.names import fold
from protocol_dsl.readers.notes import Notes
from protocol_dsl.readers.sources import Cells
from protocol_dsl.readers.texts import open_text

NUMBER = r"[<>=≤≥+-]*\s*[\d.]+"

DELIMITERS = (",", ";", "\t")


@frozen
class CsvTable:
    """``readings.csv``: a heading, then rows; commas, semicolons or tabs, whichever its heading uses."""

    table: str
    path: Path
    heading: tuple[str, ...]
    delimiter: str

    @property
    def name(self) -> str:
        """Its path."""
        return str(self.path)

    def rows(self, notes: Notes) -> Iterator[tuple[int | None, Cells]]:
        """Each row's number and cells; ragged rows are used as far as they go, and noted."""
        width = len(self.heading)
        with open_text(self.path) as text:
            records = Records(text, self.delimiter, self.table, notes)
            next(iter(records), None)
            for cells in records:
                if len(cells) != width:
                    self._level(cells, records.row, notes)
                yield records.row, cells

    def _level(self, cells: Cells, row: int, notes: Notes) -> None:
        width, found = len(self.heading), len(cells)
        if found > width:
            extra = cells[width:]
            del cells[width:]
            if any(cell.strip() for cell in extra):
                words = (
                    f"the row has {found} cells, the heading {width}: something may have been split in two, "
                    "so that neither the surplus nor the numbers of the row are used"
                )
                notes.problem(self.table, row, None, self.delimiter.join(cells + extra), words)
                self._drop_numbers(cells)
            return
        cells.extend([""] * (width - found))
        if any(cell.strip() for cell in cells):
            words = f"the row has {found} cells, the heading {width}; the missing ones are taken as empty"
            notes.problem(self.table, row, None, self.delimiter.join(cells[:found]), words)

    def _drop_numbers(self, cells: Cells) -> None:
        """Empty the cells that may be half of a number such as ``4,5``; names and dates prove themselves."""
        for place, cell in enumerate(cells):
            if fold(self.heading[place]) != "participant" and re.fullmatch(NUMBER, cell.strip()):
                cells[place] = ""


def open_csv(table: str, path: Path, _attributes: tuple[str, ...] = ()) -> CsvTable:
    """The table in ``path``; its heading says which sign separates cells.

    Raises:
        UnreadableError: The file cannot be read, is empty, or is not in UTF-8.
    """
    with open_text(path) as text:
        first = next(iter(Records(text, "\n", table, Notes(), keep=True)), None)
    if first is None:
        raise UnreadableError(f"{path} is empty: its first line must name the columns")
    known = LAYOUTS[table].columns
    line = first[0]

    def merit(delimiter: str) -> tuple[int, int]:
        cells = next(csv.reader([line], delimiter=delimiter), [])
        return sum(cell.strip().lower() in known for cell in cells), len(cells)

    delimiter = max(DELIMITERS, key=merit)
    with open_text(path) as text:
        heading = next(iter(Records(text, delimiter, table, Notes())), [])
    return CsvTable(table, path, tuple(heading), delimiter)


class Records:
    """The records of a CSV text one after another; ``row`` is the number of the last, the heading being 1.

    The lines of the record at hand are kept, so that a quotation mark that is never closed costs its own record only:
    that line is read again with the mark as an ordinary sign, and the lines it had swallowed as records of their own.
    """

    def __init__(self, text: TextIO, delimiter: str, table: str, notes: Notes, *, keep: bool = False) -> None:
        """Read ``text``; ``keep`` hands each line over as one cell, to look at the heading."""
        self.row = 0
        self._text = text
        self._delimiter = delimiter
        self._table = table
        self._notes = notes
        self._keep = keep
        self._pending: list[str] = []
        self._pushed: list[str] = []

    def _lines(self) -> Iterator[str]:
        while True:
            line = self._pushed.pop() if self._pushed else next(self._text, None)
            if line is None:
                return
            if "\0" in line:
                self._notes.problem(
                    self._table, self.row + 1, None, line.strip(), "the row holds a NUL sign, which is no text"
                )
                line = line.replace("\0", "\ufffd")
            self._pending.append(line)
            yield line

    def __iter__(self) -> Iterator[Cells]:
        """Each record that holds anything; blank lines are none."""
        if self._keep:
            yield from ([line] for line in self._lines() if line.strip())
            return
        while True:
            reader = csv.reader(self._lines(), delimiter=self._delimiter, strict=True)
            try:
                for cells in reader:
                    self._pending.clear()
                    if cells:
                        self.row += 1
                        yield cells
            except csv.Error:
                self.row += 1
                yield self._mend()
                continue
            return

    def _mend(self) -> Cells:
        """The first line of the record that could not be read, quotation marks as ordinary signs."""
        first, *swallowed = self._pending
        self._pending.clear()
        self._pushed.extend(reversed(swallowed))
        limit = csv.field_size_limit()
        if swallowed:
            words = (
                "the quotation mark that opens here is never closed; it is read as an ordinary sign, "
                f"and the {len(swallowed):,} lines after it that it would take in as rows of their own"
            )
        elif len(first) > limit:
            words = f"a cell is longer than {limit:,} characters; it is cut there"
        else:
            words = "a quotation mark stands within a cell or is never closed; it is read as an ordinary sign"
        self._notes.problem(self._table, self.row, None, first.strip(), words)
        if not swallowed and len(first) <= limit and first.count('"') % 2 == 0:
            return next(csv.reader([first], delimiter=self._delimiter), [])
        cells = first.rstrip("\r\n").split(self._delimiter)
        return [cell.strip().removeprefix('"').removesuffix('"')[:limit] for cell in cells]
