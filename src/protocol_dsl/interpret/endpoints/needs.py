"""The readings at visits that an endpoint asks for, and the facts as an endpoint reads them.

An analysis window and the carrying forward of a value change which reading belongs to a visit, and nothing else: the
facts say which were chosen, and everything runs as it always does.
"""

from collections.abc import Iterable, Iterator, Sequence

from protocol_dsl.base.days import Days, say_days
from protocol_dsl.base.values import every, frozen
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.filed import visit_of
from protocol_dsl.interpret.periods import Bounds
from protocol_dsl.interpret.plan import is_applicable, planned_visits, visit_named
from protocol_dsl.interpret.planned_slots import slot_at
from protocol_dsl.interpret.points import resolve
from protocol_dsl.interpret.readings import Member, candidates
from protocol_dsl.interpret.readings_at_visits import distance, nearest, readings_at, with_chosen, within
from protocol_dsl.interpret.reasons import once
from protocol_dsl.interpret.slots import Slot
from protocol_dsl.interpret.visits import held_on
from protocol_dsl.interpret.windows import slot_of
from protocol_dsl.model.endpoints import Endpoint
from protocol_dsl.model.expressions import Change, ReadingAt
from protocol_dsl.model.points import Point, Window
from protocol_dsl.model.records import Reading
from protocol_dsl.model.schedule import Visit
from protocol_dsl.model.series import visit_called
from protocol_dsl.model.study import StudyModel

CERTAIN = 2
BEGINNINGS = ("consent", "screening")
"""Milestones of which the visits come before W0, however it is dated."""


@frozen
class Need:
    """A measure at a visit. ``own`` is the analysis window of the endpoint.

    ``beside`` are the other visits at which the endpoint reads the measure.
    """

    measure: str
    visit: Visit
    own: Window | None = None
    beside: tuple[Visit, ...] = ()


def needs_of(node: object, endpoint: Endpoint, model: StudyModel) -> tuple[Need, ...]:
    """What a value or a test of an endpoint reads at visits."""
    whole = read_at_visits(endpoint.kind, model)
    return tuple(
        Need(
            measure,
            visit,
            endpoint.window,
            tuple(other for of, other in whole if of == measure and other.name != visit.name),
        )
        for measure, visit in read_at_visits(node, model)
    )


def read_at_visits(node: object, model: StudyModel) -> list[tuple[str, Visit]]:
    """The measures that are read at visits, each with its visit."""
    named = [(each.measure, each.visit) for each in every(ReadingAt, node)]
    for change in every(Change, node):
        named += [(change.measure, change.start), (change.measure, change.end)]
    found = ((measure, visit_called(name, model)) for measure, name in dict.fromkeys(named))
    return [(measure, visit) for measure, visit in found if visit is not None]


def window_for(need: Need, facts: Facts) -> Window | None:
    """The analysis window, in which dates alone decide: the endpoint's own, else the visit's.

    The endpoint's own leaves a visit at W0 or before alone: a baseline is not taken from after it.
    """
    if need.own is None or is_origin(own_visit(need, facts), facts):
        return need.visit.analysis_window
    return need.own


def is_origin(visit: Visit, facts: Facts) -> bool:
    """Whether a visit is planned on the day of W0, or before it; one that hangs on another day, if it may be so."""
    point, origin = visit.point, origin_of(facts.model)
    if point.milestone == origin.milestone:
        return point.months <= 0 and point.days <= 0
    day, start = resolve(point, facts), resolve(origin, facts)
    if day is None or start is None:
        return point.milestone in BEGINNINGS
    return day.first <= start.last


def origin_of(model: StudyModel) -> Point:
    """The point that weeks are counted from; without one randomization, else the first dose, else the first anchor."""
    named = {anchor.name: anchor.milestone for anchor in model.anchors}
    milestones = [named[name] for name in ("W0", "D0", "M0") if name in named]
    milestones += [milestone for milestone in ("randomization", "first_dose") if milestone in named.values()]
    return Point(next(iter([*milestones, *named.values()]), "randomization"))


# ------------------------------------------------------------------------------------------------------------ readings
def own_visit(need: Need, facts: Facts) -> Visit:
    """The visit in the version that holds for the participant, in its last version where none does."""
    return visit_named(need.visit.name, facts) or need.visit


def chosen(need: Need, facts: Facts) -> list[Member]:
    """The candidates for the reading of a need; several only where dates or values of one day leave it open.

    A visit that is not planned, as its series had ended, has none, whatever labels and days say.
    """
    visit, window = visit_named(need.visit.name, facts), window_for(need, facts)
    if visit is None:
        return []
    if window is None:
        return readings_at(need.measure, visit, facts)
    slot = slot_at(visit.point, window, facts)
    if slot is None:
        return []
    rows = [row for row in facts.readings(need.measure) if row.value is not None]
    bounds = Bounds(slot.earliest.first, slot.earliest.last, slot.latest.first, slot.latest.last)
    others = list(neighbours(need, facts))
    found = (left_by(others, member, slot) for member in within(rows, [bounds], facts))
    return nearest([member for member in found if member is not None], slot.planned)


