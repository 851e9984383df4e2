"""The members of a series of visits: ``CT1``, ``CT2`` of one that is repeated, ``C2D8`` of one inside cycles."""

import re
from typing import Literal, TypeAlias

from attrs import evolve

from protocol_dsl.model.given import GivenDay
from protocol_dsl.model.points import Point
from protocol_dsl.model.schedule import InCycles, Repeated, Visit
from protocol_dsl.model.study import StudyModel, studies_of

MOST = 1000
"""Members of a series that are planned at most: the cut-off may be any day, and so may a number in the data."""

NUMBER = re.compile(r"[1-9][0-9]{0,4}")
CYCLE_AND_DAY = re.compile(r"(?:cycle )?([1-9][0-9]{0,4})(?:D| day )([1-9][0-9]{0,4})", re.IGNORECASE)
Place: TypeAlias = tuple[int, ...]
"""Where a member stands in its series: its number, or its cycle and day."""

BETWEEN = " -_"
"""What data may write between the name of a series and the number of a member."""


def repeated_member(visit: Visit, series: Repeated, number: int) -> Visit:
    """Visit ``number`` of a repeated one; beyond the points of the text offsets are added to the last of them."""
    count = len(series.points)
    point = series.points[min(number, count) - 1]
    if number > count and series.every is not None:
        months, days = (number - count) * series.every.months, (number - count) * series.every.days
        point = Point(point.milestone, point.months + months, point.days + days)
    return repeated_member_on(visit, number, point)


def repeated_member_on(visit: Visit, number: int, point: Point) -> Visit:
    """Visit ``number`` of a repeated one, planned for a point of its own."""
    return member(visit, f"{visit.name}{number}", f"{number}", point)


def cycle_member(visit: Visit, series: InCycles, cycle: int, day: int) -> Visit:
    """The visit of a day of a cycle; day 1 is the cycle's first day."""
    return member(visit, f"{visit.name}{cycle}D{day}", f"cycle {cycle} day {day}", cycle_day(series, cycle, day))


def cycle_day(series: InCycles, cycle: int, day: int) -> Point:
    """The point of a day of a cycle."""
    what: Literal["cycle", "planned cycle"] = "planned cycle" if series.counted_from == "plan" else "cycle"
    start = GivenDay(what=what, number=cycle, treatment=series.treatment)
    return Point(start.milestone, days=day - 1)


def member(visit: Visit, name: str, words: str, point: Point) -> Visit:
    """One visit of a series, with what is asked for at it alone."""
    title = name if visit.title == visit.name else f"{visit.title} {words}"
    found = evolve(visit, name=name, title=title, point=point, series=None, codes=())
    also = () if visit.series is None else visit.series.also
    for each in also:
        if each.visit == name:
            return evolve(found, assess=each.assess, either=each.either)
    return found


def first_members(visit: Visit) -> tuple[Visit, ...]:
    """The members that show what a series is, all of it unless it ``goes_on``: of one cycle, or the first repeated.

    A visit that is no series is its only member.
    """
    match visit.series:
        case Repeated() as series:
            count = len(series.points) + (series.every is not None)
            return tuple(repeated_member(visit, series, number) for number in range(1, count + 1))
        case InCycles() as series:
            cycle = next((number for number in range(1, MOST) if series.only.has(number)), 1)
            return tuple(cycle_member(visit, series, cycle, day) for day in series.days)
        case None:
            return (visit,)


def goes_on(visit: Visit) -> bool:
    """Whether a series has members beyond the first ones."""
    match visit.series:
        case Repeated() as series:
            return series.every is not None
        case InCycles() as series:
            return sum(series.only.has(number) for number in range(1, MOST)) > 1
        case None:
            return False


def place_in_series(visit: Visit, found: Visit) -> Place:
    """Where a member stands in its series; nowhere in particular where the visit is no series."""
    return tuple(map(int, re.findall(r"[0-9]+", found.name[len(visit.name) :])))


def last_number(series: Repeated) -> int:
    """The number beyond which there is no member."""
    return MOST if series.every is not None else len(series.points)


def member_called(visit: Visit, words: str) -> Visit | None:
    """The member of a series that data or a text call so, by its name, title or code; upper and lower case are one.

    ``CT3``, ``CT 3``, ``ct-3`` and ``Tumour assessment 3`` are one.
    """
    for start in (visit.name, visit.title, *(coding.code for coding in visit.codes)):
        if words.casefold().startswith(start.casefold()):
            found = member_numbered(visit, words[len(start) :].lstrip(BETWEEN))
            if found is not None:
                return found
    return None


def series_of(name: str, model: StudyModel) -> str | None:
    """The series of which a name is a member."""
    series = (visit for visit in every_series(model) if name.startswith(visit.name))
    return next((visit.name for visit in series if member_numbered(visit, name[len(visit.name) :])), None)


def every_series(model: StudyModel) -> tuple[Visit, ...]:
    """The series of visits in each version of the protocol, the last version first: what data may speak of."""
    found = (visit for study in (model, *reversed(studies_of(model))) for visit in study.visits)
    return tuple(dict.fromkeys(visit for visit in found if visit.series is not None))


def member_numbered(visit: Visit, rest: str) -> Visit | None:
    """The member of a series by what follows its name: ``7``, ``2D8``."""
    match visit.series:
        case Repeated() as series:
            number = int(rest) if NUMBER.fullmatch(rest) else 0
            return repeated_member(visit, series, number) if 1 <= number <= last_number(series) else None
        case InCycles() as series:
            found = CYCLE_AND_DAY.fullmatch(rest)
            if found is None:
                return None
            cycle, day = int(found[1]), int(found[2])
            is_planned = day in series.days and series.only.has(cycle) and cycle <= MOST
            return cycle_member(visit, series, cycle, day) if is_planned else None
        case None:
            return None


def visit_called(name: str, model: StudyModel) -> Visit | None:
    """The visit of exactly this name, a member of a series too."""
    for visit in model.visits:
        if visit.series is None:
            if visit.name == name:
                return visit
        elif name.startswith(visit.name) and (found := member_numbered(visit, name[len(visit.name) :])):
            return found if found.name == name else None
    return None


def visit_at(point: Point, model: StudyModel) -> Visit | None:
    """The visit for whose day a point stands; an anchor or a milestone that shares its name stands for itself."""
    anchors, milestones = model.anchors, model.vocabulary.milestones
    if point.words in {*(one.name for one in anchors), *(one.name for one in milestones)}:
        return None
    visit = visit_called(point.words, model)
    return visit if visit is not None and visit.point == point else None
