"""NaN and infinities, which stand where a program had nothing, in columns of names."""

import json
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from protocol_dsl.model.study import StudyModel
from protocol_dsl.readers import StudyRecords, read_participants, read_study, read_tables

NOWHERE = [float("nan"), float("inf"), float("-inf"), Decimal("NaN")]
NOBODY = "the row names no participant"
SHAPES = ["rows", "columns", "nested", "json", "parquet"]


def read(shape: str, value: object, model: StudyModel, place: Path) -> StudyRecords:
    """Two participants, the first without a name, and a reading of hers."""
    reading = {"measure": "cd4", "date": "2004-06-14", "value": "200"}
    people: list[dict[str, object]] = [{"participant": value}, {"participant": "P2"}]
    match shape:
        case "rows":
            return read_tables({"participants": people, "readings": [{"participant": value, **reading}]}, model)
        case "columns":
            readings = {name: [one] for name, one in {"participant": value, **reading}.items()}
            return read_tables({"participants": {"participant": [value, "P2"]}, "readings": readings}, model)
        case "nested":
            return read_participants([{**people[0], "readings": [reading]}, people[1]], model)
        case "json":
            (place / "study.json").write_text(json.dumps([{"participant": float(str(value))}, people[1]]))
            return read_participants(place / "study.json", model)
        case _:
            named = f"select '{value}'::double as participant"
            for table, rows in {
                "participants": named,
                "readings": f"{named}, 'cd4' measure, '' date, 2 as value",
            }.items():
                duckdb.sql(f"copy ({rows}) to '{place / table}.parquet'")
            return read_study(place, model)


@pytest.mark.parametrize("value", NOWHERE, ids=str)
@pytest.mark.parametrize("shape", SHAPES)
def test_no_number_names_no_participant(shape: str, value: object, model: StudyModel, tmp_path: Path) -> None:
    records = read(shape, value, model, tmp_path)
    assert [record.participant for record in records] == ([] if shape == "parquet" else ["P2"])
    assert {(each.column, each.value, each.problem) for each in records.problems} == {("participant", "", NOBODY)}


@pytest.mark.parametrize("value", NOWHERE, ids=str)
def test_no_number_is_no_name_of_anything_else(value: object, model: StudyModel) -> None:
    reading = {"participant": "P1", "measure": "cd4", "date": "2004-06-14", "value": "200"}
    tables = {"participants": [{"participant": "P1", "site": value}], "readings": [{**reading, "visit": value}]}
    records = read_tables(tables, model)
    (record,) = records
    assert (record.site, record.readings["cd4"][0].visit) == (None, None)
    assert [(each.table, each.column, each.value, each.problem) for each in records.problems] == [
        ("participants", "site", str(value), "this is no text"),
        ("readings", "visit", str(value), "this is no text"),
    ]


def test_whole_numbers_are_names_without_a_point(model: StudyModel) -> None:
    people = [{"participant": 1.0}, {"participant": 2}, {"participant": 1.5}, {"participant": "nan"}]
    records = read_tables({"participants": people}, model)
    assert [record.participant for record in records] == ["1", "1.5", "2", "nan"]
    assert not records.problems
