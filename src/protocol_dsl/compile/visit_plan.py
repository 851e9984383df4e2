"""When visits are planned: days after the milestones of a participant, moved by calendar months."""

from typing import TypeAlias

from sqlglot import exp

from protocol_dsl.base.values import frozen
from protocol_dsl.compile.days import plus
from protocol_dsl.compile.visit_days import VisitDays
from protocol_dsl.model.amended import amended_visits, versions_of_visits
from protocol_dsl.model.points import Length, Point
from protocol_dsl.model.schedule import Visit
from protocol_dsl.model.study import StudyModel
from protocol_dsl.trees import call, column, grouped, negated, number

START, AWAY, BEYOND, VERSION = "start", "away", "beyond", "version"
"""Columns: the day of a milestone after some months, the days from it to a visit that was held, how far beyond its due
a window lies that opens on it, and the number of the version in which a visit holds."""

FAR = 1_000_000_000
"""Days beyond any."""


@frozen
class Moved:
    """The day to which a visit moves with the previous one, some calendar ``months`` later."""

    visit: Visit
    months: int = 0


Start: TypeAlias = Point | Moved
"""What planned days and the ends of windows count their days from."""


@frozen
class Side:
    """A planned day, or an end of its window: so many ``days`` after the start of a number."""

    start: int
    days: int

    @property
    def name(self) -> str:
        """The column of the start, in days after the epoch."""
        return f"{START}_{self.start}"

    @property
    def first(self) -> exp.Expr:
        """The start itself."""
        return column(self.name)

    @property
    def day(self) -> exp.Expr:
        """The day itself."""
        return plus(self.first, self.days)

    def after(self, other: "Side") -> exp.Expr:
        """How many days after the start of ``other`` it is."""
        if self.start == other.start:
            return number(self.days)
        return plus(grouped(exp.Sub(this=self.first, expression=other.first)), self.days)


@frozen
class Reach:
    """What windows of one length share that count their ends from the same two starts, ``days`` apart."""

    earliest: int
    latest: int
    days: int

    @property
    def name(self) -> str:
        """The column of ``BEYOND``."""
        return f"{BEYOND}_{self.earliest}_{self.latest}_{self.days}".replace("-", "m")

    def beyond(self, back: int, ended: exp.Expr) -> exp.Expr:
        """Days by which a window that opens on the start opens after the cut-off, or closes after the participation.

        Zero is the first such day. Where nothing is planned it is farther than any window.
        """
        opening = plus(Side(self.earliest, 0).first, -back - 1)
        closing = grouped(exp.Sub(this=Side(self.latest, self.days).day, expression=ended))
        return call("coalesce", call("greatest", opening, closing), number(FAR))


@frozen(kw_only=True)
class PlannedVisit:
    """A visit of a number with its planned day and the ends of its window.

    ``plan``, ``opens`` and ``closes`` are the planned day and the ends of the window before they moved with another
    visit. It is that of some ``versions`` of the visit of a ``place`` among all; of one that no amendment changes none
    are named, and both numbers are the same.
    """

    visit: Visit
    number: int
    place: int
    versions: tuple[int, ...]
    days: VisitDays
    planned: Side
    earliest: Side
    latest: Side
    plan: Side
    opens: Side
    closes: Side

    @property
    def held_day(self) -> exp.Expr:
        """The day on which it was held, in days after the epoch; zero where it was not."""
        return self.days.fields.taken(self.place)

    @property
    def is_held(self) -> exp.Expr:
        """Whether it was held."""
        return self.days.fields.masked(self.place).neq(0)

    @property
    def away(self) -> exp.Expr:
        """The days from the start of the plan to the day on which it was held; null where there is no such day."""
        return column(f"{AWAY}_{self.number}")

    @property
    def reach(self) -> Reach:
        """What its window shares with others of the same length."""
        return Reach(self.earliest.start, self.latest.start, self.latest.days - self.earliest.days)

    @property
    def is_beyond(self) -> exp.Expr:
        """Whether its window opens after the cut-off or closes after the participation, or there is none."""
        return column(self.reach.name) >= -self.earliest.days

    @property
    def is_in_force(self) -> exp.Expr:
        """Whether the version that holds for the participant plans the visit so."""
        if not self.versions:
            return exp.true()
        return column(f"{VERSION}_{self.place}").isin(*self.versions)


def starts_of(model: StudyModel) -> tuple[Start, ...]:
    """What planned days and the ends of windows count their days from, in the order of their numbers.

    First the points, then the days to which visits move with the previous one.
    """
    visits = [each.visit for each in versions_of_visits(model)]
    points = dict.fromkeys(start_of(visit, side) for visit in visits for side in sides_of(visit))
    moved = (Moved(visit, side.months) for visit in visits if visit.is_moved for side in sides_of(visit))
    return (*points, *dict.fromkeys(moved))


def start_columns(model: StudyModel) -> tuple[str, ...]:
    """The columns of these, in days after the epoch, then those of the versions in which visits hold."""
    starts = (f"{START}_{place}" for place, _ in enumerate(starts_of(model)))
    return (*starts, *(f"{VERSION}_{place}" for place in amended_visits(model)))


def sides_of(visit: Visit) -> tuple[Length, Length, Length]:
    """The planned day and the ends of the window, as lengths from the planned day."""
    return Length(), visit.window.early, visit.window.late


def start_of(visit: Visit, side: Length) -> Point:
    """What one of them counts its days from: months are counted from the milestone with the rest of the offset."""
    return Point(visit.point.milestone, visit.point.months + side.months)


def planned_visits(model: StudyModel, days: VisitDays) -> tuple[PlannedVisit, ...]:
    """Every visit, in the order of the text, then the other versions of those that amendments change."""
    starts = starts_of(model)
    found: list[PlannedVisit] = []
    for place, version in enumerate(versions_of_visits(model)):
        visit = version.visit
        plan, opens, closes = (
            Side(starts.index(start_of(visit, side)), visit.point.days + side.days) for side in sides_of(visit)
        )
        planned, earliest, latest = plan, opens, closes
        if visit.is_moved:
            planned, earliest, latest = (
                Side(starts.index(Moved(visit, side.months)), side.days) for side in sides_of(visit)
            )
        found.append(
            PlannedVisit(
                visit=visit,
                number=place,
                place=version.place,
                versions=version.versions,
                days=days,
                planned=planned,
                earliest=earliest,
                latest=latest,
                plan=plan,
                opens=opens,
                closes=closes,
            )
        )
    return tuple(found)


def is_of_another_arm(visit: Visit) -> exp.Expr:
    """Whether the participant's arm is known to be one that does not have the visit."""
    if not visit.arms:
        return exp.false()
    arms = [exp.Literal.string(arm) for arm in visit.arms]
    return call("coalesce", negated(column("arm").isin(*arms)), exp.false())
