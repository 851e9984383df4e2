"""Tables in several files: one table all the same, each row told by its file."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.readers.conftest import MODEL, Folder

from protocol_dsl.model.study import StudyModel
from protocol_dsl.readers import UnreadableError, read_study

READINGS = "participant,measure,date,value\n"
duckdb = pytest.importorskip("duckdb", reason="Parquet files need the extra parquet")


def test_rows_of_several_files_are_one_table_and_told_by_their_files(folder: Folder, model: StudyModel) -> None:
    place = folder(
        {
            "readings-1.csv": READINGS + "P1,cd4,2004-06-14,199\nP1,cd4,2004-06-15,many\n",
            "readings-2.ndjson": '{"participant": "P1", "measure": "cd4", "date": "2004-06-21", "value": 200}\n',
        }
    )
    records = read_study(place, model)
    first, _ = records
    told = [(one.value, one.origin.row, one.origin.file) for one in first.readings["cd4"]]
    assert told == [(199, 2, "readings-1.csv"), (None, 3, "readings-1.csv"), (200, 1, "readings-2.ndjson")]
    (problem,) = records.problems
    assert (problem.row, problem.file, problem.value) == (3, "readings-1.csv", "many")


def test_a_row_given_in_two_files_counts_once(folder: Folder, model: StudyModel) -> None:
    row = READINGS + "P1,cd4,2004-06-14,199\n"
    records = read_study(folder({"readings-1.csv": row, "readings-2.csv": row}), model)
    first, _ = records
    assert [one.value for one in first.readings["cd4"]] == [199]
    assert [(one.row, one.file) for one in records.problems] == [(2, "readings-2.csv")]


def test_a_ragged_row_is_told_with_its_file(folder: Folder, model: StudyModel) -> None:
    place = folder({"readings-a.csv": READINGS, "readings-b.csv": READINGS + "P1,cd4,2004-06-14\n"})
    records = read_study(place, model)
    assert len(list(records)) == 2
    assert [(one.row, one.file) for one in records.problems] == [(2, "readings-b.csv")]


def test_files_need_not_have_the_same_columns(folder: Folder, model: StudyModel) -> None:
    other = "value,unit,participant,date,measure\n0.2,10^9/L,P1,2004-06-21,cd4\n"
    place = folder({"readings-1.csv": READINGS + "P1,cd4,2004-06-14,199\n", "readings-2.csv": other})
    records = read_study(place, model)
    first, _ = records
    assert [(one.written, one.unit) for one in first.readings["cd4"]] == [("199", ""), ("0.2", "10^9/L")]


@pytest.mark.parametrize("aside", ["._readings.csv", ".readings.csv", "_readings.csv", "_medications-1.ndjson"])
def test_a_file_whose_name_lies_aside_is_passed_over(aside: str, folder: Folder, model: StudyModel) -> None:
    records = read_study(folder({"readings.csv": READINGS, aside: "of another program"}), model)
    assert len(list(records)) == 2
    assert not records.problems


def test_folders_of_a_table_may_say_a_column(folder: Folder, model: StudyModel) -> None:
    place = folder({})
    (place / "participants.csv").unlink()
    for site, person in (("01", "P1"), ("a%20b", "P2"), ("__HIVE_DEFAULT_PARTITION__", "P3")):
        part = place / "participants.parquet" / f"site={site}"
        part.mkdir(parents=True)
        duckdb.sql(f"select '{person}' as participant").write_parquet(str(part / "part-0.parquet"))
        (part / "_committed").touch()
        (part / ".part-0.parquet.crc").touch()
    records = read_study(place, model)
    assert [(one.participant, one.site) for one in records] == [("P1", "01"), ("P2", "a b"), ("P3", None)]
    assert not records.problems


def test_a_column_of_the_file_goes_before_what_its_folder_says(folder: Folder, model: StudyModel) -> None:
    place = folder({})
    (place / "participants.csv").unlink()
    part = place / "participants" / "site=01"
    part.mkdir(parents=True)
    (part / "all.csv").write_text("participant,site\nP1,02\n")
    assert [one.site for one in read_study(place, model)] == ["02"]


def test_a_row_of_ndjson_takes_from_its_folder_what_it_does_not_name(folder: Folder, model: StudyModel) -> None:
    place = folder({})
    (place / "participants.csv").unlink()
    part = place / "participants" / "Site=01" / "note=2"
    part.mkdir(parents=True)
    rows = ('{"participant": "P1"}', '{"participant": "P2", "site": "02"}', '{"participant": "P3", "SITE": null}')
    (part / "all.ndjson").write_text("\n".join(rows), encoding="utf-8")
    assert [one.site for one in read_study(place, model)] == ["01", "02", None]


def test_folders_above_the_study_say_nothing(tmp_path: Path, model: StudyModel) -> None:
    place = tmp_path / "site=99"
    place.mkdir()
    duckdb.sql("select 'P1' as participant").write_parquet(str(place / "participants.parquet"))
    assert [one.site for one in read_study(place, model)] == [None]


def test_a_table_in_two_ways_is_refused(folder: Folder, model: StudyModel) -> None:
    place = folder({"readings.csv": READINGS, "readings-1.csv": READINGS})
    with pytest.raises(UnreadableError, match=r"two files for readings: readings-\* and readings.csv; keep one"):
        read_study(place, model)


def test_other_files_in_the_folder_of_a_table_are_told(folder: Folder, model: StudyModel) -> None:
    place = folder({})
    (place / "readings").mkdir()
    assert len(list(read_study(place, model))) == 2
    (place / "readings" / "notes.xlsx").touch()
    records = read_study(place, model)
    assert len(list(records)) == 2
    assert [(one.table, one.value) for one in records.problems] == [("readings", "readings/notes.xlsx")]


@given(cuts=st.lists(st.integers(0, 12), max_size=4))
def test_how_a_table_is_cut_changes_nothing_but_where_rows_stand(
    cuts: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    rows = [f"P{n % 3},cd4,2004-06-{n + 1:02},{n}\n" for n in range(12)]
    people = "participant\nP0\nP1\nP2\n"
    whole: Path = tmp_path_factory.mktemp("whole")
    (whole / "participants.csv").write_text(people)
    (whole / "readings.csv").write_text(READINGS + "".join(rows))
    apart: Path = tmp_path_factory.mktemp("apart")
    (apart / "participants.csv").write_text(people)
    ends = [0, *sorted(cuts), 12]
    for number, (start, end) in enumerate(pairwise(ends)):
        (apart / f"readings-{number}.csv").write_text(READINGS + "".join(rows[start:end]))
    assert list(read_study(whole, MODEL)) == list(read_study(apart, MODEL))
