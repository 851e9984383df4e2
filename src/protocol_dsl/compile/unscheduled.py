"""Visits that no plan has, and early terminations: a row each, with the label that the data give it."""

from sqlglot import exp

from protocol_dsl.compile.days import ordinal
from protocol_dsl.compile.parts import IN_PARTS
from protocol_dsl.model.columns import PARTICIPANT
from protocol_dsl.model.listed import visit_of_terminations
from protocol_dsl.model.study import StudyModel
from protocol_dsl.trees import all_of, any_of, column, named, query_of

UNSCHEDULED = "unscheduled_visits"
DAY, LABEL = "day", "label"


def unscheduled(model: StudyModel, source: str) -> exp.Select:
    """The participant, the day as an ordinal number, the label of each, and whether participation ended with it.

    They are among the rows of ``source``. If one leaves open which visit it is, or when it was, the interpreter judges
    the visits of the participant.
    """
    is_extra = all_of(column("is_held"), column("visit") < 0)
    if visit_of_terminations(model) is None:
        is_extra = any_of(column("is_ended"), is_extra)
    is_extra = any_of(is_extra, all_of(column("is_open"), column("visit") < 0))
    query = query_of(column(PARTICIPANT), named(ordinal(column("day")), DAY), column(LABEL))
    query = query.select(column("is_ended"), named(column("is_open"), IN_PARTS), copy=False)
    return query.from_(source, copy=False).where(is_extra, copy=False)
