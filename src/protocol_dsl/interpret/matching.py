"""Which recorded visit is which planned one: by its label, else by the window that holds its day, all at once.

Without a table of visits the readings speak for it: one that carries a visit's label or lies in its window.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from types import MappingProxyType
from typing import TypeAlias

from attrs import evolve

from protocol_dsl.base.days import Days
from protocol_dsl.base.values import frozen
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.moved_windows import Previous, hung, previous_visits
from protocol_dsl.interpret.pairs import acts_that_may_be, paired
from protocol_dsl.interpret.participation import as_read
from protocol_dsl.interpret.plan import is_applicable, planned_visits
from protocol_dsl.interpret.planned_slots import Slots, plan_order, plan_slot
from protocol_dsl.interpret.slots import MET, Slot
from protocol_dsl.model.records import Reading, VisitRow
from protocol_dsl.model.schedule import Visit

Row: TypeAlias = VisitRow | Reading
KEY = "matching of visits"
NOTHING: Mapping[str, VisitRow] = MappingProxyType({})


@frozen(kw_only=True)
class Matched:
    """A planned visit and what the data hold of it.

    ``days`` is when it was held, by ``rows``. ``duplicates`` are other rows with its label, ``perhaps`` rows that may
    be it, ``terminations`` early-termination visits that the data file under it. ``is_termination``: an
    early-termination visit that the protocol plans at withdrawal. ``is_inferred``: only readings in its window, none
    with its label, tell that it was held.
    """

    visit: Visit
    slot: Slot | None = None
    days: Days | None = None
    rows: tuple[Row, ...] = ()
    duplicates: tuple[VisitRow, ...] = ()
    perhaps: tuple[Row, ...] = ()
    terminations: tuple[VisitRow, ...] = ()
    is_termination: bool = False
    is_inferred: bool = False


@frozen(kw_only=True)
class Matching:
    """The planned visits in the order of the text, and the rows that are none of them, by day."""

    visits: Mapping[str, Matched]
    unscheduled: tuple[VisitRow, ...] = ()
    terminations: tuple[VisitRow, ...] = ()


def match_visits(facts: Facts) -> Matching:
    """The matching for one participant, worked out once."""
    found = facts.memo.get(KEY)
    if not isinstance(found, Matching):
        found = facts.memo[KEY] = settled(facts)
    return found


def settled(facts: Facts) -> Matching:
    """Match; then, where windows hang on the previous visit, move them and match again until nothing changes.

    One round for each such visit is enough: a window depends only on visits earlier in the plan. A visit from whose day
    a window counts keeps the row of that day, so that what lies in the window cannot take it away.
    """
    plan = {visit.name: plan_slot(visit, facts) for visit in planned_visits(facts)}
    hanging = [visit.name for visit in planned_visits(facts) if visit.is_moved]
    if not hanging:
        return assigned(facts, plan)
    previous = previous_visits(facts)
    slots: Slots = plan | dict.fromkeys(hanging)
    matching = assigned(facts, slots)
    for _ in hanging:
        following = hung(previous, {name: item.days for name, item in matching.visits.items()}, plan)
        if following == slots:
            break
        slots = following
        matching = assigned(facts, slots, kept(previous, matching))
    return matching


def kept(previous: Mapping[str, Previous], matching: Matching) -> Mapping[str, VisitRow]:
    """The rows without a label of visits from whose days the windows of others count."""
    found: dict[str, VisitRow] = {}
    for item in chain.from_iterable(each.before for each in previous.values()):
        for row in matching.visits[item.visit.name].rows:
            if isinstance(row, VisitRow) and row.visit is None and row.status == "held":
                found[item.visit.name] = row
    return found


# ------------------------------------------------------------------------- rows to visits
def assigned(facts: Facts, slots: Slots, own: Mapping[str, VisitRow] = NOTHING) -> Matching:
    """The matching for windows that are known; some visits have their ``own`` rows without a label already."""
    if "visits" in facts.record.tables or facts.record.visits:
        return by_visit_rows(facts, slots, own)
    return by_readings(facts, slots)


def by_visit_rows(facts: Facts, slots: Slots, kept_rows: Mapping[str, VisitRow]) -> Matching:
    """The matching by the table of visits: a labelled row keeps its visit, one without a label takes what is left.

    ``kept_rows`` are those without a label of which it is known which visit each is.
    """
    rows = [row for row in facts.record.visits if row.status != "not held" and facts.belongs(row.first, row.last)]
    terminations = by_day(row for row in rows if row.status == "early termination")
    at_withdrawal = next((v for v in planned_visits(facts) if v.is_at_withdrawal and is_applicable(v, facts)), None)
    held = [row for row in rows if row.status == "held"]
    doubtful = by_day(row for row in rows if row.status == "not known")
    labelled = [row for row in held if row.visit in slots]
    nameless = [row for row in (*held, *doubtful) if row.visit is None and not row.label]
    taken = {row.visit for row in labelled}
    if at_withdrawal is not None and terminations:
        taken.add(at_withdrawal.name)
    taken.update(kept_rows)
    left = {name: None if name in taken else slot for name, slot in slots.items()}
    certain, perhaps = placed_rows(facts, left, [row for row in nameless if is_none_of(row, kept_rows.values())])
    certain |= {name: [row] for name, row in kept_rows.items()}
    unscheduled = [row for row in held if row.visit not in slots and row.label]
    visits = {}
    for visit in planned_visits(facts):
        name, slot = visit.name, slots[visit.name]
        own = nearest_first(slot, (row for row in labelled if row.visit == name))
        chosen = own[:1] or certain.get(name, [])
        is_termination = visit is at_withdrawal and bool(terminations) and not chosen
        if is_termination:
            chosen = [terminations[0]]
        visits[name] = Matched(
            visit=visit,
            slot=slot,
            days=days_of([*chosen, *rivals(slot, own)], facts) if chosen else None,
            rows=tuple(chosen),
            duplicates=tuple(own[1:]),
            perhaps=() if chosen else (*perhaps.get(name, ()), *(row for row in doubtful if row.visit == name)),
            terminations=tuple(row for row in terminations if row.visit == name and visit is not at_withdrawal),
            is_termination=is_termination,
        )
    placed = [*chain.from_iterable(certain.values()), *chain.from_iterable(perhaps.values())]
    lost = [row for row in nameless if row.status == "held" and is_none_of(row, placed)]
    standing = terminations[1:] if any(item.is_termination for item in visits.values()) else terminations
    return Matching(visits=visits, unscheduled=tuple(by_day([*unscheduled, *lost])), terminations=tuple(standing))


def is_none_of(row: VisitRow, others: Iterable[VisitRow]) -> bool:
    """Whether a row is none of some others, though one may say the same."""
    return all(row is not other for other in others)


def by_readings(facts: Facts, slots: Slots) -> Matching:
    """The matching where the data have no table of visits: the first reading of a visit is its day."""
    rows = [row for row in chain.from_iterable(facts.record.readings.values()) if facts.belongs(row.first, row.last)]
    by_label: dict[str, list[Reading]] = {}
    for row in rows:
        if row.visit is not None:
            by_label.setdefault(row.visit, []).append(row)
    certain, perhaps = placed_readings(facts, slots, [row for row in rows if row.visit is None])
    visits = {}
    for visit in planned_visits(facts):
        own = [*by_label.get(visit.name, ()), *certain.get(visit.name, ())]
        matched = Matched(visit=visit, slot=slots[visit.name])
        if own:
            days = as_read(min(row.first for row in own), min(row.last for row in own), facts)
            first = tuple(row for row in own if row.first <= days.last)
            matched = evolve(matched, days=days, rows=first, is_inferred=visit.name not in by_label)
        else:
            matched = evolve(matched, perhaps=tuple(perhaps.get(visit.name, ())))
        visits[visit.name] = matched
    return Matching(visits=visits)


def placed_rows(
    facts: Facts, slots: Slots, rows: Iterable[VisitRow]
) -> tuple[dict[str, list[VisitRow]], dict[str, list[VisitRow]]]:
    """Rows without a label by the visit that each is, and those that a visit without one may be.

    A row of which it is not known whether the visit was held is none for certain.
    """
    acts = by_day(rows)
    order = plan_order(facts, slots) if acts else []
    windows = [(place, slot) for place, visit in enumerate(order) if (slot := slots[visit.name]) is not None]
    slots_at = dict(windows)
    days = [as_read(row.first, row.last, facts) for row in acts]
    ways = [{place: slot.distance(day) for place, slot in windows if slot.holds(day) == MET} for day in days]
    may_be = [{place for place, slot in windows if slot.holds(day)} for day in days]
    found = paired([way if row.status == "held" else {} for row, way in zip(acts, ways, strict=True)])
    # A visit that may hold the row, and be the nearest, may have it where none other is for certain.
    perhaps_nearer = [
        place
        for place, act in found.items()
        for other in may_be[act] - ways[act].keys() - found.keys()
        if (slots_at[other].distance(days[act]), other) < (ways[act][place], place)
    ]
    found = {place: act for place, act in found.items() if place not in perhaps_nearer}
    # Where all days are known, only what is held by all of these rows may be held by some of them.
    if all(way.keys() == places for way, places in zip(ways, may_be, strict=True)):
        left = paired(ways).keys() - found.keys()
    else:
        left = set(range(len(order))) - found.keys()
    perhaps = {order[place].name: acts_that_may_be(place, may_be, found) for place in left}
    return (
        {order[place].name: [acts[number]] for place, number in found.items()},
        {name: [acts[number] for number in numbers] for name, numbers in perhaps.items()},
    )


def placed_readings(
    facts: Facts, slots: Slots, rows: Sequence[Reading]
) -> tuple[dict[str, list[Reading]], dict[str, list[Reading]]]:
    """Readings without a label by the visit whose window holds them for certain, and by each that may hold them.

    A visit has as many readings as there are: each is of the one planned nearest.
    """
    certain: dict[str, list[Reading]] = {}
    perhaps: dict[str, list[Reading]] = {}
    order = plan_order(facts, slots) if rows else []
    for row in rows:
        days = as_read(row.first, row.last, facts)
        held = [(slot, visit) for visit in order if (slot := slots[visit.name]) and slot.holds(days)]
        sure = [(slot, visit) for slot, visit in held if slot.holds(days) == MET]
        if sure:
            _, visit = min(sure, key=lambda item: item[0].distance(days))
            certain.setdefault(visit.name, []).append(row)
        else:
            for _, visit in held:
                perhaps.setdefault(visit.name, []).append(row)
    return certain, perhaps


def nearest_first(slot: Slot | None, rows: Iterable[VisitRow]) -> list[VisitRow]:
    """Rows by their distance from the planned day, then by day; by day alone where there is no planned day."""
    found = by_day(rows)
    return found if slot is None else sorted(found, key=lambda row: farthest(slot, row))


def farthest(slot: Slot, row: VisitRow) -> int:
    """The most days that a row may be from the planned day."""
    return max(slot.distance(Days(row.first, row.first)), slot.distance(Days(row.last, row.last)))


def rivals(slot: Slot | None, rows: Sequence[VisitRow]) -> list[VisitRow]:
    """Of rows with one label, nearest first, those that may be nearer than the first: one is known to the month."""
    if slot is None or not rows:
        return []
    return [row for row in rows[1:] if slot.distance(Days(row.first, row.last)) < farthest(slot, rows[0])]


def days_of(rows: Sequence[VisitRow], facts: Facts) -> Days:
    """The days that one of some rows may be of, nobody knows which."""
    return as_read(min(row.first for row in rows), max(row.last for row in rows), facts)


def by_day(rows: Iterable[VisitRow]) -> list[VisitRow]:
    """Rows by day; those of one day by what they say, never by where they stand in the data."""
    return sorted(rows, key=lambda row: (row.first, row.last, row.label, row.status, row.reason))
