"""``delay while``, ``stop when`` and their like: columns know of whom such a rule changes nothing on any day.

Whether it does is judged of all days together, from the first planned day on that it speaks of. Whomever a rule may act
on, or leave open, the interpreter judges.
"""

from collections.abc import Iterator
from itertools import chain

from attrs import define, evolve, field
from sqlglot import exp

from protocol_dsl.base.truth import Truth
from protocol_dsl.compile.arms import may_be_given
from protocol_dsl.compile.cycle_plan import (
    CYCLE,
    CyclePlan,
    cycle_plans,
    has_day,
    is_after_cycles,
    is_of_plan,
    open_cycles,
)
from protocol_dsl.compile.cycles import CYCLES, PLANNED
from protocol_dsl.compile.days import date_of, moved, on_ordinal
from protocol_dsl.compile.deviations.own import joined_with_all
from protocol_dsl.compile.dosing import TREATMENT
from protocol_dsl.compile.early import places_of
from protocol_dsl.compile.every_day import EveryDay
from protocol_dsl.compile.gather import BASE, Gather
from protocol_dsl.compile.read_from_start import AT_VISITS, first_labelled
from protocol_dsl.model.amended import studies_alike
from protocol_dsl.model.columns import DOSES, PARTICIPANT, NotInColumnsError
from protocol_dsl.model.given import given_day
from protocol_dsl.model.points import EPOCH_START, Length, Point
from protocol_dsl.model.schedule import CycleRule, Repeated
from protocol_dsl.model.study import StudyModel, studies_of
from protocol_dsl.trees import all_of, any_of, call, column, named, negated, selected

FIRST_PLANNED, FIRST_BEGUN = "first_planned_cycles", "first_begun_cycles"
"""The tables of the first planned days that rules speak of, and of those on which a treatment was begun."""
SHORTEST = 28
"""Days of a month."""


@define
class FirstDays:
    """What is asked for of first days: on which cycles are planned, treatments begun, visits read; by its columns."""

    planned: dict[str, exp.Expr] = field(factory=dict)
    begun: dict[str, exp.Expr] = field(factory=dict)
    labelled: dict[str, exp.Expr] = field(factory=dict)

    def tables(self) -> Iterator[tuple[str, exp.Select]]:
        """The tables of which something is asked for, a row a participant."""
        if self.planned:
            yield FIRST_PLANNED, firsts(self.planned, CYCLES)
        if self.begun:
            yield FIRST_BEGUN, firsts(self.begun, DOSES)
        if self.labelled:
            yield AT_VISITS, first_labelled(self.labelled)


def noticed(model: StudyModel, gather: Gather, cutoff: int, protocol: StudyModel) -> exp.Select | None:
    """The participants for whom some rule may act, or be unknown, on the planned day of a cycle."""
    early, asked = evolve(gather, knows_given=False, left=[]), FirstDays()
    found: list[exp.Expr] = []
    for plan in cycle_plans(model):
        for rule in plan.cycles.rules:
            if (start := first_day(plan, rule, early, asked, protocol)) is not None:
                days = EveryDay(early, protocol, start, asked.labelled)
                may = may_act(rule, days, cutoff)
                found.append(all_of(is_of_plan(plan), is_spoken_of(plan, rule, model), may))
    return those_with(found, early, asked)


def noticed_in_series(model: StudyModel, gather: Gather, cutoff: int) -> exp.Select | None:
    """Those for whom some rule may act, or be unknown, on the planned day of a visit of a series, in any version."""
    early, asked = evolve(gather, knows_given=False, left=[]), FirstDays()
    found: list[exp.Expr] = []
    visits = dict.fromkeys(visit for study in (model, *studies_of(model)) for visit in study.visits)
    for visit in visits:
        if isinstance(visit.series, Repeated) and visit.series.rules:
            days = EveryDay(early, model, first_planned(visit.series, early), asked.labelled)
            found += [may_act(rule, days, cutoff) for rule in visit.series.rules]
    return those_with(found, early, asked)


def first_planned(series: Repeated, gather: Gather) -> exp.Expr:
    """The first day for which a visit of a series is planned: its points may come in any order."""
    first, *others = map(gather.point, series.points)
    return exp.Least(this=first, expressions=others, ignore_nulls=True) if others else first


def those_with(found: list[exp.Expr], gather: Gather, asked: FirstDays) -> exp.Select | None:
    """The participants for whom some condition holds on what was asked for."""
    if not found:
        return None
    query = joined_with_all(selected(BASE, column(PARTICIPANT, BASE)), gather)
    for name, table in asked.tables():
        same = column(PARTICIPANT, BASE).eq(column(PARTICIPANT, name))
        query = query.join(table.subquery(name, copy=False), join_type="left", on=same, copy=False)
    return query.where(any_of(*found, *gather.left), copy=False)


