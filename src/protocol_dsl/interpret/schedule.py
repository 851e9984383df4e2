"""Visits and cycles as results, with the reason for each day."""

from collections.abc import Iterator
from typing import assert_never

from protocol_dsl.base.days import Days, write_days
from protocol_dsl.base.numbers import several
from protocol_dsl.interpret.epochs import epoch_on
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.judged_cycles import JudgedCycle
from protocol_dsl.interpret.matching import Matching, Row
from protocol_dsl.interpret.moved_windows import previous_visits
from protocol_dsl.interpret.plan import cycle_of, is_off, plan, terms_of
from protocol_dsl.interpret.points import anchor_name, resolve, why_missing
from protocol_dsl.interpret.reasons import administration_fact, reading_fact
from protocol_dsl.interpret.slots import MET, NOT_MET, Slot, later
from protocol_dsl.interpret.standing import Standing, Terms, open_words, over_words
from protocol_dsl.interpret.visit_status import JudgedVisit, due, endings_of
from protocol_dsl.model.cycles import cycle_point, spacing
from protocol_dsl.model.points import Length, Point, Window
from protocol_dsl.model.records import Administration, VisitRow
from protocol_dsl.model.results import CycleResult, Fact, VisitResult
from protocol_dsl.model.schedule import Cycles, Visit

NO_LABEL = "unscheduled"
EARLY_TERMINATION = "early termination"
OPEN = {"not due", "undetermined"}
"""Statuses of visits that what they hang on may have made."""


# -------------------------------------------------------------------------------- visits
def visit_result(item: JudgedVisit, facts: Facts, *, with_reason: bool) -> VisitResult:
    """A planned visit as a result; the reason and the rows only when asked for."""
    matched, standing = item.matched, item.standing
    slot = matched.slot
    epoch = epoch_on(slot.planned, facts) if slot is not None and facts.model.epochs else None
    return VisitResult(
        visit=item.visit.name,
        status=standing.status,
        planned=None if slot is None else slot.planned,
        earliest=None if slot is None else slot.earliest,
        latest=None if slot is None else slot.latest,
        actual=matched.days,
        days_out=standing.days_out,
        days_out_max=standing.days_out_max,
        epoch=epoch.name if epoch else "",
        reason=visit_reason(item, facts) if with_reason else "",
        facts=row_facts(matched.rows or matched.perhaps or matched.terminations) if with_reason else (),
    )


def other_visits(matching: Matching, *, with_reason: bool) -> Iterator[VisitResult]:
    """Early-termination visits and unscheduled ones, by day."""
    rows = [(row, EARLY_TERMINATION) for row in matching.terminations]
    rows += [(row, NO_LABEL) for row in matching.unscheduled]
    for row, status in sorted(rows, key=lambda item: (item[0].first, item[0].last)):
        is_early = status == EARLY_TERMINATION
        yield VisitResult(
            visit=row.label or status,
            status="early termination" if is_early else "unscheduled",
            actual=Days(row.first, row.last),
            reason=(row.reason or ("participation ended" if is_early else "no planned visit")) if with_reason else "",
            facts=row_facts((row,)) if with_reason else (),
        )


def row_facts(rows: tuple[Row, ...]) -> tuple[Fact, ...]:
    """The rows as evidence."""
    return tuple(visit_fact(row) if isinstance(row, VisitRow) else reading_fact(row) for row in rows)


def visit_fact(row: VisitRow) -> Fact:
    """A row of ``visits`` as evidence."""
    return Fact(origin=row.origin, name=row.label, date=write_days(Days(row.first, row.last)))


