"""Data of a participant that cannot both be right: acts after death, or after a discontinuation; a dose and its level.

None of it departs from the plan. Which of the two is the mistake only the site can say.
"""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Literal, TypeAlias, get_args

from attrs import evolve

from protocol_dsl.base.days import Days, say_days
from protocol_dsl.base.numbers import write_number
from protocol_dsl.base.values import frozen
from protocol_dsl.interpret.acts import by_version
from protocol_dsl.interpret.deviations.judged import About, Found, Judged, query
from protocol_dsl.interpret.dosing import allowed, as_written_in, day_of, in_unit, written
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.participation import earliest
from protocol_dsl.interpret.points import resolve
from protocol_dsl.interpret.reasons import administration_fact, event_fact, medication_fact, reading_fact
from protocol_dsl.interpret.schedule import visit_fact
from protocol_dsl.model.deviation_codes import AFTER_DEATH, AFTER_DISCONTINUATION, OTHER_LEVEL
from protocol_dsl.model.points import Point
from protocol_dsl.model.records import FIRST_DAY, Administration, VisitRow
from protocol_dsl.model.results import Fact
from protocol_dsl.model.schedule import Treatment
from protocol_dsl.model.study import versions_of

DEATH = "death"
Act: TypeAlias = Literal["visit", "administration", "course of treatment", "reading", "event", "medication"]
ACTS: tuple[Act, ...] = get_args(Act)
"""What may lie after a day, in the order in which it is told."""


@frozen(kw_only=True)
class Later:
    """A row that lies after some day, or of which the end does (``is_end``); an event by its ``name``."""

    act: Act
    days: Days
    fact: Fact
    name: str = ""
    is_end: bool = False

    @property
    def kind(self) -> tuple[int, bool, str]:
        """What is counted as one kind; kinds are told in this order."""
        return ACTS.index(self.act), self.is_end, self.name


# ------------------------------------------------------------------------------------- after death
def after_death(judged: Judged) -> Iterator[Found]:
    """One query for all that is certainly later than the last day on which the participant may have died.

    Where two days of death are written the point is unknown, and nothing is after it.
    """
    death = dated(resolve(Point(DEATH), judged.facts))
    found = () if death is None else tuple(acts_after(death, judged))
    if death is not None and found:
        evidence = (*map(event_fact, judged.facts.events(DEATH)), *(each.fact for each in found))
        about = About(rule=DEATH, date=first_of(found), facts=evidence)
        yield query(judged, AFTER_DEATH, about, f"after death ({say_days(death)}) the data hold {listed(found)}")


def acts_after(death: Days, judged: Judged) -> Iterator[Later]:
    """All that was done, read or begun after death.

    What was not held, given or done, or may not have been, is nothing. Nor is a medication of which the end alone lies
    later: it is often written down by those who do not know of the death.
    """
    record = judged.facts.record
    for visit in record.visits:
        if visit.status in {"held", "early termination"}:
            yield from visit_after(death, visit)
    for dose in chain.from_iterable(record.administrations.values()):
        if dose.is_given:
            yield from dose_after(death, dose)
    for reading in chain.from_iterable(record.readings.values()):
        if reading.value is not None and reading.first > death.last:
            yield Later(act="reading", days=Days(reading.first, reading.last), fact=reading_fact(reading))
    for event in chain.from_iterable(record.events.values()):
        if event.first > death.last:
            yield Later(act="event", days=Days(event.first, event.last), fact=event_fact(event), name=event.name)
    for medication in record.medications:
        if medication.start.first > death.last:
            yield Later(act="medication", days=medication.start, fact=medication_fact(medication))


def dated(days: Days | None) -> Days | None:
    """The days, unless they are any up to the cut-off, which may be no more than the latest day in the data."""
    return None if days is None or days.first <= FIRST_DAY else days


def visit_after(day: Days, row: VisitRow) -> Iterator[Later]:
    """A visit that certainly began after a day, or lasted until after it."""
    if row.first > day.last:
        yield Later(act="visit", days=Days(row.first, row.last), fact=visit_fact(row))
    elif row.end is not None and row.end.first > day.last:
        yield Later(act="visit", days=row.end, fact=visit_fact(row), is_end=True)


def dose_after(day: Days, row: Administration) -> Iterator[Later]:
    """An administration that certainly began after a day, or went on until after it."""
    if row.first > day.last:
        yield Later(act="administration", days=day_of(row), fact=administration_fact(row))
    elif row.end is not None and row.end.first > day.last:
        yield Later(act="course of treatment", days=row.end, fact=administration_fact(row), is_end=True)


