"""What the plan alone says of a participation: visits and cycles outside their windows or missing, days out of order.

Whoever plants a departure holds it to this, so that nothing else comes of it than what is listed.
"""

from collections.abc import Iterator, Mapping
from itertools import pairwise

from protocol_dsl.base.days import parse_days
from protocol_dsl.model.points import Point
from protocol_dsl.model.schedule import Cycles
from protocol_dsl.model.series import visit_at
from protocol_dsl.model.study import StudyModel, studies_of
from protocol_dsl.simulate.departures.found import Found
from protocol_dsl.simulate.draft import Draft, after, day_in
from protocol_dsl.simulate.plan import (
    Slot,
    cycles_of,
    held_days,
    planned_visits,
    slots_of,
    starts_of,
    stops_of,
    treatments_of,
    with_given_days,
)

SEEN = frozenset({"DV04", "DV05", "DV06", "DV07", "DV16", "DV18", "DV19", "DV20", "QY04", "QY05", "QY12", "QY19"})
"""The codes of what is seen here."""

WHOLE_DATE = len("2004-06-01")


def seen(draft: Draft, study: StudyModel, as_of: int) -> Iterator[Found]:
    """What ``check`` must find of these codes in a participant's data as of a day."""
    draft = with_given_days(draft, study, as_of)
    yield from seen_cycles(draft, study, as_of)
    yield from seen_visits(draft, study, as_of)
    yield from seen_intervals(draft, study)
    yield from seen_after_death(draft)


def seen_cycles(draft: Draft, study: StudyModel, as_of: int) -> Iterator[Found]:
    """Cycles early, late or missed, and those given that the plan does not have."""
    planned: dict[str, set[int]] = {}
    for treatment in treatments_of(draft, study):
        if not isinstance(treatment.course, Cycles):
            continue
        starts = starts_of(draft, treatment.name)
        stops = [
            draft.stops[each] for stop in stops_of(treatment, study) for each in draft.stops if stop_is(stop, each)
        ]
        for cycle in cycles_of(draft, treatment, study, starts, as_of):
            planned.setdefault(treatment.name, set()).add(cycle.number)
            code, days = standing(starts.get(cycle.number), cycle.slot, as_of, [*stops, *ends(draft)])
            if code:
                about = {"early": "DV04", "late": "DV05", "missed": "DV06"}[code]
                yield Found(code=about, treatment=treatment.name, cycle=cycle.number, days_out=days)
    for name, numbers in planned.items():
        for number in starts_of(draft, name):
            if number not in numbers:
                yield Found(code="DV07", treatment=name, cycle=number)


def stop_is(stop: object, event: object) -> bool:
    """Whether a plan ends on an event."""
    return getattr(stop, "events", None) == event


def ends(draft: Draft) -> list[int]:
    """The end of participation: the day known while it was made up, or that of a row."""
    days = [day_in(row) for row in draft.of("events") if row["event"] in {"completion", "withdrawal", "death"}]
    return days if draft.end is None else [*days, draft.end]


def standing(day: int | None, slot: Slot, as_of: int, stops: list[int], grace: int = 0) -> tuple[str, int | None]:
    """Whether something planned was early, late or missed, and how many days out; nothing where it is as it should."""
    if day is None:
        is_due = slot.latest + grace < as_of and all(slot.latest < stop for stop in stops)
        return ("missed", None) if is_due else ("", None)
    if day < slot.earliest:
        return "early", day - slot.earliest
    return ("late", day - slot.latest) if day > slot.latest else ("", None)


def seen_visits(draft: Draft, study: StudyModel, as_of: int) -> Iterator[Found]:
    """Visits early, late or missed, on one day, or in reversed order."""
    visits = planned_visits(draft, study)
    partial = {row["visit"] for row in draft.of("visits") if len(row["date"]) < WHOLE_DATE}
    held = held_days(draft)
    slots = slots_of(draft, visits, held)
    for visit in visits:
        if visit.name not in slots or visit.name in partial:
            continue
        slot = slots[visit.name]
        code, days = standing(held.get(visit.name), slot, as_of, ends(draft), visit.grace_days)
        if code:
            about = {"early": "DV18", "late": "DV19", "missed": "DV20"}[code]
            yield Found(code=about, visit=visit.name, days_out=days)
    in_order = sorted(
        (slots[visit.name].planned, number, visit.name)
        for number, visit in enumerate(visits)
        if visit.name in held and visit.name in slots and visit.name not in partial
    )
    yield from out_of_order([(planned, held[name]) for planned, _, name in in_order])
    yield from on_one_day(draft, {name: (planned, held[name]) for planned, _, name in in_order})


def seen_after_death(draft: Draft) -> Iterator[Found]:
    """Anything dated after death. Dates as they are written come in the order of days."""
    died = [row["date"] for row in draft.of("events") if row["event"] == "death"]
    rows = [*draft.of("events")]
    rows += [row for row in draft.of("visits") if row["status"] != "not held"]
    rows += [row for row in draft.of("administrations") if row["given"] != "no"]
    rows += [row for row in draft.of("readings") if row["value"]]
    dates = [*(row["date"] for row in rows), *(row["start"] for row in draft.of("medications"))]
    if died and max(dates) > max(died):
        yield Found(code="QY19")


def seen_intervals(draft: Draft, study: StudyModel) -> Iterator[Found]:
    """Required intervals that are not kept, or of which that is not known."""
    dates = {
        row["visit"]: parse_days(row["date"]) for row in reversed(draft.of("visits")) if row["status"] != "not held"
    }
    held = {name: (days.first, days.last) for name, days in dates.items()}
    for rule in study.intervals:
        points = (rule.start, rule.end)
        named = {point.words for point in points if any(visit_at(point, each) for each in studies_of(study))}
        start, end = (actual_day(draft, point, named, held) for point in points)
        if start is None or end is None:
            continue
        first, last = (after(day, rule.length) for day in start)
        is_at_most = rule.bound == "at most"
        if end[0] > last if is_at_most else end[1] < first:
            yield Found(code="DV16", rule=rule.name)
        elif end[1] > first if is_at_most else end[0] < last:
            yield Found(code="QY12", rule=rule.name)


def actual_day(
    draft: Draft, point: Point, visits: set[str], held: Mapping[str, tuple[int, int]]
) -> tuple[int, int] | None:
    """The first and the last day on which a visit may have been held, or a milestone have been."""
    if point.words in visits:
        return held.get(point.words)
    return (draft.day_of(point), draft.day_of(point)) if draft.has(point) else None


def out_of_order(visits: list[tuple[int, int]]) -> Iterator[Found]:
    """A visit held before the one that the plan puts before it."""
    for (planned, day), (later_planned, later_day) in pairwise(visits):
        if later_day < day and planned != later_planned:
            yield Found(code="QY05")


def on_one_day(draft: Draft, visits: Mapping[str, tuple[int, int]]) -> Iterator[Found]:
    """Visits held on one day that the plan does not put there."""
    by_day: dict[int, list[int | None]] = {}
    for planned, day in visits.values():
        by_day.setdefault(day, []).append(planned)
    for row in draft.of("visits"):
        if row["visit"] == "unscheduled" and len(row["date"]) >= WHOLE_DATE:
            by_day.setdefault(day_in(row), []).append(None)
    for found in by_day.values():
        if len(found) > 1 and (None in found or len(set(found)) > 1):
            yield Found(code="QY04")