def visit_reason(item: JudgedVisit, facts: Facts) -> str:
    """Why the visit is planned on its day, and why it stands where it does.

    ``28 days after W0 (2004-06-14), window 7 days either side; held 3 days after the window closed``.
    """
    visit = item.visit
    if item.standing.status == "not applicable":
        return f"only for {' and '.join(visit.arms)}"
    day = point_reason(visit.point, facts)
    previous = previous_visits(facts).get(visit.name) if visit.is_moved else None
    if previous is not None and previous.before:
        day += f", moved with {' or '.join(each.visit.name for each in previous.before)}"
        if item.matched.slot is None and resolve(visit.point, facts) is not None:
            day += ", of which not all have a day" if len(previous.before) > 1 else ", which has no day"
    holds = plan(facts).get(visit.name)
    window = "" if item.matched.slot is None else window_words(visit.window)
    parts = [day, window, "" if holds is None else holds.words]
    words = ", ".join(part for part in parts if part)
    terms = terms_of(visit, facts)
    is_open = item.standing.status in OPEN
    told = (terms.why or cycle_words(visit, facts) or due_words(item, facts, terms),)
    why = [words for words in told if words and is_open]
    return "; ".join([words, *why, *standing_words(item.standing, item.matched.slot, facts, visit.grace_days)])


def cycle_words(visit: Visit, facts: Facts) -> str:
    """Why nothing is due of a visit that counts from a cycle, or may not be; nothing to say of any other."""
    cycle, truth = cycle_of(visit, facts), is_off(visit, facts)
    if cycle is None or truth == NOT_MET:
        return ""
    if cycle.standing.status == "not applicable":
        return f"{facts.record.arm} does not give {cycle.treatment.name}"
    words = f"{cycle.name} is not due" if truth == MET else f"whether {cycle.name} is due is not known"
    return f"{words}: {cycle.why}" if cycle.why else words


def due_words(item: JudgedVisit, facts: Facts, terms: Terms) -> str:
    """What ended a visit that was not held before its window closed, or may have."""
    if item.matched.days is not None:
        return ""
    if item.matched.terminations:
        return "what is filed under it is an early termination"
    asked = due(item.matched, facts, endings_of(facts), terms)
    return over_words(asked) or open_words(asked)


# -------------------------------------------------------------------------------- cycles
def cycle_result(item: JudgedCycle, facts: Facts, *, with_reason: bool) -> CycleResult:
    """A cycle as a result; the reason and the rows only when asked for."""
    count = None if item.run is None else administrations(item.run.rows)
    return counted_cycle(item, count, facts, with_reason=with_reason)


def counted_cycle(item: JudgedCycle, count: int | None, facts: Facts, *, with_reason: bool) -> CycleResult:
    """The same, with the ``count`` of its administrations."""
    standing, slot, run = item.standing, item.slot, item.run
    return CycleResult(
        treatment=item.treatment.name,
        cycle=item.number,
        status=standing.status,
        planned=None if slot is None else slot.planned,
        earliest=None if slot is None else slot.earliest,
        latest=None if slot is None else slot.latest,
        actual=item.days,
        days_out=standing.days_out,
        days_out_max=standing.days_out_max,
        administrations=count,
        reason=cycle_reason(item, facts) if with_reason else "",
        facts=tuple(administration_fact(row) for row in run.rows) if with_reason and run is not None else (),
    )


def administrations(rows: tuple[Administration, ...]) -> int | None:
    """How many administrations some rows stand for; nothing where a row of several days does not say how often.

    A row is one administration, or ``times`` a day on each day from its date to its end.
    """
    found = 0
    for row in rows:
        if row.end is None:
            found += 1 if row.times is None else row.times
        elif row.times is None or row.first != row.last or not row.end.is_known:
            return None
        else:
            found += row.times * (row.end.first - row.first + 1)
    return found


