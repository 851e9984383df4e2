"""A study folder made ready for columns: its cut-off, its names, its tables as trees."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from sqlglot import exp

from protocol_dsl.base.values import frozen
from protocol_dsl.model.columns import (
    DOSES,
    EVENTS,
    LABELLED,
    MEDICATIONS,
    PEOPLE,
    READINGS,
    VISITS,
    Layout,
    NotInColumnsError,
)
from protocol_dsl.model.records import Cutoff
from protocol_dsl.model.study import StudyModel
from protocol_dsl.readers.cells import known_day
from protocol_dsl.readers.columnar import Connection
from protocol_dsl.readers.columns.cells import DAY, DayCell, column, day, day_cell, is_null, stepped
from protocol_dsl.readers.columns.doses import day_text, dose_rows
from protocol_dsl.readers.columns.people import choices_in, people
from protocol_dsl.readers.columns.probes import Meaning, Probes
from protocol_dsl.readers.columns.source import Table, rows_of, single
from protocol_dsl.readers.columns.strangers import find_strangers, written_otherwise
from protocol_dsl.readers.columns.tables import (
    KEYS,
    Names,
    event_rows,
    medication_rows,
    reading_rows,
    visit_rows,
)
from protocol_dsl.readers.columns.visits import labelled_rows, planned_visit_rows
from protocol_dsl.readers.layout import LAYOUTS, UNREAD_TABLES, Purpose

MOST_NAMES = 200_000
"""Distinct names of a table that are asked about one by one; a table with more is not one of names."""
MOST_TRIED = 1_000
PLAIN_NAME = "^[!-~]([ -~]*[!-~])?$"


@frozen
class NotRead:
    """Rows that are not read: names that the protocol never mentions, and days after the cut-off, by table."""

    unused: Mapping[tuple[str, str], int]
    after_cutoff: Mapping[str, int]


@frozen
class Prepared:
    """What a statement reads: each table's tree by the name the statement calls it.

    ``absent`` are tables that the folder does not have, ``strangers`` those with rows of no known participant, ``read``
    those that the command reads.
    ``not_read`` counts rows of everybody, as far as columns can read them.
    """

    tables: Mapping[str, exp.Select]
    absent: frozenset[str]
    files: Mapping[str, Table]
    cutoff: Cutoff
    has_empty_readings: bool
    events_present: int
    strangers: frozenset[str]
    names: Mapping[str, Names]
    read: frozenset[str]
    not_read: NotRead


def prepare(  # noqa: PLR0913, PLR0917 - the tables, and what they are read for
    connection: Connection,
    files: Mapping[str, Table],
    model: StudyModel,
    layout: Layout,
    as_of: int | None,
    purpose: Purpose = "screen",
) -> Prepared:
    """Look through the tables of a study once, names and dates alone.

    Raises:
        NotInColumnsError: It holds something that columns do not read.
    """
    require_plain_people(connection, files["participants"])
    strangers = find_strangers(connection, files)
    cutoff = Cutoff(latest_day(connection, files)) if as_of is None else Cutoff(as_of, is_given=True)
    read = {name: table for name, table in files.items() if name not in UNREAD_TABLES[purpose]}
    names, unused = known_names(connection, read, Probes(model, layout), cutoff)
    made = event_and_other_rows(read, names, model, layout, cutoff)
    if purpose != "screen":
        made = {**made, **rows_of_visits(connection, read, names, model, cutoff)}
    choice = choices_in(connection, files["participants"], model)
    tables: dict[str, exp.Select] = {PEOPLE: people(files["participants"], model, purpose, choice)}
    wanted = {EVENTS, READINGS, MEDICATIONS, *([] if purpose == "screen" else [DOSES, LABELLED])}
    absent = frozenset(wanted - made.keys())
    tables |= {name: nobody(name) for name in sorted(absent)}
    return Prepared(
        tables={**tables, **made},
        absent=absent,
        files=files,
        cutoff=cutoff,
        has_empty_readings="readings" in files and has_empty(connection, files["readings"]),
        events_present=names["events"].present if "events" in names else 0,
        strangers=strangers,
        names=names,
        read=frozenset(read),
        not_read=NotRead(unused, dict(after(connection, read, cutoff, everyone(files)))),
    )


def known_names(
    connection: Connection, files: Mapping[str, Table], probes: Probes, cutoff: Cutoff
) -> tuple[Mapping[str, Names], Mapping[tuple[str, str], int]]:
    """What the names of each table mean, and how many rows have one that the protocol never mentions."""
    ask: Mapping[str, Callable[[Sequence[str]], Meaning]] = {
        "events": probes.event,
        "readings": probes.reading,
        "medications": probes.medication,
        "visits": probes.visit,
        "administrations": probes.dose,
    }
    unused: Counter[tuple[str, str]] = Counter()
    names: dict[str, Names] = {}
    for name, one in ask.items():
        if name in files:
            found = distinct_names(connection, files[name], cutoff, everyone(files))
            meant = {key: one(key) for key in found}
            names[name] = Names(name, meant)
            unused += unused_of(name, meant, found)
            for statement in names[name].statements():
                connection.execute(statement)
    return names, unused


def event_and_other_rows(
    files: Mapping[str, Table], names: Mapping[str, Names], model: StudyModel, layout: Layout, cutoff: Cutoff
) -> Mapping[str, exp.Select]:
    """The tables that the folder has, besides that of participants."""
    milestones = sum(layout.event_bit(one.name) for one in model.vocabulary.milestones)
    tables: dict[str, exp.Select] = {}
    if "events" in files:
        tables[EVENTS] = event_rows(files["events"], names["events"], milestones, cutoff)
    if "readings" in files:
        tables[READINGS] = reading_rows(files["readings"], names["readings"], model, cutoff)
    if "medications" in files:
        tables[MEDICATIONS] = medication_rows(files["medications"], names["medications"], cutoff)
    if "visits" in files:
        tables[VISITS] = visit_rows(files["visits"], names["visits"], cutoff)
    if "administrations" in files:
        tables[DOSES] = dose_rows(files["administrations"], names["administrations"], cutoff)
    return tables


def rows_of_visits(
    connection: Connection, files: Mapping[str, Table], names: Mapping[str, Names], model: StudyModel, cutoff: Cutoff
) -> Mapping[str, exp.Select]:
    """The tables of which rows belong to visits, as far as the folder has them."""
    tables: dict[str, exp.Select] = {}
    if "visits" in files:
        tables[VISITS] = planned_visit_rows(files["visits"], names["visits"], cutoff)
    if "readings" in files:
        tables[LABELLED] = labelled_rows(connection, files["readings"], names["readings"], model, cutoff)
    return tables


def not_read(connection: Connection, prepared: Prepared, people_table: str) -> NotRead:
    """The rows of some participants that columns counted as not read."""
    some = exp.select("participant").from_(people_table)
    if not rows_of(connection, some.copy().limit(1)):
        return NotRead({}, {})
    who = exp.select("participant").from_(some.union(written_otherwise(), distinct=False).subquery("some"))
    unused: Counter[tuple[str, str]] = Counter()
    for name, names in prepared.names.items():
        if any(one.is_unused for one in names.meanings.values()):
            found = distinct_names(connection, prepared.files[name], prepared.cutoff, who)
            unused += unused_of(name, names.meanings, found)
    read = {name: table for name, table in prepared.files.items() if name in prepared.read}
    return NotRead(unused, dict(after(connection, read, prepared.cutoff, who)))


COLUMNS: Mapping[str, Mapping[str, str]] = {
    EVENTS: {"participant": "varchar", "what": "bigint", "first_day": "date", "last_day": "date", "odd": "boolean"},
    READINGS: {"participant": "varchar", "measure": "bigint", "day": "date", "day_number": "bigint"}
    | {"low": "bigint", "high": "bigint", "odd": "boolean"},
    MEDICATIONS: {"participant": "varchar", "drugs": "bigint", "start_first": "date", "start_last": "date"}
    | {"end_first": "date", "end_last": "date", "odd": "boolean"},
    LABELLED: {"participant": "varchar", "measure": "bigint", "visit": "integer", "day": "date"}
    | {"is_recorded": "boolean"},
    DOSES: {"participant": "varchar", "treatment": "bigint", "day": "date", "cycle": "bigint", "amount": "bigint"}
    | {"times": "bigint", "end_day": "date", "level": "bigint", "route": "varchar"}
    | {"is_given": "boolean", "odd": "boolean"},
}


def nobody(table: str) -> exp.Select:
    """A table that the folder does not have: no row."""
    columns = [exp.alias_(exp.cast(exp.null(), kind), name) for name, kind in COLUMNS[table].items()]
    return exp.select(*columns).where(exp.false())


def require_plain_people(connection: Connection, table: Table) -> None:
    """Refuse names of participants that have to be trimmed or read twice.

    Raises:
        NotInColumnsError: A name has blanks around it or a sign that is not ASCII, is absent, or stands twice.
    """
    if table.kind("participant") != "VARCHAR":
        raise NotInColumnsError("names of participants that are no text")
    name = table.cell("participant")
    plain = exp.func("regexp_matches", name.copy(), exp.Literal.string(PLAIN_NAME))
    counted = [exp.Count(this=exp.Star()), exp.Count(this=exp.Distinct(expressions=[name]))]
    wrong = exp.Sum(this=exp.Case().when(plain, exp.convert(0)).else_(exp.convert(1)))
    rows, different, odd = single(connection, exp.select(*counted, wrong).from_(table.origin))
    if rows != different or odd:
        raise NotInColumnsError("participants that stand twice, or whose names are not plain")


def dated(table: Table) -> tuple[exp.Select, DayCell] | None:
    """The rows of a table with the day by which a cut-off leaves them out, and who they belong to."""
    name = LAYOUTS[table.name].date or ("start" if table.name == "medications" else None)
    if name is None:
        return None
    written = table.cell(name) if table.name != "administrations" else day_text(table, name)
    cell = day_cell(written, table.kind(name), "date")
    keys = KEYS.get(table.name, ())
    query = exp.select(exp.alias_(table.cell("participant"), "participant")).from_(table.origin)
    query = query.select(*(exp.alias_(table.text(key), key) for key in keys))
    return exp.select("*").from_(stepped(query, cell, keep=("participant", *keys)).subquery("dated")), cell


def latest_day(connection: Connection, files: Mapping[str, Table]) -> int | None:
    """The latest fully known day of a known participant's rows, as an ordinal number."""
    found: list[int] = []
    for table in files.values():
        name = LAYOUTS[table.name].date
        rows = dated(table)
        if name is None or rows is None:
            continue
        query, when = rows
        since = exp.DateDiff(this=exp.Max(this=when.first), expression=day("0001-01-01"), unit=exp.var("day"))
        query = query.where(column("participant").isin(query=everyone(files)), when.first.eq(when.last.copy()))
        query.set("expressions", [since])
        (latest,) = single(connection, query)
        if isinstance(latest, int):
            found.append(latest + 1)
        if table.kind(name) == "VARCHAR":
            found += timed_days(connection, table, name, files)
    return max(found, default=None)


