"""What is said of the data as a whole: the same by both engines."""

from pathlib import Path

import pytest
from tests.compile.folders import write_folder
from tests.compile.test_agreement import study_of
from tests.compile.test_check import same_as_interpreter
from tests.compile.test_whole_agreement import require_counts_agree

PLAN = """protocol SEEN "Measures of visits"
  language 1
anchor SCR is screening
anchor W0 is randomization
eligibility at SCR
inclusion I1 "Adult" require age at SCR >= 18 years
measure cd4 "CD4" in cells/mm3
measure weight "Weight" in kg
measure systolic "Blood pressure" in mmHg
measure pulse "Pulse" in beats/min
measure mood "Mood" in points
visit SCR "Screening" at SCR
  assess mood
visit W0 "Baseline" at W0
  assess cd4, weight, one of (systolic, pulse)
"""
PEOPLE = 10
LACKING = "nobody has a reading of {}, which visits ask for: are they in a table that is not here?"


def folder_of(place: Path, people: int, *readings: tuple[int, str, str]) -> Path:
    """A study of some participants; the first has two days of death, and is left to the interpreter."""
    names = [f"P{number:02}" for number in range(people)]
    days = {"consent": "2004-05-01", "screening": "2004-05-10", "randomization": "2004-06-01"}
    events = [{"participant": name, "event": event, "date": day} for name in names for event, day in days.items()]
    events += [{"participant": "P00", "event": "death", "date": day} for day in ("2004-07-01", "2004-07-02")]
    visits = [{"participant": name, "visit": "W0", "date": "2004-06-01"} for name in names]
    rows = [
        {"participant": f"P{number:02}", "measure": measure, "date": "2004-06-01", "value": "50", "visit": visit}
        for number, measure, visit in readings
    ]
    tables = {"events": events, "visits": visits, "readings": rows}
    people_rows = [{"participant": name, "birth_date": "1960-01-01"} for name in names]
    return write_folder(place / "data", {"participants": people_rows, **tables})


@pytest.mark.parametrize(
    ("people", "readings", "lacking"),
    [
        (PEOPLE, [(1, "cd4", "W0")], "mood, weight, systolic, pulse"),
        # One reading of anybody is enough, wherever it is judged, and one measure of two that stand for each other.
        (PEOPLE, [(0, "cd4", "W0"), (1, "weight", "W0"), (2, "pulse", "")], "mood"),
        (PEOPLE, [(1, "cd4", "W0"), (0, "weight", "W0"), (2, "systolic", ""), (3, "mood", "SCR")], None),
        # A row of nobody is none.
        (PEOPLE, [(1, "cd4", "W0"), (2, "weight", "W0"), (2, "pulse", ""), (99, "mood", "SCR")], "mood"),
        # Of a few participants, and of no readings at all, it says nothing.
        (PEOPLE - 1, [(1, "cd4", "W0")], None),
        (PEOPLE, [], None),
    ],
)
def test_measures_of_which_nobody_has_a_reading_are_told(
    people: int, readings: list[tuple[int, str, str]], lacking: str | None, tmp_path: Path
) -> None:
    study, folder = study_of(PLAN, tmp_path), folder_of(tmp_path, people, *readings)
    check = study.check(folder, engine="duckdb")
    assert same_as_interpreter(check, study, folder, None) == people - 1
    assert list(check.end.remarks) == ([] if lacking is None else [LACKING.format(lacking)])
    require_counts_agree(study, folder)
    assert study.screen(folder, engine="interpreter").end.remarks == ()
