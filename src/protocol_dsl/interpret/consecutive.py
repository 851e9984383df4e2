"""Two readings in a row that meet a comparison.

Two readings are in a row when no other reading of the measure, empty ones included, lies between them. Fewer than two
readings in the period decide nothing: there is no history of readings that would prove their absence.
"""

from collections.abc import Sequence
from itertools import combinations

from attrs import evolve

from protocol_dsl.base.days import Days, say_days
from protocol_dsl.base.numbers import Range
from protocol_dsl.base.truth import Truth
from protocol_dsl.base.values import every
from protocol_dsl.interpret.comparison import CompiledTest
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.intervals import compare, is_point
from protocol_dsl.interpret.periods import Bounds, compile_period
from protocol_dsl.interpret.readings import Found, Member, empty, is_before, is_number, members, note, outside
from protocol_dsl.interpret.reasons import (
    Trace,
    day_range,
    days_words,
    joined,
    once,
    once_facts,
    period_words,
)
from protocol_dsl.interpret.values import compile_value
from protocol_dsl.model.expressions import RELATIONS, Consecutive, LimitOfNormal
from protocol_dsl.model.records import Reading
from protocol_dsl.model.results import Finding
from protocol_dsl.model.study import StudyModel

PAIR = 2


def may_lie_between(row: Member, one: Member, other: Member) -> bool:
    """Whether a reading may lie between two others."""
    outside = (is_before(row.row, one.row) and is_before(row.row, other.row)) or (
        is_before(one.row, row.row) and is_before(other.row, row.row)
    )
    return not outside


def lies_between(row: Member, one: Member, other: Member) -> bool:
    """Whether a reading certainly lies in the period and between two others."""
    if not row.is_certain:
        return False
    return (is_before(one.row, row.row) and is_before(row.row, other.row)) or (
        is_before(other.row, row.row) and is_before(row.row, one.row)
    )


def two_in_a_row(found: Sequence[tuple[Member, int]]) -> int:
    """Whether two in a row are met, given the truth of each reading.

    Readings between that are met too make no difference: then one of them is the next.
    """
    result = 0
    for (one, first), (other, second) in combinations(found, PAIR):
        if not first or not second:
            continue
        rest = [(row, truth) for row, truth in found if row is not one and row is not other]
        if (
            first == second == PAIR
            and one.is_certain
            and other.is_certain
            and not any(truth < PAIR and may_lie_between(row, one, other) for row, truth in rest)
        ):
            return 2
        if not any(not truth and lies_between(row, one, other) for row, truth in rest):
            result = 1
    if result == 0 and sum(row.is_certain for row, _ in found) < PAIR:
        return 1
    return result


def alone(row: Reading, measure: str, facts: Facts) -> Facts:
    """The same facts with one reading of a measure alone, so that a limit of that measure is its own."""
    found = facts.at(facts.horizon)
    found.missing_horizon = facts.missing_horizon
    found.record = evolve(facts.record, readings={**facts.record.readings, measure: (row,)})
    return found


def lacking(node: Consecutive, rows: Sequence[Member], bounds: Bounds, facts: Facts, trace: Trace) -> None:
    """Note what leaves open which readings there are in the period, and in what order."""
    if sum(row.is_certain for row in rows) < PAIR:
        where = joined(period_words(node.period), day_range(bounds.p1, bounds.q2))
        trace.miss(joined("two readings in a row of", node.measure, where))
    empty(trace, node.measure, rows)
    outside(trace, node.measure, node.period, rows, facts)
    for row in rows:
        if row.row.first != row.row.last:
            trace.miss(f"the exact day of the {node.measure} reading dated {day_words(row)}")


def inexact(node: Consecutive, found: Sequence[tuple[Member, int]], trace: Trace) -> None:
    """Note the readings that may or may not meet the comparison; where nothing else is missing, their order is."""
    for row, truth in found:
        if truth == 1 and isinstance(row.row.value, Range):
            trace.miss(f"an exact value of the {node.measure} reading of {day_words(row)}")
    if not trace.missing:
        trace.miss(f"the order of the {node.measure} readings of one day")


def day_words(row: Member) -> str:
    """The day of a reading as it is known."""
    return say_days(Days(row.row.first, row.row.last))


def compile_consecutive(node: Consecutive, model: StudyModel) -> CompiledTest:
    """Whether two readings in a row, both in the period, meet the comparison."""
    period = compile_period(node.period)
    limit = compile_value(node.limit, model)
    is_of_each = any(one.of_each for one in every(LimitOfNormal, node.limit))

    def held(facts: Facts, trace: Trace | None) -> list[tuple[Member, Found]]:
        bounds = period(facts)
        if bounds is None:
            if trace is not None:
                trace.no_period(node.period, facts)
            return []
        rows = members(facts.readings(node.measure), bounds, recorded=False)
        against = limits(rows, facts, trace)
        if trace is not None:
            note(trace, rows)
            lacking(node, rows, bounds, facts, trace)
        return list(zip(rows, against, strict=True))

    def limits(rows: Sequence[Member], facts: Facts, trace: Trace | None) -> Sequence[Found]:
        if is_of_each:
            return [limit.run(alone(row.row, node.measure, facts), trace) for row in rows]
        return [limit.run(facts, trace)] * len(rows)

    def judged(facts: Facts, trace: Trace | None) -> list[tuple[Member, int]]:
        return [(row, truth_of(row.row.value, against)) for row, against in held(facts, trace)]

    def truth_of(value: Found, against: Found) -> int:
        return compare(value, node.operator, against) if is_number(value) and is_number(against) else 1

    def judge(facts: Facts) -> int:
        return two_in_a_row(judged(facts, None))

    def explain(facts: Facts) -> Finding:
        trace = Trace()
        found = judged(facts, trace)
        truth = two_in_a_row(found)
        inexact(node, found, trace)
        limit_text = joined(RELATIONS[node.operator], limit.words)
        head = {
            2: "two readings in a row of",
            1: "not known whether two readings in a row of",
            0: "no two readings in a row of",
        }
        where = period_words(node.period)
        words = joined(head[truth], node.measure, where, "are", limit_text, days_words(trace.days))
        return Finding(
            truth=Truth(truth),
            words=words,
            place=node.place,
            missing=once(trace.missing) if truth == Truth.UNKNOWN else (),
            facts=once_facts(trace.facts),
        )

    def is_boundary(facts: Facts) -> bool:
        if node.operator in {"=", "!="}:
            return False
        return any(is_point(row.row.value) and row.row.value == against for row, against in held(facts, None))

    return CompiledTest(judge, explain, is_boundary)
