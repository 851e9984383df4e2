"""The records of a few participants out of many, without reading the rows of all others."""

from collections.abc import Collection, Iterator, Mapping

from sqlglot import exp

from protocol_dsl.model.records import Cutoff
from protocol_dsl.model.study import StudyModel
from protocol_dsl.readers.columnar import BATCH
from protocol_dsl.readers.columns.looks import latest_day, seen_tables
from protocol_dsl.readers.columns.picked import picked_records
from protocol_dsl.readers.columns.several import require_as_written
from protocol_dsl.readers.columns.source import Table
from protocol_dsl.readers.columns.spans import Span, groups_of
from protocol_dsl.readers.connections import Connection
from protocol_dsl.readers.layout import Purpose
from protocol_dsl.readers.notes import Notes
from protocol_dsl.readers.selection import Selection
from protocol_dsl.readers.study import StudyRecords
from protocol_dsl.trees import named, selected, text_of

FEW = "few_people"
"""The table of the participants who are asked for."""


def records_of(  # noqa: PLR0913 - who is asked for, of what, and by whom
    files: Mapping[str, Table],
    participants: Collection[str],
    connection: Connection,
    model: StudyModel,
    *,
    as_of: int | None,
    purpose: Purpose,
    notes: Notes,
) -> StudyRecords:
    """The records of ``participants``; that one is not there shows at the end.

    Raises:
        NotInColumnsError: A name of a participant is read otherwise than it is written.
    """
    people = files["participants"]
    groups = groups_of(connection, files)
    require_as_written(connection, people)
    given = Cutoff(None) if as_of is None else Cutoff(as_of, is_given=True)
    seen, strangers = seen_tables(connection, files, groups, (Span(),), given)
    cutoff = Cutoff(latest_day(connection, files, seen)) if as_of is None else given
    who = people.cell("participant")
    asked = selected(people.origin, named(who, "participant"))
    asked = asked.where(who.copy().isin(*map(exp.Literal.string, sorted(participants))), copy=False)
    connection.execute(f"create or replace table {FEW} as {text_of(asked)}")

    def everyone() -> Iterator[tuple[str, str]]:
        names = selected(people.origin, who, people.text("site")).order_by(who, copy=False)
        found = connection.cursor().execute(text_of(names))
        while batch := found.fetchmany(BATCH):
            yield from ((str(name), str(site).strip()) for name, site in batch)

    return picked_records(
        files,
        strangers,
        connection,
        model,
        cutoff,
        purpose,
        people_table=FEW,
        problems=notes.problems,
        only=Selection(frozenset(participants)),
        everyone=everyone,
    )
