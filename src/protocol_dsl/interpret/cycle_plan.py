"""The planned days of the cycles of a treatment, and which run is which cycle."""

from collections.abc import Iterator, Sequence
from itertools import count

from attrs import evolve

from protocol_dsl.base.days import Days
from protocol_dsl.base.values import frozen
from protocol_dsl.interpret.cycle_rules import CompiledRule, Ruling, ruled
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.participation import participation_end, treatment_end
from protocol_dsl.interpret.planned_slots import slot_at
from protocol_dsl.interpret.points import resolve
from protocol_dsl.interpret.runs import Recorded, Run, placed_runs
from protocol_dsl.interpret.slots import MET, NOT_MET, UNKNOWN, Slot, around, moved
from protocol_dsl.interpret.standing import FIXED, Terms
from protocol_dsl.interpret.stops import Happened, bounds, doubt_words, happened, is_planned
from protocol_dsl.model.cycles import cycle_points, spacing
from protocol_dsl.model.points import Point
from protocol_dsl.model.records import Administration
from protocol_dsl.model.schedule import Cycles, Treatment


@frozen(kw_only=True)
class CompiledCycles:
    """The cycles of a treatment, ready to run; ``length`` is the days of one cycle's dose."""

    treatment: Treatment
    cycles: Cycles
    length: int
    rules: tuple[CompiledRule, ...]


@frozen(kw_only=True)
class Step:
    """A cycle before what was given is known: what the rules made of it, and whether it is planned (2, 1 perhaps, 0).

    One that is not is told only where a delay moves it beyond the plan. ``terms`` are those of the other treatment's
    cycle in which it lies; ``doubt`` says which events leave it open whether it is planned.
    """

    number: int
    ruling: Ruling
    exists: int
    terms: Terms = FIXED
    doubt: str = ""


@frozen(kw_only=True)
class Laid:
    """A cycle of the plan: its slot, what the rules made of it, its run, and the rows that may be it.

    ``is_in_doubt``: it may not be planned at all, ``doubt`` says for which events. ``is_beyond``: a delay moves it
    beyond the plan. ``terms`` are those of the cycle in which it lies.
    """

    number: int
    slot: Slot | None
    ruling: Ruling
    run: Run | None = None
    perhaps: tuple[Administration, ...] = ()
    is_in_doubt: bool = False
    is_beyond: bool = False
    terms: Terms = FIXED
    doubt: str = ""


def last_points(cycles: Cycles) -> tuple[Point, ...]:
    """The points after which no cycle is planned."""
    return (*(() if cycles.none_after is None else (cycles.none_after,)), *bounds(cycles.stops))


@frozen(kw_only=True)
class Listing:
    """How far the plan is listed: all of ``up_to`` cycles; of an open plan those up to ``until`` and the next one.

    ``recorded`` is the highest number in the data, ``until`` the cut-off or the end of the treatment before it.
    """

    limit: int
    is_open: bool
    until: int | None
    recorded: int

    def has(self, number: int, before: Slot | None) -> bool:
        """Whether cycle ``number`` is listed, ``before`` being the slot of the one before it."""
        if number > self.limit:
            return False
        if not self.is_open or number <= max(1, self.recorded):
            return True
        return before is not None and self.until is not None and before.planned.first <= self.until


def listing(compiled: CompiledCycles, facts: Facts, rows: Recorded, limit: int) -> Listing:
    """How far at most ``limit`` cycles are listed."""
    ends = [] if facts.cutoff.day is None else [facts.cutoff.day]
    stopped, is_certain = treatment_end(compiled.treatment.name, facts)
    ended = (participation_end(facts), stopped if is_certain else None)
    ends += [end.last for end in ended if end is not None and ends]
    return Listing(
        limit=limit,
        is_open=compiled.cycles.up_to is None,
        until=min(ends, default=None),
        recorded=max(rows.numbered, default=0),
    )


def from_plan(compiled: CompiledCycles, facts: Facts, rows: Recorded, limit: int) -> Iterator[Step]:
    """Cycles counted from the plan."""
    cycles = compiled.cycles
    listed, last, stops = listing(compiled, facts, rows, limit), last_points(cycles), happened(cycles.stops, facts)
    slot: Slot | None = None
    ruling = Ruling(slot=None)
    for number, point in enumerate(cycle_points(cycles), 1):
        is_over = ruling.goes_on == NOT_MET
        if not listed.has(number, slot) or (is_over and listed.is_open and number > listed.recorded):
            return
        slot = slot_at(point, cycles.window, facts)
        ruling = over(slot, ruling) if is_over else ruled(compiled.rules, number, slot, cycles.window, facts)
        run = begun(number, ruling.slot, rows) if stops else None
        before = stops_before(run, ruling.slot, stops)
        exists = is_planned(point if ruling.slot == slot else None, ruling.slot, last, before, facts)
        if exists != NOT_MET or ruling.slot != slot:
            yield Step(number=number, ruling=ruling, exists=exists, doubt=doubt_words(ruling.slot, before))
        if exists == NOT_MET:
            return


