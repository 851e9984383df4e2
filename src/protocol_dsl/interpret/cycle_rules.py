"""``repeat while``, ``stop when``, ``delay while`` and ``reduce to``: judged on the planned day of each cycle."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import TypeAlias

from attrs import evolve

from protocol_dsl.base.days import Days, write_days
from protocol_dsl.base.values import frozen
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.points import resolve
from protocol_dsl.interpret.slots import MET, NOT_MET, UNKNOWN, Slot, around
from protocol_dsl.model.points import Point, Window
from protocol_dsl.model.records import Record
from protocol_dsl.model.schedule import CycleRule

Judge: TypeAlias = Callable[[Facts], int]


@frozen
class CompiledRule:
    """A rule with its test compiled, and the points that the test speaks of."""

    rule: CycleRule
    judge: Judge
    points: tuple[Point, ...] = ()


@frozen(kw_only=True)
class Ruling:
    """What the rules make of a cycle: its slot, whether it is planned (2, 1 unknown, 0), its level, and why.

    ``is_unknown``: whether it is planned, or for which day, could not be judged on the planned day. ``levels`` are
    those to which it may be reduced, nothing for not at all; ``level_words`` say what leaves several of them open.
    """

    slot: Slot | None
    goes_on: int = MET
    levels: tuple[str | None, ...] = (None,)
    level_words: str = ""
    is_unknown: bool = False
    words: str = ""


def ruled(rules: tuple[CompiledRule, ...], number: int, slot: Slot | None, window: Window, facts: Facts) -> Ruling:
    """The rules judged for one cycle; a planned day after the cut-off is judged when it comes.

    Delays move the planned day first; the other rules are judged on the day it moves to. ``repeat while`` speaks of
    the second cycle and those after it.
    """
    delays = tuple(compiled for compiled in rules if compiled.rule.act == "delay while")
    ruling = delayed(Ruling(slot=slot), delays, window, facts) if delays else Ruling(slot=slot)
    for compiled in rules:
        if compiled.rule.act != "delay while" and (number > 1 or compiled.rule.act != "repeat while"):
            ruling = judged(ruling, compiled, facts)
    return ruling


def has_come(slot: Slot | None, facts: Facts) -> bool:
    """Whether the planned day is certainly not after the cut-off."""
    return slot is not None and facts.cutoff.day is not None and slot.planned.last <= facts.cutoff.day


def delayed(ruling: Ruling, delays: tuple[CompiledRule, ...], window: Window, facts: Facts) -> Ruling:
    """The cycle moved to the first day on which none of the tests is met; no day where that is after the cut-off.

    A day on which one test is met is no such day, whatever is known of the others.
    """
    slot, cutoff = ruling.slot, facts.cutoff.day
    if slot is None or cutoff is None or not has_come(slot, facts):
        return ruling
    reasons: dict[str, None] = {}
    for day in turning_days(delays, slot.planned, cutoff, facts):
        truths = {compiled.rule: compiled.judge(facts.apart(day)) for compiled in delays}
        met = [rule for rule, truth in truths.items() if truth == MET]
        unknown = [rule for rule, truth in truths.items() if truth == UNKNOWN]
        # Of a day that is not known a delay cannot tell where it leads.
        if not day.is_known and (met or unknown):
            return evolve(ruling, is_unknown=True, words=words((*met, *unknown)[0], day))
        if unknown and not met:
            return evolve(ruling, is_unknown=True, words=words(unknown[0], day))
        if not met:
            return ruling if day == slot.planned else moved_to(day, slot.planned, reasons, ruling, window)
        reasons |= {rule.test.words: None for rule in met}
    said = f"delayed from {write_days(slot.planned)} beyond {write_days(Days(cutoff, cutoff))}: {' and '.join(reasons)}"
    return evolve(ruling, slot=None, words=said.removesuffix(": "))


def moved_to(day: Days, planned: Days, reasons: Iterable[str], ruling: Ruling, window: Window) -> Ruling:
    """The cycle on the day it is delayed to, for whatever was met on the way."""
    said = f"delayed from {write_days(planned)} to {write_days(day)}: {' and '.join(reasons)}"
    return evolve(ruling, slot=around(day, window), words=said.removesuffix(": "))


def turning_days(delays: tuple[CompiledRule, ...], planned: Days, cutoff: int, facts: Facts) -> Iterator[Days]:
    """The days from the planned one to the cut-off on which a test may turn: a fact is read from then, a point comes.

    Between two of them nothing that the tests read changes, so that the days between need no judging. A planned day
    that is not known is the only one.
    """
    if not planned.is_known:
        yield planned
        return
    days = {planned.first}
    points = (resolve(point, facts) for point in chain.from_iterable(compiled.points for compiled in delays))
    for day in chain(dated(facts.record), (point for point in points if point is not None)):
        days.update((day.first, day.first + 1, day.last, day.last + 1))
    yield from (Days(day, day) for day in sorted(days) if planned.first <= day <= cutoff)


def dated(record: Record) -> Iterator[Days]:
    """The days of every row; of medications, the only rows whose end a test reads, the ends too."""
    for reading in chain.from_iterable(record.readings.values()):
        yield Days(reading.first, reading.last)
    for event in chain.from_iterable(record.events.values()):
        yield Days(event.first, event.last)
    for dose in chain.from_iterable(record.administrations.values()):
        yield Days(dose.first, dose.last)
    for visit in record.visits:
        yield Days(visit.first, visit.last)
    for medication in record.medications:
        yield medication.start
        if medication.end is not None:
            yield medication.end


def judged(ruling: Ruling, compiled: CompiledRule, facts: Facts) -> Ruling:
    """One rule other than a delay, judged on the planned day."""
    slot, rule = ruling.slot, compiled.rule
    if slot is None or not has_come(slot, facts):
        return ruling
    truth = compiled.judge(facts.apart(slot.planned))
    if rule.act == "reduce to":
        return reduced(ruling, rule, truth, slot.planned)
    if truth == UNKNOWN:
        goes_on = min(ruling.goes_on, UNKNOWN)
        return evolve(ruling, goes_on=goes_on, is_unknown=True, words=words(rule, slot.planned))
    is_over = truth == MET if rule.act in {"stop when", "until"} else truth == NOT_MET
    if not is_over:
        return ruling
    truth_words = "met" if truth == MET else "not met"
    return evolve(
        ruling, goes_on=NOT_MET, words=f"{rule.act} {rule.test.words}: {truth_words} on {write_days(slot.planned)}"
    )


def reduced(ruling: Ruling, rule: CycleRule, truth: int, planned: Days) -> Ruling:
    """The level that a rule reduces to; of two rules the later one counts."""
    if truth == MET:
        return evolve(ruling, levels=(rule.level,), level_words="")
    if truth == NOT_MET:
        return ruling
    levels = tuple(dict.fromkeys((*ruling.levels, rule.level)))
    return evolve(ruling, levels=levels, level_words=ruling.level_words or words(rule, planned))


def words(rule: CycleRule, day: Days) -> str:
    """Why the rules leave the cycle open."""
    level = f" {rule.level} when" if rule.level else ""
    return f"{rule.act}{level} {rule.test.words}: unknown on {write_days(day)}"
