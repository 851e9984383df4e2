"""A planned visit in the version of the protocol that holds for a participant."""

from collections.abc import Sequence

from attrs import evolve

from protocol_dsl.base.days import Days
from protocol_dsl.base.values import frozen
from protocol_dsl.interpret.amendments import amended_words, in_force_when_planned
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.points import resolve
from protocol_dsl.interpret.standing import FIXED, Member, Terms
from protocol_dsl.model.schedule import Visit


@frozen(kw_only=True)
class PlannedVisit:
    """A visit in the version that holds for a participant; ``versions`` are all that may hold, the last of them last.

    ``is_in_doubt``: no version that holds may plan it. ``words`` say which amendment brought the version, if one did.
    ``terms`` are those of the series that it is a member of.
    """

    visit: Visit
    versions: tuple[Visit, ...]
    is_in_doubt: bool = False
    words: str = ""
    terms: Terms = FIXED


def visit_in_force(candidates: Sequence[Member | None], facts: Facts) -> PlannedVisit | None:
    """A visit in the version that holds, or nothing where none that may hold plans it.

    Args:
        candidates: The visit in each version of the protocol, ``None`` where it plans none.
        facts: The participant.
    """
    numbers = in_force_when_planned(candidates, lambda member: planned_day(member, facts), facts)
    possible = [member for number in numbers if (member := candidates[number]) is not None]
    if not possible:
        return None
    words = amended_words(candidates, numbers, facts)
    return one_of(possible, facts, words, is_in_doubt=len(possible) < len(numbers))


def one_of(possible: Sequence[Member], facts: Facts, words: str, *, is_in_doubt: bool = False) -> PlannedVisit:
    """The visit that is one of those of some versions, of which it may not be known which."""
    visits, arm, terms = [member.visit for member in possible], facts.record.arm, possible[-1].terms
    is_open = any(member.terms != terms for member in possible)
    return PlannedVisit(
        visit=merged(visits, arm),
        versions=tuple(visits),
        is_in_doubt=is_in_doubt or is_open or len({is_of_arm(visit, arm) for visit in visits}) > 1,
        words=words,
        terms=terms,
    )


def planned_day(member: Member, facts: Facts) -> Days | None:
    """The day for which a visit is planned."""
    return resolve(member.visit.point, facts)


def merged(versions: Sequence[Visit], arm: str | None) -> Visit:
    """The last version, with no more than what all of them ask of a participant."""
    last = next((visit for visit in reversed(versions) if is_of_arm(visit, arm)), versions[-1])
    required = tuple(name for name in last.required if all(name in visit.required for visit in versions))
    groups = dict.fromkeys(group for visit in versions for group in visit.either if not set(group) & set(required))
    either = tuple(group for group in groups if all(asks_for(visit, group) for visit in versions))
    return evolve(
        last,
        assess=tuple(dict.fromkeys((*required, *(name for group in either for name in group)))),
        either=either,
        grace_days=max(visit.grace_days for visit in versions),
    )


def asks_for(visit: Visit, group: tuple[str, ...]) -> bool:
    """Whether a visit asks for one of some measures."""
    return group in visit.either or any(name in visit.required for name in group)


def is_of_arm(visit: Visit, arm: str | None) -> bool:
    """Whether a visit is one of an arm, or may be where the arm is not known."""
    return not visit.arms or arm is None or arm in visit.arms
