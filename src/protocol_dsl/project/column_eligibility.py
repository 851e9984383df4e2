"""The eligibility that columns found, as results."""

from collections.abc import Sequence
from typing import TypeAlias

from protocol_dsl.base.days import Days
from protocol_dsl.base.truth import Truth
from protocol_dsl.compile.amendments import tells_screening
from protocol_dsl.interpret.eligibility import DECIDES, verdict_of
from protocol_dsl.model.results import CriterionResult, Eligibility, ParticipantResult, Screening, Verdict
from protocol_dsl.model.rules import Criterion
from protocol_dsl.model.study import StudyModel, criteria_in
from protocol_dsl.readers.connections import whole, whole_or_none

Found: TypeAlias = tuple[tuple[CriterionResult, ...], Verdict]
KEPT = 10_000
"""Sets of findings that are kept; there are as many as participants at most, and a few hundred as a rule."""


class ColumnEligibility:
    """Results of rows; a finding, and a set of findings, that many participants share is one and the same value."""

    def __init__(self, model: StudyModel) -> None:
        """The results of ``model``."""
        self._model = model
        self._tells_screening = tells_screening(model)
        self._sets: dict[tuple[object, ...], Found] = {}
        self._findings: dict[tuple[object, ...], CriterionResult] = {}

    def result_of(self, row: Sequence[object]) -> ParticipantResult:
        """One participant's answer: name, site, point, any version, whether screened where that is told apart.

        Then come truths and boundaries of the criteria.
        """
        participant, site, point, *columns = row
        # It stands behind the version, where there is one.
        is_screened = bool(columns.pop(1 if self._model.versions else 0)) if self._tells_screening else False
        key = tuple(columns)
        found = self._sets.get(key)
        if found is None:
            if len(self._sets) == KEPT:
                self._sets.clear()
            found = self._sets[key] = self._found(columns)
        criteria, verdict = found
        day = whole_or_none(point)
        decisive = Screening(verdict=verdict, point=None if day is None else Days(day, day), criteria=criteria)
        # A screening that does not give the day on which it is judged is listed, as several are.
        listed = (decisive,) if is_screened and day is None else ()
        return ParticipantResult(
            participant=str(participant),
            site=None if site is None else str(site),
            arm=None,
            eligibility=Eligibility(decisive=decisive, screenings=listed),
        )

    def _found(self, columns: Sequence[object]) -> Found:
        version = None
        if self._model.versions:
            version, *columns = columns
        count = len(self._model.criteria)
        asked = criteria_in(whole_or_none(version), self._model)
        criteria = tuple(
            self._finding(asked[one.name], version, truth, boundary)
            for one, truth, boundary in zip(self._model.criteria, columns[:count], columns[count:], strict=True)
            if truth is not None
        )
        return criteria, verdict_of(criteria)

    def _finding(self, criterion: Criterion, version: object, truth: object, boundary: object) -> CriterionResult:
        key = (criterion.name, version, truth, boundary)
        if key not in self._findings:
            self._findings[key] = criterion_result(criterion, Truth(whole(truth)), is_boundary=bool(boundary))
        return self._findings[key]


def criterion_result(criterion: Criterion, truth: Truth, *, is_boundary: bool) -> CriterionResult:
    """A finding without its reasons."""
    return CriterionResult(
        rule=criterion.name,
        kind=criterion.kind,
        title=criterion.title,
        finding=truth,
        decides=DECIDES[truth if criterion.kind == "inclusion" else 2 - truth],
        is_boundary=is_boundary,
        place=criterion.place,
    )
