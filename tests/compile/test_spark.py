"""The same answers on Spark, in local mode; skipped where pyspark or Java is not installed."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import attrs
import pyarrow.parquet as pq
import pytest
from tests.compile.folders import write_folder
from tests.compile.on_spark import for_few_rows, require_printed_agrees, require_spark_agrees, require_spark_checks
from tests.compile.schedules import HEAD as PLAN
from tests.compile.test_agreement import study_of
from tests.compile.test_sql import HEAD, ROWS
from tests.compile.test_window_ends import AS_OF, CYCLES, VISITS, folder_of
from tests.compile.tried import Kind, drawn, try_studies

from protocol_dsl import Study, UnreadableError, load
from protocol_dsl.compile.engines import check_refusals
from protocol_dsl.readers import memory
from protocol_dsl.readers.columnar import open_parquet
from protocol_dsl.readers.columns.copied import open_tables
from protocol_dsl.readers.columns.source import connect, parquet, rows_of
from protocol_dsl.readers.columns.spark import CONSTRAINTS, session
from protocol_dsl.readers.layout import LAYOUTS
from protocol_dsl.readers.notes import Notes
from protocol_dsl.trees import cast, column, selected

has_spark = find_spec("pyspark") is not None and shutil.which("java") is not None
ENGINES: tuple[Literal["interpreter", "duckdb", "spark"], ...] = ("interpreter", "duckdb", "spark")
ANRS123 = Path(__file__).parents[2] / "protocols" / "anrs123.proto"
STUDIES: dict[Kind, tuple[int, float]] = {"spark": (8, 0.6), "spark-check": (2, 0.4)}
"""Random studies of a kind, and the share of their participants that Spark must judge itself."""
needs_spark = pytest.mark.skipif(not has_spark, reason="pyspark or Java is not installed")
# What Spark opens it lets go of when the program ends.
leaves_open = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")


@attrs.frozen
class Small:
    """A small study and its data, with Spark on this machine."""

    study: Study
    folder: Path


@pytest.fixture(autouse=True)
def session_for_few_rows(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The session is made by the first of the tests, for all."""
    monkeypatch.setenv("PROTOCOL_DSL_SPARK", "local[2]")
    with for_few_rows():
        yield


@pytest.fixture
def small(tmp_path: Path) -> Small:
    return Small(study_of(HEAD, tmp_path), write_folder(tmp_path / "data", ROWS))


@needs_spark
@leaves_open
def test_spark_agrees_with_the_interpreter(small: Small) -> None:
    assert require_spark_agrees(small.study, small.folder) == len("AEGIJ")


@needs_spark
@leaves_open
def test_who_stands_in_several_rows_is_left_to_the_interpreter(small: Small, tmp_path: Path) -> None:
    people = [*ROWS["participants"], {**ROWS["participants"][0], "site": "9"}]
    folder = write_folder(tmp_path / "several", {**ROWS, "participants": people})
    assert ROWS["participants"][0]["participant"] == "A"
    assert require_spark_agrees(small.study, folder) == len("EGIJ")
    assert require_printed_agrees(small.study, folder) == len("EGIJ")


@needs_spark
@leaves_open
def test_the_printed_statement_agrees_on_spark(small: Small) -> None:
    assert require_printed_agrees(small.study, small.folder) == len("AEGIJ")


@needs_spark
@leaves_open
def test_the_printed_statement_of_a_random_study_agrees_on_spark(tmp_path: Path) -> None:
    one = drawn("spark-sql", 7)
    folder = write_folder(tmp_path / "data", one.study.data.tables)
    assert require_printed_agrees(study_of(one.study.text, tmp_path), folder, one.as_of) > 1


@needs_spark
@leaves_open
@pytest.mark.parametrize("kind", STUDIES)
def test_spark_agrees_on_random_studies(kind: Kind, tmp_path: Path) -> None:
    studies, least = STUDIES[kind]
    *_, tally = try_studies(kind, 0, studies, tmp_path)
    assert tally.kept == []
    assert tally.in_columns >= least * tally.participants


@needs_spark
@leaves_open
def test_spark_checks_visits_on_the_ends_of_windows(tmp_path: Path) -> None:
    folder, count = folder_of(tmp_path, "visits")
    study = study_of(f"{PLAN}{VISITS}  window -3 to +7 days\n  counted from previous visit\n", tmp_path)
    assert require_spark_checks(study, folder, AS_OF.isoformat()) == count


@needs_spark
@leaves_open
def test_spark_checks_cycles_on_the_ends_of_windows(tmp_path: Path) -> None:
    folder, count = folder_of(tmp_path, "administrations", treatment="chemo")
    text = PLAN.replace("gives obr\narm control", "gives obr, chemo\narm control") + CYCLES
    study = study_of(f"{text}  counted from previous start\n", tmp_path)
    assert require_spark_checks(study, folder, AS_OF.isoformat()) == count


