"""Headings: which column stands where, and those that are most likely misspelt."""

from collections.abc import Mapping

from protocol_dsl.base.nearest import nearest
from protocol_dsl.model.study import StudyModel
from protocol_dsl.readers.errors import UnreadableError
from protocol_dsl.readers.layout import LAYOUTS
from protocol_dsl.readers.names import fold, is_near
from protocol_dsl.readers.notes import Notes
from protocol_dsl.readers.sources import Source

HEADING_ROW = 1
ELSEWHERE: Mapping[str, tuple[str, ...]] = {
    "end": ("end_date", "stop", "stop_date"),
    "end_date": ("end", "stop", "stop_date"),
    "unit": ("value_unit", "dose_unit"),
}
"""What other tables, or other people, call a column; unread, a course would have no end and a value another unit."""


def find_columns(source: Source, model: StudyModel, notes: Notes) -> Mapping[str, int]:
    """The place of each column that may be read, by its folded name.

    A heading given twice, or nearly that of a column which is then missing, is noted.

    Raises:
        UnreadableError: A required column is missing.
    """
    layout = LAYOUTS[source.table]
    declared = [fold(one.name) for one in model.vocabulary.attributes] if source.table == "participants" else []
    wanted = tuple(dict.fromkeys((*layout.columns, *declared)))
    places: dict[str, int] = {}
    for place, heading in enumerate(source.heading):
        column = fold(heading)
        if column not in wanted:
            continue
        if column in places:
            words = "another column has this heading; the first of them is read"
            notes.problem(source.table, HEADING_ROW, column, heading, words)
        places.setdefault(column, place)
    for column in layout.required:
        if column not in places:
            raise UnreadableError(missing_column(source, column))
    for heading in source.heading:
        for column in wanted:
            if column in places or fold(heading) in wanted:
                continue
            is_called_so = fold(heading) in ELSEWHERE.get(column, ())
            if is_called_so or is_near(fold(heading), column):
                meant = (
                    f"in this table it is called {column}" if is_called_so else f"it is a letter or two from {column}"
                )
                words = f"no column has this heading, so it is not read; {meant}"
                notes.problem(source.table, HEADING_ROW, heading, heading, words)
    return places


def missing_column(source: Source, column: str) -> str:
    """What is told of a table without a column that it cannot be read without."""
    found = nearest(column, [heading.strip() for heading in source.heading if heading.strip()])
    hint = f"; the nearest heading is {found}" if found else ""
    return f"{source.name} has no column {column}{hint}"
