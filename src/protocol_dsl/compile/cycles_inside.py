"""The cycles of a treatment that is given in the cycles of another: each goes with the one in which it lies."""

from collections.abc import Sequence

from sqlglot import exp

from protocol_dsl.compile.cycle_plan import CYCLE, DAYS, ORIGIN, CyclePlan
from protocol_dsl.model.columns import PARTICIPANT
from protocol_dsl.model.results import STATUSES, Status
from protocol_dsl.model.schedule import InCycles
from protocol_dsl.trees import all_of, any_of, call, column, named, number, query_of, selected

IS_OFF = "is_off"
"""The column that says whether a cycle was not begun and never is due."""
IS_OVER, IS_WAITING, IS_OFF_INSIDE, RANK = "is_over", "is_waiting", "is_off_inside", "rank_inside"
"""Columns: the other cycle is not due, may still begin, or never is due, and this with it; the place among those of a
participant."""


def planned_inside(inside: InCycles, hosts: Sequence[str], *, planned: str, actual: str) -> exp.Select:
    """A row a planned cycle of each participant: the day from which it counts, as an ordinal number, and its terms.

    ``hosts`` are the tables of the cycles of the other treatment, with columns ``planned`` and ``actual``.
    """
    every: exp.Query = selected(hosts[0], "*")
    for host in hosts[1:]:
        every = exp.union(every, selected(host, "*"), distinct=False)
    day: exp.Expr = column(planned)
    if inside.counted_from == "start":
        day = call("coalesce", column(actual), day)
    is_open = column(actual).is_(exp.null())
    is_waiting = all_of(is_open.copy(), stands("expected")) if inside.counted_from == "start" else exp.false()
    rank = exp.Window(
        this=exp.RowNumber(),
        partition_by=[column(PARTICIPANT)],
        order=exp.Order(expressions=[exp.Ordered(this=column(CYCLE))]),
    )
    query = query_of(
        column(PARTICIPANT),
        column(CYCLE),
        named(day, ORIGIN),
        named(number(inside.days[0] - 1), DAYS),
        named(all_of(is_open, stands("not due")), IS_OVER),
        named(is_waiting, IS_WAITING),
        named(column(IS_OFF), IS_OFF_INSIDE),
        named(rank, RANK),
    )
    return query.from_(every.subquery("every", copy=False), copy=False).where(is_meant(inside), copy=False)


def stands(status: Status) -> exp.Expr:
    """Whether the other cycle has a status."""
    return column("status").eq(STATUSES.index(status))


def is_meant(inside: InCycles) -> exp.Expr:
    """Whether the treatment is given in a cycle of the other by its number."""
    found: list[exp.Expr] = []
    for each in inside.only.ranges:
        conditions: list[exp.Expr] = [column(CYCLE) >= each.first]
        if each.last is not None:
            conditions.append(column(CYCLE) <= each.last)
        if each.step > 1:
            since = exp.paren(exp.Sub(this=column(CYCLE), expression=number(each.first)), copy=False)
            conditions.append(exp.Mod(this=since, expression=number(each.step)).eq(0))
        found.append(all_of(*conditions))
    return any_of(*found)


def is_after_one_beyond(is_beyond: exp.Expr, plan: CyclePlan) -> exp.Expr:
    """Whether a cycle before this one of the participant lies beyond a last point: then this one is none either."""
    before = exp.Window(
        this=call("bool_or", is_beyond),
        partition_by=[column(PARTICIPANT, plan.table)],
        order=exp.Order(expressions=[exp.Ordered(this=column(CYCLE, plan.table))]),
        spec=exp.WindowSpec(kind="ROWS", start="UNBOUNDED", start_side="PRECEDING", end="1", end_side="PRECEDING"),
    )
    return call("coalesce", before, exp.false())
