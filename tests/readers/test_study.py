"""Whole studies: the cut-off, selections, what a command reads, other kinds of file, tables in memory, JSON."""

import sys
from collections import Counter
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from attrs import evolve
from tests.readers.conftest import Folder

from protocol_dsl.base.days import parse_days
from protocol_dsl.model.study import StudyModel
from protocol_dsl.model.vocabulary import BUILT_IN_MILESTONES, Drug, DrugClass, Measure, Milestone, Vocabulary
from protocol_dsl.readers import AbsentError, Selection, UnreadableError, read_participants, read_study, read_tables

READINGS = (
    "participant,measure,date,value\nP1,cd4,2004-06-14,199\n"
    "P1,other,2004-06-16,1\nP2,cd4,2004-07,200\nP9,cd4,2009-01-01,1\n"
)
EVENTS = "participant,event,date,end_date\nP1,screening,2004-06-15,2008-01-01\n"
ROW = {"measure": "cd4", "date": "2004-06-14", "value": "199"}


def day(text: str) -> int:
    return parse_days(text).first


def test_actg175_has_its_four_problems(shared: Path, model: StudyModel) -> None:
    vocabulary = Vocabulary(
        measures=(Measure(name="cd4", title="CD4", unit="cells/mm3"),),
        classes=(DrugClass("NRTI", "", (Drug("zidovudine", "J05AF01"),)),),
        milestones=tuple(Milestone(name) for name in BUILT_IN_MILESTONES),
    )
    trial = evolve(model, vocabulary=vocabulary)
    records = read_study(shared / "data" / "actg175", trial, purpose="screen")
    assert sum(1 for _ in records) == 2139
    assert [(one.table, one.column, one.problem) for one in records.problems] == [
        ("medications", "end", "it ends before it starts")
    ] * 4
    records = read_study(shared / "data" / "actg175", trial)
    assert sum(1 for _ in records) == 2139
    assert Counter(one.column for one in records.problems) == {"end": 4, "arm": 2139}


def test_the_cut_off_is_the_latest_known_day_of_anyone_who_takes_part(folder: Folder, model: StudyModel) -> None:
    place = folder(
        {
            "readings.csv": READINGS,
            "events.csv": EVENTS,
            "medications.csv": "participant,drug,start\nP1,didanosine,2010-01-01\n",
        }
    )
    for purpose in ("check", "screen", "schedule"):
        records = read_study(place, model, only=Selection(participants=frozenset({"P2"})), purpose=purpose)
        assert (records.cutoff.day, records.cutoff.is_given) == (day("2004-06-16"), False)


def test_what_lies_after_a_given_cut_off_is_counted_not_read(folder: Folder, model: StudyModel) -> None:
    records = read_study(folder({"readings.csv": READINGS}), model, as_of=day("2004-06-15"))
    first, second = records
    assert len(first.readings["cd4"]) == 1
    assert not second.readings
    assert records.after_cutoff == {"readings": 2}
    assert records.cutoff.is_given


def test_no_date_gives_no_cut_off(folder: Folder, model: StudyModel) -> None:
    records = read_study(folder({}), model)
    assert records.cutoff.day is None
    assert [record.participant for record in records] == ["P1", "P2"]


def test_selections(folder: Folder, model: StudyModel) -> None:
    place = folder({"participants.csv": "participant,site\nP1,1\nP2,2\nP3,2\n"})
    by_site = read_study(place, model, only=Selection(sites=frozenset({"2"})))
    assert [record.participant for record in by_site] == ["P2", "P3"]
    both = read_study(place, model, only=Selection(frozenset({"P1", "P2"}), frozenset({"2"})))
    with pytest.raises(AbsentError, match="P1 is not of site 2"):
        list(both)
    both = read_study(place, model, only=Selection(frozenset({"P2"}), frozenset({"2"})))
    assert [record.participant for record in both] == ["P2"]


def test_records_can_be_read_again(folder: Folder, model: StudyModel) -> None:
    records = read_study(folder({"readings.csv": READINGS}), model)
    assert list(records) == list(records)
    assert len(records.problems) == 1
    assert records.unused == {("readings", "other"): 1}


