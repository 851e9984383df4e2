"""Rows of ``medications``."""

from collections.abc import Mapping

from protocol_dsl.base.days import Days
from protocol_dsl.model.records import FIRST_DAY, Medication, Origin
from protocol_dsl.model.study import StudyModel
from protocol_dsl.readers.cells import ENDS_BEFORE, Day, DayCells
from protocol_dsl.readers.drafts import Draft, Rows, earlier
from protocol_dsl.readers.names import Near, Words, holds_words
from protocol_dsl.readers.notes import Notes
from protocol_dsl.readers.rows.drug_names import DrugNames
from protocol_dsl.readers.streams import Row

NO_NAME = "the row names no drug and has no code"


class MedicationRows:
    """Reads ``medications``."""

    def __init__(self, model: StudyModel, places: Mapping[str, int], width: int, days: DayCells, notes: Notes) -> None:
        """Know the drugs and classes of ``model``."""
        self._rows = Rows("medications", places, width, days, notes)
        self._names = DrugNames(model)

    @property
    def words(self) -> Words:
        """The names and codes of drugs."""
        return self._names.words

    @property
    def class_words(self) -> Words:
        """The names and codes of classes; the stems are what a code of a member begins with."""
        return self._names.class_words

    def read(self, draft: Draft, rows: list[Row]) -> None:
        """Add the medications of a participant to ``draft``."""
        seen: set[tuple[str, ...]] = set()
        for number, cells, known, day in self._rows.current(rows):
            _, name, start, end_text, code = known[:5]
            end = self._rows.days.end(end_text, day)
            started = _start(day, end.days)
            draft.medications_since = earlier(draft.medications_since, started.last)
            found = self._names.find(name, code)
            if not isinstance(found, str):
                self._unnamed(draft, number, name, code, found)
                continue
            if self._rows.is_repeated(draft, number, cells, seen):
                continue
            self._rows.doubt(draft, number, name, code, self._names.doubt(name, code))
            if day.problem:
                self._rows.problem(draft, number, "start", start, day.problem)
            if end.problem:
                self._rows.problem(draft, number, "end", end_text, end.problem)
            if end.problem == ENDS_BEFORE:
                # Which of the two days is wrong nobody knows.
                draft.open_histories.add("medications")
                continue
            row = Medication(
                drug=found,
                start=started,
                end=end.days,
                written=name.strip() or code.strip(),
                origin=Origin("medications", number),
            )
            draft.medications.append(row)

    def _unnamed(self, draft: Draft, number: int | None, name: str, code: str, found: Near | None) -> None:
        if isinstance(found, Near):
            words, column, value = found.words, "drug", name
        elif not name.strip() and not code.strip():
            words, column, value = NO_NAME, "drug", name
        elif one := self._names.class_of(name, code):
            words = f"this is of the class {one.name}, but none of the drugs that the protocol lists in it"
            column, value = ("drug", name) if name.strip() else ("code", code)
        elif held := self._names.held(name):
            words, column, value = holds_words(held), "drug", name
        else:
            self._rows.notes.unused["medications", name.strip() or code.strip()] += 1
            return
        self._rows.problem(draft, number, column, value, words)
        draft.open_histories.add("medications")


def _start(day: Day, end: Days | None) -> Days:
    """The days a course may have started on: an absent start is any day up to the end, if there is one."""
    is_absent = not day.is_written
    last = day.last if end is None else end.last if is_absent else min(day.last, end.last)
    return Days(day.first, max(last, day.first)) if day.is_read else Days(FIRST_DAY, max(last, FIRST_DAY))