def cycle_reason(item: JudgedCycle, facts: Facts) -> str:
    """Why the cycle is planned on its day, and why it stands where it does."""
    course = item.treatment.course
    status = item.standing.status
    if status == "not applicable" or not isinstance(course, Cycles):
        return f"{facts.record.arm} does not give {item.treatment.name}"
    if item.slot is None and (item.is_extra or item.is_after_last):
        words = "begun after the last point" if item.is_after_last else "no planned cycle"
        return "; ".join(part for part in (words, item.why) if part)
    if course.counted_from == "previous start" and item.number > 1:
        day = f"{length_words(spacing(course, item.number - 1))} after cycle {item.number - 1}"
    else:
        day = point_reason(cycle_point(course, item.number), facts)
    if item.slot is None and not item.why and course.counted_from == "previous start" and item.number > 1:
        day += ", which has no day"
    parts = [day] if item.slot is None else [f"{day}, {window_words(course.window)}"]
    if item.why:
        parts.append(item.why)
    if item.is_unproved and status == "undetermined":
        parts.append("no administration is recorded, and the history of administrations is open")
    return "; ".join([*parts, *standing_words(item.standing, item.slot, facts, 0)])


# --------------------------------------------------------------------------------- words
def point_reason(point: Point, facts: Facts) -> str:
    """A point in words with the day it is counted from: ``28 days after W0 (2004-06-14)``."""
    name = anchor_name(point.milestone, facts.model)
    base = resolve(Point(point.milestone), facts)
    if base is None:
        return why_missing(point.milestone, facts)
    from_base = f"{name} ({write_days(base)})"
    parts = [words for words in (length_part(point.months, "month"), length_part(point.days, "day")) if words]
    if not parts:
        return f"on the day of {from_base}"
    return f"{' and '.join(parts)} {'before' if min(point.months, point.days) < 0 else 'after'} {from_base}"


def length_part(count: int, unit: str) -> str:
    """``28 days``, ``1 day``, or nothing."""
    return several(abs(count), unit) if count else ""


def length_words(length: Length) -> str:
    """A length without its sign: ``7 days``, ``1 month and 3 days``."""
    parts = [words for words in (length_part(length.months, "month"), length_part(length.days, "day")) if words]
    return " and ".join(parts) or "0 days"


def side_words(length: Length) -> str:
    """One side of a window: ``3 days before``, ``7 days after``."""
    return f"{length_words(length)} {'before' if min(length.months, length.days) < 0 else 'after'}"


def window_words(window: Window) -> str:
    """``window 7 days either side``, ``window 3 days before to 7 days after``, ``on that day only``."""
    early, late = window.early, window.late
    if early == late == Length():
        return "on that day only"
    if (early.months, early.days) == (-late.months, -late.days):
        return f"window {length_words(late)} either side"
    if early == Length():
        return f"window up to {side_words(late)}"
    if late == Length():
        return f"window from {side_words(early)}"
    return f"window {side_words(early)} to {side_words(late)}"


def standing_words(standing: Standing, slot: Slot | None, facts: Facts, grace_days: int) -> list[str]:
    """What the status says beyond the planned day, if anything."""
    cutoff = facts.cutoff.day
    today = "" if cutoff is None else write_days(Days(cutoff, cutoff))
    match standing.status:
        case "late":
            return [f"held {out_words(standing)} after the window closed"]
        case "early":
            return [f"held {out_words(standing)} before the window opened"]
        case "missed":
            return [f"not held by {today}"]
        case "overdue":
            return [f"window closed, {several(grace_days, 'day')} of grace running on {today}"]
        case "expected":
            return [f"window open on {today}"]
        case "undetermined":
            return ["the dates leave it open" if slot is not None else "its window is not known"]
        case "not due" if slot is not None and cutoff is not None and later(slot.earliest, Days(cutoff, cutoff)) == MET:
            return [f"its window opens after {today}"]
        case "not due" | "in window" | "not applicable" | "unscheduled" | "early termination":
            return []
        case _:
            assert_never(standing.status)


def out_words(standing: Standing) -> str:
    """Days out of the window: ``3 days``, ``4 to 10 days``."""
    least, most = abs(standing.days_out or 0), standing.days_out_max
    if most is None:
        return several(least, "day")
    return f"{least} to {abs(most)} days"
