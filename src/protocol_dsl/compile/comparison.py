"""A value against a limit: its truth, and whether it lies exactly on the limit."""

from sqlglot import exp

from protocol_dsl.base.numbers import Number
from protocol_dsl.base.values import frozen
from protocol_dsl.compile.gather import Gather
from protocol_dsl.compile.quantities import Quantity, holds, lies_on
from protocol_dsl.compile.tables import number_of_limit
from protocol_dsl.compile.truth import any_holds, least
from protocol_dsl.compile.values import compile_value, constant_of
from protocol_dsl.model.columns import NotInColumnsError
from protocol_dsl.model.expressions import Between, Compare, Log10, Operator, Value

MIRRORED: dict[Operator, Operator] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


@frozen
class Compiled:
    """A test as columns: its truth (0, 1, 2), and whether a value of it lies on a limit."""

    truth: exp.Expr
    is_boundary: exp.Expr


def compile_compare(node: Compare, gather: Gather) -> Compiled:
    """A value against a constant.

    Raises:
        NotInColumnsError: Neither side is a constant.
    """
    left, operator, right = node.left, node.operator, node.right
    if constant_of(right) is None:
        left, operator, right = right, MIRRORED[operator], left
    limit = constant_of(right)
    if limit is None:
        raise NotInColumnsError(f"{node.words}: a comparison of two values")
    value, end = against(left, limit, gather)
    on_limit = exp.false() if operator in {"=", "!="} else lies_on(value, end)
    return Compiled(holds(value, operator, end), on_limit)


def against(value: Value, limit: Number, gather: Gather) -> tuple[Quantity, exp.Expr]:
    """A value and its limit; below a logarithm the raw value, and the limit as a power of ten."""
    if isinstance(value, Log10):
        return compile_value(value.value, gather), number_of_limit(power_of_ten(limit))
    return compile_value(value, gather), number_of_limit(limit)


def power_of_ten(exponent: Number) -> int:
    """10 to a whole exponent.

    Raises:
        NotInColumnsError: The exponent is not whole, or the power is too large.
    """
    if not isinstance(exponent, int) or not 0 <= exponent <= 8:  # noqa: PLR2004 - the largest that values reach
        raise NotInColumnsError(f"the logarithm {exponent}")
    return int(10**exponent)


def compile_between(node: Between, gather: Gather) -> Compiled:
    """A value from one limit to another, both included."""
    low = compile_compare(Compare(node.value, ">=", node.low, words=node.words), gather)
    high = compile_compare(Compare(node.value, "<=", node.high, words=node.words), gather)
    return Compiled(least([low.truth, high.truth]), any_holds([low.is_boundary, high.is_boundary]))
