"""Visits in a series: which of its members a participant has, and what ends them."""

from collections.abc import Iterator, Sequence

from sqlglot import exp

from protocol_dsl.compile.cycles import ENDED
from protocol_dsl.compile.days import days_since
from protocol_dsl.compile.doses import cycles_of_visits, members_of, off_columns, off_name
from protocol_dsl.compile.gather import Gather
from protocol_dsl.compile.matching import RECORDED
from protocol_dsl.compile.members import CYCLE_BITS
from protocol_dsl.compile.stops import first_event, is_first_open
from protocol_dsl.compile.tables import has_bit
from protocol_dsl.compile.visit_plan import PlannedVisit
from protocol_dsl.model.given import given_day
from protocol_dsl.model.listed import CycleMember, Member, listed
from protocol_dsl.model.points import Point, is_by
from protocol_dsl.model.results import STATUSES
from protocol_dsl.model.schedule import StopOn, Visit
from protocol_dsl.model.study import StudyModel
from protocol_dsl.trees import all_of, any_of, call, cast, column, named, negated

ABSENT = len(STATUSES)
"""Stands for the status of a member of a series that the participant does not have."""
STOP, IS_STOP_OPEN = "stop", "is_stop_open"
"""Columns: the day of a point, or of the first event, that ends a series; whether such an event has another day too."""


def members(model: StudyModel) -> dict[int, Member]:
    """The members of repeated visits by their numbers among all visits."""
    return {place: each for place, each in enumerate(listed(model)) if isinstance(each, Member)}


def in_cycles(model: StudyModel) -> dict[int, CycleMember]:
    """The visits in cycles by their numbers among all visits."""
    return {place: each for place, each in enumerate(listed(model)) if isinstance(each, CycleMember)}


def stops_of(model: StudyModel) -> tuple[StopOn | Point, ...]:
    """What ends some series, in the order of the numbers of their columns."""
    series = (each for each in listed(model) if not isinstance(each, Visit))
    return tuple(dict.fromkeys(stop for each in series for stop in each.stops))


def stop_days(model: StudyModel, gather: Gather, epoch: int) -> Iterator[exp.Expr]:
    """The columns of these days, in days after the epoch, and whether one of them is open."""
    is_open: list[exp.Expr] = []
    for place, stop in enumerate(stops_of(model)):
        day: exp.Expr
        if isinstance(stop, Point):
            day = gather.point(stop)
        else:
            day = first_event(stop.events, gather)
            is_open.append(is_first_open(stop.events, gather))
        yield named(cast(days_since(epoch, day), "int"), f"{STOP}_{place}")
    if stops_of(model):
        yield named(any_of(*is_open), IS_STOP_OPEN)


# ------------------------------------------------------------------------------ conditions
def is_absent(item: PlannedVisit, visits: Sequence[PlannedVisit], model: StudyModel) -> exp.Expr:
    """Whether a participant does not have a member: it is not listed yet, or what ends the series came first.

    The members that the text lists are listed, of the others those up to the cut-off or the end of participation, the
    next one, and as many as rows of visits name. After one that comes too late there is no other, whenever planned.
    """
    listing = members(model)
    member, before = listing[item.place], visits[item.place - 1]
    own = [visits[place] for place, each in listing.items() if each.is_with(member) and each.number <= member.number]
    last = [one for one in own if one is item or not is_by(one.visit.point, item.visit.point)]
    stopped = [
        call("coalesce", one.plan.day > day, exp.false()) for one in last for day in days_of(listing[one.place], model)
    ]
    if member.number <= len(member.series.points):
        return any_of(*stopped)
    bits = sum(1 << place for place, each in listing.items() if each.is_with(member) and each.number >= member.number)
    return any_of(*stopped, negated(any_of(has_bit(RECORDED, bits), has_come(before))))


def is_open_ended(item: PlannedVisit, model: StudyModel) -> exp.Expr:
    """Whether a point that ends the series has no day, so that it is open whether the member is planned."""
    member = members(model)[item.place]
    points = [
        column(f"{STOP}_{place}").is_(exp.null())
        for place, stop in enumerate(stops_of(model))
        if isinstance(stop, Point) and stop in member.stops
    ]
    return all_of(negated(item.plan.first.is_(exp.null())), any_of(*points))


def has_ended(item: PlannedVisit, model: StudyModel) -> Iterator[exp.Expr]:
    """Conditions of which one holds where an event that ends the series came by the last day of the window."""
    member = listed(model)[item.place]
    for place, stop in enumerate(stops_of(model)):
        if not isinstance(member, Visit) and isinstance(stop, StopOn) and stop in member.stops:
            yield column(f"{STOP}_{place}") <= item.latest.day


def days_of(member: Member, model: StudyModel) -> Iterator[exp.Expr]:
    """The days after which no member is planned."""
    for place, stop in enumerate(stops_of(model)):
        if stop in member.stops:
            yield column(f"{STOP}_{place}")


def has_come(item: PlannedVisit) -> exp.Expr:
    """Whether a day of the plan is not after the cut-off, nor after the end of participation."""
    day = item.plan.day
    is_read = item.plan.first <= item.days.back - item.plan.days
    return call("coalesce", all_of(is_read, any_of(column(ENDED).is_(exp.null()), day <= column(ENDED))), exp.false())


def has_cycle(item: PlannedVisit, what: str, model: StudyModel) -> exp.Expr:
    """Whether the cycle in which a visit lies is among those that a column of bits tells of."""
    member = in_cycles(model)[item.place]
    return has_bit(f"{what}_{member.place}", 1 << (member.cycle - 1))


def is_off(item: PlannedVisit, model: StudyModel) -> Iterator[exp.Expr]:
    """A condition that holds where the cycle from which a visit counts never is due; none of any other visit."""
    given = given_day(item.visit.point.milestone)
    if given is not None and given in cycles_of_visits(model) and item.place not in in_cycles(model):
        yield column(off_name(given))


def begins_with_cycle(item: PlannedVisit) -> bool:
    """Whether a visit in a cycle counts from the day on which this began, so that it may still come with it."""
    given = given_day(item.visit.point.milestone)
    return given is not None and given.what == "cycle"


def of_cycles(model: StudyModel) -> tuple[str, ...]:
    """These columns, and those of the cycles from which other visits count."""
    bits = (f"{what}_{place}" for place in members_of(model) for what in CYCLE_BITS)
    return (*bits, *off_columns(model))


def are_more(model: StudyModel, visits: tuple[PlannedVisit, ...]) -> list[exp.Expr]:
    """Conditions of which one holds for whoever has come to the last member that is listed of a series that goes on."""
    return [has_come(visits[place]) for place, each in members(model).items() if each.is_last and each.goes_on]
