"""Departures from the plan of visits and assessments."""

from collections import Counter
from collections.abc import Callable
from itertools import pairwise

from protocol_dsl.base.days import parse_days
from protocol_dsl.base.numbers import several
from protocol_dsl.model.schedule import Visit
from protocol_dsl.model.study import StudyModel
from protocol_dsl.simulate.conduct import visit_row
from protocol_dsl.simulate.departures.found import Asked, Found, Planted, planted
from protocol_dsl.simulate.draft import Draft, Row, iso
from protocol_dsl.simulate.plan import Slot, held_days, planned_visits, slots_of


# ------------------------------------------------------------------------- what it can be about
def visits(study: StudyModel) -> tuple[str, ...]:
    """The visits that are not at a milestone itself: those of which the plan has a day of its own."""
    return tuple(visit.name for visit in study.visits if not is_at_milestone(visit))


def assessing(study: StudyModel) -> tuple[str, ...]:
    """Those of the visits that ask for a measure."""
    measures = {measure.name for measure in study.vocabulary.measures}
    named = {
        visit.name for visit in study.visits if measures & {*visit.required, *(m for g in visit.either for m in g)}
    }
    return tuple(name for name in visits(study) if name in named)


def wide(study: StudyModel) -> tuple[str, ...]:
    """Those of the visits whose window is longer than a day."""
    found = {visit.name for visit in study.visits if visit.window.early != visit.window.late}
    return tuple(name for name in visits(study) if name in found)


def is_at_milestone(visit: Visit) -> bool:
    """Whether a visit is planned on the day of a milestone."""
    return (visit.point.months, visit.point.days) == (0, 0) and " " not in visit.point.milestone


# ---------------------------------------------------------------------------------- rows
def candidates(draft: Draft, asked: Asked) -> tuple[Visit, ...]:
    """The visits held that a departure may be about."""
    return tuple(visit for visit in movable(draft, asked) if asked.means_visit(visit))


def movable(draft: Draft, asked: Asked) -> tuple[Visit, ...]:
    """The visits held that are not at a milestone, and that the window of no other hangs on.

    The last one held only where something is asked for by name, and it is the last of the plan, so that nothing is
    still to come.
    """
    plan = planned_visits(draft, asked.study)
    dates = held_days(draft)
    held = tuple(visit for visit in plan if visit.name in dates)
    hung = {one.name for one, other in pairwise(plan) if other.is_moved}
    last = {visit.name for visit in held[-1:] if not asked.about or visit is not plan[-1]}
    return tuple(visit for visit in held if visit.name not in hung | last and not is_at_milestone(visit))


def slot_of(draft: Draft, visit: Visit, asked: Asked) -> Slot:
    """The slot of a visit that was held."""
    return slots_of(draft, planned_visits(draft, asked.study), held_days(draft))[visit.name]


def of_visit(visit: Visit) -> Callable[[Row], bool]:
    """Whether a row belongs to ``visit``."""
    return lambda row: row["visit"] == visit.name


def moved(draft: Draft, visit: Visit, day: int) -> Draft:
    """``visit`` and its readings on another day."""
    return draft.changed("visits", of_visit(visit), date=iso(day)).changed("readings", of_visit(visit), date=iso(day))


# ---------------------------------------------------------------------------- departures
def visit_early(draft: Draft, asked: Asked) -> Planted | None:
    """DV18: a visit some days before its window opens."""
    if not (found := candidates(draft, asked)):
        return None
    visit, days = asked.chance.one_of(found), asked.days_early()
    about = Found(code="DV18", visit=visit.name, days_out=-days)
    day = slot_of(draft, visit, asked).earliest - days
    return planted(moved(draft, visit, day), f"visit {visit.name} {several(days, 'day')} early", about)


def visit_late(draft: Draft, asked: Asked) -> Planted | None:
    """DV19: a visit some days after its window closed."""
    days = asked.days_late()
    found = [visit for visit in candidates(draft, asked) if slot_of(draft, visit, asked).latest + days < asked.as_of]
    if not found:
        return None
    visit = asked.chance.one_of(found)
    about = Found(code="DV19", visit=visit.name, days_out=days)
    day = slot_of(draft, visit, asked).latest + days
    return planted(moved(draft, visit, day), f"visit {visit.name} {several(days, 'day')} late", about)


