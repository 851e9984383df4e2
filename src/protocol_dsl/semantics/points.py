"""Points of the text as points of the model, and lengths of time."""

from fractions import Fraction
from typing import Literal

from protocol_dsl.base.numbers import Number, write_number
from protocol_dsl.base.units import GRADE
from protocol_dsl.model.given import GivenDay
from protocol_dsl.model.points import EPOCH_START, Length, Period, Point, Window
from protocol_dsl.semantics.document import Chapter
from protocol_dsl.semantics.names import STUDY_TIME
from protocol_dsl.semantics.quantities import DAYS, MONTHS, WEEKS, YEARS
from protocol_dsl.syntax import ast
from protocol_dsl.syntax.printer import print_point

ORIGIN = "W0"
MOST_STEPS = 100
"""Visits on the way to a milestone, each planned at the one before."""
ALIASES = ("W0", "D0", "M0")


def step(number: Number, unit: str) -> tuple[int, int] | None:
    """Months and days of a number of days, weeks, months or years; ``None`` for parts of a day and other units.

    >>> step(2, "weeks"), step(1, "year")
    ((0, 14), (12, 0))
    """
    if isinstance(number, Fraction) and number.denominator != 1:
        return None
    whole = int(number)
    if unit in DAYS:
        return 0, whole
    if unit in WEEKS:
        return 0, 7 * whole
    if unit in MONTHS:
        return whole, 0
    return (12 * whole, 0) if unit in YEARS else None


def length(amount: ast.Amount) -> Length | None:
    """A length of calendar time: ``28 days``."""
    found = step(amount.number, amount.unit.text if amount.unit else "")
    return Length(found[0], found[1], write_amount(amount)) if found else None


def write_amount(amount: ast.Amount) -> str:
    """An amount in words: ``28 days``."""
    if amount.unit and amount.unit.text == GRADE:
        return f"{GRADE} {write_number(amount.number)}"
    return f"{write_number(amount.number)} {amount.unit.text}" if amount.unit else write_number(amount.number)


def window(written: ast.Window) -> Window | None:
    """The two lengths of a window: ``-3 to +7 days``."""
    unit = written.unit.text
    early, late = step(written.early, unit), step(written.late, unit)
    if early is None or late is None:
        return None
    return Window(
        Length(early[0], early[1], f"{write_number(written.early)} {unit}"),
        Length(late[0], late[1], f"{signed(written.late)} {unit}"),
    )


def signed(number: Number) -> str:
    """A number with its sign: ``+7``."""
    return f"+{write_number(number)}" if number >= 0 else write_number(number)


def resolve(point: ast.Point, chapter: Chapter, steps: int = 0) -> Point | None:
    """A point as milestone, months and days; ``None`` when it is none (the checks say why).

    ``steps`` counts the visits on the way here, so that visits planned at one another end.
    """
    months = days = 0
    at = point
    while isinstance(at, ast.OffsetPoint):
        span = length(at.length)
        if span is None:
            return None
        sign = 1 if at.direction == "after" else -1
        months, days, at = months + sign * span.months, days + sign * span.days, at.base
    found = counted_from(at, chapter, steps)
    return found and Point(found.milestone, found.months + months, found.days + days, write_point(point))


def counted_from(
    point: ast.NamedPoint | ast.DosePoint | ast.CyclePoint | ast.EpochStart, chapter: Chapter, steps: int
) -> Point | None:
    """The point that offsets are added to."""
    match point:
        case ast.NamedPoint(name=name):
            return named(name.text, chapter, steps)
        case ast.EpochStart():
            return Point(EPOCH_START)
        case ast.DosePoint(which=which, treatment=treatment):
            what: Literal["first dose", "last dose"] = "first dose" if which == "first" else "last dose"
            return Point(GivenDay(what=what, treatment=treatment.text if treatment else "").milestone)
        case ast.CyclePoint(number=number, treatment=treatment):
            of: Literal["cycle", "planned cycle"] = "planned cycle" if point.is_planned else "cycle"
            return Point(GivenDay(what=of, number=number, treatment=treatment.text).milestone)


