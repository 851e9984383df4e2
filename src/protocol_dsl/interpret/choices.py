"""Choices (``yes``, ``female``, ``symptomatic``), and whether there is a value at all."""

from collections.abc import Callable

from protocol_dsl.base.truth import Truth
from protocol_dsl.interpret.comparison import CompiledTest, finding
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.readings import Found
from protocol_dsl.interpret.reasons import Trace, days_words, joined
from protocol_dsl.interpret.values import CompiledValue, compile_value
from protocol_dsl.model.expressions import (
    IsOneOf,
    IsRecorded,
)
from protocol_dsl.model.results import Finding
from protocol_dsl.model.study import StudyModel

UNKNOWN = "unknown"
"""Whoever wrote so said that there is an answer, and not which: absent, unless the test itself asks for this choice."""


SEVERAL = ("not ", "may or may not be ", "in any case ")
"""What stands before the choices asked for, by the truth, where a value may be one of several."""


def never(facts: Facts) -> bool:
    """No limit, so nothing can lie on it."""
    del facts
    return False


def compile_is_one_of(node: IsOneOf, model: StudyModel) -> CompiledTest:
    """Whether a choice is one of some: of several that it may be, all or none must be."""
    value = compile_value(node.value, model)
    choices = frozenset(choice.casefold() for choice in node.choices)
    nothing = None if UNKNOWN in choices else UNKNOWN
    run = value.run

    def decide(found: Found) -> int:
        if isinstance(found, str):
            folded = found.casefold()
            if folded == nothing:
                return 1
            return 2 if folded in choices else 0
        if isinstance(found, frozenset):
            folds = {each.casefold() for each in found}
            if nothing in folds:
                return 1
            return 2 if folds <= choices else int(not folds.isdisjoint(choices))
        return 1

    def judge(facts: Facts) -> int:
        found = run(facts, None)
        return 2 if found in choices else decide(found)

    def explain(facts: Facts) -> Finding:
        trace = Trace()
        found = run(facts, trace)
        truth = decide(found)
        if truth == Truth.UNKNOWN and not trace.missing:
            trace.miss(f"a value of {value.words}")
        return finding(truth, choice_words(value, found, node.choices, truth, trace), node.place, [(value, trace)])

    return CompiledTest(judge, explain, never)


def choice_words(value: CompiledValue, found: Found, choices: tuple[str, ...], truth: int, trace: Trace) -> str:
    """``macrolin is no, not yes``."""
    several = " or ".join(choices)
    if isinstance(found, frozenset):
        may = joined(value.words, "may be", " or ".join(sorted(found)), days_words(trace.days))
        return f"{may}, {SEVERAL[truth]}{several}"
    if not isinstance(found, str):
        return f"{value.words} is {trace.why or 'not recorded'}"
    head = joined(value.words, "is", found, days_words(trace.days))
    return head if truth else f"{head}, not {several}"


def compile_is_recorded(node: IsRecorded, model: StudyModel) -> CompiledTest:
    """Whether there is a value at all; never unknown."""
    value = compile_value(node.value, model)
    run: Callable[[Facts, Trace | None], Found] = value.run

    def judge(facts: Facts) -> int:
        found = run(facts, None)
        return 0 if found is None or found == UNKNOWN else 2

    def explain(facts: Facts) -> Finding:
        trace = Trace()
        found = run(facts, trace)
        truth = 0 if found is None or found == UNKNOWN else 2
        words = joined(value.words, "is recorded" if truth else "is not recorded", days_words(trace.days))
        return finding(truth, words, node.place, [(value, trace)])

    return CompiledTest(judge, explain, never)
