"""``delay while``, ``stop when`` and their like: columns know of whom such a rule changes nothing on any day.

Whether it does is judged of all days together, from the first planned day on that it speaks of. Whomever a rule may act
on, or leave open, the interpreter judges.
"""

from collections.abc import Mapping

from attrs import evolve
from sqlglot import exp

from protocol_dsl.base.truth import Truth
from protocol_dsl.compile.arms import may_be_given
from protocol_dsl.compile.cycle_plan import CYCLE, CyclePlan, cycle_plans, has_day, is_of_plan
from protocol_dsl.compile.cycles import CYCLES, PLANNED
from protocol_dsl.compile.days import date_of, on_ordinal, plus
from protocol_dsl.compile.deviations.own import joined_with_all
from protocol_dsl.compile.dosing import GIVEN, START, TREATMENT
from protocol_dsl.compile.every_day import AT_VISITS, EveryDay, first_labelled
from protocol_dsl.compile.gather import BASE, Gather
from protocol_dsl.model.columns import PARTICIPANT, NotInColumnsError
from protocol_dsl.model.schedule import CycleRule, Repeated
from protocol_dsl.model.study import StudyModel, studies_of
from protocol_dsl.trees import all_of, any_of, call, column, named, negated

FIRST_PLANNED, FIRST_BEGUN = "first_planned_cycles", "first_begun_cycles"
"""The tables of the first planned days that rules speak of, and of those on which a treatment was begun."""
SHORTEST = 28
"""Days of a month."""


def noticed(model: StudyModel, gather: Gather, cutoff: int, *, is_open: bool = False) -> exp.Select | None:
    """The participants for whom some rule may act, or be unknown, on the planned day of a cycle.

    Raises:
        NotInColumnsError: The test of a rule is one of which columns do not know that; or, where some cycles are
            not followed (``is_open``), some with rules lie in those of another treatment.
    """
    early = evolve(gather, knows_given=False, left=[])
    planned: dict[str, exp.Expr] = {}
    begun: dict[str, exp.Expr] = {}
    labelled: dict[str, exp.Expr] = {}
    found: list[exp.Expr] = []
    for plan in cycle_plans(model):
        if plan.host is not None and plan.cycles.rules and is_open:
            raise NotInColumnsError(f"{plan.treatment.name}: rules of cycles in others, which columns do not follow")
        for rule in plan.cycles.rules:
            if (start := first_day(plan, rule, early, planned, begun)) is not None:
                days = EveryDay(early, start, labelled)
                may = may_act(rule, plan.treatment.name, days, cutoff, is_sparing=is_sparing(plan, rule, model))
                found.append(all_of(is_of_plan(plan), is_spoken_of(plan, rule, model), may))
    return those_with(
        found, early, {FIRST_PLANNED: firsts(planned, CYCLES), FIRST_BEGUN: firsts(begun, GIVEN)}, labelled
    )


def noticed_in_series(model: StudyModel, gather: Gather, cutoff: int) -> exp.Select | None:
    """Those for whom some rule may act, or be unknown, on the planned day of a visit of a series, in any version.

    Raises:
        NotInColumnsError: The test of a rule is one of which columns do not know that.
    """
    early = evolve(gather, knows_given=False, left=[])
    labelled: dict[str, exp.Expr] = {}
    found: list[exp.Expr] = []
    visits = dict.fromkeys(visit for study in (model, *studies_of(model)) for visit in study.visits)
    for visit in visits:
        if isinstance(visit.series, Repeated) and visit.series.rules:
            days = EveryDay(early, first_planned(visit.series, early), labelled)
            found += [may_act(rule, visit.name, days, cutoff) for rule in visit.series.rules]
    return those_with(found, early, {}, labelled)


def first_planned(series: Repeated, gather: Gather) -> exp.Expr:
    """The first day for which a visit of a series is planned: its points may come in any order."""
    first, *others = map(gather.point, series.points)
    return exp.Least(this=first, expressions=others, ignore_nulls=True) if others else first