def named(name: str, chapter: Chapter, steps: int = 0) -> Point | None:
    """The point that a name stands for: an anchor, a milestone, a visit, else study time."""
    symbol = chapter.find(name, "anchor", "milestone") or chapter.find(name, "visit")
    if symbol is not None:
        match symbol.node:
            case ast.Anchor():
                return Point(key) if (key := milestone_of(symbol.node, chapter)) else None
            case ast.PlannedVisit():
                return point_of_visit(symbol.node, chapter, steps)
            case _:
                return Point(name)
    return study_time(name, chapter)


def milestone_of(anchor: ast.Anchor, chapter: Chapter) -> str | None:
    """What a point of the model calls an anchor: its milestone, or itself where it is the first of some events."""
    if isinstance(anchor.day, ast.EventPattern):
        return anchor.name.text
    return anchor.day.text if chapter.find(anchor.day.text, "milestone") else None


def point_of_visit(visit: ast.PlannedVisit, chapter: Chapter, steps: int) -> Point | None:
    """The planned point of a visit that a name stands for, asked once; none at the end of too many steps."""
    name = visit.name.text
    if name not in chapter.planned and steps < MOST_STEPS:
        chapter.planned[name] = visit_point(visit, chapter, steps + 1)
    return chapter.planned.get(name)


def visit_point(visit: ast.PlannedVisit, chapter: Chapter, steps: int = 0) -> Point | None:
    """The planned point of a visit; without ``at`` its name is its point."""
    if visit.point is not None:
        return resolve(visit.point, chapter, steps)
    name = visit.name.text
    symbol = chapter.find(name, "anchor", "milestone")
    found = named(name, chapter, steps) if symbol else study_time(name, chapter)
    return found and Point(found.milestone, found.months, found.days, name)


def study_time(name: str, chapter: Chapter) -> Point | None:
    """``W52``, ``D-14``, ``M3``: counted from the anchor named W0."""
    found = STUDY_TIME.fullmatch(name)
    if found is None:
        return None
    anchor = next((symbol for alias in ALIASES if (symbol := chapter.find(alias, "anchor"))), None)
    if anchor is None or not isinstance(anchor.node, ast.Anchor):
        return None
    count = int(found[2])
    months, days = {"W": (0, 7 * count), "D": (0, count), "M": (count, 0)}[found[1]]
    milestone = milestone_of(anchor.node, chapter)
    return Point(milestone, months, days, name) if milestone else None


def write_point(point: ast.Point) -> str:
    """A point in the author's words: ``7 days after W0``."""
    match point:
        case ast.NamedPoint(name=name):
            return name.text
        case ast.OffsetPoint():
            return f"{write_amount(point.length)} {point.direction} {write_point(point.base)}"
        case ast.DosePoint() | ast.CyclePoint() | ast.EpochStart():
            return print_point(point)


def period(written: ast.Period | None, chapter: Chapter) -> Period:
    """A period; a side that the text does not name is left to the facts."""
    match written:
        case None:
            return Period()
        case ast.Before(end=end):
            return Period(None, resolve(end, chapter))
        case ast.Within():
            start = ast.OffsetPoint(written.length, "before", written.end)
            return Period(resolve(start, chapter), resolve(written.end, chapter))
        case ast.FromTo():
            return Period(resolve(written.start, chapter), resolve(written.end, chapter))
        case ast.During():
            epoch = epoch_named(written.epoch.text, chapter)
            return Period(resolve(epoch.start, chapter), resolve(epoch.end, chapter)) if epoch else Period()


def epoch_named(name: str, chapter: Chapter) -> ast.Epoch | None:
    """The epoch of a name."""
    symbol = chapter.find(name, "epoch")
    return symbol.node if symbol and isinstance(symbol.node, ast.Epoch) else None
