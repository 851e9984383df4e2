"""A participation that keeps the plan: visits and assessments, cycles and doses, inside their windows."""

from fractions import Fraction
from itertools import pairwise

from attrs import evolve

from protocol_dsl.base.numbers import write_number
from protocol_dsl.model.epochs import as_given
from protocol_dsl.model.points import Point
from protocol_dsl.model.schedule import Arm, Continuous, Cycles, Dose, InCycles, Repeated, Stop, Treatment, Visit
from protocol_dsl.model.series import cycle_member, last_number, repeated_member
from protocol_dsl.model.study import StudyModel
from protocol_dsl.model.vocabulary import Measure
from protocol_dsl.simulate.chance import Chance
from protocol_dsl.simulate.draft import Draft, Row, after, iso
from protocol_dsl.simulate.entry import reading_row

MOST_OF_A_SERIES = 60
"""Members laid out of a series without an end: more than fit between enrolment and the cut-off."""

MOST_OF_AN_OPEN_PLAN = 500
"""Cycles laid out of a plan without an end: more than fit between enrolment and the cut-off."""


def visit_window(draft: Draft, visit: Visit) -> tuple[int, int, int]:
    """Planned day, earliest day and latest day of a visit that is counted from the plan."""
    planned = draft.day_of(visit.point)
    return planned, after(planned, visit.window.early), after(planned, visit.window.late)


def planned_visits(draft: Draft, study: StudyModel) -> tuple[Visit, ...]:
    """The visits of the participant's arm that have a day, the members of each series among them."""
    return tuple(
        visit
        for planned in study.visits
        for visit in members(draft, planned, study)
        if draft.has(visit.point) and (not visit.arms or draft.arm in visit.arms)
    )


def members(draft: Draft, visit: Visit, study: StudyModel) -> tuple[Visit, ...]:
    """The visit itself, or those of a series that a participation without events has."""
    match visit.series:
        case None:
            return (visit,)
        case Repeated() as series:
            count = last_number(series) if draft.has(visit.point) else len(series.points)
            found = (repeated_member(visit, series, number) for number in range(1, min(count, MOST_OF_A_SERIES) + 1))
            return tuple(each for each in found if is_by(draft, each.point, series.stops))
        case InCycles() as series:
            treatment = next(item for item in study.treatments if item.name == series.treatment)
            cycles = treatment.course
            if not isinstance(cycles, Cycles) or not draft.has(cycles.start):
                return ()
            numbers = range(1, len(cycle_days(draft, cycles)) + 1)
            return tuple(
                member
                for number in numbers
                if series.only.has(number)
                for day in series.days
                if is_by(draft, (member := cycle_member(visit, series, number, day)).point, ())
            )


def is_by(draft: Draft, point: Point, stops: tuple[Stop, ...]) -> bool:
    """Whether a planned day is in the calendar, and on or before every point that bounds a plan."""
    bounds = [stop for stop in stops if isinstance(stop, Point) and draft.has(stop)]
    return not draft.has(point) or all(draft.day_of(point) <= draft.day_of(bound) for bound in bounds)


def with_given_days(draft: Draft, study: StudyModel) -> Draft:
    """With the days on which the cycles of the arm begin, and the first and the last dose, as points to count from."""
    days: dict[str, int] = {}
    for treatment in treatments_of(draft, study):
        if not isinstance(treatment.course, Cycles) or not draft.has(treatment.course.start):
            continue
        planned = cycle_days(draft, treatment.course)
        for number, day in enumerate(planned, 1):
            for what in ("cycle", "planned cycle"):
                days[f"{what} {number} of {treatment.name}"] = day
        if planned:
            days[f"first dose of {treatment.name}"] = planned[0]
        if planned and treatment.course.up_to is not None:
            days[f"last dose of {treatment.name}"] = planned[-1] + dose_days(treatment) - 1
    return evolve(draft, milestones={**draft.milestones, **days})


def with_visits(draft: Draft, study: StudyModel, until: int, chance: Chance) -> Draft:
    """Every visit whose window has closed by ``until``, held on a day inside its window, with what it assesses."""
    last = before = 0
    held: list[Row] = []
    readings = [*draft.of("readings")]
    there = {(row["measure"], row["visit"]) for row in readings}
    values = {row["measure"]: row["value"] for row in readings}
    ordered = sorted(planned_visits(draft, study), key=lambda item: draft.day_of(item.point))
    following = {one.name: draft.day_of(other.point) for one, other in pairwise(ordered)}
    for visit in ordered:
        planned, earliest, latest = visit_window(draft, visit)
        if latest > until:
            continue
        third = (latest - earliest) // 3
        # No later than the day before the next visit is planned, so that a narrow window still holds that one.
        later = min(third, latest - planned, max(0, following.get(visit.name, latest + 1) - planned - 1))
        day = max(last + 1, planned + chance.whole(-min(third, planned - earliest), later))
        # Visits that the plan puts on one day are held on one day, as far as their windows allow.
        day = min(max(last, earliest), latest) if planned == before else day
        last, before = day, planned
        held.append(visit_row(draft, visit.name, day))
        for measure in study.vocabulary.measures:
            if measure.name in visit.assess and (measure.name, visit.name) not in there:
                values[measure.name] = value_after(values.get(measure.name, ""), measure, chance)
                readings.append(reading_row(draft, study, measure, day, values[measure.name], visit.name))
    return draft.plus("visits", *held).with_rows("readings", readings)


