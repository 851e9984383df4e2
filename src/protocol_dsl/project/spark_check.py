"""Checking on Spark, which runs the statements; DuckDB fetches the rows of the few of whom more is asked."""

from collections.abc import Collection

from attrs import evolve

from protocol_dsl.compile.check import CheckStatements, check_statements
from protocol_dsl.compile.engines import Refusal
from protocol_dsl.compile.matching import WIDE, kind_of_bits
from protocol_dsl.compile.printed import check_too_wide
from protocol_dsl.compile.steps import HELD, Steps
from protocol_dsl.model.listed import listed_visits
from protocol_dsl.model.study import StudyModel
from protocol_dsl.project.column_check import ColumnCheck
from protocol_dsl.project.records import Data
from protocol_dsl.project.spark import OnSpark, for_spark, run_on_spark
from protocol_dsl.readers.columns.prepare import COLUMNS, nobody
from protocol_dsl.readers.columns.source import parquet
from protocol_dsl.readers.columns.spans import Span, enter
from protocol_dsl.readers.columns.spark import over_views, write_answers
from protocol_dsl.trees import text_of


class SparkCheck(OnSpark, ColumnCheck):
    """Eligibility, visits, cycles, deviations and queries of everybody in a study, judged by Spark.

    Spark holds what several of its statements read; DuckDB, which is asked of few, finds what it reads of that again.
    """

    holds = "temp view"

    def refused(self, model: StudyModel) -> tuple[Refusal, ...]:
        """What Spark does not judge of a protocol."""
        if kind_of_bits(len(listed_visits(model))) == WIDE:
            return (Refusal("", "more visits than a number of 64 bits has bits for"),)
        return super().refused(model) or check_too_wide(model, {name: nobody(name) for name in COLUMNS})

    def _judge(self) -> None:
        """Write the answers of everybody, and note who is left to the interpreter."""
        # Spark answers of everybody at once.
        self._prepared = evolve(self._prepared, spans=(Span(),))
        enter(self._connection, Span())
        super()._judge()

    def _hold_tables(self) -> Collection[str]:
        """Hold the tables of the study, which the statements of the check read besides; their names."""
        tables = over_views(self._prepared.tables, self._prepared.files.values())
        steps = Steps(tables, ())  # visits may be found among readings
        for name in self._there():
            self._views.hold(f"{HELD}{name}", for_spark(steps.over(tables[name])))
        return self._there()

    def _there(self) -> Collection[str]:
        """The tables that the study has, in their order."""
        return [name for name in self._prepared.tables if name not in self._prepared.absent]

    def _statements(self) -> CheckStatements:
        """Statements that read what Spark answered; the rows of those of whom a part is judged DuckDB finds itself."""
        prepared = self._prepared
        asked = check_statements(
            self.model,
            prepared.cutoff,
            self._known_of_data(),
            {name: prepared.tables[name] for name in prepared.absent},
            write=for_spark,
            ready=self._there(),
        )
        for name, statement in asked.steps.items():
            self._views.hold(name, statement)
        return self._answers_of(asked)

    def _answers_of(self, asked: CheckStatements) -> CheckStatements:
        return evolve(
            super()._statements(),
            visits=self._answered("visits", asked.visits),
            left=self._answered("left", asked.left),
            further={name: self._answered(name, statement) for name, statement in asked.further.items()},
            concerned={
                part: self._answered(f"concerned_{part}", statement) for part, statement in asked.concerned.items()
            },
            again={each: self._answered(f"again_{each}", statement) for each, statement in asked.again.items()},
        )

    def _answered(self, name: str, statement: str) -> str:
        """Let Spark run a statement; one that reads its answers."""
        folder = self._spill / "told"
        folder.mkdir(exist_ok=True)
        place = folder / f"{name}.parquet"
        write_answers(self._session, statement, place)
        return f"from {text_of(parquet((place,)))}"


def spark_check(  # noqa: PLR0913 - what a run is asked
    model: StudyModel, data: Data, *, as_of: int | None, is_whole: bool, memory: str | None, master: str | None
) -> SparkCheck:
    """Checking on Spark; see :func:`run_on_spark`."""
    return run_on_spark(SparkCheck, model, data, as_of=as_of, is_whole=is_whole, memory=memory, master=master)
