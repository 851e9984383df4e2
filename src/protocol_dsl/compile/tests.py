"""Tests: one column of truth each; the same cases in the same order as the interpreter's."""

from typing import assert_never

from sqlglot import exp

from protocol_dsl.base.truth import Truth
from protocol_dsl.compile.choices import compile_is_one_of, compile_is_recorded
from protocol_dsl.compile.comparison import Compiled, compile_between, compile_compare
from protocol_dsl.compile.consecutive import compile_consecutive
from protocol_dsl.compile.gather import Gather
from protocol_dsl.compile.histories import compile_exposed, compile_happens, compile_on
from protocol_dsl.compile.truth import constant, greatest, least, negation
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
from protocol_dsl.trees import any_of, at_least, case, grouped, number


def compile_test(test: Test, gather: Gather) -> Compiled:
    """The columns of a test: its truth, and whether a value lies on a limit.

    Raises:
        NotInColumnsError: Columns do not judge a construct in it.
    """
    match test:
        case Compare():
            return compile_compare(test, gather)
        case Between():
            return compile_between(test, gather)
        case IsOneOf():
            return compile_is_one_of(test, gather)
        case IsRecorded():
            return compile_is_recorded(test, gather)
        case IsConfirmed() | Happens():
            return Compiled(compile_happens(test, gather), exp.false())
        case ExposedTo():
            return Compiled(compile_exposed(test, gather), exp.false())
        case OnDrugs():
            return Compiled(compile_on(test, gather), exp.false())
        case Consecutive():
            return compile_consecutive(test, gather)
        case AtLeast():
            return compile_at_least(test, gather)
        case And():
            parts = [compile_test(part, gather) for part in test.parts]
            return joined(least(part.truth for part in parts), parts)
        case Or():
            parts = [compile_test(part, gather) for part in test.parts]
            return joined(greatest(part.truth for part in parts), parts)
        case Not():
            inner = compile_test(test.part, gather)
            return Compiled(negation(inner.truth), inner.is_boundary)
        case DefinedTest():
            return compile_test(test.test, gather)
        case _:
            assert_never(test)


def joined(truth: exp.Expr, parts: list[Compiled]) -> Compiled:
    """A test of several parts: a value on a limit in any of them is a boundary case."""
    return Compiled(truth, any_of(*(part.is_boundary for part in parts)))


def compile_at_least(node: AtLeast, gather: Gather) -> Compiled:
    """Whether at least so many of the tests are met; unknown while the unknown ones could still decide."""
    parts = [compile_test(part, gather) for part in node.tests]

    def counted(least_truth: int) -> exp.Expr:
        ones = [case((at_least(part.truth, number(least_truth)), number(1)), otherwise=number(0)) for part in parts]
        total: exp.Expr = grouped(ones[0])
        for one in ones[1:]:
            total = exp.Add(this=total, expression=grouped(one))
        return grouped(total)

    truth = case(
        (at_least(counted(Truth.MET), number(node.count)), constant(Truth.MET)),
        (at_least(counted(Truth.UNKNOWN), number(node.count)), constant(Truth.UNKNOWN)),
        otherwise=constant(Truth.NOT_MET),
    )
    return joined(truth, parts)
