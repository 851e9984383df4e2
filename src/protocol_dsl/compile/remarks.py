"""What columns look for to say something of the data as a whole: rows of those whom they judge themselves."""

from collections.abc import Mapping, Sequence

from sqlglot import exp

from protocol_dsl.compile.answers import statement_over
from protocol_dsl.compile.tables import has_bit
from protocol_dsl.model.columns import DOSES, EVENTS, LABELLED, PARTICIPANT, PEOPLE, Layout
from protocol_dsl.trees import all_of, column, negated, selected, text_of, within


class SomeRow:
    """Statements that ask for a row, if there is one, of a participant who is not in the table ``odd``."""

    def __init__(self, tables: Mapping[str, exp.Select], odd: str) -> None:
        """Over the tables of :mod:`protocol_dsl.model.columns`."""
        self._tables = tables
        self._odd = selected(odd, PARTICIPANT)

    def of(self, table: str, condition: exp.Expr | None = None) -> str:
        """A row of a table."""
        query = selected(table, PARTICIPANT, where=negated(within(column(PARTICIPANT), self._odd))).limit(1, copy=False)
        return self._over(table, query if condition is None else query.where(condition, copy=False))

    def with_arm(self) -> str:
        """A participant of an arm of the protocol."""
        return self.of(PEOPLE, negated(column("arm").is_(exp.null())))

    def sites(self) -> str:
        """The sites of participants, each once."""
        query = (
            selected(PEOPLE, column("site"))
            .distinct(copy=False)
            .where(negated(column("site").is_(exp.null())), copy=False)
        )
        return self._over(PEOPLE, query)

    def of_event(self, name: str, layout: Layout) -> str:
        """An event of that name, which the layout must know."""
        return self.of(EVENTS, has_bit("what", layout.event_bit(name)))

    def measures(self, numbers: Sequence[int]) -> str:
        """The measures of readings, of some numbers, each once."""
        query = (
            selected(LABELLED, column("measure"))
            .distinct(copy=False)
            .where(column("measure").isin(*numbers), copy=False)
        )
        # Unlike other names, those of measures may stand in rows of nobody alone.
        query = query.where(
            within(column(PARTICIPANT), selected(PEOPLE, PARTICIPANT)),
            copy=False,
        )
        query = query.where(negated(within(column(PARTICIPANT), self._odd)), copy=False)
        return text_of(statement_over({name: self._tables[name] for name in (LABELLED, PEOPLE)}, query))

    def with_route(self, treatment: int, route: str) -> str:
        """An administration of the treatment of a number by some route."""
        is_route = exp.Lower(this=column("route")).eq(exp.Literal.string(route.casefold()))
        return self.of(DOSES, all_of(column("treatment").eq(treatment), is_route))

    def routes(self, treatment: int) -> str:
        """The routes by which the treatment of a number was given, each once."""
        is_told = column("route").neq(exp.Literal.string(""))
        query = (
            selected(DOSES, column("route"))
            .distinct(copy=False)
            .where(column("treatment").eq(treatment), is_told, copy=False)
        )
        query = query.where(negated(within(column(PARTICIPANT), self._odd)), copy=False)
        return self._over(DOSES, query)

    def _over(self, table: str, query: exp.Select) -> str:
        return text_of(statement_over({table: self._tables[table]}, query))
