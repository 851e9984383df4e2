"""Whoever has no consent, of a protocol that was amended, is judged in columns: unknown where the versions differ."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import pyarrow.parquet as pq
import pytest
from tests.compile.folders import write_folder
from tests.compile.test_agreement import require_agreement, study_of
from tests.compile.test_check import require_agreement as require_whole_agreement

from protocol_dsl import Study

TEXT = """protocol CONSENTS "Amended rules of entry"
  language 1
use hiv (cd4)
attribute frail "Frail" is yes or no
attribute asleep "Asleep" is yes or no
anchor SCR is screening
anchor W0 is randomization
eligibility at {first}
visit W0 "Baseline" at W0
inclusion I1 "Low count" require latest cd4 before {first} <= 200 cells/mm3
inclusion I2 "As it was" require latest cd4 before SCR >= 150 cells/mm3
exclusion X1 "Asleep" exclude if asleep is yes
amendment AM1 "Higher" in force 2004-06-10
inclusion I1 "Higher count" require latest cd4 before {first} < 350 cells/mm3
  since AM1
exclusion X2 "Frail" exclude if frail is yes
  since AM1
amendment AM2 "No longer" in force 2004-06-20
retire X1 since AM2
"""
CONSENTS = {"none": "", "first": "2004-06-09", "second": "2004-06-10", "third": "2004-06-20"}
COUNTS = ("100", "150", "200", "349", "350", "")


def tables(consents: Mapping[str, str]) -> Mapping[str, list[dict[str, str]]]:
    """Participants of each count, and each milestone that one may lack."""
    found: dict[str, list[dict[str, str]]] = {name: [] for name in ("participants", "events", "readings", "visits")}
    for consent, day in consents.items():
        for number, count in enumerate((*COUNTS, *COUNTS)):
            name = f"{consent}{number:02}"
            person = {
                "participant": name,
                "frail": "yes" if number % 2 else "",
                "asleep": "no" if number % 3 else "yes",
            }
            found["participants"].append(person)
            days = {"consent": day, "screening": "2004-06-21", "randomization": "2004-06-25" if number % 4 else ""}
            if number == len(COUNTS):
                del days["screening"]
            found["events"] += [{"participant": name, "event": each, "date": on} for each, on in days.items() if on]
            found["readings"].append({"participant": name, "measure": "cd4", "date": "2004-06-15", "value": count})
    return found


@pytest.mark.parametrize("first", ["SCR", "W0"])
def test_without_consent_what_versions_differ_in_is_unknown(first: str, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "data", tables(CONSENTS))
    study = study_of(TEXT.format(first=first), tmp_path)
    people = len(CONSENTS) * 2 * len(COUNTS)
    assert require_agreement(study, folder, None) == people
    found = {each.participant: each.eligibility for each in study.screen(folder, engine="duckdb")}
    asked = {
        name: {one.rule: (one.finding.words, one.is_boundary) for one in each.decisive.criteria}
        for name, each in found.items()
        if each is not None
    }
    # The count is 200: on the limit of the first version, which may hold.
    assert asked["none02"]["I1"] == ("unknown", True)
    assert asked["none02"]["I2"] == ("met", False)
    assert "X2" not in asked["first02"]
    assert "X1" in asked["none02"]
    assert listed(study, folder, "duckdb") == listed(study, folder, "interpreter")
    assert require_whole_agreement(study, folder) == people


def listed(study: Study, folder: Path, engine: Literal["duckdb", "interpreter"]) -> object:
    """The findings as a Parquet file lists them."""
    run = study.screen(folder, engine=engine, reasons="none")
    path = folder / "criteria.parquet"
    run.store(run, {"criteria": path})
    found = pq.read_table(path).to_pylist()
    path.unlink()
    return found
