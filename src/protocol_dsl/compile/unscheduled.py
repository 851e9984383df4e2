"""Visits that no plan has, and early terminations: a row each, with the label that the data give it."""

from collections.abc import Iterator

from sqlglot import exp

from protocol_dsl.compile.days import ordinal
from protocol_dsl.compile.tables import column
from protocol_dsl.model.columns import PARTICIPANT, VISITS

UNSCHEDULED = "unscheduled_visits"
DAY, LABEL = "day", "label"


def unscheduled() -> exp.Select:
    """The participant, the day as an ordinal number, the label of each, and whether participation ended with it."""
    query = exp.select(column(PARTICIPANT), exp.alias_(ordinal(column("day")), DAY), column(LABEL))
    query = query.select(column("is_ended"))
    return query.from_(VISITS).where(exp.or_(column("is_ended"), exp.and_(column("is_held"), column("visit") < 0)))


def coinciding() -> Iterator[exp.Select]:
    """The participants with one on the day of another visit."""
    counted = exp.Count(this=exp.Star())
    query = exp.select(column(PARTICIPANT)).from_(UNSCHEDULED)
    yield query.group_by(column(PARTICIPANT), column(DAY)).having(counted > 1)
    same = exp.and_(
        column(PARTICIPANT, UNSCHEDULED).eq(column(PARTICIPANT, VISITS)),
        column(DAY, UNSCHEDULED).eq(ordinal(column("day", VISITS))),
    )
    query = exp.select(column(PARTICIPANT, UNSCHEDULED)).from_(UNSCHEDULED).join(VISITS, on=same)
    yield query.where(column("is_held", VISITS), column("visit", VISITS) >= 0)
