"""Screening in columns: one statement for everybody, and the interpreter for the few that columns leave to it.

The results are the interpreter's, to the byte, at the level of reasons ``none``.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import TypeVar
from weakref import finalize

from protocol_dsl.compile.answers import (
    VERDICTS,
    answers_in_order,
    counts,
    counts_by_site,
    everyone_odd,
    how_many,
    kept,
    kept_in,
    odd_ones,
    sampled,
)
from protocol_dsl.compile.eligibility import Data as ColumnData
from protocol_dsl.compile.eligibility import Statement, eligibility_statement
from protocol_dsl.compile.engines import Refusal, refusals
from protocol_dsl.compile.listings import Part, criteria, participants
from protocol_dsl.compile.steps import Steps
from protocol_dsl.interpret.attrition import Attrition
from protocol_dsl.interpret.engine import Engine
from protocol_dsl.model.columns import NotInColumnsError, layout_of
from protocol_dsl.model.results import Counted, ParticipantResult
from protocol_dsl.model.study import StudyModel
from protocol_dsl.project.column_data import has_many, sources_of
from protocol_dsl.project.column_eligibility import ColumnEligibility
from protocol_dsl.project.column_remarks import complete, is_perhaps_foreign, replaced
from protocol_dsl.project.column_told import Told
from protocol_dsl.project.counts import Counts
from protocol_dsl.project.records import Data
from protocol_dsl.project.remarks import Remarks
from protocol_dsl.project.runs import End, Run, Screen
from protocol_dsl.project.stored import store
from protocol_dsl.project.tally import Tally
from protocol_dsl.readers.columns.copied import open_tables
from protocol_dsl.readers.columns.picked import ODD_PEOPLE, is_anybody, picked_records
from protocol_dsl.readers.columns.prepare import not_read, prepare
from protocol_dsl.readers.columns.source import connect
from protocol_dsl.readers.columns.spans import Span, at_once, one_by_one
from protocol_dsl.readers.columns.strangers import OTHER_NAMES
from protocol_dsl.readers.connections import Connection, whole
from protocol_dsl.readers.errors import UnreadableError
from protocol_dsl.readers.layout import Purpose
from protocol_dsl.readers.notes import Notes
from protocol_dsl.trees import text_of
from protocol_dsl.writers.listing_csv import Listing

Row = Sequence[object]
Step = TypeVar("Step")
BATCH = 10_000
VERIFIED = "verified_people"


class ColumnRun(Run):
    """A run over everybody in a study folder, a DuckDB file or tables in memory.

    Raises:
        NotInColumnsError: The protocol or the data hold something that columns do not judge.
    """

    engine_name = "duckdb"
    purpose: Purpose = "screen"
    passes = 2
    """Times that each span is gone through: to judge it, and to look for rows given twice."""

    def __init__(self, model: StudyModel, data: Data, *, as_of: int | None = None, memory: str | None = None) -> None:
        """Look through the names and dates of ``data``; ``memory`` is a limit such as ``512MB``."""
        found = self.refused(model)
        if found:
            raise NotInColumnsError(found[0].words)
        spill = Path(mkdtemp(prefix="protocol-dsl-"))
        finalize(self, rmtree, spill, ignore_errors=True)
        notes = Notes()
        sources = sources_of(data, model, notes)
        attributes = tuple(one.name for one in model.vocabulary.attributes)
        self._connection = connect(sources["participants"].name, spill, memory)
        files = open_tables(sources, attributes, self._connection, spill, notes=notes, purpose=self.purpose)
        self._prepared = prepare(self._connection, files, model, layout_of(model), as_of, self.purpose)
        records = picked_records(
            files,
            self._prepared.strangers,
            self._connection,
            model,
            self._prepared.cutoff,
            self.purpose,
            problems=notes.problems,
        )
        super().__init__(model, records, "none")
        self._spill = spill
        self._steps_done: float | None = None
        self._eligibility = ColumnEligibility(model)
        self._told = Told(model, self._prepared, self._connection, self.purpose)
        self._answers = str(spill / "answers" / "*.parquet")

    def refused(self, model: StudyModel) -> tuple[Refusal, ...]:
        """What columns do not judge of a protocol."""
        return refusals(model)

    def everyone(self) -> Iterator[tuple[str, str]]:
        """Each participant with their site."""
        yield from ((result.participant, result.site or "") for result in self)

    def __iter__(self) -> Iterator[ParticipantResult]:
        """Judge everybody, in the order of their names."""
        self._judge()
        tally, (_, attrition), remarks = Tally(), self._counted(), Remarks(self.model, self.is_check)
        for result in merged(self._plain(), self._left(attrition, remarks)):
            tally.count(result)
            yield result
        self._finished(tally, attrition, remarks)

    def _left(self, attrition: Attrition, remarks: Remarks) -> Iterator[ParticipantResult]:
        """Those whom columns leave to the interpreter; ``attrition`` and ``remarks`` see them."""
        interpreter = Engine(self.model, self._prepared.cutoff)
        is_read = self._prepared.strangers or is_anybody(ODD_PEOPLE, self._connection)
        for record in self._records if is_read else ():
            remarks.meet(record)
            result = self.judged(interpreter, record)
            attrition.add(result.eligibility)
            yield result

    def _counted(self) -> tuple[Tally, Attrition]:
        """Participants, verdicts and attrition of those whom columns judge, counted in columns."""
        query = counts(self.model, ODD_PEOPLE, self._answers)
        found = [whole(each or 0) for each in self._connection.execute(query).fetchmany(1)[0]]
        tally, attrition = Tally(), Attrition(self.model)
        tally.participants = found[0]
        tally.verdicts = dict(zip(VERDICTS, found[1:4], strict=True))
        for place, count in enumerate(attrition.counts):
            (count.entering, count.against, count.unknown, count.against_alone, count.unknown_alone) = found[
                4 + 5 * place : 9 + 5 * place
            ]
        return tally, attrition

    def _finished(self, tally: Tally, attrition: Attrition, remarks: Remarks) -> None:
        """What the row readers counted of the odd ones stands for what columns counted of them."""
        prepared, records = self._prepared, self._records
        odd = not_read(self._connection, prepared, ODD_PEOPLE)
        problems = tuple(Notes([*records.problems, *self._told.problems()]).listed())
        unused = replaced(prepared.not_read.unused, odd.unused, records.unused)
        remarks.people = tally.participants
        complete(remarks, self._connection, prepared, self.purpose, unused)
        self._end = End(
            summary=tally.summary(len(problems)),
            attrition=attrition.steps(),
            problems=problems,
            unused=unused,
            remarks=tuple(remarks.told(unused)),
            after_cutoff=replaced(prepared.not_read.after_cutoff, odd.after_cutoff, records.after_cutoff),
        )

    @property
    def share(self) -> float | None:
        """How much of the statements over everybody is done, from 0 to 1; nothing where none runs."""
        if self._steps_done is None:
            return None
        running = max(self._connection.query_progress(), 0) / 100
        return (self._steps_done + running) / (self.passes * len(self._prepared.spans))

    @property
    def spans(self) -> tuple[Span, ...]:
        """The spans of participants that are judged one after another."""
        return self._prepared.spans

    @property
    def judged_in_columns(self) -> int:
        """How many participants columns judged themselves; known once everybody is judged."""
        (counted,) = self._connection.execute(how_many(ODD_PEOPLE, self._answers)).fetchmany(1)
        return whole(counted[0])

    def verify(self, count: int) -> tuple[str, ...]:
        """Judge ``count`` of those whom columns judged by the interpreter too; a sentence for each who differs.

        The participants are chosen by a hash of their names, so that every run looks at the same ones.
        """
        most = min(count, self.summary.participants)  # beyond 64 bits DuckDB counts nobody
        self._connection.execute(sampled(VERIFIED, ODD_PEOPLE, self._answers, most))
        prepared = self._prepared
        records = picked_records(
            prepared.files, (), self._connection, self.model, prepared.cutoff, self.purpose, people_table=VERIFIED
        )
        interpreter = Engine(self.model, prepared.cutoff)
        expected = {record.participant: self.judged(interpreter, record) for record in records}
        found = {result.participant: result for result in self._plain(VERIFIED)}
        return tuple(f"{name} is judged otherwise in columns" for name in found if found[name] != expected.get(name))

    def statement(self) -> str:
        """The statement that judges entry, as DuckDB runs it, over the tables that it reads."""
        return text_of(Steps(self._prepared.tables, ()).over(self._entry().query))

    def _entry(self) -> Statement:
        """What judges entry, over the tables of the study."""
        prepared = self._prepared
        data = ColumnData(
            tables=frozenset(prepared.tables) - prepared.absent,
            has_empty_readings=prepared.has_empty_readings,
            has_timed_readings=prepared.has_timed_readings,
            events_present=prepared.events_present,
        )
        return eligibility_statement(self.model, data)

    def judge_into(self, folder: Path) -> None:
        """Write the answers of everybody into Parquet files, whoever is left to the interpreter among them."""
        folder.mkdir(exist_ok=True)
        (statement,) = self._connection.extract_statements(kept(self.statement()))

        def write(connection: Connection, place: int) -> None:
            connection.execute(kept_in(str(folder / f"{place:06}.parquet")))
            connection.execute(statement)

        for _ in self._counting(at_once(self._connection, self._prepared.spans, write)):
            pass

    def _judge(self) -> None:
        """Write everybody's answers, and note who is left to the interpreter."""
        self._steps_done = 0
        self.judge_into(Path(self._answers).parent)
        self._connection.execute(odd_ones(ODD_PEOPLE, self._answers))
        self._connection.execute(f"insert into {ODD_PEOPLE} select participant from {OTHER_NAMES}")  # noqa: S608 - our names
        if is_perhaps_foreign(self._prepared, self.purpose):
            self._connection.execute(everyone_odd(ODD_PEOPLE, self._answers))
        for _ in self._counting(one_by_one(self._connection, self._prepared.spans)):
            self._told.look()
        self._steps_done = None

    def _counting(self, steps: Iterable[Step], size: float = 1) -> Iterator[Step]:
        """Steps, each counted when it is done; of two that are done at the same moment, one may not be."""
        for each in steps:
            yield each
            if self._steps_done is not None:
                self._steps_done += size

    def _plain(self, sample: str | None = None) -> Iterator[ParticipantResult]:
        """The answers of those whom columns judge, or of a sample of them."""
        rows = self._rows("answers", lambda path: answers_in_order(ODD_PEOPLE, path, sample))
        yield from map(self._eligibility.result_of, rows)

    def _rows(self, name: str, query: Callable[[str], str]) -> Iterator[Row]:
        """The rows of a query over the answers of each span in turn: those of one at a time are put in order."""
        for path in sorted((self._spill / name).iterdir()):
            found = self._connection.cursor().execute(query(str(path)))
            while batch := found.fetchmany(BATCH):
                yield from batch


