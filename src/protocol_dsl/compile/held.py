"""The days on which visits were held, as far as a reading without a label asks for them."""

from collections.abc import Mapping

from sqlglot import exp

from protocol_dsl.compile.gather import BASE, Gather
from protocol_dsl.model.columns import HELD_ROWS, PARTICIPANT
from protocol_dsl.trees import any_of, call, column, named, number

HELD_DAYS, OPEN, ENDED = "held_days", "is_open", "has_ended"


def held_day(visit: str, gather: Gather) -> exp.Column:
    """The day on which a visit was held, null where it was not."""
    name = f"held_{gather.layout.visit_number(visit)}"
    gather.held[name] = gather.layout.visit_number(visit)
    return column(name, BASE)


def held_days(asked: Mapping[str, int]) -> exp.Select:
    """One row a participant: the day of each visit asked for, and whether the table says more than columns follow.

    That is a second row of a visit, or one that is open by itself: without a label or a certain day, of several days,
    or an early termination, which is told by itself too.
    """
    visit, is_planned = column("visit"), column("visit") >= 0
    different = exp.Count(this=exp.Distinct(expressions=[exp.If(this=is_planned, true=visit)]))
    held = exp.Count(this=exp.If(this=is_planned.copy(), true=number(1)))
    is_open = any_of(call("bool_or", column(OPEN)), held.neq(different))
    query = exp.select(column(PARTICIPANT), named(is_open, OPEN), named(call("bool_or", column("is_ended")), ENDED))
    for name, place in asked.items():
        day = exp.Max(this=exp.If(this=visit.copy().eq(place), true=column("day")))
        query = query.select(named(day, name))
    return query.from_(HELD_ROWS).group_by(column(PARTICIPANT))
