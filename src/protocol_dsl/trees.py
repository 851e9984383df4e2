"""SQL as sqlglot trees: the builders with which statements are written.

sqlglot copies whatever it is handed, unless told otherwise; large statements then take seconds to build. These builders
take a node as it is. A node knows one parent alone, so whoever looks for parents, or changes a tree, copies it before.
"""

from collections.abc import Callable, Sequence
from functools import cache
from operator import eq, ge, lt
from typing import TypeAlias

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB

Branch: TypeAlias = tuple[exp.Expr, exp.Expr]
"""A condition, and the value where it holds."""


def column(name: str, table: str | None = None) -> exp.Column:
    """A column, of a table where it is named."""
    found = exp.Column(this=exp.Identifier(this=name, quoted=False))
    if table is not None:
        found.set("table", exp.Identifier(this=table, quoted=False))
    return found


def selected(origin: exp.Expr | str, *found: exp.Expr | str, where: exp.Expr | None = None) -> exp.Select:
    """What is found in a table, given by its name or as a tree, where a condition holds."""
    query = query_of(*found).from_(named_table(origin) if isinstance(origin, str) else origin, copy=False)
    return query if where is None else query.where(where, copy=False)


def query_of(*found: exp.Expr | str) -> exp.Select:
    """A query of columns, given by their names or as trees; ``*`` is all there are."""
    columns = (each if isinstance(each, exp.Expr) else exp.Star() if each == "*" else column(each) for each in found)
    return exp.Select().select(*columns, copy=False)


def named_table(name: str) -> exp.Table:
    """A table, or an earlier step, of a name."""
    return exp.Table(this=exp.to_identifier(name))


def within(cell: exp.Expr, query: exp.Query) -> exp.Expr:
    """Whether a query finds the value of an expression."""
    return cell.isin(query=query, copy=False)


def number(value: int) -> exp.Expr:
    """A whole number, below zero too."""
    literal = exp.Literal.number(str(abs(value)))
    return exp.Neg(this=literal) if value < 0 else literal


def named(expression: exp.Expr, name: str) -> exp.Expr:
    """An expression under the name by which later steps read it."""
    return exp.alias_(expression, name, copy=False)


def grouped(expression: exp.Expr) -> exp.Paren:
    """An expression in brackets."""
    return exp.paren(expression, copy=False)


def written(tree: exp.Expr) -> int | None:
    """The whole number that a tree is, if it is one."""
    return int(tree.to_py()) if tree.is_int else None


def equal(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """Whether two expressions have the same value; null where either has none."""
    return compared(left, right, exp.EQ, eq)


def below(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """Whether one expression is less than the other; null where either has no value.

    >>> text_of(below(number(1), number(2))), text_of(below(number(2), number(2)))
    ('TRUE', 'FALSE')
    >>> text_of(below(exp.BitwiseAnd(this=column("a"), expression=number(5)), number(2)))
    '(a & 5) < 2'
    """
    return compared(left, right, exp.LT, lt)


def at_least(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """Whether one expression is the other or more; null where either has no value.

    >>> text_of(at_least(number(1), number(2))), text_of(at_least(number(2), number(2)))
    ('FALSE', 'TRUE')
    """
    return compared(left, right, exp.GTE, ge)


def compared(left: exp.Expr, right: exp.Expr, kind: type[exp.Binary], holds: Callable[[int, int], bool]) -> exp.Expr:
    """A comparison; two numbers that are written out are compared here."""
    one, other = written(left), written(right)
    if one is not None and other is not None:
        return exp.true() if holds(one, other) else exp.false()
    return kind(this=bracketed(left), expression=bracketed(right))


def is_null(expression: exp.Expr) -> exp.Is:
    """Whether an expression has no value."""
    return exp.Is(this=bracketed(expression), expression=exp.null())


def bracketed(operand: exp.Expr) -> exp.Expr:
    """An operand, in brackets where it is made of an operator itself."""
    return grouped(operand) if isinstance(operand, exp.Binary) else operand


def negated(condition: exp.Expr) -> exp.Expr:
    """Whether a condition does not hold."""
    if isinstance(condition, exp.Boolean):
        return exp.false() if condition.this else exp.true()
    return exp.not_(condition, copy=False)


def all_of(*conditions: exp.Expr) -> exp.Expr:
    """Whether every condition holds; true for none."""
    if any(each == exp.false() for each in conditions):
        return exp.false()
    found = [each for each in conditions if each != exp.true()]
    return exp.and_(*found, copy=False) if found else exp.true()


def any_of(*conditions: exp.Expr) -> exp.Expr:
    """Whether some condition holds; false for none."""
    if any(each == exp.true() for each in conditions):
        return exp.true()
    found = [each for each in conditions if each != exp.false()]
    return exp.or_(*found, copy=False) if found else exp.false()


def call(name: str, *arguments: exp.Expr) -> exp.Func:
    """A function of the database on its arguments."""
    return exp.func(name, *arguments, copy=False)


def cast(expression: exp.Expr, kind: str | exp.DType) -> exp.Cast:
    """An expression as another kind: ``bigint``, ``date``."""
    return exp.cast(expression, data_type(kind), copy=False)


def try_cast(expression: exp.Expr, kind: str) -> exp.TryCast:
    """An expression as another kind, null where the database cannot read it so."""
    return exp.TryCast(this=expression, to=data_type(kind))


@cache
def data_type(kind: str | exp.DType) -> exp.DataType:
    """A kind of values; every tree has the same one, for a text is parsed to make it."""
    return exp.DataType.build(kind)


def case(*branches: Branch, of: exp.Expr | None = None, otherwise: exp.Expr | None = None) -> exp.Expr:
    """The value of the first branch whose condition holds, or is the same as ``of``; else ``otherwise``, or null."""
    if of is None:
        branches, otherwise = possible(branches, otherwise)
    if not branches:
        return exp.null() if otherwise is None else otherwise
    found = exp.Case() if of is None else exp.Case(this=of)
    for condition, value in branches:
        found = found.when(condition, value, copy=False)
    return found if otherwise is None else found.else_(otherwise, copy=False)


def possible(branches: Sequence[Branch], otherwise: exp.Expr | None) -> tuple[tuple[Branch, ...], exp.Expr | None]:
    """The branches that may be taken, and what is left if none is."""
    found: list[Branch] = []
    for condition, value in branches:
        if condition == exp.true():
            return tuple(found), value
        if condition != exp.false():
            found.append((condition, value))
    return tuple(found), otherwise


DUCKDB = DuckDB()


def text_of(statement: exp.Expr) -> str:
    """A statement as DuckDB reads it; the tree stays as it is, while it holds nothing that writing takes apart.

    That is sqlglot's own aggregate of texts in an order, a ``GroupConcat``.
    """
    return str(DuckDB.Generator(dialect=DUCKDB).generate(statement, copy=False))
