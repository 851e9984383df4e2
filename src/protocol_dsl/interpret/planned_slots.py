"""The days that the plan alone gives to a visit: its planned day, and the window around it."""

from collections.abc import Mapping
from typing import TypeAlias

from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.plan import is_applicable, plan, planned_visits
from protocol_dsl.interpret.points import resolve
from protocol_dsl.interpret.slots import Slot, any_of, around, within_calendar
from protocol_dsl.model.points import Length, Point, Window
from protocol_dsl.model.schedule import Visit

Slots: TypeAlias = Mapping[str, Slot | None]
"""The slot of each planned visit, by name; nothing where there is no such day."""


def plan_slot(visit: Visit, facts: Facts) -> Slot | None:
    """The slot that the plan alone gives, or nothing where its anchor has no day.

    Where it is open which version of the visit holds, the slot is as wide as they leave it.
    """
    item = plan(facts).get(visit.name)
    versions = (visit,) if item is None else item.versions
    slots = [slot_at(version.point, version.window, facts) for version in versions]
    known = [slot for slot in slots if slot is not None]
    return any_of(known) if known and len(known) == len(slots) else None


def slot_at(point: Point, window: Window, facts: Facts) -> Slot | None:
    """The slot of a planned point; its window is counted from the milestone too, since offsets are never chained."""
    planned = resolve(point, facts)
    if planned is None:
        return None
    if not window.early.months and not window.late.months:
        return around(planned, window)
    earliest, latest = (resolve(offset(point, length), facts) or planned for length in (window.early, window.late))
    return Slot(within_calendar(planned), within_calendar(earliest), within_calendar(latest))


def offset(point: Point, length: Length) -> Point:
    """A point as far from its milestone as the two offsets together."""
    return Point(point.milestone, point.months + length.months, point.days + length.days)


def plan_order(facts: Facts, slots: Slots) -> list[Visit]:
    """The visits of the participant's arm by planned day, those of one day in the order of the text."""
    found = [
        (slot.planned.first, slot.planned.last, number, visit)
        for number, visit in enumerate(planned_visits(facts))
        if (slot := slots[visit.name]) is not None and is_applicable(visit, facts)
    ]
    return [visit for *_, visit in sorted(found, key=lambda item: item[:3])]
