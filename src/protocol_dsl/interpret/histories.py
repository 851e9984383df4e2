"""What medications, conditions and events prove, by a row or by its absence."""

from collections.abc import Callable, Sequence
from typing import Literal, Protocol, TypeAlias

from protocol_dsl.base.days import Days, say_days
from protocol_dsl.base.numbers import Range
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.periods import Bounds, Resolved, bounds_of, compile_period
from protocol_dsl.interpret.points import compile_point
from protocol_dsl.interpret.readings import Found, Run
from protocol_dsl.interpret.reasons import (
    Trace,
    course,
    day_range,
    event_fact,
    joined,
    medication_fact,
    period_words,
)
from protocol_dsl.model.expressions import CountOf, EventPattern, ExposedTo, Happens, IsConfirmed, OnDrugs
from protocol_dsl.model.patterns import matches
from protocol_dsl.model.points import Period, is_by
from protocol_dsl.model.records import Event, Medication
from protocol_dsl.model.study import StudyModel

READ = 2
"""What :meth:`Facts.belongs` says of a fact that is certainly read."""


class Judge(Protocol):
    """The truth of a test on rows; with a trace, what it used and missed."""

    def __call__(self, facts: Facts, trace: Trace | None = None) -> int:
        """0 not met, 1 unknown, 2 met."""
        ...


IsComplete: TypeAlias = Callable[[Facts], bool]


# --------------------------------------------------------------------------- histories
def compile_history(of: str, model: StudyModel) -> IsComplete:
    """Whether absence proves absence: ``of`` is ``medications``, ``administrations`` or a declared condition or event.

    The clause for the name itself goes before the one for its group; without a clause a participant with at least one
    row has a complete history. A row dated after the horizon is not read, so it completes nothing. A row that could
    not be used leaves the history open whatever the clause says.
    """
    group = group_of(of, model)
    clauses = {history.of: history.state for history in model.vocabulary.histories}
    state: Literal["complete", "open"] | None = clauses.get(of, clauses.get(group))
    names = {of, group} | ({"events"} if group == "conditions" else set())

    def run(facts: Facts) -> bool:
        record = facts.record
        if state == "open" or (record.open_histories and not names.isdisjoint(record.open_histories)):
            return False
        if state == "complete":
            return True
        if of == "medications":
            return has_begun(record.medications_since, facts)
        if of == "administrations":
            return has_begun(record.administrations_since, facts)
        return any(facts.belongs(event.first, event.last) == READ for event in record.events.get(of, ()))

    return run


def has_begun(since: int | None, facts: Facts) -> bool:
    """Whether a row of the kind is certainly read, ``since`` being the first day by which one had begun."""
    return since is not None and facts.belongs(since, since) == READ


def group_of(of: str, model: StudyModel) -> str:
    """The group a history belongs to: ``conditions`` or ``events`` for a declared name, else itself."""
    if any(condition.name == of for condition in model.vocabulary.conditions):
        return "conditions"
    if any(kind.name == of for kind in model.vocabulary.events):
        return "events"
    return of


# ------------------------------------------------------------------------------ events
def tally(pattern: EventPattern, period: Period, bounds: Bounds, facts: Facts, trace: Trace | None) -> tuple[int, int]:
    """How many such events certainly start in the period, and how many more may do so."""
    certain = perhaps = 0
    for event in facts.events(pattern.name):
        held = bounds.holds(event.first, event.last)
        if held:
            held = min(held, matches(pattern, event))
        if held == 2:  # noqa: PLR2004  # 2 is certainly
            certain += 1
        elif held:
            perhaps += 1
        if held and trace is not None:
            trace.facts.append(event_fact(event))
            trace.days.append(Days(event.first, event.last))
            if bounds.holds(event.first, event.last) == 1:
                day = Days(event.first, event.last)
                missing = "" if day.is_known else f"the exact day of the {pattern.name} dated {say_days(day)}"
                trace.outside(f"the one dated {say_days(day)} may lie outside", period, facts, missing)
            if held == 1:
                doubtful(trace, pattern, event)
    return certain, perhaps


