"""Required intervals between two points."""

from sqlglot import exp

from protocol_dsl.compile.days import moved
from protocol_dsl.compile.gather import BASE, Gather
from protocol_dsl.compile.tables import column
from protocol_dsl.compile.truth import any_holds
from protocol_dsl.model.columns import PARTICIPANT, NotInColumnsError
from protocol_dsl.model.points import Point
from protocol_dsl.model.rules import RequiredInterval
from protocol_dsl.model.study import StudyModel


def noticed(model: StudyModel, gather: Gather) -> exp.Select | None:
    """The participants of whom two days are further apart, or closer, than required."""
    if not model.intervals:
        return None
    found = any_holds(is_broken(rule, model, gather) for rule in model.intervals)
    return exp.select(column(PARTICIPANT, BASE)).from_(BASE).where(found)


def is_broken(rule: RequiredInterval, model: StudyModel, gather: Gather) -> exp.Expr:
    """Whether the days are too far apart or too close; null, which does not hold, where one of them is not there."""
    limit = moved(actual_day(rule.start, model, gather), rule.length)
    end = actual_day(rule.end, model, gather)
    return end > limit if rule.bound == "at most" else end < limit


def actual_day(point: Point, model: StudyModel, gather: Gather) -> exp.Expr:
    """The day of a point.

    Raises:
        NotInColumnsError: It is that on which a visit was held.
    """
    is_offset = point.months or point.days
    if is_offset and any(visit.name == point.words and visit.point == point for visit in model.visits):
        raise NotInColumnsError(f"the day on which visit {point.words} was held")
    return gather.point(point)
