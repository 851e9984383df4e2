"""Study folders of Parquet files, made from rows of texts."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "participants": ("participant", "site", "birth_date", "sex", "failing", "karnofsky", "last_test"),
    "events": ("participant", "event", "date"),
    "readings": ("participant", "measure", "date", "value", "unit"),
    "medications": ("participant", "drug", "start", "end"),
    "administrations": ("participant", "treatment", "date"),
    "visits": ("participant", "visit", "date"),
}


def write_folder(folder: Path, tables: Mapping[str, Sequence[Mapping[str, str]]], *, group: int | None = None) -> Path:
    """Write each table as a Parquet file of texts, in groups of so many rows."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        columns = dict.fromkeys((*HEADINGS.get(name, ()), *(column for row in rows for column in row)))
        found = {column: pa.array([row.get(column, "") for row in rows], pa.string()) for column in columns}
        pq.write_table(pa.table(found), folder / f"{name}.parquet", row_group_size=group)
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
