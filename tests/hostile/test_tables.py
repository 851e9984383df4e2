"""Tables nobody should send: what cannot be used is told, the rest is used, and nothing is lost."""

import csv
import io
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.hostile.conftest import PROTOCOL, Ended

CELL = "P01,cd4,2004-06-04,67,cells/mm3,SCR"
Run = Callable[..., Ended]


def spoil(file: Path, old: str, new: str) -> None:
    """Replace the first ``old`` of ``file``, which is there."""
    content = file.read_bytes()
    assert old.encode() in content
    file.write_bytes(content.replace(old.encode(), new.encode(), 1))


def append(file: Path, rows: str) -> None:
    """Write ``rows`` at the end of ``file``."""
    with file.open("ab") as stream:
        stream.write(rows.encode())


def problems(ended: Ended) -> list[tuple[str, int | None, str | None, str]]:
    """The data problems: table, row, column, words."""
    assert ended.code in {0, 1}
    found = json.loads(ended.out)["data_problems"]
    return [(each["table"], each["row"], each["column"], each["problem"]) for each in found]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("1e999", "more than 18 digits before the point"),
        ("NaN", "NaN is no number"),
        ("inf", "infinity is no reading"),
        ("١٩٩", "not written with the digits 0 to 9"),
        ('"4,5"', "a comma where a decimal point is expected"),
        ("9" * 1_000_000, "too long for a number"),
    ],
    ids=["1e999", "NaN", "inf", "other digits", "comma", "a million digits"],
)
def test_a_value_that_is_no_number_is_told_and_never_guessed(run: Run, study: Path, value: str, words: str) -> None:
    spoil(study / "readings.csv", CELL, f"P01,cd4,2004-06-04,{value},cells/mm3,SCR")
    ended = run("check", PROTOCOL, study, "-q", "--format", "json")
    told = [problem for problem in problems(ended) if problem[:3] == ("readings", 2, "value")]
    assert len(told) == 1
    assert words in told[0][3]
    first = json.loads(ended.out)["participants"][0]
    assert {rule["rule"]: rule["finding"] for rule in first["eligibility"]["criteria"]}["I5"] == "unknown"


@pytest.mark.parametrize(
    ("mistake", "where", "words"),
    [
        (("participants.csv", "1965-12-21", "2010-01-01"), ("participants", 2, "birth_date"), "lies after"),
        (("events.csv", "P01,randomization,2004-06-15", "P01,randomization,0000-00-00"), ("events", 3, "date"), "year"),
        (("readings.csv", CELL, "P01,cd4,2004-06-04"), ("readings", 2, None), "3 cells, the heading 6"),
        (("readings.csv", CELL, CELL + ",a,b"), ("readings", 2, None), "8 cells, the heading 6"),
        (("readings.csv", CELL, CELL.replace("cd4", '"cd4')), ("readings", 2, None), "never closed"),
        (("readings.csv", "unit,visit", "unit,UNIT"), ("readings", 1, "unit"), "another column has this heading"),
    ],
)
def test_a_mistake_is_told_at_its_row_and_column(
    run: Run, study: Path, mistake: tuple[str, str, str], where: tuple[str, int, str | None], words: str
) -> None:
    file, old, new = mistake
    spoil(study / file, old, new)
    found = problems(run("check", PROTOCOL, study, "-q", "--format", "json"))
    told = [problem[3] for problem in found if problem[:3] == where]
    assert len(told) == 1
    assert words in told[0]


def test_a_participant_who_stands_in_two_rows_is_told_and_counts_once(run: Run, study: Path) -> None:
    append(study / "participants.csv", "P01,02,1970-01-01,male,control,no,yes\n")
    ended = run("check", PROTOCOL, study, "-q", "--format", "json")
    assert json.loads(ended.out)["summary"]["participants"] == 2
    assert ("participants", 4, "participant") in [problem[:3] for problem in problems(ended)]


@pytest.mark.parametrize(
    ("file", "content", "words"),
    [
        ("readings.csv", b"", "readings.csv is empty: its first line must name the columns"),
        ("readings.csv", b"participant,measur,date,value\n", "has no column measure; the nearest heading is measur"),
        ("readings.csv", "participant,measure\n".encode("utf-16"), "is in UTF-16"),
        ("readings.csv", b"participant,measure,date,value\nP01,cd4\xe9,2004,1\n", "byte 0xE9"),
        ("participants.csv", None, "has no table of participants"),
    ],
)
def test_a_table_that_cannot_be_read_stops_the_run_before_anything_is_written(
    run: Run, study: Path, file: str, content: bytes | None, words: str
) -> None:
    (study / file).unlink()
    if content is not None:
        (study / file).write_bytes(content)
    ended = run("check", PROTOCOL, study, "-o", study.parent / "out.txt")
    assert ended.code == 2
    assert words in ended.err
    assert sorted(path.name for path in study.parent.iterdir()) == ["study"]


