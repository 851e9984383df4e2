"""Listings as CSV and as Parquet: the same rows, whichever engine judged."""

import csv
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import duckdb
import pytest

Run = Callable[..., tuple[int, str, str]]
ROOT = Path(__file__).parents[2]
PROTOCOL, DATA = ROOT / "protocols" / "anrs123.proto", ROOT / "examples" / "anrs123"
AMENDED = """protocol AMENDED "An amended trial"
  language 1
anchor SCR is screening
eligibility at SCR
inclusion I1 "Adult" require age at SCR >= 18 years
amendment AM1 "Older men" in force 2004-06-01
inclusion I1 "Grown up"
  require age at SCR >= 21 years
  since AM1
inclusion I2 "Men"
  require sex is male
  since AM1
"""
SCREEN = ("participants", "criteria", "counts", "data_problems")
CHECK = ("participants", "criteria", "visits", "cycles", "deviations", "queries", "counts", "data_problems")


def stored(path: Path) -> list[dict[str, object]]:
    found = duckdb.connect().execute(f"from read_parquet('{path}')")
    columns = [name for name, *_ in found.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]


def as_csv(cell: object) -> str:
    if cell is None:
        return ""
    return {True: "yes", False: "no"}[cell] if isinstance(cell, bool) else str(cell)


def require_same(folder: Path, listings: tuple[str, ...]) -> None:
    """What the folders ``csv`` and ``parquet`` hold is the same."""
    assert {path.name for path in (folder / "parquet").iterdir()} == {f"{each}.parquet" for each in listings}
    for each in listings:
        with (folder / "csv" / f"{each}.csv").open(encoding="utf-8", newline="") as file:
            expected = list(csv.DictReader(file))
        found = stored(folder / "parquet" / f"{each}.parquet")
        assert [{name: as_csv(cell) for name, cell in row.items()} for row in found] == expected


@pytest.mark.parametrize(("command", "listings"), [("screen", SCREEN), ("check", CHECK)])
@pytest.mark.parametrize("engine", ["interpreter", "duckdb"])
def test_parquet_holds_what_csv_holds(
    run: Run, tmp_path: Path, command: str, listings: tuple[str, ...], engine: str
) -> None:
    asked = (command, PROTOCOL, DATA, "--reasons", "none", "--exit-zero")
    run(*asked, "--engine", "interpreter", "--format", "csv", "-o", tmp_path / "csv")
    assert run(*asked, "--engine", engine, "--format", "parquet", "-o", tmp_path / "parquet")[0] == 0
    require_same(tmp_path, listings)
    assert stored(tmp_path / "parquet" / "participants.parquet")


@pytest.mark.parametrize("engine", ["interpreter", "duckdb"])
def test_what_nobody_looked_for_is_not_counted_as_none(run: Run, tmp_path: Path, engine: str) -> None:
    asked = ("screen", PROTOCOL, DATA, "--reasons", "none", "--engine", engine, "--kind", "participants")
    rows = list(csv.DictReader(StringIO(run(*asked, "--format", "csv")[1])))
    run(*asked, "--format", "parquet", "-o", tmp_path / "x.parquet")
    assert len(rows) == 57
    for row in (*rows, *stored(tmp_path / "x.parquet")):
        assert not any(row[each] for each in ("deviations", "important", "queries"))
        assert row["deviations"] in {"", None}


@pytest.mark.parametrize("engine", ["interpreter", "duckdb"])
def test_a_finding_is_worded_as_the_version_in_force_says(run: Run, tmp_path: Path, engine: str) -> None:
    (tmp_path / "amended.proto").write_text(AMENDED, encoding="utf-8")
    data = tmp_path / "data"
    data.mkdir()
    events = "".join(f"P{at},{name},2004-{at:02}-01\n" for at in (3, 9) for name in ("consent", "screening"))
    people = "participant,sex,birth_date\nP3,female,1980-01-01\nP9,male,1960-01-01\n"
    (data / "participants.csv").write_text(people, encoding="utf-8")
    (data / "events.csv").write_text(f"participant,event,date\n{events}", encoding="utf-8")
    asked = ("screen", tmp_path / "amended.proto", data, "--reasons", "none")
    run(*asked, "--engine", "interpreter", "--format", "csv", "-o", tmp_path / "csv")
    run(*asked, "--engine", engine, "--format", "parquet", "-o", tmp_path / "parquet")
    require_same(tmp_path, SCREEN)
    rows = stored(tmp_path / "parquet" / "criteria.parquet")
    found = [(row["participant"], row["rule"], row["title"]) for row in rows]
    assert found == [("P3", "I1", "Adult"), ("P9", "I1", "Grown up"), ("P9", "I2", "Men")]