def doubtful(trace: Trace, pattern: EventPattern, event: Event) -> None:
    """Note what is not known of an event that may or may not count."""
    day = say_days(Days(event.first, event.last))
    asked = {
        "category": bool(pattern.categories) and event.category is None,
        "grade": pattern.least_grade is not None and event.grade is None,
        "relation to a treatment": pattern.related_to is not None and event.related_to is None,
    }
    for name, is_missing in asked.items():
        if is_missing:
            trace.miss(f"the {name} of the {pattern.name} of {day}", f"the one of {day} has no {name}")


def open_history(trace: Trace, what: str, where: str, bounds: Bounds) -> None:
    """Note that absence proves nothing."""
    trace.miss(
        joined("whether there was any", what, where, day_range(bounds.p1, bounds.q2)),
        f"the history of {what} is not known to be complete",
    )


def compile_happens(node: Happens | IsConfirmed, model: StudyModel) -> Judge:
    """Whether any such event starts in the period."""
    pattern = node.events if isinstance(node, Happens) else EventPattern(node.condition)
    period = compile_period(node.period)
    is_complete = compile_history(pattern.name, model)
    name, is_of_any_kind = pattern.name, pattern == EventPattern(pattern.name)

    def judge(facts: Facts, trace: Trace | None = None) -> int:
        bounds = period(facts)
        if bounds is None:
            if trace is not None:
                trace.no_period(node.period, facts)
            return 1
        if trace is None and is_of_any_kind:
            # What `tally` says of most events, without asking it.
            _, p2, q1, _ = bounds
            for event in facts.record.events.get(name, ()):
                if p2 <= event.first and event.last <= q1:
                    return 2
        certain, perhaps = tally(pattern, node.period, bounds, facts, trace)
        if certain:
            return 2
        if perhaps:
            return 1
        if is_complete(facts):
            return 0
        if trace is not None:
            open_history(trace, pattern.name, period_words(node.period), bounds)
        return 1

    return judge


def compile_count(node: CountOf, model: StudyModel) -> Run:
    """How many such events start in the period: at least the certain ones where the history is open."""
    period = compile_period(node.period)
    is_complete = compile_history(node.events.name, model)

    def run(facts: Facts, trace: Trace | None) -> Found:
        bounds = period(facts)
        if bounds is None:
            if trace is not None:
                trace.no_period(node.period, facts)
            return None
        certain, perhaps = tally(node.events, node.period, bounds, facts, trace)
        if not is_complete(facts):
            if trace is not None:
                open_history(trace, node.events.name, period_words(node.period), bounds)
            return Range(certain, None)
        return Range(certain, certain + perhaps) if perhaps else certain

    return run


# ------------------------------------------------------------------------- medications
def members_of(drugs: str, model: StudyModel) -> frozenset[str]:
    """The names of all members of a class, fixed-dose combinations included."""
    return frozenset(drug.name for found in model.vocabulary.classes if found.name == drugs for drug in found.members)


def shares_day(row: Medication, bounds: Bounds, *, has_days: bool = False) -> int:
    """Whether a medication shares a day with the period: 2 certainly, 1 perhaps, 0 not.

    A medication without an end is ongoing at the cut-off. ``has_days`` says that the period does not end before it
    begins, whatever its days: ``from W0 to W4`` where W0 is known to the month.
    """
    p1, p2, q1, q2 = bounds
    start, end = row.start, row.end
    if start.last <= q1 and (has_days or p2 <= q1) and (end is None or max(end.first, start.first) >= p2):
        return 2
    return 1 if start.first <= q2 and (has_days or p1 <= q2) and (end is None or end.last >= p1) else 0


def is_never_empty(period: Period, bounds: Bounds, facts: Facts) -> bool:
    """Whether a period has a day for everybody: it begins on or before its end, and on or before the last day read."""
    if not is_by(period.start, period.end):
        return False
    last = facts.horizon.last if is_by(period.start, facts.horizon_point) else facts.horizon.first
    return bounds.p2 <= last


