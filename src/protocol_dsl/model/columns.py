"""How columns hold a study's facts: what readers write into them and the column engine reads.

One row a fact; names as bits, days as dates, values as whole numbers. A row is ``odd`` where it holds what columns do
not judge (a cell that cannot be used, a reading of a partial date): whoever has one is judged by the interpreter. Every
other row is one that both engines understand alike.

| table | columns |
|---|---|
| ``people`` | participant, site, site_folded, arm, birth_first, birth_last, choice_NAME, low_NAME, high_NAME, odd |
| ``event_rows`` | participant, what (bits), first_day, last_day, odd |
| ``reading_rows`` | participant, measure (number), day, low, high (both null: empty), normal_low, normal_high, odd |
| ``medication_rows`` | participant, drugs (bits), start_first, start_last, end_first, end_last, odd |
| ``visit_rows`` | participant, odd; for ``check`` also visit (number; -1: none), DAYS, is_held, is_ended, label |
| ``held_rows`` | participant, visit (number; -1: not planned), day, is_ended, is_open |
| ``labelled_rows`` | participant, measure (number), visit (number; -1 no label, -2 another), day, is_recorded |
| ``dose_rows`` | participant, treatment, DAYS, end_day, cycle, amount, unit, times, level, route, is_given, odd |

The ``treatment``, ``unit`` and ``level`` of doses are numbers. ``DAYS`` of visits and doses are day (null where it is
not certain), first_day, last_day, end_first and end_last, and is_open: whether they leave open what was planned. Doses
have ``goes_on`` too: whether the end is after the cut-off, which then stands in its place.

``reading_rows`` have a column ``visit`` too, as ``labelled_rows`` have it, where a rule asks for readings at visits;
and ``is_timed``, whether a time of day is known, where it is of some. ``medication_rows`` have the name of the ``drug``
for ``check``.
"""

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias

from protocol_dsl.base.numbers import Number
from protocol_dsl.base.values import every, frozen
from protocol_dsl.model.expressions import (
    Change,
    Consecutive,
    EventPattern,
    ExposedTo,
    LimitOfNormal,
    OnDrugs,
    Pick,
    ReadingAt,
)
from protocol_dsl.model.listed import listed_visits
from protocol_dsl.model.patterns import CERTAIN, discontinued, matches
from protocol_dsl.model.records import Event
from protocol_dsl.model.study import StudyModel
from protocol_dsl.model.vocabulary import Ladder, Limit

PEOPLE, EVENTS, READINGS, MEDICATIONS, VISITS, DOSES = (
    "people",
    "event_rows",
    "reading_rows",
    "medication_rows",
    "visit_rows",
    "dose_rows",
)
LABELLED, HELD_ROWS = "labelled_rows", "held_rows"
NO_LABEL, ANOTHER_LABEL, LABEL_BEYOND = -1, -2, -3
"""What stands for the visit of a reading that is labelled with none, and with none that is planned."""
PARTICIPANT, ODD, IS_TIMED = "participant", "odd", "is_timed"

VALUE_BITS = 40
MIDDLE = 1 << (VALUE_BITS - 1)
"""What is added to a value so that it is never negative below a day; a value further from zero makes its row odd."""
ENDLESS = MIDDLE - 1
"""The upper end of a value that has none."""
SCALE = 1_000
"""A value stands in thousandths, doubled: an end that is left out lies one half below or above the end itself."""
DECIMALS = 3
NARROW_BITS, MOST_BITS = 60, 120
"""Names in one whole number of 64 bits, and of 128."""


class NotInColumnsError(Exception):
    """A construct, or a kind of data, that columns do not judge; the message names it in the author's words."""


@frozen
class Layout:
    """Which bit or number each name of the protocol has in the tables."""

    events: tuple[str, ...]
    measures: tuple[str, ...]
    classes: tuple[str, ...]
    patterns: tuple[EventPattern, ...] = ()
    visits: tuple[str, ...] = ()

    def event_bit(self, name: str) -> int:
        """The bit of a milestone, condition or event.

        Raises:
            NotInColumnsError: It is none of them, but made of several.
        """
        if name not in self.events:
            raise NotInColumnsError(f"the day of {name}")
        return 1 << self.events.index(name)

    def pattern_bits(self, pattern: EventPattern) -> tuple[int, int]:
        """The bits of rows that certainly are such events, and of those that may be.

        A row of which a category, a grade or a cause is asked has two bits of its own for each question.
        """
        if pattern not in self.patterns:
            bit = self.event_bit(pattern.name)
            return bit, bit
        place = len(self.events) + 2 * self.patterns.index(pattern)
        return 1 << place, 1 << (place + 1)

    def meant(self, event: Event) -> int:
        """All bits of a row of ``events``."""
        found = self.event_bit(event.name)
        for pattern in self.patterns:
            if pattern.name == event.name:
                certain, perhaps = self.pattern_bits(pattern)
                truth = matches(pattern, event)
                found |= (certain if truth == CERTAIN else 0) | (perhaps if truth else 0)
        return found

    def bits_of(self, table: str) -> int:
        """How many bits a row of a table of the data has, at least one."""
        bits = {"events": len(self.events) + 2 * len(self.patterns), "medications": len(self.classes)}
        return max(bits.get(table, 0), 1)

    def kind_of_bits(self, table: str) -> str:
        """The kind of whole number that holds the bits of a row of a table of the data."""
        return "bigint" if self.bits_of(table) <= NARROW_BITS else "int128"

    def class_bit(self, name: str) -> int:
        """The bit of a class of drugs."""
        return 1 << self.classes.index(name)

    def measure_number(self, name: str) -> int:
        """The number of a measure."""
        return self.measures.index(name)

    def visit_number(self, name: str) -> int:
        """The number of a planned visit."""
        return self.visits.index(name)


