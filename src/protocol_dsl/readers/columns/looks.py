"""The passes over all tables before anything is judged: who is in them, and what their names and dates are."""

from collections.abc import Mapping, Sequence

from attrs import evolve
from sqlglot import exp

from protocol_dsl.model.records import Cutoff
from protocol_dsl.readers.columns.seen import Seen, look_through, timed_days, together
from protocol_dsl.readers.columns.source import Table
from protocol_dsl.readers.columns.spans import Grouped, Span, bounded, one_by_one
from protocol_dsl.readers.columns.strangers import find_strangers, written_otherwise
from protocol_dsl.readers.connections import Connection
from protocol_dsl.readers.layout import LAYOUTS
from protocol_dsl.trees import named, selected


def seen_tables(
    connection: Connection,
    files: Mapping[str, Table],
    groups: Mapping[str, Grouped],
    spans: Sequence[Span],
    cutoff: Cutoff,
) -> tuple[Mapping[str, Seen], frozenset[str]]:
    """What one pass over each table tells, and the tables with rows of nobody in ``participants``.

    A table in which somebody's rows may be written otherwise is looked through once more.
    """
    others = [name for name in files if name != "participants"]
    seen = looked_through(connection, files, spans, cutoff, others)
    short = {name: files[name] for name in others if groups[name].rows != seen[name].rows}
    strangers = find_strangers(connection, {"participants": files["participants"], **short})
    return {**seen, **of_everyone(connection, files, cutoff, sorted(strangers))}, strangers


def without_times(  # noqa: PLR0913, PLR0917 - what was seen, and of what
    connection: Connection,
    files: Mapping[str, Table],
    spans: Sequence[Span],
    cutoff: Cutoff,
    seen: Mapping[str, Seen],
    strangers: frozenset[str],
) -> tuple[Mapping[str, Table], Mapping[str, Seen]]:
    """The tables, and what is seen in them, where a time of day makes a difference to what a date says.

    Rarely worth its time, it is looked at only where there is one: for readings, and for what is after a cut-off.
    """
    timed = [name for name, each in seen.items() if each.is_timed and (name == "readings" or cutoff.is_given)]
    if not timed:
        return files, seen
    files = {**files, **{name: evolve(files[name], is_timed=True) for name in timed}}
    ours = looked_through(connection, files, spans, cutoff, [name for name in timed if name not in strangers])
    others = of_everyone(connection, files, cutoff, [name for name in timed if name in strangers])
    return files, {**seen, **ours, **others}


def looked_through(
    connection: Connection, files: Mapping[str, Table], spans: Sequence[Span], cutoff: Cutoff, names: Sequence[str]
) -> dict[str, Seen]:
    """What one pass over each of the tables called so tells of the rows of those in ``participants``."""
    inside = bounded(files, spans)
    known = selected(inside["participants"].origin, inside["participants"].cell("participant"))
    parts: dict[str, list[Seen]] = {name: [] for name in names}
    for _ in one_by_one(connection, spans):
        for name in names:
            parts[name].append(look_through(connection, inside[name], cutoff, known))
    return {name: together(each) for name, each in parts.items()}


def of_everyone(
    connection: Connection, files: Mapping[str, Table], cutoff: Cutoff, names: Sequence[str]
) -> dict[str, Seen]:
    """The same, however their rows write who they are."""
    return {name: look_through(connection, files[name], cutoff, everyone(files)) for name in names}


def latest_day(connection: Connection, files: Mapping[str, Table], seen: Mapping[str, Seen]) -> int | None:
    """The latest fully known day of a known participant's rows, as an ordinal number."""
    found: list[int] = []
    for name, each in seen.items():
        if LAYOUTS[name].date is None:
            continue
        if each.latest is not None:
            found.append(each.latest)
        if each.is_timed:
            found += timed_days(connection, files[name], everyone(files))
    return max(found, default=None)


def everyone(files: Mapping[str, Table]) -> exp.Select:
    """The names of all participants, however a row writes them."""
    people = files["participants"]
    names = selected(people.origin, named(people.cell("participant"), "participant"))
    return selected(names.union(written_otherwise(), distinct=False).subquery("everyone", copy=False), "participant")
