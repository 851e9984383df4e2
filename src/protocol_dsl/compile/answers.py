"""The statements around the one that judges: where its answers go, who is left to the interpreter, in which order."""

from collections.abc import Mapping

from sqlglot import exp

from protocol_dsl.model.columns import ODD, PARTICIPANT

DIALECT = "duckdb"


def statement_over(tables: Mapping[str, exp.Select], query: exp.Select) -> exp.Select:
    """A statement with the tables it reads before its own steps."""
    found = query.copy()
    before = [
        exp.CTE(this=body.copy(), alias=exp.TableAlias(this=exp.to_identifier(name))) for name, body in tables.items()
    ]
    found.set("with_", exp.With(expressions=[*before, *(step.copy() for step in found.ctes)]))
    return found


def copied(statement: str, path: str) -> str:
    """Write the answers of a statement into a Parquet file, as they come."""
    return f"copy ({statement}) to {exp.Literal.string(path).sql(DIALECT)} (format parquet)"


def odd_ones(name: str, answers: str) -> str:
    """Make the table of participants whom the statement leaves to the interpreter."""
    query = exp.select(PARTICIPANT).from_(_file(answers)).where(exp.column(ODD))
    return f"create or replace table {name} as {query.sql(DIALECT)}"


def repeated_ones(name: str, origin: exp.Expr) -> str:
    """Add the participants who have a row that is the same in every column as another."""
    counted = exp.Count(this=exp.Star())
    twice = exp.select("*", counted).from_(origin).group_by(exp.var("ALL")).having(counted.copy() > 1)
    query = exp.select(PARTICIPANT).distinct().from_(twice.subquery("twice"))
    return f"insert into {name} {query.sql(DIALECT)}"


def answers_in_order(name: str, answers: str) -> str:
    """The answers of everybody else by name, the point as an ordinal number."""
    since = exp.DateDiff(
        this=exp.column("point"),
        expression=exp.cast(exp.Literal.string("0001-01-01"), "date"),
        unit=exp.var("day"),
    )
    point = exp.alias_(exp.paren(exp.Add(this=since, expression=exp.Literal.number("1"))), "point")
    star = exp.Star(except_=[exp.to_identifier(ODD)], replace=[point])
    odd = exp.select(PARTICIPANT).from_(name)
    query = exp.select(star).from_(_file(answers)).where(exp.column(PARTICIPANT).isin(query=odd).not_())
    return query.order_by(PARTICIPANT).sql(DIALECT)


def _file(path: str) -> exp.Expr:
    return exp.Table(this=exp.func("read_parquet", exp.Literal.string(path)))
