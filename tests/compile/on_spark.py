"""A study judged by Spark and by the interpreter."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from unittest.mock import patch

from tests.compile.warehouse import in_spark, require_the_same

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


def require_printed_agrees(study: Study, folder: Path, as_of: str | None = None) -> int:
    """How many participants the printed statement judges on Spark, as the interpreter does; nobody where none is."""
    try:
        statement = study.sql("spark", as_of=as_of)
    except UnreadableError:
        return 0
    expected = study.screen(folder, reasons="none", engine="interpreter", as_of=as_of)
    with for_few_rows():
        rows = in_spark(study, folder)(statement)
    return require_the_same(rows, {result.participant: result for result in expected})


def agreed(ask: Callable[..., Check | Screen], folder: Path, as_of: str | None) -> int:
    """How many participants Spark judged; as the interpreter does, or the test fails."""
    with for_few_rows():
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


def for_few_rows() -> AbstractContextManager[object]:
    """Sessions made now have no more parts than one, each of which takes its time, and do not make much of their code.

    What Java makes of code that runs often takes more time than a test in which little runs often, and collecting
    garbage on several threads more than on one.
    """
    quick = f"{LOCAL_HOST['spark.driver.defaultJavaOptions']} -XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
    return patch.dict(LOCAL_HOST, {"spark.sql.shuffle.partitions": "1", "spark.driver.defaultJavaOptions": quick})
