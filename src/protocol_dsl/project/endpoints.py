"""A run of every endpoint over participants: outcomes one participant at a time, estimates at the end."""

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from protocol_dsl.base.days import Days
from protocol_dsl.base.values import frozen
from protocol_dsl.interpret.endpoints.judge import EndpointEngine
from protocol_dsl.interpret.endpoints.sets import sets_of
from protocol_dsl.model.endpoints import Endpoint
from protocol_dsl.model.estimates import EndpointResult
from protocol_dsl.model.outcomes import Outcome
from protocol_dsl.model.records import DataProblem
from protocol_dsl.model.study import StudyModel
from protocol_dsl.readers import StudyRecords

if TYPE_CHECKING:
    from types import ModuleType

NEEDED = ("scipy", "numpy")


class MissingPackageError(ImportError):
    """What computes the estimates is not installed; ``str()`` says how to install it."""


@frozen(kw_only=True)
class EndpointEnd:
    """What is known when every participant was judged."""

    participants: int
    results: tuple[EndpointResult, ...]
    problems: tuple[DataProblem, ...]
    unused: Mapping[tuple[str, str], int]
    after_cutoff: Mapping[str, int]


class Endpoints:
    """Every endpoint of a protocol on some participants' data.

    ``results`` are the estimates, in the order of the text. Iterating gives each participant's outcomes, one for each
    endpoint, with their reasons; the data are read again at every iteration.
    """

    def __init__(self, model: StudyModel, records: StudyRecords) -> None:
        """A run of ``model`` over ``records``."""
        self.model = model
        self._records = records
        self._end: EndpointEnd | None = None

    @property
    def as_of(self) -> Days | None:
        """The cut-off; nothing when the data have no date."""
        day = self._records.cutoff.day
        return None if day is None else Days(day, day)

    @property
    def is_as_of_given(self) -> bool:
        """Whether the cut-off was given; else it is the latest date in the data."""
        return self._records.cutoff.is_given

    def __iter__(self) -> Iterator[tuple[Outcome, ...]]:
        """The outcomes of each participant, with their reasons."""
        engine = EndpointEngine(self.model, self._records.cutoff)
        for record in self._records:
            yield engine.judge(record, is_asked=True)

    @property
    def end(self) -> EndpointEnd:
        """The estimates and what is known besides; runs through the participants when nobody did.

        Raises:
            MissingPackageError: scipy is not installed.
        """
        if self._end is None:
            self._end = self._judged(statistics_room())
        return self._end

    @property
    def results(self) -> tuple[EndpointResult, ...]:
        """What each endpoint reports."""
        return self.end.results

    @property
    def problems(self) -> Sequence[DataProblem]:
        """Cells and rows that cannot be used."""
        return self.end.problems

    def _judged(self, room: "ModuleType") -> EndpointEnd:
        """One small outcome for each participant and endpoint is kept, and then reported."""
        engine = EndpointEngine(self.model, self._records.cutoff)
        kept: list[list[Outcome]] = [[] for _ in self.model.endpoints]
        participants = 0
        for record in self._records:
            participants += 1
            for outcomes, outcome in zip(kept, engine.judge(record), strict=True):
                outcomes.append(outcome)
        return EndpointEnd(
            participants=participants,
            results=tuple(
                self._reported(room, endpoint, outcomes, subjects)
                for endpoint, outcomes, subjects in zip(self.model.endpoints, kept, engine.subjects, strict=True)
            ),
            problems=tuple(self._records.problems),
            unused=dict(self._records.unused),
            after_cutoff=dict(self._records.after_cutoff),
        )

    def _reported(
        self, room: "ModuleType", endpoint: Endpoint, outcomes: Sequence[Outcome], subjects: Sequence[str]
    ) -> EndpointResult:
        """One endpoint."""
        sets = sets_of(self.model, endpoint)
        found: EndpointResult = room.report(self.model, endpoint, sets, outcomes, subjects)
        return found


def statistics_room() -> "ModuleType":
    """The room that computes, imported only when it is asked for: scipy takes longer to load than all the rest.

    Raises:
        MissingPackageError: scipy is not installed.
    """
    try:
        return import_module("protocol_dsl.statistics.report")
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in NEEDED:
            raise
        words = 'endpoints need scipy to be computed: pip install "protocol-dsl[stats]"'
        raise MissingPackageError(words) from None
