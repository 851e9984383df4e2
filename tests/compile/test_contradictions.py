"""Acts after death, treatment given after its discontinuation, a dose and its level: told in columns."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from tests.compile.folders import write_folder
from tests.compile.test_agreement import study_of
from tests.compile.test_check import require_agreement
from tests.compile.test_parts import HIGH, KEPT, LOW, Row, Rows, course, cycle, folder_of, on
from tests.compile.test_parts import TEXT as PLAN
from tests.compile.test_whole_agreement import require_counts_agree

from protocol_dsl import Study

TEXT = PLAN.replace("(PI)", "(PI, cd4)").replace(
    "twice daily for 2 days", "twice daily for 2 days\n  level low 2.25 MIU"
)
DIED = 62
"""The day of death, or of discontinuation, after randomization."""
DEAD = {"event": "death", "date": on(DIED)}
READ = {"measure": "cd4", "value": "150", "unit": "cells/mm3"}
AFTER: Mapping[str, Mapping[str, Rows]] = {
    "nothing": {},
    "visit": {"visits": [{"visit": "W8", "date": on(DIED + 1)}]},
    "visit on the day": {"visits": [{"visit": "W8", "date": on(DIED)}]},
    "early termination": {"visits": [{"visit": "W8", "date": on(DIED + 1), "status": "early termination"}]},
    "not held": {"visits": [{"visit": "W8", "date": on(DIED + 1), "status": "not held"}]},
    "stay": {"visits": [{"visit": "extra", "date": on(DIED - 1), "end_date": on(DIED + 1)}]},
    "stay until the day": {"visits": [{"visit": "extra", "date": on(DIED - 1), "end_date": on(DIED)}]},
    "visit in a month": {"visits": [{"visit": "W8", "date": "2004-09"}]},
    "dose": {"administrations": [course(DIED + 1, None, "5", "rest"), course(DIED + 9, None, "5", "rest")]},
    "dose on the day": {"administrations": [course(DIED, None, "5", "rest")]},
    "not given": {"administrations": [{**course(DIED + 1, None, "5", "rest"), "given": "no"}]},
    "course": {"administrations": [course(1, DIED + 1, "5", "rest")]},
    "course until the day": {"administrations": [course(1, DIED, "5", "rest")]},
    "course until some day": {"administrations": [{**course(1, None, "5", "rest"), "end_date": "unknown"}]},
    "course until a month": {"administrations": [{**course(1, None, "5", "rest"), "end_date": "2004-09"}]},
    "reading": {"readings": [{**READ, "date": on(DIED + 1)}, {**READ, "date": on(DIED + 1), "visit": "W8"}]},
    "reading on the day": {"readings": [{**READ, "date": on(DIED)}]},
    "not read": {"readings": [{**READ, "date": on(DIED + 1), "value": ""}]},
    "reading twice": {"readings": [{**READ, "date": on(DIED + 1)}] * 2},
    "event": {"events": [{"event": "withdrawal", "date": on(DIED + 1)}, {"event": "completion", "date": on(DIED + 1)}]},
    "event on the day": {"events": [{"event": "withdrawal", "date": on(DIED)}]},
    "event in a month": {"events": [{"event": "relapse", "date": "2004-09"}]},
    "medication": {"medications": [{"drug": "ritonavir", "start": on(DIED + 1), "end": ""}]},
    "medication on the day": {"medications": [{"drug": "ritonavir", "start": on(DIED), "end": on(DIED + 1)}]},
    "medication ended": {"medications": [{"drug": "ritonavir", "start": "", "end": on(DIED + 1)}]},
    "another drug": {"medications": [{"drug": "aspirin", "start": on(DIED + 1), "end": ""}]},
    "all": {
        "visits": [{"visit": "W8", "date": on(DIED + 3)}, {"visit": "extra", "date": on(DIED + 2)}],
        "administrations": [course(DIED + 4, None, "5", "rest"), *cycle(7, DIED + 5)],
        "readings": [{**READ, "date": on(DIED + 6)}],
        "events": [{"event": "relapse", "date": on(DIED + 7)}, {"event": "relapse", "date": on(DIED + 8)}],
        "medications": [{"drug": "ritonavir", "start": on(DIED + 9), "end": ""}],
    },
}
NOTHING_AFTER = {name for name in AFTER if " day" in name} | {
    "nothing",
    "not held",
    "not given",
    "not read",
    "medication ended",
    "another drug",
}


def with_rows(folder: Path, people: Mapping[str, Mapping[str, Rows]], more: Sequence[Row] = ()) -> Path:
    """A study of participants with some rows besides the plan; ``more`` are events of everybody."""
    dates = {"consent": -20, "screening": -10, "randomization": 0}
    usual: list[Row] = [{"event": event, "date": on(days)} for event, days in dates.items()]
    tables: dict[str, list[Row]] = {
        "participants": [{"participant": name, "arm": "active"} for name in people],
        "events": [{"participant": name, **row} for name in people for row in (*usual, *more)],
        "visits": [{"participant": name, "visit": "W0", "date": on(0)} for name in people],
        "administrations": [{"participant": name, **row} for name in people for row in KEPT],
    }
    for name, own in people.items():
        for table, rows in own.items():
            tables.setdefault(table, []).extend({"participant": name, **row} for row in rows)
    return write_folder(folder, tables)


def asked(study: Study, folder: Path, code: str, as_of: str | None = None) -> set[str]:
    """The participants of whom a query is asked."""
    found = study.check(folder, engine="interpreter", as_of=as_of)
    return {each.participant for each in found if any(one.code == code for one in each.queries)}


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """A plan with visits, an event and a class of drugs."""
    text = f'{TEXT}visit W8 "Week 8"\n  window ± 14 days\nevent relapse "Relapse"\n'
    return study_of(text, tmp_path)


@pytest.mark.parametrize("as_of", [None, on(DIED), on(DIED + 1), on(DIED + 40)])
def test_acts_after_death_are_told_in_columns(as_of: str | None, study: Study, tmp_path: Path) -> None:
    folder = with_rows(tmp_path / "data", AFTER, [DEAD])
    after = set() if as_of == on(DIED) else {*AFTER} - NOTHING_AFTER
    if as_of == on(DIED + 1):
        after -= {"visit in a month", "event in a month", "all"}
    assert asked(study, folder, "QY19", as_of) == after
    assert require_agreement(study, folder, as_of) == len(AFTER)
    require_counts_agree(study, folder, as_of)


@pytest.mark.parametrize("death", ["2004-08", "2004", "", "2004-02-30"])
def test_a_death_of_an_uncertain_day_is_left_to_the_interpreter(death: str, study: Study, tmp_path: Path) -> None:
    folder = with_rows(tmp_path / "data", AFTER, [{"event": "death", "date": death}])
    in_september = {"visit in a month", "event in a month", "course until a month"}
    assert asked(study, folder, "QY19") == (in_september if death == "2004-08" else set())
    assert require_agreement(study, folder) == 0


def test_two_days_of_death_leave_it_unknown(study: Study, tmp_path: Path) -> None:
    folder = with_rows(tmp_path / "data", AFTER, [DEAD, {"event": "death", "date": on(DIED - 1)}])
    assert asked(study, folder, "QY19") == set()
    assert require_agreement(study, folder) == 0


def test_without_a_table_of_visits_readings_lie_after_death(study: Study, tmp_path: Path) -> None:
    people = {name: {"readings": rows["readings"]} for name, rows in AFTER.items() if "readings" in rows}
    folder = with_rows(tmp_path / "data", people, [DEAD])
    (folder / "visits.parquet").unlink()
    assert asked(study, folder, "QY19") == {"reading", "reading twice", "all"}
    require_agreement(study, folder)


@pytest.mark.parametrize("as_of", [None, on(DIED), on(DIED + 1), on(DIED + 40)])
def test_treatment_after_its_discontinuation_is_told_in_columns(
    as_of: str | None, study: Study, tmp_path: Path
) -> None:
    gone = {"event": "discontinuation", "date": on(DIED), "related_to": "rest"}
    own = {
        name: {"administrations": rows["administrations"]} for name, rows in AFTER.items() if name.startswith("course")
    }
    given = {**own, **{name: AFTER[name] for name in ("nothing", "dose", "dose on the day", "not given", "all")}}
    folder = with_rows(tmp_path / "data", given, [gone, {**gone, "date": on(DIED + 2)}])
    after = {"course", "course until a month", "dose", "all"}
    if as_of in {on(DIED), on(DIED + 1)}:
        after = {"course", "course until a month", "dose"} if as_of == on(DIED + 1) else set()
    assert asked(study, folder, "QY20", as_of) == after
    assert require_agreement(study, folder, as_of) == len(given)


def test_what_else_is_discontinued_says_nothing_of_a_treatment(study: Study, tmp_path: Path) -> None:
    causes = {"by title": "As needed", "another": "obr", "something else": "surgery", "nothing": ""}
    people: dict[str, Mapping[str, Rows]] = {
        name: {
            "events": [{"event": "discontinuation", "date": on(DIED), "related_to": cause}],
            "administrations": AFTER["dose"]["administrations"],
        }
        for name, cause in causes.items()
    }
    folder = with_rows(tmp_path / "data", people)
    assert asked(study, folder, "QY20") == {"by title"}
    assert require_agreement(study, folder) == len(people)


def test_doses_of_another_amount_than_their_level_are_told_in_columns(tmp_path: Path) -> None:
    given: Mapping[str, Rows] = {
        "kept": KEPT,
        "named": [*KEPT[:6], {**LOW, "level": "Low"}, {**HIGH, "level": "high"}],
        "swapped": [*KEPT[:6], {**LOW, "level": "high"}, {**HIGH, "level": "Low"}],
        "by name alone": [*KEPT[:6], {**LOW, "level": "low", "dose": ""}, HIGH],
        "low cycle": [*cycle(1, 0, level="low"), *KEPT[2:]],
        "low cycle in other units": [*cycle(1, 0, level="low", dose="2250", unit="kIU"), *KEPT[2:]],
        "full cycle in other units": [*cycle(1, 0, level="low", dose="4500", unit="kIU"), *KEPT[2:]],
        "no amount": [*cycle(1, 0, level="low", dose="3"), *KEPT[2:]],
        "not given": [*cycle(1, 0, level="low", given="no"), *KEPT[2:]],
        "both": [{**one, "level": "low", "dose": dose} for one, dose in zip(cycle(1, 0), ("4.5", "3"), strict=True)],
    }
    study, folder = study_of(TEXT, tmp_path), folder_of(tmp_path / "data", given, {})
    assert asked(study, folder, "QY21") == {"swapped", "low cycle", "full cycle in other units", "both"}
    assert require_agreement(study, folder) == len(given)


LATER = (
    "dose 81 mg",
    "dose 81 mg, once daily\n  level low 40 mg, level mid 54 mg",
    "dose 0.081 g\n  level low 0.04 g",
    "dose 2 tablets\n  level low 1 tablets",
    "level low 40 mg from D0, level high 54 mg from W4",
)


@pytest.mark.parametrize("later", LATER)
def test_levels_that_an_amendment_changes(later: str, tmp_path: Path) -> None:
    amended = f'treatment obr "Optimized regimen"\n  continuous from W0\n  {later}\n  since AM1\n'
    study = study_of(f'{TEXT}amendment AM1 "Other levels" in force {on(14)}\n{amended}', tmp_path)
    doses = [("54", "mg"), ("81", "mg"), ("40", "mg"), ("0.04", "g"), ("1", "tablets"), ("", "")]
    given = {
        f"{name} {dose} {unit}".strip(): [
            *KEPT[:6],
            {**LOW, "level": name, "dose": dose, "unit": unit},
            {**HIGH, "level": name, "dose": dose, "unit": unit},
        ]
        for name in ("low", "mid", "high")
        for dose, unit in doses
    }
    folder = folder_of(tmp_path / "data", given, {})
    assert {"low 81 mg", "high 54 mg"} <= asked(study, folder, "QY21")
    require_agreement(study, folder)
