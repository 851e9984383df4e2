"""The same answers on Spark, in local mode; skipped where pyspark or Java is not installed."""

import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import attrs
import pytest
from tests.compile.folders import write_folder
from tests.compile.on_spark import require_printed_agrees, require_spark_agrees, require_spark_checks
from tests.compile.schedules import HEAD as PLAN
from tests.compile.test_agreement import study_of
from tests.compile.test_sql import HEAD, ROWS
from tests.compile.test_window_ends import AS_OF, CYCLES, VISITS, folder_of
from tests.compile.tried import Kind, drawn, try_studies

from protocol_dsl import Study, UnreadableError, load
from protocol_dsl.readers.columns.spark import session

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


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    monkeypatch.setenv("PROTOCOL_DSL_SPARK", "local[2]")
    return Small(study_of(HEAD, tmp_path), write_folder(tmp_path / "data", ROWS))


@needs_spark
@leaves_open
def test_spark_agrees_with_the_interpreter(small: Small) -> None:
    assert require_spark_agrees(small.study, small.folder) == len("AEGIJ")


@needs_spark
@leaves_open
def test_the_printed_statement_agrees_on_spark(small: Small) -> None:
    assert require_printed_agrees(small.study, small.folder) == len("AEGIJ")


@needs_spark
@leaves_open
def test_the_printed_statement_of_a_random_study_agrees_on_spark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROTOCOL_DSL_SPARK", "local[2]")
    one = drawn("spark-sql", 6)
    folder = write_folder(tmp_path / "data", one.study.data.tables)
    assert require_printed_agrees(study_of(one.study.text, tmp_path), folder, one.as_of) > 1


@needs_spark
@leaves_open
@pytest.mark.parametrize("kind", STUDIES)
def test_spark_agrees_on_random_studies(kind: Kind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROTOCOL_DSL_SPARK", "local[2]")
    studies, least = STUDIES[kind]
    *_, tally = try_studies(kind, 0, studies, tmp_path)
    assert tally.kept == []
    assert tally.in_columns >= least * tally.participants


@needs_spark
@leaves_open
def test_spark_checks_visits_on_the_ends_of_windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROTOCOL_DSL_SPARK", "local[2]")
    folder, count = folder_of(tmp_path, "visits")
    study = study_of(f"{PLAN}{VISITS}  window -3 to +7 days\n  counted from previous visit\n", tmp_path)
    assert require_spark_checks(study, folder, AS_OF.isoformat()) == count


@needs_spark
@leaves_open
def test_spark_checks_cycles_on_the_ends_of_windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROTOCOL_DSL_SPARK", "local[2]")
    folder, count = folder_of(tmp_path, "administrations", treatment="chemo")
    text = PLAN.replace("gives obr\narm control", "gives obr, chemo\narm control") + CYCLES
    study = study_of(f"{text}  counted from previous start\n", tmp_path)
    assert require_spark_checks(study, folder, AS_OF.isoformat()) == count


def test_more_visits_than_spark_has_bits_for_are_refused(small: Small, tmp_path: Path) -> None:
    visits = "".join(f"visit V{week} at W{week}\n  window ± 1 days\n" for week in range(1, 62))
    with pytest.raises(UnreadableError, match="does not judge this: more visits than a number of 64 bits has bits for"):
        study_of(PLAN + visits, tmp_path).check(small.folder, engine="spark")


@needs_spark
@leaves_open
def test_readings_held_to_earlier_ones_are_planned_in_time(small: Small, tmp_path: Path) -> None:
    # What was read before is joined to the readings: Spark worked its condition out again and again, for minutes.
    rule = "consecutive cd4 >= (latest recorded cd4 before SCR) from 100 days before SCR to SCR"
    study = study_of(f'{HEAD}inclusion I2 "Rise" require {rule}\n', tmp_path)
    assert require_spark_agrees(study, small.folder) == len("AEGIJ")


@needs_spark
@leaves_open
def test_the_parser_of_spark_forgets_statements(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROTOCOL_DSL_SPARK", "local[2]")
    opened: Any = session(None)
    jvm = opened._jvm  # noqa: SLF001 - nothing else tells of it
    opened._jsparkSession.sessionState().sqlParser().parsePlan(load(ANRS123).sql("spark"))  # noqa: SLF001 - as above
    parser = jvm.org.apache.spark.sql.catalyst.parser.AbstractParser
    remembered = parser.getDFACacheNumStates() * parser.BYTES_PER_DFA_STATE()
    assert remembered <= jvm.java.lang.Runtime.getRuntime().maxMemory() / 20


@needs_spark
@leaves_open
def test_data_frames_of_spark_are_read_by_every_engine(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = session(None)
    # The frames' own session is taken, whatever the environment says.
    monkeypatch.setenv("PROTOCOL_DSL_SPARK", "sc://127.0.0.1:9")
    frames = {path.stem: opened.read.parquet(str(path)) for path in small.folder.glob("*.parquet")}
    expected = list(small.study.screen(small.folder, reasons="none", engine="interpreter"))
    problems = []
    for engine in ENGINES:
        run = small.study.screen(frames, reasons="none", engine=engine)
        assert list(run) == expected
        problems.append(run.problems)
    assert len(problems[0]) > 1
    assert all(found == problems[0] for found in problems)
    assert all(problem.row is None for problem in problems[0])


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
