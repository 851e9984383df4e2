"""The visits that one participant has, in the order of the text: what everything else in this room plans by."""

from collections.abc import Mapping

from attrs import evolve, frozen

from protocol_dsl.interpret.amendments import amended_by, in_force_when_planned, version_words
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.points import resolve
from protocol_dsl.model.schedule import Visit

KEY = "plan of visits"


@frozen(kw_only=True)
class PlannedVisit:
    """A visit in the version that holds for a participant; ``versions`` are all that may hold, the last of them last.

    ``is_in_doubt``: it may not be planned at all. ``words`` say which amendment brought the version, if one did.
    """

    visit: Visit
    versions: tuple[Visit, ...]
    is_in_doubt: bool = False
    words: str = ""


def plan(facts: Facts) -> Mapping[str, PlannedVisit]:
    """The planned visits by name, in the order of the text, worked out once."""
    found = facts.memo.get(KEY)
    if not isinstance(found, dict):
        found = facts.memo[KEY] = {item.visit.name: item for item in planned(facts)}
    return found


def planned(facts: Facts) -> tuple[PlannedVisit, ...]:
    """Every planned visit, each in the version in force when the version before it plans it."""
    if not facts.model.versions:
        return tuple(PlannedVisit(visit=visit, versions=(visit,)) for visit in facts.model.visits)
    versions = [{visit.name: visit for visit in version.study.visits} for version in facts.model.versions]
    chosen = (choose([each.get(visit.name) for each in versions], facts) for visit in facts.model.visits)
    return tuple(item for item in chosen if item is not None)


def choose(candidates: list[Visit | None], facts: Facts) -> PlannedVisit | None:
    """A visit in the version that holds, or nothing where none that may hold plans it."""
    numbers = in_force_when_planned(candidates, lambda visit: resolve(visit.point, facts), facts)
    possible = [visit for number in numbers if (visit := candidates[number]) is not None]
    if not possible:
        return None
    words = version_words([amended_by(candidates, number, facts) for number in numbers])
    arm = facts.record.arm
    is_in_doubt = len(possible) < len(numbers) or len({is_of_arm(visit, arm) for visit in possible}) > 1
    return PlannedVisit(visit=merged(possible, arm), versions=tuple(possible), is_in_doubt=is_in_doubt, words=words)


def merged(versions: list[Visit], arm: str | None) -> Visit:
    """The last version, with no more than what all of them ask of a participant."""
    last = next((visit for visit in reversed(versions) if is_of_arm(visit, arm)), versions[-1])
    return evolve(
        last,
        assess=tuple(name for name in last.assess if all(name in visit.assess for visit in versions)),
        grace_days=max(visit.grace_days for visit in versions),
    )


def is_of_arm(visit: Visit, arm: str | None) -> bool:
    """Whether a visit is one of an arm, or may be where the arm is not known."""
    return not visit.arms or arm is None or arm in visit.arms


def planned_visits(facts: Facts) -> tuple[Visit, ...]:
    """Every planned visit of the participant."""
    return tuple(item.visit for item in plan(facts).values())


def visit_named(name: str, facts: Facts) -> Visit | None:
    """The planned visit of a name."""
    found = plan(facts).get(name)
    return None if found is None else found.visit
