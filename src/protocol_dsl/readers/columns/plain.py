"""A study's tables in a database, by their plain names: the trees of a statement that stands alone, and reads no data.

Every column of the published page is expected, as text or typed; each is read as its text.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from sqlglot import exp

from protocol_dsl.base.values import frozen
from protocol_dsl.model.columns import (
    EVENTS,
    HELD_ROWS,
    MEDICATIONS,
    PARTICIPANT,
    PEOPLE,
    READINGS,
    VISITS,
    Layout,
    readings_asked,
    visits_asked,
)
from protocol_dsl.model.records import Cutoff
from protocol_dsl.model.study import StudyModel
from protocol_dsl.readers.columns.cells import DAY, day, text
from protocol_dsl.readers.columns.people import choices_known, people
from protocol_dsl.readers.columns.probes import Probes
from protocol_dsl.readers.columns.several import PLAIN_NAME
from protocol_dsl.readers.columns.spelled import (
    PLAIN,
    event_names,
    folded,
    medication_names,
    reading_names,
    trimmed,
)
from protocol_dsl.readers.columns.spelled_visits import reading_labels, visit_names
from protocol_dsl.readers.columns.tables import (
    KEYS,
    LAST,
    event_rows,
    medication_rows,
    reading_rows,
    visit_rows,
)
from protocol_dsl.readers.columns.visits import held_rows
from protocol_dsl.readers.layout import FOLDED, LAYOUTS
from protocol_dsl.readers.names import fold
from protocol_dsl.trees import (
    all_of,
    any_of,
    call,
    case,
    cast,
    column,
    named,
    negated,
    query_of,
    selected,
    try_cast,
    within,
)

CUTOFF, REPEATED = "cut_off", "repeated"
UNREAD = frozenset(
    {
        ("participants", "arm"),
        *(("medications", each) for each in ("dose", "unit", "route")),
        ("visits", "reason"),
    }
)
"""Columns that no rule of entry reads."""
LABELS_OF_VISITS = frozenset({("readings", "visit")})
RENAMED = {"end": "until"}
"""Columns whose name is a word of SQL."""
DATE = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
CLOCK = "^[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.,][0-9]{1,9})?)?(Z|[+-][0-9][0-9](:?[0-9][0-9])?)?$"


@frozen
class PlainTable:
    """The cells of a table as texts, names folded, in a step of the statement."""

    name: str
    columns: tuple[str, ...]
    is_timed: bool = False

    @property
    def origin(self) -> exp.Expr:
        """The step."""
        return exp.to_table(f"{self.name}_cells")

    def has(self, column_: str) -> bool:
        """Whether the table has the column."""
        return column_ in self.columns

    def cell(self, column_: str) -> exp.Expr:
        """A column as its text."""
        return column(RENAMED.get(column_, column_)) if self.has(column_) else cast(exp.null(), "varchar")

    def text(self, column_: str) -> exp.Expr:
        """A column of names, folded."""
        return column(column_) if self.has(column_) else text("")

    def kind(self, column_: str) -> str:
        """Everything is text."""
        del column_
        return "VARCHAR"


def plain_tables(model: StudyModel) -> Mapping[str, PlainTable]:
    """The tables that a statement of eligibility reads, with their columns."""
    attributes = tuple(fold(one.name) for one in model.vocabulary.attributes)
    unread = UNREAD if visits_asked(model) else UNREAD | LABELS_OF_VISITS
    found = {}
    for name, layout in LAYOUTS.items():
        if name != "administrations":
            columns = dict.fromkeys((*layout.columns, *(attributes if name == "participants" else ())))
            read = tuple(each for each in columns if (name, each) not in unread)
            found[name] = PlainTable(name, read, is_timed=name == "readings")
    return found


def plain_steps(model: StudyModel, layout: Layout, as_of: int | None, schema: str) -> Mapping[str, exp.Select]:
    """The steps that read the tables of a study, by name, each before those that read it.

    Args:
        model: The protocol.
        layout: Its bits and numbers.
        as_of: The cut-off as a day number; without one, the latest day of the data.
        schema: What stands before the name of each table, with a point in it or none; nothing where it is empty.
    """
    catalogue, _, db = schema.rpartition(".")

    def place(table: str) -> exp.Table:
        return exp.table_(table, db=db or None, catalog=catalogue or None, quoted=False)

    tables = plain_tables(model)
    probes = Probes(model, layout)
    cutoff = Cutoff(as_of, is_given=as_of is not None)
    steps = {f"{name}_cells": cells(table, place(name), model) for name, table in tables.items()}
    steps[REPEATED] = repeated(tables, place, labelled=("readings", "visits") if visits_asked(model) else ())
    latest = None
    if as_of is None:
        steps[CUTOFF] = latest_day(place)
        chosen = selected(CUTOFF, "last_day").subquery(copy=False)
        latest = call("coalesce", chosen, day(LAST))
    names = {
        "events": event_names(probes, model),
        "readings": reading_names(probes, model),
        "medications": medication_names(probes, model),
        "visits": visit_names(probes, model),
    }
    for one in names.values():
        steps |= one.steps
    if visits_asked(model):
        steps |= reading_labels(probes)
        steps[HELD_ROWS] = held_rows(tables["visits"], names["visits"].names, cutoff)
    milestones = sum(layout.event_bit(one.name) for one in model.vocabulary.milestones)
    steps[PEOPLE] = people(tables["participants"], model, "screen", choices_known(tables["participants"], model))
    steps[EVENTS] = event_rows(tables["events"], names["events"].names, milestones, cutoff, latest)
    of_readings = readings_asked(model, has_questions=False)
    steps[READINGS] = reading_rows(tables["readings"], names["readings"].names, model, cutoff, of_readings)
    steps[MEDICATIONS] = medication_rows(tables["medications"], names["medications"].names, cutoff, latest)
    steps[VISITS] = visit_rows(tables["visits"], names["visits"].names, cutoff)
    return steps


def raw(name: str) -> exp.Expr:
    """A column of the database as text."""
    return cast(exp.column(exp.to_identifier(name, quoted=name in RENAMED)), "varchar")


def cells(table: PlainTable, place: exp.Table, model: StudyModel) -> exp.Select:
    """Every cell as its text: names folded, units without blanks around them, everything else as it stands."""
    names = set(KEYS.get(table.name, ())) - {"unit"}
    if table.name == "participants":
        kinds = {fold(one.name): one.kind for one in model.vocabulary.attributes} | {"sex": "choice"}
        names = {name for name, kind in kinds.items() if kind not in {"number", "date"}} - {"site"}
    elif table.name == "readings":
        names |= {"visit"}
    found = []
    for name in table.columns:
        cell = raw(name)
        if name in names:
            cell = folded(cell)
        elif name in {"participant", "unit", "site"}:
            cell = trimmed(cell)
        found.append(named(cell, RENAMED.get(name, name)))
    return selected(place, *found)


def compared(name: str) -> exp.Expr:
    """A column of the database as rows are compared with each other."""
    return folded(raw(name)) if name in FOLDED else trimmed(raw(name))


def repeated(tables: Iterable[str], place: Callable[[str], exp.Table], *, labelled: Sequence[str] = ()) -> exp.Select:
    """The participants who may have the same row twice, stand twice, or have a name that is not plain.

    So are those with a label of a visit that is not plain, in the tables ``labelled``.
    """
    name = named(trimmed(raw(PARTICIPANT)), PARTICIPANT)
    found: list[exp.Select] = []
    for table in tables:
        others = [] if table == "participants" else LAYOUTS[table].columns[1:]
        texts = [named(compared(each), f"cell_{each}") for each in others]
        inner = selected(place(table), name.copy(), *texts).subquery("cells", copy=False)
        counted = exp.Count(this=exp.Star()) > 1
        keys = [column(PARTICIPANT), *(column(each.alias) for each in texts)]
        found.append(selected(inner, PARTICIPANT).group_by(*keys, copy=False).having(counted, copy=False))
    for table in labelled:
        label = trimmed(raw("visit"))
        is_plain = any_of(label.eq(text("")), exp.RegexpLike(this=label.copy(), expression=text(PLAIN)))
        found.append(selected(place(table), name.copy(), where=negated(is_plain)))
    is_plain = exp.RegexpLike(this=name.this.copy(), expression=text(PLAIN_NAME))
    found.append(selected(place("participants"), name.copy(), where=negated(is_plain)))
    return selected(together(found).subquery("several", copy=False), PARTICIPANT).distinct(copy=False)


def together(queries: Sequence[exp.Select]) -> exp.Select | exp.Union:
    """The rows of all queries."""
    found: exp.Select | exp.Union = queries[0]
    for one in queries[1:]:
        found = exp.union(found, one, distinct=False)
    return found


def latest_day(place: Callable[[str], exp.Table]) -> exp.Select:
    """The latest fully known day among the dated rows of known participants; a time of day may follow it."""
    found: list[exp.Select] = []
    for layout in LAYOUTS.values():
        if layout.date is not None:
            inner = query_of(named(trimmed(raw(PARTICIPANT)), PARTICIPANT), named(trimmed(raw(layout.date)), "written"))
            found.append(inner.from_(place(layout.table), copy=False))
    known = selected(place("participants"), trimmed(raw(PARTICIPANT)))
    rest = call("substr", column("written"), exp.Literal.number(str(DAY + 1)))
    written_day = call("left", column("written"), exp.Literal.number(str(DAY)))
    is_day = all_of(
        exp.RegexpLike(this=written_day, expression=text(DATE)),
        any_of(rest.copy().eq(text("")), exp.RegexpLike(this=rest.copy(), expression=text(CLOCK))),
    )
    found_day = try_cast(written_day.copy(), "date")
    query = query_of(named(exp.Max(this=case((is_day, found_day))), "last_day"))
    return query.from_(together(found).subquery("dated", copy=False), copy=False).where(
        within(column(PARTICIPANT), known), copy=False
    )
