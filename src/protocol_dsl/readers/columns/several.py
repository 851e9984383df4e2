"""Participants who stand in several rows, whom columns leave to the interpreter; and names that columns do not read."""

from collections.abc import Sequence

from attrs import evolve
from sqlglot import exp

from protocol_dsl.model.columns import PARTICIPANT, NotInColumnsError
from protocol_dsl.readers.columns.source import Table, rows_of, single
from protocol_dsl.readers.columns.spans import Span, one_by_one
from protocol_dsl.readers.connections import Connection, whole
from protocol_dsl.readers.persons import named as named_by
from protocol_dsl.trees import call, column, named, negated, selected

PLAIN_NAME = "^[!-~]([ -~]*[!-~])?$"
"""A name that is read as it is written, as nearly all are; of any other the row readers are asked."""
MOST_SEVERAL = 1_000
MOST_UNUSUAL = 200_000


def in_several_rows(
    connection: Connection, table: Table, rows: int, spans: Sequence[Span] = (Span(),)
) -> tuple[str, ...]:
    """The participants who stand in several of so many rows, by name.

    Raises:
        NotInColumnsError: There are too many of them, or a name is read otherwise than it is written.
    """
    distinct = exp.Count(this=exp.Distinct(expressions=[table.cell("participant")]))
    query = selected(table.origin, distinct, where=is_plain(table))
    if rows == sum(whole(single(connection, query)[0]) for _ in one_by_one(connection, spans)):
        return ()
    # A row that names nobody lies in no span.
    everybody = evolve(table, is_bounded=False)
    require_as_written(connection, everybody)
    several = names_in(everybody).group_by(column(PARTICIPANT), copy=False)
    found = some_of(connection, several.having(exp.Count(this=exp.Star()) > 1, copy=False), MOST_SEVERAL)
    if len(found) > MOST_SEVERAL:
        raise NotInColumnsError(f"more than {MOST_SEVERAL:,} participants who stand in several rows")
    return tuple(found)


def others_than(several: Sequence[str], people: exp.Select) -> exp.Select:
    """Everybody but those who stand in several rows."""
    if not several:
        return people
    is_one = column(PARTICIPANT).isin(*map(exp.Literal.string, several), copy=False)
    return selected(people.subquery("everybody", copy=False), exp.Star(), where=negated(is_one))


def some_of(connection: Connection, query: exp.Select, most: int) -> list[str]:
    """The names that a query has, in their order; where there are more than ``most``, one more."""
    ordered = query.order_by(column(PARTICIPANT), copy=False).limit(most + 1, copy=False)
    return [str(name) for (name,) in rows_of(connection, ordered)]


def require_as_written(connection: Connection, table: Table) -> None:
    """Refuse names of participants that the row readers read otherwise, telling the first.

    Raises:
        NotInColumnsError: A row names nobody, or somebody whose name has blanks around it or lost a sign; or there are
            too many names that are not plain.
    """
    is_unusual = negated(call("coalesce", is_plain(table), exp.false()))
    names = some_of(connection, names_in(table).where(is_unusual, copy=False).distinct(copy=False), MOST_UNUSUAL)
    if len(names) > MOST_UNUSUAL:
        raise NotInColumnsError(f"more than {MOST_UNUSUAL:,} names of participants that are not plain")
    for name in names:
        if not name.strip():
            raise NotInColumnsError("a row of participants that names nobody")
        if named_by(name) != name:
            raise NotInColumnsError(f"the participant {name!r}, with blanks around the name or a sign that was lost")


def is_plain(table: Table) -> exp.Expr:
    """Whether the name in a row of participants is plain; nothing where it has none.

    Raises:
        NotInColumnsError: Their names are no text.
    """
    if table.kind("participant") != "VARCHAR":
        raise NotInColumnsError("names of participants that are no text")
    return call("regexp_matches", table.cell("participant"), exp.Literal.string(PLAIN_NAME))


def names_in(table: Table) -> exp.Select:
    """The name in each row of participants, an empty text where it has none."""
    return selected(
        table.origin, named(call("coalesce", table.cell("participant"), exp.Literal.string("")), PARTICIPANT)
    )
