"""Required intervals between two points."""

from sqlglot import exp

from protocol_dsl.compile.amendments import in_force_on
from protocol_dsl.compile.days import date_of, moved, ordinal
from protocol_dsl.compile.gather import BASE, Gather
from protocol_dsl.compile.schedule import VISIT_ANSWERS
from protocol_dsl.compile.visit_days import VisitDays
from protocol_dsl.compile.visit_plan import VERSION
from protocol_dsl.compile.visits_in_force import retired_places
from protocol_dsl.model.amended import intervals_of, numbers_of
from protocol_dsl.model.columns import PARTICIPANT, NotInColumnsError
from protocol_dsl.model.points import Point
from protocol_dsl.model.rules import RequiredInterval
from protocol_dsl.model.series import visit_at
from protocol_dsl.model.study import StudyModel, studies_of
from protocol_dsl.trees import case, cast, column, grouped, named, named_table, negated, number, selected

BROKEN = "broken_intervals"
PLACE, START, END = "place", "start_day", "end_day"


def broken(model: StudyModel, gather: Gather, days: VisitDays) -> exp.Select | None:
    """A row for each interval not kept: participant, the number of the rule among all, its two days as ordinal numbers.

    Of a rule that amendments change the version holds that is in force on its second day. Days on which visits were
    held say nothing of those whose visits the interpreter judges.
    """
    whole: exp.Query | None = None
    for place, rule in enumerate(intervals_of(model)):
        start, end = (ordinal(actual_day(point, model, gather, days)) for point in (rule.start, rule.end))
        query = selected(BASE, column(PARTICIPANT, BASE), named(number(place), PLACE))
        query = query.select(named(start, START), named(end, END), copy=False)
        query = query.where(is_broken(rule, model, gather, days), is_in_force(rule, model, gather, days), copy=False)
        if hangs_on_visit(rule.name, model):
            same = column(PARTICIPANT, BASE).eq(column(PARTICIPANT, VISIT_ANSWERS))
            query = query.join(named_table(VISIT_ANSWERS), on=same, copy=False)
        whole = query if whole is None else exp.union(whole, query, distinct=False)
    return None if whole is None else selected(whole.subquery(BROKEN, copy=False), "*")


def hangs_on_visit(name: str, model: StudyModel) -> bool:
    """Whether an end of the interval of a name is, in some version, the day on which a visit was held."""
    points = [point for rule in intervals_of(model) if rule.name == name for point in (rule.start, rule.end)]
    return any(visit_at(point, study) is not None for point in points for study in studies_of(model))


def is_in_force(rule: RequiredInterval, model: StudyModel, gather: Gather, days: VisitDays) -> exp.Expr:
    """Whether the version that holds has the rule so."""
    versions = [next((each for each in study.intervals if each.name == rule.name), None) for study in studies_of(model)]
    if len(set(versions)) == 1:
        return exp.true()
    ends = (each.end for each in dict.fromkeys(versions) if each is not None)
    first, *others = (actual_day(end, model, gather, days) for end in ends)
    latest = exp.Greatest(this=first, expressions=others, ignore_nulls=True) if others else first
    return in_force_on(latest, model.versions).isin(*numbers_of(rule, tuple(versions)))


def is_broken(rule: RequiredInterval, model: StudyModel, gather: Gather, days: VisitDays) -> exp.Expr:
    """Whether the days are too far apart or too close; null, which does not hold, where one of them is not there."""
    limit = moved(actual_day(rule.start, model, gather, days), rule.length)
    end = actual_day(rule.end, model, gather, days)
    return end > limit if rule.bound == "at most" else end < limit


def actual_day(point: Point, model: StudyModel, gather: Gather, days: VisitDays) -> exp.Expr:
    """The day of a point, or that on which its visit was held, on whatever day the version that holds plans it.

    Raises:
        NotInColumnsError: The visit is one of a series and not among those that are listed.
    """
    if all(visit_at(point, study) is None for study in studies_of(model)):
        return gather.point(point)
    if point.words not in gather.layout.visits:
        raise NotInColumnsError(f"the day on which visit {point.words} was held")
    place = gather.layout.visit_number(point.words)
    held = days.fields.taken(place)
    day = cast(exp.DateAdd(this=date_of(days.epoch), expression=held, unit=exp.var("day")), "date")
    when_held = grouped(case((held.copy().neq(0), day)))
    retired = retired_places(model).get(place, ())
    if not retired:
        return when_held
    is_planned = negated(column(f"{VERSION}_{place}", VISIT_ANSWERS).isin(*retired))
    return grouped(case((is_planned, when_held), otherwise=gather.point(point)))