def test_parquet_and_duckdb_hold_the_same_tables(folder: Folder, model: StudyModel, tmp_path: Path) -> None:
    place = folder({"readings.csv": READINGS})
    other = tmp_path / "other"
    other.mkdir()
    database = tmp_path / "study.duckdb"
    with duckdb.connect(str(database)) as connection:
        for table in ("participants", "readings"):
            connection.execute(f"create table {table.title()} as from read_csv('{place / table}.csv')")
            connection.execute(f"copy {table} to '{other / table}.parquet'")
    expected = list(read_study(place, model))
    assert list(read_study(other, model)) == expected
    assert list(read_study(database, model)) == expected


def test_typed_columns_are_read_as_they_would_be_written(folder: Folder, model: StudyModel) -> None:
    place = folder({})
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'Asia/Tokyo'")
        connection.execute(
            "copy (select 'P1' participant, 'cd4' measure,"
            " unnest([timestamp '2004-06-14', timestamp '2004-06-14 08:30'])"
            f" date, unnest([0.1::double, 1e300]) as value, [1] as unit) to '{place / 'readings.parquet'}'"
        )
        connection.execute(
            "copy (select 'P1' participant, 'screening' as event, timestamptz '2004-06-14 00:00:00+00' as date)"
            f" to '{place / 'events.parquet'}'"
        )
    records = read_study(place, model)
    first, _ = records
    assert [(one.time, one.value) for one in first.readings["cd4"]] == [(None, None), (30_600, None)]
    assert first.events["screening"][0].first == day("2004-06-14")
    assert Counter((one.row, one.column) for one in records.problems) == {
        (1, "unit"): 1,
        (2, "value"): 1,
    }


def test_files_that_are_no_parquet_and_no_database_are_refused(
    folder: Folder, model: StudyModel, tmp_path: Path
) -> None:
    with pytest.raises(UnreadableError, match="is no Parquet file"):
        read_study(folder({"readings.parquet": b"no parquet"}), model)
    (tmp_path / "study.db").write_bytes(b"no database at all")
    with pytest.raises(UnreadableError, match="is no DuckDB file"):
        read_study(tmp_path / "study.db", model)


def test_without_duckdb_a_message_says_what_to_install(
    folder: Folder, model: StudyModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(UnreadableError, match=r"pip install"):
        read_study(folder({"readings.parquet": b""}), model)


class Frame:
    """As much of a pandas frame as is used."""

    columns = ("participant", "measure", "date", "value")

    def itertuples(self, *, index: bool, name: None) -> list[tuple[object, ...]]:
        assert not index
        assert name is None
        return [("P1", "cd4", "2004-06-14", 199.0), ("P1", "cd4", "2004-06-15", float("nan"))]


class SparkLike:
    """As much of a data frame of Spark as is used."""

    columns = ("participant", "measure", "date", "value")
    dtypes = (("participant", "string"), ("measure", "string"), ("date", "string"), ("value", "bigint"))
    write = sparkSession = None  # noqa: N815 - theirs

    def toLocalIterator(self) -> list[tuple[object, ...]]:  # noqa: N802 - theirs
        return [("P1", "cd4", "2004-06-14", 199), ("P1", "cd4", "2004-06-15", None)]

    def toDF(self, *names: str) -> "SparkLike":  # noqa: N802 - theirs
        assert len(names) == len(self.columns)
        return self

    def selectExpr(self, *expressions: str) -> "SparkLike":  # noqa: N802 - theirs
        assert len(expressions) == len(self.columns)
        return self

    def collect(self) -> list[tuple[object, ...]]:
        """Its rows at once, which may be more than memory holds."""
        raise NotImplementedError


def test_tables_in_memory_of_every_kind_give_the_same(model: StudyModel) -> None:
    rows: list[dict[str, object]] = [
        {"participant": "P1", **ROW},
        {"participant": "P1", "measure": "cd4", "date": "2004-06-15", "value": None},
    ]
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    arrow = pa.table(columns)
    connection = duckdb.connect()
    relation = connection.from_arrow(arrow)
    found = []
    kinds: tuple[object, ...] = (rows, columns, arrow, relation, Frame(), SparkLike(), arrow.to_reader(), iter(rows))
    for readings in kinds:
        records = read_tables({"participants": [{"participant": "P1"}], "Readings": readings}, model)
        (record,) = records
        assert not records.problems
        found.append(record)
    assert all(record == found[0] for record in found)
    assert [reading.value for reading in found[0].readings["cd4"]] == [199, None]
    assert found[0].readings["cd4"][0].origin.row is None


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ({"readings": []}, "participants is missing"),
        ({"participants": [], "labs": []}, "there is no table labs"),
        ({"participants": 3}, "not known here: int"),
        ({"participants": "P1"}, "is a text"),
        ({"participants": [3]}, "no mapping"),
        ({"participants": {"participant": "P1"}}, "is no list"),
        ({"participants": {"participant": ["P1"], "site": []}}, "differ in length"),
        ({"participants": {"site": []}}, "no column participant"),
    ],
)
def test_what_is_no_table_in_memory(model: StudyModel, tables: dict[str, object], words: str) -> None:
    with pytest.raises(UnreadableError, match=words):
        read_tables(tables, model)


