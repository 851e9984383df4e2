"""The same study in every form that data come in: columns read it as the row readers do, and tell the same of it."""

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from tests.compile.test_agreement import require_agreement
from tests.compile.test_whole_agreement import require_whole_agreement

from protocol_dsl import Study, load
from protocol_dsl.readers.columns import several
from protocol_dsl.readers.columns.copied import is_plain
from protocol_dsl.readers.errors import UnreadableError

ANRS123 = Path(__file__).parents[2]
Writer = Callable[[Path, Path], Path]


@pytest.fixture(scope="module")
def study() -> Study:
    return load(ANRS123 / "protocols" / "anrs123.proto")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped example with what no reader can use: a ragged row, a mark never closed, rows of strangers.

    And names with blanks around them, which the row readers pass over: one row decides, one sets the cut-off.
    """
    place = Path(shutil.copytree(ANRS123 / "examples" / "anrs123", tmp_path / "csv"))
    with (place / "readings.csv").open("a", encoding="utf-8") as file:
        file.write('P01,cd4,2004-06-14\nP02,cd4,"2004-06-14,200\nNOBODY,cd4,2004-06-14,7\n,cd4,2004-06-14,7\n')
        file.write(' P03 ,cd4,2004-06-02,7\n" P04\t",x,2019-06-02,7\n')
    (place / "medication.csv").write_text("participant,drug,start\n", encoding="utf-8")
    return place


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [{name: cell or "" for name, cell in row.items() if name} for row in csv.DictReader(file)]


def as_csv(folder: Path, _: Path) -> Path:
    return folder


def as_semicolons(folder: Path, place: Path) -> Path:
    place.mkdir()
    for path in folder.glob("*.csv"):
        found = rows(path)
        if found:
            with (place / path.name).open("w", encoding="utf-8-sig", newline="") as file:
                table = csv.DictWriter(file, list(found[0]), delimiter=";", quoting=csv.QUOTE_ALL)
                table.writeheader()
                table.writerows(found)
    return place


def as_ndjson(folder: Path, place: Path) -> Path:
    place.mkdir()
    for path in folder.glob("*.csv"):
        lines = [json.dumps({name: cell for name, cell in row.items() if cell}) for row in rows(path)]
        (place / f"{path.stem}.ndjson").write_text("\n".join([*lines, "[1]", ""]), encoding="utf-8")
    return place


def as_parts(folder: Path, place: Path) -> Path:
    """A file a table, but readings in three of two kinds, one of them in a folder that says the unit."""
    shutil.copytree(folder, place)
    found = rows(place / "readings.csv")
    (place / "readings.csv").unlink()
    for number, part in enumerate((found[::3], found[1::3], found[2::3])):
        below = place / "readings" / f"note={number}"
        below.mkdir(parents=True)
        if number == 1:
            (below / "part.ndjson").write_text("\n".join(map(json.dumps, part)), encoding="utf-8")
            continue
        with (below / "part.csv").open("w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, list(found[0]))
            table.writeheader()
            table.writerows(part)
    return place


def as_parquet_parts(folder: Path, place: Path) -> Path:
    place.mkdir()
    for path in folder.glob("*.csv"):
        if not (found := rows(path)):
            continue
        for number in range(3):
            below = place / f"{path.stem}.parquet"
            below.mkdir(exist_ok=True)
            part = place / "part.csv"
            with part.open("w", encoding="utf-8", newline="") as file:
                table = csv.DictWriter(file, list(found[0]))
                table.writeheader()
                table.writerows(found[number::3])
            query = f"from read_csv('{part}', all_varchar = true, header = true)"
            duckdb.sql(f"copy ({query}) to '{below / f'part-{number}.parquet'}' (format parquet)")
            part.unlink()
    return place


def stored(folder: Path, place: Path, rows_of: Callable[[Path], str]) -> Path:
    """A DuckDB file with a table of each CSV file, of the rows that a query for the file gives."""
    target = place.with_suffix(".duckdb")
    with duckdb.connect(str(target)) as connection:
        for path in folder.glob("*.csv"):
            connection.execute(f"create table {path.stem} as {rows_of(path)}")
    return target


def as_database(folder: Path, place: Path) -> Path:
    return stored(as_semicolons(folder, place), place, "from read_csv('{}', all_varchar = true)".format)


KINDS = {"value": "double", "low": "float", "high": "decimal(9, 3)", "grade": "hugeint", "dose": "double"}
KINDS |= {"cycle": "bigint", "failing": "boolean", "date": "timestamp", "start": "timestamp_s"}


def heading_of(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return next(csv.reader(file, delimiter=";"))


def with_kinds(path: Path) -> str:
    """The rows of a CSV file in columns of the kinds that databases give them; ``trim`` as for :func:`typed`."""
    casts = [f"try_cast(trim({name}) as {KINDS[name]}) as {name}" for name in heading_of(path) if name in KINDS]
    replaced = f"replace ({', '.join(casts)})" if casts else ""
    return f"select * {replaced} from read_csv('{path}', all_varchar = true, header = true, delim = ';')"  # noqa: S608


def as_kinds_of_parquet(folder: Path, place: Path) -> Path:
    for path in as_semicolons(folder, place).glob("*.csv"):
        duckdb.sql(f"copy ({with_kinds(path)}) to '{path.with_suffix('.parquet')}' (format parquet)")
        path.unlink()
    return place


def as_kinds_of_database(folder: Path, place: Path) -> Path:
    return stored(as_semicolons(folder, place), place, with_kinds)


def as_kinds_of_parts(folder: Path, place: Path) -> Path:
    """Three files a table, one of columns of other kinds, one without its last column, which its folder says."""
    for path in as_semicolons(folder, place).glob("*.csv"):
        last, value = heading_of(path)[-1], rows(folder / path.name)[0].popitem()[1]
        text = f"select * from read_csv('{path}', all_varchar = true, header = true, delim = ';')"  # noqa: S608
        less = f'select * exclude ("{last}") from ({with_kinds(path)})'  # noqa: S608
        for number, query in enumerate((with_kinds(path), text, less)):
            below = place / path.stem / (f"{last}={value}" if query == less and value else "of")
            below.mkdir(parents=True, exist_ok=True)
            chosen = (
                f"select * exclude (i) from (select *, row_number() over () as i from ({query})) where i % 3 = {number}"  # noqa: S608
            )
            duckdb.sql(f"copy ({chosen}) to '{below / f'part-{number}.parquet'}' (format parquet)")
        path.unlink()
    return place


FORMS = (
    as_kinds_of_parquet,
    as_kinds_of_parts,
    as_kinds_of_database,
    as_csv,
    as_semicolons,
    as_ndjson,
    as_parts,
    as_parquet_parts,
    as_database,
)


@pytest.mark.parametrize(("form", "as_of"), [*((form, None) for form in FORMS), (as_ndjson, "2005-01-01")])
def test_every_form_is_judged_alike(
    form: Writer, as_of: str | None, study: Study, folder: Path, tmp_path: Path
) -> None:
    # Those of whom the folders say what nobody wrote are asked about.
    least = 15 if form is as_kinds_of_parts else 40
    assert require_agreement(study, form(folder, tmp_path / "form"), as_of) > least


@pytest.mark.parametrize("form", [as_kinds_of_parquet, as_kinds_of_parts, as_kinds_of_database])
def test_columns_of_any_kind_are_copied_by_the_database(
    form: Writer, study: Study, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The reader of rows would take a hundred times as long.
    monkeypatch.delattr("protocol_dsl.readers.columns.copied.copy_rows")
    assert sum(1 for _ in study.screen(form(folder, tmp_path / "form"), engine="duckdb")) > 40


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_line_end_in_the_first_cells_ends_no_row(end: str, study: Study, folder: Path, tmp_path: Path) -> None:
    place = as_ndjson(folder, tmp_path / "form")
    visits = (place / "visits.ndjson").read_text(encoding="utf-8")
    first = json.dumps({"participant": "P02", "visit": f"moved{end}away", "date": "2004-08-01", "status": f"held{end}"})
    (place / "visits.ndjson").write_text(f"{first}\n{visits}", encoding="utf-8")
    assert require_agreement(study, place, None) > 40


def test_tables_in_memory_are_judged_alike(study: Study, folder: Path) -> None:
    tables = {path.stem: rows(path) for path in folder.glob("*.csv") if path.stem != "medication"}
    assert require_agreement(study, {name: found for name, found in tables.items() if found}, None) > 40


@pytest.mark.parametrize("odd", ["1e-7", "1e20", "'nan'", "'-inf'", "150.5", "-0.0", "9007199254740993", "1e15"])
@pytest.mark.parametrize("kind", ["double", "float"])
def test_any_number_of_a_column_of_numbers_is_read_alike(kind: str, odd: str, study: Study, folder: Path) -> None:
    path = folder / "readings.parquet"
    value = f"(case when i = 7 then {odd}::{kind} else 150.25 + i end)::{kind} as value"
    row = f"'P0' || (1 + i % 9) as participant, 'cd4' as measure, date '2004-06-02' + i::integer as date, {value}"
    query = f"select {row}, 'cells/mm3' as unit from range(40) t(i)"  # noqa: S608
    duckdb.sql(f"copy ({query}) to '{path}' (format parquet)")
    (folder / "readings.csv").unlink()
    assert require_agreement(study, folder, None) > 30


def test_a_list_in_a_column_is_told_as_the_interpreter_tells_it(study: Study, folder: Path) -> None:
    (folder / "participants.csv").unlink()
    rows = "select 'P0' || i as participant, [i] as sex, '1970-01-01' as birth_date from range(1, 9) t(i)"
    duckdb.sql(f"copy ({rows}) to '{folder / 'participants.parquet'}' (format parquet)")
    require_agreement(study, folder, None)
    problems = study.screen(folder, engine="duckdb").end.problems
    assert sum(each.column == "sex" for each in problems) == 8


def test_a_missing_column_is_told_as_the_interpreter_tells_it(study: Study, folder: Path) -> None:
    (folder / "visits.csv").write_text("participant,visits,date\nP01,W0,2004-06-15\n", encoding="utf-8")
    told = []
    for engine in ("interpreter", "duckdb"):
        with pytest.raises(
            UnreadableError, match=r"visits\.csv has no column visit; the nearest heading is visits"
        ) as one:
            study.screen(folder, engine=engine).summary  # noqa: B018 - runs it
        told.append(str(one.value))
    assert told[0] == told[1]


NO_DAYS = ("infinity", "-infinity", "12004-03-15", "0044-03-15 (BC)")
"""What a database takes for a day, and no row reader does."""
DATED = ("date", "end_date", "start", "end", "birth_date")
EACH = 97


def with_no_days(folder: Path) -> None:
    """Put such a day into every column of dates of some rows, a plain day into the others of that column."""
    for path in folder.glob("*.csv"):
        table = rows(path)
        for number, row in enumerate(table):
            for name in {*DATED} & {*row}:
                day = row[name][:10] if len(row[name]) >= len("2004-06-14") else ""
                row[name] = day if number % EACH else NO_DAYS[number // EACH % len(NO_DAYS)]
        with path.open("w", encoding="utf-8", newline="") as file:
            written = csv.DictWriter(file, list(table[0]))
            written.writeheader()
            written.writerows(table)


def as_typed_parquet(folder: Path, place: Path) -> Path:
    place.mkdir()
    for path in folder.glob("*.csv"):
        duckdb.sql(f"copy ({typed(path)}) to '{place / path.stem}.parquet' (format parquet)")
    return place


def as_typed_database(folder: Path, place: Path) -> Path:
    return stored(folder, place, typed)


def typed(path: Path) -> str:
    """The rows of a CSV file with dates that are dates; by ``trim`` the reader of CSV leaves them to the cast."""
    dates = [f'try_cast(trim("{name}") as date) as "{name}"' for name in rows(path)[0] if name in DATED]
    replaced = f" replace ({', '.join(dates)})" if dates else ""
    return f"select *{replaced} from read_csv('{path}', all_varchar = true, header = true)"  # noqa: S608 - of the test


@pytest.mark.parametrize(
    ("form", "as_of"),
    [
        (as_csv, "2005-06-01"),
        (as_typed_parquet, None),
        (as_typed_parquet, "2005-06-01"),
        (as_typed_database, "2005-06-01"),
    ],
)
def test_days_that_only_a_database_knows_are_no_days(
    form: Writer, as_of: str | None, study: Study, tmp_path: Path
) -> None:
    place = Path(shutil.copytree(ANRS123 / "examples" / "anrs123", tmp_path / "csv"))
    with_no_days(place)
    data = form(place, tmp_path / "form")
    assert require_agreement(study, data, as_of) > 20
    if form is as_typed_parquet and as_of:
        assert require_whole_agreement(study, data, as_of) > 0
    problems = study.screen(data, engine="duckdb", as_of=as_of)
    list(problems)
    assert {each.value for each in problems.end.problems} >= {*NO_DAYS}


@pytest.mark.parametrize(
    ("text", "is_alike"),
    [
        (b"a,b\n1,2\n", True),
        (b"a,b\r\n1,2\r\n", True),
        (b'a,b\n"1","x,""y"""\n', True),
        ("a,b\n1,é\n".encode(), True),
        (b'a,b\n"1" ,2\n', False),
        (b'a,b\n1, "2"\n', False),
        (b"a,b\r1,2\n", False),
        (b"a,b\n1,\0\n", False),
        (b"a,b\n1,\xe9\n", False),
        (b"a,b\n1,\xc3", False),
    ],
)
def test_only_what_every_reader_understands_alike_is_plain(tmp_path: Path, text: bytes, *, is_alike: bool) -> None:
    (tmp_path / "x.csv").write_bytes(text)
    assert is_plain(tmp_path / "x.csv") is is_alike


