"""Values, compiled: one closure for each node, which gives what the facts allow it to be."""

from collections.abc import Callable
from typing import assert_never

from attrs import evolve

from protocol_dsl.base.days import Days, age, is_birthday, write_days
from protocol_dsl.base.numbers import Number, Range
from protocol_dsl.base.units import GRADE
from protocol_dsl.base.values import frozen
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.histories import compile_count
from protocol_dsl.interpret.intervals import combine, rounded, settle
from protocol_dsl.interpret.ladders import compile_limit
from protocol_dsl.interpret.logarithms import log10
from protocol_dsl.interpret.points import compile_point, shift
from protocol_dsl.interpret.readings import Found, Run, compile_pick, is_number
from protocol_dsl.interpret.readings_at_visits import compile_change, compile_reading_at
from protocol_dsl.interpret.reasons import Trace, joined, period_words, point_words, quantity_words
from protocol_dsl.model.expressions import (
    AgeAt,
    Arithmetic,
    AttributeValue,
    Change,
    Constant,
    ConstantDate,
    CountOf,
    DaysBetween,
    DefinedValue,
    LimitOfNormal,
    Log10,
    Pick,
    ReadingAt,
    Rounded,
    Value,
)
from protocol_dsl.model.points import Point
from protocol_dsl.model.records import AttributeFact
from protocol_dsl.model.results import Fact
from protocol_dsl.model.study import StudyModel

LONGEST_SEARCH = 800
"""Days of an interval that are tried one by one: two years and some."""


@frozen(kw_only=True)
class CompiledValue:
    """A value ready to run, with what its sentence needs.

    ``number`` is that of a constant. Told in ``unit``, the value is ``told`` times as large. ``logarithm_of`` is what a
    log10 is taken of, so that its comparison can be made on the raw value. ``may_be_on_limit`` says when a value
    equal to its limit is a boundary case: for age on the birthday.
    """

    run: Run
    words: str
    unit: str = ""
    is_date: bool = False
    number: Number | None = None
    told: Number = 1
    logarithm_of: "CompiledValue | None" = None
    may_be_on_limit: Callable[[Facts], bool] | None = None


def compile_value(node: Value, model: StudyModel) -> CompiledValue:
    """The closure of a value; ``None`` from it means that nothing is known."""
    match node:
        case Constant(number=number):
            return CompiledValue(run=constant(number), words=node.words, unit=node.unit, number=number)
        case ConstantDate(first=first, last=last):
            run = constant(settle(Range(first, last)))
            return CompiledValue(run=run, words=node.words or write_days(Days(first, last)), is_date=True)
        case AttributeValue():
            return compile_attribute(node, model)
        case AgeAt():
            return compile_age(node)
        case ReadingAt():
            words = node.words or f"{node.measure} at {node.visit}"
            return CompiledValue(run=compile_reading_at(node), words=words, unit=unit_of(node.measure, model))
        case Pick():
            chosen = joined(node.choice, "recorded" if node.recorded else "", node.measure)
            words = node.words or joined(chosen, period_words(node.period))
            return CompiledValue(run=compile_pick(node), words=words, unit=unit_of(node.measure, model))
        case Change():
            kind = "percent change" if node.percent else "change"
            words = node.words or f"{kind} in {node.measure} from {node.start} to {node.end}"
            unit = "%" if node.percent else unit_of(node.measure, model)
            return CompiledValue(run=compile_change(node), words=words, unit=unit)
        case DaysBetween():
            words = node.words or f"days from {point_words(node.start)} to {point_words(node.end)}"
            return CompiledValue(run=compile_days_between(node), words=words, unit="days")
        case CountOf():
            words = node.words or joined("count of", node.events.name, period_words(node.period))
            return CompiledValue(run=compile_count(node, model), words=words)
        case LimitOfNormal():
            words = node.words or f"{node.end} limit of {node.measure}"
            return CompiledValue(run=compile_limit(node), words=words, unit=unit_of(node.measure, model))
        case Log10():
            return compile_log10(node, model)
        case Arithmetic():
            return compile_arithmetic(node, model)
        case Rounded():
            return compile_rounded(node, model)
        case DefinedValue():
            inner = compile_value(node.value, model)
            return evolve(inner, words=node.words or node.name)
        case _:
            assert_never(node)


def unit_of(measure: str, model: StudyModel) -> str:
    """The unit of a measure; that of a ladder is a grade."""
    if any(ladder.name == measure for ladder in model.vocabulary.ladders):
        return GRADE
    return next((found.unit for found in model.vocabulary.measures if found.name == measure), "")


def constant(value: Found) -> Run:
    """What does not depend on the participant."""

    def run(facts: Facts, trace: Trace | None) -> Found:
        del facts, trace
        return value

    return run


# -------------------------------------------------------------------------- attributes
def compile_attribute(node: AttributeValue, model: StudyModel) -> CompiledValue:
    """An attribute, the site or the arm; dates are day numbers, choices are case-folded."""
    name = node.name
    is_date = any(found.name == name and found.kind == "date" for found in model.vocabulary.attributes)
    words = node.words or name.replace("_", " ")

    def run(facts: Facts, trace: Trace | None) -> Found:
        found = attribute(name, facts)
        if trace is not None:
            if found is None:
                trace.miss(f"a value of {name}")
            else:
                trace.facts.append(Fact(origin=found.origin, name=name, value=found.written))
        if found is None:
            return None
        value = found.value
        if isinstance(value, Days):
            return settle(Range(value.first, value.last))
        return value

    return CompiledValue(run=run, words=words, unit=node.unit, is_date=is_date)


