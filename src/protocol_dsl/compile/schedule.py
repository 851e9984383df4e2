"""Every planned visit of everyone: a row a participant, with the days and the status of each visit side by side."""

from collections.abc import Sequence

from sqlglot import exp

from protocol_dsl.compile.assessments import MISSING, READ_AT, asked, read_at, unread
from protocol_dsl.compile.cycles import EARLIEST, ENDED, LATEST, PLANNED, status
from protocol_dsl.compile.days import ordinal, plus
from protocol_dsl.compile.gather import BASE, Gather
from protocol_dsl.compile.matching import ACTUAL, HELD, IS_OTHER, SKIPPED, bit_of, held_visits, of_visit
from protocol_dsl.compile.participation import participation_end
from protocol_dsl.compile.tables import column
from protocol_dsl.compile.truth import any_holds, number
from protocol_dsl.compile.visit_status import is_open, status_of
from protocol_dsl.model.columns import ODD, PARTICIPANT, NotInColumnsError
from protocol_dsl.model.points import Length, Point
from protocol_dsl.model.schedule import Visit
from protocol_dsl.model.study import StudyModel

LAID, STOOD, VISIT_ANSWERS = "visits_laid", "visits_stood", "visit_answers"
RANDOMIZED, STATUS, HELD_BITS = "randomized", "status", "held_bits"
FIRST = ("consent", "screening", "randomization", "first_dose")
"""Milestones in the order in which they mostly are; whoever has them otherwise is left to the interpreter."""


def visit_tables(model: StudyModel, gather: Gather, cutoff: int) -> list[tuple[str, exp.Select]]:
    """The steps that lead to ``VISIT_ANSWERS``, in order, after milestones and base.

    Columns of ``VISIT_ANSWERS``: participant, arm, randomized, skipped (bits); then of each visit planned, earliest,
    latest, actual (ordinal numbers) and status; of each measure, or group of measures, of ``assess`` the visits held
    without it, as bits; and odd.

    Raises:
        NotInColumnsError: The plan of a visit depends on what happened in a way that columns do not follow.
    """
    for visit in model.visits:
        require_fixed(visit)
    return [
        (HELD, held_visits(model)),
        (LAID, laid(model, gather, cutoff)),
        (READ_AT, read_at(model, gather.layout, LAID)),
        (STOOD, stood(model, cutoff)),
        (VISIT_ANSWERS, answers(model)),
    ]


def require_fixed(visit: Visit) -> None:
    """Refuse a visit that is not planned by points alone.

    Raises:
        NotInColumnsError: It is one.
    """
    if visit.series is not None:
        raise NotInColumnsError(f"visits {visit.name}: a series")
    if visit.counted_from == "previous visit":
        raise NotInColumnsError(f"visit {visit.name}: a window counted from the previous visit")


def laid(model: StudyModel, gather: Gather, cutoff: int) -> exp.Select:
    """Each planned visit of everyone with its window, and the day on which it was held."""
    query = exp.select(
        column(PARTICIPANT, BASE),
        column("arm", BASE),
        exp.alias_(ordinal(gather.point(Point("randomization"))), RANDOMIZED),
        exp.alias_(ordinal(participation_end(model, gather, cutoff)), ENDED),
        exp.alias_(exp.func("coalesce", column(IS_OTHER, HELD), exp.false()), IS_OTHER),
        exp.alias_(exp.func("coalesce", column(SKIPPED, HELD), number(0)), SKIPPED),
    )
    for place, visit in enumerate(model.visits):
        sides = ((PLANNED, Length()), (EARLIEST, visit.window.early), (LATEST, visit.window.late))
        for name, side in sides:
            query = query.select(exp.alias_(day_of(visit, side, gather), of_visit(name, place)))
        query = query.select(column(of_visit(ACTUAL, place), HELD))
    same = column(PARTICIPANT, BASE).eq(column(PARTICIPANT, HELD))
    return query.from_(BASE).join(HELD, join_type="left", on=same)


