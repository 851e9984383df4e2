"""What one pass over a table tells before it is judged: its names and how often each stands, its latest day."""

from collections import Counter
from collections.abc import Mapping, Sequence

from attrs import evolve
from sqlglot import exp

from protocol_dsl.base.values import frozen
from protocol_dsl.model.columns import NotInColumnsError
from protocol_dsl.model.records import Cutoff
from protocol_dsl.readers.cells import DayCells, known_day
from protocol_dsl.readers.columns.cells import DAY, certain_day, day, day_cell, stepped, text
from protocol_dsl.readers.columns.doses import day_text
from protocol_dsl.readers.columns.source import Table, rows_of
from protocol_dsl.readers.columns.tables import KEYS, day_read
from protocol_dsl.readers.connections import Connection, whole, whole_or_none
from protocol_dsl.readers.layout import LAYOUTS
from protocol_dsl.trees import (
    all_of,
    any_of,
    below,
    call,
    case,
    cast,
    column,
    is_null,
    named,
    negated,
    number,
    selected,
    within,
)

MOST_NAMES = 200_000
"""Distinct names of a table that are asked about one by one; a table with more is not one of names."""
MOST_TRIED = 1_000
FIRST_SIGN = "!"
"""The least sign that is no blank: a text that sorts below it may be empty."""
BEFORE_LETTERS = "@"
"""The sign before the first letter: no number, censored or not, sorts above it."""


@frozen(kw_only=True)
class Seen:
    """The rows of some participants in a table.

    ``names`` counts the rows of each name up to a given cut-off, ``late`` those after it, ``unread`` those of which
    columns cannot tell; ``earliest`` and ``latest`` are those of the fully known days, as ordinal numbers.
    ``may_have_empty`` says whether a value may be empty, ``is_timed`` whether a date tells a time of day, or is none;
    ``worded`` are the names of which some value may begin with a letter.
    """

    names: Mapping[tuple[str, ...], int]
    late: int = 0
    unread: int = 0
    earliest: int | None = None
    latest: int | None = None
    may_have_empty: bool = False
    is_timed: bool = False
    worded: frozenset[tuple[str, ...]] = frozenset()

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return sum(self.names.values()) + self.late


def together(parts: Sequence[Seen]) -> Seen:
    """What several passes over different participants tell."""
    names: Counter[tuple[str, ...]] = Counter()
    for part in parts:
        names.update(part.names)
    return Seen(
        names=names,
        late=sum(part.late for part in parts),
        unread=sum(part.unread for part in parts),
        earliest=min((part.earliest for part in parts if part.earliest is not None), default=None),
        latest=max((part.latest for part in parts if part.latest is not None), default=None),
        may_have_empty=any(part.may_have_empty for part in parts),
        is_timed=any(part.is_timed for part in parts),
        worded=frozenset().union(*(part.worded for part in parts)),
    )


def look_through(connection: Connection, table: Table, cutoff: Cutoff, who: exp.Select) -> Seen:
    """Look through the rows of some participants once.

    Raises:
        NotInColumnsError: There are too many names, or dates that columns cannot read.
    """
    keys = KEYS.get(table.name, ())
    dates = dated(table, cutoff)
    asked = [
        exp.Count(this=exp.Star()),
        counted(dates.is_late),
        counted(dates.is_unread),
        *(ordinal(end) for end in (exp.Min(this=dates.known), exp.Max(this=dates.known))),
        counted(may_be_empty(table)),
        counted(is_long(table, column("date_cell"))),
        counted(may_be_word(table)),
    ]
    query = selected(dates.rows, *map(column, keys), *asked, where=within(column("participant"), who))
    query = query.group_by(*map(number, range(1, len(keys) + 1)), copy=False).limit(MOST_NAMES + 1, copy=False)
    found = rows_of(connection, query)
    if len(found) > MOST_NAMES:
        raise NotInColumnsError(f"{table.shown}: more than {MOST_NAMES:,} names")
    seen = together([seen_of(row[: len(keys)], row[len(keys) :]) for row in found])
    # What tells a time of day is looked through again without it.
    if not seen.unread or (seen.is_timed and not table.is_timed):
        return seen
    where = all_of(within(column("participant"), who), dates.is_unread)
    # Of a column of dates those are left of which Python has none.
    cell = cast(column("date_cell"), "varchar")
    unread = selected(dates.rows, *map(column, keys), cell, exp.Count(this=exp.Star()), where=where)
    unread = unread.group_by(*map(number, range(1, len(keys) + 2)), copy=False).limit(MOST_TRIED + 1, copy=False)
    return with_unread(seen, table, rows_of(connection, unread), DayCells(cutoff))


def seen_of(key: Sequence[object], numbers: Sequence[object]) -> Seen:
    """What is seen of the rows of one name."""
    name = tuple(map(str, key))
    rows, late, unread, earliest, latest, empty, timed, worded = (whole_or_none(each) for each in numbers)
    read = (rows or 0) - (late or 0)
    return Seen(
        names={name: read} if read else {},
        late=late or 0,
        unread=unread or 0,
        earliest=earliest,
        latest=latest,
        may_have_empty=bool(empty),
        is_timed=bool(timed),
        worded=frozenset({name}) if worded else frozenset(),
    )


