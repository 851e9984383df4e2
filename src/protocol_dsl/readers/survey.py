"""The first look at all tables: the cut-off, and which tables come sorted."""

from collections.abc import Callable, Iterable, Mapping

from attrs import define, field

from protocol_dsl.base.values import frozen
from protocol_dsl.readers.layout import LAYOUTS
from protocol_dsl.readers.notes import Notes
from protocol_dsl.readers.persons import named
from protocol_dsl.readers.sources import Source

KEPT = 1_000
"""Latest days remembered with their participants, until it is known who is a participant at all."""


@frozen
class Survey:
    """``day`` is the latest fully known one, if any; ``is_sorted`` the tables that stand by participant already."""

    day: int | None
    is_sorted: frozenset[str]


def survey(
    sources: Mapping[str, Source], places: Mapping[str, Mapping[str, int]], known_day: Callable[[str], int | None]
) -> Survey:
    """Read every table once.

    Args:
        sources: The tables by name.
        places: Each table's columns and where they stand.
        known_day: The day a cell says, or nothing when it is no fully known one.

    Raises:
        UnreadableError: A table cannot be read to its end.
    """
    latest = Latest()
    sorted_tables = set()
    for table, source in sources.items():
        if table == "participants":
            continue
        column = LAYOUTS[table].date
        if _scan(source, places[table]["participant"], places[table].get(column or ""), known_day, latest):
            sorted_tables.add(table)
    known: set[str] = set()
    place = places["participants"]["participant"]
    if _scan(sources["participants"], place, None, known_day, latest, known):
        sorted_tables.add("participants")
    return Survey(latest.day_of(known), frozenset(sorted_tables))


def _scan(  # noqa: PLR0913, PLR0917 - the loop that every row passes is kept in one piece
    source: Source,
    place: int,
    date: int | None,
    known_day: Callable[[str], int | None],
    latest: "Latest",
    known: set[str] | None = None,
) -> bool:
    before = ""
    is_sorted = True
    for _, cells in source.rows(Notes()):
        participant = named(cells[place])
        if participant != before and participant:
            is_sorted = is_sorted and participant > before
            before = participant
            if known is not None and participant in latest.days:
                known.add(participant)
        if date is not None:
            day = known_day(cells[date])
            if day is not None and day > latest.floor and participant:
                latest.add(participant, day)
    return is_sorted


@define
class Latest:
    """The latest days, a participant each: a row of nobody must not set the cut-off, and nobody is known yet."""

    days: dict[str, int] = field(factory=dict)
    floor: int = 0

    def add(self, participant: str, day: int) -> None:
        """Remember ``day``; the earliest are forgotten when there are too many."""
        if day <= self.days.get(participant, 0):
            return
        self.days[participant] = day
        if len(self.days) > 2 * KEPT:
            kept = sorted(self.days.items(), key=lambda item: (-item[1], item[0]))[:KEPT]
            self.days = dict(kept)
            self.floor = kept[-1][1]

    def day_of(self, known: Iterable[str]) -> int | None:
        """The latest day of a known participant."""
        return max((self.days[participant] for participant in known), default=None)
