"""Which readings may be the one that belongs to a visit.

In order: recorded readings labelled with the visit; unlabelled ones of the day on which it was held; unlabelled ones in
its scheduling window. Within a step the nearest to the planned day, then the earlier. All of that is one number, the
place of a reading.
"""

from sqlglot import exp

from protocol_dsl.base.values import frozen
from protocol_dsl.compile.gather import BASE, Gather
from protocol_dsl.compile.held import OPEN, has_ended, held_day
from protocol_dsl.compile.members import are_alike, is_planned
from protocol_dsl.compile.packing import packed, unpacked
from protocol_dsl.compile.quantities import Quantity
from protocol_dsl.compile.rows import Rows
from protocol_dsl.model.columns import NO_LABEL, NotInColumnsError
from protocol_dsl.model.listed import visits_at_withdrawal
from protocol_dsl.model.points import Length, Point
from protocol_dsl.model.schedule import Repeated, Visit
from protocol_dsl.model.series import series_of, visit_called
from protocol_dsl.model.study import StudyModel, studies_of
from protocol_dsl.trees import all_of, any_of, call, case, column, grouped, negated, number

STEP = 1 << 20
"""Places within a step: twice the distance from the planned day, and one more for the later of two days."""
FARTHEST = STEP // 2
"""Days from the planned day that have a place; whoever has a reading further away is left to the interpreter."""
LABELLED, HELD, IN_WINDOW = range(3)


@frozen
class Belonging:
    """The rows that may be the reading at a visit, each with its place, null for any other row."""

    rows: Rows
    place: exp.Expr


def spanned(found: Belonging, gather: Gather) -> Quantity:
    """What spans the values of the rows in the first place."""
    high = outermost(found, found.rows.high, gather, is_reversed=False)
    low = outermost(found, found.rows.low, gather, is_reversed=True)
    return Quantity(low, high, negated(high.copy().is_(exp.null())))


def outermost(found: Belonging, end: exp.Expr, gather: Gather, *, is_reversed: bool) -> exp.Expr:
    """The greatest end of the rows in the first place, or the least if ``is_reversed``."""
    best = exp.Max(this=packed(exp.Neg(this=found.place.copy()), end.copy(), is_reversed=is_reversed))
    return gather.reading(unpacked(best, is_reversed=is_reversed))


def belonging(rows: Rows, name: str, gather: Gather) -> Belonging:
    """Those of the rows that may be the reading at a visit.

    Whoever needs a reading without a label is left to the interpreter where the visits held, or the window, are open;
    and whoever has an early termination filed under the visit, where another is planned for it, or a reading that may
    belong to a visit of a series which the participant may not have.

    Raises:
        NotInColumnsError: The visit is one of a series that columns do not list, or do not know of yet.
    """
    visit = visit_named(name, gather)
    place_of_visit = gather.layout.visit_number(name)
    day = column("day")
    is_read = all_of(
        column("measure").eq(rows.measure),
        day.copy() <= gather.point(gather.horizon),
        negated(rows.high.copy().is_(exp.null())),
        column("visit").isin(number(place_of_visit), number(NO_LABEL)),
    )
    gather.in_period.append(is_read)
    is_labelled = column("visit").eq(place_of_visit)
    is_inside = all_of(
        day.copy() >= edge(visit, visit.window.early, gather), day <= edge(visit, visit.window.late, gather)
    )
    step = case(
        (is_labelled, number(LABELLED)),
        (day.copy().eq(held_day(name, gather)), number(STEP * HELD)),
        (is_inside, number(STEP * IN_WINDOW)),
    )
    place = exp.If(this=is_read, true=exp.Add(this=grouped(step), expression=nearness(visit, gather)))
    found = Belonging(rows, grouped(place))
    leave_open(found, visit, is_read, gather, is_fixed=visit.counted_from == "plan" and are_alike(name, gather))
    if (is_sure := is_planned(name, gather)) != exp.true():
        has_some = gather.reading(exp.Min(this=found.place.copy())).is_(exp.null())
        gather.leave(negated(any_of(has_some, is_sure)))
    if visits_at_withdrawal(gather.model):
        gather.leave(column(OPEN, BASE) if visit.is_at_withdrawal else has_ended(name, gather))
    return found


def visit_named(name: str, gather: Gather) -> Visit:
    """The planned visit of a name.

    Raises:
        NotInColumnsError: It is one of a series that columns do not list.
    """
    visit = visit_called(name, gather.model)
    if visit is None or name not in gather.layout.visits:
        raise NotInColumnsError(f"a reading at {name}: a visit of a series that columns do not list")
    return visit


def is_everybodys(name: str, model: StudyModel) -> bool:
    """Whether a visit is in the plan of all: of a series one of those listed in the text, which nothing ends."""
    within = series_of(name, model)
    series = next((visit.series for visit in model.visits if visit.name == within), None)
    match series:
        case None:
            return True
        case Repeated(points=points, stops=(), rules=()):
            return int(name.removeprefix(within or "")) <= len(points)
        case _:
            return False


def is_always_planned(name: str, model: StudyModel) -> bool:
    """Whether a visit is in the plan of all, whichever version holds."""
    studies = studies_of(model)
    return all(visit_called(name, study) is not None and is_everybodys(name, study) for study in studies)


def edge(visit: Visit, side: Length, gather: Gather) -> exp.Expr:
    """An end of the scheduling window, which is counted from the milestone as the planned day is."""
    point = visit.point
    return gather.point(Point(point.milestone, point.months + side.months, point.days + side.days))


def nearness(visit: Visit, gather: Gather) -> exp.Expr:
    """Twice the distance from the planned day, one more for a day after it; all alike where that has no day."""
    days = distance(visit, gather)
    later = case((days.copy() > 0, number(1)), otherwise=number(0))
    twice = exp.Mul(this=exp.Abs(this=days), expression=number(2))
    return call("coalesce", exp.Add(this=twice, expression=grouped(later)), number(0))


def distance(visit: Visit, gather: Gather) -> exp.Expr:
    """Days of a row from the planned day, negative before it."""
    planned = gather.point(visit.point)
    return grouped(exp.DateDiff(this=column("day"), expression=planned, unit=exp.var("day")))


def leave_open(found: Belonging, visit: Visit, is_read: exp.Expr, gather: Gather, *, is_fixed: bool) -> None:
    """Leave to the interpreter who has a reading too far away, or one without a label that may belong in other ways.

    Unless it ``is_fixed``, the planned day moves with another visit, or is another in another version.
    """
    is_far = all_of(is_read.copy(), exp.Abs(this=distance(visit, gather)) >= FARTHEST)
    gather.leave(gather.reading(exp.Max(this=exp.If(this=is_far, true=number(1)))).eq(1))
    is_open: exp.Expr = column(OPEN, BASE) if is_fixed else exp.true()
    is_stray = all_of(is_read.copy(), column("visit").eq(number(NO_LABEL)))
    has_stray = gather.reading(exp.Max(this=exp.If(this=is_stray, true=number(1)))).eq(1)
    first = gather.reading(exp.Min(this=found.place.copy()))
    has_label = call("coalesce", first < STEP, exp.false())
    gather.leave(all_of(has_stray, negated(has_label), is_open))
    if not is_fixed:
        # Which of several is the nearest hangs on the planned day.
        gather.leave(gather.reading(exp.Max(this=found.place)) > first)
