"""The same answers on Spark, in local mode; skipped where pyspark or Java is not installed."""

import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest
from tests.compile.folders import write_folder
from tests.compile.test_agreement import study_of
from tests.compile.test_sql import HEAD, ROWS

from protocol_dsl import Study, UnreadableError
from protocol_dsl.project.spark import SparkScreen

has_spark = find_spec("pyspark") is not None and shutil.which("java") is not None
needs_spark = pytest.mark.skipif(not has_spark, reason="pyspark or Java is not installed")


def require_spark_agrees(study: Study, folder: Path, as_of: str | None = None) -> int:
    """How many participants Spark judged as the interpreter does, nobody where the protocol is not printed."""
    try:
        study.sql("spark")
    except UnreadableError:
        return 0
    run = study.screen(folder, engine="spark", as_of=as_of)
    assert isinstance(run, SparkScreen)
    reference = study.screen(folder, reasons="none", engine="interpreter", as_of=as_of)
    expected, found = list(reference), list(run)
    assert found == expected
    assert run.end == reference.end
    return run.judged_in_columns


@needs_spark
# What Spark opens it lets go of when the program ends.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_spark_agrees_with_the_interpreter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROTOCOL_DSL_SPARK", "local[2]")
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", "--conf spark.sql.codegen.wholeStage=false pyspark-shell")
    study = study_of(HEAD, tmp_path)
    folder = write_folder(tmp_path / "data", ROWS)
    assert require_spark_agrees(study, folder) == len("AEGIJ")


def test_without_spark_a_sentence_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("protocol_dsl.readers.columns.spark.find_spec", lambda _: None)
    study, folder = study_of(HEAD, tmp_path), write_folder(tmp_path / "data", ROWS)
    with pytest.raises(
        UnreadableError, match=r'the engine spark is not installed: pip install "protocol-dsl\[spark\]"'
    ):
        study.screen(folder, engine="spark")
