"""A run over a folder of Parquet files in columns, with the interpreter for the few that columns leave to it."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from protocol_dsl.base.days import Days
from protocol_dsl.base.truth import Truth
from protocol_dsl.compile.eligibility import eligibility_statement
from protocol_dsl.interpret.attrition import Attrition
from protocol_dsl.interpret.engine import Engine
from protocol_dsl.model.columns import layout_of
from protocol_dsl.model.results import CriterionResult, Eligibility, ParticipantResult, Screening, Verdict
from protocol_dsl.model.study import StudyModel
from protocol_dsl.project.runs import End
from protocol_dsl.project.tally import Tally
from protocol_dsl.readers.columns.picked import ODD_PEOPLE, picked_records
from protocol_dsl.readers.columns.prepare import Prepared, prepare, repeated
from protocol_dsl.readers.columns.source import DIALECT, engine

DECIDES = ("against", "open", "for")
BATCH = 10_000


class ColumnScreen:
    """Eligibility of everybody in a folder of Parquet files; iterating gives the same results as the interpreter's run.

    Raises:
        NotInColumnsError: The protocol or the data hold something that columns do not judge.
    """

    def __init__(self, model: StudyModel, folder: Path, *, as_of: int | None = None, memory: str | None = None) -> None:
        self.model = model
        self._stack = ExitStack()
        self._connection = self._stack.enter_context(engine(memory, folder))
        self._place = Path(self._stack.enter_context(TemporaryDirectory(prefix="protocol-dsl-")))
        self._connection.execute(f"set temp_directory = '{self._place}'")
        self._prepared: Prepared = prepare(self._connection, folder, model, layout_of(model.vocabulary), as_of)
        self._judge()

    def _judge(self) -> None:
        statement = eligibility_statement(self.model, has_empty_readings=self._prepared.has_empty_readings, events_present=self._prepared.events_present)
        query = statement.query
        for name, body in reversed(list(self._prepared.tables.items())):
            query = query.with_(name, as_=body, append=True)
        self.sql = query.sql(DIALECT)
        self._answers = self._place / "answers.parquet"
        tables = self._prepared.tables
        ctes = ", ".join(f"{name} AS ({body.sql(DIALECT)})" for name, body in tables.items())
        own = ", ".join(cte.sql(DIALECT) for cte in statement.query.ctes)
        bare = statement.query.copy()
        bare.set("with_", None)
        bare.set("with", None)
        self.sql = f"WITH {ctes}, {own} {bare.sql(DIALECT)}"
        self._connection.execute(f"copy ({self.sql}) to '{self._answers}' (format parquet)")
        self._connection.execute(
            f"create table {ODD_PEOPLE} as select participant from '{self._answers}' where odd"
        )
        for table in self._prepared.files.values():
            self._connection.execute(f"insert into {ODD_PEOPLE} {repeated(table).sql(DIALECT)}")

    def __iter__(self) -> Iterator[ParticipantResult]:
        prepared = self._prepared
        records = picked_records(
            prepared.files, prepared.strangers, self._connection, self.model, prepared.cutoff, "screen"
        )
        interpreter = Engine(self.model, prepared.cutoff)
        odd = (interpreter.screen(record, "none") for record in records)
        tally, attrition = Tally(), Attrition(self.model)
        waiting = next(odd, None)
        for plain in self._plain():
            while waiting is not None and waiting.participant < plain.participant:
                tally.count(waiting)
                attrition.add(waiting.eligibility)
                yield waiting
                waiting = next(odd, None)
            tally.count(plain)
            attrition.add(plain.eligibility)
            yield plain
        while waiting is not None:
            tally.count(waiting)
            attrition.add(waiting.eligibility)
            yield waiting
            waiting = next(odd, None)
        problems = tuple(records.problems)
        self.end = End(
            summary=tally.summary(len(problems)),
            attrition=attrition.steps(),
            problems=problems,
            unused=dict(prepared.unused),
            after_cutoff=dict(prepared.after_cutoff),
        )

    def _plain(self) -> Iterator[ParticipantResult]:
        found = self._connection.cursor().execute(
            f"select * exclude (odd) replace (date_diff('day', date '0001-01-01', point) + 1 as point) from '{self._answers}' "
            f"where participant not in (select participant from {ODD_PEOPLE}) order by participant"
        )
        while batch := found.fetchmany(BATCH):
            for row in batch:
                yield self._result(row)

    def _result(self, row: Sequence[object]) -> ParticipantResult:
        participant, site, point, *columns = row
        count = len(self.model.criteria)
        criteria = tuple(
            CriterionResult(
                rule=one.name,
                kind=one.kind,
                title=one.title,
                finding=Truth(columns[at]),
                decides=DECIDES[columns[at] if one.kind == "inclusion" else 2 - columns[at]],
                is_boundary=bool(columns[count + at]),
                place=one.place,
            )
            for at, one in enumerate(self.model.criteria)
        )
        verdict: Verdict = "eligible"
        if any(one.decides == "against" for one in criteria):
            verdict = "not eligible"
        elif any(one.decides == "open" for one in criteria):
            verdict = "undetermined"
        days = Days(point, point)
        return ParticipantResult(
            participant=str(participant), site=site, arm=None,
            eligibility=Eligibility(decisive=Screening(verdict=verdict, point=days, criteria=criteria)),
        )  # fmt: skip