class ColumnScreen(ColumnRun, Screen):
    """Eligibility of everybody."""

    def finish(self, results: Iterable[ParticipantResult]) -> None:
        """Count in columns, where nobody looks at the results: participants come out one by one too slowly for that."""
        del results
        self._judge()
        for _ in self._apart():
            pass

    def count(self, results: Iterable[ParticipantResult]) -> Counts:
        """Count everybody by site and what was found, in columns."""
        del results
        self._judge()
        counts = self._counts_by_site()
        for result in self._apart():
            counts.add(result)
        return counts

    def store(self, results: Iterable[ParticipantResult], files: Mapping[Listing, Path]) -> None:
        """Write listings as Parquet files; columns list themselves whom they judged."""
        del results
        self._judge()
        listed: dict[Listing, Callable[[Part], Part]] = {
            "participants": partial(participants, self.model, ODD_PEOPLE, self._answers),
            "criteria": partial(criteria, self.model, ODD_PEOPLE, self._answers),
        }
        counts = self._counts_by_site() if "counts" in files else None
        store(self._apart(), files, lambda: self.problems, listed=listed, connection=self._connection, counts=counts)

    def _apart(self) -> Iterator[ParticipantResult]:
        """Those whom columns leave to the interpreter; at their end everything is known of everybody."""
        (tally, attrition), remarks = self._counted(), Remarks(self.model, self.is_check)
        for result in self._left(attrition, remarks):
            tally.count(result)
            yield result
        self._finished(tally, attrition, remarks)

    def _counts_by_site(self) -> Counts:
        """The counts of those whom columns judge."""
        counts = Counts()
        found = self._connection.execute(counts_by_site(self.model, ODD_PEOPLE, self._answers))
        asked: list[tuple[Counted, str]] = [("participants", ""), *(("verdict", verdict) for verdict in VERDICTS)]
        for one in self.model.criteria:
            asked += [("against", one.name), ("open", one.name)]
        while rows := found.fetchmany(BATCH):
            for site, *numbers in rows:
                for (what, name), number in zip(asked, map(int, map(str, numbers)), strict=True):
                    if number:
                        counts.take((str(site or ""), "", what, name, ""), number, number)
        return counts


