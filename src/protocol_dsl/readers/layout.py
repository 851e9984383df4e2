"""The tables of a study folder: which columns each may have, and which of them a command reads."""

from typing import Literal, TypeAlias

from protocol_dsl.base.values import frozen

Purpose: TypeAlias = Literal["check", "screen", "schedule"]
"""The command that asks; what it does not read it does not judge."""


@frozen
class Layout:
    """A table's columns, those required first; ``names`` is the column that says what a row is about."""

    table: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    date: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns, in the order of the published page."""
        return self.required + self.optional


LAYOUTS = {
    layout.table: layout
    for layout in (
        Layout("participants", ("participant",), ("site", "birth_date", "sex", "arm")),
        Layout(
            "events",
            ("participant", "event", "date"),
            ("end_date", "code", "category", "grade", "related_to"),
            date="date",
        ),
        Layout(
            "readings",
            ("participant", "measure", "date", "value"),
            ("unit", "visit", "code", "low", "high"),
            date="date",
        ),
        Layout("medications", ("participant", "drug", "start"), ("end", "code", "dose", "unit", "route")),
        Layout(
            "administrations",
            ("participant", "treatment", "date"),
            ("cycle", "dose", "unit", "route", "end_date", "times", "level", "given", "reason"),
            date="date",
        ),
        Layout("visits", ("participant", "visit", "date"), ("end_date", "status", "reason"), date="date"),
    )
}
"""Every table, in the order in which their problems are listed; ``date`` is the column that sets the cut-off."""

FOLDED = frozenset(
    {"event", "measure", "drug", "treatment", "visit", "code", "category", "related_to", "value"}
    | {"route", "level", "given", "status"}
)
"""Columns of names, codes and words, in which capitals make no difference."""

UNREAD: dict[Purpose, frozenset[tuple[str, str]]] = {
    "check": frozenset(),
    "schedule": frozenset(),
    "screen": frozenset({("participants", "arm")}),
}
"""Columns (table, column) that a command does not read."""

UNREAD_TABLES: dict[Purpose, frozenset[str]] = {
    "check": frozenset(),
    "schedule": frozenset(),
    "screen": frozenset({"administrations"}),
}
"""Tables that a command does not read but for the cut-off: who is eligible is decided before any dose."""
