"""The cycles of a treatment: planned days, what was given, and where each stands at the cut-off."""

from collections.abc import Collection, Iterator, Mapping

from attrs import evolve

from protocol_dsl.base.days import write_days
from protocol_dsl.base.values import frozen
from protocol_dsl.interpret.cycle_plan import CompiledCycles, Laid, from_plan, from_previous, last_points, on_steps
from protocol_dsl.interpret.cycles_inside import host_of, steps_inside
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.judged_cycles import NO_NUMBER, JudgedCycle
from protocol_dsl.interpret.participation import as_read, participation_end, treatment_end, treatment_end_words
from protocol_dsl.interpret.points import resolve
from protocol_dsl.interpret.runs import NOTHING, Recorded, Run, placed_runs, recorded
from protocol_dsl.interpret.slots import MET, NOT_MET, UNKNOWN, Slot, later, moved
from protocol_dsl.interpret.standing import (
    Due,
    Ending,
    Standing,
    begun_with,
    ended,
    held,
    not_held,
    open_words,
    over_words,
)
from protocol_dsl.interpret.stops import endings as stop_endings
from protocol_dsl.interpret.stops import happened
from protocol_dsl.model.records import Administration
from protocol_dsl.model.schedule import Cycles, Treatment

MOST = 1000
"""Cycles that are listed at most of an open plan, or where skipped ones do not count: the cut-off may be any day."""


@frozen(kw_only=True)
class Owed:
    """What is the same for all cycles of one treatment of one participant."""

    compiled: CompiledCycles
    facts: Facts
    rows: Recorded
    endings: tuple[Ending, ...]
    is_arm_known: bool
    is_open: bool


def judge_cycles(compiled: CompiledCycles, facts: Facts, known: Mapping[int, Run] = NOTHING) -> tuple[JudgedCycle, ...]:
    """Every planned cycle in order, then those that were not planned.

    Of what the data do not number some is ``known`` to be a cycle.
    """
    treatment = compiled.treatment
    rows = recorded(read_rows(treatment, facts), compiled.length, compiled.cycles.window.late, known)
    if not may_be_given(treatment, facts):
        laid = lay_out(compiled, facts, recorded((), 1, compiled.cycles.window.late), compiled.cycles.up_to or 1)
        return tuple(
            JudgedCycle(
                treatment=treatment,
                number=item.number,
                slot=item.slot,
                standing=Standing("not applicable"),
                is_off=MET,
            )
            for item in laid
            if not item.is_beyond
        )
    owed = Owed(
        compiled=compiled,
        facts=facts,
        rows=rows,
        endings=tuple(endings(treatment, facts)),
        is_arm_known=not facts.model.arms or facts.record.arm is not None,
        is_open=facts.may_lack_doses,
    )
    planned = planned_cycles(owed)
    return (*planned, *extra_cycles(owed, planned))


def read_rows(treatment: Treatment, facts: Facts) -> Iterator[Administration]:
    """The administrations up to the cut-off, partial dates no further than it."""
    for row in facts.record.administrations.get(treatment.name, ()):
        if facts.belongs(row.first, row.last):
            last = as_read(row.first, row.last, facts).last
            yield row if row.last == last else evolve(row, last=last)


def may_be_given(treatment: Treatment, facts: Facts) -> bool:
    """Whether the participant's arm gives the treatment, or may do so."""
    arms = facts.model.arms
    return (
        not arms
        or facts.record.arm is None
        or any(arm.name == facts.record.arm and treatment.name in arm.gives for arm in arms)
    )