def attribute(name: str, facts: Facts) -> AttributeFact | None:
    """The attribute of a name; the site and the arm are kept apart in a record."""
    record = facts.record
    found = record.attributes.get(name)
    if found is not None or name not in {"site", "arm"}:
        return found
    written = record.site if name == "site" else record.arm
    return None if written is None else AttributeFact(written.casefold(), written, record.origin)


# --------------------------------------------------------------------------------- days
def compile_age(node: AgeAt) -> CompiledValue:
    """Completed years at a point, an interval where the birth or the point is one."""
    point = compile_point(node.point)

    def run(facts: Facts, trace: Trace | None) -> Found:
        birth, day = facts.record.birth, point(facts)
        if birth is None or day is None:
            if trace is not None:
                miss_age(trace, node.point, facts)
            return None
        if trace is not None:
            note_birth(trace, birth, facts)
            trace.open_point(node.point, facts)
        low = age(birth.last, day.first)
        if birth.first == birth.last and day.first == day.last:
            return low
        return settle(Range(low, age(birth.first, day.last)))

    def is_on_birthday(facts: Facts) -> bool:
        birth, day = facts.record.birth, point(facts)
        if birth is None or day is None or not birth.is_known or not day.is_known:
            return False
        return is_birthday(birth.first, day.first)

    words = node.words or f"age at {point_words(node.point)}"
    return CompiledValue(run=run, words=words, unit="years", may_be_on_limit=is_on_birthday)


def note_birth(trace: Trace, birth: Days, facts: Facts) -> None:
    """Note the birth date as used, and that the day is missing where only its month or year is known."""
    written = write_days(birth)
    trace.facts.append(Fact(origin=facts.record.origin, name="birth_date", value=written))
    if not birth.is_known:
        trace.miss(f"the exact birth date (the data give {written})")


def miss_age(trace: Trace, point: Point, facts: Facts) -> None:
    """Note why there is no age."""
    if facts.record.birth is None:
        trace.miss("a birth date", "not known: no birth date")
    else:
        trace.no_point(point, facts)


def compile_days_between(node: DaysBetween) -> Run:
    """The second point minus the first, in days."""
    start, end = compile_point(node.start), compile_point(node.end)

    def run(facts: Facts, trace: Trace | None) -> Found:
        first, last = start(facts), end(facts)
        if first is None or last is None:
            if trace is not None:
                for point, day in ((node.start, first), (node.end, last)):
                    if day is None:
                        trace.no_point(point, facts)
            return None
        if first.is_known and last.is_known:
            return last.first - first.first
        if node.start.milestone == node.end.milestone:
            return same_milestone(node.start, node.end, facts)
        if trace is not None:
            trace.open_point(node.start, facts)
            trace.open_point(node.end, facts)
        return settle(Range(last.first - first.last, last.last - first.first))

    return run


def same_milestone(start: Point, end: Point, facts: Facts) -> Found:
    """The days between two points of one milestone: whatever its day, both hang on the same."""
    if not start.months and not end.months:
        return end.days - start.days
    base = compile_point(Point(start.milestone))(facts)
    if base is None or base.last - base.first > LONGEST_SEARCH:
        return None
    found = []
    for day in range(base.first, base.last + 1):
        known = Days(day, day)
        first, last = shift(known, start.months, start.days), shift(known, end.months, end.days)
        if first is None or last is None:
            return None
        found.append(last.first - first.first)
    return settle(Range(min(found), max(found)))


# -------------------------------------------------------------------------- arithmetic
def compile_arithmetic(node: Arithmetic, model: StudyModel) -> CompiledValue:
    """Exact arithmetic; no value where a divisor may be zero."""
    left, right = compile_value(node.left, model), compile_value(node.right, model)
    operator = node.operator

    def run(facts: Facts, trace: Trace | None) -> Found:
        one, other = left.run(facts, trace), right.run(facts, trace)
        if not is_number(one) or not is_number(other):
            return None
        found = combine(one, operator, other)
        if found is None and trace is not None and operator == "/":
            trace.miss("a divisor that is not zero", "not known: the divisor is or may be zero")
        return found

    is_date = (left.is_date or right.is_date) and not (left.is_date and right.is_date)
    words = node.words or f"{left.words} {operator} {right.words}"
    unit = node.unit
    if not unit and operator == "*" and not (left.unit and right.unit):
        unit = left.unit or right.unit
    elif operator in "+-":
        unit = left.unit
    return CompiledValue(run=run, words=words, unit=unit, is_date=is_date)


def compile_rounded(node: Rounded, model: StudyModel) -> CompiledValue:
    """Rounded half away from zero."""
    inner = compile_value(node.value, model)
    decimals = node.decimals

    def run(facts: Facts, trace: Trace | None) -> Found:
        value = inner.run(facts, trace)
        return rounded(value, decimals) if is_number(value) else None

    return CompiledValue(run=run, words=node.words or f"{inner.words} rounded", unit=inner.unit)


def compile_log10(node: Log10, model: StudyModel) -> CompiledValue:
    """The decimal logarithm, as an interval narrower than anything printed; exact for whole powers of ten."""
    inner = compile_value(node.value, model)

    def run(facts: Facts, trace: Trace | None) -> Found:
        value = inner.run(facts, trace)
        found = log10(value) if is_number(value) else None
        if found is None and is_number(value) and trace is not None:
            amount = quantity_words(value, inner.unit)
            trace.miss(
                f"{inner.words} above 0", f"not known: {inner.words} is {amount}, of which there is no logarithm"
            )
        return found

    words = node.words or f"log10 {inner.words}"
    return CompiledValue(run=run, words=words, unit=joined("log10", inner.unit), logarithm_of=inner)
