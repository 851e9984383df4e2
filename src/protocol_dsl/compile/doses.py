"""Days worked out from what was given: the last dose of a treatment, and the days of its cycles."""

from collections.abc import Mapping

from sqlglot import exp

from protocol_dsl.compile.arms import may_be_given
from protocol_dsl.compile.cycle_plan import CYCLE, CyclePlan, cycle_plans
from protocol_dsl.compile.cycles import ACTUAL, CYCLES, PLANNED, status
from protocol_dsl.compile.cycles_inside import IS_OFF
from protocol_dsl.compile.days import date_of, moved, on_ordinal
from protocol_dsl.compile.dosing import TREATMENT
from protocol_dsl.compile.early import given_days, people
from protocol_dsl.compile.gather import BASE, Gather, place_of
from protocol_dsl.compile.members import CYCLE_BITS, LISTED, OFF, OVER, WAITING
from protocol_dsl.compile.participation import participation_end
from protocol_dsl.compile.stops import first_event
from protocol_dsl.model.amended import versions_of_visits
from protocol_dsl.model.columns import DOSES, PARTICIPANT
from protocol_dsl.model.expressions import EventPattern
from protocol_dsl.model.given import GivenDay, given_day
from protocol_dsl.model.listed import CycleMember, listed
from protocol_dsl.model.patterns import discontinuations
from protocol_dsl.model.points import Length, Point
from protocol_dsl.model.schedule import Continuous
from protocol_dsl.model.study import StudyModel, may_lack_doses
from protocol_dsl.trees import (
    all_of,
    any_of,
    call,
    case,
    cast,
    column,
    named,
    negated,
    number,
    selected,
)

OF_CYCLES, OF_DOSES = "days_of_cycles", "days_of_doses"


def members_of(model: StudyModel) -> tuple[int, ...]:
    """The numbers of the treatments in whose cycles there are visits."""
    return tuple(dict.fromkeys(each.place for each in listed(model) if isinstance(each, CycleMember)))


def cycles_of_visits(model: StudyModel) -> tuple[GivenDay, ...]:
    """The cycles that visits count from which lie in none."""
    known = listed(model)
    visits = (each for each in versions_of_visits(model) if not isinstance(known[each.place], CycleMember))
    return tuple(day for day in given_days(tuple(each.visit.point for each in visits)) if day.number)


def off_name(day: GivenDay) -> str:
    """The column that says whether such a cycle never is due."""
    return f"off_{name_of(day)}"


def off_columns(model: StudyModel) -> tuple[str, ...]:
    """These columns."""
    return tuple(map(off_name, cycles_of_visits(model)))


# ------------------------------------------------------------------------------------ steps
def given_tables(model: StudyModel, gather: Gather, cutoff: int) -> list[tuple[str, exp.Select]]:
    """The steps from ``EARLY`` and ``CYCLES`` to everyone with the points that count from what was given.

    Raises:
        NotInColumnsError: The end of a treatment hangs on what columns do not follow.
    """
    plans = cycle_plans(model)
    steps = [(OF_DOSES, of_doses(model))]
    if plans:
        steps.insert(0, (OF_CYCLES, of_cycles(plans, model, gather, cutoff)))
    asked: list[exp.Expr] = [exp.Column(this=exp.Star(), table=exp.to_identifier(BASE))]
    days = {day: day_of(day, model, gather, cutoff) for day in given_days(tuple(gather.points_given))}
    for point, name in gather.points_given.items():
        milestone = given_day(point.milestone)
        if milestone is not None:
            asked.append(named(moved(days[milestone].copy(), Length(point.months, point.days)), name))
    bits = [f"{what}_{place}" for place in members_of(model) for what in CYCLE_BITS]
    asked += [named(call("coalesce", column(name, OF_CYCLES), number(0)), name) for name in bits]
    asked += [named(call("coalesce", column(name, OF_CYCLES), exp.false()), name) for name in off_columns(model)]
    query = selected(people(model), *asked)
    for table, _ in steps:
        same = column(PARTICIPANT, BASE).eq(column(PARTICIPANT, table))
        query = query.join(table, join_type="left", on=same, copy=False)
    return [*steps, (BASE, query)]


