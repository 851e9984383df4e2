"""Points in a participant's time: the day of a milestone, and days counted from it."""

from collections.abc import Mapping

from sqlglot import exp

from protocol_dsl.compile.gather import MILESTONES, Gather, first_dose_column
from protocol_dsl.compile.tables import has_bit
from protocol_dsl.model.columns import DOSES, PARTICIPANT
from protocol_dsl.model.given import GivenDay, given_day
from protocol_dsl.model.patterns import pattern_of
from protocol_dsl.model.points import Point
from protocol_dsl.trees import cast, column, named, number, selected

FIRST_DOSES = "first_doses"
ENDS = ("completion", "withdrawal", "death")
"""Milestones of which the first ends participation, unless the protocol plans its end."""
EARLIEST = frozenset({"consent", "first_dose", "discontinuation"})
"""Milestones of which the first counts; of any other all rows must say one day."""


def day_of(point: Point) -> exp.Expr:
    """The day of a point from that of its milestone: months first, clipped to the last day of a month, then days."""
    given = given_day(point.milestone)
    milestone = column(milestone_column(point.milestone), MILESTONES) if given is None else first_dose(given)
    found: exp.Expr = milestone
    for count, unit in ((point.months, "month"), (point.days, "day")):
        if count:
            kind = exp.DateAdd if count > 0 else exp.DateSub
            found = cast(kind(this=found, expression=number(abs(count)), unit=exp.var(unit)), "date")
    return found


def milestone_column(name: str) -> str:
    """The column that holds a milestone's day."""
    return f"m_{name}"


def first_dose(day: GivenDay) -> exp.Expr:
    """The day of the first dose of a treatment."""
    return column(first_dose_column(day), FIRST_DOSES)


def first_doses(asked: Mapping[str, int]) -> exp.Select:
    """One row a participant: the day of the first dose of each treatment asked for."""
    days = (
        named(exp.Min(this=exp.If(this=column("treatment").eq(place), true=column("day"))), name)
        for name, place in asked.items()
    )
    return selected(DOSES, column(PARTICIPANT), *days, where=column("is_given")).group_by(
        column(PARTICIPANT), copy=False
    )


def given_between(asked: Mapping[str, exp.Expr]) -> exp.Select:
    """One row a participant: the first and last days asked for of treatments."""
    query = selected(DOSES, column(PARTICIPANT), *(named(day, name) for name, day in asked.items()))
    return query.group_by(column(PARTICIPANT), copy=False)


def milestone_aggregates(gather: Gather) -> list[exp.Expr]:
    """The first day of each milestone, or of each event, that a point counts from."""
    found: list[exp.Expr] = []
    for name in milestones_of(gather):
        pattern = pattern_of(name, gather.model)
        if pattern is None:
            first = earliest("first_day", gather.layout.event_bit(name))
        else:
            first = earliest("last_day", gather.layout.pattern_bits(pattern)[0])
        found.append(named(first, milestone_column(name)))
    return found


def milestones_of(gather: Gather) -> list[str]:
    """The milestones, and anchors on events, that points count from."""
    return sorted({point.milestone for point in gather.points if given_day(point.milestone) is None})


def earliest(day: str, bit: int) -> exp.Expr:
    """The earliest ``first_day`` or ``last_day`` of the rows with a bit."""
    return exp.Min(this=exp.If(this=has_bit("what", bit), true=column(day)))


def disagreeing(gather: Gather, once: tuple[str, ...], present: int) -> list[exp.Expr]:
    """Aggregates that hold where several rows of a milestone, or an event that may be one, leave a day open."""
    found: list[exp.Expr] = []
    for name in sorted({*milestones_of(gather), *once}):
        pattern = pattern_of(name, gather.model)
        if pattern is not None:
            certain, perhaps = gather.layout.pattern_bits(pattern)
            if perhaps & present:
                found.append(earliest("last_day", certain).neq(earliest("first_day", perhaps)))
            continue
        if name in EARLIEST or not gather.layout.event_bit(name) & present:
            continue
        # Of several screenings each is judged, and all are listed: a matter for the interpreter too.
        first = earliest("first_day", gather.layout.event_bit(name))
        found.append(first.neq(exp.Max(this=first.this.copy())))
    return found


def late_screening(gather: Gather) -> exp.Expr:
    """An aggregate that holds where screening lies after randomization, so that it is not the one that decides."""
    screening, randomization = (
        exp.Min(this=exp.If(this=has_bit("what", gather.layout.event_bit(name)), true=column("first_day")))
        for name in ("screening", "randomization")
    )
    return screening > randomization
