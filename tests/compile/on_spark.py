"""A study judged by Spark and by the interpreter."""

from pathlib import Path
from unittest.mock import patch

from protocol_dsl import Study, UnreadableError
from protocol_dsl.project.spark import SparkScreen
from protocol_dsl.readers.columns.spark import LOCAL_HOST


def require_spark_agrees(study: Study, folder: Path, as_of: str | None = None) -> int:
    """How many participants Spark judged as the interpreter does, nobody where the protocol is not printed."""
    try:
        study.sql("spark")
    except UnreadableError:
        return 0
    # So few rows need no more parts than one, each of which takes its time.
    with patch.dict(LOCAL_HOST, {"spark.sql.shuffle.partitions": "1"}):
        run = study.screen(folder, engine="spark", as_of=as_of)
    assert isinstance(run, SparkScreen)
    reference = study.screen(folder, reasons="none", engine="interpreter", as_of=as_of)
    expected, found = list(reference), list(run)
    assert found == expected
    assert run.end == reference.end
    return run.judged_in_columns
