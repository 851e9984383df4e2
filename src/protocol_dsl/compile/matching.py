"""Which recorded visit is which planned one, where each is labelled and there is one of a label."""

from sqlglot import exp

from protocol_dsl.compile.days import ordinal
from protocol_dsl.compile.tables import column
from protocol_dsl.compile.truth import number
from protocol_dsl.model.columns import PARTICIPANT, VISITS, NotInColumnsError
from protocol_dsl.model.study import StudyModel

HELD = "held_visits"
ACTUAL, IS_OTHER, SKIPPED = "actual", "is_other", "skipped"
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

    That is a second row of a visit. ``SKIPPED`` are those that a row says were not held, as bits.

    Raises:
        NotInColumnsError: There are too many visits.
    """
    if len(model.visits) > MOST:
        raise NotInColumnsError(f"more than {MOST} visits")
    visit, is_held = column("visit"), column("is_held")
    shifted = exp.BitwiseLeftShift(this=exp.cast(number(1), "bigint"), expression=exp.cast(visit, "bigint"))
    is_planned = visit.copy() >= 0
    is_one = exp.and_(is_held, is_planned)
    held_bit = exp.Case().when(is_one, shifted).else_(number(0))
    different = exp.func("bit_count", exp.func("bit_or", held_bit))
    held = exp.Sum(this=exp.Case().when(is_one.copy(), number(1)).else_(number(0)))
    is_skipped = exp.and_(is_held.copy().not_(), is_planned.copy())
    skipped = exp.func("bit_or", exp.Case().when(is_skipped, shifted.copy()).else_(number(0)))
    query = exp.select(column(PARTICIPANT), exp.alias_(held.neq(different), IS_OTHER), exp.alias_(skipped, SKIPPED))
    for place, _ in enumerate(model.visits):
        day = exp.Max(this=exp.If(this=exp.and_(is_held.copy(), visit.copy().eq(place)), true=column("day")))
        query = query.select(exp.alias_(ordinal(day), of_visit(ACTUAL, place)))
    return query.from_(VISITS).group_by(column(PARTICIPANT))
