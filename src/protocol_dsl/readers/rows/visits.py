"""Rows of ``visits``."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from protocol_dsl.model.records import Origin, VisitRow
from protocol_dsl.model.study import StudyModel
from protocol_dsl.readers.cells import DayCells
from protocol_dsl.readers.drafts import Draft, Rows
from protocol_dsl.readers.names import Words, fold
from protocol_dsl.readers.notes import Notes
from protocol_dsl.readers.streams import Row
from protocol_dsl.readers.visit_names import VisitNames

Status: TypeAlias = Literal["held", "not held", "early termination", "not known"]

STATUSES: Mapping[str, Status] = {
    "": "held",
    "held": "held",
    "not held": "not held",
    "early termination": "early termination",
}
UNKNOWN_STATUS = "one of held, not held, early termination is expected"


class VisitRows:
    """Reads ``visits``."""

    def __init__(self, model: StudyModel, places: Mapping[str, int], width: int, days: DayCells, notes: Notes) -> None:
        """Know the visits of ``model``."""
        self._rows = Rows("visits", places, width, days, notes)
        self._names = VisitNames(model)

    @property
    def words(self) -> Words:
        """The names and codes of visits."""
        return self._names.words

    def read(self, draft: Draft, rows: list[Row]) -> None:
        """Add the visits of a participant to ``draft``."""
        seen: set[tuple[str, ...]] = set()
        for number, cells, known, day in self._rows.current(rows):
            _, label, date, end_date, status, reason = known
            if self._rows.is_repeated(draft, number, cells, seen):
                continue
            if day.problem:
                self._rows.problem(draft, number, "date", date, day.problem)
            end = self._rows.days.end_of_act(end_date, day)
            if end.problem:
                self._rows.problem(draft, number, "end_date", end_date, end.problem)
            found = self._names.find(label)
            row = VisitRow(
                visit=found,
                label=label.strip(),
                first=day.first,
                last=day.last,
                end=end.days,
                status=self._status(draft, number, status),
                reason=reason.strip(),
                origin=Origin("visits", number),
            )
            draft.visits.append(row)

    def _status(self, draft: Draft, number: int | None, written: str) -> Status:
        found = STATUSES.get(fold(written).replace("_", " "))
        if found is None:
            self._rows.problem(draft, number, "status", written, UNKNOWN_STATUS)
        return found or "not known"