def layout_of(model: StudyModel) -> Layout:
    """The layout for a protocol.

    Raises:
        NotInColumnsError: It has more names than a whole number has bits.
    """
    vocabulary = model.vocabulary
    names = [one.name for one in vocabulary.milestones]
    names += [one.name for one in vocabulary.conditions]
    names += [one.name for one in vocabulary.events]
    found = Layout(
        events=tuple(dict.fromkeys(names)),
        measures=tuple(one.name for one in vocabulary.measures),
        classes=tuple(one.name for one in vocabulary.classes),
        visits=tuple(one.name for one in listed_visits(model)),
        patterns=tuple(dict.fromkeys((*questions_asked(model), *(discontinued(one.name) for one in model.treatments)))),
    )
    events = len(found.events) + 2 * len(found.patterns)
    for bits, what in ((events, "milestones, conditions and events"), (len(found.classes), "classes of drugs")):
        if bits > MOST_BITS:
            raise NotInColumnsError(f"more than {MOST_BITS} {what}")
    return found


def asks_of_any_medication(model: StudyModel) -> bool:
    """Whether a medication of any name proves that the history is complete: no clause says so, and a rule depends."""
    studies = [version.study for version in model.versions] or [model]
    return any(
        True
        for study in studies
        if all(history.of != "medications" for history in study.vocabulary.histories)
        for kind in (ExposedTo, OnDrugs)
        for _ in every(kind, (study.criteria, study.deviations, study.treatments, study.visits))
    )


def questions_asked(model: StudyModel) -> Iterator[EventPattern]:
    """The events of which rules ask more than the name."""
    return (one for one in asked_patterns(model) if one != EventPattern(one.name))


def asked_patterns(model: StudyModel) -> Iterator[EventPattern]:
    """The events that rules, anchors and plans ask for, in every version."""
    for study in (model, *(version.study for version in model.versions)):
        yield from every(
            EventPattern, (study.criteria, study.anchors, study.deviations, study.treatments, study.visits)
        )


@frozen
class ReadingsAsked:
    """What rules ask of readings: the visits that they belong to; of measures with the numbers ``unread`` no value."""

    of_visits: bool = False
    unread: tuple[int, ...] = ()


def readings_asked(model: StudyModel, *, has_questions: bool) -> ReadingsAsked:
    """What rules ask of readings; ``has_questions``: and whether their values can be right."""
    names = measures_named(model)
    names |= {one.measure for one in every(Ladder, model) if one.name in names}
    unread = tuple(
        place
        for place, one in enumerate(model.vocabulary.measures)
        if one.name not in names and not (has_questions and one.plausible is not None)
    )
    return ReadingsAsked(of_visits=bool(visits_asked(model)), unread=unread)


Reads: TypeAlias = Pick | Consecutive | ReadingAt | Change | LimitOfNormal


def measures_named(within: object) -> frozenset[str]:
    """The measures and ladders whose readings a rule, or several, read."""
    kinds: tuple[type[Reads], ...] = (Pick, Consecutive, ReadingAt, Change, LimitOfNormal)
    return frozenset(one.measure for one in every(kinds, within))


# Each table that is looked through asks for them again.
@lru_cache(maxsize=64)
def visits_asked(model: StudyModel) -> frozenset[str]:
    """The visits at which a rule reads something, or on whose reading a ladder hangs, in every version."""
    studies = (model, *(version.study for version in model.versions))
    return visits_named(tuple((one.criteria, one.deviations, one.vocabulary.ladders) for one in studies))


def visits_named(within: object) -> frozenset[str]:
    """The visits at which rules read something, or on whose reading ladders hang."""
    found = {one.visit for one in every(ReadingAt, within)} | {one.visit for one in every(Limit, within)}
    found |= {name for one in every(Change, within) for name in (one.start, one.end)}
    return frozenset(found - {""})


def scaled(value: Number) -> int:
    """A number of the protocol as values stand in the tables.

    Raises:
        NotInColumnsError: It has more decimals, or is too large.
    """
    if not is_whole(value):
        raise NotInColumnsError(f"the number {value}")
    return int(Fraction(value) * 2 * SCALE)


def is_whole(value: Number) -> bool:
    """Whether a number of the protocol is one that values in the tables may be."""
    found = Fraction(value) * SCALE
    return found.denominator == 1 and abs(found.numerator) * 2 < ENDLESS


def choice_number(place: int) -> int:
    """The value of a reading that is a word: the place of the word among the choices of its measure."""
    return place * 2 * SCALE
