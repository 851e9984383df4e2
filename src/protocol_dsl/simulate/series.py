"""The visits of a series that one participant has, worked out a second time."""

from collections.abc import Iterator, Mapping, Sequence

from protocol_dsl.model.schedule import InCycles, Repeated, Visit
from protocol_dsl.model.series import (
    Place,
    cycle_member,
    last_number,
    place_in_series,
    repeated_member,
    repeated_member_on,
)
from protocol_dsl.model.study import StudyModel
from protocol_dsl.simulate.draft import Draft
from protocol_dsl.simulate.in_force import chosen, number_on
from protocol_dsl.simulate.stops import is_by

MOST_OF_A_SERIES = 60
"""Members laid out of a series without an end: more than fit between enrolment and the cut-off."""

MOST_OF_AN_OPEN_PLAN = 500
"""Cycles laid out of a plan without an end: more than fit between enrolment and the cut-off."""


def members(draft: Draft, visit: Visit) -> Iterator[Visit]:
    """The visit itself, or those of a series, as one version of the protocol plans them."""
    match visit.series:
        case None:
            yield visit
        case Repeated() as series:
            count = min(last_number(series), MOST_OF_A_SERIES) if draft.has(visit.point) else 0
            for number in range(1, count + 1):
                member = repeated_member(visit, series, number)
                if not draft.has(member.point) or is_by(draft, draft.day_of(member.point), series.stops):
                    yield member
        case InCycles() as series:
            for number in range(1, MOST_OF_AN_OPEN_PLAN + 1):
                is_planned = f"planned cycle {number} of {series.treatment}" in draft.milestones
                if is_planned and series.only.has(number):
                    yield from (cycle_member(visit, series, number, day) for day in series.days)


def members_in_force(draft: Draft, versions: Sequence[Visit | None], study: StudyModel) -> Iterator[Visit]:
    """The members of a series, or a visit, each in the version that holds for the participant.

    ``versions`` are what each version of the protocol plans, ``None`` where it plans none.
    """
    plans = [
        {} if visit is None else {place_in_series(visit, each): each for each in members(draft, visit)}
        for visit in versions
    ]
    repeated = [visit.series for visit in versions if visit is not None and isinstance(visit.series, Repeated)]
    is_repeated = len(repeated) == sum(visit is not None for visit in versions)
    listed = min(len(series.points) for series in repeated) if is_repeated else None
    last = 0
    for place in sorted({place for plan in plans for place in plan if listed is None or place <= (listed,)}):
        found = chosen([plan.get(place) for plan in plans], lambda each: planned_day(draft, each), draft, study)
        if found is not None:
            last = place[0] if listed is not None else last
            yield found
    if listed is not None:
        yield from by_day(draft, versions, [after(plan, listed) for plan in plans], last, study)


def after(plan: Mapping[Place, Visit], listed: int) -> Mapping[Place, Visit]:
    """The members after the first so many."""
    return {place: visit for place, visit in plan.items() if place > (listed,)}


def by_day(
    draft: Draft,
    versions: Sequence[Visit | None],
    plans: Sequence[Mapping[Place, Visit]],
    last: int,
    study: StudyModel,
) -> Iterator[Visit]:
    """What is repeated: the days of each version on which it is in force, numbered on."""
    found = [
        (day, place[0], series, member)
        for number, (series, plan) in enumerate(zip(versions, plans, strict=True))
        if series is not None
        for place, member in plan.items()
        if (day := planned_day(draft, member)) is not None and number_on(day, draft, study) == number
    ]
    for _, own, series, member in sorted(found, key=lambda item: item[:2]):
        last = last + 1 if last else own
        yield repeated_member_on(series, last, member.point)


def planned_day(draft: Draft, visit: Visit) -> int | None:
    """The day for which a visit is planned, if it has one."""
    return draft.day_of(visit.point) if draft.has(visit.point) else None
