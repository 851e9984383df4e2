"""Departures from the first and the last day of a continuous treatment that has a window around them."""

from protocol_dsl.base.numbers import several
from protocol_dsl.base.values import every, frozen
from protocol_dsl.model.given import given_day
from protocol_dsl.model.points import Point, Window
from protocol_dsl.model.schedule import Continuous
from protocol_dsl.model.study import StudyModel, studies_of, versions_of
from protocol_dsl.simulate.departures.found import Asked, Found, Planted, planted
from protocol_dsl.simulate.draft import Draft, Row, after, day_in, iso
from protocol_dsl.simulate.plan import treatments_of


def windowed(study: StudyModel) -> tuple[str, ...]:
    """The treatments held to a first day with a window, in every version the same; nothing counts from their doses."""
    parts = ((each.visits, each.treatments, each.anchors, each.deviations) for each in (study, *studies_of(study)))
    days = {given_day(point.milestone) for point in every(Point, tuple(parts))}
    counted = {day.treatment for day in days if day is not None}
    return tuple(
        item.name
        for item in study.treatments
        if isinstance(item.course, Continuous) and item.course.window is not None
        if len({each.course for each in versions_of(item.name, study)}) == 1
        if any(item.name in arm.gives for arm in study.arms) and not counted & {"", item.name}
    )


def ending(study: StudyModel) -> tuple[str, ...]:
    """Those of them held to a last day as well."""
    courses = {item.name: item.course for item in study.treatments}
    return tuple(
        name for name in windowed(study) if isinstance(course := courses[name], Continuous) and course.end is not None
    )


@frozen(kw_only=True)
class Course:
    """A course with its rows in order, and the planned days of its first and its last."""

    name: str
    window: Window
    first: int
    last: int | None
    rows: tuple[Row, ...]


def some_course(draft: Draft, asked: Asked, names: tuple[str, ...]) -> Course | None:
    """One of some courses that the participant was given, whose windows have closed."""
    found: list[Course] = []
    for treatment in treatments_of(draft, asked.study):
        course, name = treatment.course, treatment.name
        if name not in names or not asked.means(name) or not isinstance(course, Continuous) or course.window is None:
            continue
        rows = tuple(sorted((row for row in draft.of("administrations") if row["treatment"] == name), key=day_in))
        days = [day for day in (draft.day_of(course.end) if course.end else None, draft.end) if day is not None]
        last = min(days, default=None)
        closed = after(draft.day_of(course.start) if last is None else last, course.window.late)
        if rows and closed < asked.as_of and (course.end is None) == (last is None):
            first = draft.day_of(course.start)
            found.append(Course(name=name, window=course.window, first=first, last=last, rows=rows))
    return asked.chance.one_of(found) if found else None


def begun_late(draft: Draft, asked: Asked) -> Planted | None:
    """DV24: a course begun some days after its window closed."""
    if (course := some_course(draft, asked, windowed(asked.study))) is None:
        return None
    days, row = asked.days_late(), course.rows[0]
    day = after(course.first, course.window.late) + days
    if row["end_date"] and iso(day) > row["end_date"]:
        return None
    changed = draft.changed("administrations", lambda each: each is row, date=iso(day))
    return planted(changed, f"{course.name} begun {several(days, 'day')} late", about("DV24", course, days))


def ended_early(draft: Draft, asked: Asked) -> Planted | None:
    """DV25: a course ended some days before its window opened."""
    if (course := some_course(draft, asked, ending(asked.study))) is None or course.last is None:
        return None
    days, row = asked.days_early(), course.rows[-1]
    day = after(course.last, course.window.early) - days
    if not row["end_date"] or day < day_in(row):
        return None
    changed = draft.changed("administrations", lambda each: each is row, end_date=iso(day))
    return planted(changed, f"{course.name} ended {several(days, 'day')} early", about("DV25", course, -days))


def never_begun(draft: Draft, asked: Asked) -> Planted | None:
    """DV26: a course never given."""
    course = some_course(draft, asked, windowed(asked.study))
    if course is None or (draft.end is not None and draft.end <= after(course.first, course.window.late)):
        return None
    changed = draft.without("administrations", lambda row: row["treatment"] == course.name)
    return planted(changed, f"{course.name} never given", about("DV26", course))


def end_unknown(draft: Draft, asked: Asked) -> Planted | None:
    """QY22: a course whose last stretch, begun before the window of its end, has none."""
    course = some_course(draft, asked, ending(asked.study))
    if course is None or course.last is None or day_in(course.rows[-1]) >= after(course.last, course.window.early):
        return None
    row = course.rows[-1]
    changed = draft.changed("administrations", lambda each: each is row, end_date="")
    return planted(changed, f"{course.name} without an end", about("QY22", course))


def about(code: str, course: Course, days_out: int | None = None) -> Found:
    """What must be found of a course."""
    return Found(code=code, treatment=course.name, days_out=days_out)
