"""Which file of a study folder holds which table."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias
from urllib.parse import unquote

from attrs import evolve

from protocol_dsl.base.nearest import distance
from protocol_dsl.readers.columnar import open_parquet
from protocol_dsl.readers.csv_table import open_csv
from protocol_dsl.readers.errors import UnreadableError
from protocol_dsl.readers.layout import LAYOUTS
from protocol_dsl.readers.ndjson_table import NdjsonTable, open_ndjson
from protocol_dsl.readers.notes import Notes
from protocol_dsl.readers.parts import Part, parted
from protocol_dsl.readers.sources import Source

Opener: TypeAlias = Callable[[str, Path, tuple[str, ...]], Source]
OPENERS: Mapping[str, Opener] = {".csv": open_csv, ".ndjson": open_ndjson, ".parquet": open_parquet}
"""Each reads a table from a path, and is told the declared attributes."""
MISSPELT = 2
ASIDE = (".", "_")
"""What begins so lies aside, as it does for the programs that write tables in parts, or copy files to other systems."""
NOTHING_SAID = "__HIVE_DEFAULT_PARTITION__"
"""How the folder of an absent value is named by the programs that write tables in parts."""


def open_folder(folder: Path, attributes: tuple[str, ...], notes: Notes) -> Mapping[str, Source]:
    """The tables of a folder by name; a file whose name is nearly a table's is noted, since leaving it out loses data.

    A table is one file, ``readings.csv``; several, ``readings-1.csv`` and ``readings-2.csv``; or the files in a folder,
    ``readings/site=01/part-0.parquet``, in which ``site=01`` stands for a column.

    Raises:
        UnreadableError: There is no such folder, no ``participants``, or a table in two of these ways.
    """
    found: dict[str, dict[str, list[Path]]] = {}
    others: list[Path] = []
    for path in _files(folder):
        name, kind = path.stem.lower(), path.suffix.lower()
        whole, dash, _ = name.partition("-")
        if path.is_dir() and name in LAYOUTS and kind in {"", *OPENERS}:
            if parts := _parts_in(path, notes, name):
                found.setdefault(name, {})[f"{path.name}/"] = parts
        elif kind not in OPENERS:
            others.append(path)
        elif dash and whole in LAYOUTS:
            found.setdefault(whole, {}).setdefault(f"{whole}-*", []).append(path)
        elif name in LAYOUTS:
            found.setdefault(name, {})[path.name] = [path]
        else:
            _suspect(path, notes)
    for path in others:
        _pass_over(path, found, notes)
    if "participants" not in found:
        kinds = ", ".join(f"participants{kind}" for kind in OPENERS)
        raise UnreadableError(f"{folder} has no table of participants (one of {kinds})")
    return {table: _opened(table, found[table], folder, attributes) for table in LAYOUTS if table in found}


def _opened(table: str, ways: Mapping[str, Sequence[Path]], folder: Path, attributes: tuple[str, ...]) -> Source:
    """The table in a file, or in several."""
    if len(ways) > 1:
        one, other, *_ = sorted(ways)
        raise UnreadableError(f"{folder} has two files for {table}: {one} and {other}; keep one")
    ((way, paths),) = ways.items()
    sources = [OPENERS[path.suffix.lower()](table, path, attributes) for path in paths]
    if way == paths[0].name:
        return sources[0]
    names = [path.relative_to(folder) for path in paths]
    parts = [part_of(one, name) for one, name in zip(sources, names, strict=True)]
    return parted(table, folder / way, parts)


def part_of(source: Source, name: Path) -> Part:
    """One file of a table; the rows of NDJSON need not name a column, so that each is told what its folders say."""
    said = said_by_folders(name)
    return Part(evolve(source, said=said) if isinstance(source, NdjsonTable) else source, name.as_posix(), said)


def _parts_in(place: Path, notes: Notes, table: str) -> list[Path]:
    """The files of a table in a folder, in the order of their paths.

    Raises:
        UnreadableError: The folder is named like a file of the table, and has none.
    """
    found: list[Path] = []
    for path in sorted(place.rglob("*"), key=Path.as_posix):
        if path.is_dir() or any(part.startswith(ASIDE) for part in path.relative_to(place).parts):
            continue
        if path.suffix.lower() in OPENERS:
            found.append(path)
        else:
            name = path.relative_to(place.parent).as_posix()
            words = f"a file of this kind is not read; {table} is read from {', '.join(OPENERS)}"
            notes.problem(table, None, None, name, words)
    if place.suffix and not found:
        raise UnreadableError(f"{place} is no regular file, and a folder without one")
    return found


def said_by_folders(path: Path) -> Mapping[str, str]:
    """What the folders of a part say of all its rows, ``site=01``; an absent value is written so by who made them."""
    said = dict(part.split("=", 1) for part in path.parts[1:-1] if "=" in part)
    return {column: "" if value == NOTHING_SAID else unquote(value) for column, value in said.items()}


def _files(folder: Path) -> list[Path]:
    if not folder.exists():
        raise UnreadableError(f"{folder} does not exist")
    try:
        return sorted(path for path in folder.iterdir() if not path.name.startswith(ASIDE))
    except OSError as error:
        raise UnreadableError(f"{folder} cannot be read: {error.strerror}") from None


def _pass_over(path: Path, found: Mapping[str, object], notes: Notes) -> None:
    """A file of another kind is not read; that is told where it seems to hold a table which is missing."""
    table = path.name.lower().partition(".")[0]
    if table not in LAYOUTS or table in found:
        return
    if path.is_dir():
        return
    words = f"a file of this kind is not read; {table} is read from {', '.join(table + kind for kind in OPENERS)}"
    notes.problem(table, None, None, path.name, words)


def _suspect(path: Path, notes: Notes) -> None:
    for table in LAYOUTS:
        if distance(path.stem.lower(), table, MISSPELT) <= MISSPELT:
            words = f"no table has this name, so the file is not read; it is a letter or two from {table}"
            notes.problem(table, None, None, path.name, words)
