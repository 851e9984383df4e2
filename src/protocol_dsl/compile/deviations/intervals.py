"""Required intervals between two points."""

from sqlglot import exp

from protocol_dsl.compile.amendments import in_force_on
from protocol_dsl.compile.days import moved, ordinal
from protocol_dsl.compile.gather import BASE, Gather
from protocol_dsl.model.amended import intervals_of, numbers_of
from protocol_dsl.model.columns import PARTICIPANT, NotInColumnsError
from protocol_dsl.model.points import Point
from protocol_dsl.model.rules import RequiredInterval
from protocol_dsl.model.series import visit_called
from protocol_dsl.model.study import StudyModel, studies_of
from protocol_dsl.trees import column, named, number

BROKEN = "broken_intervals"
PLACE, START, END = "place", "start_day", "end_day"


def broken(model: StudyModel, gather: Gather) -> exp.Select | None:
    """A row for each interval not kept: participant, the number of the rule among all, its two days as ordinal numbers.

    Of a rule that amendments change the version holds that is in force on its second day.
    """
    whole: exp.Query | None = None
    for place, rule in enumerate(intervals_of(model)):
        start, end = (ordinal(actual_day(point, model, gather)) for point in (rule.start, rule.end))
        query = exp.select(column(PARTICIPANT, BASE), named(number(place), PLACE))
        query = query.select(named(start, START), named(end, END)).from_(BASE)
        query = query.where(is_broken(rule, model, gather), is_in_force(rule, model, gather))
        whole = query if whole is None else exp.union(whole, query, distinct=False)
    return None if whole is None else exp.select("*").from_(whole.subquery(BROKEN))


def is_in_force(rule: RequiredInterval, model: StudyModel, gather: Gather) -> exp.Expr:
    """Whether the version that holds has the rule so."""
    versions = [next((each for each in study.intervals if each.name == rule.name), None) for study in studies_of(model)]
    if len(set(versions)) == 1:
        return exp.true()
    first, *others = (actual_day(each.end, model, gather) for each in dict.fromkeys(versions) if each is not None)
    latest = exp.Greatest(this=first, expressions=others, ignore_nulls=True) if others else first
    return in_force_on(latest, model.versions).isin(*numbers_of(rule, tuple(versions)))


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
    visit = visit_called(point.words, model) if point.months or point.days else None
    if visit is not None and visit.point == point:
        raise NotInColumnsError(f"the day on which visit {point.words} was held")
    return gather.point(point)
