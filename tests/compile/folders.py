"""Study folders of Parquet or CSV files, made from rows of texts."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal, TypeAlias, get_args

import pyarrow as pa
import pyarrow.parquet as pq

Form: TypeAlias = Literal["parquet", "csv"]
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
    """Write each table as a file of texts; ``group`` is the number of rows in a group of a Parquet file."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        columns = dict.fromkeys((*HEADINGS.get(name, ()), *(column for row in rows for column in row)))
        path = folder / f"{name}.{form}"
        if form == "csv":
            with path.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([columns, *([row.get(column, "") for column in columns] for row in rows)])
        else:
            found = {column: pa.array([row.get(column, "") for row in rows], pa.string()) for column in columns}
            pq.write_table(pa.table(found), path, row_group_size=group)
    return folder


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
