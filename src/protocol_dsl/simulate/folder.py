"""Writes a made-up study as a study folder, with the list of what was planted in it."""

import csv
import json
from collections.abc import Iterable
from pathlib import Path

from protocol_dsl.simulate.draft import COLUMNS, Draft, Row, iso
from protocol_dsl.simulate.population import Population

PLANTED = "planted.json"


def write_study(population: Population, folder: Path) -> None:
    """Write the tables as CSV and the departures as ``planted.json`` into ``folder``, which must exist."""
    for table in COLUMNS:
        # A table without rows is left out, as a study that collects nothing of the kind would.
        if table == "participants" or any(draft.of(table) for draft in population.drafts):
            write_table(folder / f"{table}.csv", headings(table, population), rows(table, population.drafts))
    planted = {
        "format": "protocol-dsl/planted/1",
        "as_of": iso(population.as_of),
        "departures": [departure.as_json() for departure in population.departures],
    }
    text = json.dumps(planted, indent=1, ensure_ascii=False) + "\n"
    (folder / PLANTED).write_text(text, encoding="utf-8", newline="\n")


def headings(table: str, population: Population) -> tuple[str, ...]:
    """The columns of a table: the fixed ones, then the attributes that anybody has."""
    if table != "participants":
        used = {column for draft in population.drafts for row in draft.of(table) for column in row}
        return tuple(column for column in COLUMNS[table] if column in used or column == "participant")
    attributes = {name: None for draft in population.drafts for name in draft.attributes}
    return (*COLUMNS[table], *(name for name in attributes if name not in COLUMNS[table]))


def rows(table: str, drafts: Iterable[Draft]) -> Iterable[Row]:
    """The rows of a table, participant by participant, by date within each."""
    for draft in drafts:
        if table == "participants":
            yield {"participant": draft.participant, "site": draft.site, "arm": draft.arm, **draft.attributes}
        else:
            yield from sorted(draft.of(table), key=lambda row: row.get("date", row.get("start", "")))


def write_table(path: Path, columns: tuple[str, ...], found: Iterable[Row]) -> None:
    """One table; the same bytes on every system."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(found)
