"""Tables whose columns have kinds, copied by DuckDB with the text that the row readers make of their cells."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from shutil import rmtree

from protocol_dsl.base.values import frozen
from protocol_dsl.model.columns import NotInColumnsError
from protocol_dsl.readers import frames
from protocol_dsl.readers.columnar import CLOCKS, IN_MEMORY, ColumnarTable, quoted, written
from protocol_dsl.readers.columns.source import NUMBERS, TEXT, literal, parquet, reading
from protocol_dsl.readers.connections import Connection
from protocol_dsl.readers.frames import SparkFrame
from protocol_dsl.readers.memory import MemoryTable
from protocol_dsl.readers.names import fold
from protocol_dsl.readers.parts import ROW_BITS, Levelled, PartedTable
from protocol_dsl.readers.values import EXACT
from protocol_dsl.trees import text_of

NUMBER = "row_number"
"""The column of a copied table that holds the number of each row."""
FLOATS = frozenset({"FLOAT", "DOUBLE"})
ALIKE = NUMBERS | {"UINTEGER", "UBIGINT", "HUGEINT", "UHUGEINT", "UUID", TEXT}
"""Kinds of columns that DuckDB writes as the row readers do."""


@frozen
class Cell:
    """A column that is copied: what reads it, and whether it is made text of a number that may need another way."""

    reads: str
    may_differ: bool = False


def copy_columnar(source: ColumnarTable, unread: Mapping[str, str], connection: Connection, target: Path) -> bool:
    """Copy a Parquet file, or a table of a DuckDB file, unless DuckDB writes some number in another way.

    Raises:
        NotInColumnsError: It is a view, which may read other files.
    """
    if not source.is_stored:
        raise NotInColumnsError(f"{source.name} a view")
    in_database = source.database != IN_MEMORY
    cells = [
        cell_of(name, kind, is_text=name in unread or (in_database and kind in CLOCKS))
        for name, kind in source.kinds.items()
    ]
    if in_database:
        connection.execute(f"attach {literal(source.database)} as study (read_only)")
    origin = f"study.main.{source.origin}" if in_database else reading(source.path)
    is_copied = copy_cells(cells, origin, connection, target)
    if in_database:
        connection.execute("detach study")
    return is_copied


def copy_frame(
    source: MemoryTable, frame: SparkFrame, unread: Mapping[str, str], connection: Connection, target: Path
) -> bool:
    """Copy a data frame of Spark, which its workers write first, unless DuckDB writes some number in another way."""
    names = [f"c{place}" for place, _ in enumerate(source.heading)]
    kinds = frames.kinds_of(frame)
    cells = [cell_of(name, kind, is_text=own in unread) for name, (own, kind) in zip(names, kinds, strict=True)]
    if None in cells:
        return False
    way = target.with_suffix(".spark")
    parts = frames.store(frame, names, way, source.table, number=NUMBER)
    is_copied = copy_cells(cells, text_of(parquet(parts)), connection, target, None)
    rmtree(way, ignore_errors=True)
    return is_copied


def copy_parts(
    source: PartedTable, unread: Mapping[str, str], connection: Connection, folder: Path
) -> tuple[Path, ...] | None:
    """Copy the Parquet files of a table into a folder, one by one; ``None`` if some part is to be read otherwise.

    The number of a row has that of its file above it, as the reader of its rows numbers it.
    """
    tables = [part.source for part in source.parts if isinstance(part.source, ColumnarTable)]
    if len(tables) < len(source.parts) or any(table.database != IN_MEMORY for table in tables):
        return None
    levelled = [Levelled(source.heading, part) for part in source.parts]
    folded = {fold(name) for name in unread}
    kinds = [
        TEXT if fold(heading) in folded or len(found) > 1 else next(iter(found))
        for heading, found in zip(source.heading, kinds_of(tables, levelled), strict=True)
    ]
    folder.mkdir()
    targets = tuple(folder / f"{place}.parquet" for place in range(len(tables)))
    for place, (table, level) in enumerate(zip(tables, levelled, strict=True)):
        columns = [*table.kinds.items()]
        cells = [
            said(text, kind) if own is None else cell_of(*columns[own], is_text=kind == TEXT)
            for own, text, kind in zip(level.places, level.said, kinds, strict=True)
        ]
        if not copy_cells(cells, reading(table.path), connection, targets[place], place << ROW_BITS):
            return None
    return targets


def kinds_of(tables: Sequence[ColumnarTable], levelled: Sequence[Levelled]) -> list[set[str]]:
    """The kinds of each column of the common heading in those parts that have it; text where the folders say it."""
    found: list[set[str]] = [set() for _ in levelled[0].places]
    for table, level in zip(tables, levelled, strict=True):
        own = [*table.kinds.values()]
        for kinds, place, text in zip(found, level.places, level.said, strict=True):
            if place is not None or text:
                kinds.add(TEXT if place is None else own[place])
    return found


def said(text: str, kind: str) -> Cell:
    """What the folders of a part say of all its rows; nothing of a kind, if they say nothing."""
    return Cell(literal(text) if text else f"cast(null as {kind})")


def cell_of(name: str, kind: str, *, is_text: bool) -> Cell | None:
    """A column as it is, or as text; ``None`` where DuckDB writes another text than the row readers."""
    cell = quoted(name)
    if not is_text:
        return Cell(cell)
    text = text_cell(cell, kind)
    return None if text is None else Cell(text, may_differ=kind in FLOATS)


def copy_cells(
    cells: Sequence[Cell | None], origin: str, connection: Connection, target: Path, above: int | None = 0
) -> bool:
    """Copy the rows of a table, unless some cell needs another way.

    The numbers of the rows begin ``above``; where it is ``None`` they have none.
    """
    columns = [f"{cell.reads} as c{place}" for place, cell in enumerate(cells) if cell]
    if len(columns) < len(cells):
        return False
    number = "cast(null as bigint)" if above is None else f"{above} + row_number() over ()"
    query = f"select {', '.join([*columns, f'{number} as {NUMBER}'])} from {origin}"  # noqa: S608 - quoted
    connection.execute(f"copy ({query}) to {literal(str(target))} (format parquet)")
    floats = [f"c{place}" for place, cell in enumerate(cells) if cell and cell.may_differ]
    return not any(is_written_apart(alias, target, connection) for alias in floats)


def text_cell(cell: str, kind: str) -> str | None:
    """What reads a column as the text that the row readers make of it, where DuckDB writes it so."""
    if kind in CLOCKS:
        return written(cell)
    if kind in FLOATS:
        number = f"cast({cell} as double)"
        whole = f"cast(cast({number} as bigint) as varchar)"  # without a point
        return (
            f"case when abs({number}) < {EXACT} and {number} = trunc({number}) then {whole} else {number}::varchar end"
        )
    if kind == "BOOLEAN":
        return f"case when {cell} then 'yes' when not {cell} then 'no' end"
    return f"cast({cell} as varchar)" if kind in ALIKE or kind.startswith(("DECIMAL", "ENUM")) else None


def is_written_apart(alias: str, target: Path, connection: Connection) -> bool:
    """Whether a column of copied numbers holds one with an exponent, or none: rows write these in another way."""
    query = f"select 1 from {reading(target)} where ltrim({alias}, '-0123456789.') <> '' limit 1"  # noqa: S608 - an own name
    return bool(connection.execute(query).fetchmany(1))
