"""Rows of which something is wrong, that make no difference to what columns find: told, and nobody left for them."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from tests.compile.folders import FORMS, Form, write_folder
from tests.compile.test_agreement import require_agreement, study_of
from tests.compile.test_check import require_agreement as require_check_agrees
from tests.compile.test_windows import HEAD as PLAN
from tests.compile.topics import declarations

from protocol_dsl import UnreadableError
from protocol_dsl.readers.columns.seen import MOST_TRIED
from protocol_dsl.readers.layout import LAYOUTS

Row = Mapping[str, str]
RULES = """history medications complete
inclusion R1 "Low" require latest cd4 before SCR < 300 cells/mm3
inclusion R2 "Lowest" require lowest recorded cd4 before SCR < 300 cells/mm3
exclusion R3 "Change" exclude if any regimen_change before SCR
exclusion R4 "Taken" exclude if exposed to NRTI before SCR
"""
TEXT = declarations(frozenset({"counts", "events", "drugs"})) + RULES
DAYS = {"consent": "2004-06-01", "screening": "2004-06-14"}


def reading(name: str, value: str, day: str = "2004-06-10", **cells: str) -> Row:
    """A count of CD4 cells."""
    return {"participant": name, "measure": "cd4", "date": day, "value": value, **cells}


def data_of(twice: Sequence[str] = ()) -> dict[str, list[Row]]:
    """People of whom a value is a word, or a row of some tables stands twice."""
    people = ["plain", "worded", "only_words", "twice", "both", "thrice"]
    rows: dict[str, list[Row]] = {
        "participants": [{"participant": each} for each in people],
        "events": [{"participant": each, "event": event, "date": DAYS[event]} for each in people for event in DAYS],
        "readings": [reading(each, "250") for each in people if each != "only_words"],
        "medications": [{"participant": each, "drug": "zidovudine", "start": "2003-01"} for each in people[:4]],
    }
    rows["readings"] += [
        reading("worded", "haemolysed", "2004-06-11"),
        reading("worded", "Not done", "2004-06-09"),
        reading("only_words", "inf"),
        reading("both", "e5", "2004-06-01"),
        {"participant": "plain", "measure": "sodium", "date": "2004-06-10", "value": "normal"},
        reading("nobody", "lost"),
    ]
    rows["events"] += [
        {"participant": each, "event": "regimen_change", "date": "2004-05"} for each in ("both", "twice")
    ]
    for table in twice:
        again = [row for row in rows[table] if row["participant"] in {"twice", "both", "thrice", "nobody"}]
        rows[table] += [*again, *(row for row in again if row["participant"] == "thrice")]
    return rows


def test_words_for_numbers_and_rows_twice_leave_nobody(tmp_path: Path) -> None:
    study, data = study_of(TEXT, tmp_path), data_of(["events", "readings", "medications"])
    folder = write_folder(tmp_path / "data", data)
    problems = study.screen(folder, engine="duckdb")
    list(problems)
    told = {(one.table, one.participant) for one in problems.problems}
    assert {("readings", "worded"), ("readings", "both"), ("events", "twice"), ("medications", "twice")} <= told
    assert require_agreement(study, folder, None) == len(data["participants"])
    assert require_agreement(study, folder, "2004-06-10") == len(data["participants"])


@pytest.mark.parametrize(
    ("rule", "table", "left"),
    [
        ("count of regimen_change before SCR >= 2 times", "events", 3),
        ("mean cd4 before SCR < 300 cells/mm3", "readings", 3),
        ("consecutive cd4 < 300 cells/mm3 from 30 days before SCR to SCR", "readings", 3),
        ("count of regimen_change before SCR >= 2 times", "readings", 0),
    ],
)
def test_where_rows_are_counted_one_given_twice_is_left(rule: str, table: str, left: int, tmp_path: Path) -> None:
    study, data = study_of(f'{TEXT}inclusion R5 "Counted" require {rule}\n', tmp_path), data_of([table])
    folder = write_folder(tmp_path / "data", data)
    assert require_agreement(study, folder, None) == len(data["participants"]) - left


@pytest.mark.parametrize("prohibited", ["", "prohibit PI from W0 to W4\n"])
def test_a_word_at_a_visit_is_no_assessment(prohibited: str, tmp_path: Path) -> None:
    text = PLAN.replace("  language 1\n", "  language 1\nuse hiv (PI)\n", 1)
    study = study_of(f"{text}{prohibited}", tmp_path)
    people = ["read", "worded", "twice"]
    taken = {"participant": "twice", "drug": "indinavir", "start": "2004-06-20", "end": "2004-06-22"}
    days = {"consent": "2004-06-01", "screening": "2004-06-04", "randomization": "2004-06-14"}
    data: dict[str, list[Row]] = {
        "participants": [{"participant": each, "arm": "active"} for each in people],
        "events": [{"participant": each, "event": event, "date": days[event]} for each in people for event in days],
        "visits": [{"participant": each, "visit": "W4", "date": "2004-07-12"} for each in people],
        "readings": [
            reading("read", "250", "2004-07-12", visit="W4"),
            reading("worded", "haemolysed", "2004-07-12", visit="W4"),
            *[reading("twice", "250", "2004-07-12", visit="W4")] * 2,
        ],
        "medications": [taken, taken],
    }
    folder = write_folder(tmp_path / "data", data)
    found = {each.participant: [one.code for one in each.deviations] for each in study.check(folder)}
    assert "DV15" in found["worded"]
    assert "DV15" not in found["read"]
    assert require_check_agrees(study, folder) == len(people) - bool(prohibited)


def test_of_a_row_given_in_two_files_that_of_the_second_is_told(tmp_path: Path) -> None:
    # What cannot be read leaves the participant to the row readers, who read the files one after the other.
    study = study_of(TEXT, tmp_path)
    data = data_of()
    rows = [
        reading("plain", "250", "2004-06-02"),
        reading("plain", "250", "2004-06-03"),
        reading("plain", "250", "June"),
    ]
    folder = write_folder(tmp_path / "data", {**data, "readings": [*data["readings"], *rows]})
    (folder / "readings").mkdir()
    (folder / "readings.parquet").rename(folder / "readings" / "a.parquet")
    again = write_folder(tmp_path / "again", {"readings": rows[1:2]})
    (again / "readings.parquet").rename(folder / "readings" / "b.parquet")
    assert require_agreement(study, folder, None) == 5


def test_rows_of_nobody_that_stand_twice_after_the_cutoff_are_counted_for_nobody(tmp_path: Path) -> None:
    study = study_of(f'{TEXT}inclusion R5 "Counted" require mean cd4 before SCR < 300 cells/mm3\n', tmp_path)
    data = data_of()
    late = [reading("plain", "250", "2004-06-20"), *[reading("nobody", "250", "2004-06-20")] * 2]
    folder = write_folder(tmp_path / "data", {**data, "readings": [*data["readings"], *late]})
    columns = study.screen(folder, engine="duckdb", as_of="2004-06-15")
    columns.finish(())
    assert columns.end is not None
    assert columns.end.after_cutoff == {"readings": 1}
    assert require_agreement(study, folder, "2004-06-15") == len(data["participants"])


def test_doses_of_nobody_that_cannot_be_read_are_counted_for_nobody(tmp_path: Path) -> None:
    study = study_of(PLAN, tmp_path)
    days = {"consent": "2004-06-01", "screening": "2004-06-04", "randomization": "2004-06-14"}
    dose = {"treatment": "obr", "date": "2004-07-20"}
    data: dict[str, list[Row]] = {
        "participants": [{"participant": "known", "arm": "active"}],
        "events": [{"participant": "known", "event": event, "date": day} for event, day in days.items()],
        "visits": [{"participant": "known", "visit": "W4", "date": "2004-07-12"}],
        "administrations": [
            {"participant": "known", "treatment": "obr", "date": "2004-06-14"},
            {"participant": "known", **dose},
            {"participant": "nobody", **dose},
            {"participant": "nobody", "treatment": "obr", "date": "2004-02-30"},
        ],
    }
    assert require_check_agrees(study, write_folder(tmp_path / "data", data), as_of="2004-07-15") == 1


LATE = (
    "2004-06-20",
    "2004-07",
    "2004-06-20T08:30",
    " 2004-06-20",
    "2004-07 ",
    "2004-06-20 08:30:15.5",
    "2004-06-20T08:30Z",
)


@pytest.mark.parametrize("form", FORMS)
def test_rows_that_nobody_asks_for_are_after_the_cutoff_however_their_day_is_written(
    form: Form, tmp_path: Path
) -> None:
    study = study_of(TEXT, tmp_path)
    data = data_of()
    more: Mapping[str, Row] = {
        "events": {"event": "fall"},
        "readings": {"measure": "sodium", "value": "140"},
        "medications": {"drug": "aspirin"},
    }
    rows = {
        table: [
            *data[table],
            *({"participant": "plain", LAYOUTS[table].date or "start": day, **row} for day in (*LATE, "soon", "")),
        ]
        for table, row in more.items()
    }
    folder = write_folder(tmp_path / "data", {**data, **rows}, form=form)
    columns = study.screen(folder, engine="duckdb", as_of="2004-06-15")
    columns.finish(())
    assert columns.end is not None
    assert columns.end.after_cutoff == dict.fromkeys(more, len(LATE))
    assert require_agreement(study, folder, "2004-06-15") == len(data["participants"])


def test_too_many_days_that_columns_cannot_read_are_refused(tmp_path: Path) -> None:
    study = study_of(TEXT, tmp_path)
    data = data_of()
    falls = [{"participant": "plain", "event": "fall", "date": f"day {number}"} for number in range(MOST_TRIED + 1)]
    folder = write_folder(tmp_path / "data", {**data, "events": [*data["events"], *falls]})
    assert require_agreement(study, folder, None) == len(data["participants"])
    with pytest.raises(UnreadableError, match="dates that cannot be read"):
        study.screen(folder, engine="duckdb", as_of="2004-06-15")
