"""The first and the last day of a continuous treatment, where the text gives them a window."""

from collections.abc import Callable, Iterator
from typing import Literal

from attrs import evolve

from protocol_dsl.base.days import Days, write_days
from protocol_dsl.base.values import frozen
from protocol_dsl.interpret.amendments import in_force_when_planned, studies
from protocol_dsl.interpret.cycles import may_be_given, read_rows
from protocol_dsl.interpret.deviations.judged import About, Found, Judged, deviation, query
from protocol_dsl.interpret.doses import first_dose
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.participation import earliest, participation_end, treatment_end
from protocol_dsl.interpret.points import resolve
from protocol_dsl.interpret.reasons import administration_fact
from protocol_dsl.interpret.schedule import out_words
from protocol_dsl.interpret.slots import Slot, around
from protocol_dsl.interpret.standing import Due, Ending, Standing, held, plus, statuses
from protocol_dsl.model.deviation_codes import COURSE_DAYS_UNDETERMINED, COURSE_END, COURSE_MISSED, COURSE_START
from protocol_dsl.model.points import Point, Window
from protocol_dsl.model.records import Administration
from protocol_dsl.model.schedule import Continuous, Treatment
from protocol_dsl.model.study import treatment_called


@frozen
class Bound:
    """The point at which a course is to begin or to end, with the window around it."""

    point: Point
    window: Window


@frozen
class Stand:
    """Where the first or the last day of a course stands."""

    standing: Standing
    slot: Slot | None = None


NOTHING_OWED = Stand(Standing("not due"))
Given = tuple[Administration, ...]


def derive(judged: Judged) -> Iterator[Found]:
    """Each continuous treatment that the participant's arm gives: when it began, and when it ended."""
    if judged.is_arm_unknown:
        return
    for treatment in judged.model.treatments:
        rows = tuple(row for row in read_rows(treatment, judged.facts) if row.is_given)
        yield from begun(judged, treatment, rows)
        if rows:
            yield from ended(judged, treatment, rows)


# ---------------------------------------------------------------------------- the first day
def begun(judged: Judged, treatment: Treatment, rows: Given) -> Iterator[Found]:
    """A course that began early or late, or not at all."""
    day = first_dose(treatment, judged.facts)
    found = in_force(treatment, first_bound, lambda bound, facts: first_day(treatment, day, bound, facts), judged.facts)
    first = tuple(row for row in rows if day is not None and row.first <= day.last)
    about = about_rows(treatment, first, day)
    match found.standing.status:
        case "early" | "late" as status:
            message = f"{treatment.name} began {out_words(found.standing)} {AGAINST_WINDOW[status]}"
            yield deviation(judged, COURSE_START, about, message, slot=found.slot, actual=day, standing=found.standing)
        case "missed" if found.slot is not None:
            message = f"{treatment.name} was not given, it was to begin by {write_days(found.slot.latest)}"
            about = evolve(about, date=plus(found.slot.latest, 1))
            yield deviation(judged, COURSE_MISSED, about, message, slot=found.slot)
        case "undetermined":
            message = f"whether {treatment.name} began in its window is not known"
            yield query(judged, COURSE_DAYS_UNDETERMINED, about, message)
        case _:
            pass


def first_day(treatment: Treatment, day: Days | None, bound: Bound, facts: Facts) -> Stand:
    """Where the first day of a course stands: an earlier one may be lacking where the data may lack doses."""
    planned = resolve(bound.point, facts)
    if planned is None:
        return NOTHING_OWED
    slot, is_open = around(planned, bound.window), facts.may_lack(treatment.name)
    if day is None:
        end = participation_end(facts)
        endings = (*discontinued(treatment, facts), *([] if end is None else [Ending(days=end)]))
        match missed(slot, endings, facts):
            case "no":
                return NOTHING_OWED
            case "certainly" if not is_open:
                return Stand(Standing("missed"), slot)
            case _:
                return Stand(Standing("undetermined"), slot)
    standing = held(day, slot)
    return Stand(Standing("undetermined") if is_open and standing.status == "late" else standing, slot)


# ----------------------------------------------------------------------------- the last day
def ended(judged: Judged, treatment: Treatment, rows: Given) -> Iterator[Found]:
    """A course that ended early or late."""
    day, rows = last_of(rows)
    is_told = all(row.end is not None for row in rows)

    def judge(bound: Bound, facts: Facts) -> Stand:
        return last_day(treatment, day, bound, facts, is_told=is_told)

    found = in_force(treatment, last_bound, judge, judged.facts)
    about = about_rows(treatment, rows, day)
    match found.standing.status:
        case "early" | "late" as status:
            verb = "still goes on" if any(row.goes_on for row in rows) else "ended"
            message = f"{treatment.name} {verb} {out_words(found.standing)} {AGAINST_WINDOW[status]}"
            yield deviation(judged, COURSE_END, about, message, slot=found.slot, actual=day, standing=found.standing)
        case "undetermined":
            message = f"whether {treatment.name} ended in its window is not known"
            yield query(judged, COURSE_DAYS_UNDETERMINED, about, message)
        case _:
            pass