def first_number(rule: CycleRule) -> int:
    """The first cycle that a rule speaks of."""
    return 2 if rule.act == "repeat while" else 1


def first_day(
    plan: CyclePlan, rule: CycleRule, gather: Gather, asked: FirstDays, protocol: StudyModel
) -> exp.Expr | None:
    """The first planned day that a rule speaks of, or one before it; nothing where there is no such cycle.

    Of cycles that lie in those of another treatment it is worked out of all that are planned, if columns follow these.
    Those that move may be planned before the first, but not within the shortest spacing after the first that was begun.
    """
    number_of = first_number(rule)
    if plan.host is not None and plan.host in open_cycles(protocol):
        return first_of(plan.host, gather, asked, protocol)
    if is_after_cycles(plan.cycles.start):
        return first_of(plan.number, gather, asked, protocol)
    if plan.host is not None:
        name = f"{plan.treatment.name}_{number_of}"
        is_one = all_of(column(TREATMENT).eq(plan.number), column(CYCLE) >= number_of)
        asked.planned[name] = exp.Min(this=exp.If(this=is_one, true=column(PLANNED)))
        return on_ordinal(column(name, FIRST_PLANNED))
    if len(plan.points) < number_of or not has_day(plan.cycles.start):
        return None
    if not plan.is_moved:
        return gather.point(plan.points[number_of - 1])
    shortest = min((length.months * SHORTEST + length.days for length in plan.cycles.spacings), default=0)
    after_it = moved(first_begun(plan.number, asked), Length(days=shortest))
    return exp.Least(this=gather.point(plan.points[0]), expressions=[after_it], ignore_nulls=True)


def first_of(place: int, gather: Gather, asked: FirstDays, protocol: StudyModel) -> exp.Expr:
    """A day before which no cycle of a treatment is planned by any version, nor was any begun."""
    plans = chain.from_iterable(map(cycle_plans, studies_alike(protocol)))
    points = dict.fromkeys(plan.points[0] for plan in plans if plan.number == place and plan.points)
    days = [first_at(point, gather, asked, protocol) for point in points if point.milestone != EPOCH_START]
    return exp.Least(this=first_begun(place, asked), expressions=days, ignore_nulls=True)


def first_at(point: Point, gather: Gather, asked: FirstDays, protocol: StudyModel) -> exp.Expr:
    """The day of a point, or one before it where it counts from cycles: nothing of a treatment comes before these."""
    day = given_day(point.milestone)
    if day is None or not is_after_cycles(point):
        return gather.point(point)
    first, *others = (first_of(place, gather, asked, protocol) for place in places_of({day.treatment}, protocol))
    earliest = exp.Least(this=first, expressions=others, ignore_nulls=True) if others else first
    return moved(earliest, Length(point.months, point.days))


def first_begun(place: int, asked: FirstDays) -> exp.Column:
    """The first day on which something of a treatment was given, or may have been."""
    name = f"begun_{place}"
    asked.begun[name] = exp.Min(
        this=exp.If(this=all_of(column(TREATMENT).eq(place), column("is_given")), true=column("first_day"))
    )
    return column(name, FIRST_BEGUN)


def is_spoken_of(plan: CyclePlan, rule: CycleRule, model: StudyModel) -> exp.Expr:
    """Whether a rule can change anything: of an arm without the treatment only a delay moves the cycles."""
    return exp.true() if rule.act == "delay while" else may_be_given(plan.treatment, model)


def firsts(asked: dict[str, exp.Expr], table: str) -> exp.Select:
    """One row a participant with the first days asked for of a table."""
    query = selected(table, column(PARTICIPANT), *(named(first, name) for name, first in asked.items()))
    return query.group_by(column(PARTICIPANT), copy=False)


def may_act(rule: CycleRule, days: EveryDay, cutoff: int) -> exp.Expr:
    """Whether a rule may act on some planned day that has come; one of whose test columns know nothing may on any."""
    idle = Truth.MET if rule.act == "repeat while" else Truth.NOT_MET
    has_come = call("coalesce", days.start.copy() <= date_of(cutoff), exp.false())
    try:
        is_sure = days.throughout(rule.test, idle)
    except NotInColumnsError:
        return has_come
    return all_of(has_come, negated(call("coalesce", is_sure, exp.false())))