@pytest.mark.parametrize("kind", ["folder", "pipe", "ring of links", "link to nothing", "device"])
def test_a_table_that_is_no_file_is_refused_and_never_waited_for(run: Run, study: Path, kind: str) -> None:
    path = study / "participants.csv"
    path.unlink()
    match kind:
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "ring of links":
            path.symlink_to(path.name)
        case "link to nothing":
            path.symlink_to("nothing")
        case _:
            path.symlink_to("/dev/zero")
    ended = run("check", PROTOCOL, study)
    assert ended.code == 2
    assert "participants.csv is no regular file" in ended.err


def test_no_cell_of_a_listing_is_a_formula(run: Run, study: Path) -> None:
    append(study / "participants.csv", '"=HYPERLINK(""http://x"",""y"")",@s,1970-01-01,male,control,yes,no\n')
    append(study / "events.csv", "=cmd|x,screening,2004-06-04\n")
    kinds = ("participants", "criteria", "visits", "data_problems")
    listings = [run("check", PROTOCOL, study, "-q", "--format", "csv", "--kind", kind).out for kind in kinds]
    cells = [cell for listing in listings for row in csv.reader(io.StringIO(listing)) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "@", "+", "\t", "\r"))] == []
    assert "'=cmd|x" in cells


def test_signs_that_steer_a_terminal_are_shown_and_not_obeyed(run: Run, study: Path) -> None:
    append(study / "participants.csv", "\x1b[31mRED\x07,01,1970-01-01,male,control,yes,no\n")
    append(study / "readings.csv", "P01,cd4,2004-07-14,\x1b[2J,cells/mm3,SCR\n")
    shown = "".join(run(command, PROTOCOL, study, "-q").out for command in ("check", "screen", "schedule"))
    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert shown.count("RED") >= 2


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "9999"])
def test_the_ends_of_the_calendar_are_days_like_others(run: Run, study: Path, day: str) -> None:
    for event in ("screening,2004-06-04", "randomization,2004-06-15"):
        spoil(study / "events.csv", f"P01,{event}", f"P01,{event.partition(',')[0]},{day}")
    for as_of in ("0001-01-01", "2006-10-21", "9999-12-31"):
        for command in ("check", "schedule"):
            ended = run(command, PROTOCOL, study, "-q", "--as-of", as_of, "--format", "json")
            assert json.loads(ended.out)["as_of"] == as_of


@pytest.mark.parametrize(
    "value",
    ["NaN", "-Infinity", "1e999", "9" * 5_000, "1e-999999999", "[1]", "{}", "true", '"\\udfff"'],
    ids=["NaN", "infinity", "1e999", "5,000 digits", "1e-999999999", "a list", "an object", "true", "half a sign"],
)
def test_a_json_value_that_is_no_reading_is_told(run: Run, tmp_path: Path, value: str) -> None:
    path = tmp_path / "one.json"
    row = '{"measure": "cd4", "date": "2004-05-28", "value": ' + value + "}"
    path.write_text('{"participant": "P1", "readings": [' + row + "]}", encoding="utf-8")
    assert ("readings", 1, "value") in [
        problem[:3] for problem in problems(run("check", PROTOCOL, path, "-q", "--format", "json"))
    ]


@pytest.mark.parametrize("deep", ["[" * 100_000, '{"a":' * 10_000, '{"participant": "P1", "x": ' + "[" * 10_000])
def test_json_nested_too_deeply_is_refused_in_one_line(run: Run, tmp_path: Path, deep: str) -> None:
    path = tmp_path / "one.json"
    path.write_text(deep, encoding="utf-8")
    ended = run("check", PROTOCOL, path)
    assert ended.code == 2
    assert "nested too deeply" in ended.err