def last_of(rows: Given) -> tuple[Days, Given]:
    """The last day on which something was given, and the rows that may tell it.

    A row without an end is held to its own day alone: it may be a single act.
    """
    ends = [row.end or Days(row.first, row.last) for row in rows]
    day = Days(max(end.first for end in ends), max(end.last for end in ends))
    begun_last = max(row.first for row in rows)
    told = (
        row
        for row, end in zip(rows, ends, strict=True)
        if end.last >= day.first or (row.end is None and row.last >= begun_last)
    )
    return day, tuple(told)


def last_day(treatment: Treatment, day: Days, bound: Bound, facts: Facts, *, is_told: bool) -> Stand:
    """Where the last day of a course stands; it is owed until participation ends, if that is before it was planned.

    A discontinuation tells of a decision to stop, whenever it was written. ``is_told``: the last row has an end.
    """
    planned = resolve(bound.point, facts)
    if planned is None:
        return NOTHING_OWED
    slot, end = around(planned, bound.window), participation_end(facts)
    standing = held(day, slot)
    if standing.status in {"late", "in window"}:
        return Stand(standing, slot)
    owed = planned if end is None else earliest([planned, end]) or planned
    slot = around(owed, bound.window)
    owing, against = missed(slot, tuple(discontinued(treatment, facts)), facts), held(day, slot)
    if owing == "no" or against.status not in {"early", "undetermined"}:
        return NOTHING_OWED
    is_certain = owing == "certainly" and is_told and not facts.may_lack(treatment.name)
    return Stand(against if is_certain else Standing("undetermined"), slot)


def missed(slot: Slot, endings: tuple[Ending, ...], facts: Facts) -> Literal["certainly", "perhaps", "no"]:
    """Whether a window closed in which something was owed: until then nothing is, whatever may have ended it."""
    possible = {*statuses(Due(slot=slot, cutoff=facts.cutoff.day, endings=endings))}
    if "missed" not in possible:
        return "no"
    return "certainly" if len(possible) == 1 else "perhaps"


# ----------------------------------------------------------------------------- in all of it
AGAINST_WINDOW = {"early": "before its window opened", "late": "after its window closed"}


def about_rows(treatment: Treatment, rows: Given, day: Days | None) -> About:
    """A course, on a day of its own."""
    return About(
        rule=treatment.name,
        treatment=treatment.name,
        date=day,
        facts=tuple(administration_fact(row) for row in rows),
        place=treatment.place,
    )


def first_bound(course: Continuous) -> Point | None:
    """Where a course is to begin."""
    return course.start


def last_bound(course: Continuous) -> Point | None:
    """Where a course is to end, if anywhere."""
    return course.end


def in_force(
    treatment: Treatment,
    side: Callable[[Continuous], Point | None],
    judge: Callable[[Bound, Facts], Stand],
    facts: Facts,
) -> Stand:
    """Where a side of a course stands by the version in force on the day for which it is planned."""
    versions = studies(facts)
    bounds = [bound_in(treatment.name, side, facts.under(study)) for study in versions]
    numbers = in_force_when_planned(bounds, lambda bound: resolve(bound.point, facts), facts)
    found = [
        NOTHING_OWED if (bound := bounds[number]) is None else judge(bound, facts.under(versions[number]))
        for number in numbers
    ]
    if all(each == found[-1] for each in found):
        return found[-1]
    return Stand(Standing("undetermined"), found[-1].slot)


def bound_in(name: str, side: Callable[[Continuous], Point | None], facts: Facts) -> Bound | None:
    """A side of a treatment's course in one version; nothing where that has none, or the arm does not give it."""
    treatment = treatment_called(name, facts.model)
    course = None if treatment is None or not may_be_given(treatment, facts) else treatment.course
    if not isinstance(course, Continuous) or course.window is None:
        return None
    point = side(course)
    return None if point is None else Bound(point, course.window)


def discontinued(treatment: Treatment, facts: Facts) -> Iterator[Ending]:
    """The discontinuation of the treatment, if there may be one."""
    day, is_certain = treatment_end(treatment.name, facts)
    if day is not None:
        yield Ending(days=day, is_certain=is_certain)
