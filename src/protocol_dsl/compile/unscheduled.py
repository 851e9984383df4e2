"""Visits held that no plan has: a row each, with the label that the data give it."""

from collections.abc import Iterator

from sqlglot import exp

from protocol_dsl.compile.days import ordinal
from protocol_dsl.compile.matching import ACTUAL, HELD, of_visit
from protocol_dsl.compile.tables import column
from protocol_dsl.compile.truth import any_holds
from protocol_dsl.model.columns import PARTICIPANT, VISITS
from protocol_dsl.model.study import StudyModel

UNSCHEDULED = "unscheduled_visits"
DAY, LABEL = "day", "label"


def unscheduled(model: StudyModel) -> exp.Select:
    """The participant, the day as an ordinal number, and the label of each."""
    del model
    query = exp.select(column(PARTICIPANT), exp.alias_(ordinal(column("day")), DAY), column(LABEL))
    return query.from_(VISITS).where(column("is_held"), column("visit") < 0)


def coinciding(model: StudyModel) -> Iterator[exp.Select]:
    """The participants with one on the day of another visit."""
    counted = exp.Count(this=exp.Star())
    query = exp.select(column(PARTICIPANT)).from_(UNSCHEDULED)
    yield query.group_by(column(PARTICIPANT), column(DAY)).having(counted > 1)
    day = column(DAY, UNSCHEDULED)
    same_day = [day.copy().eq(column(of_visit(ACTUAL, place), HELD)) for place, _ in enumerate(model.visits)]
    same = column(PARTICIPANT, UNSCHEDULED).eq(column(PARTICIPANT, HELD))
    query = exp.select(column(PARTICIPANT, UNSCHEDULED)).from_(UNSCHEDULED).join(HELD, on=same)
    yield query.where(any_holds(same_day))
