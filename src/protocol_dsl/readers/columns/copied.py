"""Tables that are not Parquet files, copied into some once, each row with its number; then they are read alike.

A plain CSV file and a table of a DuckDB file are copied by DuckDB, as are Parquet files whose numbers are of a kind
that is not read as it is, or of which folders say something (``site=01``); a data frame of Spark by Spark, and then
as these. Anything else goes through the reader of its rows, so that what is wrong with them is found and told as it
always is.
"""

import csv
from codecs import getincrementaldecoder
from collections.abc import Iterator, Mapping
from pathlib import Path

from protocol_dsl.readers.columnar import IN_MEMORY, ColumnarTable
from protocol_dsl.readers.columns.source import Files, Table, is_readable, literal, pattern, table_of, wanted_in
from protocol_dsl.readers.columns.typed import NUMBER, copy_columnar, copy_frame, copy_parts
from protocol_dsl.readers.connections import Connection
from protocol_dsl.readers.csv_table import CsvTable
from protocol_dsl.readers.errors import UnreadableError
from protocol_dsl.readers.frames import SparkFrame, kinds_of, store
from protocol_dsl.readers.layout import UNREAD_TABLES, Purpose
from protocol_dsl.readers.memory import MemoryTable
from protocol_dsl.readers.names import fold
from protocol_dsl.readers.notes import Notes
from protocol_dsl.readers.parts import PartedTable
from protocol_dsl.readers.sources import Source

CHUNK = 1 << 20
LONGEST_LINE = 131_072
"""Bytes of a line that DuckDB is to read; a longer one may hold a cell that the row reader cuts."""
LIKE_CSV = "auto_detect = false, header = false, quote = '\"', escape = '\"', nullstr = ''"


def open_tables(  # noqa: PLR0913 - what is copied, where from, where to
    sources: Mapping[str, Source],
    attributes: tuple[str, ...],
    connection: Connection,
    spill: Path,
    *,
    notes: Notes,
    purpose: Purpose,
) -> Mapping[str, Table]:
    """Each table as Parquet files, those that are none copied into ``spill``.

    Args:
        sources: The tables as the row readers know them.
        attributes: Those that the protocol declares.
        connection: Where the statement will run.
        spill: A folder for what is copied.
        notes: What is wrong with the shape of rows goes here.
        purpose: The command that asks; of a table that it does not read nothing is told.

    Raises:
        NotInColumnsError: A column is of a kind that columns do not read.
        UnreadableError: A table cannot be read to its end, or the disk is full.
    """
    tables: dict[str, Table] = {}
    connection.execute("set preserve_insertion_order = true")  # by which rows are numbered
    for name, source in sources.items():
        told = Notes() if name in UNREAD_TABLES[purpose] else notes
        unread = unread_columns(source, attributes)
        as_it_is = None if unread else as_they_are(source)
        files = as_it_is or copied(source, unread, connection, spill / f"{name}.parquet", told)
        tables[name] = table_of(source, files, attributes, connection)
    connection.execute("set preserve_insertion_order = false")
    return tables


def as_they_are(source: Source) -> Files | None:
    """The files of a table that are read as they are: one Parquet file, or several with the same columns."""
    match source:
        case ColumnarTable(database=database, path=path) if database == IN_MEMORY:
            return Files(paths=(path,))
        case PartedTable(parts=parts):
            found = [one.source for one in parts if isinstance(one.source, ColumnarTable) and not one.said]
            alike = [one.path for one in found if [*one.kinds.items()] == [*found[0].kinds.items()]]
            return Files(paths=tuple(alike)) if len(alike) == len(parts) else None
        case _:
            return None


def unread_columns(source: Source, attributes: tuple[str, ...]) -> Mapping[str, str]:
    """The columns that are read and that are of another kind than is read as it is, each with its kind."""
    match source:
        case ColumnarTable(kinds=kinds):
            found = [*kinds.items()]
        case MemoryTable(frame=SparkFrame() as frame):
            found = [*kinds_of(frame)]
        case PartedTable(parts=parts):
            return {name: kind for part in parts for name, kind in unread_columns(part.source, attributes).items()}
        case _:
            return {}
    wanted = wanted_in(source.table, attributes)
    return {name: kind for name, kind in found if fold(name) in wanted and not is_readable(fold(name), kind)}


