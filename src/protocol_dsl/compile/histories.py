"""What medications, conditions and events prove, by a row or by its absence."""

from typing import Literal

from attrs import evolve
from sqlglot import exp

from protocol_dsl.base.days import LAST_DAY
from protocol_dsl.base.truth import Truth
from protocol_dsl.compile.days import date_of
from protocol_dsl.compile.gather import Gather
from protocol_dsl.compile.periods import Bounds, bounds_of
from protocol_dsl.compile.quantities import Quantity
from protocol_dsl.compile.tables import has_bit
from protocol_dsl.compile.truth import constant, either
from protocol_dsl.model.columns import ENDLESS, SCALE
from protocol_dsl.model.expressions import CountOf, EventPattern, ExposedTo, Happens, IsConfirmed, OnDrugs
from protocol_dsl.model.points import Period
from protocol_dsl.trees import all_of, call, case, column, grouped, number


def state_of(of: str, gather: Gather) -> Literal["complete", "open"] | None:
    """What the protocol says of a history: the clause for the name itself goes before the one for its group."""
    vocabulary = gather.model.vocabulary
    clauses = {history.of: history.state for history in vocabulary.histories}
    group = of
    if any(one.name == of for one in vocabulary.conditions):
        group = "conditions"
    elif any(one.name == of for one in vocabulary.events):
        group = "events"
    return clauses.get(of, clauses.get(group))


def without(of: str, begun: exp.Expr, gather: Gather) -> exp.Expr:
    """The truth where no row counts: not met by a complete history, else unknown; ``begun`` where no clause says."""
    match state_of(of, gather):
        case "complete":
            return constant(Truth.NOT_MET)
        case "open":
            return constant(Truth.UNKNOWN)
        case None:
            return case((begun, constant(Truth.NOT_MET)), otherwise=constant(Truth.UNKNOWN))


def decided_in(bounds: Bounds, truth: exp.Expr) -> exp.Expr:
    """The truth, unknown where the period has no days."""
    return case((bounds.is_known, truth), otherwise=constant(Truth.UNKNOWN))


# ------------------------------------------------------------------------------ events
def compile_happens(node: Happens | IsConfirmed, gather: Gather) -> exp.Expr:
    """Whether any such event starts in the period."""
    pattern = node.events if isinstance(node, Happens) else EventPattern(node.condition)
    bounds = bounds_of(node.period, gather)
    certain, possible = gather.layout.pattern_bits(pattern)
    if bounds.first is None:
        # Without a first day the earliest row decides, and that is known before any point is.
        met = all_of(is_by(gather.first_row("last_day", certain), bounds.last), bounds.is_sure)
        perhaps = is_by(gather.first_row("first_day", possible), bounds.last)
    else:
        is_in, may_be_in = starts_in(bounds)
        met, perhaps = gather.event(is_in, certain), gather.event(may_be_in, possible)
    return decided_in(bounds, either(met, perhaps, without(pattern.name, has_begun(pattern.name, gather), gather)))


def compile_count(node: CountOf, gather: Gather) -> Quantity:
    """How many such events start in the period: at least the certain ones where the history is open."""
    bounds = bounds_of(node.period, gather)
    bits = gather.layout.pattern_bits(node.events)
    certain, perhaps = (
        gather.count(all_of(has_bit("what", bit), condition))
        for bit, condition in zip(bits, starts_in(bounds), strict=True)
    )
    ends: exp.Expr = exp.Mul(this=grouped(perhaps), expression=number(2 * SCALE))
    match state_of(node.events.name, gather):
        case "open":
            ends = number(ENDLESS)
        case None:
            ends = case((has_begun(node.events.name, gather), ends), otherwise=number(ENDLESS))
        case "complete":
            pass
    low = exp.Mul(this=grouped(certain), expression=number(2 * SCALE))
    return Quantity(grouped(low), grouped(ends), bounds.is_known)


def starts_in(bounds: Bounds) -> tuple[exp.Expr, exp.Expr]:
    """Whether a row certainly starts in the period, and whether it may."""
    first, last = column("first_day"), column("last_day")
    certain: list[exp.Expr] = [last <= bounds.last.copy(), bounds.is_sure]
    perhaps: list[exp.Expr] = [first <= bounds.last.copy()]
    if bounds.first is not None:
        certain.append(first.copy() >= bounds.first.copy())
        perhaps.append(last.copy() >= bounds.first.copy())
    return all_of(*certain), all_of(*perhaps)


def has_begun(name: str, gather: Gather) -> exp.Expr:
    """Whether any row of the name is certainly read."""
    return is_by(gather.first_row("last_day", gather.layout.event_bit(name)), gather.point(gather.horizon))


def has_begun_by(node: Happens | IsConfirmed | ExposedTo, start: exp.Expr, gather: Gather) -> exp.Expr:
    """Whether the absence of what a test asks for proves something from a day on."""
    if isinstance(node, ExposedTo):
        return exp.true() if state_of("medications", gather) == "complete" else is_by(gather.begun(), start)
    name = node.events.name if isinstance(node, Happens) else node.condition
    if state_of(name, gather) == "complete":
        return exp.true()
    return is_by(gather.first_row("last_day", gather.layout.event_bit(name)), start)


def is_by(day: exp.Expr, last: exp.Expr) -> exp.Expr:
    """Whether a day is there, and not after another."""
    return call("coalesce", day <= last.copy(), exp.false())


# ------------------------------------------------------------------------- medications
def compile_exposed(node: ExposedTo, gather: Gather) -> exp.Expr:
    """Whether a medication of the class shares a day with the period."""
    return compile_medication(node.drugs, bounds_of(node.period, gather), gather)


def compile_on(node: OnDrugs, gather: Gather) -> exp.Expr:
    """Whether a medication of the class is ongoing on the day of the point.

    A day after the horizon is not read: what has begun by the horizon and not ended before the day counts.
    """
    bounds = bounds_of(Period(None, node.point), gather)
    return compile_medication(node.drugs, evolve(bounds, first=gather.point(node.point)), gather, is_day=True)


def compile_medication(drugs: str, bounds: Bounds, gather: Gather, *, is_day: bool = False) -> exp.Expr:
    """Whether a medication of the class shares a day with the bounds."""
    certain: list[exp.Expr] = [column("start_last") <= bounds.last.copy(), bounds.is_sure]
    perhaps: list[exp.Expr] = [column("start_first") <= bounds.last.copy()]
    if bounds.first is not None:
        # What is ongoing ends on the last day of all: to ask apart whether it is took twice as long.
        certain.append(call("coalesce", column("end_first"), date_of(LAST_DAY)) >= bounds.first.copy())
        perhaps.append(call("coalesce", column("end_last"), date_of(LAST_DAY)) >= bounds.first.copy())
        if not is_day:
            in_order = bounds.first.copy() <= bounds.last.copy()
            certain.append(in_order)
            perhaps.append(in_order.copy())
    bit = gather.layout.class_bit(drugs)
    met, open_ = gather.medication(all_of(*certain), bit), gather.medication(all_of(*perhaps), bit)
    return decided_in(bounds, either(met, open_, without("medications", begun_medication(gather), gather)))


def begun_medication(gather: Gather) -> exp.Expr:
    """Whether a medication of any name, declared or not, had certainly begun by the horizon; asked where no clause is.

    A row that nothing else is asked of counts here, whatever drug it names.
    """
    if state_of("medications", gather) is not None:
        return exp.true()
    return is_by(gather.begun(), gather.point(gather.horizon))
