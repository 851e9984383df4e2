"""Which recorded visit is which planned one, where each is labelled and there is one of a label."""

from sqlglot import exp

from protocol_dsl.compile.days import days_since
from protocol_dsl.compile.visit_days import VisitDays
from protocol_dsl.model.columns import PARTICIPANT, NotInColumnsError
from protocol_dsl.model.listed import MOST_VISITS, NARROW_VISITS, has_series, listed_visits, visit_of_terminations
from protocol_dsl.model.study import StudyModel
from protocol_dsl.trees import (
    all_of,
    any_of,
    call,
    case,
    cast,
    column,
    grouped,
    named,
    negated,
    number,
    query_of,
    selected,
)

HELD = "held_visits"
ROWS, SKIPPED, CLOSED, HELD_BITS, RECORDED = "rows_of_visits", "skipped", "closed", "held_bits", "recorded"
WIDE = "int128"
"""The kind of whole number that has bits for the visits of large studies."""


def kind_of_bits(count: int) -> str:
    """The kind of whole number that has a bit for each of so many visits."""
    return "bigint" if count <= NARROW_VISITS else WIDE


def bit_of(place: int) -> exp.Expr:
    """The bit of a visit."""
    return number(1 << place)


def held_visits(model: StudyModel, days: VisitDays, source: str, *, has_skipped: bool) -> exp.Select:
    """One row a participant: how many rows of ``source`` say that a planned visit was held, and ``days``.

    There are fewer days than rows where a visit has two rows, or a row no day that fits. Visits are bits
    in ``HELD_BITS``, in ``SKIPPED`` if a row says that they were not held, and in ``CLOSED`` if an early termination is
    filed under them; where some are in a series, in ``RECORDED`` if a row names them, whatever it says of them.
    Without ``has_skipped`` every row says that its visit was held, so that none is asked and these two are left out.

    Raises:
        NotInColumnsError: There are too many visits.
    """
    count = len(listed_visits(model))
    if count > MOST_VISITS:
        raise NotInColumnsError(f"more than {MOST_VISITS} visits")
    bits = bit_in("place", count)
    query = query_of(
        column(PARTICIPANT),
        named(exp.Count(this=case((column("is_held"), number(1))) if has_skipped else exp.Star()), ROWS),
        named(bits_of("is_held", bits) if has_skipped else call("bit_or", bits), HELD_BITS),
    )
    if has_skipped:
        query = query.select(
            named(bits_of("is_skipped", bit_in("visit", count)), SKIPPED),
            named(bits_of("is_ended", column("ended_bits")), CLOSED),
            copy=False,
        )
    if has_series(model):
        query = query.select(named(bits_of("is_recorded", bit_in("visit", count)), RECORDED), copy=False)
    for word, name in enumerate(days.fields.columns(count)):
        fallen = days.fields.fallen(column("highest"), column("height"), word)
        query = query.select(named(call("bit_or", fallen), name), copy=False)
    rows = placed(source, visit_of_terminations(model), days, count, has_skipped=has_skipped)
    return query.from_(rows.subquery("placed", copy=False), copy=False).group_by(column(PARTICIPANT), copy=False)


def placed(source: str, at_withdrawal: int | None, days: VisitDays, count: int, *, has_skipped: bool) -> exp.Select:
    """Each row of a planned visit with its day in the highest field of a number, and the bits it falls to its own.

    An early termination is the visit of the number ``at_withdrawal`` among ``count``, if there is one.
    """
    is_planned = column("visit") >= 0
    is_one, is_ended = all_of(column("is_held"), is_planned), column("is_ended")
    place: exp.Expr = column("visit")
    ended_bits: exp.Expr = case((is_planned.copy(), bit_in("visit", count)), otherwise=number(0))
    if at_withdrawal is not None:
        place, is_one = case((is_ended.copy(), number(at_withdrawal)), otherwise=place), any_of(is_one, is_ended.copy())
        ended_bits = exp.BitwiseOr(this=grouped(ended_bits), expression=bit_of(at_withdrawal))
    rows = selected(
        source,
        column(PARTICIPANT),
        column("visit"),
        named(place, "place"),
        named(days_since(days.epoch, column("day")), "since"),
        named(is_one, "is_held"),
        named(all_of(negated(column("is_held")), negated(column("is_ended")), is_planned.copy()), "is_skipped"),
        named(is_ended, "is_ended"),
        named(ended_bits, "ended_bits"),
        named(
            call("coalesce", all_of(column("label").neq(exp.Literal.string("")), is_planned.copy()), exp.false()),
            "is_recorded",
        ),
    )
    fits = [] if days.are_within else [column("since") > 0, column("since") <= days.fields.greatest]
    if not has_skipped:
        rows = rows.where(is_planned.copy(), copy=False)
    is_taken = [column("is_held"), *fits] if has_skipped else fits
    highest = days.fields.highest(column("since"))
    return selected(
        rows.subquery("rows", copy=False),
        exp.Star(),
        named(case((all_of(*is_taken), highest)) if is_taken else highest, "highest"),
        named(days.fields.height(column("place")), "height"),
    )


def bits_of(condition: str, bits: exp.Expr) -> exp.Expr:
    """The bits of the rows for which a condition holds."""
    return call("bit_or", case((column(condition), bits), otherwise=number(0)))


def bit_in(name: str, count: int) -> exp.Expr:
    """The bit of the visit whose number is in a column, among so many."""
    kind = kind_of_bits(count)
    return exp.BitwiseLeftShift(this=cast(number(1), kind), expression=cast(column(name), kind))
