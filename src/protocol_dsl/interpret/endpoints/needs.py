"""The readings at visits that an endpoint asks for, and the record as an endpoint reads it.

An analysis window and the carrying forward of a value change which reading belongs to a visit. Both are done by labels:
the record is copied with the chosen reading labelled for the visit, and everything else runs as it always does.
"""

from collections.abc import Sequence

from attrs import evolve

from protocol_dsl.base.days import Days, write_days
from protocol_dsl.base.values import every, frozen
from protocol_dsl.interpret.amendments import studies
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.matching import Matching, is_applicable, match_visits, slot_at
from protocol_dsl.interpret.participation import participation_end
from protocol_dsl.interpret.periods import Bounds
from protocol_dsl.interpret.plan import planned_visits, visit_named
from protocol_dsl.interpret.points import resolve
from protocol_dsl.interpret.readings import Member, candidates
from protocol_dsl.interpret.readings_at_visits import nearest, readings_at, within
from protocol_dsl.interpret.slots import Slot
from protocol_dsl.interpret.windows import slot_of
from protocol_dsl.model.expressions import Change, ReadingAt
from protocol_dsl.model.points import Point, Window
from protocol_dsl.model.records import Reading
from protocol_dsl.model.schedule import Visit
from protocol_dsl.model.series import series_of, visit_called
from protocol_dsl.model.study import StudyModel

CERTAIN = 2
NO_VISIT = ""
"""A label of no visit: such a reading serves nobody."""


@frozen
class Need:
    """A measure at a visit; ``window`` is the analysis window, where dates alone decide."""

    measure: str
    visit: Visit
    window: Window | None = None


def needs_of(node: object, model: StudyModel, own: Window | None) -> tuple[Need, ...]:
    """What a value or a test reads at visits.

    The endpoint's own analysis window goes before the visit's, and leaves the visit at the origin alone: a baseline is
    not taken from after it.
    """
    named = [(each.measure, each.visit) for each in every(ReadingAt, node)]
    for change in every(Change, node):
        named += [(change.measure, change.start), (change.measure, change.end)]
    found = []
    for measure, name in dict.fromkeys(named):
        visit = visit_called(name, model)
        if visit is not None:
            window = visit.analysis_window if own is None or is_origin(visit, model) else own
            found.append(Need(measure, visit, window))
    return tuple(found)


def is_origin(visit: Visit, model: StudyModel) -> bool:
    """Whether a visit is planned on the day of W0, or before it."""
    point, origin = visit.point, origin_of(model)
    return point.milestone != origin.milestone or (point.months <= 0 and point.days <= 0)


def origin_of(model: StudyModel) -> Point:
    """The point that weeks are counted from."""
    named = {anchor.name: anchor.milestone for anchor in model.anchors}
    found = next((named[name] for name in ("W0", "D0", "M0") if name in named), None)
    return Point(found or next(iter(named.values()), "randomization"))


# ------------------------------------------------------------------------------------------------------------ readings
def own_visit(need: Need, facts: Facts) -> Visit:
    """The visit in the version that holds for the participant, in its last version where none does."""
    return visit_named(need.visit.name, facts) or need.visit


def chosen(need: Need, facts: Facts) -> list[Member]:
    """The candidates for the reading of a need; several only where dates or values of one day leave it open."""
    visit = own_visit(need, facts)
    if need.window is None:
        return readings_at(need.measure, visit, facts)
    slot = slot_at(visit.point, need.window, facts)
    if slot is None:
        return []
    rows = [row for row in facts.readings(need.measure) if row.value is not None]
    bounds = Bounds(slot.earliest.first, slot.earliest.last, slot.latest.first, slot.latest.last)
    return nearest(within(rows, [bounds], facts), slot.planned)


def is_found(members: Sequence[Member]) -> bool:
    """Whether there is a reading for certain."""
    return any(member.is_certain for member in members)


def as_analysed(facts: Facts, needs: Sequence[Need]) -> Facts:
    """The facts in which analysis windows have chosen the readings; the same facts where there are none."""
    if all(need.window is None for need in needs):
        return facts
    return relabelled(facts, [(need, chosen(need, facts)) for need in needs])


def relabelled(facts: Facts, found: Sequence[tuple[Need, Sequence[Member]]]) -> Facts:
    """The facts in which each need has the readings given, and no others."""
    # Grades are those of the record as it is: the labels of their measure may change here.
    ladders = {ladder.name: facts.readings(ladder.name) for ladder in facts.model.vocabulary.ladders}
    readings = {**facts.record.readings, **ladders}
    for measure in dict.fromkeys(need.measure for need, _ in found):
        rows = [evolve(row, visit=NO_VISIT) for row in facts.readings(measure)]
        for need, members in found:
            if need.measure == measure and is_found(members):
                rows += [evolve(member.row, visit=need.visit.name) for member in members]
        readings[measure] = tuple(rows)
    return read_again(facts, readings)


