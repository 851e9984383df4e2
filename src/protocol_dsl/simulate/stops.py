"""The points and events that end a plan, in one made-up participation."""

from protocol_dsl.model.points import Point
from protocol_dsl.model.schedule import Stop, StopOn
from protocol_dsl.simulate.draft import Draft


def is_by(draft: Draft, day: int, stops: tuple[Stop, ...]) -> bool:
    """Whether a planned day is on or before every point and every event that ends its plan."""
    points = [draft.day_of(stop) for stop in stops if isinstance(stop, Point) and draft.has(stop)]
    events = [draft.stops[stop.events] for stop in stops if isinstance(stop, StopOn) and stop.events in draft.stops]
    return all(day <= bound for bound in (*points, *events))