def day_of(visit: Visit, side: Length, gather: Gather) -> exp.Expr:
    """The planned day, or an end of the window, which is counted from the milestone too."""
    point = visit.point
    start = gather.point(Point(point.milestone, point.months + side.months))
    return plus(ordinal(start), point.days + side.days)


def stood(model: StudyModel, cutoff: int) -> exp.Select:
    """The status of each visit."""
    query = exp.select("*")
    for place, visit in enumerate(model.visits):
        query = query.select(exp.alias_(status_of(visit, place, cutoff), of_visit(STATUS, place)))
    return query.from_(LAID)


def answers(model: StudyModel) -> exp.Select:
    """The visits, what was not read at them, and who is left to the interpreter."""
    missing = [unread(group, held_bits(model, group.visits)) for group in asked(model)]
    odd = [
        column(IS_OTHER),
        *(is_open(visit, place) for place, visit in enumerate(model.visits)),
        *out_of_order(model),
        *(each.is_open for each in missing),
    ]
    query = exp.select(column(PARTICIPANT, STOOD), column("arm"), column(RANDOMIZED), column(SKIPPED))
    for place, _ in enumerate(model.visits):
        query = query.select(*(of_visit(name, place) for name in (PLANNED, EARLIEST, LATEST, ACTUAL, STATUS)))
    for place, each in enumerate(missing):
        query = query.select(exp.alias_(each.visits, of_visit(MISSING, place)))
    query = query.select(exp.alias_(exp.func("coalesce", any_holds(odd), exp.false()), ODD))
    same = column(PARTICIPANT, STOOD).eq(column(PARTICIPANT, READ_AT))
    return query.from_(STOOD).join(READ_AT, join_type="left", on=same)


def held_bits(model: StudyModel, places: Sequence[int]) -> exp.Expr:
    """The bits of those of some visits that were held, early termination not among them."""
    total: exp.Expr = number(0)
    for place in places:
        is_held: exp.Expr = column(of_visit(ACTUAL, place)).is_(exp.null()).not_()
        if model.visits[place].arms:
            is_held = exp.and_(is_held, column(of_visit(STATUS, place)).neq(status("not applicable")))
        one = exp.Case().when(is_held, bit_of(place)).else_(number(0))
        total = exp.Add(this=total, expression=exp.paren(one)) if place != places[0] else one
    return exp.cast(exp.paren(total), "bigint")


# --------------------------------------------------------------------------------- order
def out_of_order(model: StudyModel) -> list[exp.Expr]:
    """Conditions of which one holds for whoever had two visits on one day or in reversed order, or may have had.

    The order is that of the plan where milestones come as they mostly do.
    """
    order = sorted(range(len(model.visits)), key=lambda place: plan_key(model.visits[place], place))
    found: list[exp.Expr] = []
    for at in range(1, len(order)):
        place, before = order[at], order[:at]
        found.append(column(of_visit(ACTUAL, place)) <= latest_of(ACTUAL, before))
        point = model.visits[place].point
        others = [each for each in before if basis(model.visits[each].point) != basis(point)]
        if others:
            found.append(column(of_visit(PLANNED, place)) < latest_of(PLANNED, others))
    return [exp.func("coalesce", each, exp.false()) for each in found]


def latest_of(name: str, places: Sequence[int]) -> exp.Expr:
    """The latest of the days of some visits."""
    first, *rest = (column(of_visit(name, place)) for place in places)
    return exp.Greatest(this=first, expressions=rest, ignore_nulls=True) if rest else first


def basis(point: Point) -> tuple[str, int]:
    """What a point counts its days from."""
    return point.milestone, point.months


def plan_key(visit: Visit, place: int) -> tuple[int, int, int, int]:
    """Where the plan mostly puts a visit."""
    point = visit.point
    rank = FIRST.index(point.milestone) if point.milestone in FIRST else len(FIRST)
    return rank, point.months, point.days, place
