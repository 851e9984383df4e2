"""A study judged by Spark and by the interpreter."""

from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

from protocol_dsl import Study, UnreadableError
from protocol_dsl.project.runs import Check, Screen
from protocol_dsl.project.spark import OnSpark
from protocol_dsl.readers.columns.spark import LOCAL_HOST


def require_spark_agrees(study: Study, folder: Path, as_of: str | None = None) -> int:
    """How many participants Spark screened as the interpreter does, nobody where it refuses the protocol."""
    return agreed(study.screen, folder, as_of)


def require_spark_checks(study: Study, folder: Path, as_of: str | None = None) -> int:
    """How many participants Spark checked as the interpreter does, nobody where it refuses the protocol."""
    return agreed(study.check, folder, as_of)


def agreed(ask: Callable[..., Check | Screen], folder: Path, as_of: str | None) -> int:
    """How many participants Spark judged; as the interpreter does, or the test fails."""
    # So few rows need no more parts than one, each of which takes its time.
    with patch.dict(LOCAL_HOST, {"spark.sql.shuffle.partitions": "1"}):
        try:
            run = ask(folder, engine="spark", as_of=as_of)
        except UnreadableError as error:
            # What the database says of a statement that it cannot run is no refusal.
            if "do not judge this" not in str(error) and "does not judge this" not in str(error):
                raise
            return 0
    assert isinstance(run, OnSpark)
    reference = ask(folder, reasons="none", engine="interpreter", as_of=as_of)
    expected, found = list(reference), list(run)
    assert found == expected
    assert run.end == reference.end
    return run.judged_in_columns