def everyone(files: Mapping[str, Table]) -> exp.Select:
    """The names of all participants, however a row writes them."""
    people = files["participants"]
    names = exp.select(exp.alias_(people.cell("participant"), "participant")).from_(people.origin)
    return exp.select("participant").from_(names.union(written_otherwise(), distinct=False).subquery("everyone"))


def timed_days(connection: Connection, table: Table, name: str, files: Mapping[str, Table]) -> list[int]:
    """The latest day of those cells that tell a time of day too, if it can be read.

    Raises:
        NotInColumnsError: So many of them cannot be read that the latest is not worth the search.
    """
    cell = table.cell(name)
    query = exp.select(exp.alias_(cell.copy(), "written")).distinct().from_(table.origin)
    query = query.where(exp.Length(this=cell.copy()) > DAY, table.cell("participant").isin(query=everyone(files)))
    tried = rows_of(connection, query.order_by("1 desc").limit(MOST_TRIED))
    for (written,) in tried:
        found = known_day(str(written))
        if found is not None:
            return [found]
    if len(tried) == MOST_TRIED:
        raise NotInColumnsError(f"{table.shown}: dates that cannot be read")
    return []


def distinct_names(
    connection: Connection, table: Table, cutoff: Cutoff, who: exp.Select
) -> Mapping[tuple[str, ...], int]:
    """Each distinct name of a table, and how many rows of some participants have it.

    Raises:
        NotInColumnsError: There are too many.
    """
    keys = KEYS[table.name]
    rows = dated(table)
    query, when = rows if rows is not None else (exp.select("*").from_(table.origin), None)
    if when is not None and cutoff.is_given and cutoff.day is not None:
        query = query.where(exp.or_(is_null(when.first), when.first.copy() <= limit_day(cutoff.day)))
    query = query.where(column("participant").isin(query=who))
    query.set("expressions", [*(column(key) for key in keys), exp.alias_(exp.Count(this=exp.Star()), "rows")])
    query = query.group_by(*(exp.convert(place) for place in range(1, len(keys) + 1))).limit(MOST_NAMES + 1)
    found = rows_of(connection, query)
    if len(found) > MOST_NAMES:
        raise NotInColumnsError(f"{table.shown}: more than {MOST_NAMES:,} names")
    return {tuple(str(text) for text in texts): int(str(count)) for *texts, count in found}


