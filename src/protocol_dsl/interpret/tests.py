"""Tests, compiled: the truth by itself, or with its reasons, from the same closures."""

from collections.abc import Callable, Sequence
from typing import assert_never

from protocol_dsl.base.truth import Truth, at_least
from protocol_dsl.interpret.choices import compile_is_one_of, compile_is_recorded
from protocol_dsl.interpret.comparison import CompiledTest, compile_between, compile_compare
from protocol_dsl.interpret.consecutive import compile_consecutive
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.presence import compile_presence
from protocol_dsl.interpret.reasons import once, once_facts
from protocol_dsl.model.expressions import (
    And,
    AtLeast,
    Between,
    Compare,
    Consecutive,
    DefinedTest,
    ExposedTo,
    Happens,
    IsConfirmed,
    IsOneOf,
    IsRecorded,
    Not,
    OnDrugs,
    Or,
    Test,
)
from protocol_dsl.model.points import Place
from protocol_dsl.model.results import Finding
from protocol_dsl.model.study import StudyModel

__all__ = ["CompiledTest", "compile_test"]


def compile_test(test: Test, model: StudyModel) -> CompiledTest:
    """The closures of a test: ``judge`` gives 0, 1 or 2, ``explain`` the finding with its reasons."""
    match test:
        case Compare():
            return compile_compare(test, model)
        case Between():
            return compile_between(test, model)
        case IsOneOf():
            return compile_is_one_of(test, model)
        case IsRecorded():
            return compile_is_recorded(test, model)
        case IsConfirmed() | Happens() | ExposedTo() | OnDrugs():
            return compile_presence(test, model)
        case Consecutive():
            return compile_consecutive(test, model)
        case AtLeast():
            return compile_at_least(test, model)
        case And():
            return compile_and(test, model)
        case Or():
            return compile_or(test, model)
        case Not():
            return compile_not(test, model)
        case DefinedTest():
            return compile_test(test.test, model)
        case _:
            assert_never(test)


def any_boundary(parts: Sequence[CompiledTest]) -> Callable[[Facts], bool]:
    """Whether any part has a value on its limit; every part is looked at, whatever the others say."""

    def is_boundary(facts: Facts) -> bool:
        return any([part.is_boundary(facts) for part in parts])  # noqa: C419  # a list: nothing is skipped

    return is_boundary


def compile_and(node: And, model: StudyModel) -> CompiledTest:
    """Kleene's and: the least of the parts."""
    parts = [compile_test(part, model) for part in node.parts]
    judges = [part.judge for part in parts]

    def judge(facts: Facts) -> int:
        least = 2
        for each in judges:
            truth = each(facts)
            if truth < least:
                if not truth:
                    return 0
                least = truth
        return least

    def explain(facts: Facts) -> Finding:
        found = tuple(part.explain(facts) for part in parts)
        return tree(min((one.truth for one in found), default=Truth.MET), found, node.place)

    return CompiledTest(judge, explain, any_boundary(parts))


def compile_or(node: Or, model: StudyModel) -> CompiledTest:
    """Kleene's or: the greatest of the parts."""
    parts = [compile_test(part, model) for part in node.parts]
    judges = [part.judge for part in parts]

    def judge(facts: Facts) -> int:
        greatest = 0
        for each in judges:
            truth = each(facts)
            if truth > greatest:
                if truth == 2:  # noqa: PLR2004  # 2 is met, and nothing is greater
                    return 2
                greatest = truth
        return greatest

    def explain(facts: Facts) -> Finding:
        found = tuple(part.explain(facts) for part in parts)
        return tree(max((one.truth for one in found), default=Truth.NOT_MET), found, node.place)

    return CompiledTest(judge, explain, any_boundary(parts))


def compile_not(node: Not, model: StudyModel) -> CompiledTest:
    """Kleene's not; its sentence is that of its part, which says what is so."""
    inner = compile_test(node.part, model)

    def judge(facts: Facts) -> int:
        return 2 - inner.judge(facts)

    def explain(facts: Facts) -> Finding:
        found = inner.explain(facts)
        return Finding(
            truth=Truth(2 - found.truth),
            words=found.words,
            place=node.place,
            missing=found.missing,
            facts=found.facts,
            parts=(found,),
        )

    return CompiledTest(judge, explain, inner.is_boundary)


def compile_at_least(node: AtLeast, model: StudyModel) -> CompiledTest:
    """Whether at least so many of the tests are met."""
    parts = [compile_test(part, model) for part in node.tests]
    count = node.count

    def judge(facts: Facts) -> int:
        return at_least(count, [part.judge(facts) for part in parts])

    def explain(facts: Facts) -> Finding:
        found = tuple(part.explain(facts) for part in parts)
        truth = at_least(count, [one.truth for one in found])
        met = sum(one.truth == Truth.MET for one in found)
        below = tree(truth, found, node.place)
        words = f"{met} of {len(found)} met, at least {count} needed: {below.words}"
        return Finding(
            truth=truth, words=words, place=node.place, missing=below.missing, facts=below.facts, parts=found
        )

    return CompiledTest(judge, explain, any_boundary(parts))


def tree(truth: int, found: tuple[Finding, ...], place: Place) -> Finding:
    """The finding of a test made of tests: the parts that decide give its sentence, all of them its facts."""
    decisive = [one for one in found if one.truth == truth] or list(found)
    missing = once(words for one in found if one.truth == Truth.UNKNOWN for words in one.missing)
    return Finding(
        truth=Truth(truth),
        words="; ".join(once(one.words for one in decisive)),
        place=place,
        missing=missing if truth == Truth.UNKNOWN else (),
        facts=once_facts(fact for one in found for fact in one.facts),
        parts=found,
    )
