"""Study folders of Parquet, CSV or NDJSON files, and DuckDB files, made from rows of texts."""

import csv
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Literal, TypeAlias, get_args

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

Form: TypeAlias = Literal["parquet", "csv", "ndjson", "typed", "duckdb"]
"""How a study is kept; ``typed`` are Parquet files whose columns are dates and numbers where all their cells are."""
FORMS: tuple[Form, ...] = get_args(Form)
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "participants": ("participant", "site", "birth_date", "sex", "failing", "karnofsky", "last_test"),
    "events": ("participant", "event", "date"),
    "readings": ("participant", "measure", "date", "value", "unit"),
    "medications": ("participant", "drug", "start", "end"),
    "administrations": ("participant", "treatment", "date"),
    "visits": ("participant", "visit", "date"),
}


def write_folder(
    folder: Path, tables: Mapping[str, Sequence[Mapping[str, str]]], *, group: int | None = None, form: Form = "parquet"
) -> Path:
    """Write each table as a file of texts; ``group`` is the number of rows in a group of a Parquet file.

    Returns:
        The folder, or the one file that has all tables.
    """
    folder.mkdir(parents=True, exist_ok=True)
    database = folder / "study.duckdb"
    for name, rows in tables.items():
        columns = dict.fromkeys((*HEADINGS.get(name, ()), *(column for row in rows for column in row)))
        cells = {column: [row.get(column, "") for row in rows] for column in columns}
        match form:
            case "csv":
                with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                    csv.writer(file).writerows([columns, *zip(*cells.values(), strict=True)])
            case "ndjson":
                lines = (json.dumps({key: cell for key, cell in row.items() if cell}) + "\n" for row in rows)
                (folder / f"{name}.ndjson").write_text("".join(lines), encoding="utf-8")
            case "parquet":
                found = {column: pa.array(texts, pa.string()) for column, texts in cells.items()}
                pq.write_table(pa.table(found), folder / f"{name}.parquet", row_group_size=group)
            case "typed":
                pq.write_table(typed(cells), folder / f"{name}.parquet", row_group_size=group)
            case "duckdb":
                with duckdb.connect(database) as connection:
                    connection.register("found", typed(cells))
                    connection.execute(f"create table {name} as from found")
    return database if form == "duckdb" else folder


def typed(cells: Mapping[str, Sequence[str]]) -> pa.Table:
    """A table of which each column has the kind of all its cells; an empty one is null."""
    return pa.table({column: array_of(texts) for column, texts in cells.items()})


def array_of(texts: Sequence[str]) -> pa.Array:
    """Cells as dates, whole numbers or numbers, where all that are not empty are written so."""
    for pattern, read, kind in KINDS:
        with suppress(ValueError):
            if any(texts) and all(re.fullmatch(pattern, text) for text in texts if text):
                return pa.array([read(text) if text else None for text in texts], kind)
    return pa.array([text or None for text in texts], pa.string())


KINDS = (
    (r"\d{4}-\d{2}-\d{2}", date.fromisoformat, pa.date32()),
    (r"0|-?[1-9]\d{0,9}", int, pa.int64()),
    (r"-?(0|[1-9]\d{0,9})(\.\d{1,4})?", float, pa.float64()),
)
"""How the cells of a column are written, and what reads them, for each kind."""


def tables_of_people(people: Iterable[Mapping[str, object]]) -> Mapping[str, Sequence[Mapping[str, str]]]:
    """The tables of participants given one by one, each with lists of rows."""
    found: dict[str, list[Mapping[str, str]]] = {"participants": []}
    for one in people:
        person = str(one["participant"])
        found["participants"].append({name: str(cell) for name, cell in one.items() if not isinstance(cell, list)})
        for name, rows in one.items():
            if isinstance(rows, list):
                cells = ({key: str(cell) for key, cell in row.items()} for row in rows)
                found.setdefault(name, []).extend({"participant": person, **row} for row in cells)
    return found
