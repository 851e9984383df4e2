"""The visits of a series that amendments change: the members of each version, each in the version in force."""

from collections.abc import Iterator, Mapping, Sequence

from attrs import evolve

from protocol_dsl.base.days import Days
from protocol_dsl.interpret.amendments import amended_words, in_force
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.standing import Member
from protocol_dsl.interpret.visits_in_force import PlannedVisit, one_of, planned_day, visit_in_force
from protocol_dsl.model.schedule import Repeated, Visit
from protocol_dsl.model.series import Place, place_in_series, repeated_member_on


def series_in_force(versions: Sequence[Visit | None], facts: Facts) -> Iterator[PlannedVisit]:
    """The members of a series that a participant has, in order.

    What every version lists, and what lies inside cycles, is a visit like any other: the version stands that is in
    force on or before the day for which the version before plans it. What is repeated goes by the day: each version
    plans its days as if it had always held, those stand on which it is in force, and they are numbered on.

    Args:
        versions: The series in each version of the protocol, ``None`` where it has none; at least one has it.
        facts: The participant.
    """
    plans = [
        {} if visit is None else {place_in_series(visit, item.visit): item for item in members(number, visit, facts)}
        for number, visit in enumerate(versions)
    ]
    listed = listed_by_all(versions)
    last: Place = (0,)
    for place in sorted({place for plan in plans for place in plan if listed is None or place <= (listed,)}):
        found = visit_in_force([plan.get(place) for plan in plans], facts)
        if found is not None:
            last = place
            yield found
    if listed is not None:
        yield from by_day(
            [{place: item for place, item in plan.items() if place > (listed,)} for plan in plans],
            versions,
            last[0],
            facts,
        )


def members(version: int, visit: Visit, facts: Facts) -> Iterator[Member]:
    """The members of a series as one version plans them; of a visit that is none, the visit."""
    if visit.series is None:
        return iter((Member(visit),))
    return iter(()) if facts.plan is None else facts.plan.members(version, visit, facts)


def listed_by_all(versions: Sequence[Visit | None]) -> int | None:
    """How many members every version lists by their points; nothing where not every version repeats them."""
    series = [visit.series for visit in versions if visit is not None]
    repeated = [each for each in series if isinstance(each, Repeated)]
    return min(len(each.points) for each in repeated) if len(repeated) == len(series) else None


def by_day(
    plans: Sequence[Mapping[Place, Member]], versions: Sequence[Visit | None], last: int, facts: Facts
) -> Iterator[PlannedVisit]:
    """The repeated members on whose planned day their version is in force, numbered on from ``last`` if there is one.

    Where it is open whether a version with this day is in force, so are this member and the number of all after it.
    Without a day nothing is due yet, and the last version stands.
    """
    days: dict[Days, dict[int, Place]] = {}
    for version, plan in enumerate(plans):
        for place, item in plan.items():
            if (day := planned_day(item, facts)) is not None:
                days.setdefault(day, {})[version] = place
            elif version == len(plans) - 1:
                yield one_of([item], facts, "")
    is_in_doubt = False
    for day, places in sorted(days.items(), key=lambda item: (item[0].first, item[0].last)):
        numbers = in_force(day, facts)
        possible = [number for number in numbers if number in places]
        if not possible:
            continue
        last = last + 1 if last else places[possible[-1]][0]
        is_in_doubt = is_in_doubt or len(possible) < len(numbers)
        found = [numbered(plans[number][places[number]], versions[number], last) for number in possible]
        words = amended_words(versions, numbers, facts)
        yield one_of(found, facts, words, is_in_doubt=is_in_doubt)


def numbered(item: Member, series: Visit | None, number: int) -> Member:
    """A member of a series with another number, and so with what is asked for at that one."""
    return item if series is None else evolve(item, visit=repeated_member_on(series, number, item.visit.point))