def test_a_relation_that_cannot_be_read_any_more(model: StudyModel) -> None:
    connection = duckdb.connect()
    relation = connection.sql("select 'P1' as participant")
    connection.close()
    with pytest.raises(UnreadableError, match=r"duckdb cannot read the table participants: .*closed"):
        list(read_tables({"participants": relation}, model))


def test_a_relation_whose_query_fails(model: StudyModel) -> None:
    connection = duckdb.connect()
    relation = connection.sql("select error('the site is gone') as participant, 3 as site")
    with pytest.raises(UnreadableError, match=r"duckdb cannot read the table participants: .*the site is gone"):
        list(read_tables({"participants": relation}, model))


def test_a_participant_as_json_is_the_same_as_tables(model: StudyModel, tmp_path: Path) -> None:
    text = '{"participant": "P1", "sex": "f", "readings": [{"measure": "cd4", "date": "2004-06-14", "value": 199}]}'
    path = tmp_path / "p1.json"
    path.write_text(text)
    lines = tmp_path / "people.ndjson"
    lines.write_text(text + "\n")
    tables = read_tables(
        {"participants": [{"participant": "P1", "sex": "f"}], "readings": [{"participant": "P1", **ROW}]}, model
    )
    given = {"participant": "P1", "sex": "f", "readings": [ROW]}
    for data in (text, path, given, [given], f"[{text}]", lines):
        records = read_participants(data, model)
        assert list(records) == list(tables)
        assert not records.problems
        assert records.cutoff.day == day("2004-06-14")
    assert list(read_study(path, model)) == list(tables)


def test_what_is_no_participant_is_told(model: StudyModel, tmp_path: Path) -> None:
    path = tmp_path / "people.ndjson"
    lines = [
        '{"participant": "P2", "sex": "male", "sex": "female"}',
        '{"participant": "P1", "readngs": [], "medications": {}, "events": [3, {"event": ["death"]}]}',
        "{",
        "[1]",
        '{"sex": "male"}',
        '{"participant": "P2", "visits": null}',
        '{"participant": "P3", "x": ' + "[" * 10_000 + "]" * 10_000 + "}",
    ]
    path.write_text("\n".join(lines))
    records = read_participants(path, model)
    first, second = records
    assert (first.participant, second.participant) == ("P1", "P2")
    assert first.open_histories == {"medications", "events"}
    assert second.tables == {"participants", "medications", "events"}
    found = Counter((one.table, one.row) for one in records.problems)
    assert found == {
        ("participants", 1): 1,
        ("participants", 3): 1,
        ("participants", 4): 1,
        ("participants", 5): 1,
        ("participants", 6): 1,
        ("participants", 7): 1,
        ("participants", None): 1,
        ("events", 1): 2,
        ("events", 2): 2,
        ("medications", None): 1,
        ("medications", 1): 1,
    }


@pytest.mark.parametrize("text", ["", "{", "[" * 10_000, '{"participant": "P1"', "P1"])
def test_a_text_that_is_no_json_is_refused(model: StudyModel, text: str) -> None:
    with pytest.raises(UnreadableError, match="cannot be read"):
        read_participants(text, model)


def test_people_in_any_order_come_by_name(model: StudyModel) -> None:
    people = [{"participant": name, "readings": [ROW]} for name in ("P3", "P1", "\U0001f600", "\uff5e")]
    assert [record.participant for record in read_participants(people, model)] == ["P1", "P3", "\uff5e", "\U0001f600"]
