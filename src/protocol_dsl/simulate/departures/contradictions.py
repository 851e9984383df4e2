"""Data that contradict each other: something after death or a discontinuation, a dose and its level."""

from functools import lru_cache

from protocol_dsl.base.days import parse_days
from protocol_dsl.base.numbers import several
from protocol_dsl.base.values import every
from protocol_dsl.model.expressions import EventPattern, IsConfirmed
from protocol_dsl.model.given import given_day
from protocol_dsl.model.points import Point
from protocol_dsl.model.schedule import Continuous, InCycles
from protocol_dsl.model.study import StudyModel
from protocol_dsl.simulate.conduct import visit_row
from protocol_dsl.simulate.departures.courses import amount_of, continuous, cut, stretches, titrated
from protocol_dsl.simulate.departures.cycles import all_given, in_cycles
from protocol_dsl.simulate.departures.found import Asked, Found, Planted, planted
from protocol_dsl.simulate.draft import Draft, day_in, iso
from protocol_dsl.simulate.histories import event_row
from protocol_dsl.simulate.in_force import treatment_on
from protocol_dsl.simulate.plan import inside_of, treatments_of

DEATH, COMPLETION, DISCONTINUATION = "death", "completion", "discontinuation"
DATES = ("date", "end_date", "start", "end")
LONGEST_AFTER = 30
"""Days after death within which something more is written down."""


# ------------------------------------------------------------------------- what it can be about
def mentions(study: StudyModel, *names: str) -> bool:
    """Whether any rule or point of the protocol reads a milestone."""
    return not mentioned(study).isdisjoint(names)


@lru_cache(maxsize=1)
def mentioned(study: StudyModel) -> frozenset[str]:
    """What the rules and points of the protocol read: asked for every participant, of the one protocol of them all."""
    events = {each.name for each in every(EventPattern, study)}
    conditions = {each.condition for each in every(IsConfirmed, study)}
    return frozenset({each.milestone for each in every(Point, study)} | events | conditions)


def mortal(study: StudyModel) -> tuple[str, ...]:
    """The participant alone, where visits are held."""
    return ("",) if study.visits else ()


@lru_cache(maxsize=1)
def discontinued(study: StudyModel) -> tuple[str, ...]:
    """The treatments of which nothing counts, and that nothing but their own plan ends."""
    if mentions(study, DISCONTINUATION):
        return ()
    days = [given_day(each.milestone) for each in every(Point, study)]
    hung = {day.treatment for day in days if day is not None}
    hung |= {visit.series.treatment for visit in study.visits if isinstance(visit.series, InCycles)}
    hung |= {inside.treatment for item in study.treatments if (inside := inside_of(item)) is not None}
    names = {*in_cycles(study), *(name for name in continuous(study) if not has_window(name, study))}
    return () if "" in hung else tuple(item.name for item in study.treatments if item.name in names - hung)


def has_window(name: str, study: StudyModel) -> bool:
    """Whether the first and the last day of a continuous treatment have a window."""
    courses = (item.course for item in study.treatments if item.name == name)
    return any(isinstance(course, Continuous) and course.window is not None for course in courses)


# ------------------------------------------------------------------------------ departures
def after_death(draft: Draft, asked: Asked) -> Planted | None:
    """QY19: a visit beside the plan, of somebody who had died."""
    dead = with_death(draft, asked.study) if draft.of("visits") else None
    if dead is None:
        return None
    died = max(day_in(row) for row in dead.of("events") if row["event"] == DEATH)
    day = died + asked.chance.whole(1, LONGEST_AFTER)
    if day >= asked.as_of:
        return None
    changed = dead.plus("visits", visit_row(draft, "unscheduled", day))
    return planted(changed, f"a visit {several(day - died, 'day')} after death", Found(code="QY19"))


def with_death(draft: Draft, study: StudyModel) -> Draft | None:
    """Somebody who died by the plan, or else dies after everything there is of them, where no rule asks about that."""
    if any(row["event"] == DEATH for row in draft.of("events")):
        return draft
    if mentions(study, DEATH, COMPLETION):
        return None
    draft = draft.without("events", lambda row: row["event"] == COMPLETION)
    days = [row[name] for rows in draft.rows.values() for row in rows for name in DATES if row.get(name)]
    last = max(parse_days(day[:10]).last for day in days)
    return draft.plus("events", event_row(draft, DEATH, last + 1))


def after_discontinuation(draft: Draft, asked: Asked) -> Planted | None:
    """QY20: a treatment discontinued on the day before its last cycle, or in the middle of its course."""
    names = discontinued(asked.study)
    last = {
        item.treatment.name: item.start - 1
        for item in all_given(draft, asked)
        if item.treatment.name in names and item.cycle.number > 1
    }
    courses = {each.treatment.name: each for each in stretches(draft, asked, names)}
    if not last and not courses:
        return None
    name = asked.chance.one_of(sorted({*last, *courses}))
    if name in courses:
        # What goes on after its discontinuation begins on the next day: a course that has no end says nothing.
        draft = cut(draft, courses[name], iso(courses[name].middle), courses[name].middle + 1)
    day = courses[name].middle if name in courses else last[name]
    row = {**event_row(draft, DISCONTINUATION, day), "related_to": name}
    words = f"{name} discontinued on {iso(day)}, and given after it"
    return planted(draft.plus("events", row), words, Found(code="QY20", treatment=name))


def level_of_another_dose(draft: Draft, asked: Asked) -> Planted | None:
    """QY21: the planned dose, written down as another level than its own."""
    given = {item.name: item for item in treatments_of(draft, asked.study) if item.name in titrated(asked.study)}
    found = [
        (row, level)
        for row in draft.of("administrations")
        if row["treatment"] in given and row["level"] and asked.means(row["treatment"])
        for levels in [treatment_on(day_in(row), given[row["treatment"]], draft, asked.study).levels]
        for level in levels
        if level.name != row["level"] and amount_of(row, levels) not in {None, level.amount}
    ]
    if not found:
        return None
    chosen, level = asked.chance.one_of(found)
    draft = draft.with_rows(
        "administrations",
        [{**row, "level": level.name} if row is chosen else row for row in draft.of("administrations")],
    )
    words = f"{chosen['treatment']} of {chosen['dose']} {chosen['unit']} written down as level {level.name}"
    return planted(draft, words, Found(code="QY21", treatment=chosen["treatment"]))
