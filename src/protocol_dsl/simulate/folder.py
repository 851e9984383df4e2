"""Writes a made-up study as a study folder, with the list of what was planted in it."""

import csv
import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from protocol_dsl.model.study import StudyModel
from protocol_dsl.simulate.draft import COLUMNS, Draft, Row, iso
from protocol_dsl.simulate.population import Population

PLANTED = "planted.json"


def write_study(population: Population, folder: Path) -> None:
    """Write the tables as CSV and the departures as ``planted.json`` into ``folder``, which must exist.

    Participants are made up one at a time, so that memory does not grow with their number.
    """
    with ExitStack() as files:
        writers: dict[str, csv.DictWriter[str]] = {}
        for draft in population.drafts():
            for table in COLUMNS:
                found = list(rows(table, draft))
                # A table without rows is left out, as a study that collects nothing of the kind would.
                if found and table not in writers:
                    file = files.enter_context((folder / f"{table}.csv").open("w", encoding="utf-8", newline=""))
                    headings = columns(table, population.study)
                    writers[table] = csv.DictWriter(file, headings, restval="", lineterminator="\n")
                    writers[table].writeheader()
                if found:
                    writers[table].writerows(found)
    planted = {
        "format": "protocol-dsl/planted/1",
        "as_of": iso(population.as_of),
        "departures": [departure.as_json() for departure in population.departures],
    }
    text = json.dumps(planted, indent=1, ensure_ascii=False) + "\n"
    (folder / PLANTED).write_text(text, encoding="utf-8", newline="\n")


def columns(table: str, study: StudyModel) -> tuple[str, ...]:
    """The columns of a table: the fixed ones, then the attributes that the protocol declares."""
    if table != "participants":
        return COLUMNS[table]
    return tuple(dict.fromkeys((*COLUMNS[table], *(item.name for item in study.vocabulary.attributes))))


def rows(table: str, draft: Draft) -> Iterator[Row]:
    """The rows of a participant in a table, by date."""
    if table == "participants":
        yield {"participant": draft.participant, "site": draft.site, "arm": draft.arm, **draft.attributes}
    else:
        yield from sorted(draft.of(table), key=lambda row: row.get("date", row.get("start", "")))
