"""The visits that one participant has, in the order of the text: what everything else in this room plans by."""

from collections.abc import Iterator, Mapping

from protocol_dsl.interpret.amendments import studies
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.judged_cycles import JudgedCycle
from protocol_dsl.interpret.series_in_force import series_in_force
from protocol_dsl.interpret.slots import NOT_MET, UNKNOWN
from protocol_dsl.interpret.standing import FIXED, Member, Terms
from protocol_dsl.interpret.visits_in_force import PlannedVisit, is_of_arm, visit_in_force
from protocol_dsl.model.given import given_day
from protocol_dsl.model.schedule import Visit

KEY = "plan of visits"


def plan(facts: Facts) -> Mapping[str, PlannedVisit]:
    """The planned visits by name, in the order of the text, worked out once."""
    whole = facts.whole
    found = whole.memo.get(KEY)
    if not isinstance(found, dict):
        found = whole.memo[KEY] = {item.visit.name: item for item in planned(whole)}
    return found


def planned(facts: Facts) -> Iterator[PlannedVisit]:
    """Every planned visit, each in the version in force when the version before it plans it."""
    versions = [{visit.name: visit for visit in study.visits} for study in studies(facts)]
    for name in (visit.name for visit in facts.model.visits):
        candidates = [each.get(name) for each in versions]
        if any(visit is not None and visit.series is not None for visit in candidates):
            yield from series_in_force(candidates, facts)
        else:
            found = visit_in_force([None if visit is None else Member(visit) for visit in candidates], facts)
            if found is not None:
                yield found


def planned_visits(facts: Facts) -> tuple[Visit, ...]:
    """Every planned visit of the participant, the members of each series as far as they are listed."""
    return tuple(item.visit for item in plan(facts).values())


def visit_named(name: str, facts: Facts) -> Visit | None:
    """The planned visit of a name."""
    found = plan(facts).get(name)
    return None if found is None else found.visit


def terms_of(visit: Visit, facts: Facts) -> Terms:
    """On what terms a visit is planned."""
    item = plan(facts).get(visit.name)
    return FIXED if item is None else item.terms


# ------------------------------------------------------------------- whether it is planned
def is_applicable(visit: Visit, facts: Facts) -> bool:
    """Whether the visit may be this participant's: the arm is not known to be another."""
    return is_of_arm(visit, facts.record.arm)


def may_be_none(visit: Visit, facts: Facts) -> bool:
    """Whether a visit may not be planned, though the data hold it."""
    return terms_of(visit, facts).is_in_doubt or is_in_doubt(visit, facts)


def is_in_doubt(visit: Visit, facts: Facts) -> bool:
    """Whether it is not known if the version that holds for the participant plans the visit."""
    item = plan(facts).get(visit.name)
    return item is not None and item.is_in_doubt


def is_off(visit: Visit, facts: Facts) -> int:
    """Whether the cycle that a visit counts from never is due: 2 certainly, 1 perhaps, 0 not.

    What counts from such a cycle has no day to be held on, on whichever side of it the plan puts it.
    """
    item = plan(facts).get(visit.name)
    versions = (visit,) if item is None else item.versions
    found = {NOT_MET if (cycle := cycle_of(version, facts)) is None else cycle.is_off for version in versions}
    return found.pop() if len(found) == 1 else UNKNOWN


def cycle_of(visit: Visit, facts: Facts) -> JudgedCycle | None:
    """The cycle that a visit counts from, if it counts from one."""
    given = given_day(visit.point.milestone)
    if given is None or not given.number or facts.plan is None:
        return None
    return facts.plan.cycle(given, facts)
