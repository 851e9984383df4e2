"""Which recorded visit is which planned one, where each is labelled and there is one of a label."""

from sqlglot import exp

from protocol_dsl.compile.days import days_since
from protocol_dsl.compile.packed import Fields
from protocol_dsl.model.columns import PARTICIPANT, NotInColumnsError
from protocol_dsl.model.listed import MOST_VISITS, listed_visits, visit_of_terminations
from protocol_dsl.model.study import StudyModel
from protocol_dsl.trees import all_of, any_of, call, case, cast, column, grouped, named, negated, number

HELD = "held_visits"
ROWS, SKIPPED, CLOSED, HELD_BITS, RECORDED = "rows_of_visits", "skipped", "closed", "held_bits", "recorded"
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


def held_visits(model: StudyModel, cutoff: int, source: str, *, has_skipped: bool) -> exp.Select:
    """One row a participant: how many rows of ``source`` say that a planned visit was held, and ``DAYS``.

    There are fewer days than rows where a visit has two rows, or a row no day that fits. Visits are bits
    in ``HELD_BITS``, in ``SKIPPED`` if a row says that they were not held, and in ``CLOSED`` if an early termination is
    filed under them; where some are in a series, in ``RECORDED`` if a row names them, whatever it says of them.

    Raises:
        NotInColumnsError: There are too many visits.
    """
    count = len(listed_visits(model))
    if count > MOST_VISITS:
        raise NotInColumnsError(f"more than {MOST_VISITS} visits")
    query = exp.select(
        column(PARTICIPANT),
        named(exp.Count(this=case((column("is_held"), number(1)))), ROWS),
        named(bits_of("is_held", bit_in("place")), HELD_BITS),
        *(
            named(bits_of(condition, bits) if has_skipped else cast(number(0), "bigint"), name)
            for name, condition, bits in (
                (SKIPPED, "is_skipped", bit_in("visit")),
                (CLOSED, "is_ended", column("ended_bits")),
            )
        ),
    )
    if any(visit.series is not None for visit in model.visits):
        query = query.select(named(bits_of("is_recorded", bit_in("visit")), RECORDED))
    for word, name in enumerate(DAYS.columns(count)):
        fallen = DAYS.fallen(column("highest"), column("height"), word)
        query = query.select(named(call("bit_or", fallen), name))
    rows = placed(source, visit_of_terminations(model), cutoff)
    return query.from_(rows.subquery("placed")).group_by(column(PARTICIPANT))


def placed(source: str, at_withdrawal: int | None, cutoff: int) -> exp.Select:
    """Each row of a planned visit with its day in the highest field of ``DAYS``, and the bits it falls to its own.

    An early termination is the visit of the number ``at_withdrawal``, if there is one.
    """
    is_planned = column("visit") >= 0
    is_one, is_ended = all_of(column("is_held"), is_planned), column("is_ended")
    place: exp.Expr = column("visit")
    ended_bits: exp.Expr = case((is_planned.copy(), bit_in("visit")), otherwise=number(0))
    if at_withdrawal is not None:
        place, is_one = case((is_ended.copy(), number(at_withdrawal)), otherwise=place), any_of(is_one, is_ended.copy())
        ended_bits = exp.BitwiseOr(this=grouped(ended_bits), expression=bit_of(at_withdrawal))
    rows = exp.select(
        column(PARTICIPANT),
        column("visit"),
        named(place, "place"),
        named(cast(grouped(days_since(epoch_of(cutoff), column("day"))), "bigint"), "since"),
        named(is_one, "is_held"),
        named(all_of(negated(column("is_held")), negated(column("is_ended")), is_planned.copy()), "is_skipped"),
        named(is_ended, "is_ended"),
        named(ended_bits, "ended_bits"),
        named(
            call("coalesce", all_of(column("label").neq(exp.Literal.string("")), is_planned.copy()), exp.false()),
            "is_recorded",
        ),
    ).from_(source)
    fits = all_of(column("since") > 0, column("since") <= DAYS.greatest)
    return exp.select(
        exp.Star(),
        named(case((all_of(column("is_held"), fits), DAYS.highest(column("since")))), "highest"),
        named(DAYS.height(column("place")), "height"),
    ).from_(rows.subquery("rows"))


def bits_of(condition: str, bits: exp.Expr) -> exp.Expr:
    """The bits of the rows for which a condition holds."""
    return call("bit_or", case((column(condition), bits), otherwise=number(0)))


def bit_in(name: str) -> exp.Expr:
    """The bit of the visit whose number is in a column."""
    return exp.BitwiseLeftShift(this=cast(number(1), "bigint"), expression=cast(column(name), "bigint"))
