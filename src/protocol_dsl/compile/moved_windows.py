"""Windows counted from the previous visit: moved by the days that this was held before or after its own plan."""

from collections.abc import Iterator, Sequence

from sqlglot import exp

from protocol_dsl.compile.cycles import ENDED
from protocol_dsl.compile.days import date_of, days_since, months_later, plus
from protocol_dsl.compile.matching import CLOSED, SKIPPED
from protocol_dsl.compile.members import LISTED, OFF, OVER, WAITING
from protocol_dsl.compile.series import begins_with_cycle, has_cycle, has_ended, in_cycles, is_absent, is_off, members
from protocol_dsl.compile.tables import has_bit
from protocol_dsl.compile.visit_days import VisitDays
from protocol_dsl.compile.visit_plan import PlannedVisit, Side, is_of_another_arm, planned_visits
from protocol_dsl.model.points import Length, Point
from protocol_dsl.model.study import StudyModel
from protocol_dsl.trees import (
    Branch,
    all_of,
    any_of,
    call,
    case,
    cast,
    column,
    grouped,
    named,
    named_table,
    negated,
    number,
    query_of,
)

FOLLOWED, MOVED = "visits_followed", "visits_moved"
PREVIOUS = "previous"
"""Columns: the number of the visit that the participant's plan puts before one that moves; null: there is none."""
SHORTEST, LONGEST = 28, 31
"""Days of a month."""
PLACES = 128
"""More than the greatest number of a visit, as a power of two."""


def followed(model: StudyModel, days: VisitDays, source: str) -> exp.Select:
    """``source`` with ``PREVIOUS`` of each visit that moves: of those planned before it the one planned last."""
    query = query_of("*")
    visits = planned_visits(model, days)
    for item in moving(visits):
        before = [(each, is_planned_before(each, item)) for each in candidates(item, visits, model)]
        keys = [case((all_of(is_before, is_there(each, visits, model)), key(each))) for each, is_before in before]
        latest = exp.Greatest(this=cast(exp.null(), "bigint"), expressions=keys, ignore_nulls=True)
        place = exp.BitwiseAnd(this=latest, expression=number(PLACES - 1))
        query = query.select(named(place, f"{PREVIOUS}_{item.number}"), copy=False)
    return query.from_(source, copy=False)


def moved(model: StudyModel, days: VisitDays) -> exp.Select:
    """The day that each of them is planned for, as the start of its window; null where the previous was not held.

    Months of a window are counted from that day, but where the participant has no visit before: then as the plan does.
    """
    query, ends = query_of("*"), query_of("*")
    visits = planned_visits(model, days)
    for item in moving(visits):
        has_none = column(f"{PREVIOUS}_{item.number}").is_(exp.null())
        branches: list[Branch] = [(has_none, item.plan.day)]
        for each in candidates(item, visits, model):
            held = exp.Nullif(this=each.held_day, expression=number(0))
            days_late = grouped(exp.Sub(this=held, expression=each.plan.day))
            branches.append((is_previous(each, item), exp.Add(this=item.plan.day, expression=days_late)))
        query = query.select(named(cast(case(*branches), "int"), item.planned.name), copy=False)
        for side, by_plan, length in by_months(item):
            end = case((has_none.copy(), plus(by_plan.day, -side.days)), otherwise=months_away(item, length, days))
            ends = ends.select(named(cast(end, "int"), side.name), copy=False)
    query = query.from_(named_table(FOLLOWED), copy=False)
    return ends.from_(query.subquery(MOVED, copy=False), copy=False) if len(ends.expressions) > 1 else query


def by_months(item: PlannedVisit) -> Iterator[tuple[Side, Side, Length]]:
    """The ends of a window that are months away from the planned day: as they move, as planned, and how far.

    Of two that are as many months away there is one start.
    """
    window = item.visit.window
    found = {
        side.start: (side, by_plan, length)
        for side, by_plan, length in (
            (item.earliest, item.opens, window.early),
            (item.latest, item.closes, window.late),
        )
        if length.months
    }
    yield from found.values()


def months_away(item: PlannedVisit, length: Length, days: VisitDays) -> exp.Expr:
    """The day so many months from the one that a visit moved to, in days after the epoch."""
    planned = cast(exp.DateAdd(this=date_of(days.epoch), expression=item.planned.first, unit=exp.var("day")), "date")
    return days_since(days.epoch, months_later(planned, number(length.months)))


def moving(visits: Sequence[PlannedVisit]) -> Iterator[PlannedVisit]:
    """The visits whose windows are counted from the previous visit."""
    return (item for item in visits if item.visit.is_moved)


