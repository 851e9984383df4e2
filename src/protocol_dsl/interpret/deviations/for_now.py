"""What is met for now alone, since a period that the test speaks of goes on, or a visit that it reads is to come."""

from collections.abc import Iterator, Sequence
from typing import TypeAlias, assert_never

from attrs import evolve

from protocol_dsl.base.days import Days
from protocol_dsl.base.values import every, frozen
from protocol_dsl.interpret.deviations.judged import Judged
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.points import resolve
from protocol_dsl.interpret.readings_at_visits import belonging
from protocol_dsl.interpret.slots import MET
from protocol_dsl.interpret.tests import CompiledTest
from protocol_dsl.interpret.visit_status import JudgedVisit
from protocol_dsl.model.expressions import (
    Change,
    Consecutive,
    CountOf,
    ExposedTo,
    Happens,
    IsConfirmed,
    OnDrugs,
    Pick,
    ReadingAt,
    Test,
)
from protocol_dsl.model.records import Reading, ReadingValue
from protocol_dsl.model.study import StudyModel

TO_COME = frozenset({"not applicable", "not due", "expected", "overdue"})
"""Where a visit stands of which nothing can be said yet, or ever."""

Read = Pick | Consecutive
InPeriod: TypeAlias = Pick | Consecutive | CountOf | Happens | IsConfirmed | ExposedTo | OnDrugs
ToBeRead: TypeAlias = tuple[str, str | None, int]
"""A measure, its visit if it belongs to one, and a day."""


@frozen
class Awaited:
    """What a test asks for in periods and on days, and what it reads at visits: each a measure and a visit."""

    in_periods: tuple[InPeriod, ...]
    at_visits: tuple[tuple[str, str], ...]


def awaited_by(test: Test) -> Awaited:
    """What of a test may still be to come."""
    read = [(node.measure, node.visit) for node in every(ReadingAt, test)]
    read += [(node.measure, name) for node in every(Change, test) for name in (node.start, node.end)]
    read_in_periods: tuple[InPeriod, ...] = (*every(Pick, test), *every(Consecutive, test))
    events: tuple[InPeriod, ...] = (*every(CountOf, test), *every(Happens, test), *every(IsConfirmed, test))
    medications: tuple[InPeriod, ...] = (*every(ExposedTo, test), *every(OnDrugs, test))
    in_periods = (*read_in_periods, *events, *medications)
    return Awaited(in_periods, tuple(dict.fromkeys(read)))


def is_met_for_now(test: CompiledTest, awaited: Awaited, judged: Judged) -> bool:
    """Whether what is still to come may undo a test that is met.

    It is held to what may be: histories that go on unseen, and readings with a value or without.
    """
    facts, cutoff = judged.facts, judged.facts.cutoff.day
    if cutoff is None:
        return False
    last_days = [(node, last_day(node, facts)) for node in awaited.in_periods]
    nodes = [(node, max(day.first, cutoff + 1)) for node, day in last_days if day is not None and day.last > cutoff]
    to_come = {item.visit.name for item in judged.visits if is_to_come(item, cutoff)}
    visits = [each for each in awaited.at_visits if each[1] in to_come and not belonging(*each, facts)]
    if not nodes and not visits:
        return False
    # Two of each measure that a period asks for, since two in a row may come.
    to_be_read: list[ToBeRead] = [(node.measure, None, day) for node, day in nodes if isinstance(node, Read)]
    to_be_read += to_be_read
    to_be_read += [(measure, visit, cutoff + 1) for measure, visit in visits]
    opened = {name for node, _ in nodes for name in histories_of(node)}
    return any(test.judge(continued(facts, to_be_read, opened, is_read=each)) != MET for each in (False, True))


def is_to_come(item: JudgedVisit, cutoff: int) -> bool:
    """Whether nothing can be said of a visit yet, or it may be so: its window may end on the cut-off or after it."""
    slot = item.matched.slot
    is_open = item.standing.status == "undetermined" and slot is not None and slot.latest.last >= cutoff
    return is_open or item.standing.status in TO_COME


def last_day(node: InPeriod, facts: Facts) -> Days | None:
    """The last day that a part of a test asks about."""
    point = node.point if isinstance(node, OnDrugs) else node.period.end
    return None if point is None else resolve(point, facts)


def continued(facts: Facts, to_be_read: Sequence[ToBeRead], opened: set[str], *, is_read: bool) -> Facts:
    """The facts with readings that may be still to come, and histories in which nothing proves an absence."""
    last = max((day for *_, day in to_be_read), default=0)
    found = facts.at(facts.horizon)
    found.horizon = Days(max(facts.horizon.first, last), max(facts.horizon.last, last))
    rows = dict(facts.record.readings)
    for row in readings_of(facts.model, to_be_read, is_read=is_read):
        rows[row.measure] = (*rows.get(row.measure, ()), row)
    found.record = evolve(facts.record, readings=rows, open_histories=facts.record.open_histories | opened)
    return found


def readings_of(model: StudyModel, to_be_read: Sequence[ToBeRead], *, is_read: bool) -> Iterator[Reading]:
    """Each reading with some value, or without."""
    ladders = {each.name: each.measure for each in model.vocabulary.ladders}
    choices = {each.name: each.choices for each in model.vocabulary.measures}
    for measure, visit, day in to_be_read:
        name = ladders.get(measure, measure)
        some: ReadingValue = choices[name][0] if choices[name] else 1
        yield Reading(measure=name, first=day, last=day, value=some if is_read else None, visit=visit)


def histories_of(node: InPeriod) -> tuple[str, ...]:
    """The histories that a part of a test goes by."""
    match node:
        case Pick() | Consecutive():
            return ()
        case CountOf() | Happens():
            return (node.events.name,)
        case IsConfirmed():
            return (node.condition,)
        case ExposedTo() | OnDrugs():
            return ("medications",)
        case _:
            assert_never(node)
