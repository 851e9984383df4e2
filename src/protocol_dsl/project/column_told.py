"""What is wrong with rows of participants whom columns judge all the same: it is told by the row readers.

A word where a number is wanted is no value, and a row given twice counts once, which makes no difference where no rule
counts rows. Of those concerned the table in question is read again, and nobody is judged again.
"""

from protocol_dsl.compile.answers import perhaps_repeated, repeated_ones
from protocol_dsl.compile.repeated import harmless_twice
from protocol_dsl.model.columns import PARTICIPANT
from protocol_dsl.model.records import DataProblem
from protocol_dsl.model.study import StudyModel
from protocol_dsl.readers.columns.cells import is_word
from protocol_dsl.readers.columns.picked import ODD_PEOPLE, is_anybody, picked_records
from protocol_dsl.readers.columns.prepare import Prepared, only
from protocol_dsl.readers.columns.source import Table
from protocol_dsl.readers.columns.tables import is_known
from protocol_dsl.readers.connections import Connection
from protocol_dsl.readers.layout import Purpose
from protocol_dsl.trees import selected, text_of

PERHAPS_REPEATED = "perhaps_repeated"


class Told:
    """The participants of whom a table is read again for what is wrong with its rows."""

    def __init__(self, model: StudyModel, prepared: Prepared, connection: Connection, purpose: Purpose) -> None:
        """Know where the tables are, and in which of them a row may stand twice."""
        self._model = model
        self._prepared = prepared
        self._connection = connection
        self._purpose = purpose
        self._harmless = harmless_twice(model, is_entry=purpose == "screen", tables=frozenset(prepared.files))
        # Whoever stands twice in the table of participants is judged whole by the interpreter.
        self._tables = only(prepared.inside, prepared.read - {"participants"})
        for name in self._tables:
            connection.execute(f"create or replace table {people_told(name)} ({PARTICIPANT} varchar)")

    def look(self) -> None:
        """Look for rows given twice, and for words, in the span that the connection is in."""
        for name, table in self._tables.items():
            self._look_for_twins(name, table)
        if self._prepared.has_words_for_numbers:
            table = self._tables["readings"]
            worded = selected(table.origin, table.cell("participant"), where=is_word(table.cell("value")))
            self._connection.execute(f"insert into {people_told('readings')} {text_of(worded.distinct(copy=False))}")

    def problems(self) -> list[DataProblem]:
        """What is wrong, once it is known whom the interpreter judges whole."""
        found: list[DataProblem] = []
        prepared = self._prepared
        for name in self._tables:
            people = people_told(name)
            if not is_anybody(people, self._connection):
                continue
            self._connection.execute(self._without(people))
            if not is_anybody(people, self._connection):
                continue
            records = picked_records(
                only(prepared.files, {"participants", name}),
                (),
                self._connection,
                self._model,
                prepared.cutoff,
                self._purpose,
                people_table=people,
            )
            for _ in records:
                pass
            found += records.problems
        return found

    def _without(self, people: str) -> str:
        """Take whoever is judged whole, or is no participant, from a table of people: it is told of them already."""
        participants = self._prepared.files["participants"]
        known = text_of(selected(participants.origin, participants.cell("participant")))
        odd = f"{PARTICIPANT} in (select {PARTICIPANT} from {ODD_PEOPLE})"  # noqa: S608 - our names
        return f"delete from {people} where {odd} or {PARTICIPANT} not in ({known})"  # noqa: S608 - as above

    def _look_for_twins(self, name: str, table: Table) -> None:
        who = table.cell("participant")
        cells = [table.compared(each) for each in table.headings if each != "participant"]
        found = self._connection.execute(perhaps_repeated(PERHAPS_REPEATED, table.origin, who, cells))
        if found.fetchmany(1) != [(0,)]:
            into = people_told(name) if name in self._harmless else ODD_PEOPLE
            is_read = is_known(table, self._prepared.names.get(name))
            self._connection.execute(repeated_ones(into, table.origin, who, cells, PERHAPS_REPEATED, is_read))


def people_told(table: str) -> str:
    """The table of those of whom a table of the data is read again."""
    return f"people_told_{table}"