def those_with(
    found: list[exp.Expr], gather: Gather, days: Mapping[str, exp.Select], labelled: Mapping[str, exp.Expr]
) -> exp.Select | None:
    """The participants for whom some condition holds, of what was asked for, and of further tables of ``days``."""
    if not found:
        return None
    query = joined_with_all(exp.select(column(PARTICIPANT, BASE)).from_(BASE), gather)
    for name, table in {**days, AT_VISITS: first_labelled(labelled)}.items():
        if len(table.expressions) > 1:
            same = column(PARTICIPANT, BASE).eq(column(PARTICIPANT, name))
            query = query.join(table.subquery(name), join_type="left", on=same)
    return query.where(any_of(*found, *gather.left))


def first_number(rule: CycleRule) -> int:
    """The first cycle that a rule speaks of."""
    return 2 if rule.act == "repeat while" else 1


def first_day(
    plan: CyclePlan, rule: CycleRule, gather: Gather, planned: dict[str, exp.Expr], begun: dict[str, exp.Expr]
) -> exp.Expr | None:
    """The first planned day that a rule speaks of, or one before it; nothing where there is no such cycle.

    Of cycles that lie in those of another treatment it is worked out of all that are ``planned``. Those that move may
    be planned before the first, but not within the shortest spacing after the first that was ``begun``.
    """
    number_of = first_number(rule)
    if plan.host is not None:
        name = f"{plan.treatment.name}_{number_of}"
        is_one = all_of(column(TREATMENT).eq(plan.number), column(CYCLE) >= number_of)
        planned[name] = exp.Min(this=exp.If(this=is_one, true=column(PLANNED)))
        return on_ordinal(column(name, FIRST_PLANNED))
    if len(plan.points) < number_of or not has_day(plan.cycles.start):
        return None
    if not plan.is_moved:
        return gather.point(plan.points[number_of - 1])
    name = f"{plan.treatment.name}_begun"
    begun[name] = exp.Min(this=exp.If(this=column(TREATMENT).eq(plan.number), true=column(START)))
    shortest = min((length.months * SHORTEST + length.days for length in plan.cycles.spacings), default=0)
    moved = on_ordinal(plus(column(name, FIRST_BEGUN), shortest))
    return exp.Least(this=gather.point(plan.points[0]), expressions=[moved], ignore_nulls=True)


def is_spoken_of(plan: CyclePlan, rule: CycleRule, model: StudyModel) -> exp.Expr:
    """Whether a rule can change anything: of an arm without the treatment only a delay moves the cycles."""
    return exp.true() if rule.act == "delay while" else may_be_given(plan.treatment, model)


def firsts(asked: dict[str, exp.Expr], table: str) -> exp.Select:
    """One row a participant with the first days asked for of a table."""
    query = exp.select(column(PARTICIPANT), *(named(first, name) for name, first in asked.items()))
    return query.from_(table).group_by(column(PARTICIPANT))


def is_sparing(plan: CyclePlan, rule: CycleRule, model: StudyModel) -> bool:
    """Whether a rule that columns do not follow leaves a fair share to them: those of an arm without the treatment."""
    return rule.act != "delay while" and any(plan.treatment.name not in arm.gives for arm in model.arms)


def may_act(rule: CycleRule, name: str, days: EveryDay, cutoff: int, *, is_sparing: bool = False) -> exp.Expr:
    """Whether a rule may act on some planned day that has come; of one that ``is_sparing`` on any, if need be.

    Raises:
        NotInColumnsError: Columns do not follow its test; the message names the rule.
    """
    idle = Truth.MET if rule.act == "repeat while" else Truth.NOT_MET
    has_come = call("coalesce", days.start.copy() <= date_of(cutoff), exp.false())
    try:
        is_sure = days.throughout(rule.test, idle)
    except NotInColumnsError as error:
        if is_sparing:
            return has_come
        raise NotInColumnsError(f"{name}: {rule.act} {rule.test.words or error}") from None
    return all_of(has_come, negated(call("coalesce", is_sure, exp.false())))
