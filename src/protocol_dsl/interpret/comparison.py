"""A value against a limit: its truth, whether it lies exactly on the limit, and the sentence that says so."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TypeAlias

from attrs import evolve

from protocol_dsl.base.numbers import Range, exact, round_half_away, write_number
from protocol_dsl.base.truth import Truth
from protocol_dsl.base.units import factor_between
from protocol_dsl.base.values import frozen
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.intervals import Quantity, as_range, combine, compare, is_point, settle
from protocol_dsl.interpret.logarithms import against_power, log10
from protocol_dsl.interpret.readings import Found, is_number
from protocol_dsl.interpret.reasons import (
    PREFIXES,
    Trace,
    date_words,
    days_words,
    joined,
    once,
    once_facts,
    quantity_words,
)
from protocol_dsl.interpret.values import CompiledValue, compile_value
from protocol_dsl.model.expressions import (
    DATE_RELATIONS,
    RELATIONS,
    Arithmetic,
    Between,
    Compare,
    Constant,
    DefinedValue,
    Operator,
    Value,
)
from protocol_dsl.model.points import Place
from protocol_dsl.model.results import Finding
from protocol_dsl.model.study import StudyModel

Decide: TypeAlias = Callable[[Found, Found], int]
MIRRORED: dict[Operator, Operator] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
SHOWN_DECIMALS = 6


@frozen
class CompiledTest:
    """A test ready to run: its truth (0, 1, 2), its finding with reasons, and whether a value lies on a limit."""

    judge: Callable[[Facts], int]
    explain: Callable[[Facts], Finding]
    is_boundary: Callable[[Facts], bool]


def decider(left: CompiledValue, operator: Operator, right: CompiledValue) -> Decide:
    """The truth of a comparison of two values; a logarithm is compared by a limit on the raw value."""
    exponent, other = right.number, left.number
    if left.logarithm_of is not None and exponent is not None:
        return lambda raw, _: against(raw, exponent, operator)
    if right.logarithm_of is not None and other is not None:
        return lambda _, raw: against(raw, other, MIRRORED[operator])

    def decide(one: Found, two: Found) -> int:
        return compare(one, operator, two) if is_number(one) and is_number(two) else 1

    return decide


def against(raw: Found, exponent: Quantity, operator: Operator) -> int:
    """The truth of ``log10 raw`` against a whole or broken exponent."""
    side = against_power(raw, exponent) if is_number(raw) and not isinstance(exponent, Range) else None
    return 1 if side is None else compare(side, operator, 0)


def sides(left: CompiledValue, right: CompiledValue) -> tuple[CompiledValue, CompiledValue]:
    """The values that are compared in truth: below a logarithm against a constant, the raw value."""
    if left.logarithm_of is not None and right.number is not None:
        return left.logarithm_of, right
    if right.logarithm_of is not None and left.number is not None:
        return left, right.logarithm_of
    return left, right


def compile_compare(node: Compare, model: StudyModel) -> CompiledTest:
    """A value against another."""
    left = told_as(node.right, node.left, compile_value(node.left, model))
    right = told_as(node.left, node.right, compile_value(node.right, model))
    decide = decider(left, node.operator, right)
    one, two = sides(left, right)
    is_limit = node.operator not in {"=", "!="}

    def judge(facts: Facts) -> int:
        return decide(one.run(facts, None), two.run(facts, None))

    def explain(facts: Facts) -> Finding:
        mine, theirs = Trace(), Trace()
        value, limit = one.run(facts, mine), two.run(facts, theirs)
        mine.is_exact, theirs.is_exact = is_point(value), is_point(limit)
        truth = decide(value, limit)
        words = sentence(
            (left, beside(left, shown(left, one, value), value, limit), mine),
            (DATE_RELATIONS if left.is_date or right.is_date else RELATIONS)[node.operator],
            [(right, shown(right, two, limit), theirs)],
            truth,
        )
        return finding(truth, words, node.place, [(left, mine), (right, theirs)])

    def is_boundary(facts: Facts) -> bool:
        if not is_limit or not all(v.may_be_on_limit is None or v.may_be_on_limit(facts) for v in (left, right)):
            return False
        value, limit = one.run(facts, None), two.run(facts, None)
        if one is not left or two is not right:
            return bool(is_point(value) and is_point(limit)) and on_power(decide, left, right, value, limit)
        return bool(is_point(value) and value == limit)

    return CompiledTest(
        quick(one, node.operator, two, judge) if one is left and two is right else judge, explain, is_boundary
    )


def on_power(decide: Decide, left: CompiledValue, right: CompiledValue, value: Found, limit: Found) -> bool:
    """Whether a raw value lies on the limit of its logarithm: at most it and at least it."""
    del decide
    at_most, at_least = decider(left, "<=", right), decider(left, ">=", right)
    return at_most(value, limit) == Truth.MET and at_least(value, limit) == Truth.MET


def quick(
    left: CompiledValue, operator: Operator, right: CompiledValue, general: Callable[[Facts], int]
) -> Callable[[Facts], int]:
    """The truth of a whole number against a constant without a detour; else ``general``."""
    limit, run = right.number, left.run
    if limit is None:
        return general

    def at_most(facts: Facts) -> int:
        value = run(facts, None)
        if type(value) is int:
            return 2 if value <= limit else 0
        return compare(value, operator, limit) if is_number(value) else 1

    def less(facts: Facts) -> int:
        value = run(facts, None)
        if type(value) is int:
            return 2 if value < limit else 0
        return compare(value, operator, limit) if is_number(value) else 1

    def at_least(facts: Facts) -> int:
        value = run(facts, None)
        if type(value) is int:
            return 2 if value >= limit else 0
        return compare(value, operator, limit) if is_number(value) else 1

    def more(facts: Facts) -> int:
        value = run(facts, None)
        if type(value) is int:
            return 2 if value > limit else 0
        return compare(value, operator, limit) if is_number(value) else 1

    return {"<=": at_most, "<": less, ">=": at_least, ">": more}.get(operator, general)


def compile_between(node: Between, model: StudyModel) -> CompiledTest:
    """A value from one limit to another, both included."""
    low = compile_compare(Compare(node.value, ">=", node.low), model)
    high = compile_compare(Compare(node.value, "<=", node.high), model)
    value, start, end = (compile_value(part, model) for part in (node.value, node.low, node.high))
    value = told_as(node.low, node.value, value)

    def judge(facts: Facts) -> int:
        return min(low.judge(facts), high.judge(facts))

    def explain(facts: Facts) -> Finding:
        truth = judge(facts)
        traces = [Trace(), Trace(), Trace()]
        runs = [part.run(facts, trace) for part, trace in zip((value, start, end), traces, strict=True)]
        limits = [(start, shown(start, start, runs[1]), traces[1]), (end, shown(end, end, runs[2]), traces[2])]
        told = shown(value, value, runs[0])
        for limit in runs[1:]:
            told = beside(value, told, runs[0], limit)
        words = sentence((value, told, traces[0]), "between", limits, truth)
        return finding(truth, words, node.place, list(zip((value, start, end), traces, strict=True)))

    def is_boundary(facts: Facts) -> bool:
        return low.is_boundary(facts) or high.is_boundary(facts)

    return CompiledTest(judge, explain, is_boundary)


# ------------------------------------------------------------------------------- words
def told_as(limit: Value, node: Value, value: CompiledValue) -> CompiledValue:
    """A product or a quotient, whose own unit nobody writes (kg/cm/cm), told in that of its limit (kg/m2)."""
    while isinstance(node, DefinedValue):
        node = node.value
    if not isinstance(node, Arithmetic) or not node.unit or not isinstance(limit, Constant) or not limit.written_in:
        return value
    ratio = factor_between(node.unit, limit.written_in)
    return value if ratio is None else evolve(value, unit=limit.written_in, told=exact(ratio))


Part: TypeAlias = tuple[CompiledValue, str | None, Trace]
"""A value, the words for what it is (``None`` when nothing is known), and what it used."""


def shown(value: CompiledValue, run: CompiledValue, found: Found) -> str | None:
    """A value as a reader sees it; a logarithm to six decimals."""
    if not is_number(found):
        return None
    if value is not run or value.logarithm_of is not None:
        return logarithm_words(value, found, is_raw=value is not run)
    if value.is_date:
        return date_words(found)
    told = combine(found, "*", value.told)
    return None if told is None else quantity_words(told, value.unit)


def beside(value: CompiledValue, text: str | None, found: Found, limit: Found) -> str | None:
    """``just below 60 kg`` where the limit is written alike, and is another number."""
    if text is None or value.logarithm_of is not None or found == limit:
        return text
    if not isinstance(found, int | Fraction) or not isinstance(limit, int | Fraction):
        return text
    if write_number(exact(Fraction(found) * value.told)) != write_number(exact(Fraction(limit) * value.told)):
        return text
    return f"just {'below' if found < limit else 'above'} {text}"


def logarithm_words(value: CompiledValue, found: Quantity, *, is_raw: bool) -> str | None:
    """A logarithm to six decimals, from the raw value or from itself; that of zero has no number."""
    logarithm = log10(found) if is_raw else found
    if logarithm is None:
        raw = value.logarithm_of
        return None if raw is None else f"that of {quantity_words(found, raw.unit)}"
    ends = as_range(logarithm)
    low = None if ends.low is None else round_half_away(ends.low, SHOWN_DECIMALS)
    high = None if ends.high is None else round_half_away(ends.high, SHOWN_DECIMALS)
    rounded = settle(Range(low, high, ends.low_open and low != high, ends.high_open and low != high))
    return None if rounded is None else quantity_words(rounded, value.unit)


def sentence(value: Part, relation: str, limits: Sequence[Part], truth: int) -> str:
    """``cd4 at W0 is 200 cells/mm3 (2004-05-28), not below 200 cells/mm3``."""
    for part, text, trace in (value, *limits):
        if text is None:
            return f"{part.words} is {trace.why or 'not recorded'}"
    subject, text, trace = value
    head = joined(subject.words, "is", text or "", days_words(trace.days))
    return f"{head}, {PREFIXES[truth]}{relation} {' and '.join(limit_words(limit) for limit in limits)}"


def limit_words(limit: Part) -> str:
    """The author's words for a constant; for any other limit its words and its value."""
    value, text, trace = limit
    if value.number is not None or (value.is_date and not trace.facts):
        return value.words or text or ""
    return joined(f"{value.words},", text or "", days_words(trace.days))


def finding(truth: int, words: str, place: Place, used: Sequence[tuple[CompiledValue, Trace]]) -> Finding:
    """The finding of a test on values; what is missing only where it is unknown."""
    missing: tuple[str, ...] = ()
    if truth == Truth.UNKNOWN:
        missing = once(words for _, trace in used for words in trace.missing)
        if not missing:
            missing = once(
                f"an exact value of {value.words}" for value, trace in used if trace.facts and not trace.is_exact
            )
    return Finding(
        truth=Truth(truth),
        words=words,
        place=place,
        missing=missing,
        facts=once_facts(fact for _, trace in used for fact in trace.facts),
    )
