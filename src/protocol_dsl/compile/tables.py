"""Columns of the tables that a statement reads, as trees."""

from sqlglot import exp

from protocol_dsl.base.numbers import Number
from protocol_dsl.model.columns import scaled
from protocol_dsl.trees import column, grouped, number


def has_bit(name: str, bit: int, table: str | None = None) -> exp.Expr:
    """Whether a column of bits has one of ``bit``."""
    masked = exp.BitwiseAnd(this=column(name, table), expression=exp.Literal.number(str(bit)))
    return exp.NEQ(this=grouped(masked), expression=number(0))


def number_of_limit(value: Number) -> exp.Expr:
    """A limit as values stand in the tables.

    Raises:
        NotInColumnsError: It has too many decimals, or is too large.
    """
    found = scaled(value)
    literal = exp.Literal.number(str(abs(found)))
    return exp.Neg(this=literal) if found < 0 else literal


def step(name: str, body: exp.Query) -> exp.CTE:
    """A step of a statement, by the name under which later ones read it."""
    return exp.CTE(this=body, alias=exp.TableAlias(this=exp.to_identifier(name)))