def endings(treatment: Treatment, facts: Facts) -> Iterator[Ending]:
    """The end of participation, the discontinuation of this treatment, and the events that its cycles go on until.

    What ends the cycles of the treatment in whose cycles it is given ends it too.
    """
    end = participation_end(facts)
    if end is not None:
        yield Ending(days=end, words=f"participation ended on {write_days(end)}")
    host = host_of(treatment, facts)
    for each in (treatment,) if host is None else (treatment, host):
        stopped, is_certain = treatment_end(each.name, facts)
        if stopped is not None:
            words = treatment_end_words(each.name, facts)
            yield Ending(days=stopped, is_certain=is_certain, words=words)
        if isinstance(each.course, Cycles):
            yield from stop_endings(happened(each.course.stops, facts))


def lay_out(compiled: CompiledCycles, facts: Facts, rows: Recorded, limit: int) -> tuple[Laid, ...]:
    """At most ``limit`` cycles with their slots and runs."""
    cycles = compiled.cycles
    if cycles.counted_from == "previous start":
        return tuple(from_previous(compiled, facts, rows, limit))
    if cycles.inside is not None:
        steps = tuple(steps_inside(compiled, cycles.inside, facts, limit))
    else:
        steps = tuple(from_plan(compiled, facts, rows, limit))
    return tuple(on_steps(compiled, rows, steps))


def planned_cycles(owed: Owed) -> tuple[JudgedCycle, ...]:
    """The planned cycles; where skipped ones do not count, as many more as were skipped.

    More are laid out until enough are not skipped; a cycle after the cut-off never is.
    """
    cycles = owed.compiled.cycles
    limit = up_to = cycles.up_to or MOST
    while True:
        laid = lay_out(owed.compiled, owed.facts, owed.rows, limit)
        found = tuple(judge_cycle(item, owed) for item in laid if not item.is_beyond)
        if cycles.skipped_count or cycles.up_to is None:
            return found
        kept = [number for number, item in enumerate(found, 1) if not is_skipped(item, owed)]
        if len(kept) >= up_to:
            return found[: kept[up_to - 1]]
        if len(found) < limit or limit >= MOST:
            return found
        limit = min(2 * limit, MOST)


def is_skipped(item: JudgedCycle, owed: Owed) -> bool:
    """Whether the cycle was certainly not given."""
    return item.run is None and (item.standing.status == "missed" or owed.rows.proves_skipped(item.number, item.slot))


def judge_cycle(item: Laid, owed: Owed) -> JudgedCycle:
    """One planned cycle with its status."""
    ruling = item.ruling
    is_over = ruling.goes_on == NOT_MET
    proved = owed.rows.proves_skipped(item.number, item.slot)
    over = ""
    doubt = item.doubt or (item.terms.why if item.is_in_doubt else "")
    is_unproved = item.run is None and owed.is_open and not proved
    perhaps = () if proved else item.perhaps
    if is_over:
        standing = Standing("not due" if item.run is None else "unscheduled")
    elif ruling.is_unknown or (item.run is not None and item.is_in_doubt):
        standing = Standing("undetermined")
    elif item.run is not None:
        standing = held(item.run.start, item.slot)
    elif item.terms.is_over:
        standing = Standing("not due")
    else:
        due = Due(
            slot=item.slot,
            cutoff=owed.facts.cutoff.day,
            endings=owed.endings,
            perhaps=bool(perhaps),
            is_in_doubt=is_unproved or not owed.is_arm_known or item.is_in_doubt,
        )
        standing = begun_with(item.terms, not_held(due))
        doubt = doubt or (open_words(due) if standing.status == "undetermined" else "")
        over = over_words(due) if standing.status == "not due" else ""
    judged = JudgedCycle(
        treatment=owed.compiled.treatment,
        number=item.number,
        standing=standing,
        slot=item.slot,
        run=item.run,
        level=ruling.levels[0],
        why=and_then(ruling.words or item.terms.why or doubt or over, ruling.level_words),
        doubt=and_then(doubt, ruling.level_words),
        is_extra=is_over and item.run is not None,
        is_after_last=item.run is not None and is_after_last(item.run, owed),
        is_ruled_unknown=ruling.is_unknown,
        is_unproved=is_unproved,
        is_over=is_over,
        is_off=is_off(item, owed, standing),
        perhaps=perhaps if standing.status == "undetermined" else (),
    )
    if len(ruling.levels) == 1:
        return judged
    return evolve(judged, possible=tuple(evolve(judged, level=level) for level in ruling.levels))