@pytest.mark.parametrize(
    "more",
    [
        "P02,{site},{rest}",
        "P02,,\nP02,77,{rest}\nP05,77,,,\nÉloïse,01,1960-01-01,female,active,yes,no\n日本,01,1960\n日本,02,1961,female",
    ],
)
def test_who_stands_in_several_rows_is_judged_by_the_interpreter(more: str, study: Study, folder: Path) -> None:
    participants = folder / "participants.csv"
    text = participants.read_text(encoding="utf-8")
    site, rest = next(line for line in text.splitlines() if line.startswith("P02,")).split(",", 2)[1:]
    participants.write_text(f"{text.rstrip()}\n{more.format(site=site, rest=rest)}\n", encoding="utf-8")
    for table, row in (
        ("events", "screening,2004-06-01"),
        ("readings", "cd4,2004-06-01,150"),
        ("visits", "W0,2004-06-14"),
    ):
        with (folder / f"{table}.csv").open("a", encoding="utf-8") as file:
            file.write(f"Éloïse,{row}\n日本,{row}\n")
    assert require_agreement(study, folder, None) > 0
    assert require_whole_agreement(study, folder, None) > 0


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (" P03", "the participant ' P03', with blanks around the name"),
        ("", "a row of participants that names nobody"),
        ("P\N{REPLACEMENT CHARACTER}", "the participant 'P\N{REPLACEMENT CHARACTER}', with"),
        ("\N{NO-BREAK SPACE}P", "with blanks around the name"),
    ],
)
def test_a_name_that_is_read_otherwise_than_written_is_refused(
    name: str, words: str, study: Study, folder: Path
) -> None:
    with (folder / "participants.csv").open("a", encoding="utf-8") as file:
        file.write(f"{name},01\n")
    with pytest.raises(UnreadableError, match=words):
        study.screen(folder, engine="duckdb")


