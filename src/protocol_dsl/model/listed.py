"""The visits that columns know one by one: of a series the members that there is room for."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import takewhile
from typing import TypeAlias

from protocol_dsl.base.values import frozen
from protocol_dsl.model.patterns import discontinuations
from protocol_dsl.model.points import Length, Point
from protocol_dsl.model.schedule import Cycles, InCycles, Repeated, StopOn, Treatment, Visit
from protocol_dsl.model.series import cycle_member, last_number, repeated_member
from protocol_dsl.model.study import StudyModel, studies_of, treatment_called

BEYOND = -2
"""What stands for the visit of a row that names a member of a series which columns do not list."""
MOST_VISITS, NARROW_VISITS, MOST_MEMBERS = 120, 60, 24
"""Planned visits that one whole number of 128 bits has bits for, and one of 64; members of a series that are listed."""
MOST_CYCLES = 36
"""Cycles that are listed where nothing says how many there are."""


def visit_of_terminations(model: StudyModel) -> int | None:
    """The number of the visit that early terminations are, if the protocol plans one, and one only for everybody."""
    visits, found = listed_visits(model), visits_at_withdrawal(model)
    return found[0] if len(found) == 1 and not visits[found[0]].arms else None


def visits_at_withdrawal(model: StudyModel) -> tuple[int, ...]:
    """The numbers of the visits that are planned for those who end early."""
    return tuple(place for place, visit in enumerate(listed_visits(model)) if visit.is_at_withdrawal)


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


@frozen(kw_only=True)
class CycleMember:
    """A visit of a series in the cycles of a treatment, which is that of a ``place`` in the text.

    ``stops`` are the events that end the cycles, and so the series, discontinuations among them; their points only say
    which cycles there are.
    """

    visit: Visit
    series: InCycles
    place: int
    cycle: int
    stops: tuple[StopOn, ...]


Listed: TypeAlias = Visit | Member | CycleMember


@lru_cache(maxsize=64)
def listed(model: StudyModel) -> tuple[Listed, ...]:
    """The visits one by one: every visit in cycles, and of other series as many members as there is room for.

    Last come visits in cycles that only an earlier version of the protocol plans.
    """
    return listed_of(model.visits, model.treatments, tuple(dict.fromkeys(plans_in_cycles(model))))


Plan: TypeAlias = tuple[tuple[Visit, ...], tuple[Treatment, ...]]


def plans_in_cycles(model: StudyModel) -> Iterator[Plan]:
    """What each version plans in cycles: the visits, and the treatments in the places that they have among all."""
    for study in studies_of(model):
        if visits := tuple(visit for visit in study.visits if isinstance(visit.series, InCycles)):
            yield visits, tuple(treatment_called(each.name, study) or each for each in model.treatments)


@lru_cache(maxsize=64)
def listed_of(
    visits: tuple[Visit, ...], treatments: tuple[Treatment, ...], versions: tuple[Plan, ...]
) -> tuple[Listed, ...]:
    """The visits of some treatments one by one, and those that some ``versions`` have in cycles besides."""
    in_cycles = {visit.name: tuple(in_cycles_of(visit, treatments)) for visit in visits}
    series = [visit for visit in visits if isinstance(visit.series, Repeated)]
    known = {each.visit.name for members in in_cycles.values() for each in members}
    every = (each for own, given in versions for visit in own for each in in_cycles_of(visit, given))
    more = {each.visit.name: each for each in every if each.visit.name not in known}
    others = sum(len(in_cycles[visit.name]) or 1 for visit in visits) - len(series) + len(more)
    room = min((MOST_VISITS - others) // max(len(series), 1), MOST_MEMBERS)
    found: list[Listed] = []
    for visit in visits:
        repeats = visit.series
        if not isinstance(repeats, Repeated) or len(repeats.points) > room:
            found.extend(in_cycles[visit.name] or (visit,))
            continue
        numbers = numbers_listed(repeats, room)
        for number in numbers:
            one, is_last = repeated_member(visit, repeats, number), number == numbers[-1]
            found.append(Member(name=visit.name, visit=one, series=repeats, number=number, is_last=is_last))
    return (*found, *more.values())


def in_cycles_of(visit: Visit, treatments: tuple[Treatment, ...]) -> Iterator[CycleMember]:
    """The members of a series in cycles of which there are so many at most; none of any other visit."""
    series = visit.series
    if not isinstance(series, InCycles):
        return
    for place, treatment in enumerate(treatments):
        cycles = treatment.course
        if treatment.name == series.treatment and isinstance(cycles, Cycles):
            own = cycles_around(cycles, treatments)
            stops = tuple(each for each in own.stops if isinstance(each, StopOn))
            stops = (*stops, *map(StopOn, discontinuations(treatment)))
            for number in range(1, most_cycles(own) + 1):
                if series.only.has(number) and (cycles.inside is None or cycles.inside.only.has(number)):
                    for day in series.days:
                        one = cycle_member(visit, series, number, day)
                        yield CycleMember(visit=one, series=series, place=place, cycle=number, stops=stops)


def cycles_around(cycles: Cycles, treatments: tuple[Treatment, ...]) -> Cycles:
    """The cycles that say how many there are: those of the other treatment of cycles that lie in these."""
    for treatment in treatments:
        if cycles.inside is not None and treatment.name == cycles.inside.treatment:
            return treatment.course if isinstance(treatment.course, Cycles) else cycles
    return cycles


def most_cycles(cycles: Cycles) -> int:
    """In how many cycles columns list visits at most; in none where there are more than bits."""
    count = cycles.up_to or MOST_CYCLES
    return 0 if count > NARROW_VISITS else count


def has_series(model: StudyModel) -> bool:
    """Whether some visits are in a series."""
    return any(visit.series is not None for visit in model.visits)


def listed_visits(model: StudyModel) -> tuple[Visit, ...]:
    """These as visits; a series of which columns do not list the members stands for itself."""
    return tuple(each if isinstance(each, Visit) else each.visit for each in listed(model))


def numbers_listed(series: Repeated, room: int) -> tuple[int, ...]:
    """The members of a series that columns list: after one that the plan by itself does not have comes no other."""
    numbers = range(1, min(room, last_number(series)) + 1)
    return tuple(takewhile(lambda number: not is_beyond(series, number), numbers))


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
