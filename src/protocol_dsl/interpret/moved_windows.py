"""Windows counted from the previous visit: moved by the days that this was held before or after its own plan."""

from collections.abc import Iterator, Mapping, Sequence

from protocol_dsl.base.days import Days
from protocol_dsl.base.values import frozen
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.participation import participation_end
from protocol_dsl.interpret.plan import is_applicable, is_off, may_be_none, plan, terms_of
from protocol_dsl.interpret.planned_slots import Slots, plan_slot
from protocol_dsl.interpret.slots import MET, NOT_MET, UNKNOWN, Slot, any_of, around, later
from protocol_dsl.model.points import Length, Point
from protocol_dsl.model.schedule import Visit

KEY = "previous visits"


@frozen
class Placed:
    """A visit of the participant's arm where the plan alone puts it, the ``number`` of the text.

    ``point`` is what its day is counted from; nothing where versions of the protocol differ in it and any may hold.
    ``exists``: whether it is planned, 2 certainly, 1 perhaps, 0 not.
    """

    visit: Visit
    number: int
    slot: Slot
    point: Point | None
    exists: int


@frozen
class Previous:
    """A visit and those of which one is planned before it, by planned day; ``may_be_first``: there may be none."""

    visit: Placed
    before: tuple[Placed, ...]
    may_be_first: bool


# --------------------------------------------------------------------------- which is before
def previous_visits(facts: Facts) -> Mapping[str, Previous]:
    """The visit that the participant's plan puts before each whose window is counted from it, by name of this one.

    Several where it is open which it is; worked out once.
    """
    found = facts.memo.get(KEY)
    if not isinstance(found, dict):
        placed = sorted(placed_by_plan(facts), key=lambda item: (item.slot.planned.last, item.number))
        there = [item for item in placed if item.exists != NOT_MET]
        found = {item.visit.name: previous_of(item, there) for item in placed if item.visit.is_moved}
        facts.memo[KEY] = found
    return found


def placed_by_plan(facts: Facts) -> Iterator[Placed]:
    """The visits of the participant's arm that have a planned day, in the order of the text."""
    for number, item in enumerate(plan(facts).values()):
        visit = item.visit
        slot = plan_slot(visit, facts) if is_applicable(visit, facts) else None
        if slot is not None:
            are_alike = all(version.point == visit.point for version in item.versions)
            yield Placed(visit, number, slot, visit.point if are_alike else None, exists(visit, slot, facts))


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


def previous_of(own: Placed, others: Sequence[Placed]) -> Previous:
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
    return Previous(own, tuple(reversed(possible)), may_be_first=not nearest)


def is_before(one: Placed, other: Placed) -> int:
    """Whether the plan puts one visit before another, those of one day in the order of the text: 2, 1 perhaps, 0 not.

    Two points of one milestone compare by their offsets, whatever is known of the milestone itself.
    """
    gap = apart(one, other)
    if gap is not None and gap.months * gap.days >= 0:
        return MET if (0, 0, one.number) < (gap.months, gap.days, other.number) else NOT_MET
    days, limit = one.slot.planned, other.slot.planned
    is_first = one.number < other.number
    if days.last < limit.first or (is_first and days.last == limit.first):
        return MET
    return UNKNOWN if days.first < limit.last or (is_first and days.first == limit.last) else NOT_MET


def apart(one: Placed, other: Placed) -> Length | None:
    """How far after one visit another is planned, if both count from one milestone."""
    this, that = one.point, other.point
    if this is None or that is None or this.milestone != that.milestone:
        return None
    return Length(that.months - this.months, that.days - this.days)


# ------------------------------------------------------------------------------- the windows
def hung(previous: Mapping[str, Previous], held: Mapping[str, Days | None], plan: Slots) -> Slots:
    """The slots with each window that hangs on the previous visit moved by the days it was before or after its plan.

    Both are counted from the plan, so that the distance from the previous actual visit is the planned one. A previous
    visit that was not held leaves the window unknown; the first visit of the plan has none and stays. Where it is open
    which visit is the previous one, the window is as open.

    Args:
        previous: The visits before those whose windows move.
        held: The days on which each visit was held, by name.
        plan: The slots of the plan alone.
    """
    return {**plan, **{name: moved_slot(item, held) for name, item in previous.items()}}


def moved_slot(item: Previous, held: Mapping[str, Days | None]) -> Slot | None:
    """The slot of one visit, as its previous one was held."""
    own = item.visit
    slots: list[Slot | None] = [own.slot] if item.may_be_first else []
    for each in item.before:
        actual = held[each.visit.name]
        slots.append(None if actual is None else around(displaced(each, own, actual), own.visit.window))
    known = [slot for slot in slots if slot is not None]
    return any_of(known) if len(known) == len(slots) else None


def displaced(before: Placed, own: Placed, actual: Days) -> Days:
    """The planned day of a visit, as far from ``actual`` as the plan puts it from the one planned ``before``."""
    gap = apart(before, own)
    if gap is not None and not gap.months:
        return Days(actual.first + gap.days, actual.last + gap.days)
    this, that = before.slot.planned, own.slot.planned
    return Days(actual.first + that.first - this.last, actual.last + that.last - this.first)
