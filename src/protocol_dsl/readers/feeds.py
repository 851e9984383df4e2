"""Where participants come from, each with their rows of every table."""

from collections.abc import Callable, Iterator, Mapping
from typing import Protocol, TypeAlias

from attrs import define, field

from protocol_dsl.model.study import StudyModel
from protocol_dsl.readers.cells import Remembered, known_day
from protocol_dsl.readers.headings import find_columns
from protocol_dsl.readers.notes import Notes
from protocol_dsl.readers.sources import Source
from protocol_dsl.readers.streams import Keyed, Row, joined, keyed, sorted_on_disk
from protocol_dsl.readers.survey import Survey, survey

Person: TypeAlias = tuple[str, list[Row], Mapping[str, list[Row]]]
"""A participant, their rows of ``participants`` (one, unless by mistake), and of the other tables."""


class Feed(Protocol):
    """Participants in the order of their names, from whatever holds them; it can be gone through more than once."""

    @property
    def places(self) -> Mapping[str, Mapping[str, int]]:
        """The tables there are; of each, the columns that may be read and where they stand."""
        ...

    @property
    def latest_day(self) -> int | None:
        """The latest fully known day of a dated fact."""
        ...

    def width(self, table: str) -> int:
        """The number of cells in each row of a table."""
        ...

    def people(self, notes: Notes, unread: frozenset[str]) -> Iterator[Person]:
        """Each participant once; tables that are ``unread`` are left out."""
        ...


@define
class TablesFeed:
    """Tables apart, one a kind of record: merged as they are read where they stand sorted, else sorted on disk."""

    sources: Mapping[str, Source]
    places: Mapping[str, Mapping[str, int]]
    _survey: Survey = field(alias="survey")

    @property
    def latest_day(self) -> int | None:
        """The latest fully known day of a dated fact."""
        return self._survey.day

    def width(self, table: str) -> int:
        """The number of cells in each row of a table."""
        return len(self.sources[table].heading)

    def people(self, notes: Notes, unread: frozenset[str]) -> Iterator[Person]:
        """Each participant once."""
        streams = {table: self._stream(one, notes) for table, one in self.sources.items() if table not in unread}
        yield from joined(streams, notes)

    def _stream(self, source: Source, notes: Notes) -> Iterator[Keyed]:
        rows = keyed(source, self.places[source.table]["participant"], notes)
        return rows if source.table in self._survey.is_sorted else sorted_on_disk(rows)


def feed_of(sources: Mapping[str, Source], model: StudyModel, notes: Notes) -> TablesFeed:
    """The participants of some tables, which are all looked through once.

    Raises:
        UnreadableError: A required column is missing, or a table cannot be read to its end.
    """
    places = {table: find_columns(source, model, notes) for table, source in sources.items()}
    return TablesFeed(sources, places, survey(sources, places, day_reader()))


def day_reader() -> Callable[[str], int | None]:
    """What reads the known day of a cell, each distinct text once."""
    return Remembered(known_day).__getitem__
