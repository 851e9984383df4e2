"""The steps that statements over the same data read, and which of them are held so that nothing is found out twice."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from itertools import chain

from sqlglot import exp

from protocol_dsl.compile.answers import statement_over

HELD = "protocol_dsl_"
"""Before the names of steps that are held: a session of Spark may be somebody's, with views of theirs."""


class Steps:
    """What queries read, step by step; what several of the queries and steps read is held, and read by all of them."""

    def __init__(
        self, bodies: Mapping[str, exp.Select], queries: Iterable[exp.Query], ready: Collection[str] = frozenset()
    ) -> None:
        """The steps by name, each after those that it reads, and the queries for which some are held.

        ``ready`` are steps that are held already. One that reads nothing, such as a table without rows, never is.
        """
        self._bodies = bodies
        self._read = {name: tables_in(body) for name, body in bodies.items()}
        asked = [*map(tables_in, queries)]
        needed = self._with_theirs(frozenset().union(*asked), frozenset())
        readers = Counter(chain(*asked, *(self._read[name] for name in needed)))
        self._held = {*ready, *(name for name in needed if readers[name] > 1 and self._read[name])}

    @property
    def held(self) -> Mapping[str, exp.Query]:
        """The steps that are held, by the names under which they are, each after those that it reads."""
        return {f"{HELD}{name}": self.over(body) for name, body in self._bodies.items() if name in self._held}

    def over(self, query: exp.Query) -> exp.Query:
        """A query with the steps that it reads before it; those that are held are read by the names of these."""
        used = self._with_theirs(tables_in(query), self._held)
        read = {name: self._bodies[name] for name in used}
        for table in chain.from_iterable(each.find_all(exp.Table) for each in (query, *read.values())):
            if table.name in self._held:
                known_as = table.alias or table.name
                table.set("this", exp.to_identifier(f"{HELD}{table.name}"))
                table.set("alias", exp.TableAlias(this=exp.to_identifier(known_as)))
        return statement_over(read, query)

    def _with_theirs(self, names: Iterable[str], but: Collection[str]) -> list[str]:
        """The steps of some names and those that they read, without some and what only these read; in order."""
        used = {*names}.difference(but)
        for name, read in reversed(self._read.items()):
            if name in used:
                used |= read.difference(but)
        return [name for name in self._bodies if name in used]


def tables_in(query: exp.Query) -> frozenset[str]:
    """The names of the tables and steps that a query reads."""
    return frozenset(table.name for table in query.find_all(exp.Table))
