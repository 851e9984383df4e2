"""The first and the last day of a continuous treatment, where the text gives them a window."""

from collections.abc import Sequence

from sqlglot import exp

from protocol_dsl.compile.arms import may_be_given
from protocol_dsl.compile.days import date_of, moved
from protocol_dsl.compile.gather import BASE, Gather
from protocol_dsl.compile.participation import participation_end
from protocol_dsl.model.columns import DOSES, PARTICIPANT
from protocol_dsl.model.points import Window
from protocol_dsl.model.schedule import Continuous
from protocol_dsl.model.study import StudyModel
from protocol_dsl.trees import all_of, any_of, call, column, is_null, named, selected

COURSES = "courses_given"


def noticed(study: StudyModel, gather: Gather, cutoff: int, model: StudyModel) -> exp.Select | None:
    """The participants of whom a course does not begin and end within its windows, or does not begin at all.

    ``study`` is the plan of one version, ``model`` the protocol. Doses of an uncertain day are noticed elsewhere.
    """
    left = participation_end(model, gather, cutoff)
    found: list[exp.Expr] = []
    places: list[int] = []
    for place, treatment in enumerate(study.treatments):
        course = treatment.course
        if isinstance(course, Continuous) and course.window is not None:
            first, last = column(f"first_{place}", COURSES), column(f"last_{place}", COURSES)
            departs = begins_otherwise(first, gather.point(course.start), course.window, cutoff)
            if course.end is not None:
                departs = any_of(departs, ends_otherwise(last, gather.point(course.end), left, course.window, cutoff))
            found.append(all_of(may_be_given(treatment, study), departs))
            places.append(place)
    if not found:
        return None
    same = column(PARTICIPANT, BASE).eq(column(PARTICIPANT, COURSES))
    query = selected(BASE, column(PARTICIPANT, BASE))
    return query.join(given(places).subquery(COURSES, copy=False), on=same, join_type="left", copy=False).where(
        any_of(*found), copy=False
    )


def given(places: Sequence[int]) -> exp.Select:
    """The first and the last day of each of some treatments, a row a participant; a row without an end has one day."""
    days: list[exp.Expr] = []
    for place in places:
        is_this, last = column("treatment").eq(place), call("coalesce", column("end_day"), column("day"))
        days.append(named(exp.Min(this=exp.If(this=is_this, true=column("day"))), f"first_{place}"))
        days.append(named(exp.Max(this=exp.If(this=is_this.copy(), true=last)), f"last_{place}"))
    return selected(DOSES, column(PARTICIPANT), *days, where=column("is_given")).group_by(
        column(PARTICIPANT), copy=False
    )


def begins_otherwise(first: exp.Expr, planned: exp.Expr, window: Window, cutoff: int) -> exp.Expr:
    """Whether a course begins outside its window, or has not begun though this has closed."""
    earliest, latest = moved(planned, window.early), moved(planned.copy(), window.late)
    is_owed = all_of(is_null(first), latest.copy() < date_of(cutoff))
    return any_of(is_owed, first.copy() < earliest, first.copy() > latest)


def ends_otherwise(last: exp.Expr, planned: exp.Expr, left: exp.Expr, window: Window, cutoff: int) -> exp.Expr:
    """Whether a course ends outside its window, which has closed; around the end of participation, if that is first."""
    is_late = last > moved(planned, window.late)
    found = (
        all_of(last.copy() < moved(day.copy(), window.early), moved(day.copy(), window.late) < date_of(cutoff))
        for day in (planned, left)
    )
    return any_of(is_late, *found)