def candidates(item: PlannedVisit, visits: Sequence[PlannedVisit], model: StudyModel) -> tuple[PlannedVisit, ...]:
    """The visits that may be the previous one: all but those certainly after it, or before another that is."""
    before = [each for each in visits if each.place != item.place and not is_surely_before(item, each)]
    nearer = [each for each in before if is_surely_before(each, item) and not is_of_some(each, model)]
    return tuple(each for each in before if not any(is_surely_before(each, other) for other in nearer))


def is_of_some(item: PlannedVisit, model: StudyModel) -> bool:
    """Whether only some have a visit: of its arms, of a version, as many of a series as have come, of cycles due."""
    is_in_series = item.place in members(model) or item.place in in_cycles(model)
    return bool(item.visit.arms or item.versions) or is_in_series or any(is_off(item, model))


def is_there(item: PlannedVisit, visits: Sequence[PlannedVisit], model: StudyModel) -> exp.Expr:
    """Whether a participant has the visit, if it is one of a series or counts from a cycle.

    One of a cycle that never is due is not in the plan, but where participation ended first.
    """
    if item.place in members(model):
        return negated(is_absent(item, visits, model))
    is_in_cycle = item.place in in_cycles(model)
    listed = [has_cycle(item, LISTED, model)] if is_in_cycle else []
    off = [has_cycle(item, OFF, model)] if is_in_cycle else is_off(item, model)
    has_ended_first = call("coalesce", column(ENDED) <= item.closes.day, exp.false())
    return all_of(*listed, *(any_of(negated(each), has_ended_first.copy()) for each in off))


def is_surely_before(one: PlannedVisit, other: PlannedVisit) -> bool:
    """Whether the plan of everybody who has both puts one before the other."""
    if one.visit.point.milestone != other.visit.point.milestone:
        return False
    days = gap(one.visit.point, other.visit.point)
    return days > 0 or (days == 0 and one.place < other.place)


def gap(before: Point, after: Point) -> int:
    """The days that are at least between two points of one milestone; below zero if they may be the other way round."""
    months = after.months - before.months
    return months * (SHORTEST if months >= 0 else LONGEST) + after.days - before.days


def is_planned_before(one: PlannedVisit, other: PlannedVisit) -> exp.Expr:
    """Whether both are visits of the participant, and the plan puts one before the other."""
    day, own = one.plan.day, other.plan.day
    is_before = day <= own if one.place < other.place else day < own
    are_of_arm = (negated(is_of_another_arm(each.visit)) for each in (one, other))
    return all_of(is_before, *are_of_arm, one.is_in_force, other.is_in_force)


def key(item: PlannedVisit) -> exp.Expr:
    """Where the plan puts a visit, with its number in the lowest bits."""
    days = exp.Mul(this=grouped(cast(grouped(item.plan.day), "bigint")), expression=number(PLACES))
    return exp.Add(this=days, expression=number(item.place))


def is_previous(one: PlannedVisit, other: PlannedVisit) -> exp.Expr:
    """Whether one is the visit before the other."""
    return all_of(column(f"{PREVIOUS}_{other.number}").eq(one.place), one.is_in_force)


# ------------------------------------------------------------------------------- statuses
def previous_waits(item: PlannedVisit, visits: Sequence[PlannedVisit], model: StudyModel) -> exp.Expr:
    """Whether the visit before one, which was not held, is still to come, or will not be due any more."""
    before = candidates(item, visits, model)
    return grouped(any_of(*(all_of(is_previous(each, item), grouped(waits(each, visits, model))) for each in before)))


def waits(item: PlannedVisit, visits: Sequence[PlannedVisit], model: StudyModel) -> exp.Expr:
    """Whether a visit that was not held, of a participant who has a plan for it, is not due, expected or overdue."""
    latest, is_closed = item.latest, has_bit(CLOSED, 1 << item.place)
    conditions = [is_closed, column(ENDED) <= latest.day, latest.first >= item.days.back - latest.days]
    conditions += has_ended(item, model)
    if item.visit.grace_days:
        is_running = latest.first >= item.days.back - latest.days - item.visit.grace_days
        conditions.append(all_of(is_running, negated(has_bit(SKIPPED, 1 << item.place))))
    if item.place in in_cycles(model):
        conditions.append(has_cycle(item, OVER, model))
        conditions += [has_cycle(item, WAITING, model)] if begins_with_cycle(item) else []
    off = list(is_off(item, model))
    conditions += off
    if not item.visit.is_moved:
        return any_of(*conditions)
    unknown = any_of(is_closed.copy(), column(ENDED) <= item.closes.day, previous_waits(item, visits, model), *off)
    return case((latest.first.is_(exp.null()), unknown), otherwise=any_of(*conditions))
