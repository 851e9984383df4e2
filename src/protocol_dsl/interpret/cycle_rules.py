"""``repeat while``, ``stop when``, ``delay while`` and ``reduce to``: judged on the planned day of each cycle."""

from collections.abc import Callable, Iterator
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

    ``is_unknown``: some rule could not be judged on the planned day.
    """

    slot: Slot | None
    goes_on: int = MET
    level: str | None = None
    is_unknown: bool = False
    words: str = ""


def ruled(rules: tuple[CompiledRule, ...], number: int, slot: Slot | None, window: Window, facts: Facts) -> Ruling:
    """The rules judged for one cycle; a planned day after the cut-off is judged when it comes.

    A delay moves the planned day first; the other rules are judged on the day it moves to. ``repeat while`` speaks of
    the second cycle and those after it.
    """
    ruling = Ruling(slot=slot)
    for compiled in rules:
        if compiled.rule.act == "delay while":
            ruling = delayed(ruling, compiled, window, facts)
    for compiled in rules:
        if compiled.rule.act != "delay while" and (number > 1 or compiled.rule.act != "repeat while"):
            ruling = judged(ruling, compiled, facts)
    return ruling


def has_come(slot: Slot | None, facts: Facts) -> bool:
    """Whether the planned day is certainly not after the cut-off."""
    return slot is not None and facts.cutoff.day is not None and slot.planned.last <= facts.cutoff.day


def delayed(ruling: Ruling, compiled: CompiledRule, window: Window, facts: Facts) -> Ruling:
    """The cycle moved to the first day on which the test is not met; no day where that is after the cut-off."""
    slot, cutoff = ruling.slot, facts.cutoff.day
    if slot is None or cutoff is None or not has_come(slot, facts):
        return ruling
    if not slot.planned.is_known:
        truth = compiled.judge(facts.apart(slot.planned))
        return ruling if truth == NOT_MET else evolve(ruling, is_unknown=True, words=words(compiled.rule, slot.planned))
    for day in turning_days(compiled, slot.planned.first, cutoff, facts):
        on = Days(day, day)
        truth = compiled.judge(facts.apart(on))
        if truth == UNKNOWN:
            return evolve(ruling, is_unknown=True, words=words(compiled.rule, on))
        if truth == NOT_MET:
            if day == slot.planned.first:
                return ruling
            said = f"delayed from {write_days(slot.planned)} to {write_days(on)}: {compiled.rule.test.words}"
            return evolve(ruling, slot=around(on, window), words=said.removesuffix(": "))
    return evolve(ruling, slot=None, words=f"delayed beyond {write_days(Days(cutoff, cutoff))}")


def turning_days(compiled: CompiledRule, first: int, cutoff: int, facts: Facts) -> list[int]:
    """The days from ``first`` to the cut-off on which the test may turn: a fact is read from then on, or a point comes.

    Between two of them nothing that the test reads changes, so that the days between need no judging.
    """
    days = {first}
    points = (resolve(point, facts) for point in compiled.points)
    for day in chain(dated(facts.record), (point for point in points if point is not None)):
        days.update((day.first, day.first + 1, day.last, day.last + 1))
    return sorted(day for day in days if first <= day <= cutoff)


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
    if truth == UNKNOWN:
        goes_on = ruling.goes_on if rule.act == "reduce to" else min(ruling.goes_on, UNKNOWN)
        return evolve(ruling, goes_on=goes_on, is_unknown=True, words=words(rule, slot.planned))
    if rule.act == "reduce to":
        return evolve(ruling, level=rule.level) if truth == MET else ruling
    is_over = truth == MET if rule.act in {"stop when", "until"} else truth == NOT_MET
    if not is_over:
        return ruling
    truth_words = "met" if truth == MET else "not met"
    return evolve(
        ruling, goes_on=NOT_MET, words=f"{rule.act} {rule.test.words}: {truth_words} on {write_days(slot.planned)}"
    )


def words(rule: CycleRule, day: Days) -> str:
    """Why the rules leave the cycle open."""
    return f"{rule.act} {rule.test.words}: unknown on {write_days(day)}"