def neighbours(need: Need, facts: Facts) -> Iterator[Slot]:
    """The windows of other visits that a reading may be nearer to.

    Beside the endpoint's own window those of the other visits that it reads; else those with an analysis window.
    """
    if need.own is not None:
        for visit in need.beside:
            slot = window_of(Need(need.measure, visit, need.own), facts)
            if slot is not None:
                yield slot
        return
    for visit in planned_visits(facts):
        if visit.name == need.visit.name or visit.analysis_window is None or not is_read_at(visit, need.measure, facts):
            continue
        slot = slot_at(visit.point, visit.analysis_window, facts)
        if slot is not None:
            yield slot


def is_read_at(visit: Visit, measure: str, facts: Facts) -> bool:
    """Whether a visit may be the participant's and asks for a measure, or for that of which a ladder has the grades."""
    of = next((each.measure for each in facts.model.vocabulary.ladders if each.name == measure), measure)
    return of in visit.assess and is_applicable(visit, facts)


def left_by(others: Iterable[Slot], member: Member, slot: Slot) -> Member | None:
    """A reading as far as no other visit takes it, being nearer: not at all, or not for certain, where one may."""
    taken = max((min(other.holds(days_of(member.row)), nearer(member.row, other, slot)) for other in others), default=0)
    if taken == CERTAIN:
        return None
    return Member(member.row, is_certain=False) if taken else member


def nearer(row: Reading, other: Slot, slot: Slot) -> int:
    """Whether a reading is nearer to another planned day, or as near and that one the earlier: 2 certainly, 0 not."""
    least, most = distance(row, slot.planned)
    other_least, other_most = distance(row, other.planned)
    # Of two planned days as near the earlier has the reading.
    less = int(other.planned.first < slot.planned.first)
    if other_most < least + less:
        return CERTAIN
    return int(other_least < most + less)


def days_of(row: Reading) -> Days:
    """The days that a reading may be of."""
    return Days(row.first, row.last)


def is_found(members: Sequence[Member]) -> bool:
    """Whether there is a reading for certain."""
    return any(member.is_certain for member in members)


def as_analysed(facts: Facts, needs: Sequence[Need]) -> Facts:
    """The facts in which analysis windows have chosen the readings; the same facts where there are none."""
    windowed = [need for need in needs if window_for(need, facts) is not None]
    if not windowed:
        return facts
    return with_chosen(facts, {(need.measure, need.visit.name): chosen(need, facts) for need in windowed})


def window_of(need: Need, facts: Facts) -> Slot | None:
    """The window in which the reading is awaited."""
    visit, window = own_visit(need, facts), window_for(need, facts)
    return slot_of(visit, facts) if window is None else slot_at(visit.point, window, facts)


# ----------------------------------------------------------------------------------------------- carried forward
def carried_forward(facts: Facts, needs: Sequence[Need]) -> tuple[Facts, str] | None:
    """The facts with the last value carried forward to visits that have none, and where from; nothing to carry: none.

    Only readings after W0 are carried, never to the day of a death or beyond.
    """
    found: dict[tuple[str, str], Sequence[Member]] = {}
    words = ""
    for need in needs:
        members: Sequence[Member] = chosen(need, facts)
        if not is_found(members) and is_found(last := last_value(need, facts)):
            members = last
            days = " or ".join(once(say_days(days_of(member.row)) for member in last))
            words = f"{need.measure} of {days} carried forward to {need.visit.name}"
        found[need.measure, need.visit.name] = members
    return (with_chosen(facts, found), words) if words else None


def last_value(need: Need, facts: Facts) -> list[Member]:
    """The latest recorded readings after W0 and up to the end of the visit's window; several where it is open which."""
    origin, slot = resolve(origin_of(facts.model), facts), window_of(need, facts)
    if origin is None or slot is None or is_origin(own_visit(need, facts), facts) or has_died(facts, slot):
        return []
    early = readings_of([visit for visit in planned_visits(facts) if is_origin(visit, facts)], need.measure, facts)
    after = Bounds(origin.first + 1, origin.last + 1, slot.latest.last, slot.latest.last)
    rows = [row for row in facts.readings(need.measure) if row.value is not None and row not in early]
    return candidates(within(rows, [after], facts), latest=True)


def readings_of(visits: Sequence[Visit], measure: str, facts: Facts) -> list[Reading]:
    """The readings of some visits: labelled for one, of a day on which it was held, or its own by their window.

    An unlabelled reading in the window of one is another's where that one's planned day is nearer.
    """
    names = {visit.name for visit in visits}
    rows = facts.readings(measure)
    found = [row for row in rows if visit_of(row, facts) in names]
    rest = [each for each in planned_visits(facts) if each.name not in names and is_read_at(each, measure, facts)]
    others = [slot for visit in rest if (slot := slot_of(visit, facts)) is not None]
    for visit in visits:
        days = held_on(visit.name, facts) if facts.record.visits else ()
        found += [row for row in rows if row.visit is None and row.first == row.last and days_of(row) in days]
        if (slot := slot_of(visit, facts)) is not None:
            own = [member for member in readings_at(measure, visit, facts) if member.row.visit is None]
            found += [member.row for member in own if member.is_certain and left_by(others, member, slot) == member]
    return found


def has_died(facts: Facts, slot: Slot) -> bool:
    """Whether the participant may have died by the planned day."""
    days = [event.first for event in facts.events("death") if facts.belongs(event.first, event.last)]
    return any(day <= slot.planned.last for day in days)
