"""A run over participants: results one at a time, and what is known at its end."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path

from protocol_dsl.base.days import Days
from protocol_dsl.base.values import frozen
from protocol_dsl.interpret.attrition import Attrition
from protocol_dsl.interpret.engine import Engine
from protocol_dsl.interpret.explain import RuleExplanation
from protocol_dsl.model.records import DataProblem, Record
from protocol_dsl.model.results import AttritionStep, ParticipantResult, Reasons, Summary
from protocol_dsl.model.study import StudyModel
from protocol_dsl.project.counts import Counts, counted
from protocol_dsl.project.extras import require_parquet
from protocol_dsl.project.remarks import Remarks
from protocol_dsl.project.tally import Tally
from protocol_dsl.readers import StudyRecords
from protocol_dsl.writers.listing_csv import Listing


@frozen(kw_only=True)
class End:
    """What is known when every participant was judged.

    ``unused`` counts rows about names that the protocol never mentions, by table and name; ``after_cutoff`` those dated
    after a given cut-off, by table. ``remarks`` are sentences about the data as a whole, such as that they
    are most likely of another trial.
    """

    summary: Summary
    attrition: tuple[AttritionStep, ...]
    problems: tuple[DataProblem, ...]
    unused: Mapping[tuple[str, str], int]
    after_cutoff: Mapping[str, int]
    remarks: tuple[str, ...] = ()


class Run(ABC):
    """Iterating it gives a :class:`ParticipantResult` each, in the order of their names, judged as they are asked for.

    The data are read again at every iteration, and nothing of a participant is kept. ``summary`` and ``problems`` need
    a whole iteration: they make one where there was none.
    """

    engine_name = "interpreter"
    is_check = False

    def __init__(self, model: StudyModel, records: StudyRecords, reasons: Reasons) -> None:
        """A run of ``model`` over ``records``."""
        self.model = model
        self.reasons = reasons
        self._records = records
        self._end: End | None = None

    @abstractmethod
    def judged(self, engine: Engine, record: Record) -> ParticipantResult:
        """The answer for one participant."""

    @property
    def as_of(self) -> Days | None:
        """The cut-off; nothing when the data have no date."""
        day = self._records.cutoff.day
        return None if day is None else Days(day, day)

    @property
    def is_as_of_given(self) -> bool:
        """Whether the cut-off was given; else it is the latest date in the data."""
        return self._records.cutoff.is_given

    @property
    def share(self) -> float | None:
        """How much of a statement over everybody is done, from 0 to 1; nothing where none runs."""
        return None

    def __iter__(self) -> Iterator[ParticipantResult]:
        """Judge each participant."""
        records = self._records
        engine = Engine(self.model, records.cutoff)
        tally, attrition, remarks = Tally(), Attrition(self.model), Remarks(self.model, self.is_check)
        for record in records:
            remarks.meet(record)
            result = self.judged(engine, record)
            tally.count(result)
            attrition.add(result.eligibility)
            yield result
        problems = tuple(records.problems)
        self._end = End(
            summary=tally.summary(len(problems)),
            attrition=attrition.steps(),
            problems=problems,
            unused=dict(records.unused),
            after_cutoff=dict(records.after_cutoff),
            remarks=tuple(remarks.told(records.unused)),
        )

    @property
    def judged_in_columns(self) -> int:
        """How many participants columns judged themselves: here the interpreter judges everybody."""
        return 0

    def verify(self, count: int) -> tuple[str, ...]:
        """Judge ``count`` participants a second time by the interpreter; what differs, in words: here nothing can."""
        del count
        return ()

    def finish(self, results: Iterable[ParticipantResult]) -> None:
        """Let everybody be judged whose results nobody looks at."""
        for _ in results:
            pass

    def count(self, results: Iterable[ParticipantResult]) -> Counts:
        """Count everybody by site, arm and what was found; ``results`` are those of this run."""
        return counted(results)

    def store(self, results: Iterable[ParticipantResult], files: Mapping[Listing, Path]) -> None:
        """Write listings as Parquet files; ``results`` are those of this run, each listing goes into its file.

        Raises:
            UnreadableError: DuckDB is not installed, or cannot write.
        """
        require_parquet()
        import_module("protocol_dsl.project.stored").store(
            results, files, lambda: self.problems, is_check=self.is_check
        )

    def is_listing(self, path: Path, listing: Listing) -> bool:
        """Whether a Parquet file is that listing of some run."""
        require_parquet()
        found: bool = import_module("protocol_dsl.project.stored").is_listing(path, listing)
        return found

    @property
    def end(self) -> End:
        """What is known at the end; runs through the participants when nobody did."""
        if self._end is None:
            for _ in self:
                pass
        assert self._end is not None  # noqa: S101 - set by the last step of the iteration
        return self._end

    @property
    def summary(self) -> Summary:
        """Counts over all participants."""
        return self.end.summary

    @property
    def problems(self) -> Sequence[DataProblem]:
        """Cells and rows that cannot be used."""
        return self.end.problems


class Check(Run):
    """Eligibility, visits, cycles, deviations and queries of each participant."""

    is_check = True

    def judged(self, engine: Engine, record: Record) -> ParticipantResult:
        """Everything."""
        return engine.check(record, self.reasons)


class Screen(Run):
    """Eligibility of each candidate."""

    def judged(self, engine: Engine, record: Record) -> ParticipantResult:
        """Eligibility alone."""
        return engine.screen(record, self.reasons)

    @property
    def attrition(self) -> tuple[AttritionStep, ...]:
        """How many each criterion leaves, in order and alone."""
        return self.end.attrition


class Schedule(Run):
    """Planned visits and cycles of each participant, with the reason for each day."""

    def judged(self, engine: Engine, record: Record) -> ParticipantResult:
        """Visits and cycles."""
        return engine.schedule(record)


@frozen(kw_only=True)
class Explanation:
    """Why one participant's answers are what they are.

    ``result`` is what :meth:`~protocol_dsl.Study.check` gives; ``rules`` has a tree of findings for each criterion,
    and for each visit and cycle.
    """

    result: ParticipantResult
    rules: tuple[RuleExplanation, ...]
