"""The visits that one participant has, in the order of the text: what everything else in this room plans by."""

from collections.abc import Iterable, Iterator, Mapping

from attrs import evolve

from protocol_dsl.base.values import frozen
from protocol_dsl.interpret.amendments import amended_by, in_force_when_planned, version_words
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.points import resolve
from protocol_dsl.interpret.standing import FIXED, Member, Terms
from protocol_dsl.model.schedule import Visit
from protocol_dsl.model.series import member_numbered

KEY = "plan of visits"


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


def plan(facts: Facts) -> Mapping[str, PlannedVisit]:
    """The planned visits by name, in the order of the text, worked out once."""
    whole = facts.whole
    found = whole.memo.get(KEY)
    if not isinstance(found, dict):
        found = whole.memo[KEY] = {item.visit.name: item for item in planned(whole)}
    return found


def planned(facts: Facts) -> Iterator[PlannedVisit]:
    """Every planned visit, each in the version in force when the version before it plans it."""
    versions = [{visit.name: visit for visit in version.study.visits} for version in facts.model.versions]
    for visit in facts.model.visits:
        for member in members(visit, facts):
            if not versions:
                yield PlannedVisit(visit=member.visit, versions=(member.visit,), terms=member.terms)
                continue
            candidates = [in_version(each.get(visit.name), visit, member.visit) for each in versions]
            if (found := choose(candidates, facts)) is not None:
                yield evolve(found, terms=member.terms)


def members(visit: Visit, facts: Facts) -> Iterable[Member]:
    """The visit itself, or the members of a series."""
    if visit.series is None:
        return (Member(visit),)
    return () if facts.plan is None else facts.plan.members(visit, facts)


def in_version(version: Visit | None, visit: Visit, member: Visit) -> Visit | None:
    """A visit, or the member of a series, as one version of the protocol plans it."""
    if visit.series is None or version is None:
        return version
    return member_numbered(version, member.name[len(visit.name) :])


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
