"""When visits are planned: days after the milestones of a participant, moved by calendar months."""

from sqlglot import exp

from protocol_dsl.base.values import frozen
from protocol_dsl.compile.days import plus
from protocol_dsl.model.points import Length, Point
from protocol_dsl.model.schedule import Visit
from protocol_dsl.model.study import StudyModel
from protocol_dsl.trees import column, grouped, number

START, AWAY = "start", "away"
"""Columns: the day of a milestone after some months, and the days from it to a visit that was held."""


@frozen
class Side:
    """A planned day, or an end of its window: so many ``days`` after the start of a number."""

    start: int
    days: int

    @property
    def first(self) -> exp.Expr:
        """The start as a column, in days after the epoch."""
        return column(f"{START}_{self.start}")

    @property
    def day(self) -> exp.Expr:
        """The day itself."""
        return plus(self.first, self.days)

    def after(self, other: "Side") -> exp.Expr:
        """How many days after the start of ``other`` it is."""
        if self.start == other.start:
            return number(self.days)
        return plus(grouped(exp.Sub(this=self.first, expression=other.first)), self.days)


@frozen(kw_only=True)
class PlannedVisit:
    """A visit of a number with its planned day and the ends of its window."""

    visit: Visit
    place: int
    planned: Side
    earliest: Side
    latest: Side

    @property
    def away(self) -> exp.Expr:
        """The days from the start of the plan to the day on which it was held; null where there is no such day."""
        return column(f"{AWAY}_{self.place}")


def starts_of(model: StudyModel) -> tuple[Point, ...]:
    """What planned days and the ends of windows count their days from, in the order of their numbers."""
    found: dict[Point, None] = {}
    for visit in model.visits:
        for side in sides_of(visit):
            found[start_of(visit, side)] = None
    return tuple(found)


def sides_of(visit: Visit) -> tuple[Length, Length, Length]:
    """The planned day and the ends of the window, as lengths from the planned day."""
    return Length(), visit.window.early, visit.window.late


def start_of(visit: Visit, side: Length) -> Point:
    """What one of them counts its days from: months are counted from the milestone with the rest of the offset."""
    return Point(visit.point.milestone, visit.point.months + side.months)


def planned_visits(model: StudyModel) -> tuple[PlannedVisit, ...]:
    """Every visit, in the order of the text."""
    starts = starts_of(model)
    found: list[PlannedVisit] = []
    for place, visit in enumerate(model.visits):
        planned, earliest, latest = (
            Side(starts.index(start_of(visit, side)), visit.point.days + side.days) for side in sides_of(visit)
        )
        found.append(PlannedVisit(visit=visit, place=place, planned=planned, earliest=earliest, latest=latest))
    return tuple(found)
