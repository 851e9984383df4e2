"""The scheduling window of a visit: the days on which it is neither early nor late."""

from protocol_dsl.base.days import Days
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.matching import match_visits
from protocol_dsl.interpret.planned_slots import plan_slot
from protocol_dsl.interpret.slots import Slot
from protocol_dsl.model.schedule import Visit


def slot_of(visit: Visit, facts: Facts) -> Slot | None:
    """The planned day and window, or nothing where the anchor, or the visit it hangs on, has no day."""
    if not visit.is_moved:
        return plan_slot(visit, facts)
    matched = match_visits(facts).visits.get(visit.name)
    return None if matched is None else matched.slot


def scheduling_window(visit: Visit, facts: Facts) -> tuple[Days, Days] | None:
    """The first and the last day of the window, both included; nothing where they hang on what has no day."""
    slot = slot_of(visit, facts)
    return None if slot is None else (slot.earliest, slot.latest)