@needs_spark
@leaves_open
def test_visits_found_among_readings_are_checked_on_spark(tmp_path: Path) -> None:
    days = {"consent": "2004-05-15", "screening": "2004-06-04", "randomization": "2004-06-14"}
    read = {"A": "2004-07-12", "B": "2004-08-10"}
    rows: dict[str, list[dict[str, str]]] = {
        "participants": [{"participant": name, "arm": "active"} for name in "PQ"],
        "events": [{"participant": name, "event": event, "date": day} for name in "PQ" for event, day in days.items()],
        "readings": [
            {"participant": "P", "measure": "cd4", "value": "300", "visit": visit, "date": day}
            for visit, day in read.items()
        ],
    }
    study = study_of(f"{PLAN}{VISITS}  window -3 to +7 days\n", tmp_path)
    assert require_spark_checks(study, write_folder(tmp_path / "data", rows), AS_OF.isoformat()) == len("PQ")


def test_more_visits_than_spark_has_bits_for_are_refused(small: Small, tmp_path: Path) -> None:
    visits = "".join(f"visit V{week} at W{week}\n  window ± 1 days\n" for week in range(1, 62))
    with pytest.raises(UnreadableError, match="does not judge this: more visits than a number of 64 bits has bits for"):
        study_of(PLAN + visits, tmp_path).check(small.folder, engine="spark")


def test_numbers_that_spark_does_not_have_are_refused(small: Small, tmp_path: Path) -> None:
    rule = "delay while highest cd4 before W12 - percent change in cd4 from SCR to W0 * 1 cells/mm3 > 400 cells/mm3"
    text = PLAN.replace("gives obr\narm control", "gives obr, chemo\narm control") + CYCLES
    study = study_of(f"{text}  {rule}\nat SCR also assess cd4\nat W0 also assess cd4\n", tmp_path)
    assert check_refusals(study.model) == ()
    with pytest.raises(UnreadableError, match="does not judge this: numbers of more than 64 bits"):
        study.check(small.folder, engine="spark")


@needs_spark
@leaves_open
def test_readings_held_to_earlier_ones_are_planned_in_time(small: Small, tmp_path: Path) -> None:
    # What was read before is joined to the readings: Spark worked its condition out again and again, for minutes.
    rule = "consecutive cd4 >= (latest recorded cd4 before SCR) from 100 days before SCR to SCR"
    study = study_of(f'{HEAD}inclusion I2 "Rise" require {rule}\n', tmp_path)
    assert require_spark_agrees(study, small.folder) == len("AEGIJ")


@needs_spark
@leaves_open
def test_the_parser_of_spark_forgets_statements() -> None:
    opened: Any = session(None)
    jvm = opened._jvm  # noqa: SLF001 - nothing else tells of it
    opened._jsparkSession.sessionState().sqlParser().parsePlan(load(ANRS123).sql("spark"))  # noqa: SLF001 - as above
    parser = jvm.org.apache.spark.sql.catalyst.parser.AbstractParser
    try:
        states = parser.getDFACacheNumStates()
    except import_module("py4j.protocol").Py4JError:
        pytest.skip("this version of Spark does not tell what its parser remembers")
    remembered = states * parser.BYTES_PER_DFA_STATE()
    assert remembered <= jvm.java.lang.Runtime.getRuntime().maxMemory() / 20


TEXTS: dict[str, str] = {}
TYPED = {"value": "double", "date": "timestamp", "start": "timestamp_ntz", "grade": "bigint", "failing": "boolean"}
TYPED |= {"birth_date": "date", "low": "float", "high": "decimal(9, 3)", "dose": "double", "cycle": "bigint"}


def frames_of(read: Callable[[str], Any], folder: Path, kinds: Mapping[str, str]) -> dict[str, Any]:
    """The tables of a folder as data frames, some of their columns of the kinds given by name."""
    frames = {path.stem: read(str(path)) for path in folder.iterdir() if path.stem in LAYOUTS}
    for table, frame in frames.items():
        cells = {each: f"try_cast(trim({each}) as {kinds[each]}) as {each}" for each in frame.columns if each in kinds}
        frames[table] = frame.selectExpr(*(cells.get(each, each) for each in frame.columns))
    return frames