def is_off(item: Laid, owed: Owed, standing: Standing) -> int:
    """Whether the cycle was not begun and never is due: 2 certainly, 1 perhaps, 0 not.

    One that is still to come is not off; one that an end came before is, however far ahead it lies. One begun that may
    not have been planned may be off: what was given then was none of the plan.
    """
    if item.run is not None:
        return UNKNOWN if item.is_in_doubt or item.ruling.is_unknown else NOT_MET
    if item.ruling.goes_on == NOT_MET:
        return MET
    is_open = item.is_in_doubt or item.ruling.is_unknown or not owed.is_arm_known or standing.status == "undetermined"
    by_end = NOT_MET if item.slot is None else ended(owed.endings, item.slot)
    return max(by_end, item.terms.is_off, UNKNOWN if is_open else NOT_MET)


def and_then(*parts: str) -> str:
    """What there is to say, in one."""
    return "; ".join(part for part in parts if part)


def is_after_last(run: Run, owed: Owed) -> bool:
    """Whether a run began beyond a last point and the late side of the window, for certain."""
    cycles = owed.compiled.cycles
    days = (resolve(last, owed.facts) for last in last_points(cycles))
    return any(day is not None and later(run.start, moved(day, cycles.window.late)) == MET for day in days)


def extra_cycles(owed: Owed, planned: tuple[JudgedCycle, ...]) -> Iterator[JudgedCycle]:
    """Runs that are no planned cycle, by day.

    A number that only the last point keeps out of the plan is not also extra when it began after that point.
    """
    numbers = {item.number for item in planned}
    used = {id(item.run) for item in planned}
    unnumbered = [item for item in planned if item.run is None or item.run.cycle is None]
    slots = {item.number: item.slot for item in unnumbered if item.slot is not None}
    _, perhaps = placed_runs(owed.rows.runs, slots)
    runs = [run for run in owed.rows.numbered.values() if run.cycle not in numbers]
    runs += [run for run in owed.rows.runs if id(run) not in used and not may_be_one(run, slots, perhaps)]
    beyond = delayed_beyond(owed) if any(run.cycle is not None for run in runs) else {}
    has_plan = all(item.slot is not None for item in planned)
    for run in sorted(runs, key=lambda run: (run.start.first, run.start.last, run.cycle or NO_NUMBER)):
        number = NO_NUMBER if run.cycle is None else run.cycle
        is_last = is_after_last(run, owed)
        is_named = 1 <= number <= (owed.compiled.cycles.up_to or number)
        is_extra = (has_plan or number > 0) and not (is_last and is_named)
        yield JudgedCycle(
            treatment=owed.compiled.treatment,
            number=number,
            standing=Standing("unscheduled" if is_extra or is_last else "undetermined"),
            run=run,
            is_extra=is_extra,
            is_after_last=is_last,
            why=beyond.get(number, ""),
        )


def delayed_beyond(owed: Owed) -> Mapping[int, str]:
    """Why a cycle is not planned that a delay moves beyond the plan, by its number."""
    if all(each.rule.act != "delay while" for each in owed.compiled.rules):
        return {}
    laid = lay_out(owed.compiled, owed.facts, owed.rows, owed.compiled.cycles.up_to or MOST)
    return {item.number: f"{item.ruling.words}; none is planned that late" for item in laid if item.is_beyond}


def may_be_one(run: Run, slots: dict[int, Slot], perhaps: Collection[int]) -> bool:
    """Whether the run may be a planned cycle whose window is not known to the day."""
    return any(number in perhaps and slot.holds(run.start) not in {MET, NOT_MET} for number, slot in slots.items())
