"""The planned days of the cycles of each treatment, worked out when the protocol is compiled."""

from collections.abc import Iterator
from itertools import islice

from attrs import evolve
from sqlglot import exp

from protocol_dsl.base.values import frozen
from protocol_dsl.compile.days import months_later, on_ordinal, ordinal, plus
from protocol_dsl.compile.gather import BASE, Gather
from protocol_dsl.model.amended import amended_cycles, studies_alike
from protocol_dsl.model.cycles import cycle_points
from protocol_dsl.model.epochs import epochs_giving, is_by_epoch, within
from protocol_dsl.model.expressions import EventPattern
from protocol_dsl.model.given import given_day
from protocol_dsl.model.listed import MOST_CYCLES
from protocol_dsl.model.points import EPOCH_START, Length, Point
from protocol_dsl.model.schedule import Cycles, StopOn, Treatment
from protocol_dsl.model.study import StudyModel, may_lack_doses
from protocol_dsl.trees import call, cast, column, grouped, negated, number, selected

CYCLE, MONTHS, DAYS, ORIGIN = "cycle", "months", "days", "origin"


@frozen(kw_only=True)
class CyclePlan:
    """The cycles of the treatment of a ``number``: the point of each, and those after which none is planned.

    Of ``compared`` points only the participant's days tell which cycles they bound. One that counts from an epoch is
    the plan of some ``arms``, or of all but these if it is ``of_others``. One in the cycles of another treatment has
    the number of this as its ``host``, and no points. ``ends`` are the events of which the first ends the cycles.
    """

    number: int
    treatment: Treatment
    cycles: Cycles
    points: tuple[Point, ...] = ()
    last_points: tuple[Point, ...] = ()
    compared: tuple[Point, ...] = ()
    arms: tuple[str, ...] = ()
    of_others: bool = False
    host: int | None = None
    ends: tuple[EventPattern, ...] = ()

    @property
    def table(self) -> str:
        """The table of planned points in the statement."""
        return "_".join(("plan", str(self.number), *(("others",) if self.of_others else self.arms)))

    @property
    def points_table(self) -> str:
        """The table of planned points that ``table`` is made of, where cycles move with the previous one."""
        return f"points_of_{self.table}"

    @property
    def answers_table(self) -> str:
        """The table of its cycles with where they stand, where those of another treatment lie in them."""
        return f"answers_of_{self.table}"

    @property
    def is_of_some(self) -> bool:
        """Whether it is the plan of some participants alone, or hangs on what each of them was given."""
        return bool(self.arms) or self.of_others or self.host is not None

    @property
    def is_moved(self) -> bool:
        """Whether each cycle is counted from the start of the previous one."""
        return self.cycles.counted_from == "previous start"

    @property
    def follows(self) -> bool:
        """Whether the day of each cycle is worked out from the one before: they move, and the first has a day."""
        return self.is_moved and has_day(self.cycles.start) and bool(self.points)

    @property
    def is_endless(self) -> bool:
        """Whether nothing says how many cycles there are: then those that have come are listed, and the next one."""
        return self.cycles.up_to is None

    @property
    def length(self) -> int:
        """The days of one cycle's dose."""
        return (self.treatment.dose.days if self.treatment.dose else None) or 1


def cycle_plans(model: StudyModel) -> tuple[CyclePlan, ...]:
    """The plans of the treatments that have cycles, in the order of the text."""
    found: list[CyclePlan] = []
    for place, treatment in enumerate(model.treatments):
        if not isinstance(treatment.course, Cycles):
            continue
        if treatment.course.inside is not None:
            found.append(plan_inside(place, treatment, treatment.course, model))
        elif is_by_epoch(treatment):
            found += plans_by_epoch(place, treatment, model)
        else:
            found.append(own_plan(place, treatment, treatment.course))
    return tuple(found)


def own_plan(place: int, treatment: Treatment, cycles: Cycles) -> CyclePlan:
    """The plan of a treatment that has cycles of its own."""
    bounds = bounds_of(cycles)
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
        last_points=tuple(filter(has_day, bounds)),
        compared=tuple(filter(has_day, compared)),
        ends=events_of(cycles),
    )


def plans_by_epoch(place: int, treatment: Treatment, model: StudyModel) -> Iterator[CyclePlan]:
    """The plans of a treatment whose cycles count from the epoch in which an arm gives it: of each arm, and of others.

    Whose arm is not known, or gives it in no epoch, has no day for any of them.
    """
    arms = []
    for arm in model.arms:
        for epoch in epochs_giving(treatment.name, arm, model)[:1]:
            own = within(treatment, epoch)
            if isinstance(own.course, Cycles):
                arms.append(arm.name)
                yield evolve(own_plan(place, own, own.course), arms=(arm.name,))
    if isinstance(treatment.course, Cycles):
        yield evolve(own_plan(place, treatment, treatment.course), arms=tuple(arms), of_others=True)


