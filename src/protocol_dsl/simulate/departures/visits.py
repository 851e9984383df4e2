"""Departures from the plan of visits and assessments."""

from collections import Counter
from collections.abc import Callable
from itertools import pairwise

from protocol_dsl.base.days import parse_days
from protocol_dsl.model.schedule import Visit
from protocol_dsl.model.study import StudyModel
from protocol_dsl.simulate.chance import Chance
from protocol_dsl.simulate.conduct import planned_visits, visit_row, visit_window
from protocol_dsl.simulate.departures.found import Found, Planted, planted
from protocol_dsl.simulate.draft import Draft, Row, iso


def held(draft: Draft, study: StudyModel) -> tuple[Visit, ...]:
    """The visits that were held, without those at a milestone and without the last one."""
    dates = {row["visit"] for row in draft.of("visits")}
    found = sorted(
        (visit for visit in planned_visits(draft, study) if visit.name in dates),
        key=lambda item: draft.day_of(item.point),
    )
    return tuple(visit for visit in found[:-1] if (visit.point.months, visit.point.days) != (0, 0))


def of_visit(visit: Visit) -> Callable[[Row], bool]:
    """Whether a row belongs to ``visit``."""
    return lambda row: row["visit"] == visit.name


def day_held(draft: Draft, visit: Visit) -> int:
    """The day ``visit`` was held."""
    return next(parse_days(row["date"]).first for row in draft.of("visits") if row["visit"] == visit.name)


def moved(draft: Draft, visit: Visit, day: int) -> Draft:
    """``visit`` and its readings on another day."""
    return draft.changed("visits", of_visit(visit), date=iso(day)).changed("readings", of_visit(visit), date=iso(day))


def visit_early(draft: Draft, study: StudyModel, chance: Chance, _: int) -> Planted | None:
    """DV18: a visit some days before its window opens."""
    if not (visits := held(draft, study)):
        return None
    visit, days = chance.one_of(visits), chance.whole(1, 5)
    earliest = visit_window(draft, visit)[1]
    found = Found(code="DV18", visit=visit.name, days_out=-days)
    return planted(moved(draft, visit, earliest - days), f"visit {visit.name} {days} days early", found)


def visit_late(draft: Draft, study: StudyModel, chance: Chance, as_of: int) -> Planted | None:
    """DV19: a visit some days after its window closed."""
    days = chance.whole(1, 5)
    visits = [visit for visit in held(draft, study) if visit_window(draft, visit)[2] + days <= as_of]
    if not visits:
        return None
    visit = chance.one_of(visits)
    found = Found(code="DV19", visit=visit.name, days_out=days)
    return planted(
        moved(draft, visit, visit_window(draft, visit)[2] + days), f"visit {visit.name} {days} days late", found
    )


def visit_missed(draft: Draft, study: StudyModel, chance: Chance, as_of: int) -> Planted | None:
    """DV20: a visit never held."""
    visits = [visit for visit in held(draft, study) if visit_window(draft, visit)[2] + visit.grace_days < as_of - 1]
    if not visits:
        return None
    visit = chance.one_of(visits)
    draft = draft.without("visits", of_visit(visit)).without("readings", of_visit(visit))
    return planted(draft, f"visit {visit.name} missed", Found(code="DV20", visit=visit.name))


def assessment_missed(draft: Draft, study: StudyModel, chance: Chance, _: int) -> Planted | None:
    """DV15: a visit held without one of its assessments."""
    measures = {measure.name for measure in study.vocabulary.measures}
    pairs = [(visit, name) for visit in held(draft, study) for name in visit.required if name in measures]
    if not pairs:
        return None
    visit, measure = chance.one_of(pairs)

    def is_it(row: Row) -> bool:
        return row["visit"] == visit.name and row["measure"] == measure

    words = f"{measure} not measured at {visit.name}"
    return planted(draft.without("readings", is_it), words, Found(code="DV15", visit=visit.name))


def visit_undetermined(draft: Draft, study: StudyModel, chance: Chance, _: int) -> Planted | None:
    """QY02: a visit dated to the month, of which some days lie inside its window and some outside."""
    months = {row["visit"]: row["date"][:7] for row in reversed(draft.of("visits"))}
    counts = Counter(row["date"][:7] for row in draft.of("visits"))
    for visit in chance.order(held(draft, study)):
        month = months[visit.name]
        days = parse_days(month)
        _, earliest, latest = visit_window(draft, visit)
        if counts[month] == 1 and (days.first < earliest or days.last > latest):
            words = f"visit {visit.name} dated to the month"
            return planted(
                draft.changed("visits", of_visit(visit), date=month), words, Found(code="QY02", visit=visit.name)
            )
    return None


def two_visits_one_day(draft: Draft, study: StudyModel, chance: Chance, _: int) -> Planted | None:
    """QY04: an unscheduled visit on the day of a planned one."""
    if not (visits := held(draft, study)):
        return None
    visit = chance.one_of(visits)
    draft = draft.plus("visits", visit_row(draft, "unscheduled", day_held(draft, visit)))
    return planted(draft, f"an unscheduled visit on the day of {visit.name}", Found(code="QY04"))


def visits_reversed(draft: Draft, study: StudyModel, chance: Chance, _: int) -> Planted | None:
    """QY05: two neighbouring visits held on each other's days, and so one late and one early."""
    visits = held(draft, study)
    pairs = list(pairwise(visits))
    if not pairs:
        return None
    one, other = chance.one_of(pairs)
    first, second = day_held(draft, one), day_held(draft, other)
    late, early = second - visit_window(draft, one)[2], first - visit_window(draft, other)[1]
    if late <= 0 or early >= 0:
        return None
    draft = moved(moved(draft, one, second), other, first)
    return planted(
        draft,
        f"visits {one.name} and {other.name} held in reversed order",
        Found(code="QY05"),
        Found(code="DV19", visit=one.name, days_out=late),
        Found(code="DV18", visit=other.name, days_out=early),
    )


def visit_duplicate(draft: Draft, study: StudyModel, chance: Chance, _: int) -> Planted | None:
    """QY06: a second visit with the label of a visit already held, farther from the plan."""
    dates = {row["visit"]: row["date"] for row in reversed(draft.of("visits"))}
    for visit in chance.order(held(draft, study)):
        planned, _, latest = visit_window(draft, visit)
        actual = parse_days(dates[visit.name]).first
        day = max(actual, planned + abs(actual - planned)) + 1
        if day <= latest:
            draft = draft.plus("visits", visit_row(draft, visit.name, day))
            return planted(draft, f"a second visit labelled {visit.name}", Found(code="QY06", visit=visit.name))
    return None
