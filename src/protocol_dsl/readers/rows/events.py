"""Rows of ``events``: milestones, conditions, events."""

from collections.abc import Mapping

from protocol_dsl.base.values import frozen
from protocol_dsl.model.records import Event, Origin
from protocol_dsl.model.study import StudyModel
from protocol_dsl.model.vocabulary import Category, Coding, Condition, EventKind, Milestone, Vocabulary
from protocol_dsl.readers.cells import DayCells, Remembered, whole_number
from protocol_dsl.readers.doubts import Doubt, doubt_of_code, doubt_of_name, holds_name
from protocol_dsl.readers.drafts import Draft, Rows
from protocol_dsl.readers.names import Names, Near, Within, Words, fold, holds_words, spellings
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
        self._names: Names[tuple[Called, ...]] = Names()
        self._kinds = {kind.name: kind for kind in vocabulary.events}
        counting: tuple[Condition | EventKind, ...] = (*vocabulary.conditions, *vocabulary.events)
        self._counting = frozenset(one.name for one in counting)
        self._categories = {kind.name: _categories(kind) for kind in vocabulary.events}
        self._add_names(vocabulary)
        spelled = spellings(counting)
        self.held = tuple(dict.fromkeys(map(fold, spelled)))
        self._within = Remembered(Within(spelled))
        self._doubts = Remembered(self._doubt)
        self._treatments: Names[str] = Names()
        for treatment in model.treatments:
            self._treatments.add(treatment.name, treatment.name, treatment.title)
            self._treatments.add_codes(treatment.name, treatment.name, treatment.codes)
        self._whole = Remembered(whole_number)

    def _add_names(self, vocabulary: Vocabulary) -> None:
        for one in _declared(vocabulary):
            self._names.add((Called(one.name),), one.name, one.title)
        for coding, meant in _meanings(vocabulary).items():
            self._names.add_codes(meant, " and ".join(one.name for one in meant), [coding])

    @property
    def words(self) -> Words:
        """The names and codes of milestones, conditions and events."""
        return self._names.words

    @property
    def causes(self) -> Words:
        """The names and codes of what an event may be related to."""
        return self._treatments.words

    def categories(self, kind: str) -> Words:
        """The names and codes of the categories of a kind of events."""
        return self._categories[kind].words

    def read(self, draft: Draft, rows: list[Row]) -> None:
        """Add the events of a participant to ``draft``."""
        seen: set[tuple[str, ...]] = set()
        for number, cells, known, day in self._rows.current(rows):
            _, name, date, end_date, code, category, grade, related_to = known
            found = self._names.find(name, code)
            if not isinstance(found, tuple):
                self._unnamed(draft, number, name, code, found)
                continue
            if self._rows.is_repeated(draft, number, cells, seen):
                continue
            self._rows.doubt(draft, number, name, code, self._doubts[name, code])
            if day.problem:
                self._rows.problem(draft, number, "date", date, day.problem)
            end = self._rows.days.end(end_date, day)
            if end.problem:
                self._rows.problem(draft, number, "end_date", end_date, end.problem)
            grade_found = self._grade(draft, number, found, grade)
            cause = self._related_to(draft, number, related_to)
            for called in found:
                event = Event(
                    name=called.name,
                    first=day.first,
                    last=day.last,
                    end=end.days,
                    category=self._category(draft, number, called, category, name, code),
                    grade=grade_found,
                    related_to=cause,
                    written=date.strip(),
                    origin=Origin("events", number),
                )
                draft.events.setdefault(called.name, []).append(event)

    def _unnamed(self, draft: Draft, number: int | None, name: str, code: str, found: Near | None) -> None:
        if isinstance(found, Near):
            self._rows.problem(draft, number, "event", name, found.words)
            draft.open_histories.update(self._counting.intersection(found.names))
        elif held := self._within[name]:
            self._rows.problem(draft, number, "event", name, holds_words(held))
            draft.open_histories.update(held)
        elif name.strip() or code.strip():
            self._rows.notes.unused["events", name.strip() or code.strip()] += 1
        else:
            self._rows.problem(draft, number, "event", name, NO_NAME)
            draft.open_histories.add("events")

    def _doubt(self, cells: tuple[str, str]) -> Doubt | None:
        name, code = cells
        claimed = self._names.called(code)
        meant = {called.name for one in claimed.values() for called in one}
        if not name.strip() or not meant:
            return None
        named = self._names.find(name)
        if isinstance(named, tuple):
            own = tuple(called.name for called in named)
            return doubt_of_code(claimed, own, self._counting & meant) if meant.isdisjoint(own) else None
        if isinstance(named, Near):
            is_told = not meant.isdisjoint(named.names)
            return None if is_told else doubt_of_name(named.words, claimed, self._counting.intersection(named.names))
        others = tuple(one for one in self._within[name] if one not in meant)
        return doubt_of_name(holds_name(others), claimed, others) if others else None

    def _category(  # noqa: PLR0913, PLR0917 - the cells that may tell it
        self, draft: Draft, number: int | None, called: Called, written: str, name: str, code: str
    ) -> str | None:
        names = self._categories.get(called.name)
        if names is None:
            return None
        of_code = self._category_of(called.name, code)
        by_code = called.category or of_code
        if not written.strip():
            return by_code
        found = names.find(written)
        if isinstance(found, Category):
            if by_code not in {None, found.name}:
                column, cell = ("code", code) if by_code == of_code else ("event", name)
                words = f"this is a code of the category {by_code} of {called.name}, and the row has {found.name}"
                self._rows.problem(draft, number, column, cell, f"{words}; the category in the row is taken")
                draft.open_histories.add(called.name)
            return found.name
        if self._kinds[called.name].categories:
            words = found.words if isinstance(found, Near) else f"{called.name} has no such category in the protocol"
            self._rows.problem(draft, number, "category", written, words)
        return by_code

    def _category_of(self, name: str, code: str) -> str | None:
        found = self._names.find("", code)
        meant = found if isinstance(found, tuple) else ()
        return next((called.category for called in meant if called.name == name), None)

    def _grade(self, draft: Draft, number: int | None, found: tuple[Called, ...], written: str) -> int | None:
        grade = self._whole[written]
        if grade.problem:
            self._rows.problem(draft, number, "grade", written, grade.problem)
        if not isinstance(grade.value, int):
            return None
        for called in found:
            kind = self._kinds.get(called.name)
            if kind is not None and kind.grades and not kind.grades[0] <= grade.value <= kind.grades[1]:
                words = f"{called.name} has the grades {kind.grades[0]} to {kind.grades[1]}"
                self._rows.problem(draft, number, "grade", written, words)
                return None
        return grade.value

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
        names.add(category, category.name, category.title)
        names.add_codes(category, category.name, category.codes)
    return names


def _declared(vocabulary: Vocabulary) -> tuple[Milestone | Condition | EventKind, ...]:
    return (*vocabulary.milestones, *vocabulary.conditions, *vocabulary.events)


def _meanings(vocabulary: Vocabulary) -> Mapping[Coding, tuple[Called, ...]]:
    """What each code says: a condition and an event at once where both list it; no category where two do."""
    found: dict[Coding, dict[str, list[str]]] = {}
    for one in _declared(vocabulary):
        for coding in one.codes:
            found.setdefault(_plain(coding), {}).setdefault(one.name, [])
    for kind in vocabulary.events:
        for category in kind.categories:
            for coding in category.codes:
                found.setdefault(_plain(coding), {}).setdefault(kind.name, []).append(category.name)
    return {
        coding: tuple(Called(name, listed[0] if len(listed) == 1 else None) for name, listed in names.items())
        for coding, names in found.items()
    }


def _plain(coding: Coding) -> Coding:
    return Coding(fold(coding.system), fold(coding.code))