def plan_inside(place: int, treatment: Treatment, cycles: Cycles, model: StudyModel) -> CyclePlan:
    """The plan of a treatment that is given in the cycles of another, and ends with it."""
    name = None if cycles.inside is None else cycles.inside.treatment
    host, other = next((number, each) for number, each in enumerate(model.treatments) if each.name == name)
    return CyclePlan(
        number=place,
        treatment=treatment,
        cycles=cycles,
        last_points=tuple(filter(has_day, bounds_of(cycles))),
        compared=tuple(filter(has_day, bounds_of(cycles))),
        host=host,
        ends=events_of(other.course) if isinstance(other.course, Cycles) else (),
    )


def bounds_of(cycles: Cycles) -> tuple[Point, ...]:
    """The points after which no cycle is planned."""
    return tuple(each for each in (cycles.none_after, *cycles.stops) if isinstance(each, Point))


def events_of(cycles: Cycles) -> tuple[EventPattern, ...]:
    """The events of which the first ends the cycles."""
    return tuple(stop.events for stop in cycles.stops if isinstance(stop, StopOn))


def has_day(point: Point) -> bool:
    """Whether a point counts from what columns know before any cycle; an epoch that no arm names has no start."""
    return point.milestone != EPOCH_START and not is_after_cycles(point)


def is_after_cycles(point: Point) -> bool:
    """Whether a point counts from a last dose, or from a cycle."""
    day = given_day(point.milestone)
    return day is not None and day.what != "first dose"


def open_cycles(model: StudyModel) -> frozenset[int]:
    """The treatments, by number, whose cycles hang on more than columns follow: the interpreter judges everybody's.

    An amendment changes them, skipped ones do not count, they count from other cycles, or what is not recorded may have
    been given all the same.
    """
    is_open = may_lack_doses(model)
    return amended_cycles(model) | {
        place
        for study in studies_alike(model)
        for place, treatment in enumerate(study.treatments)
        if isinstance(treatment.course, Cycles) and (is_open or is_apart(treatment.course))
    }


def is_apart(cycles: Cycles) -> bool:
    """Whether skipped cycles do not count, or something of the plan counts from other cycles."""
    points = (*bounds_of(cycles), *(() if cycles.inside else (cycles.start,)))
    return not cycles.skipped_count or any(map(is_after_cycles, points))


# --------------------------------------------------------------------------------- trees
def plan_table(plan: CyclePlan) -> exp.Select:
    """The planned points: a row a cycle, with its months and days after the milestone."""
    # Where the first is already after a last point there is none, and a statement has no way to write no row.
    points = plan.points or (Point(""),)
    rows = [
        exp.Tuple(expressions=[number(place), number(point.months), number(point.days)])
        for place, point in enumerate(points, 1)
    ]
    names = [exp.to_identifier(name) for name in (CYCLE, MONTHS, DAYS)]
    values = exp.Values(expressions=rows, alias=exp.TableAlias(this=exp.to_identifier("points"), columns=names))
    query = selected(values, *(column(name) for name in (CYCLE, MONTHS, DAYS)))
    return query if plan.points else query.where(exp.false(), copy=False)


def planned_day(plan: CyclePlan, gather: Gather, side: Length) -> exp.Expr:
    """The planned day of the cycle in ``plan_table``, or an end of its window, as an ordinal number."""
    days = column(DAYS, plan.table)
    if plan.host is not None:
        return plus(grouped(exp.Add(this=months_from(column(ORIGIN, plan.table), side), expression=days)), side.days)
    if not has_day(plan.cycles.start):
        return cast(exp.null(), "bigint")
    if plan.is_moved and side.months:
        return plus(months_from(planned_day(plan, gather, Length()), side), side.days)
    anchor: exp.Expr = gather.point(Point(plan.cycles.start.milestone))
    window = plan.cycles.window
    by_months = any(point.months for point in plan.points) or window.early.months or window.late.months
    if by_months:
        months: exp.Expr = column(MONTHS, plan.table)
        if side.months:
            months = grouped(exp.Add(this=months, expression=number(side.months)))
        anchor = months_later(anchor, months)
    start: exp.Expr = ordinal(anchor)
    if plan.follows:
        start = call("coalesce", column(ORIGIN, plan.table), start)
    return plus(grouped(exp.Add(this=start, expression=days)), side.days)


def months_from(day: exp.Expr, side: Length) -> exp.Expr:
    """An ordinal number some calendar months later."""
    return ordinal(months_later(on_ordinal(day), number(side.months))) if side.months else day


def is_of_plan(plan: CyclePlan) -> exp.Expr:
    """Whether a plan is that of the participant's arm."""
    if not plan.arms:
        return exp.true()
    is_one = column("arm", BASE).isin(*(exp.Literal.string(arm) for arm in plan.arms))
    return call("coalesce", negated(is_one), exp.true()) if plan.of_others else is_one


def is_beyond(planned: exp.Expr, last: Point, gather: Gather) -> exp.Expr:
    """Whether a planned day is after a last point; null, which does not hold, where one of them has no day."""
    return planned.copy() > ordinal(gather.point(last))