def begun(number: int, slot: Slot | None, rows: Recorded) -> Run | None:
    """What was given of a cycle, by its number, else by its window alone."""
    return rows.numbered.get(number) or placed_runs(rows.runs, {} if slot is None else {number: slot})[0].get(number)


def stops_before(run: Run | None, slot: Slot | None, stops: tuple[Happened, ...]) -> tuple[Happened, ...]:
    """The events that may end a plan before a cycle: none that came, for certain, once this had begun in its window."""
    if run is None or slot is None or slot.holds(run.start) != MET:
        return stops
    return tuple(stop for stop in stops if run.start.last > stop.days.first)


def on_steps(compiled: CompiledCycles, rows: Recorded, steps: Sequence[Step]) -> Iterator[Laid]:
    """Cycles of which all slots are known before any run is placed."""
    slots = {
        step.number: step.ruling.slot
        for step in steps
        if step.ruling.slot is not None and step.exists != NOT_MET and step.number not in rows.numbered
    }
    runs, perhaps = placed_runs(rows.runs, slots)
    is_in_doubt = False
    for step in steps:
        number, ruling = step.number, step.ruling
        run = rows.numbered.get(number) or runs.get(number)
        is_in_doubt = is_in_doubt and run is None
        is_open = is_in_doubt or step.exists != MET
        item = laid(number, ruling, run, rows, compiled, perhaps.get(number, ()), is_open)
        yield evolve(item, terms=step.terms, doubt=step.doubt, is_beyond=step.exists == NOT_MET)
        is_in_doubt = run is None and (is_in_doubt or ruling.goes_on == UNKNOWN)


def from_previous(compiled: CompiledCycles, facts: Facts, rows: Recorded, limit: int) -> Iterator[Laid]:
    """Cycles counted from the previous start; the planned day of one that was not given stands in."""
    cycles = compiled.cycles
    listed, last, stops = listing(compiled, facts, rows, limit), last_points(cycles), happened(cycles.stops, facts)
    planned = resolve(cycles.start, facts)
    runs = list(rows.runs)
    ruling = Ruling(slot=None)
    is_in_doubt = False
    slot: Slot | None = None
    for number in count(1):
        is_over = ruling.goes_on == NOT_MET
        if not listed.has(number, slot) or (is_over and listed.is_open and number > listed.recorded):
            return
        slot = None if planned is None else around(planned, cycles.window)
        ruling = over(slot, ruling) if is_over else ruled(compiled.rules, number, slot, cycles.window, facts)
        point = cycles.start if number == 1 and ruling.slot == slot else None
        is_left = ruling.slot is not None and number not in rows.numbered
        found, perhaps = placed_runs(runs, {number: ruling.slot} if is_left and ruling.slot is not None else {})
        run = rows.numbered.get(number) or found.get(number)
        before = stops_before(run, ruling.slot, stops)
        exists = is_planned(point, ruling.slot, last, before, facts)
        if exists == NOT_MET:
            if ruling.slot != slot:
                yield Laid(number=number, slot=ruling.slot, ruling=ruling, is_beyond=True)
            return
        runs = [other for other in runs if other is not run]
        is_in_doubt = is_in_doubt and run is None
        item = laid(number, ruling, run, rows, compiled, perhaps.get(number, ()), is_in_doubt or exists != MET)
        yield evolve(item, doubt=doubt_words(ruling.slot, before))
        is_in_doubt = run is None and (is_in_doubt or ruling.goes_on == UNKNOWN)
        started = start_of(item)
        planned = None if started is None else moved(started, spacing(cycles, number))


def start_of(item: Laid) -> Days | None:
    """The day from which the next cycle counts: any of the window where a dose of an uncertain day may be the start."""
    if item.run is not None or item.slot is None:
        return None if item.run is None else item.run.start
    return Days(item.slot.earliest.first, item.slot.latest.last) if item.perhaps else item.slot.planned


def over(slot: Slot | None, before: Ruling) -> Ruling:
    """The ruling on a cycle after one with which a rule ended them."""
    return Ruling(slot=slot, goes_on=NOT_MET, words=before.words)


def laid(  # noqa: PLR0913, PLR0917 - a cycle of the plan has these parts
    number: int,
    ruling: Ruling,
    run: Run | None,
    rows: Recorded,
    compiled: CompiledCycles,
    perhaps: Sequence[Run],
    is_in_doubt: bool,  # noqa: FBT001 - as above
) -> Laid:
    """One cycle of the plan, which rows without a day, or in doubt, may be."""
    slot = ruling.slot
    undated = (row for row in rows.undated if may_be_of(row, number, slot, compiled.length))
    dated = (row for each in perhaps for row in each.rows)
    return Laid(
        number=number,
        slot=slot,
        ruling=ruling,
        run=run,
        perhaps=() if run is not None else (*undated, *dated),
        is_in_doubt=is_in_doubt,
    )


def may_be_of(row: Administration, number: int, slot: Slot | None, length: int) -> bool:
    """Whether a row may be of a cycle: by its number, else where it can lie in the days of the cycle."""
    if row.cycle is not None:
        return row.cycle == number
    return slot is not None and row.first <= slot.latest.last + length - 1 and row.last >= slot.earliest.first
