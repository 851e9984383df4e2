"""A made-up participant while they are being made: the rows of the study folder, and the days they were made from."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import TypeAlias

from attrs import evolve

from protocol_dsl.base.days import Days, add, parse_days, write_days
from protocol_dsl.base.values import frozen
from protocol_dsl.model.expressions import EventPattern
from protocol_dsl.model.points import Length, Point
from protocol_dsl.simulate.wishes import ChoiceWish, NumberWish

Row: TypeAlias = Mapping[str, str]

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "participants": ("participant", "site", "birth_date", "sex", "arm"),
    "events": ("participant", "event", "date", "end_date", "code", "category", "grade", "related_to"),
    "readings": ("participant", "measure", "date", "value", "unit", "visit", "low", "high"),
    "medications": ("participant", "drug", "start", "end", "code"),
    "administrations": (
        "participant",
        "treatment",
        "date",
        "cycle",
        "dose",
        "unit",
        "route",
        "end_date",
        "times",
        "level",
        "given",
        "reason",
    ),
    "visits": ("participant", "visit", "date", "end_date", "status", "reason"),
}


def iso(day: int) -> str:
    """A day number as it is written in a table.

    Raises:
        CalendarRangeError: It lies outside the years 1 to 9999.
    """
    known = add(day)
    return write_days(Days(known, known))


@frozen(kw_only=True)
class Draft:
    """A participant's rows by table, and the days of their milestones.

    ``kept`` are wishes about measures, which readings fulfil all along. ``stops`` are the days of the events on which a
    plan ends, ``end`` is the day on which participation ends.
    """

    participant: str
    site: str
    arm: str = ""
    milestones: Mapping[str, int]
    attributes: Mapping[str, str]
    rows: Mapping[str, tuple[Row, ...]] = {}
    kept: Mapping[str, NumberWish | ChoiceWish] = {}
    stops: Mapping[EventPattern, int] = {}
    end: int | None = None

    def day_of(self, point: Point) -> int:
        """The planned day of a point; its milestone must be there."""
        return add(self.milestones[point.milestone], months=point.months, days=point.days)

    def has(self, point: Point) -> bool:
        """Whether the milestone of a point is there."""
        return point.milestone in self.milestones

    def of(self, table: str) -> tuple[Row, ...]:
        """The rows of a table."""
        return self.rows.get(table, ())

    def plus(self, table: str, *rows: Row) -> "Draft":
        """With more rows in a table."""
        return evolve(self, rows={**self.rows, table: (*self.of(table), *rows)})

    def with_rows(self, table: str, rows: Iterable[Row]) -> "Draft":
        """With other rows in a table."""
        return evolve(self, rows={**self.rows, table: tuple(rows)})

    def without(self, table: str, leaves: Callable[[Row], bool]) -> "Draft":
        """Without the rows of a table that ``leaves`` is true of."""
        return evolve(self, rows={**self.rows, table: tuple(row for row in self.of(table) if not leaves(row))})

    def changed(self, table: str, which: Callable[[Row], bool], **cells: str) -> "Draft":
        """With other cells in the rows that ``which`` is true of."""
        rows = tuple({**row, **cells} if which(row) else row for row in self.of(table))
        return evolve(self, rows={**self.rows, table: rows})

    def with_attribute(self, name: str, value: str) -> "Draft":
        """With an attribute, a column of ``participants``."""
        return evolve(self, attributes={**self.attributes, name: value})


def day_in(row: Row) -> int:
    """The first day of a dated row."""
    return first_day(row["date"][: len("2004-06-01")])


# Departures are looked for in the rows again and again, and many rows share a day.
@cache
def first_day(text: str) -> int:
    """The first day that a date may be."""
    return parse_days(text).first


def after(day: int, length: Length) -> int:
    """``day`` plus a length."""
    return add(day, months=length.months, days=length.days)