def test_counts_add_up(run: Run) -> None:
    text = run("check", PROTOCOL, DATA, "--format", "csv", "--kind", "counts")[1]
    rows = list(csv.DictReader(StringIO(text)))

    def total(what: str, column: str = "number") -> int:
        return sum(int(row[column]) for row in rows if row["what"] == what)

    assert total("participants") == total("verdict") == 57
    summary = run("check", PROTOCOL, DATA)[1]
    assert f"deviations     {total('deviations')}," in summary
    assert f"queries        {total('queries')}\n" in summary
    assert total("deviations", "participants") <= total("deviations")
    assert {row["arm"] for row in rows} == {"active", "control"}
    by_engine = [
        run("screen", PROTOCOL, DATA, "--reasons", "none", "--engine", engine, "--format", "csv", "--kind", "counts")[1]
        for engine in ("interpreter", "duckdb")
    ]
    assert by_engine[0] == by_engine[1]
    sites = [
        row for row in csv.DictReader(StringIO(by_engine[0])) if (row["what"], row["name"]) == ("verdict", "eligible")
    ]
    assert sum(int(row["participants"]) for row in sites) == 55
    assert len(sites) > 1


def test_one_listing_is_one_file(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "criteria.parquet"
    asked = ("screen", PROTOCOL, DATA, "--format", "parquet")
    assert run(*asked, "--kind", "criteria", "-o", path)[0] == 0
    reasons = [row["reason"] for row in stored(path)]
    assert any("latest cd4 within 28 days before SCR" in str(each) for each in reasons)
    code, _, err = run(*asked)
    assert (code, err) == (
        2,
        "protocol-dsl: parquet goes into files: name a folder with --output DIR, or with --kind a file\n",
    )
    assert run(*asked, "--kind", "criteria", "-o", tmp_path)[2].endswith("is a folder: name a file to write\n")


@pytest.mark.parametrize(
    ("command", "listing"), [("screen", "deviations"), ("screen", "queries"), ("schedule", "participants")]
)
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_listing_of_what_was_not_judged_is_refused(
    run: Run, tmp_path: Path, command: str, listing: str, form: str
) -> None:
    path = tmp_path / "listing"
    code, out, err = run(command, PROTOCOL, DATA, "--format", form, "--kind", listing, "-o", path)
    assert (code, out) == (2, "")
    assert f"protocol-dsl: {command} has no listing {listing}: it has " in err
    assert not path.exists()


def test_what_is_no_listing_is_left_alone(run: Run, tmp_path: Path) -> None:
    asked = ("check", PROTOCOL, DATA, "--exit-zero", "--format", "parquet", "-o", tmp_path)
    assert run(*asked)[0] == 0
    assert run(*asked)[0] == 0  # over its own
    path = tmp_path / "visits.parquet"
    duckdb.sql(f"copy (select 'P1' as participant, 'W0' as visit, '2004-06-14' as date) to '{path}' (format parquet)")
    before = path.read_bytes()
    code, _, err = run(*asked)
    assert (code, "visits.parquet is no listing of protocol-dsl" in err) == (2, True)
    path.write_bytes(b"no Parquet at all")
    assert run(*asked)[0] == 2
    path.write_bytes(before)
    assert stored(path) == [{"participant": "P1", "visit": "W0", "date": "2004-06-14"}]


def test_without_duckdb_it_says_what_to_install(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("protocol_dsl.project.extras.find_spec", lambda _: None)
    code, _, err = run("screen", PROTOCOL, DATA, "--format", "parquet", "-o", tmp_path / "out")
    assert code == 2
    assert 'pip install "protocol-dsl[columns]"' in err
    assert list(tmp_path.iterdir()) == []
