"""Screening on Spark: it runs the printed statement, and the interpreter judges the few whom that leaves."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from protocol_dsl.compile.answers import kept, kept_in
from protocol_dsl.compile.printed import coded
from protocol_dsl.model.columns import NotInColumnsError
from protocol_dsl.model.study import StudyModel
from protocol_dsl.project.columns import ColumnRun, ColumnScreen
from protocol_dsl.project.records import Data
from protocol_dsl.project.sql import eligibility_sql
from protocol_dsl.readers.columns.source import parquet
from protocol_dsl.readers.columns.spark import register, session, write_answers
from protocol_dsl.readers.errors import UnreadableError
from protocol_dsl.trees import text_of


class OnSpark(ColumnRun):
    """A run over everybody in a study, whose statements Spark runs.

    The workers must find the files of the study at the same place. Rows that are not read are counted by DuckDB here,
    and the rows of those who are left to the interpreter are fetched by it.
    """

    engine_name = "spark"

    def __init__(
        self,
        model: StudyModel,
        data: Data,
        *,
        as_of: int | None = None,
        memory: str | None = None,
        master: str | None = None,
    ) -> None:
        """Look through the names and dates of ``data``; ``master`` is ``local[*]``, ``spark://host:port``, ``sc://host``.

        Raises:
            NotInColumnsError: The data hold something that columns do not judge.
            UnreadableError: The protocol does, or Spark does not start.
        """
        self._statement = eligibility_sql(model, "spark", as_of=as_of)
        super().__init__(model, data, as_of=as_of, memory=memory)
        self._session = session(master, data)

    def statement(self) -> str:
        """The statement that judges entry, as ``protocol-dsl sql`` prints it."""
        return self._statement

    def judge_into(self, folder: Path) -> None:
        """Write the answers of everybody into a Parquet file, whoever is left to the interpreter among them."""
        attributes = tuple(one.name for one in self.model.vocabulary.attributes)
        register(self._session, self._prepared.files, attributes)
        told = folder.with_name("spark.parquet")
        write_answers(self._session, self._statement, told)
        query = coded(self.model, parquet((told,)))
        folder.mkdir(exist_ok=True)
        self._connection.execute(kept_in(str(folder / "everybody.parquet")))
        self._connection.execute(kept(text_of(query)))


class SparkScreen(OnSpark, ColumnScreen):
    """Eligibility of everybody in a study, judged by Spark."""


SparkRun = TypeVar("SparkRun", bound=OnSpark)


def run_on_spark(  # noqa: PLR0913 - what a run is asked
    kind: Callable[..., SparkRun],
    model: StudyModel,
    data: Data,
    *,
    as_of: int | None,
    is_whole: bool,
    memory: str | None,
    master: str | None,
) -> SparkRun:
    """A run on Spark; ``is_whole`` says that everybody is asked for, and no reasons.

    Raises:
        UnreadableError: Spark cannot do it.
    """
    if not is_whole:
        raise UnreadableError("the engine spark judges everybody and gives no reasons; leave --engine out for these")
    try:
        return kind(model, data, as_of=as_of, memory=memory, master=master)
    except NotInColumnsError as error:
        raise UnreadableError(f"the engine spark does not judge this: {error}; the engine interpreter does") from None


def spark_screen(  # noqa: PLR0913 - as above
    model: StudyModel, data: Data, *, as_of: int | None, is_whole: bool, memory: str | None, master: str | None
) -> SparkScreen:
    """Screening on Spark; see :func:`run_on_spark`."""
    return run_on_spark(SparkScreen, model, data, as_of=as_of, is_whole=is_whole, memory=memory, master=master)
