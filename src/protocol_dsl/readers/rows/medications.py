"""Rows of ``medications``."""

import re
from collections.abc import Mapping

from protocol_dsl.base.days import Days
from protocol_dsl.model.records import FIRST_DAY, Medication, Origin
from protocol_dsl.model.study import StudyModel
from protocol_dsl.model.vocabulary import Coding, DrugClass
from protocol_dsl.readers.cells import ENDS_BEFORE, Day, DayCells, Remembered
from protocol_dsl.readers.drafts import Draft, Rows, earlier
from protocol_dsl.readers.names import Names, Near, Words, fold
from protocol_dsl.readers.notes import Notes
from protocol_dsl.readers.streams import Row

NO_NAME = "the row names no drug and has no code"


class MedicationRows:
    """Reads ``medications``."""

    def __init__(self, model: StudyModel, places: Mapping[str, int], width: int, days: DayCells, notes: Notes) -> None:
        """Know the drugs and classes of ``model``."""
        self._rows = Rows("medications", places, width, days, notes)
        self._drugs: Names[str] = Names()
        self._classes: Names[DrugClass] = Names()
        self._class_codes = tuple(
            (fold(coding.code), one)
            for one in model.vocabulary.classes
            for coding in one.codes
            if fold(coding.system) == "atc"
        )
        for one in model.vocabulary.classes:
            self._classes.add(one, one.name, one.title)
            self._classes.add_codes(one, one.name, one.codes)
            for drug in one.members:
                codes = (Coding("atc", drug.atc),) if drug.atc else ()
                self._drugs.add(drug.name, drug.name)
                self._drugs.add_codes(drug.name, drug.name, codes)
        names = sorted({drug.name for one in model.vocabulary.classes for drug in one.members})
        # ``zidovudine 300 mg`` is most likely zidovudine; passed over, it would prove that there was no exposure.
        self._drug_within = (
            re.compile(rf"\b(?:{'|'.join(re.escape(fold(name)).replace('_', '[_ ]') for name in names)})\b")
            if names
            else None
        )
        self._holds = Remembered(self._drug_in)

    @property
    def words(self) -> Words:
        """The names and codes of drugs."""
        return self._drugs.words

    @property
    def class_words(self) -> Words:
        """The names and codes of classes; the stems are what a code of a member begins with."""
        found = self._classes.words
        return Words(found.names, found.codes, tuple(code for code, _ in self._class_codes))

    def read(self, draft: Draft, rows: list[Row]) -> None:
        """Add the medications of a participant to ``draft``."""
        seen: set[tuple[str, ...]] = set()
        for number, cells, known, day in self._rows.current(rows):
            _, name, start, end_text, code = known[:5]
            draft.medications_since = earlier(draft.medications_since, _start(day, None).last)
            found = self._drugs.find(name, code)
            if not isinstance(found, str):
                self._unnamed(draft, number, name, code, found)
                continue
            if self._rows.is_repeated(draft, number, cells, seen):
                continue
            if day.problem:
                self._rows.problem(draft, number, "start", start, day.problem)
            end, problem = self._rows.days.end(end_text, day)
            if problem:
                self._rows.problem(draft, number, "end", end_text, problem)
            if problem == ENDS_BEFORE:
                # Which of the two days is wrong nobody knows.
                draft.open_histories.add("medications")
                continue
            row = Medication(
                drug=found,
                start=_start(day, end),
                end=end,
                written=name.strip() or code.strip(),
                origin=Origin("medications", number),
            )
            draft.medications.append(row)

    def _unnamed(self, draft: Draft, number: int | None, name: str, code: str, found: Near | None) -> None:
        if isinstance(found, Near):
            words, column, value = found.words, "drug", name
        elif not name.strip() and not code.strip():
            words, column, value = NO_NAME, "drug", name
        elif one := self._class_of(name, code):
            words = f"this is of the class {one.name}, but none of the drugs that the protocol lists in it"
            column, value = ("drug", name) if name.strip() else ("code", code)
        elif drug := self._holds[name]:
            words = f"this is no name of the protocol, but it holds one: {drug}"
            column, value = "drug", name
        else:
            self._rows.notes.unused["medications", name.strip() or code.strip()] += 1
            return
        self._rows.problem(draft, number, column, value, words)
        draft.open_histories.add("medications")

    def _drug_in(self, name: str) -> str:
        found = self._drug_within.search(fold(name)) if self._drug_within else None
        return found[0] if found else ""

    def _class_of(self, name: str, code: str) -> DrugClass | None:
        """The class a row names, or whose code its own begins with: it may be an exposure, so it is not passed over."""
        found = self._classes.find(name, code)
        if isinstance(found, DrugClass):
            return found
        for written in (fold(code), fold(name)):
            for class_code, one in self._class_codes:
                if written.startswith(class_code):
                    return one
        return None


def _start(day: Day, end: Days | None) -> Days:
    """The days a course may have started on: an absent start is any day up to the end."""
    last = day.last if end is None else min(day.last, end.last)
    return Days(day.first, max(last, day.first)) if day.is_read else Days(FIRST_DAY, max(last, FIRST_DAY))
