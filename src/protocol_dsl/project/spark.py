"""Screening on Spark, which runs the statements; DuckDB looks through names and dates, and at the few who are odd."""

from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path
from typing import TypeVar

from protocol_dsl.compile.answers import copied
from protocol_dsl.compile.eligibility import entry_statements
from protocol_dsl.compile.engines import Refusal
from protocol_dsl.compile.printed import too_wide, written
from protocol_dsl.compile.steps import tables_in
from protocol_dsl.model.columns import NotInColumnsError
from protocol_dsl.model.study import StudyModel
from protocol_dsl.project.columns import ColumnRun, ColumnScreen
from protocol_dsl.project.records import Data
from protocol_dsl.readers.columns.spark import Views, over_views, session, write_answers
from protocol_dsl.readers.columns.tables import LABELS
from protocol_dsl.readers.errors import UnreadableError

for_spark = partial(written, dialect="spark")


class OnSpark(ColumnRun):
    """A run over everybody in a study, whose statements Spark runs.

    What each distinct name in the data means is found out here, and is sent to the workers as small tables; they must
    find the files of the study at the same place. Rows that are not read are counted by DuckDB here, and the rows of
    those who are left to the interpreter are fetched by it. What is read more than once Spark holds meanwhile.
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
            NotInColumnsError: The protocol or the data hold something that columns do not judge.
            UnreadableError: Spark does not start.
        """
        super().__init__(model, data, as_of=as_of, memory=memory)
        self._session = session(master, data)
        self._views = Views(self._session)

    def refused(self, model: StudyModel) -> tuple[Refusal, ...]:
        """What Spark does not judge of a protocol."""
        return (*super().refused(model), *too_wide(model, "spark"))

    def judge_into(self, folder: Path) -> None:
        """Write the answers of everybody into a Parquet file, whoever is left to the interpreter among them."""
        ready = self._hold_tables()
        tables = {name: tree for name, tree in self._prepared.tables.items() if name not in ready}
        read = over_views(tables, self._prepared.files.values())
        asked = entry_statements(self._entry(), read, for_spark, ready)
        for name, statement in asked.steps.items():
            self._views.hold(name, statement)
        folder.mkdir(exist_ok=True)
        write_answers(self._session, asked.judging, folder / "everybody.parquet")

    def _hold_tables(self) -> Collection[str]:
        """Hold the tables of the study that more reads than what judges entry; their names."""
        return frozenset()

    def _judge(self) -> None:
        """Write the answers of everybody, and note who is left to the interpreter."""
        self._views.begin()
        try:
            for table in self._prepared.files.values():
                self._views.show_files(table)
            self._send_names()
            super()._judge()
        finally:
            self._views.let_go()

    def _send_names(self) -> None:
        """Let Spark know the small tables of names that are read."""
        read: set[str] = set().union(*map(tables_in, self._prepared.tables.values()))
        for name in (*(names.temporary for names in self._prepared.names.values()), LABELS):
            if name in read:
                place = self._spill / f"{name}.parquet"
                self._connection.execute(copied(f"from {name}", str(place)))
                self._views.show_small(name, place)


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
