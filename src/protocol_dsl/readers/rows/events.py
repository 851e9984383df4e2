"""Rows of ``events``: milestones, conditions, events."""

from collections.abc import Mapping

from attrs import frozen

from protocol_dsl.model.records import Event, Origin
from protocol_dsl.model.study import StudyModel
from protocol_dsl.model.vocabulary import Category, EventKind
from protocol_dsl.readers.cells import DayCells, Remembered, Value, whole_number
from protocol_dsl.readers.drafts import Draft, Rows
from protocol_dsl.readers.names import Names, Near, fold
from protocol_dsl.readers.notes import Notes
from protocol_dsl.readers.streams import Row

NO_NAME = "the row has no name and no code"


@frozen
class Called:
    """What an event's name or code means; a code may tell the category too."""

    name: str
    category: str | None = None


class EventRows:
    """Reads ``events``."""

    def __init__(self, model: StudyModel, places: Mapping[str, int], width: int, days: DayCells, notes: Notes) -> None:
        """Know the milestones, conditions and events of ``model``."""
        self._rows = Rows("events", places, width, days, notes)
        vocabulary = model.vocabulary
        self._names: Names[Called] = Names()
        self._kinds = {kind.name: kind for kind in vocabulary.events}
        self._counting = {kind.name for kind in vocabulary.events} | {one.name for one in vocabulary.conditions}
        self._categories = {kind.name: _categories(kind) for kind in vocabulary.events}
        for milestone in vocabulary.milestones:
            self._names.add(Called(milestone.name), milestone.name, milestone.title, milestone.codes)
        for condition in vocabulary.conditions:
            self._names.add(Called(condition.name), condition.name, condition.title, condition.codes)
        for kind in vocabulary.events:
            self._names.add(Called(kind.name), kind.name, kind.title, kind.codes)
            for category in kind.categories:
                self._names.add(Called(kind.name, category.name), "", "", category.codes)
        self._treatments: Names[str] = Names()
        for treatment in model.treatments:
            self._treatments.add(treatment.name, treatment.name, treatment.title, treatment.codes)
        self._whole = Remembered(whole_number)

    def read(self, draft: Draft, rows: list[Row]) -> None:
        """Add the events of a participant to ``draft``."""
        seen: set[tuple[str, ...]] = set()
        for number, cells, known, day in self._rows.current(rows):
            _, name, date, end_date, code, category, grade, related_to = known
            found = self._names.find(name, code)
            if not isinstance(found, Called):
                self._unnamed(draft, number, name, code, found)
                continue
            if self._rows.is_repeated(draft, number, cells, seen):
                continue
            if day.problem:
                self._rows.problem(draft, number, "date", date, day.problem)
            end, problem = self._rows.days.end(end_date, day)
            if problem:
                self._rows.problem(draft, number, "end_date", end_date, problem)
            event = Event(
                name=found.name,
                first=day.first,
                last=day.last,
                end=end,
                category=self._category(draft, number, found, category),
                grade=self._grade(draft, number, found.name, grade),
                related_to=self._related_to(draft, number, related_to),
                written=date.strip(),
                origin=Origin("events", number),
            )
            draft.events.setdefault(found.name, []).append(event)

    def _unnamed(self, draft: Draft, number: int | None, name: str, code: str, found: Near | None) -> None:
        if isinstance(found, Near):
            self._rows.problem(draft, number, "event", name, found.words)
            draft.open_histories.update(self._counting.intersection(found.names))
        elif name.strip() or code.strip():
            self._rows.notes.unused["events", name.strip() or code.strip()] += 1
        else:
            self._rows.problem(draft, number, "event", name, NO_NAME)
            draft.open_histories.add("events")

    def _category(self, draft: Draft, number: int | None, called: Called, written: str) -> str | None:
        names = self._categories.get(called.name)
        if not written.strip() or names is None:
            return called.category
        found = names.find(written)
        if isinstance(found, Category):
            return found.name
        if self._kinds[called.name].categories:
            words = found.words if isinstance(found, Near) else f"{called.name} has no such category in the protocol"
            self._rows.problem(draft, number, "category", written, words)
        return called.category

    def _grade(self, draft: Draft, number: int | None, name: str, written: str) -> int | None:
        found: Value = self._whole[written]
        kind = self._kinds.get(name)
        if found.problem:
            self._rows.problem(draft, number, "grade", written, found.problem)
            return None
        if not isinstance(found.value, int):
            return None
        if kind is not None and kind.grades and not kind.grades[0] <= found.value <= kind.grades[1]:
            words = f"{name} has the grades {kind.grades[0]} to {kind.grades[1]}"
            self._rows.problem(draft, number, "grade", written, words)
            return None
        return found.value

    def _related_to(self, draft: Draft, number: int | None, written: str) -> str | None:
        if not written.strip():
            return None
        found = self._treatments.find(written)
        if isinstance(found, Near):
            self._rows.problem(draft, number, "related_to", written, found.words)
            return None
        # Something else than a treatment of the protocol is a cause too, and says that it was none of them.
        return found if found is not None else fold(written)


def _categories(kind: EventKind) -> Names[Category]:
    names: Names[Category] = Names()
    for category in kind.categories:
        names.add(category, category.name, category.title, category.codes)
    return names
