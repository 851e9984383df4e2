"""Kleene's three values as whole numbers without nulls: 0 not met, 1 unknown, 2 met, as in ``base.truth``.

``and`` is the least, ``or`` the greatest, ``not x`` is 2 - x on every engine.
"""

from collections.abc import Iterable

from sqlglot import exp

from protocol_dsl.base.truth import Truth
from protocol_dsl.trees import case, grouped, number

MET, UNKNOWN, NOT_MET = (int(truth) for truth in (Truth.MET, Truth.UNKNOWN, Truth.NOT_MET))


def constant(truth: int) -> exp.Expr:
    """A truth that is the same for everyone."""
    return number(truth)


def decided(met: exp.Expr, not_met: exp.Expr) -> exp.Expr:
    """Met where ``met`` holds, not met where ``not_met`` does, else unknown; a null condition does not hold."""
    return case((met, number(MET)), (not_met, number(NOT_MET)), otherwise=number(UNKNOWN))


def either(met: exp.Expr, perhaps: exp.Expr, otherwise: exp.Expr) -> exp.Expr:
    """Met where ``met`` holds, unknown where ``perhaps`` does, else what absence says."""
    return case((met, number(MET)), (perhaps, number(UNKNOWN)), otherwise=otherwise)


def least(truths: Iterable[exp.Expr]) -> exp.Expr:
    """Kleene's ``and``."""
    return _combined(exp.Least, list(truths))


def greatest(truths: Iterable[exp.Expr]) -> exp.Expr:
    """Kleene's ``or``."""
    return _combined(exp.Greatest, list(truths))


def negation(truth: exp.Expr) -> exp.Expr:
    """Kleene's ``not``."""
    return grouped(exp.Sub(this=number(MET), expression=grouped(truth)))


def _combined(kind: type[exp.Least | exp.Greatest], truths: list[exp.Expr]) -> exp.Expr:
    first, *rest = truths
    # Without ignore_nulls sqlglot guards against nulls by writing every operand twice; a truth is never null.
    return kind(this=first, expressions=rest, ignore_nulls=True) if rest else first
