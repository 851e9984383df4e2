"""The days on which visits were held, as far as a reading without a label asks for them."""

from collections.abc import Mapping

from sqlglot import exp

from protocol_dsl.compile.gather import BASE, Gather
from protocol_dsl.model.columns import HELD_ROWS, PARTICIPANT
from protocol_dsl.trees import all_of, any_of, call, column, named, named_table, number, query_of

HELD_DAYS, OPEN, ENDED = "held_days", "is_open", "is_ended"


def held_day(visit: str, gather: Gather) -> exp.Column:
    """The day on which a visit was held, null where it was not."""
    name = f"held_{gather.layout.visit_number(visit)}"
    gather.held[name] = gather.layout.visit_number(visit)
    return column(name, BASE)


def has_ended(visit: str, gather: Gather) -> exp.Expr:
    """Whether an early termination is filed under a visit whose day is asked for."""
    return column(f"{ENDED}_{held_day(visit, gather).name}", BASE)


def held_flags(asked: Mapping[str, int]) -> tuple[str, ...]:
    """The columns of ``held_days`` that hold or do not."""
    return (OPEN, *(f"{ENDED}_{name}" for name in asked))


def held_days(asked: Mapping[str, int]) -> exp.Select:
    """One row a participant: the day of each visit asked for, and whether the table says more than columns follow.

    That is a second row of a visit, or one that is open by itself: without a label or a certain day, of several days,
    or an early termination. Which of the visits asked for early terminations are filed under is told too.
    """
    visit, is_planned = column("visit"), column("visit") >= 0
    different = exp.Count(this=exp.Distinct(expressions=[exp.If(this=is_planned, true=visit)]))
    held = exp.Count(this=exp.If(this=is_planned.copy(), true=number(1)))
    is_open = any_of(call("bool_or", column(OPEN)), held.neq(different))
    query = query_of(column(PARTICIPANT), named(is_open, OPEN))
    for name, place in asked.items():
        day = exp.Max(this=exp.If(this=visit.copy().eq(place), true=column("day")))
        is_filed = all_of(column(ENDED), visit.copy().eq(place))
        query = query.select(named(day, name), named(call("bool_or", is_filed), f"{ENDED}_{name}"), copy=False)
    return query.from_(named_table(HELD_ROWS), copy=False).group_by(column(PARTICIPANT), copy=False)
