"""The planned days of one participant: visits with their windows, cycles with theirs, worked out a second time."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import pairwise

from attrs import evolve

from protocol_dsl.base.days import add
from protocol_dsl.base.values import frozen
from protocol_dsl.model.epochs import as_given
from protocol_dsl.model.expressions import EventPattern
from protocol_dsl.model.points import Length, Point, Window
from protocol_dsl.model.schedule import Arm, Cycles, InCycles, Stop, StopOn, Treatment, Visit
from protocol_dsl.model.series import cycle_day
from protocol_dsl.model.study import StudyModel, studies_of, treatment_called
from protocol_dsl.simulate.draft import Draft, after, day_in
from protocol_dsl.simulate.in_force import chosen
from protocol_dsl.simulate.series import MOST_OF_AN_OPEN_PLAN, members_in_force
from protocol_dsl.simulate.stops import is_by


@frozen
class Slot:
    """A planned day, and the first and the last day of the window around it."""

    planned: int
    earliest: int
    latest: int


@frozen
class PlannedCycle:
    """A cycle of a treatment, in the version of the treatment that plans it."""

    number: int
    slot: Slot
    treatment: Treatment


def slot_at(draft: Draft, point: Point, window: Window) -> Slot:
    """The slot of a planned point; its window is counted from the milestone too."""
    return Slot(*(draft.day_of(offset(point, length)) for length in (Length(), window.early, window.late)))


def offset(point: Point, length: Length) -> Point:
    """A point as far from its milestone as the two offsets together."""
    return Point(point.milestone, point.months + length.months, point.days + length.days)


# -------------------------------------------------------------------------------- visits
def planned_visits(draft: Draft, study: StudyModel) -> tuple[Visit, ...]:
    """The visits of the participant's arm that have a day, members of series among them, in the order of the plan."""
    days, stops = tuple(draft.milestones.items()), tuple(draft.stops.items())
    return visits_planned(draft.arm, draft.site, days, stops, study)


# A departure is tried in one draft after another, of which the rows are others and the days the same.
@lru_cache(maxsize=64)
def visits_planned(
    arm: str,
    site: str,
    milestones: tuple[tuple[str, int], ...],
    stops: tuple[tuple[EventPattern, int], ...],
    study: StudyModel,
) -> tuple[Visit, ...]:
    """The visits of whoever has these milestones and ends of a plan."""
    draft = Draft(participant="", site=site, arm=arm, milestones=dict(milestones), attributes={}, stops=dict(stops))
    versions = [{visit.name: visit for visit in each.visits} for each in studies_of(study)]
    found = [
        visit
        for planned in study.visits
        for visit in members_in_force(draft, [each.get(planned.name) for each in versions], study)
        if draft.has(visit.point) and (not visit.arms or draft.arm in visit.arms)
    ]
    return tuple(sorted(found, key=lambda visit: draft.day_of(visit.point)))


def held_days(draft: Draft) -> Mapping[str, int]:
    """The day on which each visit was held, by its label; of several the first in the table."""
    return {row["visit"]: day_in(row) for row in reversed(draft.of("visits")) if row["status"] != "not held"}


def slots_of(draft: Draft, visits: tuple[Visit, ...], held: Mapping[str, int]) -> Mapping[str, Slot]:
    """The slot of each visit in plan order; one that hangs on a visit not held has none."""
    slots = {visit.name: slot_at(draft, visit.point, visit.window) for visit in visits}
    for previous, visit in pairwise(visits):
        if visit.is_moved:
            slot = slots.pop(visit.name)
            if previous.name in held:
                gap = draft.day_of(visit.point) - draft.day_of(previous.point)
                slots[visit.name] = moved(slot, held[previous.name] + gap - slot.planned)
    return slots


def moved(slot: Slot, days: int) -> Slot:
    """A slot some days later."""
    return Slot(slot.planned + days, slot.earliest + days, slot.latest + days)


# -------------------------------------------------------------------------------- cycles
def arm_of(draft: Draft, study: StudyModel) -> Arm:
    """The participant's arm; one that gives nothing where the protocol has none."""
    return next((item for item in study.arms if item.name == draft.arm), Arm(name="", title="", gives=()))


def treatments_of(draft: Draft, study: StudyModel) -> tuple[Treatment, ...]:
    """What the participant's arm gives; what it gives in epochs once for each, with the course that it has there.

    What is given in the cycles of another treatment comes last, since it counts from these.
    """
    arm = arm_of(draft, study)
    given = (item for item in study.treatments if item.name in arm.gives)
    return tuple(sorted((found for item in given for found in as_given(item, arm, study)), key=is_inside))


def is_inside(treatment: Treatment) -> bool:
    """Whether a treatment is given in the cycles of another."""
    return inside_of(treatment) is not None


def inside_of(treatment: Treatment) -> InCycles | None:
    """The cycles of another treatment in which one is given."""
    return treatment.course.inside if isinstance(treatment.course, Cycles) else None


def stops_of(treatment: Treatment, study: StudyModel) -> tuple[Stop, ...]:
    """What the cycles of a treatment go on until, and those in which they lie."""
    inside = inside_of(treatment)
    names = {treatment.name} if inside is None else {treatment.name, inside.treatment}
    courses = [each.course for each in study.treatments if each.name in names]
    return tuple(stop for course in courses if isinstance(course, Cycles) for stop in course.stops)


def in_version(draft: Draft, treatment: Treatment, version: StudyModel) -> Treatment | None:
    """A treatment in cycles as one version of the protocol gives it."""
    found = treatment_called(treatment.name, version)
    return None if found is None else as_given(found, arm_of(draft, version), version)[0]


