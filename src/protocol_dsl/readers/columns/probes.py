"""What the row readers make of each distinct name, so that columns and rows can never differ in that.

A probe is one made-up row with the name in question and nothing else that could go wrong; the reader of that table
says what the row is about, whether it is unused, or what is wrong with it.
"""

from collections.abc import Iterable, Sequence
from typing import Literal, assert_never

from protocol_dsl.base.numbers import Number, Range
from protocol_dsl.base.values import frozen
from protocol_dsl.model.columns import Layout
from protocol_dsl.model.expressions import EventPattern
from protocol_dsl.model.listed import BEYOND, listed_visits
from protocol_dsl.model.records import Cutoff, Event, Origin
from protocol_dsl.model.study import StudyModel, level_names, units_held
from protocol_dsl.readers.cells import DayCells
from protocol_dsl.readers.drafts import Draft
from protocol_dsl.readers.layout import LAYOUTS
from protocol_dsl.readers.names import Words
from protocol_dsl.readers.notes import Notes
from protocol_dsl.readers.rows.administrations import AdministrationRows
from protocol_dsl.readers.rows.events import EventRows
from protocol_dsl.readers.rows.medications import MedicationRows
from protocol_dsl.readers.rows.readings import ReadingRows
from protocol_dsl.readers.rows.visits import STATUSES, VisitRows

PROBE_DAY, PROBE_NUMBER = "2000-01-01", 1
VISIT_STATUSES = ("held", "not held", "early termination", "not known")
MOST_UP = 1 << 23
"""Values in a unit that is this many times that of the measure may leave 64 bits."""


@frozen
class Meaning:
    """What rows of some name are about: ``bits`` (events, classes of drugs) or the number of a measure.

    ``factor`` brings values to the unit of the measure or the treatment; ``is_choice``: its values are words.
    ``is_odd``: the row readers find something wrong with the name itself. ``is_unused``: no name of the protocol.
    Of a dose also the number of its ``level`` (below zero: none), its ``route``, whether it ``is_given``, and the place
    of its ``unit`` among those held; of a row of ``visits`` its visit's number (below zero: not planned), its status as
    ``level`` and its label as ``route``; of a medication the drug as ``route``; of an event what the row is read as.
    """

    bits: int = 0
    factor: Number = 1
    is_choice: bool = False
    is_odd: bool = False
    is_unused: bool = False
    level: int = -1
    route: str = ""
    is_given: bool = True
    unit: int = 0
    events: tuple[Event, ...] = ()


