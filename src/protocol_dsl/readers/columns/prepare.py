"""A study folder made ready for columns: its cut-off, its names, its tables as trees."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar

from sqlglot import exp

from protocol_dsl.base.values import frozen
from protocol_dsl.model.columns import (
    DOSES,
    EVENTS,
    HELD_ROWS,
    LABELLED,
    MEDICATIONS,
    PEOPLE,
    READINGS,
    VISITS,
    Layout,
    asks_of_any_medication,
    readings_asked,
    visits_asked,
)
from protocol_dsl.model.records import Cutoff
from protocol_dsl.model.study import StudyModel
from protocol_dsl.readers.columns.doses import dose_rows
from protocol_dsl.readers.columns.looks import latest_day, seen_tables, without_times
from protocol_dsl.readers.columns.people import choices_in, people
from protocol_dsl.readers.columns.probes import Meaning, Probes
from protocol_dsl.readers.columns.seen import Seen, look_through
from protocol_dsl.readers.columns.several import in_several_rows, others_than
from protocol_dsl.readers.columns.source import Table, rows_of
from protocol_dsl.readers.columns.spans import Span, bounded, groups_of, spans_of
from protocol_dsl.readers.columns.strangers import leave, written_otherwise
from protocol_dsl.readers.columns.tables import (
    DAYS,
    Names,
    choices_among,
    event_rows,
    medication_rows,
    reading_rows,
    visit_rows,
)
from protocol_dsl.readers.columns.visits import (
    has_nameless,
    has_skipped,
    held_rows,
    labelled_rows,
    make_labels,
    planned_visit_rows,
    visits_of_readings,
)
from protocol_dsl.readers.connections import Connection
from protocol_dsl.readers.layout import UNREAD_TABLES, Purpose
from protocol_dsl.trees import cast, column, named, query_of, selected, within

Held = TypeVar("Held")


@frozen
class NotRead:
    """Rows that are not read: names that the protocol never mentions, and days after the cut-off, by table."""

    unused: Mapping[tuple[str, str], int]
    after_cutoff: Mapping[str, int]


@frozen
class Prepared:
    """What a statement reads: each table's tree by the name the statement calls it.

    ``absent`` are tables that the folder does not have, ``strangers`` those with rows of no known participant, ``read``
    those that the command reads. ``inside`` are the tables as the statement reads them, in each of the ``spans`` in
    turn. ``not_read`` counts rows of everybody, as far as columns can read them.
    """

    tables: Mapping[str, exp.Select]
    absent: frozenset[str]
    files: Mapping[str, Table]
    inside: Mapping[str, Table]
    spans: tuple[Span, ...]
    cutoff: Cutoff
    has_empty_readings: bool
    has_words_for_numbers: bool
    has_timed_readings: bool
    events_present: int
    has_skipped_visits: bool
    has_nameless_visits: bool
    earliest_visit: int | None
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
    groups = groups_of(connection, files)
    spans = spans_of(groups, purpose)
    inside = bounded(files, spans)
    several = in_several_rows(connection, inside["participants"], groups["participants"].rows, spans)
    given = Cutoff(None) if as_of is None else Cutoff(as_of, is_given=True)
    seen, strangers = seen_tables(connection, files, groups, spans, given)
    leave(connection, several)
    files, seen = without_times(connection, files, spans, given, seen, strangers)
    inside = bounded(files, spans)
    cutoff = Cutoff(latest_day(connection, files, seen)) if as_of is None else given
    read = files.keys() - UNREAD_TABLES[purpose]
    names, unused = known_names(connection, only(seen, read), model, layout)
    made = event_and_other_rows(only(inside, read), names, model, layout, cutoff, purpose)
    if purpose != "screen":
        made = {**made, **rows_of_visits(only(inside, read), names, model, cutoff)}
    if "readings" in files and files["readings"].has("visit") and (purpose != "screen" or visits_asked(model)):
        make_labels(connection, files["readings"].everything, model)
    has_words = "readings" in seen and are_words_for_numbers(seen["readings"], names["readings"], model)
    choice = choices_in(connection, files["participants"], model)
    everybody = people(inside["participants"], model, purpose, choice)
    tables: dict[str, exp.Select] = {PEOPLE: others_than(several, everybody)}
    wanted = {
        EVENTS,
        READINGS,
        MEDICATIONS,
        *([HELD_ROWS] if visits_asked(model) else []),
        *([] if purpose == "screen" else [DOSES, LABELLED]),
    }
    absent = frozenset(wanted - made.keys())
    tables |= {name: nobody(name) for name in sorted(absent)}
    return Prepared(
        tables={**tables, **made},
        absent=absent,
        files=files,
        inside=inside,
        spans=spans,
        cutoff=cutoff,
        has_empty_readings=has_words or ("readings" in seen and seen["readings"].may_have_empty),
        has_words_for_numbers=has_words,
        has_timed_readings="readings" in files and files["readings"].is_timed,
        events_present=names["events"].present if "events" in names else 0,
        has_skipped_visits="visits" in names and has_skipped(names["visits"]),
        has_nameless_visits="visits" in names and has_nameless(names["visits"]),
        earliest_visit=earliest_visit(seen),
        strangers=strangers,
        names=names,
        read=frozenset(read),
        not_read=NotRead(unused, after(only(seen, read))),
    )


def known_names(
    connection: Connection, seen: Mapping[str, Seen], model: StudyModel, layout: Layout
) -> tuple[Mapping[str, Names], Mapping[tuple[str, str], int]]:
    """What the names of each table mean, and how many rows have one that the protocol never mentions."""
    probes = Probes(model, layout)
    ask: Mapping[str, Callable[[Sequence[str]], Meaning]] = {
        "events": probes.event,
        "readings": probes.reading,
        "medications": probes.medication,
        "visits": probes.visit,
        "administrations": probes.dose,
    }
    unused: Counter[tuple[str, str]] = Counter()
    names: dict[str, Names] = {}
    # A row about any drug at all may show that somebody asked for the medications.
    keeping = {"medications"} if asks_of_any_medication(model) else set()
    for name, one in ask.items():
        if name in seen:
            found = seen[name].names
            meant = {key: one(key) for key in found}
            names[name] = Names(name, meant, layout.kind_of_bits(name), name in keeping)
            unused += unused_of(name, meant, found)
            for statement in names[name].statements():
                connection.execute(statement)
    return names, unused


def event_and_other_rows(  # noqa: PLR0913, PLR0917 - the tables, and what they are read for
    files: Mapping[str, Table],
    names: Mapping[str, Names],
    model: StudyModel,
    layout: Layout,
    cutoff: Cutoff,
    purpose: Purpose,
) -> Mapping[str, exp.Select]:
    """The tables that the folder has, besides that of participants."""
    milestones = sum(layout.event_bit(one.name) for one in model.vocabulary.milestones)
    tables: dict[str, exp.Select] = {}
    if "events" in files:
        tables[EVENTS] = event_rows(files["events"], names["events"], milestones, cutoff)
    if "readings" in files:
        asked = readings_asked(model, has_questions=purpose != "screen")
        tables[READINGS] = reading_rows(files["readings"], names["readings"], model, cutoff, asked)
    if "medications" in files:
        tables[MEDICATIONS] = medication_rows(
            files["medications"], names["medications"], cutoff, has_drug=purpose != "screen"
        )
    if "visits" in files:
        tables[VISITS] = visit_rows(files["visits"], names["visits"], cutoff)
        if visits_asked(model):
            tables[HELD_ROWS] = held_rows(files["visits"], names["visits"], cutoff)
    if "administrations" in files:
        tables[DOSES] = dose_rows(files["administrations"], names["administrations"], cutoff)
    return tables


def rows_of_visits(
    files: Mapping[str, Table], names: Mapping[str, Names], model: StudyModel, cutoff: Cutoff
) -> Mapping[str, exp.Select]:
    """The tables of which rows belong to visits, as far as the folder has them."""
    tables: dict[str, exp.Select] = {}
    if "visits" in files:
        tables[VISITS] = planned_visit_rows(files["visits"], names["visits"], model, cutoff)
    if "readings" in files:
        tables[LABELLED] = labelled_rows(files["readings"], names["readings"], model, cutoff)
        if "visits" not in files and files["readings"].has("visit"):
            tables[VISITS] = visits_of_readings()
    return tables


def not_read(connection: Connection, prepared: Prepared, people_table: str) -> NotRead:
    """The rows of some participants that columns counted as not read; of those of nobody they counted none."""
    people = prepared.files["participants"]
    is_known = within(column("participant"), selected(people.origin, people.cell("participant")))
    some = selected(people_table, "participant", where=is_known)
    if not rows_of(connection, some.copy().limit(1, copy=False)):
        return NotRead({}, {})
    who = selected(some.union(written_otherwise(), distinct=False).subquery("some", copy=False), "participant")
    unused: Counter[tuple[str, str]] = Counter()
    seen: dict[str, Seen] = {}
    for name, table in only(prepared.files, prepared.read).items():
        is_asked = name in prepared.names and any(one.is_unused for one in prepared.names[name].meanings.values())
        if name != "participants" and (is_asked or prepared.cutoff.is_given):
            seen[name] = look_through(connection, table, prepared.cutoff, who)
        if is_asked:
            unused += unused_of(name, prepared.names[name].meanings, seen[name].names)
    return NotRead(unused, after(seen))


def are_words_for_numbers(seen: Seen, names: Names, model: StudyModel) -> bool:
    """Whether some value begins with a letter, of a measure that is no choice."""
    choices = choices_among(model, names)
    meant = (names.meanings[name] for name in seen.worded if name in names.meanings)
    return any(not one.is_unused and one.bits not in choices for one in meant)


COLUMNS: Mapping[str, Mapping[str, str]] = {
    EVENTS: {"participant": "varchar", "what": "bigint", "first_day": "date", "last_day": "date", "odd": "boolean"},
    READINGS: {"participant": "varchar", "measure": "bigint", "day": "date", "day_number": "bigint"}
    | {"low": "bigint", "high": "bigint", "normal_low": "bigint", "normal_high": "bigint"}
    | {"visit": "integer", "odd": "boolean"},
    MEDICATIONS: {
        "participant": "varchar",
        "drugs": "bigint",
        "drug": "varchar",
        "start_first": "date",
        "start_last": "date",
    }
    | {"end_first": "date", "end_last": "date", "odd": "boolean"},
    HELD_ROWS: {"participant": "varchar", "visit": "integer", "day": "date"}
    | {"is_ended": "boolean", "is_open": "boolean"},
    LABELLED: {"participant": "varchar", "measure": "bigint", "visit": "integer", "day": "date"}
    | {"is_recorded": "boolean"},
    DOSES: {"participant": "varchar", "treatment": "bigint", **dict.fromkeys(DAYS, "date"), "end_day": "date"}
    | {"cycle": "bigint", "amount": "bigint", "unit": "bigint", "times": "bigint", "level": "bigint"}
    | {"route": "varchar", "goes_on": "boolean", "is_open": "boolean", "is_given": "boolean", "odd": "boolean"},
}


def nobody(table: str) -> exp.Select:
    """A table that the folder does not have: no row."""
    columns = [named(cast(exp.null(), kind), name) for name, kind in COLUMNS[table].items()]
    return query_of(*columns).where(exp.false(), copy=False)


def earliest_visit(seen: Mapping[str, Seen]) -> int | None:
    """The earliest fully known day of a row of visits, or of readings that stand for them, as an ordinal number."""
    found = seen.get("visits", seen.get("readings"))
    return None if found is None else found.earliest


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


def after(seen: Mapping[str, Seen]) -> Mapping[str, int]:
    """Rows dated after a given cut-off, by table."""
    return {name: each.late for name, each in seen.items() if each.late}


def only(tables: Mapping[str, Held], names: Collection[str]) -> dict[str, Held]:
    """Some of the tables, in their order."""
    return {name: each for name, each in tables.items() if name in names}