def test_a_study_in_which_many_stand_in_several_rows_is_refused(
    study: Study, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (folder / "participants.csv").open("a", encoding="utf-8") as file:
        file.write("P02,77\nP03,77\nP04,77\nÉloïse,01\n")
    monkeypatch.setattr(several, "MOST_SEVERAL", 2)
    with pytest.raises(UnreadableError, match="more than 2 participants who stand in several rows"):
        study.screen(folder, engine="duckdb")
    monkeypatch.setattr(several, "MOST_UNUSUAL", 0)
    with pytest.raises(UnreadableError, match="more than 0 names of participants that are not plain"):
        study.screen(folder, engine="duckdb")


@pytest.mark.parametrize(("form", "as_of"), [(as_csv, None), (as_parts, "2005-01-01"), (as_parquet_parts, None)])
def test_a_few_out_of_many_are_read_alone_and_alike(  # noqa: PLR0913, PLR0917 - fixtures
    form: Writer, as_of: str | None, study: Study, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (folder / "participants.csv").open("a", encoding="utf-8") as file:
        file.write("P03,77,1950-01-01\n")  # who stands in two rows
    place, few = form(folder, tmp_path / "form"), ("P01", "P03", "P04", "P40")
    expected = study.check(place, participants=few, as_of=as_of)
    assert [each.participant for each in expected] == list(few)
    monkeypatch.setattr("protocol_dsl.project.study.LARGE", 0)
    found = study.check(place, participants=few, as_of=as_of)
    assert list(found) == list(expected)
    assert (found.as_of, found.end) == (expected.as_of, expected.end)
    with pytest.raises(UnreadableError, match=r"no participant P99 in the data; did you mean P\d9\?"):
        list(study.check(place, participants=("P01", "P99"), as_of=as_of))
    rows = {fact.origin.table: fact.origin for each in found for item in each.deviations for fact in item.facts}
    assert rows == {
        fact.origin.table: fact.origin for each in expected for item in each.deviations for fact in item.facts
    }


def test_a_damaged_file_is_not_laid_on_another_table(study: Study, tmp_path: Path) -> None:
    place = as_typed_parquet(ANRS123 / "examples" / "anrs123", tmp_path / "form")
    damaged = bytearray((place / "visits.parquet").read_bytes())
    damaged[20:120] = b"\xff" * 100
    (place / "visits.parquet").write_bytes(damaged)
    with pytest.raises(UnreadableError, match=r"or a table beside it cannot be read in columns \(") as caught:
        study.screen(place, engine="duckdb").summary  # noqa: B018 - runs it
    assert str(caught.value).isprintable()
