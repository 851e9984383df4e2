"""What one pass over a table tells before it is judged: its names and how often each stands, its latest day."""

from collections import Counter
from collections.abc import Mapping, Sequence

from sqlglot import exp

from protocol_dsl.base.values import frozen
from protocol_dsl.model.columns import NotInColumnsError
from protocol_dsl.model.records import Cutoff
from protocol_dsl.readers.cells import known_day
from protocol_dsl.readers.columns.cells import DAY, certain_day, day, day_cell, stepped, text
from protocol_dsl.readers.columns.doses import day_text
from protocol_dsl.readers.columns.source import Table, rows_of
from protocol_dsl.readers.columns.tables import KEYS, day_read
from protocol_dsl.readers.connections import Connection
from protocol_dsl.readers.layout import LAYOUTS
from protocol_dsl.trees import any_of, below, call, case, cast, column, named, number, selected, within

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

    ``names`` counts the rows of each name up to a given cut-off, ``late`` those after it; ``earliest`` and ``latest``
    are those of the fully known days, as ordinal numbers. ``may_have_empty`` says whether a value may be empty,
    ``is_timed`` whether a date tells a time of day, or is none; ``worded`` are the names of which some value may begin
    with a letter.
    """

    names: Mapping[tuple[str, ...], int]
    late: int = 0
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
        earliest=min((part.earliest for part in parts if part.earliest is not None), default=None),
        latest=max((part.latest for part in parts if part.latest is not None), default=None),
        may_have_empty=any(part.may_have_empty for part in parts),
        is_timed=any(part.is_timed for part in parts),
        worded=frozenset().union(*(part.worded for part in parts)),
    )


def look_through(connection: Connection, table: Table, cutoff: Cutoff, who: exp.Select) -> Seen:
    """Look through the rows of some participants once.

    Raises:
        NotInColumnsError: There are too many names.
    """
    keys = KEYS.get(table.name, ())
    dated_rows, known, is_late = dated(table, cutoff)
    asked = [
        exp.Count(this=exp.Star()),
        counted(is_late),
        *(ordinal(end) for end in (exp.Min(this=known), exp.Max(this=known))),
        counted(may_be_empty(table)),
        counted(is_long(table, column("date_cell"))),
        counted(may_be_word(table)),
    ]
    query = selected(dated_rows, *map(column, keys), *asked, where=within(column("participant"), who))
    query = query.group_by(*map(number, range(1, len(keys) + 1)), copy=False).limit(MOST_NAMES + 1, copy=False)
    found = rows_of(connection, query)
    if len(found) > MOST_NAMES:
        raise NotInColumnsError(f"{table.shown}: more than {MOST_NAMES:,} names")
    parts: list[Seen] = []
    for row in found:
        rows, late, earliest, latest, empty, timed, worded = (
            None if each is None else int(str(each)) for each in row[len(keys) :]
        )
        name = tuple(str(key) for key in row[: len(keys)])
        read = (rows or 0) - (late or 0)
        parts.append(
            Seen(
                names={name: read} if read else {},
                late=late or 0,
                earliest=earliest,
                latest=latest,
                may_have_empty=bool(empty),
                is_timed=bool(timed),
                worded=frozenset({name}) if worded else frozenset(),
            )
        )
    return together(parts)


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


def dated(table: Table, cutoff: Cutoff) -> tuple[exp.Subquery, exp.Expr, exp.Expr]:
    """The rows of a table with who they belong to, the day of each if it is certain, and whether it is after a cut-off.

    Only for a given cut-off anybody asks for the first day of a month or year.
    """
    name = day_of(table)
    written = day_text(table, name) if table.name == "administrations" else day_read(table, name)
    keys = KEYS.get(table.name, ())
    query = selected(table.origin, named(table.cell("participant"), "participant"))
    query = query.select(*(named(table.text(key), key) for key in keys), copy=False)
    keep = ["participant", *keys]
    if table.has("value"):
        query = query.select(named(table.cell("value"), "value"), copy=False)
        keep.append("value")
    if not cutoff.is_given or cutoff.day is None:
        query = query.select(named(written, "date_cell"), copy=False)
        certain = certain_day(column("date_cell"), table.kind(name))
        return query.subquery("dated", copy=False), certain, exp.false()
    cell = day_cell(written, table.kind(name), "date")
    is_late = call("coalesce", below(limit_day(cutoff.day), cell.first), exp.false())
    return stepped(query, cell, keep=tuple(keep)).subquery("dated", copy=False), cell.known, is_late


def timed_days(connection: Connection, table: Table, who: exp.Select) -> list[int]:
    """The latest day of those cells that tell a time of day too, if it can be read.

    Raises:
        NotInColumnsError: So many of them cannot be read that the latest is not worth the search.
    """
    cell = table.cell(LAYOUTS[table.name].date or "")
    query = exp.select(named(cell.copy(), "written")).distinct(copy=False).from_(table.origin, copy=False)
    query = query.where(
        exp.Length(this=cell.copy()) > DAY, table.cell("participant").isin(query=who, copy=False), copy=False
    )
    tried = rows_of(connection, query.order_by("1 desc", copy=False).limit(MOST_TRIED))
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