def with_unread(seen: Seen, table: Table, rows: Sequence[Sequence[object]], days: DayCells) -> Seen:
    """What is seen, where rows of days that columns cannot read are after the cut-off if the row readers say so.

    Each of ``rows`` is a name, such a day as it is written, and a count.

    Raises:
        NotInColumnsError: So many of them are different that columns are of no use.
    """
    if len(rows) > MOST_TRIED:
        raise NotInColumnsError(f"{table.shown}: dates that cannot be read")
    late: Counter[tuple[str, ...]] = Counter()
    for *name, cell, count in rows:
        if days.is_after_cutoff(days(str(cell))):
            late[tuple(map(str, name))] += whole(count)
    return evolve(seen, names=Counter(seen.names) - late, late=seen.late + late.total())


def ordinal(found: exp.Expr) -> exp.Expr:
    """A date as its ordinal number."""
    return exp.DateDiff(this=found, expression=day("0001-01-01"), unit=exp.var("day")) + 1


def counted(condition: exp.Expr) -> exp.Expr:
    """For how many rows a condition holds."""
    if condition == exp.false():
        return number(0)
    return exp.Sum(this=case((condition, exp.convert(1)), otherwise=exp.convert(0)))


def may_be_empty(table: Table) -> exp.Expr:
    """Whether a reading may have no value."""
    if not table.has("value"):
        return exp.false()
    is_absent = column("value").is_(exp.null())
    return any_of(is_absent, column("value") < text(FIRST_SIGN)) if table.kind("value") == "VARCHAR" else is_absent


def may_be_word(table: Table) -> exp.Expr:
    """Whether the value of a reading may begin with a letter."""
    if not table.has("value") or table.kind("value") != "VARCHAR":
        return exp.false()
    return below(text(BEFORE_LETTERS), column("value"))


def is_long(table: Table, cell: exp.Expr) -> exp.Expr:
    """Whether a date has more letters than a day."""
    return exp.Length(this=cell) > DAY if table.kind(day_of(table)) == "VARCHAR" else exp.false()


def day_of(table: Table) -> str:
    """The column with the day of a row, which of what was taken is that of the first."""
    return LAYOUTS[table.name].date or "start"


@frozen
class Dated:
    """The ``rows`` of a table with who they belong to, their names and dates.

    Of each row ``known`` is the day if it is certain, ``is_late`` whether it is after a cut-off, and ``is_unread``
    whether columns cannot tell: only for a given cut-off anybody asks, or for the first day of a month or year.
    """

    rows: exp.Subquery
    known: exp.Expr
    is_late: exp.Expr
    is_unread: exp.Expr


def dated(table: Table, cutoff: Cutoff) -> Dated:
    """The rows of a table and their days."""
    name = day_of(table)
    written = day_text(table, name) if table.name == "administrations" else day_read(table, name)
    keys = KEYS.get(table.name, ())
    query = selected(table.origin, named(table.cell("participant"), "participant"))
    query = query.select(*(named(table.text(key), key) for key in keys), copy=False)
    if table.has("value"):
        query = query.select(named(table.cell("value"), "value"), copy=False)
    if not cutoff.is_given or cutoff.day is None:
        query = query.select(named(written, "date_cell"), copy=False)
        certain = certain_day(column("date_cell"), table.kind(name))
        return Dated(query.subquery("dated", copy=False), certain, exp.false(), exp.false())
    cell = day_cell(written, table.kind(name), "date")
    is_late = call("coalesce", below(limit_day(cutoff.day), cell.first), exp.false())
    is_unread = all_of(is_null(cell.first), negated(cell.is_absent))
    rows = stepped(query, cell).subquery("dated", copy=False)
    return Dated(rows, cell.known, is_late, is_unread)


def timed_days(connection: Connection, table: Table, who: exp.Select) -> list[int]:
    """The latest day of those cells that tell a time of day too, if it can be read.

    Raises:
        NotInColumnsError: So many of them cannot be read that the latest is not worth the search.
    """
    cell = table.cell(LAYOUTS[table.name].date or "")
    query = selected(table.origin, named(cell.copy(), "written")).distinct(copy=False)
    query = query.where(exp.Length(this=cell.copy()) > DAY, within(table.cell("participant"), who), copy=False)
    tried = rows_of(connection, query.order_by("1 desc", copy=False).limit(MOST_TRIED, copy=False))
    for (written,) in tried:
        found = known_day(str(written))
        if found is not None:
            return [found]
    if len(tried) == MOST_TRIED:
        raise NotInColumnsError(f"{table.shown}: dates that cannot be read")
    return []


def limit_day(day_number: int) -> exp.Expr:
    """A day number as a date."""
    start = cast(exp.Literal.string("0001-01-01"), "date")
    return cast(exp.DateAdd(this=start, expression=exp.convert(day_number - 1), unit=exp.var("day")), "date")
