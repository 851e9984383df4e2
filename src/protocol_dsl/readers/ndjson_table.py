"""A table as NDJSON: one row a line, an object whose keys are the columns."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from attrs import field

from protocol_dsl.base.values import frozen
from protocol_dsl.readers.json_words import mistake
from protocol_dsl.readers.layout import LAYOUTS
from protocol_dsl.readers.names import fold
from protocol_dsl.readers.notes import WORDS, Notes
from protocol_dsl.readers.sources import Cells
from protocol_dsl.readers.texts import open_text
from protocol_dsl.readers.values import NoNumber, Pairs


class UnusableLineError(ValueError):
    """A line that holds no row; its words say why."""


@frozen
class NdjsonTable:
    """``readings.ndjson``; the first row is row 1, for there is no heading.

    The last cell of a row holds the keys that nobody reads: rows are told apart by them too. ``said`` is what the
    folders above the file say (``site=01``) by column, for a row that does not name the column.
    """

    table: str
    path: Path
    heading: tuple[str, ...]
    said: Mapping[str, str] = field(factory=dict)

    @property
    def name(self) -> str:
        """Its path."""
        return str(self.path)

    def rows(self, notes: Notes) -> Iterator[tuple[int | None, Cells]]:
        """Each row's number and cells; a line that is no object, a key given twice, a list in a cell are noted."""
        shape = Shape(self.table, self.heading, self.said)
        number = 0
        with open_text(self.path) as text:
            for line in text:
                if not line.strip():
                    continue
                number += 1
                try:
                    row = read_row(line)
                except UnusableLineError as error:
                    notes.problem(self.table, number, None, line.strip(), str(error))
                    continue
                yield number, shape.cells(row, number, notes)


def open_ndjson(table: str, path: Path, attributes: tuple[str, ...]) -> NdjsonTable:
    """The table in ``path``; its columns are those that are ever read, for its rows need not name all.

    Raises:
        UnreadableError: The file cannot be opened.
    """
    with open_text(path):
        return NdjsonTable(table, path, Shape.columns(table, attributes))


class Shape:
    """Puts the keys of a row in the places of the columns."""

    def __init__(self, table: str, heading: tuple[str, ...], said: Mapping[str, str] | None = None) -> None:
        """Make rows of ``heading``, whose last column takes what has no other; ``said`` holds where a row is silent."""
        self._table = table
        self._places = {fold(column): place for place, column in enumerate(heading[:-1])}
        by_column = {fold(column): value for column, value in (said or {}).items()}
        self._unnamed = [by_column.get(fold(column), "") for column in heading]

    @staticmethod
    def columns(table: str, attributes: tuple[str, ...]) -> tuple[str, ...]:
        """The heading of a table that has none."""
        own = attributes if table == "participants" else ()
        return (*dict.fromkeys(LAYOUTS[table].columns + own), OTHER)

    def cells(self, row: Pairs, number: int | None, notes: Notes, participant: str | None = None) -> Cells:
        """The cells of one row; of a column given twice neither value is used."""
        cells: list[str | None] = [None] * len(self._unnamed)
        places = self._places
        others: list[str] = []
        for key, value in row:
            place = places.get(key)
            if place is None:
                place = places.get(fold(key))
                if place is None:
                    others.append(f"{key!r}: {value!r}" if isinstance(value, (str, int)) else repr(key))
                    continue
            if type(value) is str and value.isascii():
                cell = value
            else:
                cell = notes.cell(self._table, number, fold(key), value, participant)
            before = cells[place]
            if before is not None and before != cell:
                cell = self._both(before, cell, fold(key), number, notes, participant)
            cells[place] = cell
        cells[-1] = ", ".join(sorted(others))
        return [unnamed if cell is None else cell for cell, unnamed in zip(cells, self._unnamed, strict=True)]

    def _both(  # noqa: PLR0913, PLR0917 - a place has as many parts
        self, one: str, other: str, column: str, number: int | None, notes: Notes, participant: str | None
    ) -> str:
        """What stands for two values: no date, number or unit, so that whoever reads the column finds it out."""
        both = f"{one} and {other} (given twice)"
        if column not in WORDS:
            return both
        notes.problem(self._table, number, column, both, TWICE, participant=participant)
        return ""


TWICE = "the row gives this twice; neither is used"

OTHER = ""
"""The heading of the cell for keys that nobody reads."""


def read_json(text: str) -> object:
    """A JSON value; numbers as they are written and objects as pairs, so that no digit and no key is lost.

    Raises:
        UnusableLineError: It is no JSON, or nested too deeply.
    """
    try:
        return DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise UnusableLineError(f"this is no JSON: {mistake(error)}") from None
    except RecursionError:
        raise UnusableLineError("this is nested too deeply to be the data of a participant") from None


DECODER = json.JSONDecoder(object_pairs_hook=Pairs, parse_int=str, parse_float=str, parse_constant=NoNumber)


def read_row(line: str) -> Pairs:
    """The keys and values of one line.

    Raises:
        UnusableLineError: It is no object.
    """
    row = read_json(line.strip())
    if not isinstance(row, Pairs):
        raise UnusableLineError("a row must be an object: {...}")
    return row
