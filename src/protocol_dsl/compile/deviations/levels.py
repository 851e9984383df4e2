"""Titration: each dose against the level that is planned for its day."""

from collections.abc import Iterator

from sqlglot import exp

from protocol_dsl.base.values import frozen
from protocol_dsl.compile.dosing import in_rows, is_elsewhere, levels_in_rows
from protocol_dsl.compile.gather import BASE, Gather
from protocol_dsl.model.columns import DOSES, PARTICIPANT
from protocol_dsl.model.points import EPOCH_START, Point
from protocol_dsl.model.schedule import Treatment
from protocol_dsl.model.study import StudyModel
from protocol_dsl.trees import (
    all_of,
    any_of,
    call,
    case,
    cast,
    column,
    is_null,
    named_table,
    negated,
    number,
    selected,
)


@frozen
class Step:
    """A level of a titration, from a point on."""

    start: Point
    amount: int | None


def noticed(study: StudyModel, gather: Gather, model: StudyModel) -> exp.Select | None:
    """The participants with a dose of another level than planned for its day, or of days of several levels.

    ``study`` is the plan of one version, ``model`` the protocol.
    """
    found = [
        all_of(column("treatment").eq(place), is_other(treatment, steps, gather, model))
        for place, treatment in enumerate(study.treatments)
        if (steps := tuple(titration(treatment, model)))
    ]
    if not found:
        return None
    same = column(PARTICIPANT, DOSES).eq(column(PARTICIPANT, BASE))
    query = (
        selected(DOSES, column(PARTICIPANT, DOSES)).distinct(copy=False).join(named_table(BASE), on=same, copy=False)
    )
    return query.where(column("is_given"), any_of(*found), copy=False)


def titration(treatment: Treatment, model: StudyModel) -> Iterator[Step]:
    """The levels that begin at points, in the order of the text."""
    for level in treatment.levels:
        if level.start is not None:
            yield Step(level.start, in_rows(level.amount, treatment, model))


def is_other(treatment: Treatment, steps: tuple[Step, ...], gather: Gather, model: StudyModel) -> exp.Expr:
    """Whether a dose is of another level than that of its day, or may be; of those that begin with an epoch any may.

    Which epoch that is only the arm says.
    """
    if any(step.start.milestone == EPOCH_START for step in steps):
        return exp.true()
    by_name = [
        (column("level").eq(place), amount_of(in_rows(level.amount, treatment, model)))
        for place, level in levels_in_rows(treatment, model)
    ]
    amount: exp.Expr = call("coalesce", column("amount"), case(*by_name))
    if (elsewhere := is_elsewhere(treatment, model)) != exp.false():
        is_incomparable = all_of(negated(is_null(column("amount"))), elsewhere)
        amount = case((is_incomparable, cast(exp.null(), "bigint")), otherwise=amount)
    turns = (gather.point(step.start) for step in steps)
    is_changed = any_of(*(all_of(column("day") < turn, turn.copy() <= column("end_day")) for turn in turns))
    is_changed = call("coalesce", is_changed, exp.false())
    return any_of(is_changed, *(differs(column(day), amount, steps, gather) for day in ("day", "end_day")))


def differs(day: exp.Expr, amount: exp.Expr, steps: tuple[Step, ...], gather: Gather) -> exp.Expr:
    """Whether the amount is not that planned on a day; before the first level nothing is planned."""
    starts = [gather.point(step.start) for step in steps]
    begun = [exp.If(this=start.copy() <= day.copy(), true=start.copy()) for start in starts]
    latest = exp.Greatest(this=cast(exp.null(), "date"), expressions=begun, ignore_nulls=True)
    # Of two that begin on one day the later in the text is planned.
    last_first = reversed([*zip(steps, starts, strict=True)])
    on_start = [(latest.copy().eq(start.copy()), step) for step, start in last_first]
    is_planned = any_of(*(condition.copy() for condition, _ in on_start))
    planned = case(*((condition, amount_of(step.amount)) for condition, step in on_start))
    is_as_planned = call("coalesce", amount.copy().eq(planned), exp.false())
    is_unknown = any_of(*(start.copy().is_(exp.null()) for start in starts))
    is_there = negated(day.copy().is_(exp.null()))
    return all_of(is_there, any_of(is_unknown, all_of(is_planned, negated(is_as_planned))))


def amount_of(found: int | None) -> exp.Expr:
    """An amount, null where no row can hold it."""
    return cast(exp.null(), "bigint") if found is None else number(found)
