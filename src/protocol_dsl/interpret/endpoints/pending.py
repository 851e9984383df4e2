"""What the cut-off came before: visits and points that a participant is still to come to."""

from collections.abc import Sequence

from protocol_dsl.base.days import Days
from protocol_dsl.interpret.amendments import studies
from protocol_dsl.interpret.cycles import may_be_given
from protocol_dsl.interpret.endpoints.needs import Need, chosen, is_found, window_for, window_of
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.matching import Matching, match_visits
from protocol_dsl.interpret.participation import participation_end
from protocol_dsl.interpret.patterns import may_have_happened
from protocol_dsl.interpret.plan import is_applicable, terms_of, visit_named
from protocol_dsl.interpret.planned_slots import plan_slot
from protocol_dsl.interpret.points import resolve, why_missing
from protocol_dsl.interpret.reasons import point_words
from protocol_dsl.interpret.slots import NOT_MET, Slot, later
from protocol_dsl.model.given import GivenDay, given_day
from protocol_dsl.model.patterns import pattern_of
from protocol_dsl.model.points import EPOCH_START, Point
from protocol_dsl.model.schedule import Visit
from protocol_dsl.model.series import series_of

FIRST = ("consent", "screening", "randomization", "first_dose", EPOCH_START)
"""Where a participation begins: such a day is not still to come but lacking, if the data do not give it."""


# --------------------------------------------------------------------------------------------------------------- visits
def not_planned(needs: Sequence[Need], facts: Facts) -> str:
    """Why a visit asked for is none of the participant's, of another arm or of another version; or nothing."""
    for need in needs:
        visit = visit_named(need.visit.name, facts)
        if visit is None and not is_of_series(need.visit.name, facts):
            return f"{need.visit.name} is not planned by the version in force"
        if not is_applicable(visit or need.visit, facts):
            return f"a visit that {facts.record.arm} does not have"
    return ""


def is_of_series(name: str, facts: Facts) -> bool:
    """Whether a visit belongs to a series of the last version: one that is not planned has not come, or never will."""
    return any(visit.name == series_of(name, facts.model) for visit in studies(facts)[-1].visits)


def awaited(needs: Sequence[Need], facts: Facts) -> str:
    """Why a reading is still awaited: a window is open at the cut-off or is to come, though the participant goes on."""
    matching = match_visits(facts)
    for need in needs:
        name = need.visit.name
        matched = matching.visits.get(name)
        if matched is None:
            if is_to_be_planned(name, matching, facts):
                return f"the window of {name} ends after the cut-off"
            continue
        if is_found(chosen(need, facts)) or matched.terminations:
            continue
        if matched.days is not None and window_for(need, facts) is None:
            continue
        slot = window_of(need, facts) or plan_slot(matched.visit, facts)
        if slot is not None and is_open(slot.latest, facts) and not is_stopped(matched.visit, slot, facts):
            last = "after the cut-off" if is_to_come(slot.latest, facts) else "on the day of the cut-off"
            return f"the window of {name} ends {last}"
        if slot is None and (why := not_yet_known(matched.visit.point, facts)):
            return f"the day of {name} is not yet known: {why}"
    return ""


def is_stopped(visit: Visit, slot: Slot, facts: Facts) -> bool:
    """Whether what ends the series of a visit, or the treatment in whose cycles it lies, came before it."""
    endings = terms_of(visit, facts).endings
    return any(ending.is_certain and later(ending.days, slot.latest) == NOT_MET for ending in endings)


def is_to_be_planned(name: str, matching: Matching, facts: Facts) -> bool:
    """Whether a series goes on, and will come to a member that is not yet planned: its next one is still to come."""
    series = series_of(name, facts.model)
    found = [item for item in matching.visits.values() if series_of(item.visit.name, facts.model) == series]
    slot = found[-1].slot if series is not None and found else None
    return slot is not None and is_to_come(slot.planned, facts)


# --------------------------------------------------------------------------------------------------------------- points
def running(points: Sequence[Point], facts: Facts) -> str:
    """Why one of some points is still to come for the participant; or nothing."""
    for point in points:
        day = resolve(point, facts)
        if day is not None and is_to_come(day, facts):
            return f"{point_words(point)} is after the cut-off"
        if why := not_yet_known(point, facts):
            return f"{point_words(point)} is not yet known: {why}"
    return ""


def not_yet_known(point: Point, facts: Facts) -> str:
    """Why a point has no day yet, where it may still get one: the participant goes on, and so does what it hangs on."""
    end, cutoff = participation_end(facts), facts.cutoff.day
    if cutoff is None or point.milestone in FIRST or (end is not None and end.first <= cutoff):
        return ""
    if resolve(point, facts) is not None:
        return ""
    return why_missing(point.milestone, facts) if may_still_come(point.milestone, facts) else ""


def may_still_come(milestone: str, facts: Facts) -> bool:
    """Whether a milestone without a day may get one after the cut-off: nothing on record leaves its day in doubt."""
    if (given := given_day(milestone)) is not None:
        is_going_on = facts.plan is not None and facts.plan.is_to_come(given, facts)
        return is_going_on or bool(running(starts_of(given, facts), facts))
    if (pattern := pattern_of(milestone, facts.model)) is not None:
        return not may_have_happened(pattern, facts)
    return not facts.events(milestone)


def starts_of(given: GivenDay, facts: Facts) -> tuple[Point, ...]:
    """Where the courses begin that a day of something given hangs on: of one treatment, or of all of the arm."""
    treatments = (each for each in facts.model.treatments if each.name == given.treatment or not given.treatment)
    return tuple(each.course.start for each in treatments if each.course is not None and may_be_given(each, facts))


def is_to_come(day: Days, facts: Facts) -> bool:
    """Whether the cut-off came before a day that the participant was to see."""
    return is_open(day, facts) and facts.cutoff.day != day.last


def is_open(day: Days, facts: Facts) -> bool:
    """Whether the cut-off came by a day that the participant was to see; what is due until then may happen that day."""
    cutoff, end = facts.cutoff.day, participation_end(facts)
    if cutoff is None or cutoff > day.last:
        return False
    return end is None or end.first > day.last
