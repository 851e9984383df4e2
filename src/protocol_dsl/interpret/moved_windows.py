"""Windows counted from the previous visit: moved by the days that this was held before or after its own plan."""

from collections.abc import Iterator, Mapping, Sequence

from protocol_dsl.base.days import Days
from protocol_dsl.base.values import frozen
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.participation import participation_end
from protocol_dsl.interpret.plan import is_applicable, is_off, may_be_none, planned_visits, terms_of
from protocol_dsl.interpret.planned_slots import Slots, plan_slot
from protocol_dsl.interpret.slots import MET, NOT_MET, UNKNOWN, Slot, any_of, around, later
from protocol_dsl.model.schedule import Visit

KEY = "previous visits"


@frozen
class Placed:
    """A visit of the participant's arm where the plan alone puts it, the ``number`` of the text.

    ``exists``: whether it is planned, 2 certainly, 1 perhaps, 0 not.
    """

    visit: Visit
    number: int
    slot: Slot
    exists: int


@frozen
class Previous:
    """The visits of which one is the previous one, by their planned days; ``may_be_none``: there may be none."""

    visits: tuple[Visit, ...] = ()
    may_be_none: bool = True


FIRST = Previous()


# --------------------------------------------------------------------------- which is before
def previous_visits(facts: Facts) -> Mapping[str, Previous]:
    """The visit that the participant's plan puts before each whose window is counted from it, by name of this one.

    Several where it is open which it is; worked out once.
    """
    found = facts.memo.get(KEY)
    if not isinstance(found, dict):
        placed = sorted(placed_by_plan(facts), key=lambda item: (item.slot.planned.last, item.number))
        there = [item for item in placed if item.exists != NOT_MET]
        found = {item.visit.name: before(item, there) for item in placed if item.visit.is_moved}
        facts.memo[KEY] = found
    return found


def placed_by_plan(facts: Facts) -> Iterator[Placed]:
    """The visits of the participant's arm that have a planned day, in the order of the text."""
    for number, visit in enumerate(planned_visits(facts)):
        slot = plan_slot(visit, facts) if is_applicable(visit, facts) else None
        if slot is not None:
            yield Placed(visit, number, slot, exists(visit, slot, facts))


def exists(visit: Visit, slot: Slot, facts: Facts) -> int:
    """Whether the participant's plan has a visit: 2 certainly, 1 perhaps, 0 not.

    One in a cycle that never is due is not in the plan. Participation that ended first takes nothing out of the plan:
    what is not due for that may have been held until then.
    """
    terms, end = terms_of(visit, facts), participation_end(facts)
    off = max(is_off(visit, facts), terms.is_off)
    if off == MET and (end is None or later(end, slot.latest) == MET):
        return NOT_MET
    is_open = off == UNKNOWN or may_be_none(visit, facts) or (bool(visit.arms) and facts.record.arm is None)
    return UNKNOWN if is_open else MET


def before(own: Placed, others: Sequence[Placed]) -> Previous:
    """The visit before one among ``others``, which are in the order of their last planned days."""
    found: list[Placed] = []
    nearest: list[Placed] = []
    for other in reversed(others):
        if any(each.slot.planned.first > other.slot.planned.last for each in nearest):
            break
        truth = is_before(other, own)
        if other.number == own.number or truth == NOT_MET:
            continue
        found.append(other)
        if truth == MET and other.exists == MET:
            nearest.append(other)
    possible = [item for item in found if not any(is_before(item, each) == MET for each in nearest)]
    return Previous(tuple(item.visit for item in reversed(possible)), may_be_none=not nearest)


def is_before(one: Placed, other: Placed) -> int:
    """Whether the plan puts one visit before another, those of one day in the order of the text: 2, 1 perhaps, 0 not.

    Two points of one milestone compare by their offsets, whatever is known of the milestone itself.
    """
    this, that = one.visit.point, other.visit.point
    if this.milestone == that.milestone and (this.months - that.months) * (this.days - that.days) >= 0:
        return MET if (this.months, this.days, one.number) < (that.months, that.days, other.number) else NOT_MET
    days, limit = one.slot.planned, other.slot.planned
    is_first = one.number < other.number
    if days.last < limit.first or (is_first and days.last == limit.first):
        return MET
    return UNKNOWN if days.first < limit.last or (is_first and days.first == limit.last) else NOT_MET


# ------------------------------------------------------------------------------- the windows
def hung(previous: Mapping[str, Previous], held: Mapping[str, Days | None], plan: Slots, facts: Facts) -> Slots:
    """The slots with each window that hangs on the previous visit moved by the days it was before or after its plan.

    Both are counted from the plan, so that the distance from the previous actual visit is the planned one. A previous
    visit that was not held leaves the window unknown; the first visit of the plan has none and stays. Where it is open
    which visit is the previous one, the window is as open.

    Args:
        previous: The visits before those whose windows move.
        held: The days on which each visit was held, by name.
        plan: The slots of the plan alone.
        facts: The participant.
    """
    slots = dict(plan)
    for visit in planned_visits(facts):
        found = previous.get(visit.name)
        if found is not None:
            slots[visit.name] = moved_with(visit, found, held, plan)
    return slots


def moved_with(visit: Visit, previous: Previous, held: Mapping[str, Days | None], plan: Slots) -> Slot | None:
    """The slot of one visit, as its previous one was held."""
    slots = [plan[visit.name]] if previous.may_be_none else []
    for each in previous.visits:
        actual = held[each.name]
        slots.append(None if actual is None else around(displaced(each, visit, actual, plan), visit.window))
    known = [slot for slot in slots if slot is not None]
    return any_of(known) if len(known) == len(slots) else None


def displaced(previous: Visit, visit: Visit, actual: Days, plan: Slots) -> Days:
    """The planned day of ``visit``, as far from ``actual`` as the plan puts it from the planned ``previous``."""
    one, other = previous.point, visit.point
    if one.milestone == other.milestone and one.months == other.months:
        gap = other.days - one.days
        return Days(actual.first + gap, actual.last + gap)
    before, own = plan[previous.name], plan[visit.name]
    if before is None or own is None:
        return actual
    return Days(
        actual.first + own.planned.first - before.planned.last, actual.last + own.planned.last - before.planned.first
    )
