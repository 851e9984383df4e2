"""Parquet and DuckDB files nobody should send: a day is the day written, and no other file is opened."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.hostile.conftest import PROTOCOL, Ended

Run = Callable[..., Ended]
duckdb = pytest.importorskip("duckdb")


def store(path: Path, *statements: str) -> Path:
    """A DuckDB file made by ``statements``."""
    with duckdb.connect(str(path)) as connection:
        for statement in statements:
            connection.execute(statement)
    return path


def screening(kind: str, moment: str) -> tuple[str, str]:
    """One participant, screened at a moment of a kind of column."""
    event = f"select 'P01' as participant, 'screening' as event, '{moment}'::{kind} as date"
    return "create table participants as select 'P01' as participant", f"create table events as {event}"


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
@pytest.mark.parametrize("zone", ["Europe/Paris", "UTC", None])
def test_a_day_with_a_time_zone_stays_that_day_or_is_refused(
    run: Run, study: Path, unit: str, zone: str | None
) -> None:
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    (study / "events.csv").unlink()
    midnight = "2004-06-03 22:00" if zone == "Europe/Paris" else "2004-06-04 00:00"
    moment = arrow.array([midnight]).cast(arrow.timestamp(unit)).cast(arrow.timestamp(unit, tz=zone))
    columns = {"participant": ["P01"], "event": ["screening"], "date": moment}
    parquet.write_table(arrow.table(columns), study / "events.parquet")
    ended = run("check", PROTOCOL, study, "-q", "--format", "json")
    if zone == "Europe/Paris":
        assert ended.code == 2
        assert "the column date holds moments with a time zone, and no day is written" in ended.err
    else:
        assert json.loads(ended.out)["participants"][0]["eligibility"]["point"] == "2004-06-04"


def test_a_column_that_nobody_reads_may_hold_any_moment(run: Run, tmp_path: Path) -> None:
    statement = "create table participants as select 'P01' as participant, '2004-06-03 22:00+00'::timestamptz as stored"
    assert run("check", PROTOCOL, store(tmp_path / "s.duckdb", statement), "-q").code in {0, 1}


@pytest.mark.parametrize("kind", ["date", "timestamp", "timestamptz"])
@pytest.mark.parametrize("moment", ["infinity", "-infinity"])
def test_infinity_is_no_date_and_no_cut_off(run: Run, tmp_path: Path, kind: str, moment: str) -> None:
    path = store(tmp_path / "s.duckdb", *screening(kind, moment))
    found = json.loads(run("check", PROTOCOL, path, "-q", "--format", "json").out)
    assert found["as_of"] is None
    assert [(each["column"], each["value"]) for each in found["data_problems"]] == [("date", moment)]


@pytest.mark.parametrize(
    ("kind", "moment"),
    [("date", "2004-06-04"), ("timestamp", "2004-06-04 00:00"), ("timestamp_ns", "2004-06-04 08:30:00.123")],
)
def test_a_day_without_a_zone_is_the_day_written(run: Run, tmp_path: Path, kind: str, moment: str) -> None:
    path = store(tmp_path / "s.duckdb", *screening(kind, moment))
    found = json.loads(run("check", PROTOCOL, path, "-q", "--format", "json").out)
    assert (found["as_of"], found["data_problems"]) == ("2004-06-04", [])


def test_a_database_opens_no_other_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("participant\nSECRET\n", encoding="utf-8")
    view = f"create view participants as select * from read_csv('{tmp_path}/secret.csv', header = true)"  # noqa: S608 - a path of the test
    ended = run("check", PROTOCOL, store(tmp_path / "s.duckdb", view))
    assert ended.code == 2
    assert "a view in it reads another file, which is not followed" in ended.err
    assert "SECRET" not in ended.out + ended.err


def test_a_view_of_the_tables_beside_it_is_a_table(run: Run, tmp_path: Path) -> None:
    path = store(
        tmp_path / "s.duckdb",
        "create table everyone as select 'P01' as participant",
        "create view participants as select * from everyone",
    )
    found = json.loads(run("check", PROTOCOL, path, "-q", "--format", "json").out)
    assert found["summary"]["participants"] == 1


@pytest.mark.parametrize("content", [b"", b"participant\nP01\n", b"PAR1" + bytes(100) + b"PAR1"])
def test_what_is_no_parquet_or_database_is_said_in_plain_words(run: Run, study: Path, content: bytes) -> None:
    (study / "participants.csv").unlink()
    (study / "participants.parquet").write_bytes(content)
    database = study.parent / "s.duckdb"
    database.write_bytes(content)
    for place, kind in ((study, "Parquet"), (database, "DuckDB")):
        ended = run("check", PROTOCOL, place)
        assert ended.code == 2
        assert f"is no {kind} file, is cut off, or is being written by another program" in ended.err
        assert "Error" not in ended.err
