"""Titration: each dose against the level that is planned for its day."""

from collections.abc import Iterator

from sqlglot import exp

from protocol_dsl.base.values import frozen
from protocol_dsl.compile.gather import BASE, Gather
from protocol_dsl.model.columns import DOSES, PARTICIPANT, scaled
from protocol_dsl.model.points import EPOCH_START, Point
from protocol_dsl.model.schedule import Treatment
from protocol_dsl.model.study import StudyModel
from protocol_dsl.trees import all_of, any_of, call, case, cast, column, grouped, negated, number


@frozen
class Step:
    """A level of a titration, from a point on."""

    start: Point
    amount: int


def noticed(model: StudyModel, gather: Gather) -> exp.Select | None:
    """The participants with a dose of another level than planned for its first or last day, or for one not known."""
    found = [
        all_of(column("treatment").eq(place), is_other(treatment, steps, gather))
        for place, treatment in enumerate(model.treatments)
        if (steps := tuple(titration(treatment)))
    ]
    if not found:
        return None
    same = column(PARTICIPANT, DOSES).eq(column(PARTICIPANT, BASE))
    query = exp.select(column(PARTICIPANT, DOSES)).distinct().from_(DOSES).join(BASE, on=same)
    return query.where(column("is_given"), any_of(*found))


def titration(treatment: Treatment) -> Iterator[Step]:
    """The levels that begin at points, in the order of the text."""
    for level in treatment.levels:
        if level.start is not None:
            yield Step(level.start, scaled(level.amount))


def is_other(treatment: Treatment, steps: tuple[Step, ...], gather: Gather) -> exp.Expr:
    """Whether a dose is of another level than that of its day, or may be; of those that begin with an epoch any may.

    Which epoch that is only the arm says.
    """
    if any(step.start.milestone == EPOCH_START for step in steps):
        return exp.true()
    amount: exp.Expr = column("amount")
    if treatment.levels:
        levels = enumerate(treatment.levels)
        by_name = [(column("level").eq(place), number(scaled(level.amount))) for place, level in levels]
        amount = call("coalesce", amount, case(*by_name))
    return any_of(*(differs(column(day), amount, steps, gather) for day in ("day", "end_day")))


def differs(day: exp.Expr, amount: exp.Expr, steps: tuple[Step, ...], gather: Gather) -> exp.Expr:
    """Whether the amount is not that planned on a day; before the first level nothing is planned."""
    starts = [gather.point(step.start) for step in steps]
    begun = [exp.If(this=start.copy() <= day.copy(), true=start.copy()) for start in starts]
    latest = exp.Greatest(this=cast(exp.null(), "date"), expressions=begun, ignore_nulls=True)
    # Of two that begin on one day the later in the text is planned.
    last_first = reversed([*zip(steps, starts, strict=True)])
    planned = case(*((latest.copy().eq(start.copy()), number(step.amount)) for step, start in last_first))
    is_planned = negated(grouped(planned.copy()).is_(exp.null()))
    is_as_planned = call("coalesce", amount.copy().eq(planned), exp.false())
    is_unknown = any_of(*(start.copy().is_(exp.null()) for start in starts))
    is_there = negated(day.copy().is_(exp.null()))
    return all_of(is_there, any_of(is_unknown, all_of(is_planned, negated(is_as_planned))))
