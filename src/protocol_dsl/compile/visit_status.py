"""The status of each visit at the cut-off, decided in the order that the language fixes."""

from collections.abc import Iterator, Sequence

from sqlglot import exp

from protocol_dsl.compile.cycles import ENDED
from protocol_dsl.compile.matching import CLOSED, SKIPPED
from protocol_dsl.compile.members import LISTED, OVER, WAITING
from protocol_dsl.compile.moved_windows import previous_waits
from protocol_dsl.compile.packed import Fields
from protocol_dsl.compile.series import (
    ABSENT,
    begins_with_cycle,
    has_cycle,
    has_ended,
    in_cycles,
    is_absent,
    is_off,
    is_open_ended,
    members,
)
from protocol_dsl.compile.tables import has_bit
from protocol_dsl.compile.visit_plan import PlannedVisit, is_of_another_arm
from protocol_dsl.model.points import Length, Window
from protocol_dsl.model.results import STATUSES, Status
from protocol_dsl.model.study import StudyModel
from protocol_dsl.trees import Branch, all_of, any_of, case, column, negated

IS_OPEN = 16
"""A bit of a standing: the status of the visit needs more than columns know."""
ON_ITS_DAY = Window(Length(), Length())
STANDINGS = Fields("standings", 5, 12)
"""Where each visit stands: the place of a status in ``STATUSES``, and this bit."""


def standing_of(
    item: PlannedVisit, visits: Sequence[PlannedVisit], model: StudyModel, *, has_skipped: bool = True
) -> exp.Expr:
    """Where one of the visits stands, in its field of ``STANDINGS``.

    Without a known arm the interpreter judges it.
    """
    planned, earliest, latest = item.planned, item.earliest, item.latest
    has_no_plan, is_held = planned.first.is_(exp.null()), item.is_held
    found: list[Branch] = [*in_series(item, visits, model)]
    if item.versions:
        found.append((negated(item.is_in_force), STANDINGS.put(ABSENT, item.number)))
    if item.visit.arms:
        found.append((is_of_another_arm(item.visit), put("not applicable", item)))
        found.append(
            (all_of(column("arm").is_(exp.null()), negated(has_no_plan.copy())), STANDINGS.put(IS_OPEN, item.number))
        )
    if has_skipped and item.visit.is_at_withdrawal and item.visit.window == ON_ITS_DAY:
        is_termination = all_of(has_bit(CLOSED, 1 << item.place), is_held.copy())
        found.append((is_termination, put("early termination", item)))
    # A visit that was not held has a day long before any: whether it was held is asked of the few out of their windows.
    is_early = case((item.away < earliest.after(planned), put("early", item)), otherwise=put("undetermined", item))
    found += [
        (is_between(item.away, earliest.after(planned), latest.after(planned)), put("in window", item)),
        (item.away > latest.after(planned), put("late", item)),
        (is_held.copy(), is_early),
    ]
    # What ends in the same standing is one branch: the database plans each of its own.
    not_due = [has_bit(CLOSED, 1 << item.place)] if has_skipped else []
    is_in_cycle = item.place in in_cycles(model)
    if is_in_cycle:
        not_due.append(has_cycle(item, OVER, model))
    not_due += is_off(item, model)
    if item.visit.is_moved:
        found += [(any_of(*not_due), put("not due", item))] if not_due else []
        found.append((has_no_plan, unplanned_of_moved(item, visits, model)))
        not_due = []
    not_due += [item.is_beyond, *has_ended(item, model)]
    found.append((any_of(*not_due), put("not due", item)))
    if is_in_cycle and begins_with_cycle(item):
        # The cycle may still begin, and the visit with it.
        found.append((has_cycle(item, WAITING, model), put("expected", item)))
    found += [
        (latest.first >= item.days.back - latest.days, put("expected", item)),
    ]
    if item.visit.grace_days:
        # A row that says it was not held ends the grace: no other will come in.
        is_awaited = negated(has_bit(SKIPPED, 1 << item.place))
        is_running = all_of(latest.first >= item.days.back - latest.days - item.visit.grace_days, is_awaited)
        found.append((is_running, put("overdue", item)))
    return case(*found, otherwise=put("missed", item))


def in_series(item: PlannedVisit, visits: Sequence[PlannedVisit], model: StudyModel) -> Iterator[Branch]:
    """The standing of a member of a series that the participant does not have, or may not have."""
    is_open, absent = STANDINGS.put(IS_OPEN, item.number), STANDINGS.put(ABSENT, item.number)
    not_held = case((item.is_held, is_open), otherwise=absent)
    if item.place in in_cycles(model):
        yield negated(has_cycle(item, LISTED, model)), not_held
    if item.place in members(model):
        yield is_absent(item, visits, model), not_held
        yield is_open_ended(item, model), is_open.copy()


def unplanned_of_moved(item: PlannedVisit, visits: Sequence[PlannedVisit], model: StudyModel) -> exp.Expr:
    """The standing of a visit that moves with others, has no window and was not held."""
    is_over = column(ENDED) <= item.closes.day
    is_not_due = any_of(item.plan.first.is_(exp.null()), is_over, previous_waits(item, visits, model))
    return case((is_not_due, put("not due", item)), otherwise=put("undetermined", item))


def put(status: Status, item: PlannedVisit) -> exp.Expr:
    """A standing in its field."""
    return STANDINGS.put(STATUSES.index(status), item.number)


def is_between(days: exp.Expr, low: exp.Expr, high: exp.Expr) -> exp.Expr:
    """Whether days lie from one to the other."""
    return exp.Between(this=days, low=low, high=high)