def starts_of(draft: Draft, treatment: str) -> Mapping[int, int]:
    """The first day of each cycle that was given."""
    starts: dict[int, int] = {}
    for row in draft.of("administrations"):
        if row["treatment"] == treatment and row.get("cycle"):
            number = int(row["cycle"])
            starts[number] = min(day_in(row), starts.get(number, day_in(row)))
    return starts


def cycles_of(
    draft: Draft, treatment: Treatment, study: StudyModel, starts: Mapping[int, int], until: int
) -> tuple[PlannedCycle, ...]:
    """The planned cycles of a treatment: all of a plan with an end, of an open one those up to ``until`` and the next.

    ``starts`` are the days on which cycles were begun, from which later ones may be counted.
    """
    versions = [in_version(draft, treatment, one) for one in studies_of(study)]
    plans = [{} if each is None else dict(version_plan(draft, each, starts, until)) for each in versions]
    if not study.versions:
        return tuple(plans[0].values())
    found = (
        chosen([plan.get(number) for plan in plans], lambda each: each.slot.planned, draft, study)
        for number in sorted({number for plan in plans for number in plan})
    )
    return tuple(each for each in found if each is not None)


def version_plan(
    draft: Draft, treatment: Treatment, starts: Mapping[int, int], until: int
) -> Iterator[tuple[int, PlannedCycle]]:
    """The cycles by number as one version of the protocol plans them."""
    cycles = treatment.course
    if not isinstance(cycles, Cycles) or not draft.has(cycles.start):
        return
    bounds = (*(() if cycles.none_after is None else (cycles.none_after,)), *cycles.stops)
    if cycles.inside is not None:
        yield from plan_inside(draft, treatment, cycles.inside, bounds)
        return
    point, day = cycles.start, draft.day_of(cycles.start)
    for number in range(1, (cycles.up_to or MOST_OF_AN_OPEN_PLAN) + 1):
        if not is_by(draft, day, bounds):
            return
        slot = Slot(day, after(day, cycles.window.early), after(day, cycles.window.late))
        yield number, PlannedCycle(number, slot, treatment)
        if not cycles.spacings or (cycles.up_to is None and day > until):
            return
        step = cycles.spacings[min(number, len(cycles.spacings)) - 1]
        point = offset(point, step)
        if cycles.counted_from == "plan":
            day = draft.day_of(point)
        else:
            day = add(starts.get(number, day), months=step.months, days=step.days)


def plan_inside(
    draft: Draft, treatment: Treatment, inside: InCycles, bounds: tuple[Stop, ...]
) -> Iterator[tuple[int, PlannedCycle]]:
    """The cycles in those of another treatment, as far as these are planned."""
    window = treatment.course.window if isinstance(treatment.course, Cycles) else Window(Length(), Length())
    for number in range(1, MOST_OF_AN_OPEN_PLAN + 1):
        point = cycle_day(inside, number, inside.days[0])
        if inside.only.has(number) and draft.has(point) and is_by(draft, draft.day_of(point), bounds):
            yield number, PlannedCycle(number, slot_at(draft, point, window), treatment)


def dose_days(treatment: Treatment) -> int:
    """The days of one cycle."""
    return (treatment.dose.days if treatment.dose else None) or 1


def with_given_days(draft: Draft, study: StudyModel, until: int) -> Draft:
    """With the days on which cycles begin, and the first and the last dose, as points to count from."""
    days: dict[str, int] = {}
    firsts: list[int] = []
    lasts: list[int | None] = []
    for treatment in treatments_of(draft, study):
        starts = starts_of(draft, treatment.name)
        here = evolve(draft, milestones={**draft.milestones, **days})
        for cycle in cycles_of(here, treatment, study, starts, until):
            days[f"planned cycle {cycle.number} of {treatment.name}"] = cycle.slot.planned
            days[f"cycle {cycle.number} of {treatment.name}"] = starts.get(cycle.number, cycle.slot.planned)
        rows = [row for row in draft.of("administrations") if row["treatment"] == treatment.name]
        if not rows:
            lasts += [] if is_stopped(draft, treatment, study) else [None]
        else:
            firsts.append(min(day_in(row) for row in rows))
            days[f"first dose of {treatment.name}"] = firsts[-1]
            lasts.append(last_dose(draft, treatment, study, until))
            if lasts[-1] is not None:
                days[f"last dose of {treatment.name}"] = lasts[-1]
    if firsts:
        days["first dose"] = min(firsts)
    ended = [day for day in lasts if day is not None]
    if ended and len(ended) == len(lasts):
        days["last dose"] = max(ended)
    return evolve(draft, milestones={**draft.milestones, **days})


def is_stopped(draft: Draft, treatment: Treatment, study: StudyModel) -> bool:
    """Whether participation has ended, or an event on which the cycles of a treatment end has happened."""
    stops = stops_of(treatment, study)
    return draft.end is not None or any(isinstance(stop, StopOn) and stop.events in draft.stops for stop in stops)


def last_dose(draft: Draft, treatment: Treatment, study: StudyModel, until: int) -> int | None:
    """The day of the last dose, once no other can follow."""
    rows = [row for row in draft.of("administrations") if row["treatment"] == treatment.name]
    last = max(day_in({"date": row.get("end_date") or row["date"]}) for row in rows)
    if not isinstance(treatment.course, Cycles):
        return last if draft.end is not None or all(row.get("end_date") for row in rows) else None
    if is_stopped(draft, treatment, study):
        return last
    inside = inside_of(treatment)
    hosts = [each for each in treatments_of(draft, study) if inside and each.name == inside.treatment]
    if any(not starts_of(draft, each.name) or last_dose(draft, each, study, until) is None for each in hosts):
        return None
    starts = starts_of(draft, treatment.name)
    return last if len(cycles_of(draft, treatment, study, starts, until)) == len(starts) else None
