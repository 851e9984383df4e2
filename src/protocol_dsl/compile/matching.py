"""Which recorded visit is which planned one, where each is labelled and there is one of a label."""

from sqlglot import exp

from protocol_dsl.compile.days import ordinal
from protocol_dsl.compile.tables import column
from protocol_dsl.compile.truth import number
from protocol_dsl.model.columns import PARTICIPANT, VISITS, NotInColumnsError
from protocol_dsl.model.study import StudyModel

HELD = "held_visits"
ACTUAL, IS_OTHER = "actual", "is_other"
MOST = 60
"""Planned visits that one whole number has bits for."""


def of_visit(name: str, place: int) -> str:
    """The column of the visit of that number."""
    return f"{name}_{place}"


def bit_of(place: int) -> exp.Expr:
    """The bit of a visit."""
    return number(1 << place)


def held_visits(model: StudyModel) -> exp.Select:
    """One row a participant: the day of each visit held, and whether anything is left to the interpreter.

    That is a second row of a visit, and a row that says a visit was not held while records of it might still come in.

    Raises:
        NotInColumnsError: There are too many visits.
    """
    if len(model.visits) > MOST:
        raise NotInColumnsError(f"more than {MOST} visits")
    visit, is_held = column("visit"), column("is_held")
    shifted = exp.BitwiseLeftShift(this=exp.cast(number(1), "bigint"), expression=exp.cast(visit, "bigint"))
    is_planned = visit.copy() >= 0
    held_bit = exp.Case().when(exp.and_(is_held, is_planned), shifted).else_(number(0))
    different = exp.func("bit_count", exp.func("bit_or", held_bit))
    held = exp.Sum(this=exp.Case().when(is_held.copy(), number(1)).else_(number(0)))
    patient = [place for place, each in enumerate(model.visits) if each.grace_days]
    is_other: exp.Expr = held.neq(different)
    if patient:
        still = exp.and_(is_held.copy().not_(), visit.copy().isin(*patient))
        is_other = exp.or_(is_other, exp.func("bool_or", still))
    query = exp.select(column(PARTICIPANT), exp.alias_(is_other, IS_OTHER))
    for place, _ in enumerate(model.visits):
        day = exp.Max(this=exp.If(this=exp.and_(is_held.copy(), visit.copy().eq(place)), true=column("day")))
        query = query.select(exp.alias_(ordinal(day), of_visit(ACTUAL, place)))
    return query.from_(VISITS).group_by(column(PARTICIPANT))