@needs_spark
@leaves_open
@pytest.mark.parametrize("kinds", [TEXTS, TYPED])
def test_data_frames_of_spark_are_read_by_every_engine(
    kinds: Mapping[str, str], small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: Any = session(None)
    opened.conf.set(CONSTRAINTS, "true")  # as in a session of somebody's
    # The frames' own session is taken, whatever the environment says.
    monkeypatch.setenv("PROTOCOL_DSL_SPARK", "sc://127.0.0.1:9")
    frames = frames_of(opened.read.parquet, small.folder, kinds)
    expected = list(small.study.screen(frames if kinds else small.folder, reasons="none", engine="interpreter"))
    problems = []
    for engine in ENGINES:
        run = small.study.screen(frames, reasons="none", engine=engine)
        assert list(run) == expected
        problems.append(run.problems)
    assert problems[0]
    assert all(found == problems[0] for found in problems)
    assert all(problem.row is None for problem in problems[0])
    assert opened.conf.get(CONSTRAINTS) == "true"
    opened.conf.set(CONSTRAINTS, "false")


@needs_spark
@leaves_open
def test_typed_columns_of_data_frames_are_judged_as_those_of_files(tmp_path: Path) -> None:
    opened: Any = session(None)
    study = load(ANRS123)
    read, folder = partial(opened.read.csv, header=True), ANRS123.parents[1] / "examples" / "anrs123"
    frames = frames_of(read, folder, TYPED)
    # In a file a moment without a zone is what the session of a data frame shows.
    for table, frame in frames_of(read, folder, {**TYPED, "date": "timestamp_ntz"}).items():
        pq.write_table(frame.toArrow(), tmp_path / f"{table}.parquet")
    runs = [study.screen(data, reasons="none", engine=each) for data in (frames, tmp_path) for each in ENGINES[:2]]
    results = [list(run) for run in runs]
    assert len(results[0]) > 40
    assert results[1:] == results[:1] * 3
    assert runs[1].problems == runs[0].problems


CELLS = {
    "double": ["0.1D", "1e-7D", "-0.0D", "12D", "1e20D", "double('NaN')", "double('inf')", "null"],
    "float": ["float(0.1)", "float(2.5)", "null"],
    "decimal(9, 3)": ["1.5BD", "-0.001BD", "0BD"],
    "bigint": ["9007199254740993", "-1", "null"],
    "tinyint": ["7"],
    "boolean": ["true", "false", "null"],
    "date": ["date'2004-02-29'", "null"],
    "timestamp": ["timestamp'2004-06-14'", "timestamp'2004-06-14 08:30:00'", "timestamp'2004-06-14 00:00:00.5'"],
    "timestamp_ntz": ["timestamp_ntz'2004-06-14'", "timestamp_ntz'2004-06-14 23:59:59.123456'", "null"],
    "string": ["' NaN '", "''", "null"],
    "void": ["null"],
    "binary": ["x'00'"],
    "array<int>": ["array(1)"],
}


@needs_spark
@leaves_open
@pytest.mark.parametrize("kind", CELLS)
def test_cells_of_data_frames_are_the_texts_of_typed_files(kind: str, tmp_path: Path) -> None:
    opened: Any = session(None)
    zone = opened.conf.get("spark.sql.session.timeZone")
    # A moment is read as its session shows it, wherever this machine is.
    opened.conf.set("spark.sql.session.timeZone", "Pacific/Auckland")
    try:
        cells = [f"(cast({value} as {kind}))" for value in CELLS[kind]]
        values = opened.sql(f"select value from values {', '.join(cells)} as v(value)")  # noqa: S608 - of the test
        frame = values.selectExpr("'P1' as participant", "'cd4' as measure", "date'2004-06-14' as date", "value")
        source = memory.open_table("readings", frame)
        told = [cells for _, cells in source.rows(Notes())]
        stored = frame.withColumn("value", frame.value.cast("timestamp_ntz")) if kind == "timestamp" else frame
        pq.write_table(stored.toArrow(), tmp_path / "readings.parquet")
        (tmp_path / "copied").mkdir()
        typed = open_parquet("readings", tmp_path / "readings.parquet")
        assert told == [cells for _, cells in typed.rows(Notes())]
        connection = connect("the table", tmp_path, None)
        sources = {"readings": source}
        tables = open_tables(sources, (), connection, tmp_path / "copied", notes=Notes(), purpose="screen")
        cell = cast(column(tables["readings"].headings["value"]), "varchar")
        copied = rows_of(connection, selected(parquet(tables["readings"].paths), cell))
    finally:
        opened.conf.set("spark.sql.session.timeZone", zone)
    assert [(cell or "",) for (cell,) in copied] == [(cells[3],) for cells in told]


@needs_spark
@leaves_open
def test_a_data_frame_that_cannot_be_worked_out_is_told(small: Small) -> None:
    people = session(None).sql("select raise_error('no such ward') as participant")
    for engine in ENGINES:
        with pytest.raises(UnreadableError, match=r"Spark cannot read the table participants: .*no such ward"):
            list(small.study.screen({"participants": people}, reasons="none", engine=engine))


@needs_spark
@pytest.mark.parametrize("master", ["sc://127.0.0.1:9", "sc://127.0.0.1:port", "sc://"])
def test_nobody_at_an_address_of_spark_connect_is_told_at_once(small: Small, master: str) -> None:
    with pytest.raises(UnreadableError, match=f"nothing answers at {master}"):
        small.study.screen(small.folder, engine="spark", master=master)


def test_without_spark_a_sentence_says_so(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("protocol_dsl.readers.columns.spark.find_spec", lambda _: None)
    with pytest.raises(
        UnreadableError, match=r'the engine spark is not installed: pip install "protocol-dsl\[spark\]"'
    ):
        small.study.screen(small.folder, engine="spark")