def of_cycles(plans: tuple[CyclePlan, ...], model: StudyModel, gather: Gather, cutoff: int) -> exp.Select:
    """One row a participant: the days of cycles asked for, which treatments are past, and the bits of cycles."""
    asked: list[exp.Expr] = [column(PARTICIPANT)]
    for day in given_days(tuple(gather.points_given)):
        if day.what in {"cycle", "planned cycle"}:
            is_one = all_of(is_of(place_of(day, model)), column(CYCLE).eq(day.number))
            found: exp.Expr = column(PLANNED)
            if day.what == "cycle":
                found = call("coalesce", column(ACTUAL), found)
            asked.append(named(exp.Max(this=exp.If(this=is_one, true=found)), name_of(day)))
    for day in cycles_of_visits(model):
        is_one = all_of(is_of(place_of(day, model)), column(CYCLE).eq(day.number))
        asked.append(named(call("bool_or", all_of(is_one, column(IS_OFF))), off_name(day)))
    # Of a treatment that has a plan for each arm one tells how long a cycle of it lasts.
    lengths = {plan.number: plan.length for plan in plans}
    for place, host in {plan.number: plan.host for plan in plans}.items():
        asked.append(named(are_past((place,) if host is None else (place, host), lengths, cutoff), f"are_past_{place}"))
    for place in members_of(model):
        for name, is_one in (
            (LISTED, is_of(place)),
            (OVER, all_of(is_of(place), column("status").eq(status("not due")))),
            (WAITING, all_of(is_of(place), column("status").eq(status("expected")))),
            (OFF, all_of(is_of(place), column(IS_OFF))),
        ):
            number_of = exp.Sub(this=column(CYCLE), expression=number(1))
            bit = exp.BitwiseLeftShift(this=cast(number(1), "bigint"), expression=cast(number_of, "bigint"))
            asked.append(named(call("bit_or", case((is_one, bit), otherwise=number(0))), f"{name}_{place}"))
    return selected(CYCLES, *asked).group_by(column(PARTICIPANT), copy=False)


def are_past(places: tuple[int, ...], lengths: Mapping[int, int], cutoff: int) -> exp.Expr:
    """Whether every planned cycle of some treatments was given or missed, and the days of the last one have passed."""
    is_settled = any_of(negated(column(ACTUAL).is_(exp.null())), column("status").eq(status("missed")))
    settled = call("bool_and", case((any_of(*map(is_of, places)), is_settled)))
    found: list[exp.Expr] = [call("coalesce", settled, exp.false())]
    for place in places:
        last = call("coalesce", exp.Max(this=exp.If(this=is_of(place), true=column(ACTUAL))), number(0))
        found.append(last <= cutoff - lengths[place] + 1)
    return all_of(*found)


def of_doses(model: StudyModel) -> exp.Select:
    """One row a participant: of each treatment the last day in any row, and whether a row has no end, or goes on."""
    asked: list[exp.Expr] = [column(PARTICIPANT)]
    for place, _ in enumerate(model.treatments):
        last = call("coalesce", column("end_day"), column("day"))
        asked += [
            named(exp.Max(this=exp.If(this=is_of(place), true=last)), f"last_{place}"),
            named(call("bool_or", all_of(is_of(place), column("end_day").is_(exp.null()))), f"is_open_{place}"),
            named(call("bool_or", all_of(is_of(place), column("goes_on"))), f"goes_on_{place}"),
        ]
    return selected(DOSES, *asked, where=column("is_given")).group_by(column(PARTICIPANT), copy=False)


def is_of(place: int) -> exp.Expr:
    """Whether a row is of the treatment of a number."""
    return column(TREATMENT).eq(place)


