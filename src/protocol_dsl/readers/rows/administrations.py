"""Rows of ``administrations``: doses as recorded."""

from collections.abc import Mapping
from typing import TypeAlias

from protocol_dsl.base.numbers import Number, Range
from protocol_dsl.model.records import Administration, Origin
from protocol_dsl.model.schedule import Treatment
from protocol_dsl.model.study import StudyModel, dose_units, level_names, units_held
from protocol_dsl.readers.cells import YES_OR_NO, DayCells, Remembered, Value, choice, number, whole_number
from protocol_dsl.readers.drafts import Draft, Rows, earlier
from protocol_dsl.readers.names import Names, Near, fold
from protocol_dsl.readers.notes import Notes
from protocol_dsl.readers.streams import Row
from protocol_dsl.readers.unit_cells import UnitCells

Held: TypeAlias = tuple[Number | None, str]
"""An amount, if there is one, and the unit in which it is held."""
NO_CYCLE = "cycles are numbered from 1 on"
NO_NAME = "the row names no treatment"


class Given:
    """A treatment, and how its doses are read."""

    def __init__(self, treatment: Treatment, model: StudyModel) -> None:
        """Read doses of ``treatment``, by the names and units that it has in any version."""
        self.treatment = treatment
        units = dose_units(treatment.name, model)
        self.held = units_held(treatment.name, model) or ("",)
        self._units = tuple(map(UnitCells, self.held))
        self.has_dose = bool(units)
        by_version = " or ".join(reversed(units))
        self.without_unit = f"the protocol has {by_version}, by its version: say which" if len(units) > 1 else ""
        self.levels = {fold(name): name for name in level_names(treatment.name, model)}

    def convert(self, value: Value, unit: str) -> tuple[Value, str, str]:
        """A dose, the first of the units held to which it converts, and what is wrong with its own if there is none."""
        problem = ""
        for held, cells in zip(self.held, self._units, strict=True):
            found, problem = cells.convert(value, unit)
            if not problem:
                return found, held, ""
        some = " or ".join(self.held)
        return Value(None), self.held[0], problem if len(self.held) == 1 else f"{unit} cannot be converted to {some}"


class AdministrationRows:
    """Reads ``administrations``."""

    def __init__(self, model: StudyModel, places: Mapping[str, int], width: int, days: DayCells, notes: Notes) -> None:
        """Know the treatments of ``model``."""
        self._rows = Rows("administrations", places, width, days, notes)
        self._names: Names[Given] = Names()
        for treatment in model.treatments:
            given = Given(treatment, model)
            self._names.add(given, treatment.name, treatment.title)
            self._names.add_codes(given, treatment.name, treatment.codes)
        self._whole = Remembered(whole_number)
        self._number = Remembered(number)

    def read(self, draft: Draft, rows: list[Row]) -> None:
        """Add the administrations of a participant to ``draft``."""
        seen: set[tuple[str, ...]] = set()
        for row_number, cells, known, day in self._rows.current(rows):
            _, name, date, cycle, dose, unit, route, end_date, times, level, given, reason = known
            draft.administrations_since = earlier(draft.administrations_since, day.last)
            found = self._names.find(name)
            if not isinstance(found, Given):
                self._unnamed(draft, row_number, name, found)
                continue
            if self._rows.is_repeated(draft, row_number, cells, seen):
                continue
            if day.problem:
                self._rows.problem(draft, row_number, "date", date, day.problem)
            end = self._rows.days.end_of_act(end_date, day)
            if end.problem:
                self._rows.problem(draft, row_number, "end_date", end_date, end.problem)
            treatment = found.treatment.name
            is_given, is_in_doubt = self._is_given(draft, row_number, given)
            amount, held = self._dose(draft, row_number, found, dose, unit)
            row = Administration(
                treatment=treatment,
                first=day.first,
                last=day.last,
                cycle=self._cycle(draft, row_number, cycle),
                dose=amount,
                unit=held,
                written_dose=f"{dose.strip()} {unit.strip()}".strip() if dose.strip() else "",
                route=fold(route) or None,
                end=end.days,
                goes_on=end.is_after_cutoff,
                times=self._count(draft, row_number, "times", times),
                level=self._level(draft, row_number, found, level),
                is_given=is_given,
                is_in_doubt=is_in_doubt,
                reason=reason.strip(),
                origin=Origin("administrations", row_number),
            )
            draft.administrations.setdefault(treatment, []).append(row)

    def _unnamed(self, draft: Draft, row_number: int | None, name: str, found: Near | None) -> None:
        if found is None and name.strip():
            self._rows.notes.unused["administrations", name.strip()] += 1
            return
        words = found.words if found is not None else NO_NAME
        self._rows.problem(draft, row_number, "treatment", name, words)
        draft.open_histories.add("administrations")

    def _cycle(self, draft: Draft, row_number: int | None, written: str) -> int | None:
        """The number of a cycle; 0 is none, and the days decide."""
        found = self._count(draft, row_number, "cycle", written)
        if found == 0:
            self._rows.problem(draft, row_number, "cycle", written, NO_CYCLE)
            return None
        return found

    def _count(self, draft: Draft, row_number: int | None, column: str, written: str) -> int | None:
        found = self._whole[written]
        if found.problem:
            self._rows.problem(draft, row_number, column, written, found.problem)
        return found.value if isinstance(found.value, int) else None

    def _dose(self, draft: Draft, row_number: int | None, given: Given, dose: str, unit: str) -> Held:
        nothing = None, given.held[0]
        found = self._number[dose]
        if found.problem:
            self._rows.problem(draft, row_number, "dose", dose, found.problem)
            return nothing
        if not given.has_dose:
            return nothing
        if given.without_unit and found.value is not None and not unit.strip():
            self._rows.problem(draft, row_number, "unit", unit, given.without_unit)
            return nothing
        found, held, problem = given.convert(found, unit)
        if problem:
            self._rows.problem(draft, row_number, "unit", unit, problem)
        return None if isinstance(found.value, (str, Range)) else found.value, held

    def _level(self, draft: Draft, row_number: int | None, given: Given, written: str) -> str | None:
        if not given.levels:
            return None
        found = choice(written, given.levels)
        if found.problem:
            self._rows.problem(draft, row_number, "level", written, found.problem)
        return found.value if isinstance(found.value, str) else None

    def _is_given(self, draft: Draft, row_number: int | None, written: str) -> tuple[bool, bool]:
        """Whether it was given, and whether the cell leaves that open."""
        found = choice(written, YES_OR_NO)
        if found.problem:
            self._rows.problem(draft, row_number, "given", written, found.problem)
        return not found.problem and found.value != "no", bool(found.problem)
