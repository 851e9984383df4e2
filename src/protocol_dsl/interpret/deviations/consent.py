"""Anything done before consent."""

from collections.abc import Iterator
from itertools import chain
from typing import TypeAlias, assert_never

from protocol_dsl.base.days import Days, say_days
from protocol_dsl.base.values import frozen
from protocol_dsl.interpret.deviations.judged import About, Found, Judged, deviation, query
from protocol_dsl.interpret.facts import FAR
from protocol_dsl.interpret.points import resolve
from protocol_dsl.interpret.reasons import administration_fact, event_fact, reading_fact
from protocol_dsl.interpret.schedule import visit_fact
from protocol_dsl.model.deviation_codes import BEFORE_CONSENT, CONSENT_UNKNOWN
from protocol_dsl.model.points import Point
from protocol_dsl.model.records import Administration, Event, Reading, VisitRow
from protocol_dsl.model.results import Fact

Row: TypeAlias = Reading | Administration | VisitRow | Event


@frozen(kw_only=True)
class Act:
    """Something done to a participant; not for certain, where the data do not say whether it was."""

    name: str
    days: Days
    row: Row
    visit: str | None = None
    is_certain: bool = True


def derive(judged: Judged) -> Iterator[Found]:
    """Acts dated before the first consent, one deviation a day; one query where dates leave it open.

    Acts are readings that the data file under a visit, administrations, visits other than consent itself, and
    randomization; a reading without a visit may be of routine care, which is what a look-back is for. Where no consent
    is recorded, any act but randomization by itself is one query.
    """
    consent = resolve(Point("consent"), judged.facts)
    limit = FAR if consent is None else consent.last
    early = [act for act in acts(judged) if act.days.first < limit]
    found = sorted(early, key=lambda act: (act.days.first, act.days.last, act.visit is None, act.name))
    if consent is None:
        procedures = [act for act in found if act.is_certain and not isinstance(act.row, Event)]
        if procedures:
            about = About(rule="consent", date=procedures[0].days)
            yield query(judged, CONSENT_UNKNOWN, about, "no consent is recorded, and procedures are")
        return
    before = [act for act in found if act.is_certain and act.days.last < consent.first]
    for day in dict.fromkeys(act.days for act in before):
        yield done_before(judged, [act for act in before if act.days == day], consent)
    perhaps = [act for act in found if not (act.is_certain and act.days.last < consent.first)]
    if perhaps:
        message = f"{named(perhaps)}: may have been before consent ({say_days(consent)})"
        facts = tuple(fact_of(act.row) for act in perhaps)
        yield query(judged, CONSENT_UNKNOWN, About(rule="consent", date=perhaps[0].days, facts=facts), message)


def done_before(judged: Judged, found: list[Act], consent: Days) -> Found:
    """The acts of one day before consent."""
    first = found[0]
    days = consent.first - first.days.last
    when = f"{days} day{'' if days == 1 else 's'} before consent ({say_days(consent)})"
    if not (consent.is_known and first.days.is_known):
        when = f"before consent ({say_days(consent)})"
    dose = first.row if isinstance(first.row, Administration) else None
    about = About(
        rule=None if first.visit else first.name,
        visit=first.visit,
        treatment=None if dose is None else dose.treatment,
        cycle=None if dose is None else dose.cycle,
        date=first.days,
        facts=tuple(fact_of(act.row) for act in found),
    )
    return deviation(judged, BEFORE_CONSENT, about, f"{named(found)}: {when}", actual=first.days)


def named(found: list[Act]) -> str:
    """The names of some acts, each once."""
    return ", ".join(dict.fromkeys(act.name for act in found))


def acts(judged: Judged) -> Iterator[Act]:
    """Everything done to the participant that has a day."""
    record = judged.facts.record
    for reading in chain.from_iterable(record.readings.values()):
        if reading.value is not None and reading.visit is not None:
            yield Act(name=reading.measure, days=Days(reading.first, reading.last), row=reading)
    for dose in chain.from_iterable(record.administrations.values()):
        if dose.is_given or dose.is_in_doubt:
            days = Days(dose.first, dose.last)
            yield Act(name=dose.treatment, days=days, row=dose, is_certain=not dose.is_in_doubt)
    for row in record.visits:
        if row.status != "not held" and not is_consent(row, judged):
            name = f"visit {row.label}".strip()
            days, is_certain = Days(row.first, row.last), row.status != "not known"
            yield Act(name=name, days=days, row=row, visit=row.label or None, is_certain=is_certain)
    for event in judged.facts.events("randomization"):
        yield Act(name="randomization", days=Days(event.first, event.last), row=event)


def fact_of(row: Row) -> Fact:
    """A row as evidence."""
    match row:
        case Reading():
            return reading_fact(row)
        case Administration():
            return administration_fact(row)
        case VisitRow():
            return visit_fact(row)
        case Event():
            return event_fact(row)
        case _:
            assert_never(row)


def is_consent(row: VisitRow, judged: Judged) -> bool:
    """Whether the visit is that of consent itself."""
    if (row.visit or row.label).casefold() == "consent":
        return True
    planned = (item.visit for item in judged.visits)
    return any(visit.name == row.visit and visit.point == Point("consent") for visit in planned)