def read_again(facts: Facts, readings: dict[str, tuple[Reading, ...]]) -> Facts:
    """The same participant with other readings."""
    found = Facts(evolve(facts.record, readings=readings), facts.model, facts.cutoff, plan=facts.plan)
    found.points = facts.points
    return found


def carried_forward(facts: Facts, needs: Sequence[Need]) -> tuple[Facts, str] | None:
    """The facts with the last value carried forward to visits that have none, and where from; nothing to carry: none.

    Only readings after W0 are carried, never to the day of a death or beyond.
    """
    found: list[tuple[Need, Sequence[Member]]] = []
    words = ""
    for need in needs:
        members: Sequence[Member] = chosen(need, facts)
        if not is_found(members) and (last := last_value(need, facts)):
            members = last
            day = write_days(Days(last[0].row.first, last[0].row.last))
            words = f"{need.measure} of {day} carried forward to {need.visit.name}"
        found.append((need, members))
    return (relabelled(facts, found), words) if words else None


def last_value(need: Need, facts: Facts) -> list[Member]:
    """The latest recorded readings after W0 and up to the end of the visit's window; several of one day where so."""
    origin, slot = resolve(origin_of(facts.model), facts), window_of(need, facts)
    if origin is None or slot is None or is_origin(need.visit, facts.model) or has_died(facts, slot):
        return []
    early = {visit.name for visit in planned_visits(facts) if is_origin(visit, facts.model)}
    members = [
        Member(row, is_certain=True)
        for row in facts.readings(need.measure)
        if row.value is not None
        and row.visit not in early
        and row.first > origin.last
        and row.last <= slot.latest.last
        and facts.belongs(row.first, row.last) == CERTAIN
    ]
    return candidates(members, latest=True)


def has_died(facts: Facts, slot: Slot) -> bool:
    """Whether the participant may have died by the planned day."""
    days = [event.first for event in facts.events("death") if facts.belongs(event.first, event.last)]
    return any(day <= slot.planned.last for day in days)


def window_of(need: Need, facts: Facts) -> Slot | None:
    """The window in which the reading is awaited."""
    visit = own_visit(need, facts)
    return slot_of(visit, facts) if need.window is None else slot_at(visit.point, need.window, facts)


# ------------------------------------------------------------------------------------------------- what is not yet due
def not_planned(needs: Sequence[Need], facts: Facts) -> str:
    """Why a visit asked for is none of the participant's, of another arm or of another version; or nothing."""
    for need in needs:
        visit = visit_named(need.visit.name, facts)
        if visit is None and not is_of_series(need.visit.name, facts):
            return f"{need.visit.name} is not planned by the version in force"
        if not is_applicable(visit or need.visit, facts):
            return f"a visit that {facts.record.arm} does not have"
    return ""


def is_of_series(name: str, facts: Facts) -> bool:
    """Whether a visit belongs to a series of the last version: one that is not planned has not come, or never will."""
    return any(visit.name == series_of(name, facts.model) for visit in studies(facts)[-1].visits)


def awaited(needs: Sequence[Need], facts: Facts) -> str:
    """The first visit whose window the cut-off came before the end of, though the participant goes on; or nothing."""
    matching = match_visits(facts)
    for need in needs:
        matched = matching.visits.get(need.visit.name)
        if matched is None and is_to_be_planned(need.visit.name, matching, facts):
            return need.visit.name
        slot = None if matched is None else window_of(need, facts)
        if slot is None or is_found(chosen(need, facts)):
            continue
        if matched and (matched.terminations or (need.window is None and matched.days is not None)):
            continue
        if is_to_come(slot.latest, facts):
            return need.visit.name
    return ""


def is_to_be_planned(name: str, matching: Matching, facts: Facts) -> bool:
    """Whether a series goes on, and will come to a member that is not yet planned: its next one is still to come."""
    series = series_of(name, facts.model)
    found = [item for item in matching.visits.values() if series_of(item.visit.name, facts.model) == series]
    slot = found[-1].slot if series is not None and found else None
    return slot is not None and is_to_come(slot.planned, facts)


def running(points: Sequence[Point], facts: Facts) -> str:
    """The first of some points that is still to come for the participant, in words; or nothing."""
    for point in points:
        day = resolve(point, facts)
        if day is not None and is_to_come(day, facts):
            return point.words or write_days(day)
    return ""


def is_to_come(day: Days, facts: Facts) -> bool:
    """Whether the cut-off came before a day that the participant was to see."""
    cutoff, end = facts.cutoff.day, participation_end(facts)
    if cutoff is None or cutoff >= day.last:
        return False
    return end is None or end.first > day.last
