"""Exposure, ongoing medication, conditions and events: tests that a row, or a complete history without it, decides."""

from collections.abc import Callable
from typing import TypeAlias, assert_never

from protocol_dsl.base.numbers import several
from protocol_dsl.base.truth import Truth
from protocol_dsl.interpret.choices import never
from protocol_dsl.interpret.comparison import CompiledTest
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.histories import Judge, compile_exposed, compile_happens, compile_on
from protocol_dsl.interpret.patterns import pattern_words
from protocol_dsl.interpret.reasons import Trace, days_words, joined, once, once_facts, period_words, point_words
from protocol_dsl.model.expressions import ExposedTo, Happens, IsConfirmed, OnDrugs
from protocol_dsl.model.results import Finding
from protocol_dsl.model.study import StudyModel

Presence: TypeAlias = ExposedTo | OnDrugs | IsConfirmed | Happens
Say: TypeAlias = Callable[[int, Facts, Trace], str]


def compile_presence(node: Presence, model: StudyModel) -> CompiledTest:
    """The closures of such a test."""
    run, say = parts_of(node, model)

    def explain(facts: Facts) -> Finding:
        trace = Trace()
        truth = run(facts, trace)
        missing = once(trace.missing) if truth == Truth.UNKNOWN else ()
        return Finding(
            truth=Truth(truth),
            words=say(truth, facts, trace),
            place=node.place,
            missing=missing,
            facts=once_facts(trace.facts),
        )

    return CompiledTest(run, explain, never)


def parts_of(node: Presence, model: StudyModel) -> tuple[Judge, Say]:
    """What judges the test and what says why."""
    match node:
        case ExposedTo():
            return compile_exposed(node, model), drug_words(node, node.drugs, "exposed to")
        case OnDrugs():
            return compile_on(node, model), drug_words(node, node.drugs, "on")
        case IsConfirmed():
            return compile_happens(node, model), condition_words(node)
        case Happens():
            return compile_happens(node, model), event_words(node)
        case _:
            assert_never(node)


def drug_words(node: ExposedTo | OnDrugs, drugs: str, verb: str) -> Say:
    """``not exposed to PI: no PI among 3 medications``."""
    where = period_words(node.period) if isinstance(node, ExposedTo) else f"at {point_words(node.point)}"
    words = node.words or joined(verb, drugs, where)

    def say(truth: int, facts: Facts, trace: Trace) -> str:
        if truth == Truth.MET:
            return f"{words}: {drug_list(trace)}"
        if truth == Truth.NOT_MET:
            count = len(facts.record.medications)
            rows = (
                "no medication recorded"
                if not count
                else f"no {drugs} {'then ' if where else ''}among {several(count, 'medication')}"
            )
            return f"not {words}: {rows}"
        why = trace.why.removeprefix("not known: ")
        return f"not known whether {words}" + (f": {why}" if why else "")

    return say


def drug_list(trace: Trace) -> str:
    """The medications used, at most three by name: ``indinavir (2001-03 to 2002-05)``."""
    found = once(trace.names)
    more = len(found) - 3
    return ", ".join(found[:3]) + (f" and {more} more" if more > 0 else "")


def condition_words(node: IsConfirmed) -> Say:
    """``hiv1_infection is not confirmed before SCR``."""
    where = period_words(node.period, node.words, f"{node.condition} is confirmed")

    def say(truth: int, facts: Facts, trace: Trace) -> str:
        del facts
        if truth == Truth.MET:
            return joined(node.condition, "is confirmed", where, days_words(trace.days))
        if truth == Truth.NOT_MET:
            return joined(node.condition, "is not confirmed", where)
        why = trace.why.removeprefix("not known: ")
        return joined("not known whether", node.condition, "is confirmed", where) + (f": {why}" if why else "")

    return say


def event_words(node: Happens) -> Say:
    """``no cdc_event from W0 to W96``."""
    name = pattern_words(node.events)
    where = period_words(node.period)

    def say(truth: int, facts: Facts, trace: Trace) -> str:
        del facts
        if truth == Truth.MET:
            days = days_words(trace.days) or f"({several(len(trace.facts), 'event')})"
            return joined(name, where, days)
        if truth == Truth.NOT_MET:
            return joined("no", name, where)
        why = trace.why.removeprefix("not known: ")
        return joined("not known whether there was any", name, where) + (f": {why}" if why else "")

    return say
