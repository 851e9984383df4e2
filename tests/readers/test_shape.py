"""Files as they come: encodings, separators, quotation marks, ragged rows, two files for one table."""

import os
from pathlib import Path

import pytest
from tests.readers.conftest import Folder

from protocol_dsl.model.records import Record
from protocol_dsl.model.study import StudyModel
from protocol_dsl.readers import StudyRecords, UnreadableError, read_study

READINGS = "participant,measure,date,value\n"


def values(record: Record, measure: str = "cd4") -> list[object]:
    return [reading.value for reading in record.readings.get(measure, ())]


def read(path: Path, model: StudyModel) -> tuple[StudyRecords, list[Record]]:
    records = read_study(path, model)
    return records, list(records)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_separators_line_endings_and_byte_order_marks_are_all_one(
    folder: Folder, model: StudyModel, delimiter: str, ending: str, mark: bytes
) -> None:
    lines = ["participant,measure,date,value", "P1,cd4,2004-06-14,199"]
    text = ending.join(line.replace(",", delimiter) for line in lines)
    records, (first, _) = read(folder({"readings.csv": mark + text.encode()}), model)
    assert values(first) == [199]
    assert not records.problems


def test_a_line_break_inside_quotes_starts_no_row(folder: Folder, model: StudyModel) -> None:
    text = 'participant,measure,date,value,note\nP1,cd4,2004-06-14,199,"one\ntwo, and ""three"""\nP1,cd4,2004-13,200,\n'
    records, (first, _) = read(folder({"readings.csv": text}), model)
    assert values(first) == [200, 199]
    assert [(one.row, one.problem) for one in records.problems] == [(3, "there is no month 13")]


@pytest.mark.parametrize("tail", ["", "P2,cd4,2004-06-15,300\n", 'P2,"cd4",2004-06-15,300\n', "x" * 300_000 + "\n"])
def test_an_unclosed_quotation_mark_costs_no_other_row(folder: Folder, model: StudyModel, tail: str) -> None:
    text = READINGS + 'P1,cd4,2004-06-14,"199\nP1,cd4,2004-06-21,200\n' + tail
    records, (first, second) = read(folder({"readings.csv": text}), model)
    assert values(first) == [199, 200]
    assert values(second) == ([300] if tail.startswith("P2") else [])
    located = records.problems[0]
    if tail.startswith("x"):
        located = next(one for one in records.problems if "never closed" in one.problem)
    assert (located.table, located.row) == ("readings", 2)
    assert "never closed" in located.problem


def test_a_mark_within_a_cell_is_told(folder: Folder, model: StudyModel) -> None:
    text = READINGS + 'P1,cd4,2004-06-14,"19"9\n'
    records, (first, _) = read(folder({"readings.csv": text}), model)
    assert values(first) == [199]
    assert records.problems[0].row == 2


def test_ragged_rows_are_used_as_far_as_they_go(folder: Folder, model: StudyModel) -> None:
    text = READINGS + "P1,cd4,2004-06-14,199,extra\nP1,cd4,2004-06-15\nP1,cd4,2004-06-16,201,,\n\n,,,\n"
    records, (first, _) = read(folder({"readings.csv": text}), model)
    assert values(first) == [None, None, 201]
    assert sorted((one.row, one.problem[:19]) for one in records.problems) == [
        (2, "the row has 5 cells"),
        (3, "the row has 3 cells"),
    ]


def test_a_nul_sign_is_told(folder: Folder, model: StudyModel) -> None:
    records, (first, _) = read(folder({"readings.csv": READINGS + "P1,cd4,2004-06-14,19\x009\n"}), model)
    assert values(first) == [None]
    assert {one.row for one in records.problems} == {2}


def test_a_very_long_cell_is_cut_and_told(folder: Folder, model: StudyModel) -> None:
    text = READINGS + "P1,cd4,2004-06-14," + "9" * 500_000 + "\nP2,cd4,2004-06-14,200\n"
    records, (first, second) = read(folder({"readings.csv": text}), model)
    assert values(first) == [None]
    assert values(second) == [200]
    assert all(len(one.value) < 300 for one in records.problems)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (READINGS.encode("utf-16"), "UTF-16"),
        (READINGS.encode("utf-16-le"), "UTF-16"),
        (READINGS.encode() + "P1,cd4,2004-06-14,na\u00efve\n".encode("latin-1"), "byte 51, line 2"),
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"participant;value;date\n", "no column measure"),
        (b"participant,measured,value,date\n", "the nearest heading is measured"),
        (bytes(range(256)) * 20, "is not in UTF-8"),
    ],
)
def test_what_is_no_table_is_refused_in_plain_words(
    folder: Folder, model: StudyModel, content: bytes, words: str
) -> None:
    with pytest.raises(UnreadableError, match=words):
        read_study(folder({"readings.csv": content}), model)


