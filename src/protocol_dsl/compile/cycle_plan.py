"""The planned days of the cycles of each treatment, worked out when the protocol is compiled."""

from collections.abc import Iterator
from itertools import islice

from sqlglot import exp

from protocol_dsl.base.values import frozen
from protocol_dsl.compile.days import months_later, ordinal, plus
from protocol_dsl.compile.gather import Gather
from protocol_dsl.model.columns import NotInColumnsError
from protocol_dsl.model.cycles import cycle_points
from protocol_dsl.model.epochs import is_by_epoch
from protocol_dsl.model.expressions import EventPattern
from protocol_dsl.model.listed import MOST_CYCLES
from protocol_dsl.model.points import Length, Point
from protocol_dsl.model.schedule import Cycles, StopOn, Treatment
from protocol_dsl.model.study import StudyModel
from protocol_dsl.trees import call, column, grouped, number

CYCLE, MONTHS, DAYS, ORIGIN = "cycle", "months", "days", "origin"


@frozen(kw_only=True)
class CyclePlan:
    """The cycles of the treatment of a ``number``: the point of each, and those after which none is planned.

    Of ``compared`` points only the participant's days tell which cycles they bound.
    """

    number: int
    treatment: Treatment
    cycles: Cycles
    points: tuple[Point, ...]
    last_points: tuple[Point, ...]
    compared: tuple[Point, ...]

    @property
    def table(self) -> str:
        """The table of planned points in the statement."""
        return f"plan_{self.number}"

    @property
    def points_table(self) -> str:
        """The table of planned points that ``table`` is made of, where cycles move with the previous one."""
        return f"points_{self.number}"

    @property
    def is_moved(self) -> bool:
        """Whether each cycle is counted from the start of the previous one."""
        return self.cycles.counted_from == "previous start"

    @property
    def is_endless(self) -> bool:
        """Whether nothing says how many cycles there are: then those that have come are listed, and the next one."""
        return self.cycles.up_to is None

    @property
    def events(self) -> tuple[EventPattern, ...]:
        """The events of which the first ends the plan."""
        return tuple(stop.events for stop in self.cycles.stops if isinstance(stop, StopOn))

    @property
    def length(self) -> int:
        """The days of one cycle's dose."""
        return (self.treatment.dose.days if self.treatment.dose else None) or 1


def cycle_plans(model: StudyModel) -> tuple[CyclePlan, ...]:
    """The plan of each treatment that has cycles, in the order of the text.

    Raises:
        NotInColumnsError: One depends on what happened to the participant in a way that columns do not follow.
    """
    return tuple(
        cycle_plan(place, treatment, treatment.course, model)
        for place, treatment in enumerate(model.treatments)
        if isinstance(treatment.course, Cycles)
    )


def cycle_plan(place: int, treatment: Treatment, cycles: Cycles, model: StudyModel) -> CyclePlan:
    """The plan of one treatment.

    Raises:
        NotInColumnsError: As above.
    """
    for construct in moving(treatment, cycles, model):
        raise NotInColumnsError(f"{treatment.name}: {construct}")
    bounds = tuple(each for each in (cycles.none_after, *cycles.stops) if isinstance(each, Point))
    points: list[Point] = []
    compared: dict[Point, None] = {}
    for point in islice(cycle_points(cycles), cycles.up_to or MOST_CYCLES):
        # One that moves is compared on the day that it moves to.
        is_fixed = cycles.counted_from == "plan" or not points
        alike = {last: is_fixed and (last.milestone, last.months) == (point.milestone, point.months) for last in bounds}
        if any(is_alike and point.days > last.days for last, is_alike in alike.items()):
            break
        compared |= {last: None for last, is_alike in alike.items() if not is_alike}
        points.append(point)
    return CyclePlan(
        number=place,
        treatment=treatment,
        cycles=cycles,
        points=tuple(points),
        last_points=bounds,
        compared=tuple(compared),
    )


def moving(treatment: Treatment, cycles: Cycles, model: StudyModel) -> Iterator[str]:
    """What lets the plan depend on what happened."""
    if is_by_epoch(treatment):
        yield "cycles counted from an epoch"
    if cycles.inside is not None:
        yield "cycles in the cycles of another treatment"
    lengths = (*cycles.spacings, cycles.window.early, cycles.window.late)
    if cycles.counted_from == "previous start" and any(length.months for length in lengths):
        yield "cycles counted in months from the previous start"
    for stop in cycles.stops:
        if isinstance(stop, StopOn) and stop.events != EventPattern(stop.events.name):
            yield f"cycles that go on until a {stop.events.name} of a certain kind"
    if not cycles.skipped_count:
        yield "cycles of which skipped ones do not count"
    if any(one.of == "administrations" and one.state == "open" for one in model.vocabulary.histories):
        yield "an open history of administrations"


# --------------------------------------------------------------------------------- trees
def plan_table(plan: CyclePlan) -> exp.Select:
    """The planned points: a row a cycle, with its months and days after the milestone."""
    rows = [
        exp.Tuple(expressions=[number(place), number(point.months), number(point.days)])
        for place, point in enumerate(plan.points, 1)
    ]
    names = [exp.to_identifier(name) for name in (CYCLE, MONTHS, DAYS)]
    values = exp.Values(expressions=rows, alias=exp.TableAlias(this=exp.to_identifier("points"), columns=names))
    return exp.select(*(column(name) for name in (CYCLE, MONTHS, DAYS))).from_(values)


def planned_day(plan: CyclePlan, gather: Gather, side: Length) -> exp.Expr:
    """The planned day of the cycle in ``plan_table``, or an end of its window, as an ordinal number."""
    anchor: exp.Expr = gather.point(Point(plan.cycles.start.milestone))
    window = plan.cycles.window
    by_months = any(point.months for point in plan.points) or window.early.months or window.late.months
    if by_months:
        months: exp.Expr = column(MONTHS, plan.table)
        if side.months:
            months = grouped(exp.Add(this=months, expression=number(side.months)))
        anchor = months_later(anchor, months)
    start: exp.Expr = ordinal(anchor)
    if plan.is_moved:
        start = call("coalesce", column(ORIGIN, plan.table), start)
    days = grouped(exp.Add(this=start, expression=column(DAYS, plan.table)))
    return plus(days, side.days)


def is_beyond(planned: exp.Expr, last: Point, gather: Gather) -> exp.Expr:
    """Whether a planned day is after a last point; null, which does not hold, where one of them has no day."""
    return planned.copy() > ordinal(gather.point(last))