# ------------------------------------------------------------------------------------- days
def name_of(day: GivenDay) -> str:
    """The column of the day of a cycle."""
    return day.milestone.replace(" ", "_")


def day_of(day: GivenDay, model: StudyModel, gather: Gather, cutoff: int) -> exp.Expr:
    """The day, null where there is none yet.

    Raises:
        NotInColumnsError: The end of a treatment hangs on what columns do not follow.
    """
    match day.what:
        case "first dose":
            return gather.point(Point(day.milestone))
        case "last dose" if day.treatment:
            place = place_of(day, model)
            ended, last = has_ended(place, model, gather, cutoff), last_dose(place, model, gather, cutoff)
            return cast(case((ended, last)), "date")  # of what never ends, a null of a kind: DuckDB 1 asks for one
        case "last dose":
            return last_of_all(model, gather, cutoff)
        case "cycle" | "planned cycle":
            place_of(day, model)
            return on_ordinal(column(name_of(day), OF_CYCLES))


def last_of_all(model: StudyModel, gather: Gather, cutoff: int) -> exp.Expr:
    """The last dose of everything that the participant's arm gives, once all of it has ended."""
    ended: list[exp.Expr] = [negated(column("arm", BASE).is_(exp.null()))] if model.arms else []
    days: list[exp.Expr] = [cast(exp.null(), "date")]
    for place, treatment in enumerate(model.treatments):
        is_given = may_be_given(treatment, model)
        ended.append(any_of(negated(is_given), has_ended(place, model, gather, cutoff)))
        days.append(case((is_given.copy(), last_dose(place, model, gather, cutoff))))
    greatest = exp.Greatest(this=days[0], expressions=days[1:], ignore_nulls=True)
    return cast(case((all_of(*ended), greatest)), "date")


def has_ended(place: int, model: StudyModel, gather: Gather, cutoff: int) -> exp.Expr:
    """Whether no other dose of a treatment may follow, nor be missing from the data."""
    if may_lack_doses(model):
        return exp.false()
    is_over = negated(known_end(place, model, gather, cutoff).is_(exp.null()))
    if any(plan.number == place for plan in cycle_plans(model)):
        is_over = any_of(is_over, call("coalesce", column(f"are_past_{place}", OF_CYCLES), exp.false()))
    return all_of(is_over, negated(call("coalesce", column(f"goes_on_{place}", OF_DOSES), exp.false())))


def last_dose(place: int, model: StudyModel, gather: Gather, cutoff: int) -> exp.Expr:
    """The last day of a treatment that has ended; a course whose row has no end was given until it ended."""
    last = column(f"last_{place}", OF_DOSES)
    if any(plan.number == place for plan in cycle_plans(model)):
        return last
    is_open, end = column(f"is_open_{place}", OF_DOSES), known_end(place, model, gather, cutoff)
    to_the_end = exp.Greatest(this=last.copy(), expressions=[case((is_open, end))], ignore_nulls=True)
    return case((negated(last.is_(exp.null())), to_the_end))


def known_end(place: int, model: StudyModel, gather: Gather, cutoff: int) -> exp.Expr:
    """The first day on which a treatment certainly ended and that has come; null where there is none."""
    treatment = model.treatments[place]
    course, ends = treatment.course, (*ends_of(place, model), *discontinuations(treatment))
    return exp.Least(
        this=cast(exp.null(), "date"),
        expressions=[
            come(participation_end(model, gather, cutoff), cutoff),
            *(first_event(events, gather) for events in ends),
            *([come(gather.point(course.end), cutoff)] if isinstance(course, Continuous) and course.end else []),
        ],
        ignore_nulls=True,
    )


def ends_of(place: int, model: StudyModel) -> tuple[EventPattern, ...]:
    """The events that end the cycles of a treatment."""
    return next((plan.ends for plan in cycle_plans(model) if plan.number == place), ())


def come(day: exp.Expr, cutoff: int) -> exp.Expr:
    """A day that has come by the cut-off."""
    return case((day <= date_of(cutoff), day.copy()))
