"""When a participation came to its end."""

from sqlglot import exp

from protocol_dsl.compile.amendments import chosen, in_force_when_planned
from protocol_dsl.compile.days import date_of
from protocol_dsl.compile.gather import Gather
from protocol_dsl.compile.points import ENDS
from protocol_dsl.model.points import Point
from protocol_dsl.model.study import StudyModel, studies_of
from protocol_dsl.trees import case


def participation_end(model: StudyModel, gather: Gather, cutoff: int) -> exp.Expr:
    """The end by the version that holds for the participant."""
    points = [study.participation_end for study in studies_of(model)]
    version = in_force_when_planned(points, gather.point, model.versions)
    return chosen([end_at(point, gather, cutoff) for point in points], version)


def end_at(point: Point | None, gather: Gather, cutoff: int) -> exp.Expr:
    """The planned end once it has come, or death before it; else the earliest of completion, withdrawal and death."""
    if point is not None:
        day = gather.point(point)
        first, *rest = case((day.copy() <= date_of(cutoff), day.copy())), gather.point(Point("death"))
    else:
        first, *rest = (gather.point(Point(name)) for name in ENDS)
    return exp.Least(this=first, expressions=rest, ignore_nulls=True)
