"""``protocol-dsl needs``: its forms, and the empty tables."""

import csv
import json
from collections.abc import Callable
from importlib.resources import files
from io import StringIO
from pathlib import Path
from typing import TypeAlias

import pytest
from jsonschema import Draft202012Validator

from protocol_dsl.writers.columns import WIDTH, width_of

Run: TypeAlias = Callable[..., tuple[int, str, str]]
ROOT = Path(__file__).parents[2]
SHIPPED = [
    *sorted((ROOT / "protocols").glob("*.proto")),
    *sorted((ROOT / "tests" / "writers" / "document").glob("*.proto")),
]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_json_keeps_its_schema(run: Run, path: Path) -> None:
    schema = json.loads((files("protocol_dsl") / "writers" / "schemas" / "needs.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    code, out, _ = run("needs", path, "--format", "json")
    assert code == 0
    found = json.loads(out)
    Draft202012Validator(schema).validate(found)
    found["tables"][0]["columns"][0]["surplus"] = 1
    assert len(list(Draft202012Validator(schema).iter_errors(found))) == 1


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_text_fits_and_csv_has_a_line_a_thing(run: Run, path: Path) -> None:
    text = run("needs", path)[1]
    assert max(map(width_of, text.splitlines())) <= WIDTH
    rows = list(csv.DictReader(StringIO(run("needs", path, "--format", "csv")[1])))
    assert {row["kind"] for row in rows} >= {"column", "measure", "visit", "milestone"}
    assert all(row["name"] in text or row["name"].split(".")[-1] in text for row in rows)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_check_accepts_the_empty_tables(run: Run, path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "study"
    assert run("needs", path, "--template", folder)[0] == 0
    assert (folder / "participants.csv").read_text(encoding="utf-8").startswith("participant,site")
    code, out, _ = run("check", path, folder, "--strict")
    assert code == 0
    assert "0 participants" in out


def test_nothing_is_written_over(run: Run, protocol: Path, tmp_path: Path) -> None:
    folder = tmp_path / "study"
    folder.mkdir()
    table = folder / "visits.parquet"
    table.write_text("mine", encoding="utf-8")
    code, out, err = run("needs", protocol, "--template", folder)
    assert (code, out) == (2, "")
    assert "visits.parquet is there already: name a new folder" in err
    assert [path.name for path in folder.iterdir()] == ["visits.parquet"]


def test_the_example_data_fill_the_tables(run: Run) -> None:
    rows = list(csv.DictReader(StringIO(run("needs", ROOT / "protocols" / "anrs123.proto", "--format", "csv")[1])))
    wanted = {row["name"] for row in rows if row["kind"] == "column"}
    for table in (ROOT / "examples" / "anrs123").glob("*.csv"):
        heading = table.read_text(encoding="utf-8").splitlines()[0].split(",")
        required = {row["name"] for row in rows if row["kind"] == "column" and row["needed"] == "required"}
        assert {name for name in required if name.startswith(f"{table.stem}.")} <= {
            f"{table.stem}.{column}" for column in heading
        }
    assert "participants.macrolin" in wanted
