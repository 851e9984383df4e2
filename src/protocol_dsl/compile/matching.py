"""Which recorded visit is which planned one, where each is labelled and there is one of a label."""

from sqlglot import exp

from protocol_dsl.compile.days import days_since
from protocol_dsl.compile.packed import Fields
from protocol_dsl.compile.tables import column
from protocol_dsl.compile.truth import number
from protocol_dsl.model.columns import PARTICIPANT, VISITS, NotInColumnsError
from protocol_dsl.model.study import StudyModel

HELD = "held_visits"
ROWS, SKIPPED, CLOSED, HELD_BITS = "rows_of_visits", "skipped", "closed", "held_bits"
MOST = 60
"""Planned visits that one whole number has bits for."""
DAYS = Fields("days", 15, 4)
"""The day of each visit that was held, in days after the epoch of the statement; zero for any other."""
DAYS_BACK = 32_000
"""Days from the epoch to the cut-off, some 87 years; whoever had a visit before it is left to the interpreter."""


def epoch_of(cutoff: int) -> int:
    """The day, as an ordinal number, that days of visits are counted from."""
    return cutoff - DAYS_BACK


def bit_of(place: int) -> exp.Expr:
    """The bit of a visit."""
    return number(1 << place)


def held_visits(model: StudyModel, cutoff: int, *, has_skipped: bool) -> exp.Select:
    """One row a participant: how many rows say that a planned visit was held, and ``DAYS``.

    There are fewer days than rows where a visit has two rows, or a row no day that fits. Visits are bits
    in ``HELD_BITS``, in ``SKIPPED`` if a row says that they were not held, and in ``CLOSED`` if an early termination is
    filed under them.

    Raises:
        NotInColumnsError: There are too many visits.
    """
    if len(model.visits) > MOST:
        raise NotInColumnsError(f"more than {MOST} visits")
    query = exp.select(
        column(PARTICIPANT),
        exp.alias_(exp.Count(this=column("word")), ROWS),
        exp.alias_(bits_of("is_held"), HELD_BITS),
        *(
            exp.alias_(bits_of(condition) if has_skipped else exp.cast(number(0), "bigint"), name)
            for name, condition in ((SKIPPED, "is_skipped"), (CLOSED, "is_ended"))
        ),
    )
    for word, name in enumerate(DAYS.columns(len(model.visits))):
        chosen = exp.Case().when(column("word").eq(word), column("field")).else_(number(0))
        query = query.select(exp.alias_(exp.func("bit_or", chosen), name))
    return query.from_(placed(cutoff).subquery("placed")).group_by(column(PARTICIPANT))


def placed(cutoff: int) -> exp.Select:
    """Each row of a planned visit with the column of ``DAYS`` that it belongs to, and its day in its field."""
    visit, is_planned = column("visit"), column("visit") >= 0
    is_one = exp.and_(column("is_held"), is_planned)
    day = exp.cast(exp.paren(days_since(epoch_of(cutoff), column("day"))), "bigint")
    fits = exp.and_(day.copy() > 0, day.copy() <= DAYS.greatest)
    # Whole numbers that are powers of two, so that no row asks for a division.
    within = exp.paren(exp.BitwiseAnd(this=visit.copy(), expression=number(DAYS.each - 1)))
    shift = exp.paren(exp.Mul(this=within, expression=number(DAYS.bits)))
    moved = exp.BitwiseLeftShift(this=exp.Case().when(fits, day), expression=shift)
    word = exp.BitwiseRightShift(this=visit, expression=number(DAYS.each.bit_length() - 1))
    return exp.select(
        column(PARTICIPANT),
        column("visit"),
        exp.alias_(exp.Case().when(is_one, word), "word"),
        exp.alias_(exp.Case().when(is_one.copy(), moved), "field"),
        exp.alias_(is_one.copy(), "is_held"),
        exp.alias_(exp.and_(column("is_held").not_(), column("is_ended").not_(), is_planned.copy()), "is_skipped"),
        exp.alias_(exp.and_(column("is_ended"), is_planned.copy()), "is_ended"),
    ).from_(VISITS)


def bits_of(condition: str) -> exp.Expr:
    """The visits of the rows for which a condition holds, as bits."""
    one = exp.cast(number(1), "bigint")
    shifted = exp.BitwiseLeftShift(this=one, expression=exp.cast(column("visit"), "bigint"))
    return exp.func("bit_or", exp.Case().when(column(condition), shifted).else_(number(0)))
