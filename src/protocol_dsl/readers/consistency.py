"""What one participant's facts say against each other: dates that cannot all be right."""

from typing import TypeVar

from attrs import evolve

from protocol_dsl.base.days import Days, write_days
from protocol_dsl.model.records import FIRST_DAY, Event, Reading, agreed_day
from protocol_dsl.readers.cells import DayCells
from protocol_dsl.readers.drafts import Draft
from protocol_dsl.readers.notes import Notes

Dated = TypeVar("Dated", Event, Reading)

ONCE = ("randomization", "death", "withdrawal")
"""Milestones that happen on one day."""

AFTER_BIRTH = ("consent", "screening", "randomization", "first_dose")
"""Milestones that outweigh a birth date: when they lie before it, the birth date is the mistake."""


def check_draft(draft: Draft, days: DayCells, notes: Notes) -> None:
    """Note contradictions of a participant and set aside the cells that cannot be right."""
    for name in ONCE:
        _one_day(draft, name, notes)
    if draft.birth is None:
        return
    for name in AFTER_BIRTH:
        if any(event.last < draft.birth.first for event in draft.events.get(name, ())):
            words = f"the birth date lies after the participant's {name}"
            notes.problem(
                "participants",
                draft.origin.row,
                "birth_date",
                draft.birth_written,
                words,
                participant=draft.participant,
            )
            draft.birth = None
            return
    for event_name, events in draft.events.items():
        draft.events[event_name] = [_born(draft, event, days, notes) for event in events]
    for measure, readings in draft.readings.items():
        draft.readings[measure] = [_born(draft, reading, days, notes) for reading in readings]


def _one_day(draft: Draft, name: str, notes: Notes) -> None:
    events = draft.events.get(name, [])
    if len(events) < 2 or agreed_day(tuple(events)) is not None:  # noqa: PLR2004 - two may contradict each other
        return
    ordered = sorted(events, key=lambda event: (event.first, event.last, event.origin.row or 0))
    words = f"the participant has another {name}, on another day, so that the day is unknown"
    for event in ordered[1:]:
        notes.problem("events", event.origin.row, "date", event.written, words, participant=draft.participant)


def _born(draft: Draft, fact: Dated, days: DayCells, notes: Notes) -> Dated:
    birth = draft.birth
    if birth is None or fact.last >= birth.first:
        return fact
    table, written = fact.origin.table, write_days(Days(fact.first, fact.last))
    words = "the date lies before the participant's birth"
    notes.problem(table, fact.origin.row, "date", written, words, participant=draft.participant)
    return evolve(fact, first=FIRST_DAY, last=days.last)