def visit_missed(draft: Draft, asked: Asked) -> Planted | None:
    """DV20: a visit never held."""
    if not (found := candidates(draft, asked)):
        return None
    visit = asked.chance.one_of(found)
    draft = draft.without("visits", of_visit(visit)).without("readings", of_visit(visit))
    return planted(draft, f"visit {visit.name} missed", Found(code="DV20", visit=visit.name))


def assessment_missed(draft: Draft, asked: Asked) -> Planted | None:
    """DV15: a visit held without one of its assessments, or without any of several of which one is enough."""
    measures = {measure.name for measure in asked.study.vocabulary.measures}
    pairs = [
        (visit, group)
        for visit in candidates(draft, asked)
        for group in (*((name,) for name in visit.required if name in measures), *visit.either)
        if set(group) <= measures
    ]
    if not pairs:
        return None
    visit, group = asked.chance.one_of(pairs)
    draft = draft.without("readings", lambda row: row["visit"] == visit.name and row["measure"] in group)
    words = f"{' or '.join(group)} not measured at {visit.name}"
    return planted(draft, words, Found(code="DV15", visit=visit.name, rule=" or ".join(group)))


def visit_undetermined(draft: Draft, asked: Asked) -> Planted | None:
    """QY02: a visit dated to the month, of which some days lie inside its window and some outside."""
    months = {row["visit"]: row["date"][:7] for row in reversed(draft.of("visits"))}
    counts = Counter(row["date"][:7] for row in draft.of("visits"))
    for visit in asked.chance.order(candidates(draft, asked)):
        month = months[visit.name]
        days = parse_days(month)
        slot = slot_of(draft, visit, asked)
        if counts[month] == 1 and days.last < asked.as_of and (days.first < slot.earliest or days.last > slot.latest):
            words = f"visit {visit.name} dated to the month"
            return planted(
                draft.changed("visits", of_visit(visit), date=month), words, Found(code="QY02", visit=visit.name)
            )
    return None


def two_visits_one_day(draft: Draft, asked: Asked) -> Planted | None:
    """QY04: an unscheduled visit on the day of a planned one."""
    if not (found := candidates(draft, asked)):
        return None
    visit = asked.chance.one_of(found)
    draft = draft.plus("visits", visit_row(draft, "unscheduled", held_days(draft)[visit.name]))
    return planted(draft, f"an unscheduled visit on the day of {visit.name}", Found(code="QY04"))


def visits_reversed(draft: Draft, asked: Asked) -> Planted | None:
    """QY05: two neighbouring visits held on each other's days, and so one late and one early."""
    pairs = [pair for pair in pairwise(movable(draft, asked)) if any(map(asked.means_visit, pair))]
    if not pairs:
        return None
    one, other = asked.chance.one_of(pairs)
    days = held_days(draft)
    first, second = days[one.name], days[other.name]
    late, early = second - slot_of(draft, one, asked).latest, first - slot_of(draft, other, asked).earliest
    draft = moved(moved(draft, one, second), other, first)
    finds = [Found(code="QY05")]
    finds += [Found(code="DV19", visit=one.name, days_out=late)] if late > 0 else []
    finds += [Found(code="DV18", visit=other.name, days_out=early)] if early < 0 else []
    return planted(draft, f"visits {one.name} and {other.name} held in reversed order", *finds)


def visit_duplicate(draft: Draft, asked: Asked) -> Planted | None:
    """QY06: a second visit with the label of a visit already held, farther from the plan."""
    taken = set(held_days(draft).values())
    for visit in asked.chance.order(candidates(draft, asked)):
        slot, actual = slot_of(draft, visit, asked), held_days(draft)[visit.name]
        day = max(actual, slot.planned + abs(actual - slot.planned)) + 1
        if day <= slot.latest and day not in taken:
            draft = draft.plus("visits", visit_row(draft, visit.name, day))
            return planted(draft, f"a second visit labelled {visit.name}", Found(code="QY06", visit=visit.name))
    return None