def merged(plain: Iterator[ParticipantResult], odd: Iterator[ParticipantResult]) -> Iterator[ParticipantResult]:
    """Two runs of participants, each in the order of names, as one."""
    waiting = next(odd, None)
    for result in plain:
        while waiting is not None and waiting.participant < result.participant:
            yield waiting
            waiting = next(odd, None)
        yield result
    while waiting is not None:
        yield waiting
        waiting = next(odd, None)


AnyRun = TypeVar("AnyRun", bound=ColumnRun)


def run_in_columns(  # noqa: PLR0913 - what decides about the engine
    kind: type[AnyRun],
    model: StudyModel,
    data: Data,
    engine: str,
    *,
    as_of: int | None,
    is_whole: bool,
    memory: str | None,
) -> AnyRun | None:
    """The run in columns that ``engine`` asks for, or nothing where the interpreter does it.

    Args:
        kind: The run.
        model: The protocol.
        data: What the participants are read from.
        engine: ``auto`` takes columns for many participants, if columns judge the protocol.
        as_of: The cut-off as a day number.
        is_whole: Whether everybody is asked for, and no reasons.
        memory: A limit such as ``512MB``.

    Raises:
        UnreadableError: Columns are asked for, and cannot do it.
    """
    if not is_whole:
        raise UnreadableError("the engine duckdb judges everybody and gives no reasons; leave --engine out for these")
    try:
        if engine == "auto" and not has_many(data, model):
            return None
        return kind(model, data, as_of=as_of, memory=memory)
    except NotInColumnsError as error:
        if engine == "auto":
            return None
        raise UnreadableError(f"the engine duckdb does not judge this: {error}; the engine interpreter does") from None


def column_screen(  # noqa: PLR0913 - as above
    model: StudyModel, data: Data, engine: str, *, as_of: int | None, is_whole: bool, memory: str | None
) -> ColumnScreen | None:
    """Screening in columns where ``engine`` asks for it; see :func:`run_in_columns`."""
    return run_in_columns(ColumnScreen, model, data, engine, as_of=as_of, is_whole=is_whole, memory=memory)
