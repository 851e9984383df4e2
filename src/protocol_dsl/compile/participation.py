"""When a participation came to its end."""

from sqlglot import exp

from protocol_dsl.compile.days import date_of
from protocol_dsl.compile.gather import Gather
from protocol_dsl.model.points import Point
from protocol_dsl.model.study import StudyModel
from protocol_dsl.trees import case

ENDS = ("completion", "withdrawal", "death")


def participation_end(model: StudyModel, gather: Gather, cutoff: int) -> exp.Expr:
    """The planned end once it has come, else the earliest of completion, withdrawal and death."""
    if model.participation_end is not None:
        day = gather.point(model.participation_end)
        return case((day.copy() <= date_of(cutoff), day.copy()))
    first, *rest = (gather.point(Point(name)) for name in ENDS)
    return exp.Least(this=first, expressions=rest, ignore_nulls=True)
