"""The status of each visit at the cut-off, decided in the order that the language fixes."""

from sqlglot import exp

from protocol_dsl.compile.cycles import ENDED
from protocol_dsl.compile.matching import CLOSED, DAYS, DAYS_BACK, SKIPPED
from protocol_dsl.compile.packed import Fields
from protocol_dsl.compile.tables import has_bit
from protocol_dsl.compile.visit_plan import PlannedVisit
from protocol_dsl.model.results import STATUSES, Status
from protocol_dsl.model.schedule import Visit
from protocol_dsl.trees import Branch, all_of, call, case, column, negated

IS_OPEN = 16
"""A bit of a standing: the status of the visit needs more than columns know."""
STANDINGS = Fields("standings", 5, 12)
"""Where each visit stands: the place of a status in ``STATUSES``, and this bit."""


def standing_of(item: PlannedVisit, *, has_skipped: bool = True) -> exp.Expr:
    """Where a visit stands, in its field of ``STANDINGS``.

    An arm that is not known, and a visit held though it has no window, are left to the interpreter.
    """
    planned, earliest, latest = item.planned, item.earliest, item.latest
    has_no_plan, is_held = planned.first.is_(exp.null()), DAYS.masked(item.place).neq(0)
    is_open = STANDINGS.put(IS_OPEN, item.place)
    found: list[Branch] = []
    if item.visit.arms:
        found.append((is_of_another_arm(item.visit), put("not applicable", item)))
        found.append((all_of(column("arm").is_(exp.null()), negated(has_no_plan.copy())), is_open))
    # A visit that was not held has a day long before any: whether it was held is asked of the few out of their windows.
    is_early = case((item.away < earliest.after(planned), put("early", item)), otherwise=is_open.copy())
    found += [
        (is_between(item.away, earliest.after(planned), latest.after(planned)), put("in window", item)),
        (item.away > latest.after(planned), put("late", item)),
        (is_held.copy(), is_early),
    ]
    if has_skipped:
        found.append((has_bit(CLOSED, 1 << item.place), put("not due", item)))
    found += [
        (has_no_plan, put("not due", item)),
        (earliest.first > DAYS_BACK - earliest.days, put("not due", item)),
        (column(ENDED) <= latest.day, put("not due", item)),
        (latest.first >= DAYS_BACK - latest.days, put("expected", item)),
    ]
    if item.visit.grace_days:
        # A row that says it was not held ends the grace: no other will come in.
        is_awaited = negated(has_bit(SKIPPED, 1 << item.place))
        is_running = all_of(latest.first >= DAYS_BACK - latest.days - item.visit.grace_days, is_awaited)
        found.append((is_running, put("overdue", item)))
    return case(*found, otherwise=put("missed", item))


def put(status: Status, item: PlannedVisit) -> exp.Expr:
    """A standing in its field."""
    return STANDINGS.put(STATUSES.index(status), item.place)


def is_between(days: exp.Expr, low: exp.Expr, high: exp.Expr) -> exp.Expr:
    """Whether days lie from one to the other."""
    return exp.Between(this=days, low=low, high=high)


def is_of_another_arm(visit: Visit) -> exp.Expr:
    """Whether the participant's arm is known to be one that does not have the visit."""
    arms = [exp.Literal.string(arm) for arm in visit.arms]
    return call("coalesce", negated(column("arm").isin(*arms)), exp.false())
