"""Gaps and overlaps in continuous treatments."""

from sqlglot import exp

from protocol_dsl.model.columns import DOSES, PARTICIPANT
from protocol_dsl.model.schedule import Cycles
from protocol_dsl.model.study import StudyModel
from protocol_dsl.trees import any_of, call, column, grouped, named, selected

NEXT = "next_day"


def noticed(model: StudyModel) -> exp.Select | None:
    """The participants of whose stretches one begins on another day than that after the end of the one before it.

    Stretches that begin on one day are always noticed, whichever of them comes first.
    """
    courses = [place for place, treatment in enumerate(model.treatments) if not isinstance(treatment.course, Cycles)]
    if not courses:
        return None
    following = exp.Window(
        this=call("lead", column("day")),
        partition_by=[column(PARTICIPANT), column("treatment")],
        order=exp.Order(expressions=[exp.Ordered(this=column("day"))]),
    )
    stretches = selected(DOSES, column(PARTICIPANT), column("day"), column("end_day"), named(following, NEXT)).where(
        column("is_given"), column("treatment").isin(*courses), copy=False
    )
    since = exp.DateDiff(this=column(NEXT), expression=column("end_day"), unit=exp.var("day"))
    is_same_day = column(NEXT).eq(column("day"))
    query = selected(stretches.subquery("stretches", copy=False), column(PARTICIPANT)).distinct(copy=False)
    return query.where(any_of(is_same_day, grouped(since).neq(1)), copy=False)