def compile_exposed(node: ExposedTo, model: StudyModel) -> Judge:
    """Whether a medication of the class shares a day with the period."""
    period = compile_period(node.period)

    def lost(facts: Facts, trace: Trace) -> None:
        trace.no_period(node.period, facts)

    return compile_medication(node.drugs, period, lost, node.period, model)


def compile_on(node: OnDrugs, model: StudyModel) -> Judge:
    """Whether a medication of the class is ongoing on the day of the point."""
    point = compile_point(node.point)

    def day_of(facts: Facts) -> Bounds | None:
        day = point(facts)
        if day is None:
            return None
        first, last, horizon = day.first, day.last, facts.horizon
        if last <= horizon.first:
            return bounds_of((first, last, first, last))
        return bounds_of((first, last, min(first, horizon.first), min(last, horizon.last)))

    def lost(facts: Facts, trace: Trace) -> None:
        trace.no_point(node.point, facts)

    return compile_medication(node.drugs, day_of, lost, Period(node.point, node.point), model)


def compile_medication(
    drugs: str, resolved: Resolved, lost: Callable[[Facts, Trace], None], period: Period, model: StudyModel
) -> Judge:
    """Whether a medication of the class shares a day with the bounds; ``lost`` notes why there are none."""
    names = members_of(drugs, model)
    is_complete = compile_history("medications", model)
    is_day = period.start is not None and period.start == period.end

    def most_shared(rows: Sequence[Medication], bounds: Bounds, facts: Facts) -> int:
        p1, p2, q1, _ = bounds
        is_sure = is_day or p2 <= q1 or is_never_empty(period, bounds, facts)
        found = 0
        for row in rows:
            if row.drug in names:
                # What `shares_day` says of most rows, without asking it.
                start, end = row.start, row.end
                if is_sure and start.last <= q1 and (end is None or end.first >= p2 or start.first >= p2):
                    return 2
                is_over = end is not None and end.last < p1 and start.first < p2
                if not found and not is_over:
                    found = shares_day(row, bounds, has_days=is_sure)
        return found

    def noted(facts: Facts, bounds: Bounds, trace: Trace) -> int:
        found, is_sure = 0, is_day or is_never_empty(period, bounds, facts)
        for row in facts.record.medications:
            shared = shares_day(row, bounds, has_days=is_sure) if row.drug in names else 0
            if shared:
                note_medication(trace, row)
            if shared == 1:
                days = f"{row.drug} ({course(row)})"
                missing = "" if is_dated(row) else f"the exact days of {days}"
                trace.outside(f"{days} may lie outside", period, facts, missing)
            found = max(found, shared)
        return found

    def judge(facts: Facts, trace: Trace | None = None) -> int:
        bounds = resolved(facts)
        if bounds is None:
            if trace is not None:
                lost(facts, trace)
            return 1
        found = most_shared(facts.record.medications, bounds, facts) if trace is None else noted(facts, bounds, trace)
        if found:
            return found
        if is_complete(facts):
            return 0
        if trace is not None:
            open_medications(trace, drugs, period, bounds)
        return 1

    return judge


def is_dated(row: Medication) -> bool:
    """Whether both days of a medication are exact."""
    return row.start.is_known and (row.end is None or row.end.is_known)


def note_medication(trace: Trace, row: Medication) -> None:
    """Note a medication as used."""
    trace.facts.append(medication_fact(row))
    trace.names.append(joined(row.drug, f"({course(row)})" if course(row) else ""))


def open_medications(trace: Trace, drugs: str, period: Period, bounds: Bounds) -> None:
    """Note that no medication of the class proves nothing."""
    is_day = period.start is not None and period.start == period.end
    where = f"at {period.start.words or period.start.milestone}" if is_day and period.start else period_words(period)
    trace.miss(
        joined("whether any", drugs, "was taken", where, day_range(bounds.p1, bounds.q2)),
        "the history of medications is not known to be complete",
    )