def unused_of(
    table: str, meant: Mapping[tuple[str, ...], Meaning], found: Mapping[tuple[str, ...], int]
) -> Counter[tuple[str, str]]:
    """How many rows have each name that the protocol never mentions."""
    unused: Counter[tuple[str, str]] = Counter()
    for key, count in found.items():
        if meant[key].is_unused:
            name, code = key[0], key[1]
            unused[table, name.strip() or code.strip()] += count
    return unused


def limit_day(day: int) -> exp.Expr:
    """A day number as a date."""
    start = exp.cast(exp.Literal.string("0001-01-01"), "date")
    return exp.cast(exp.DateAdd(this=start, expression=exp.convert(day - 1), unit=exp.var("day")), "date")


def after(
    connection: Connection, files: Mapping[str, Table], cutoff: Cutoff, who: exp.Select
) -> Iterator[tuple[str, int]]:
    """Rows dated after a given cut-off, by table."""
    if not cutoff.is_given or cutoff.day is None:
        return
    for table in files.values():
        rows = dated(table)
        if rows is None:
            continue
        query, when = rows
        is_late = when.first.copy() > limit_day(cutoff.day)
        query = query.where(is_late, column("participant").isin(query=who.copy()))
        query.set("expressions", [exp.Count(this=exp.Star())])
        (count,) = single(connection, query)
        if count:
            yield table.name, int(str(count))


def has_empty(connection: Connection, table: Table) -> bool:
    """Whether a reading has no value."""
    value = table.cell("value")
    is_empty: exp.Expr = value.copy().is_(exp.null())
    if table.kind("value") == "VARCHAR":
        is_empty = exp.or_(is_empty, exp.Trim(this=value.copy()).eq(exp.Literal.string("")))
    return bool(rows_of(connection, exp.select("1").from_(table.origin).where(is_empty).limit(1)))