class Probes:
    """The row readers of a protocol, each asked about single names."""

    def __init__(self, model: StudyModel, layout: Layout) -> None:
        """Know the names of ``model``."""
        self._model = model
        self._layout = layout
        self._notes = Notes()
        days = DayCells(Cutoff(None))
        self._places = {table: {name: at for at, name in enumerate(one.columns)} for table, one in LAYOUTS.items()}
        made = {
            table: (model, self._places[table], len(self._places[table]), days, self._notes) for table in self._places
        }
        self._events = EventRows(*made["events"])
        self._readings = ReadingRows(*made["readings"])
        self._medications = MedicationRows(*made["medications"])
        self._visits = VisitRows(*made["visits"])
        self._doses = AdministrationRows(*made["administrations"])
        self._planned = {one.name: number for number, one in enumerate(listed_visits(model))}
        self._treatments = {one.name: number for number, one in enumerate(model.treatments)}
        self._choices = frozenset(one.name for one in model.vocabulary.measures if one.choices)
        self._classes = {
            drug.name: sum(
                layout.class_bit(one.name)
                for one in model.vocabulary.classes
                if any(member.name == drug.name for member in one.members)
            )
            for each in model.vocabulary.classes
            for drug in each.members
        }

    def words(self, table: Literal["events", "readings", "medications"]) -> Words:
        """The names and codes that rows of a table are known by."""
        match table:
            case "events":
                return self._events.words
            case "readings":
                return self._readings.words
            case "medications":
                return self._medications.words
            case _:
                assert_never(table)

    @property
    def visit_words(self) -> Words:
        """The names and codes of visits."""
        return self._visits.words

    @property
    def class_words(self) -> Words:
        """The names and codes of classes of drugs, which are no drugs."""
        return self._medications.class_words

    @property
    def held_events(self) -> tuple[str, ...]:
        """The names and titles that the text of an event may hold."""
        return self._events.held

    @property
    def causes(self) -> Words:
        """What an event may be related to."""
        return self._events.causes

    @property
    def statuses(self) -> tuple[str, ...]:
        """The statuses of visits, with a blank or an underscore between two words."""
        return tuple(dict.fromkeys(word for one in STATUSES for word in (one, one.replace(" ", "_"))))

    def categories(self, kind: str) -> tuple[str, ...]:
        """The names and codes of the categories of a kind of events."""
        found = self._events.categories(kind)
        return (*found.names, *found.codes)

    def event_bit(self, name: str) -> int:
        """The bit of a milestone, condition or event."""
        return self._layout.event_bit(name)

    def question_bits(self, patterns: Iterable[EventPattern]) -> int:
        """All bits of some questions about events."""
        return sum(bit for one in dict.fromkeys(patterns) for bit in self._layout.pattern_bits(one))

    def event(self, cells: Sequence[str]) -> Meaning:
        """A row of ``events``: name, code, category, grade, related_to."""
        name, code, category, grade, related_to = cells
        draft, is_odd, is_unused = self._ask(
            self._events,
            {"event": name, "date": PROBE_DAY, "code": code, "category": category, "grade": grade}
            | {"related_to": related_to},
            "events",
        )
        found = tuple(event for rows in draft.events.values() for event in rows)
        bits = sum(map(self._layout.meant, found))
        return Meaning(bits=bits, is_odd=is_odd, is_unused=is_unused, events=found)

    def reading(self, cells: Sequence[str]) -> Meaning:
        """A row of ``readings``: measure, code, unit."""
        name, code, unit = cells
        row = {"measure": name, "date": PROBE_DAY, "value": str(PROBE_NUMBER), "unit": unit, "code": code}
        draft, is_odd, is_unused = self._ask(self._readings, row, "readings")
        for measure, found in draft.readings.items():
            number = self._layout.measure_number(measure)
            if measure in self._choices:
                # The number of the probe is no choice.
                is_odd = any(problem.column != "value" for problem in self._notes.problems)
                return Meaning(bits=number, is_choice=True, is_odd=is_odd)
            value = found[0].value
            if is_odd or value is None or isinstance(value, str | Range) or value.numerator >= MOST_UP:
                return Meaning(bits=number, is_odd=True)
            return Meaning(bits=number, factor=value)
        return Meaning(bits=-1, is_odd=is_odd, is_unused=is_unused)

    def medication(self, cells: Sequence[str]) -> Meaning:
        """A row of ``medications``: drug, code."""
        name, code = cells
        row = {"drug": name, "start": PROBE_DAY, "code": code}
        draft, is_odd, is_unused = self._ask(self._medications, row, "medications")
        bits = sum(self._classes[one.drug] for one in draft.medications)
        drug = draft.medications[0].drug if draft.medications else ""
        return Meaning(bits=bits, is_odd=is_odd, is_unused=is_unused, route=drug)

    def visit(self, cells: Sequence[str]) -> Meaning:
        """A row of ``visits``: label, status."""
        label, status = cells
        draft, is_odd, _ = self._ask(self._visits, {"visit": label, "date": PROBE_DAY, "status": status}, "visits")
        (found,) = draft.visits
        number = self._planned.get(found.visit or "", BEYOND if found.visit else -1)
        return Meaning(bits=number, is_odd=is_odd, level=VISIT_STATUSES.index(found.status), route=found.label)

    def dose(self, cells: Sequence[str]) -> Meaning:
        """A row of ``administrations``: treatment, unit, route, level, given; a ``factor`` of 0: no dose is read."""
        name, unit, route, level, given = cells
        row = {"treatment": name, "date": PROBE_DAY, "dose": str(PROBE_NUMBER), "unit": unit, "route": route}
        draft, is_odd, is_unused = self._ask(self._doses, row | {"level": level, "given": given}, "administrations")
        for treatment, (found, *_) in draft.administrations.items():
            number = self._treatments[treatment]
            levels = level_names(treatment, self._model)
            return Meaning(
                bits=number,
                factor=0 if found.dose is None else found.dose,
                is_odd=is_odd,
                level=-1 if found.level is None else levels.index(found.level),
                route=found.route or "",
                is_given=found.is_given,
                unit=units_held(treatment, self._model).index(found.unit) if found.unit else 0,
            )
        return Meaning(bits=-1, is_odd=is_odd, is_unused=is_unused)

    def _ask(
        self,
        reader: EventRows | ReadingRows | MedicationRows | VisitRows | AdministrationRows,
        cells: dict[str, str],
        table: str,
    ) -> tuple[Draft, bool, bool]:
        self._notes.problems.clear()
        self._notes.unused.clear()
        draft = Draft("probe", Origin("participants", 1))
        row = [cells.get(column, "") for column in self._places[table]]
        reader.read(draft, [(1, row)])
        is_odd = bool(self._notes.problems) or bool(draft.open_histories)
        return draft, is_odd, bool(self._notes.unused)


def distinct(rows: Iterable[Sequence[str | None]]) -> list[tuple[str, ...]]:
    """Rows of cells as texts."""
    return [tuple(cell or "" for cell in row) for row in rows]