def test_rows_of_every_wrong_shape_are_told_one_by_one(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    path.write_text(
        '{"participant": "P1", "events": [1, null, "x", [], {}], "visits": 3, "readings": {"a": 1}}', encoding="utf-8"
    )
    found = problems(run("check", PROTOCOL, path, "-q", "--format", "json"))
    assert {row for table, row, column, _ in found if table == "events" and column is None} == {1, 2, 3, 4}
    assert {"visits", "readings"} <= {table for table, *_ in found}


@pytest.mark.parametrize("kind", [".json", ".ndjson"])
@pytest.mark.parametrize("others", [(), ('{"participant": "P1"}',)], ids=["nobody", "one"])
def test_names_that_are_no_text_make_nobody_someone_else(
    run: Run, tmp_path: Path, kind: str, others: tuple[str, ...]
) -> None:
    people = ['{"participant": "P\\ud800"}', '{"participant": "P\\ud801"}', *others]
    path = tmp_path / f"three{kind}"
    path.write_text(f"[{','.join(people)}]" if kind == ".json" else "\n".join(people), encoding="utf-8")
    ended = run("check", PROTOCOL, path, "-q", "--format", "json")
    found = problems(ended)
    assert [problem[:3] for problem in found] == [("participants", row, "participant") for row in (1, 2)]
    assert all("is no text or was lost" in words for *_, words in found)
    assert json.loads(ended.out)["summary"]["participants"] == len(others)


def test_rows_of_names_that_are_no_text_are_nobodys(run: Run, study: Path) -> None:
    append(study / "participants.csv", "P\0,01,1970-01-01,male,control,yes,no\n")
    append(study / "events.csv", "P\0,screening,2009-06-04\n")
    ended = run("check", PROTOCOL, study, "-q", "--format", "json")
    assert json.loads(ended.out)["as_of"] == "2004-06-15"
    assert ("events", 5, "participant") in [problem[:3] for problem in problems(ended)]


@pytest.mark.parametrize("content", ["null", "5", '"P1"', "[]", "{}", '{"participants": []}', '{"partici', "", "[[]]"])
@pytest.mark.parametrize("kind", [".json", ".ndjson"])
def test_a_file_without_any_participant_is_refused(run: Run, tmp_path: Path, content: str, kind: str) -> None:
    path = tmp_path / f"none{kind}"
    path.write_text(content, encoding="utf-8")
    ended = run("check", PROTOCOL, path)
    assert ended.code == 2
    assert "holds no participant" in ended.err or "this is no JSON" in ended.err


def test_a_table_of_no_participants_is_told(run: Run, study: Path) -> None:
    (study / "participants.csv").write_text("participant,site\n", encoding="utf-8")
    assert "note: there is no participant in the data" in run("check", PROTOCOL, study).err


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{participant: 1}", "a name in double quotes is expected at character 2"),
        (
            '[\n{"participant": "P"\n"site": "1"}]',
            "a comma or the closing bracket is expected at line 3, character 1",
        ),
        (
            '{"participant": "P\n1"}',
            "a line end, tab or other control sign stands in a text at line 1, character 19",
        ),
        ('{"participant": "P1', "the text that begins here is never closed at character 17"),
        ('{"participant": "P1"} 1', "nothing more is expected at character 23"),
    ],
)
def test_what_is_no_json_is_said_in_plain_words(run: Run, tmp_path: Path, content: str, words: str) -> None:
    path = tmp_path / "one.json"
    path.write_text(content, encoding="utf-8")
    ended = run("check", PROTOCOL, path)
    assert ended.code == 2
    assert f"one.json cannot be read: this is no JSON: {words}\n" in ended.err


@pytest.mark.parametrize(
    ("value", "shown"),
    [('{"a": 1}', "(object of 1)"), ("[1, 2]", "(list of 2)"), ('199, "value": 300', "199 and 300 (given twice)")],
)
def test_a_value_of_the_wrong_shape_is_shown_in_the_words_of_json(
    run: Run, tmp_path: Path, value: str, shown: str
) -> None:
    path = tmp_path / "one.json"
    row = '{"measure": "cd4", "date": "2004-05-28", "value": ' + value + "}"
    path.write_text('{"participant": "P1", "readings": [' + row + "]}", encoding="utf-8")
    found = json.loads(run("check", PROTOCOL, path, "-q", "--format", "json").out)["data_problems"]
    assert [each["value"] for each in found if each["column"] == "value"] == [shown]


def test_an_object_in_the_place_of_a_word_is_called_one(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    path.write_text('{"participant": "P1", "site": {"a": 1}}', encoding="utf-8")
    found = problems(run("check", PROTOCOL, path, "-q", "--format", "json"))
    assert [problem[3] for problem in found] == ["an object stands where a text or a number is expected"]
