"""Points in a participant's time: the day of a milestone, and days counted from it."""

from collections.abc import Callable
from typing import TypeAlias

from protocol_dsl.base.days import CalendarRangeError, Days, add, say_days
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.patterns import first_day, why_no_first
from protocol_dsl.model.given import given_day
from protocol_dsl.model.patterns import pattern_of
from protocol_dsl.model.points import EPOCH_START, Point
from protocol_dsl.model.records import Event, agreed_day
from protocol_dsl.model.study import StudyModel

Resolve: TypeAlias = Callable[[Facts], Days | None]
NOT_YET = Days(0, 0)
"""No day of anybody: stands for a point that was not resolved yet."""


def resolve(point: Point, facts: Facts) -> Days | None:
    """The days that ``point`` may be, or ``None`` where the participant has no such day, or several that disagree."""
    return milestone_offset(point.milestone, point.months, point.days, facts)


def compile_point(point: Point) -> Resolve:
    """:func:`resolve` for one point, remembered for each participant."""
    milestone, months, days = point.milestone, point.months, point.days
    key = (milestone, months, days)

    def run(facts: Facts) -> Days | None:
        found = facts.points.get(key, NOT_YET)
        return milestone_offset(milestone, months, days, facts) if found is NOT_YET else found

    return run


def milestone_offset(milestone: str, months: int, days: int, facts: Facts) -> Days | None:
    """The milestone's days with months added first, then days, at both ends."""
    key = (milestone, months, days)
    known = facts.points
    found = known.get(key, NOT_YET)
    if found is not NOT_YET:
        return found
    if months or days:
        base = milestone_offset(milestone, 0, 0, facts)
        found = None if base is None else shift(base, months, days)
    else:
        found = milestone_day(milestone, facts)
    known[key] = found
    return found


def shift(base: Days, months: int, days: int) -> Days | None:
    """Both ends moved by calendar months, then by days; ``None`` outside the years 1 to 9999."""
    try:
        first = add(base.first, months, days)
        return Days(first, first if base.last == base.first else add(base.last, months, days))
    except CalendarRangeError:
        return None


def milestone_day(milestone: str, facts: Facts) -> Days | None:
    """The days on which the milestone, or what an anchor stands for, may have been.

    Screening is the last on or before randomization, or the latest of a participant not randomized; consent and the
    first dose are the first; any other happens once, and days that disagree leave it unknown.
    """
    if milestone == "screening":
        return facts.screening or decisive_screening(facts)
    if (given := given_day(milestone)) is not None:
        return None if facts.plan is None else facts.plan.day(given, facts)
    if (pattern := pattern_of(milestone, facts.model)) is not None:
        return first_day(pattern, facts)
    events = facts.events(milestone)
    if not events:
        return None
    if milestone in {"consent", "first_dose", "discontinuation"}:
        return Days(min(event.first for event in events), min(event.last for event in events))
    return agreed_day(events)


def screenings(facts: Facts) -> tuple[Days, ...]:
    """The days of the screenings, in order, identical ones once."""
    return tuple(
        Days(first, last) for first, last in sorted({(event.first, event.last) for event in facts.events("screening")})
    )


def decisive_screening(facts: Facts) -> Days | None:
    """The screening that decides: the last on or before randomization, the latest of a participant not randomized."""
    found = facts.events("screening")
    if not found:
        return None
    randomized = facts.events("randomization")
    if len(found) == 1 and (not randomized or (len(randomized) == 1 and found[0].last <= randomized[0].first)):
        return Days(found[0].first, found[0].last)
    if not randomized:
        return Days(max(event.first for event in found), max(event.last for event in found))
    agreed = agreed_day(randomized) or hull(randomized)
    before = [event for event in found if event.last <= agreed.first]
    perhaps = [event for event in found if event.first <= agreed.last]
    if not perhaps:
        return None
    # Without one that is certainly before, the only one perhaps before decides, and before randomization it must be.
    first = max((event.first for event in before), default=min(event.first for event in perhaps))
    return Days(first, max(min(event.last, agreed.last) for event in perhaps))


def hull(events: tuple[Event, ...]) -> Days:
    """From the first to the last day that any of ``events`` may have been."""
    return Days(min(event.first for event in events), max(event.last for event in events))


def anchor_name(milestone: str, model: StudyModel) -> str:
    """The name that the protocol gives to a milestone, or the milestone's own."""
    return next((anchor.name for anchor in model.anchors if anchor.milestone == milestone), milestone)


def why_missing(milestone: str, facts: Facts) -> str:
    """Why a milestone has no day: ``no screening date``, ``2 different randomization dates``."""
    if (pattern := pattern_of(milestone, facts.model)) is not None:
        return why_no_first(pattern, facts)
    if given_day(milestone) is not None:
        return f"no {milestone} yet"
    if milestone == EPOCH_START:
        return "the arm, and so the epoch, is not known"
    events = facts.events(milestone)
    name = milestone.replace("_", " ")
    if not events:
        return f"no {name} date"
    if milestone_day(milestone, facts) is not None:
        return f"no certain {name} date"
    if milestone == "screening":
        return "no screening on or before randomization"
    written = sorted({(event.first, event.last) for event in events})
    days = ", ".join(say_days(Days(first, last)) for first, last in written)
    return f"one {name} date: the data give {days}"
