"""Which file of a study folder holds which table."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

from protocol_dsl.base.nearest import distance
from protocol_dsl.readers.columnar import open_parquet
from protocol_dsl.readers.csv_table import open_csv
from protocol_dsl.readers.errors import UnreadableError
from protocol_dsl.readers.layout import LAYOUTS
from protocol_dsl.readers.ndjson_table import open_ndjson
from protocol_dsl.readers.notes import Notes
from protocol_dsl.readers.sources import Source

Opener: TypeAlias = Callable[[str, Path, tuple[str, ...]], Source]
OPENERS: Mapping[str, Opener] = {".csv": open_csv, ".ndjson": open_ndjson, ".parquet": open_parquet}
"""Each reads a table from a path, and is told the declared attributes."""
MISSPELT = 2


def open_folder(folder: Path, attributes: tuple[str, ...], notes: Notes) -> Mapping[str, Source]:
    """The tables of a folder by name; a file whose name is nearly a table's is noted, since leaving it out loses data.

    Raises:
        UnreadableError: There is no such folder, no ``participants``, or two files for one table.
    """
    found: dict[str, Path] = {}
    others: list[Path] = []
    for path in _files(folder):
        table, kind = path.stem.lower(), path.suffix.lower()
        if kind not in OPENERS:
            others.append(path)
            continue
        _refuse_part(path, table)
        if table not in LAYOUTS:
            _suspect(path, notes)
            continue
        if table in found:
            raise UnreadableError(f"{folder} has two files for {table}: {found[table].name} and {path.name}; keep one")
        found[table] = path
    for path in others:
        _pass_over(path, found, notes)
    if "participants" not in found:
        kinds = ", ".join(f"participants{kind}" for kind in OPENERS)
        raise UnreadableError(f"{folder} has no table of participants (one of {kinds})")
    return {
        table: OPENERS[found[table].suffix.lower()](table, found[table], attributes)
        for table in LAYOUTS
        if table in found
    }


def _files(folder: Path) -> list[Path]:
    if not folder.exists():
        raise UnreadableError(f"{folder} does not exist")
    if not folder.is_dir():
        raise UnreadableError(f"{folder} is no folder")
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        raise UnreadableError(f"{folder} cannot be read: {error.strerror}") from None


def _refuse_part(path: Path, table: str) -> None:
    whole, dash, _ = table.partition("-")
    if dash and whole in LAYOUTS:
        raise UnreadableError(f"{path} is a part of a table; put all of {whole} into one file, {whole}{path.suffix}")


def _pass_over(path: Path, found: Mapping[str, Path], notes: Notes) -> None:
    """A file of another kind is not read; that is told where it seems to hold a table which is missing."""
    table = path.name.lower().partition(".")[0]
    if table not in LAYOUTS or table in found:
        return
    if path.is_dir():
        if any(path.glob("*.parquet")):
            raise UnreadableError(f"{path} is a folder of parts; put all of {table} into one file, {table}.parquet")
        return
    words = f"a file of this kind is not read; {table} is read from {', '.join(table + kind for kind in OPENERS)}"
    notes.problem(table, None, None, path.name, words)


def _suspect(path: Path, notes: Notes) -> None:
    for table in LAYOUTS:
        if distance(path.stem.lower(), table, MISSPELT) <= MISSPELT:
            words = f"no table has this name, so the file is not read; it is a letter or two from {table}"
            notes.problem(table, None, None, path.name, words)