def visit_row(draft: Draft, visit: str, day: int) -> dict[str, str]:
    """A row of ``visits``."""
    return {"participant": draft.participant, "visit": visit, "date": iso(day), "status": "held"}


def value_after(before: str, measure: Measure, chance: Chance) -> str:
    """A choice, or a number not far from the one before."""
    return chance.one_of(measure.choices) if measure.choices else next_value(before, measure.plausible, chance)


def next_value(before: str, plausible: tuple[object, object] | None, chance: Chance) -> str:
    """A value not far from the one before."""
    start = Fraction(before) if before else Fraction(100)
    value = max(1, round(start * Fraction(chance.whole(85, 125), 100)))
    if plausible is not None:
        low, high = (Fraction(str(bound)) for bound in plausible)
        value = round(min(max(Fraction(value), low), high))
    return write_number(value)


def treatments_of(draft: Draft, study: StudyModel) -> tuple[Treatment, ...]:
    """What the participant's arm gives; what it gives in epochs once for each, with the course that it has there."""
    arm = next((item for item in study.arms if item.name == draft.arm), Arm(name="", title="", gives=()))
    given = (item for item in study.treatments if item.name in arm.gives)
    return tuple(found for item in given for found in as_given(item, arm, study))


def with_treatments(draft: Draft, study: StudyModel, until: int) -> Draft:
    """Continuous courses from their start, and every cycle whose window has closed by ``until``."""
    given: list[Row] = []
    in_epochs = {gift.treatment for arm in study.arms for gift in arm.in_epochs}
    for treatment in treatments_of(draft, study):
        match treatment.course:
            case Continuous(start=start, end=end) if draft.has(start) and draft.day_of(start) <= until:
                row = administration_row(draft, treatment, draft.day_of(start))
                is_over = treatment.name in in_epochs and end is not None and draft.day_of(end) <= until
                ended = iso(draft.day_of(end)) if is_over and end is not None else ""
                given.append({**row, "end_date": ended, "given": "yes"})
            case Cycles() as cycles if draft.has(cycles.start):
                for number, day in enumerate(cycle_days(draft, cycles), 1):
                    if after(day, cycles.window.late) <= until:
                        given += cycle_rows(draft, treatment, number, day)
            case _:
                continue
    return draft.plus("administrations", *given)


def cycle_days(draft: Draft, cycles: Cycles) -> tuple[int, ...]:
    """The planned days of a treatment's cycles, counted from the plan."""
    days = [draft.day_of(cycles.start)]
    while len(days) < (cycles.up_to or MOST_OF_AN_OPEN_PLAN) and cycles.spacings:
        days.append(after(days[-1], cycles.spacings[min(len(days), len(cycles.spacings)) - 1]))
    bounds = [stop for stop in (cycles.none_after, *cycles.stops) if isinstance(stop, Point) and draft.has(stop)]
    return tuple(day for day in days if all(day <= draft.day_of(bound) for bound in bounds))


def dose_days(treatment: Treatment) -> int:
    """The days of one cycle."""
    return (treatment.dose.days if treatment.dose else None) or 1


def cycle_rows(draft: Draft, treatment: Treatment, cycle: int, start: int) -> tuple[Row, ...]:
    """The administrations of one cycle as planned."""
    times = (treatment.dose.times_daily if treatment.dose else None) or 1
    return tuple(
        {
            **administration_row(draft, treatment, start + day),
            # Two doses of one day differ by their hour: rows alike in every column would be one row written twice.
            "date": f"{iso(start + day)}T{8 + 12 * turn // times:02}:00",
            "cycle": str(cycle),
            "given": "yes",
        }
        for day in range(dose_days(treatment))
        for turn in range(times)
    )


def administration_row(draft: Draft, treatment: Treatment, day: int) -> dict[str, str]:
    """A row of ``administrations`` with the planned dose."""
    dose = treatment.dose or Dose(amount=0, unit="")
    return {
        "participant": draft.participant,
        "treatment": treatment.name,
        "date": iso(day),
        "dose": write_number(dose.amount) if treatment.dose else "",
        "unit": dose.unit,
        "route": dose.route or "",
    }