def test_folders_that_are_none(folder: Folder, model: StudyModel, tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="does not exist"):
        read_study(tmp_path / "nowhere", model)
    with pytest.raises(UnreadableError, match="no table of participants"):
        read_study(tmp_path, model)
    ends = r"is no folder, and ends in none of \.duckdb, \.db, \.json, \.ndjson, \.jsonl"
    with pytest.raises(UnreadableError, match=ends):
        read_study(folder({"readings.csv": READINGS}) / "readings.csv", model)


def test_two_files_for_one_table_are_refused(folder: Folder, model: StudyModel) -> None:
    with pytest.raises(UnreadableError, match="two files for readings"):
        read_study(folder({"readings.csv": READINGS, "Readings.ndjson": ""}), model)


def test_a_fifo_or_a_folder_is_no_table(folder: Folder, model: StudyModel) -> None:
    place = folder({})
    os.mkfifo(place / "visits.csv")
    with pytest.raises(UnreadableError, match="no regular file"):
        read_study(place, model)
    (place / "visits.csv").unlink()
    (place / "visits.parquet").mkdir()
    with pytest.raises(UnreadableError, match="no regular file"):
        read_study(place, model)


def test_a_file_or_heading_with_nearly_a_known_name_is_told(folder: Folder, model: StudyModel) -> None:
    place = folder(
        {"medication.csv": "participant,drug\n", "participants.csv": "participant,birthdate,site,site\nP1,1960,1,2\n"}
    )
    records, (first,) = read(place, model)
    assert first.site == "1"
    assert [(one.table, one.row, one.value) for one in records.problems] == [
        ("participants", 1, "birthdate"),
        ("participants", 1, "site"),
        ("medications", None, "medication.csv"),
    ]


def test_ndjson_keeps_digits_and_tells_what_is_wrong(folder: Folder, model: StudyModel) -> None:
    lines = [
        '{"participant": "P1", "measure": "cd4", "date": "2004-06-14", "value": 0.10}',
        '{"participant": "P1", "measure": "cd4", "date": "2004-06-15", "value": 1e999}',
        '{"participant": "P1", "measure": "cd4", "date": "2004-06-16", "value": NaN}',
        '{"participant": "P1", "measure": "cd4", "date": "2004-06-17", "value": [1]}',
        '{"participant": "P1", "measure": "cd4", "date": "2004-06-18", "value": 1, "value": 2}',
        "[" * 10_000 + "]" * 10_000,
        "{broken",
        "3",
        '{"participant": "\\ud800", "measure": "cd4"}',
        '{"participant": "P1", "measure": "cd4", "date": "2004-06-19", "value": ' + "9" * 5_000 + "}",
        "",
        '{"Participant": "P2", "measure": "cd4", "date": "2004-06-18", "value": 7, "other": 1}',
        '{"Participant": "P2", "measure": "cd4", "date": "2004-06-18", "value": 7, "other": 2}',
    ]
    records, (first, second) = read(folder({"readings.ndjson": "\n".join(lines)}), model)
    assert [str(value) for value in values(first)] == ["1/10", "None", "None", "None", "None", "None"]
    assert values(second) == [7, 7]
    assert sorted({one.row or 0 for one in records.problems}) == [2, 3, 4, 5, 6, 7, 8, 9, 10]


def test_every_order_of_rows_gives_the_same_records(folder: Folder, model: StudyModel, tmp_path: Path) -> None:
    rows = [f"P{n},cd4,2004-06-{n:02},{n}\n" for n in range(1, 29)]
    people = [f"P{n}\n" for n in range(1, 29)]
    place = folder(
        {
            "participants.csv": "participant\n" + "".join(sorted(people)),
            "readings.csv": READINGS + "".join(sorted(rows)),
        }
    )
    other = tmp_path / "other"
    other.mkdir()
    (other / "participants.csv").write_text("participant\n" + "".join(people[::-1]))
    (other / "readings.csv").write_text(READINGS + "".join(rows[::-1]))
    one, two = read(place, model)[1], read(other, model)[1]
    assert one == two
    assert [record.participant for record in one] == sorted(record.participant for record in one)


def test_a_number_split_by_its_comma_is_not_used(folder: Folder, model: StudyModel) -> None:
    records, (first, _) = read(folder({"readings.csv": READINGS + "P1,cd4,2004-06-14,4,5\n"}), model)
    assert values(first) == [None]
    assert [(one.row, one.value) for one in records.problems] == [(2, "P1,cd4,2004-06-14,4,5")]


def test_a_table_of_another_kind_of_file_is_told(folder: Folder, model: StudyModel) -> None:
    records, _ = read(
        folder(
            {"readings.tsv": READINGS, "notes.txt": "", "participants.xlsx": "", "participants.csv": "participant\n"}
        ),
        model,
    )
    assert [(one.table, one.value) for one in records.problems] == [("readings", "readings.tsv")]
