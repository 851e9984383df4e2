"""The visits that columns know one by one: of a series the members that there is room for."""

from itertools import pairwise

from protocol_dsl.base.values import frozen
from protocol_dsl.model.expressions import EventPattern
from protocol_dsl.model.points import Length, Point
from protocol_dsl.model.schedule import Repeated, StopOn, Visit
from protocol_dsl.model.series import last_number, repeated_member
from protocol_dsl.model.study import StudyModel

BEYOND = -2
"""What stands for the visit of a row that names a member of a series which columns do not list."""
MOST_VISITS, MOST_MEMBERS = 60, 24
"""Planned visits that one whole number has bits for, and members of a series that are listed."""


def visit_of_terminations(model: StudyModel) -> int | None:
    """The number of the visit that early terminations are, if the protocol plans one, and one only for everybody."""
    visits = listed_visits(model)
    found = [place for place, visit in enumerate(visits) if visit.point.milestone == "withdrawal"]
    return found[0] if len(found) == 1 and not visits[found[0]].arms else None


@frozen(kw_only=True)
class Member:
    """A visit of a series with its ``number`` in it; ``is_last``: of those that columns list it is the last."""

    name: str
    visit: Visit
    series: Repeated
    number: int
    is_last: bool

    @property
    def goes_on(self) -> bool:
        """Whether the series has members after this one."""
        return self.number < last_number(self.series) and not is_beyond(self.series, self.number + 1)

    @property
    def stops(self) -> tuple[StopOn | Point, ...]:
        """What ends the series on a day that only the participant's data tell."""
        point = self.visit.point
        return tuple(each for each in self.series.stops if not isinstance(each, Point) or not are_alike(each, point))

    def is_with(self, other: "Member") -> bool:
        """Whether both are of one series."""
        return self.name == other.name


def listed(model: StudyModel) -> tuple[Visit | Member, ...]:
    """The visits one by one: of each series as many members as there is room for."""
    series = [visit for visit in model.visits if is_followed(visit)]
    room = min((MOST_VISITS - len(model.visits) + len(series)) // max(len(series), 1), MOST_MEMBERS)
    found: list[Visit | Member] = []
    for visit in model.visits:
        repeats = visit.series
        if visit not in series or not isinstance(repeats, Repeated) or len(repeats.points) > room:
            found.append(visit)
            continue
        numbers = [number for number in range(1, min(room, last_number(repeats)) + 1) if not is_beyond(repeats, number)]
        for number in numbers:
            one, is_last = repeated_member(visit, repeats, number), number == numbers[-1]
            found.append(Member(name=visit.name, visit=one, series=repeats, number=number, is_last=is_last))
    return tuple(found)


def listed_visits(model: StudyModel) -> tuple[Visit, ...]:
    """These as visits; a series of which columns do not list the members stands for itself."""
    return tuple(each.visit if isinstance(each, Member) else each for each in listed(model))


def is_followed(visit: Visit) -> bool:
    """Whether a visit is a series of which the plan is fixed, but for events and points that end it."""
    match visit.series:
        case Repeated(points=points, rules=(), stops=stops):
            is_plain = all(each.events == EventPattern(each.events.name) for each in stops if isinstance(each, StopOn))
            return is_plain and len({point.milestone for point in points}) == 1 and do_rise(points)
        case _:
            return False


def do_rise(points: tuple[Point, ...]) -> bool:
    """Whether each point is certainly not before the one before it."""
    return all(one.months <= other.months and one.days <= other.days for one, other in pairwise(points))


def are_alike(one: Point, other: Point) -> bool:
    """Whether two points compare by their days, whatever is known of their milestone."""
    return (one.milestone, one.months) == (other.milestone, other.months)


def is_beyond(series: Repeated, number: int) -> bool:
    """Whether the plan by itself puts a member after a point that ends the series."""
    count = len(series.points)
    last, every = series.points[min(number, count) - 1], series.every or Length()
    more = max(number - count, 0)
    months, days = last.months + more * every.months, last.days + more * every.days
    bounds = (stop for stop in series.stops if isinstance(stop, Point) and stop.milestone == last.milestone)
    return any(stop.months == months and days > stop.days for stop in bounds)
