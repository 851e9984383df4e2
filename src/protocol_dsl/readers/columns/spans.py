"""Spans of participants by name: where files lie in the order of participants, one after another is judged.

A statement over a span needs memory for its participants alone. Parquet files say of each group of rows which names it
holds, so that a span reads its own groups; files in any other order are read as one.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed, wait
from itertools import pairwise
from queue import SimpleQueue

from attrs import evolve
from sqlglot import exp

from protocol_dsl.base.values import frozen
from protocol_dsl.readers.columns.source import HIGH, LOW, Table, parquet, rows_of, single
from protocol_dsl.readers.connections import Connection, whole
from protocol_dsl.readers.layout import Purpose
from protocol_dsl.trees import call, cast, column, query_of, selected, text_of

PEOPLE_IN_A_SPAN: Mapping[Purpose, int] = {"screen": 100_000, "check": 100_000}
"""From how many participants on a span ends."""
AT_ONCE = 2
"""Spans judged at once: while one is planned, or comes to its end on one processor, the other goes on."""
PAUSE = 0.05
"""Seconds until whatever goes on in a span that is to stop is stopped again."""
MOST_READ_TWICE = 2
"""Groups of rows of a table that may lie on both sides of one cut, on average."""


@frozen
class Span:
    """The participants from ``low`` up to, and without, ``high``; without an end where it is absent."""

    low: str | None = None
    high: str | None = None


@frozen
class Group:
    """A group of rows of a Parquet file: how many, and the first and the last name in it."""

    rows: int
    low: str
    high: str


@frozen
class Grouped:
    """A table: how many rows it has, and their groups; none where its files do not say which names they hold."""

    rows: int
    groups: Sequence[Group]


def spans_of(tables: Mapping[str, Grouped], purpose: Purpose) -> tuple[Span, ...]:
    """The spans in which the tables are to be read; a single one without ends where they do not lie in order."""
    cuts = cuts_of(tables["participants"].groups, PEOPLE_IN_A_SPAN[purpose])
    for each in tables.values():
        read_twice = sum(1 for group in each.groups for cut in cuts if group.low < cut <= group.high)
        if read_twice > MOST_READ_TWICE * len(cuts):
            return (Span(),)
    ends = (None, *cuts, None)
    return tuple(Span(low, high) for low, high in pairwise(ends))


def groups_of(connection: Connection, files: Mapping[str, Table]) -> Mapping[str, Grouped]:
    """How the rows of each table are grouped, as the files say that are its own."""
    whose = {str(path): name for name, table in files.items() for path in table.paths}
    metadata = parquet([path for table in files.values() for path in table.paths]).this
    origin = exp.Table(this=call("parquet_metadata", metadata.expressions[0]))
    asked = ("file_name", "path_in_schema", "row_group_num_rows", "stats_min_value", "stats_max_value")
    headings = [exp.Literal.string(name) for name in {each.headings["participant"]: None for each in files.values()}]
    is_who = column("path_in_schema").isin(*headings, copy=False)
    rows: dict[str, list[tuple[object, ...]]] = {name: [] for name in files}
    for file, heading, *group in rows_of(connection, selected(origin, *map(column, asked), where=is_who)):
        name = whose[str(file)]
        if heading == files[name].headings["participant"]:
            rows[name].append(tuple(group))
    return {name: grouped(each) for name, each in rows.items()}


def grouped(found: Sequence[tuple[object, ...]]) -> Grouped:
    """A table of which the rows, the first and the last name of each group are found."""
    groups = [Group(whole(rows), str(low), str(high)) for rows, low, high in found]
    is_told = all(low is not None and high is not None for _, low, high in found)
    return Grouped(sum(group.rows for group in groups), groups if is_told else ())


def cuts_of(groups: Sequence[Group], most: int) -> tuple[str, ...]:
    """The names at which a span ends and another begins."""
    cuts: list[str] = []
    count = 0
    for group in sorted(groups, key=lambda each: each.low):
        if count >= most:
            cuts.append(group.low)
            count = 0
        count += group.rows
    return tuple(dict.fromkeys(cuts))


def bounded(files: Mapping[str, Table], spans: Sequence[Span]) -> Mapping[str, Table]:
    """The tables as a statement reads them within a span."""
    return {name: evolve(table, is_bounded=len(spans) > 1) for name, table in files.items()}


def one_by_one(connection: Connection, spans: Sequence[Span]) -> Iterator[Span]:
    """Each span in turn, with the connection in it; where there is but one, no statement asks for its ends."""
    for span in spans:
        if len(spans) > 1:
            enter(connection, span)
        yield span


def enter(connection: Connection, span: Span) -> None:
    """Let a connection read the rows of a span."""
    for name, end in ((LOW, span.low), (HIGH, span.high)):
        # A null of no kind is a number to DuckDB 1, which compares no name with it.
        value = cast(exp.null() if end is None else exp.Literal.string(end), "varchar")
        connection.execute(f"set variable {name} = {text_of(value)}")


def at_once(connection: Connection, spans: Sequence[Span], act: Callable[[Connection, int], None]) -> Iterator[None]:
    """Do something in every span, of a number, with a connection that is in it, in some of them at once.

    Yields as each is done. What stops one of them, or whoever waits, stops the others.
    """
    setting = query_of(call("current_setting", exp.Literal.string("threads")))
    threads = whole(single(connection, setting)[0]) if len(spans) > 1 else 1
    if threads < AT_ONCE:
        for place, _ in enumerate(one_by_one(connection, spans)):
            act(connection, place)
            yield
        return
    cursors = [connection.cursor() for _ in range(AT_ONCE)]
    free: SimpleQueue[Connection] = SimpleQueue()
    for cursor in cursors:
        free.put(cursor)

    def judged(place: int) -> None:
        cursor = free.get()
        try:
            enter(cursor, spans[place])
            act(cursor, place)
        finally:
            free.put(cursor)

    # Whoever waits for a statement works on it, beside the threads that all share.
    connection.execute(f"set threads = {threads - AT_ONCE + 1}")
    pool = ThreadPoolExecutor(AT_ONCE)
    judging = [pool.submit(judged, place) for place in range(len(spans))]
    try:
        for done in as_completed(judging):
            yield done.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        while not all(each.done() for each in judging):
            for cursor in cursors:  # again and again: one that is between two statements goes on to the next
                cursor.interrupt()
            wait(judging, PAUSE)
        pool.shutdown()
        connection.execute(f"set threads = {threads}")
