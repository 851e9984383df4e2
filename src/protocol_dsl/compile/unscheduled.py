"""Visits that no plan has, and early terminations: a row each, with the label that the data give it."""

from sqlglot import exp

from protocol_dsl.compile.days import ordinal
from protocol_dsl.model.columns import PARTICIPANT, VISITS
from protocol_dsl.trees import all_of, any_of, column, named

UNSCHEDULED = "unscheduled_visits"
DAY, LABEL = "day", "label"


def unscheduled() -> exp.Select:
    """The participant, the day as an ordinal number, the label of each, and whether participation ended with it."""
    query = exp.select(column(PARTICIPANT), named(ordinal(column("day")), DAY), column(LABEL))
    query = query.select(column("is_ended"))
    return query.from_(VISITS).where(any_of(column("is_ended"), all_of(column("is_held"), column("visit") < 0)))
