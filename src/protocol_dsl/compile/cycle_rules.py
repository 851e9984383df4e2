"""``delay while``, ``stop when`` and their like: columns know of whom such a rule changes nothing on any day.

Whether it does is judged of all days together, from the first planned day on that it speaks of. Whomever a rule may act
on, or leave open, the interpreter judges.
"""

from attrs import evolve
from sqlglot import exp

from protocol_dsl.base.truth import Truth
from protocol_dsl.compile.cycle_plan import CYCLE, CyclePlan, cycle_plans, has_day, is_of_plan
from protocol_dsl.compile.cycles import CYCLES, PLANNED, status
from protocol_dsl.compile.days import date_of, on_ordinal
from protocol_dsl.compile.deviations.own import joined_with_all
from protocol_dsl.compile.dosing import TREATMENT
from protocol_dsl.compile.every_day import AT_VISITS, EveryDay, first_labelled
from protocol_dsl.compile.gather import BASE, Gather
from protocol_dsl.model.columns import PARTICIPANT, NotInColumnsError
from protocol_dsl.model.schedule import CycleRule, Repeated
from protocol_dsl.model.series import repeated_member
from protocol_dsl.model.study import StudyModel
from protocol_dsl.trees import all_of, any_of, call, column, named, negated

FIRST_PLANNED = "first_planned_cycles"
"""The table of the first planned day that the rules of a treatment speak of."""


def noticed(model: StudyModel, gather: Gather, cutoff: int, *, is_amended: bool = False) -> exp.Select | None:
    """The participants for whom some rule may act, or be unknown, on the planned day of a cycle or a visit.

    Of cycles that ``is_amended`` says to hold in several versions only the text tells the first day.

    Raises:
        NotInColumnsError: The test of a rule is one of which columns do not know that.
    """
    early = evolve(gather, knows_given=False, left=[])
    planned: dict[str, exp.Expr] = {}
    labelled: dict[str, exp.Expr] = {}
    found: list[exp.Expr] = []
    for plan in cycle_plans(model):
        for rule in plan.cycles.rules if is_amended and has_day(plan.cycles.start) else ():
            days = EveryDay(early, early.point(plan.cycles.start), labelled)
            found.append(all_of(is_of_plan(plan), may_act(rule, plan.treatment.name, days, cutoff)))
        for rule in () if is_amended else plan.cycles.rules:
            name = f"{plan.treatment.name}_{rule.act.replace(' ', '_')}"
            planned[name] = first_planned(plan, rule)
            days = EveryDay(early, on_ordinal(column(name, FIRST_PLANNED)), labelled)
            may = may_act(rule, plan.treatment.name, days, cutoff, is_sparing=is_sparing(plan, rule, model))
            found.append(all_of(is_of_plan(plan), may))
    for visit in model.visits:
        if isinstance(visit.series, Repeated):
            for rule in visit.series.rules:
                point = repeated_member(visit, visit.series, first_number(rule)).point
                found.append(may_act(rule, visit.name, EveryDay(early, early.point(point), labelled), cutoff))
    if not found:
        return None
    query = joined_with_all(exp.select(column(PARTICIPANT, BASE)).from_(BASE), early)
    for name, table in ((FIRST_PLANNED, of_cycles(planned)), (AT_VISITS, first_labelled(labelled))):
        if len(table.expressions) > 1:
            same = column(PARTICIPANT, BASE).eq(column(PARTICIPANT, name))
            query = query.join(table.subquery(name), join_type="left", on=same)
    return query.where(any_of(*found, *early.left))


def first_number(rule: CycleRule) -> int:
    """The first cycle, or visit of a series, that a rule speaks of."""
    return 2 if rule.act == "repeat while" else 1


def first_planned(plan: CyclePlan, rule: CycleRule) -> exp.Expr:
    """The first planned day that a rule speaks of; of an arm without the treatment only a delay moves the cycles."""
    is_one = [column(TREATMENT).eq(plan.number), column(CYCLE) >= first_number(rule)]
    if rule.act != "delay while":
        is_one.append(column("status").neq(status("not applicable")))
    return exp.Min(this=exp.If(this=all_of(*is_one), true=column(PLANNED)))


def of_cycles(planned: dict[str, exp.Expr]) -> exp.Select:
    """One row a participant with these days."""
    query = exp.select(column(PARTICIPANT), *(named(first, name) for name, first in planned.items()))
    return query.from_(CYCLES).group_by(column(PARTICIPANT))


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