def listed(found: Iterable[Later]) -> str:
    """``2 visits (the first on 2004-08-09), 1 course of treatment (until 2004-08-15), 1 event withdrawal (...)``."""
    kinds: dict[tuple[int, bool, str], list[Later]] = {}
    for each in sorted(found, key=lambda item: item.kind):
        kinds.setdefault(each.kind, []).append(each)
    return ", ".join(map(counted, kinds.values()))


def counted(found: list[Later]) -> str:
    """``2 visits (the first on 2004-08-09)``."""
    one, count = found[0], len(found)
    head, of, rest = one.act.partition(" of ")
    noun = f"{head}{'' if count == 1 else 's'}{of}{rest} {one.name}".strip()
    when = f"{'until' if one.is_end else 'on'} {say_days(first_of(found))}"
    return f"{count} {noun} ({when})" if count == 1 else f"{count} {noun} (the first {when})"


def first_of(found: Iterable[Later]) -> Days:
    """The earliest of some days."""
    return min((each.days for each in found), key=lambda days: (days.first, days.last))


# ------------------------------------------------------------------------------- what was given
def of_doses(judged: Judged) -> Iterator[Found]:
    """What was given of each treatment, against its discontinuation and the levels that it is recorded as."""
    for treatment in judged.model.treatments:
        rows = judged.given(treatment.name)
        about = About(rule=treatment.name, treatment=treatment.name, place=treatment.place)
        yield from after_discontinuation(judged, about, rows)
        yield from other_levels(judged, about, list(contradictions(treatment, rows, judged.facts)))


def after_discontinuation(judged: Judged, about: About, rows: tuple[Administration, ...]) -> Iterator[Found]:
    """One query for all that was certainly given after the last day on which a treatment may have been discontinued.

    A discontinuation that names no treatment may be of another.
    """
    name = about.subject
    own = [event for event in judged.facts.events("discontinuation") if event.related_to == name]
    stopped = dated(earliest([Days(event.first, event.last) for event in own]))
    found = () if stopped is None else tuple(chain.from_iterable(dose_after(stopped, row) for row in rows))
    if stopped is not None and found:
        evidence = (*map(event_fact, own), *(each.fact for each in found))
        message = f"after {name} was discontinued ({say_days(stopped)}) the data hold {listed(found)}"
        yield query(judged, AFTER_DISCONTINUATION, evolve(about, date=first_of(found), facts=evidence), message)


def other_levels(judged: Judged, about: About, found: list[tuple[Administration, str]]) -> Iterator[Found]:
    """One query for all rows that name a level and tell another amount, each with words for it.

    It is the amount that is judged; the level may be right all the same.
    """
    if found:
        # Rows of one day come in any order.
        ordered = sorted(found, key=lambda item: (item[0].first, item[0].last, item[1]))
        facts = tuple(administration_fact(row) for row, _ in ordered)
        message = f"{about.subject}: {', '.join(dict.fromkeys(words for _, words in ordered))}"
        yield query(judged, OTHER_LEVEL, evolve(about, date=day_of(ordered[0][0]), facts=facts), message)


def contradictions(
    treatment: Treatment, rows: tuple[Administration, ...], facts: Facts
) -> Iterator[tuple[Administration, str]]:
    """The rows that name a level and tell another amount, by every version that may be in force on their days."""
    for versions, some in by_version(treatment, rows, facts):
        for row in some:
            found = [level_amounts(version, row, facts) for version in versions]
            if all(found):
                amounts = " or ".join(dict.fromkeys(words for each in found for words in each))
                yield row, f"{written(row)} is recorded as level {row.level}, which is {amounts}"


def level_amounts(version: Treatment, row: Administration, facts: Facts) -> tuple[str, ...]:
    """What the level of a row comes to where its dose is another planned amount; nothing where it is not.

    What is no planned amount at all is told as another dose. A level that this version does not have is one of another.
    """
    (dose,) = as_written_in(version, (row,), facts)
    if row.level is None or dose.dose is None or dose.unit != version.unit or is_unplanned(dose, version):
        return ()
    others = versions_of(version.name, facts.protocol)
    called = [level for level in version.levels if level.is_called(row.level)]
    called = called or [level for each in others for level in each.levels if level.is_called(row.level)]
    amounts = dict.fromkeys(in_unit(level, version.unit) for level in called)
    if dose.dose in amounts:
        return ()
    return tuple(f"{write_number(amount)} {version.unit}" for amount in amounts if amount is not None)


def is_unplanned(dose: Administration, version: Treatment) -> bool:
    """Whether a dose is told to be none of the planned amounts."""
    return version.dose is not None and dose.dose not in allowed(version, None)
