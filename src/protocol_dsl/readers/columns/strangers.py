"""Rows of nobody in ``participants``: some are somebody's all the same, whose name is written with blanks around it."""

from collections.abc import Mapping, Sequence
from itertools import islice

from sqlglot import exp

from protocol_dsl.model.columns import NotInColumnsError
from protocol_dsl.readers import persons
from protocol_dsl.readers.columns.source import Table, rows_of
from protocol_dsl.readers.connections import Connection
from protocol_dsl.trees import call, named, negated, selected, text_of, within

OTHER_NAMES = "other_names"
"""Names as written in some row, ``written``, and the participant that each of them names, ``participant``.

Whoever is named here is left to the interpreter.
"""
MOST_STRANGERS = 200_000
AT_ONCE = 1_000


def find_strangers(connection: Connection, files: Mapping[str, Table]) -> frozenset[str]:
    """The tables with rows of nobody; the table of other names is made on the way.

    Raises:
        NotInColumnsError: There are so many such names that looking at each is not worth the time.
    """
    connection.execute(f"create or replace table {OTHER_NAMES} (written varchar, participant varchar)")
    people = files["participants"]
    known = selected(people.origin, people.cell("participant"))
    found: set[str] = set()
    for name, table in files.items():
        if name == "participants":
            continue
        cell = call("coalesce", table.cell("participant"), exp.Literal.string(""))
        query = selected(table.origin, named(cell, "written")).distinct(copy=False)
        strange = rows_of(
            connection,
            query.where(negated(within(cell.copy(), known)), copy=False).limit(MOST_STRANGERS + 1, copy=False),
        )
        if len(strange) > MOST_STRANGERS:
            raise NotInColumnsError(f"{table.shown}: more than {MOST_STRANGERS:,} names of nobody in participants")
        if strange:
            found.add(name)
            remember(connection, known, {str(written): persons.named(str(written)) for (written,) in strange})
    return frozenset(found)


def written_otherwise() -> exp.Select:
    """Names of participants as some row writes them, blanks and all; whoever has such a row is odd."""
    return selected(OTHER_NAMES, named(exp.column("written"), "participant"))


def remember(connection: Connection, known: exp.Select, names: Mapping[str, str]) -> None:
    """Keep those names which, read as the row readers do, are a participant's."""
    meant = {written: name for written, name in names.items() if name and name != written}
    write_names(connection, meant, known)


def leave(connection: Connection, several: Sequence[str]) -> None:
    """Leave participants who stand in several rows to the interpreter, under the names that they have."""
    write_names(connection, {name: name for name in several})


def write_names(connection: Connection, names: Mapping[str, str], known: exp.Select | None = None) -> None:
    """Write names and the participants whom they name, of those ``known`` if they are given."""
    for start in range(0, len(names), AT_ONCE):
        some = islice(names.items(), start, start + AT_ONCE)
        rows = [exp.Tuple(expressions=[*map(exp.Literal.string, pair)]) for pair in some]
        columns = [exp.to_identifier(name) for name in ("written", "participant")]
        values = exp.Values(expressions=rows, alias=exp.TableAlias(this=exp.to_identifier("names"), columns=columns))
        query = selected(values, "written", "participant")
        if known is not None:
            query = query.where(within(exp.column("participant"), known.copy()), copy=False)
        connection.execute(f"insert into {OTHER_NAMES} {text_of(query)}")
