"""A table in several files, read one after another as one table; a row is told by its file and its number there."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from attrs import define, field

from protocol_dsl.base.values import frozen
from protocol_dsl.model.records import Origin
from protocol_dsl.readers.names import fold
from protocol_dsl.readers.notes import Notes
from protocol_dsl.readers.sources import Cells, Source

ROW_BITS = 40
"""Bits of a row's number in its file; above them stands the number of the file."""


@frozen
class Part:
    """One file of a table; ``name`` as messages call it, ``said`` what its folders say (``site=01``) by column."""

    source: Source
    name: str
    said: Mapping[str, str] = field(factory=dict)


@frozen
class PartedTable:
    """``readings-1.csv``, ``readings-2.csv``; or the files in the folder ``readings``."""

    table: str
    path: Path
    parts: tuple[Part, ...]
    heading: tuple[str, ...]

    @property
    def name(self) -> str:
        """Where its parts are."""
        return str(self.path)

    def rows(self, notes: Notes) -> Iterator[tuple[int | None, Cells]]:
        """Each row's cells under the common heading, its number with that of its file above."""
        for place, part in enumerate(self.parts):
            above = place << ROW_BITS
            found = part.source.rows(Numbered(notes=notes, above=above))
            if part.source.heading == self.heading:
                yield from ((above | (number or 0), cells) for number, cells in found)
                continue
            levelled = Levelled(self.heading, part)
            yield from ((above | (number or 0), levelled.cells(cells)) for number, cells in found)


def parted(table: str, path: Path, parts: Sequence[Part]) -> PartedTable:
    """The table made of some files; its columns are those that any of them has, and those that their folders name."""
    heading = list(parts[0].source.heading)
    known = {fold(column) for column in heading}
    for part in parts:
        for column in (*part.source.heading, *part.said):
            if fold(column) not in known:
                known.add(fold(column))
                heading.append(column)
    return PartedTable(table, path, tuple(parts), tuple(heading))


class Levelled:
    """Puts the cells of a part in the places of the common heading.

    ``places`` are those of the part's own columns, ``None`` where it has none; then ``said`` is what its folders say.
    """

    def __init__(self, heading: tuple[str, ...], part: Part) -> None:
        """Know where each column comes from; what a file says goes before what its folders do."""
        own: dict[str, int] = {}
        for place, column in enumerate(part.source.heading):
            own.setdefault(fold(column), place)
        said = {fold(column): value for column, value in part.said.items()}
        self.places = [own.get(fold(column)) for column in heading]
        self.said = [said.get(fold(column), "") for column in heading]

    def cells(self, cells: Cells) -> Cells:
        """The cells of one row."""
        return [self.said[at] if place is None else cells[place] for at, place in enumerate(self.places)]


@define(kw_only=True)
class Numbered(Notes):
    """Hands on what is found in one file, with the number of that file above each row's."""

    notes: Notes
    above: int

    def problem(  # noqa: PLR0913, PLR0917 - as the notes of every reader
        self,
        table: str,
        row: int | None,
        column: str | None,
        value: str,
        words: str,
        participant: str | None = None,
        file: str | None = None,
    ) -> None:
        """Note that ``value`` cannot be used."""
        self.notes.problem(table, self.above | (row or 0), column, value, words, participant, file)


@define
class PartedNotes(Notes):
    """What a reading finds; a row of a table in several files is told by its file and its number there."""

    tables: Mapping[str, PartedTable] = field(factory=dict)

    def problem(  # noqa: PLR0913, PLR0917 - as the notes of every reader
        self,
        table: str,
        row: int | None,
        column: str | None,
        value: str,
        words: str,
        participant: str | None = None,
        file: str | None = None,
    ) -> None:
        """Note that ``value`` cannot be used."""
        if table in self.tables and row is not None:
            found = self.origin(Origin(table, row))
            row, file = found.row, found.file
        super().problem(table, row, column, value, words, participant, file)

    def origin(self, origin: Origin) -> Origin:
        """The same with the file, where its table has several."""
        whole = self.tables.get(origin.table)
        if whole is None or origin.row is None:
            return origin
        place, row = origin.row >> ROW_BITS, origin.row & ((1 << ROW_BITS) - 1)
        return Origin(origin.table, row or None, whole.parts[place].name)
