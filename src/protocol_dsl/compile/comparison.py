"""A value against a limit: its truth, and whether it lies exactly on the limit."""

from fractions import Fraction

from sqlglot import exp

from protocol_dsl.base.values import frozen
from protocol_dsl.compile.ages import age_against
from protocol_dsl.compile.gather import Gather
from protocol_dsl.compile.intervals import Interval, compare, interval_of, interval_of_constant
from protocol_dsl.compile.intervals import lies_on as point_on
from protocol_dsl.compile.logarithms import raw_limit
from protocol_dsl.compile.quantities import holds, lies_on
from protocol_dsl.compile.tables import number_of_limit
from protocol_dsl.compile.truth import least
from protocol_dsl.compile.values import Known, bare, compile_value, constant_of
from protocol_dsl.model.columns import is_whole
from protocol_dsl.model.expressions import AgeAt, Between, Compare, Log10, Operator
from protocol_dsl.trees import any_of

MIRRORED: dict[Operator, Operator] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
EQUAL: frozenset[Operator] = frozenset({"=", "!="})
"""What names no limit, so that nothing can lie on it."""


@frozen
class Compiled:
    """A test as columns: its truth (0, 1, 2), and whether a value of it lies on a limit."""

    truth: exp.Expr
    is_boundary: exp.Expr


def compile_compare(node: Compare, gather: Gather) -> Compiled:
    """A value against another; below a logarithm the raw value against a power of ten.

    Raises:
        NotInColumnsError: A logarithm is compared with what is no constant.
    """
    left, operator, right = node.left, node.operator, node.right
    if constant_of(right) is None:
        left, operator, right = right, MIRRORED[operator], left
    limit, inner = constant_of(right), bare(left)
    value: Known
    if limit is None:
        value, other = (compile_value(side, gather) for side in (left, right))
        return against(interval_of(value), interval_of(other), operator)
    if isinstance(inner, AgeAt) and operator not in EQUAL and limit >= 0 and Fraction(limit).denominator == 1:
        return Compiled(*age_against(inner, operator, int(limit), gather))
    if isinstance(inner, Log10):
        value, limit = raw_limit(inner, compile_value(inner.value, gather), limit)
    else:
        value = compile_value(left, gather)
    if isinstance(value, Interval) or not is_whole(limit):
        return against(interval_of(value), interval_of_constant(limit), operator)
    end = number_of_limit(limit)
    return Compiled(holds(value, operator, end), exp.false() if operator in EQUAL else lies_on(value, end))


def against(value: Interval, limit: Interval, operator: Operator) -> Compiled:
    """The comparison of two intervals."""
    on_limit = exp.false() if operator in EQUAL else point_on(value, limit)
    return Compiled(compare(value, operator, limit), on_limit)


def compile_between(node: Between, gather: Gather) -> Compiled:
    """A value from one limit to another, both included."""
    low = compile_compare(Compare(node.value, ">=", node.low, words=node.words), gather)
    high = compile_compare(Compare(node.value, "<=", node.high, words=node.words), gather)
    return Compiled(least([low.truth, high.truth]), any_of(low.is_boundary, high.is_boundary))
