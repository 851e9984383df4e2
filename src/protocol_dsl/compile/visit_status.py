"""The status of each visit at the cut-off, decided in the order that the language fixes."""

from sqlglot import exp

from protocol_dsl.compile.cycles import EARLIEST, ENDED, LATEST, PLANNED, status
from protocol_dsl.compile.matching import ACTUAL, SKIPPED, bit_of, of_visit
from protocol_dsl.compile.tables import column
from protocol_dsl.compile.truth import all_hold
from protocol_dsl.model.schedule import Visit


def status_of(visit: Visit, place: int, cutoff: int) -> exp.Expr:
    """Where the visit of that number stands.

    An arm that is not known, and a visit held though it has no window, are left to the interpreter.
    """
    planned, earliest, latest, actual = (column(of_visit(name, place)) for name in (PLANNED, EARLIEST, LATEST, ACTUAL))
    is_held = actual.is_(exp.null()).not_()
    found = exp.Case()
    if visit.arms:
        found = found.when(is_of_another_arm(visit), status("not applicable"))
    found = (
        found.when(exp.and_(is_held, planned.is_(exp.null())), status("undetermined"))
        .when(actual.copy() < earliest, status("early"))
        .when(actual.copy() > latest, status("late"))
        .when(is_held.copy(), status("in window"))
        .when(planned.copy().is_(exp.null()), status("not due"))
        .when(earliest.copy() > cutoff, status("not due"))
        .when(column(ENDED) <= latest.copy(), status("not due"))
        .when(latest.copy() >= cutoff, status("expected"))
    )
    if visit.grace_days:
        # A row that says it was not held ends the grace: no other will come in.
        is_awaited = exp.paren(exp.BitwiseAnd(this=column(SKIPPED), expression=bit_of(place))).eq(0)
        is_running = exp.and_(latest.copy() >= cutoff - visit.grace_days, is_awaited)
        found = found.when(is_running, status("overdue"))
    return exp.cast(found.else_(status("missed")), "tinyint")


def is_of_another_arm(visit: Visit) -> exp.Expr:
    """Whether the participant's arm is known to be one that does not have the visit."""
    arms = [exp.Literal.string(arm) for arm in visit.arms]
    return exp.func("coalesce", column("arm").isin(*arms).not_(), exp.false())


def is_open(visit: Visit, place: int) -> exp.Expr:
    """Whether the status needs more than columns know: of a visit held that has no window, or of an arm not known."""
    planned, actual = column(of_visit(PLANNED, place)), column(of_visit(ACTUAL, place))
    found = all_hold([planned.is_(exp.null()), actual.is_(exp.null()).not_()])
    if not visit.arms:
        return found
    is_unknown = all_hold([column("arm").is_(exp.null()), planned.copy().is_(exp.null()).not_()])
    return exp.or_(is_unknown, exp.and_(found, is_of_another_arm(visit).not_()))
