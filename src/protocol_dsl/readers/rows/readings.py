"""Rows of ``readings``."""

from collections.abc import Mapping
from fractions import Fraction

from protocol_dsl.base.numbers import Number, Range
from protocol_dsl.model.records import Origin, Reading
from protocol_dsl.model.study import StudyModel
from protocol_dsl.model.vocabulary import Measure
from protocol_dsl.readers.cells import NOTHING, DayCells, Remembered, Value, choice, reading
from protocol_dsl.readers.doubts import Doubt, doubt_of_code, doubt_of_name
from protocol_dsl.readers.drafts import Draft, Rows
from protocol_dsl.readers.names import MANY, Names, Near, Words, fold
from protocol_dsl.readers.notes import Notes
from protocol_dsl.readers.streams import Row
from protocol_dsl.readers.unit_cells import UnitCells
from protocol_dsl.readers.visit_names import VisitNames

NO_LIMIT = "a limit of normal is one number"
REVERSED = "the range of normal ends before it begins"
NO_NAME = "the row names no measure and has no code"


class Scale:
    """How the values of one measure are read: each distinct value and unit once."""

    def __init__(self, measure: Measure) -> None:
        """Read values of ``measure``."""
        self.measure = measure
        self._choices = {fold(word): word for word in measure.choices}
        self._units = UnitCells(measure.unit, measure.conversions)
        self._seen: dict[tuple[str, str], tuple[Value, str]] = {}

    def value(self, text: str, unit: str) -> tuple[Value, str]:
        """The value in the measure's own unit, and what is wrong with the unit."""
        key = (text, unit)
        found = self._seen.get(key)
        if found is None:
            if len(self._seen) >= MANY:
                self._seen.clear()
            found = self._seen[key] = self._read(text, unit)
        return found

    def limit(self, text: str, unit: str) -> Value:
        """An end of the reference range in the measure's own unit; nothing where the cell is empty."""
        if not text.strip() or self._choices:
            return NOTHING
        found, _ = self.value(text, unit)
        return Value(None, NO_LIMIT) if isinstance(found.value, Range) else found

    def _read(self, text: str, unit: str) -> tuple[Value, str]:
        if self._choices:
            return choice(text, self._choices), ""
        value = reading(text, may_be_negative=self.measure.may_be_negative)
        if value.problem:
            return value, ""
        # An absent value leaves nothing to convert, but a unit nobody knows is told all the same.
        return self._units.convert(value, unit)


class ReadingRows:
    """Reads ``readings``."""

    def __init__(self, model: StudyModel, places: Mapping[str, int], width: int, days: DayCells, notes: Notes) -> None:
        """Know the measures and visits of ``model``."""
        self._rows = Rows("readings", places, width, days, notes)
        self._names: Names[Scale] = Names()
        for measure in model.vocabulary.measures:
            scale = Scale(measure)
            self._names.add(scale, measure.name, measure.title)
            self._names.add_codes(scale, measure.name, measure.codes)
        self._doubts = Remembered(self._doubt)
        self._visits = VisitNames(model)
        self._labels = Remembered(self._label)

    @property
    def words(self) -> Words:
        """The names and codes of measures."""
        return self._names.words

    def read(self, draft: Draft, rows: list[Row]) -> None:
        """Add the readings of a participant to ``draft``."""
        seen: set[tuple[str, ...]] = set()
        for number, cells, known, day in self._rows.current(rows):
            _, name, date, text, unit, visit, code, low, high = known
            found = self._names.find(name, code)
            if not isinstance(found, Scale):
                self._unnamed(draft, number, name, code, found)
                continue
            if self._rows.is_repeated(draft, number, cells, seen):
                continue
            self._rows.doubt(draft, number, name, code, self._doubts[name, code])
            if day.problem:
                self._rows.problem(draft, number, "date", date, day.problem)
            value, unit_problem = found.value(text, unit)
            if value.problem:
                self._rows.problem(draft, number, "value", text, value.problem)
            elif unit_problem:
                self._rows.problem(draft, number, "unit", unit, unit_problem)
            measure = found.measure.name
            lower = self._limit(draft, number, "low", low, found.limit(low, unit))
            upper = self._limit(draft, number, "high", high, found.limit(high, unit))
            if lower is not None and upper is not None and lower > upper:
                self._rows.problem(draft, number, "high", high, REVERSED)
                lower = upper = None
            row = Reading(
                measure=measure,
                first=day.first,
                last=day.last,
                time=day.time,
                value=value.value,
                written=text.strip(),
                unit=unit.strip(),
                visit=self._labels[visit],
                low=lower,
                high=upper,
                origin=Origin("readings", number),
            )
            draft.readings.setdefault(measure, []).append(row)

    def _limit(self, draft: Draft, number: int | None, column: str, text: str, found: Value) -> Number | None:
        # What is wrong with the unit is told of the value.
        if found.problem:
            self._rows.problem(draft, number, column, text, found.problem)
        return found.value if isinstance(found.value, int | Fraction) else None

    def _unnamed(self, draft: Draft, number: int | None, name: str, code: str, found: Near | None) -> None:
        if isinstance(found, Near):
            self._rows.problem(draft, number, "measure", name, found.words)
        elif name.strip() or code.strip():
            self._rows.notes.unused["readings", name.strip() or code.strip()] += 1
        else:
            self._rows.problem(draft, number, "measure", name, NO_NAME)

    def _doubt(self, cells: tuple[str, str]) -> Doubt | None:
        name, code = cells
        claimed = self._names.called(code)
        named = self._names.find(name) if name.strip() else None
        if isinstance(named, Scale):
            own = named.measure.name
            return doubt_of_code(claimed, (own,)) if claimed and own not in claimed else None
        if named is None or not claimed.keys().isdisjoint(named.names):
            return None
        return doubt_of_name(named.words, claimed)

    def _label(self, written: str) -> str | None:
        # A label that is no planned visit stays: such a reading is labelled for another visit and serves none.
        return self._visits.find(written) or written.strip() or None
