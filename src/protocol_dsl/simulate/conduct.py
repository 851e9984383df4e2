"""A participation that keeps the plan: cycles and doses, visits and assessments, inside their windows."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import pairwise

from protocol_dsl.base.numbers import Number, write_number
from protocol_dsl.model.epochs import epochs_giving
from protocol_dsl.model.points import EPOCH_START
from protocol_dsl.model.schedule import Continuous, Cycles, Level, StopOn, Treatment, Visit
from protocol_dsl.model.study import StudyModel, versions_of
from protocol_dsl.model.vocabulary import Measure
from protocol_dsl.simulate.chance import Chance
from protocol_dsl.simulate.draft import Draft, Row, day_in, iso
from protocol_dsl.simulate.entry import allowed, drawn, reading_row
from protocol_dsl.simulate.in_force import first_day, treatment_on, version_on
from protocol_dsl.simulate.plan import (
    PlannedCycle,
    Slot,
    arm_of,
    cycles_of,
    dose_days,
    planned_visits,
    slots_of,
    stops_of,
    treatments_of,
    with_given_days,
)
from protocol_dsl.simulate.wishes import ChoiceWish, NumberWish, narrower


# -------------------------------------------------------------------------------- visits
def with_visits(draft: Draft, study: StudyModel, until: int, chance: Chance) -> Draft:
    """Every visit whose window has closed by ``until``, held on a day of its window, with what it assesses."""
    visits = planned_visits(draft, study)
    rooms = rooms_of(draft, visits)
    days: dict[str, int] = {}
    last, before = draft.milestones["consent"] - 1, 0
    for visit, slot, room in in_turn(draft, visits, rooms, days):
        if slot is None or slot.latest > until or (draft.end is not None and slot.latest >= draft.end):
            continue
        # Visits that the plan puts on one day may be held on one day, others are not.
        first = max(slot.earliest, last if slot.planned == before else last + 1)
        days[visit.name] = chance.whole(first, max(first, min(slot.latest, room)))
        last, before = days[visit.name], slot.planned
    held = tuple(visit for visit in visits if visit.name in days)
    draft = draft.plus("visits", *(visit_row(draft, visit.name, days[visit.name]) for visit in held))
    return with_assessments(draft, held, days, study, chance)


def in_turn(
    draft: Draft, visits: tuple[Visit, ...], rooms: Mapping[str, tuple[Slot, int]], days: Mapping[str, int]
) -> Iterator[tuple[Visit, Slot | None, int]]:
    """Each visit by the plan as it stands once those before were held on ``days``, its slot, and its last day."""
    before = {other.name: one.name for one, other in pairwise(visits) if other.is_moved}
    if not before:
        yield from ((visit, *rooms[visit.name]) for visit in visits)
        return
    left = {visit.name: visit for visit in visits}
    while left:
        slots = slots_of(draft, visits, days)
        free = (each for each in left if before.get(each) not in left)
        visit = left.pop(min(free, key=lambda each: slots[each].planned if each in slots else 0))
        slot = slots.get(visit.name)
        later = [] if slot is None else [slots[name].latest - 1 for name in left if is_later(name, slot, slots)]
        yield visit, slot, min([rooms[visit.name][1], *later])


def is_later(visit: str, slot: Slot, slots: Mapping[str, Slot]) -> bool:
    """Whether a visit is planned after a slot by the plan as it stands."""
    return visit in slots and slots[visit].planned > slot.planned


def rooms_of(draft: Draft, visits: tuple[Visit, ...]) -> Mapping[str, tuple[Slot, int]]:
    """The slot of each visit by the plan alone, and the last day that leaves the later ones a day of their own."""
    rooms: dict[str, tuple[Slot, int]] = {}
    slots = slots_of(draft, visits, {visit.name: draft.day_of(visit.point) for visit in visits})
    room = following = None
    for visit in reversed(visits):
        slot = slots[visit.name]
        last = slot.latest if room is None else min(slot.latest, room - (slot.planned != following))
        rooms[visit.name] = slot, last
        # One whose window moves along leaves room by itself.
        room, following = (None, None) if visit.is_moved else (last, slot.planned)
    return rooms


def with_assessments(
    draft: Draft, held: tuple[Visit, ...], days: Mapping[str, int], study: StudyModel, chance: Chance
) -> Draft:
    """With a reading of everything that the visits held ask for, and that the participant does not have yet."""
    measures = {measure.name: measure for measure in study.vocabulary.measures}
    entry = draft.of("readings")
    there = {(row["measure"], row["visit"]) for row in entry}
    values = {row["measure"]: row["value"] for row in entry}
    fixed = {row["measure"] for row in entry}
    # What a ladder grades stays in its grade.
    steady = {ladder.measure for ladder in study.vocabulary.ladders if ladder.name in draft.kept} & fixed
    readings: list[Row] = []
    for visit in held:
        asked = (*visit.required, *(chance.one_of(group) for group in visit.either))
        for name in asked:
            if name not in measures or (name, visit.name) in there:
                continue
            # What decided about entry stays as it was until the participant is in.
            is_free = name not in fixed or days[visit.name] > draft.milestones["randomization"]
            if is_free and name not in steady:
                values[name] = value_after(values.get(name, ""), measures[name], draft.kept.get(name), chance)
            readings.append(reading_row(draft, study, measures[name], days[visit.name], values[name], visit.name))
    return draft.plus("readings", *readings)


def visit_row(draft: Draft, visit: str, day: int) -> dict[str, str]:
    """A row of ``visits``."""
    return {"participant": draft.participant, "visit": visit, "date": iso(day), "status": "held"}


def value_after(before: str, measure: Measure, kept: NumberWish | ChoiceWish | None, chance: Chance) -> str:
    """A choice, or a number not far from the one before, that fulfils what is wished of the measure all along."""
    if isinstance(kept, ChoiceWish):
        return chance.one_of(allowed(measure.choices, kept))
    if measure.choices:
        return chance.one_of(measure.choices)
    value = next_value(before, measure.plausible, chance)
    if kept is None or narrower(kept, NumberWish(kept.value, Fraction(value), Fraction(value))).is_possible:
        return value
    return before or write_number(drawn(kept, chance, measure))


def next_value(before: str, plausible: tuple[Number, Number] | None, chance: Chance) -> str:
    """A value not far from the one before; the first one from the middle of what is plausible."""
    low, high = (1, 200) if plausible is None else plausible
    start = Fraction(before) if before else Fraction(low + high) / 2
    value = max(Fraction(1), Fraction(round(start * Fraction(chance.whole(85, 125), 100))))
    return write_number(value if plausible is None else min(max(value, Fraction(low)), Fraction(high)))


# ---------------------------------------------------------------------------- treatments
def with_treatments(draft: Draft, study: StudyModel, until: int, chance: Chance) -> Draft:
    """Continuous courses from their start, and every cycle whose window has closed by ``until``."""
    given: list[Row] = []
    for treatment in treatments_of(draft, study):
        match treatment.course:
            case Continuous() as course if draft.has(course.start):
                last = max((last_day_of(row, until) for row in given if row["treatment"] == treatment.name), default=0)
                given += course_rows(draft, treatment, course, study, after_last=last, until=until)
            case Cycles(inside=inside):
                here = with_given_days(draft.plus("administrations", *given), study, until) if inside else draft
                given += given_cycles(here, treatment, study, until, chance)
            case _:
                continue
    return draft.plus("administrations", *(row for row in given if day_in(row) <= until))


def last_day_of(row: Row, until: int) -> int:
    """The last day of a stretch of a course; one that goes on lasts beyond the end of the data."""
    return day_in({"date": row["end_date"]}) if row["end_date"] else until + 1


def given_cycles(draft: Draft, treatment: Treatment, study: StudyModel, until: int, chance: Chance) -> Iterator[Row]:
    """The administrations of each cycle, begun on a day of its window after the end of the one before."""
    starts: dict[int, int] = {}
    last, number = 0, 0
    plan = cycles_of(draft, treatment, study, starts, until)
    while number < len(plan):
        cycle, follower = plan[number], plan[number + 1] if number + 1 < len(plan) else None
        slot, length = cycle.slot, dose_days(cycle.treatment)
        if slot.latest > until or is_over(draft, treatment, slot, study):
            return
        is_free = follower is None or is_from_previous(treatment)
        room = slot.latest if is_free or follower is None else min(slot.latest, follower.slot.latest - length)
        begins, ends = epoch_of(draft, treatment, slot.planned, study)
        first = max(slot.earliest, last + 1, begins)
        if slot.planned >= draft.milestones["first_dose"]:
            first = max(first, draft.milestones["first_dose"])
        if is_the_first_dose(draft, cycle):
            room = slot.planned
        start = starts[cycle.number] = chance.whole(first, max(first, min(room, ends - length + 1)))
        yield from cycle_rows(draft, cycle.treatment, cycle.number, start, study)
        last, number = start + length - 1, number + 1
        if is_from_previous(treatment):
            plan = cycles_of(draft, treatment, study, starts, until)


def is_the_first_dose(draft: Draft, cycle: PlannedCycle) -> bool:
    """Whether a cycle is planned on the day of the first dose because that is where its plan counts from."""
    course = cycle.treatment.course
    is_counted = isinstance(course, Cycles) and course.start.milestone == "first_dose"
    return is_counted and cycle.slot.planned == draft.milestones["first_dose"]


def epoch_of(draft: Draft, treatment: Treatment, day: int, study: StudyModel) -> tuple[int, int]:
    """The first and the last day of the epoch in which a treatment is given; where it is in none, no bounds."""
    for epoch in epochs_giving(treatment.name, arm_of(draft, study), study):
        if draft.has(epoch.start) and draft.has(epoch.end):
            begins, ends = draft.day_of(epoch.start), draft.day_of(epoch.end)
            if begins <= day <= ends:
                return begins, ends
    return day - 10_000, day + 10_000


def is_from_previous(treatment: Treatment) -> bool:
    """Whether cycles are counted from the start of the one before."""
    return isinstance(treatment.course, Cycles) and treatment.course.counted_from == "previous start"


def is_over(draft: Draft, treatment: Treatment, slot: Slot, study: StudyModel) -> bool:
    """Whether participation, or the plan of the treatment, ends before a window closes."""
    events = (stop.events for stop in stops_of(treatment, study) if isinstance(stop, StopOn))
    ends = [draft.stops[each] for each in events if each in draft.stops]
    return any(slot.latest >= day for day in (*ends, *(() if draft.end is None else (draft.end,))))


def cycle_rows(draft: Draft, treatment: Treatment, cycle: int, start: int, study: StudyModel) -> tuple[Row, ...]:
    """The administrations of one cycle as planned, each dose as it is in force on its day."""
    times = (treatment.dose.times_daily if treatment.dose else None) or 1
    return tuple(
        {
            **administration_row(draft, treatment_on(start + day, treatment, draft, study), start + day),
            # Two doses of one day differ by their hour: rows alike in every column would be one row written twice.
            "date": f"{iso(start + day)}T{8 + 12 * turn // times:02}:00",
            "cycle": str(cycle),
            "given": "yes",
        }
        for day in range(dose_days(treatment))
        for turn in range(times)
    )


def course_rows(  # noqa: PLR0913 - a course has these parts
    draft: Draft, treatment: Treatment, course: Continuous, study: StudyModel, *, after_last: int, until: int
) -> Iterator[Row]:
    """A continuous course, a row for each stretch of one dose; the last is still going on if it has not ended yet.

    It begins no sooner than the day after ``after_last``, on which a stretch before it ended.
    """
    start = max(draft.day_of(course.start), after_last + 1)
    end = draft.day_of(course.end) if course.end is not None and draft.has(course.end) else None
    last = min((day for day in (end, draft.end) if day is not None), default=until + 1)
    begun = (day for plan in versions_of(treatment.name, study) for day in levels_of(plan, treatment, draft))
    resting = set(rests(draft, treatment, study))
    changes = {*begun, *amended_days(draft, treatment, study), *resting, *(day + 1 for day in resting)}
    days = sorted({start, *(day for day in changes if start < day <= last)})
    for day, following in zip(days, (*days[1:], last + 1), strict=True):
        if day in resting or day > last or not is_given_on(day, treatment, draft, study):
            continue
        plan = treatment_on(day, treatment, draft, study)
        levels = levels_of(plan, treatment, draft)
        level = levels.get(max((each for each in levels if each <= day), default=-1))
        row = administration_row(draft, plan, day, level)
        yield {**row, "end_date": iso(following - 1) if following - 1 <= until else "", "given": "yes"}


def levels_of(plan: Treatment, treatment: Treatment, draft: Draft) -> Mapping[int, Level]:
    """The levels of a version of a treatment by the days on which they begin.

    Those that count from the start of an epoch count from that of ``treatment``, as the arm gives it.
    """
    is_by_epoch = any(level.start is not None and level.start.milestone == EPOCH_START for level in plan.levels)
    levels = treatment.levels if is_by_epoch else plan.levels
    return {draft.day_of(level.start): level for level in levels if level.start and draft.has(level.start)}


def rests(draft: Draft, treatment: Treatment, study: StudyModel) -> Iterator[int]:
    """The days of epochs without treatment, for what the arm gives throughout; not one shared with another epoch."""
    if any(gift.treatment == treatment.name for gift in arm_of(draft, study).in_epochs):
        return
    for epoch in study.epochs:
        if epoch.is_without_treatment and draft.has(epoch.start) and draft.has(epoch.end):
            first, last = draft.day_of(epoch.start), draft.day_of(epoch.end)
            yield from range(first, last + 1)


def amended_days(draft: Draft, treatment: Treatment, study: StudyModel) -> Iterator[int]:
    """The days on which an amendment changes what is given."""
    for version in study.versions[1:]:
        day = first_day(version, draft.site)
        before, after = (treatment_on(each, treatment, draft, study) for each in (day - 1, day))
        if (before.dose, before.levels) != (after.dose, after.levels):
            yield day


def administration_row(draft: Draft, treatment: Treatment, day: int, level: Level | None = None) -> dict[str, str]:
    """A row of ``administrations`` with the planned dose."""
    dose = treatment.dose
    amount = level or dose
    return {
        "participant": draft.participant,
        "treatment": treatment.name,
        "date": iso(day),
        "dose": "" if amount is None else write_number(amount.amount),
        "unit": "" if amount is None else amount.unit,
        "route": (dose.route if dose else None) or "",
        "level": "" if level is None else level.name,
    }


def is_given_on(day: int, treatment: Treatment, draft: Draft, study: StudyModel) -> bool:
    """Whether the participant's arm gives a treatment on a day."""
    return any(arm.name == draft.arm and treatment.name in arm.gives for arm in version_on(day, draft, study).arms)
