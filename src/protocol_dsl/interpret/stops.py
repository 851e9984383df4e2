"""The days on which a plan ends: the first of its events, and the points that bound it."""

from collections.abc import Iterator

from protocol_dsl.base.days import Days, say_days
from protocol_dsl.base.values import frozen
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.histories import READ
from protocol_dsl.interpret.points import resolve
from protocol_dsl.interpret.slots import MET, NOT_MET, UNKNOWN, Slot, later
from protocol_dsl.interpret.standing import Ending
from protocol_dsl.model.expressions import EventPattern
from protocol_dsl.model.patterns import matches
from protocol_dsl.model.points import Point
from protocol_dsl.model.schedule import Stop, StopOn


@frozen(kw_only=True)
class Happened:
    """The first event that ends a plan; ``is_certain`` unless no recorded one is certainly such an event."""

    events: EventPattern
    days: Days
    is_certain: bool

    @property
    def words(self) -> str:
        """``progression on 2005-02-01``."""
        return f"{self.events.name} on {say_days(self.days)}"


def happened(stops: tuple[Stop, ...], facts: Facts) -> tuple[Happened, ...]:
    """The events among some stops that have happened, or may have, in the order of the text."""
    found = (first_event(stop.events, facts) for stop in stops if isinstance(stop, StopOn))
    return tuple(each for each in found if each is not None)


def first_event(pattern: EventPattern, facts: Facts) -> Happened | None:
    """The days that the first event of a pattern may be of; nothing where none is recorded."""
    certain: list[Days] = []
    perhaps: list[Days] = []
    for event in facts.events(pattern.name):
        held = min(matches(pattern, event), facts.belongs(event.first, event.last))
        if held:
            (certain if held == READ else perhaps).append(Days(event.first, event.last))
    if not certain and not perhaps:
        return None
    first = min(days.first for days in (*certain, *perhaps))
    last = min(days.last for days in certain or perhaps)
    return Happened(events=pattern, days=Days(first, last), is_certain=bool(certain))


def bounds(stops: tuple[Stop, ...]) -> tuple[Point, ...]:
    """The points among some stops."""
    return tuple(stop for stop in stops if isinstance(stop, Point))


def endings(stops: tuple[Happened, ...]) -> Iterator[Ending]:
    """The events as ends after which nothing is due."""
    return (Ending(days=stop.days, is_certain=stop.is_certain, words=may_have_ended(stop)) for stop in stops)


def is_planned(
    point: Point | None, slot: Slot | None, last: tuple[Point, ...], stops: tuple[Happened, ...], facts: Facts
) -> int:
    """Whether the planned day is on or before the last points and the stops: 2 certainly, 1 perhaps, 0 not."""
    truths = [is_by_point(point, slot, each, facts) for each in last]
    if slot is not None:
        truths += [is_by_stop(slot, stop) for stop in stops]
    return min(truths, default=MET)


def is_by_point(point: Point | None, slot: Slot | None, last: Point, facts: Facts) -> int:
    """Whether the planned day is on or before a point.

    Two points of one milestone compare by their offsets, whatever is known of the milestone itself.
    """
    if point is not None and point.milestone == last.milestone and point.months == last.months:
        return MET if point.days <= last.days else NOT_MET
    bound = resolve(last, facts)
    if slot is None or bound is None:
        return MET if slot is None else UNKNOWN
    return 2 - later(slot.planned, bound)


def doubt_words(slot: Slot | None, stops: tuple[Happened, ...]) -> str:
    """The events of which it is not known whether they had ended a plan by its planned day; nothing without one."""
    found = (stop for stop in stops if slot is not None and is_by_stop(slot, stop) == UNKNOWN)
    return " and ".join(map(may_have_ended, found))


def may_have_ended(stop: Happened) -> str:
    """``progression on 2005-02-01 may have ended the cycles``."""
    return f"{stop.words} may have ended the cycles"


def is_by_stop(slot: Slot, stop: Happened) -> int:
    """Whether the planned day is on or before a stop; one that may not have come leaves it open."""
    truth = 2 - later(slot.planned, stop.days)
    return truth if stop.is_certain else max(truth, UNKNOWN)