def copied(source: Source, unread: Mapping[str, str], connection: Connection, target: Path, notes: Notes) -> Files:
    """Copy a table by whatever reads it fastest and alike; the ``unread`` columns become text."""
    width = len(source.heading)
    names = [f"c{place}" for place in range(width)]
    match source:
        case MemoryTable(frame=SparkFrame() as frame) if not unread:
            parts = store(frame, names, target, source.table, number=NUMBER)
            return Files(paths=parts, heading=source.heading, number=NUMBER)
        case MemoryTable(frame=SparkFrame() as frame) if copy_frame(source, frame, unread, connection, target):
            pass
        case ColumnarTable() if copy_columnar(source, unread, connection, target):
            pass
        case PartedTable() if copies := copy_parts(source, unread, connection, target.with_suffix("")):
            return Files(paths=copies, heading=source.heading, number=NUMBER)
        case CsvTable() if width > 1 and is_plain(source.path) and copy_csv(source, names, connection, target):
            pass
        case _:
            copy_rows(source, names, connection, target, notes)
    return Files(paths=(target,), heading=source.heading, number=NUMBER)


def copy_csv(source: CsvTable, names: list[str], connection: Connection, target: Path) -> bool:
    """Copy a CSV file, unless DuckDB finds anything in it that is not as it should be."""
    reader = (
        f"read_csv({literal(pattern(source.path))}, {LIKE_CSV}, delim = {literal(source.delimiter)}, "
        f"columns = {{{', '.join(f'{name}: varchar' for name in names)}}}, "
        f"strict_mode = true, null_padding = false, max_line_size = {LONGEST_LINE}, hive_partitioning = false)"
    )
    # The heading is row 1 here too, and left out afterwards: it may stand below blank lines.
    numbered = f"select *, row_number() over () as {NUMBER} from {reader}"  # noqa: S608 - literals
    try:
        connection.execute(
            f"copy (select * from ({numbered}) where {NUMBER} > 1) to {literal(str(target))} (format parquet)"  # noqa: S608 - as above
        )
    except UnreadableError:
        return False
    return True


def copy_rows(source: Source, names: list[str], connection: Connection, target: Path, notes: Notes) -> None:
    """Copy a table through the reader of its rows."""
    way, longest = target.with_suffix(".csv"), LONGEST_LINE
    try:
        with way.open("w", encoding="utf-8", errors="surrogatepass", newline="") as file:
            lines = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
            for number, cells in source.rows(notes):
                longest = max(longest, lines.writerow([*cells, "" if number is None else number]))
    except OSError as error:
        raise UnreadableError(f"the tables cannot be copied to disk: {error.strerror}") from None
    columns = ", ".join([*(f"{name}: varchar" for name in names), f"{NUMBER}: bigint"])
    # Bytes of a line, of which each sign may take four.
    size = f"max_line_size = {4 * longest}"
    # Left to itself DuckDB may take a line end inside a cell of the first rows for that of all rows.
    reader = f"read_csv({literal(pattern(way))}, {LIKE_CSV}, new_line = '\\n', columns = {{{columns}}}, {size})"
    connection.execute(f"copy (select * from {reader}) to {literal(str(target))} (format parquet)")  # noqa: S608 - literals
    way.unlink()


def is_plain(path: Path) -> bool:
    """Whether a text is one that every reader of CSV understands alike: UTF-8, whole line ends, marks around cells."""
    decoder = getincrementaldecoder("utf-8")()
    before = b""
    try:
        for chunk in chunks(path):
            decoder.decode(chunk)
            seen = before + chunk
            if b"\0" in chunk or b' "' in seen or b'" ' in seen or b'\t"' in seen or b'"\t' in seen:
                return False
            if seen.count(b"\r") != seen.count(b"\r\n") + seen.endswith(b"\r"):
                return False
            before = chunk[-1:]
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def chunks(path: Path) -> Iterator[bytes]:
    """A file piece by piece."""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk
