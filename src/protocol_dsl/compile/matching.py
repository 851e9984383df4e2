"""Which recorded visit is which planned one, where each is labelled and there is one of a label."""

from sqlglot import exp

from protocol_dsl.compile.days import days_since
from protocol_dsl.compile.packed import Fields
from protocol_dsl.model.columns import PARTICIPANT, VISITS, NotInColumnsError
from protocol_dsl.model.study import StudyModel
from protocol_dsl.trees import all_of, call, case, cast, column, grouped, named, negated, number

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
        named(exp.Count(this=column("word")), ROWS),
        named(bits_of("is_held"), HELD_BITS),
        *(
            named(bits_of(condition) if has_skipped else cast(number(0), "bigint"), name)
            for name, condition in ((SKIPPED, "is_skipped"), (CLOSED, "is_ended"))
        ),
    )
    for word, name in enumerate(DAYS.columns(len(model.visits))):
        chosen = case((column("word").eq(word), column("field")), otherwise=number(0))
        query = query.select(named(call("bit_or", chosen), name))
    return query.from_(placed(cutoff).subquery("placed")).group_by(column(PARTICIPANT))


def placed(cutoff: int) -> exp.Select:
    """Each row of a planned visit with the column of ``DAYS`` that it belongs to, and its day in its field."""
    visit, is_planned = column("visit"), column("visit") >= 0
    is_one = all_of(column("is_held"), is_planned)
    day = cast(grouped(days_since(epoch_of(cutoff), column("day"))), "bigint")
    fits = all_of(day.copy() > 0, day.copy() <= DAYS.greatest)
    # Whole numbers that are powers of two, so that no row asks for a division.
    within = grouped(exp.BitwiseAnd(this=visit.copy(), expression=number(DAYS.each - 1)))
    shift = grouped(exp.Mul(this=within, expression=number(DAYS.bits)))
    moved = exp.BitwiseLeftShift(this=case((fits, day)), expression=shift)
    word = exp.BitwiseRightShift(this=visit, expression=number(DAYS.each.bit_length() - 1))
    return exp.select(
        column(PARTICIPANT),
        column("visit"),
        named(case((is_one, word)), "word"),
        named(case((is_one.copy(), moved)), "field"),
        named(is_one.copy(), "is_held"),
        named(all_of(negated(column("is_held")), negated(column("is_ended")), is_planned.copy()), "is_skipped"),
        named(all_of(column("is_ended"), is_planned.copy()), "is_ended"),
    ).from_(VISITS)


def bits_of(condition: str) -> exp.Expr:
    """The visits of the rows for which a condition holds, as bits."""
    one = cast(number(1), "bigint")
    shifted = exp.BitwiseLeftShift(this=one, expression=cast(column("visit"), "bigint"))
    return call("bit_or", case((column(condition), shifted), otherwise=number(0)))
