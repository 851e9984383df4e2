"""Visits as columns, and the visit that each reading is labelled with: what ``check`` reads of them."""

from collections.abc import Mapping

from sqlglot import exp

from protocol_dsl.model.columns import (
    ANOTHER_LABEL,
    LABEL_BEYOND,
    LABELLED,
    NO_LABEL,
    ODD,
    PARTICIPANT,
    NotInColumnsError,
)
from protocol_dsl.model.listed import BEYOND, listed_visits, visit_of_terminations, visits_at_withdrawal
from protocol_dsl.model.records import Cutoff
from protocol_dsl.model.study import StudyModel, studies_of
from protocol_dsl.readers.columns.cells import day_cell, is_word, stepped, text, without_time
from protocol_dsl.readers.columns.probes import VISIT_STATUSES
from protocol_dsl.readers.columns.source import TEXT, Table, Tabled, rows_of
from protocol_dsl.readers.columns.tables import (
    BITS,
    DAYS,
    LABELS,
    LEVEL,
    NAME_ODD,
    ROUTE,
    VISIT,
    Names,
    choices_among,
    day_read,
    days_of,
    ended,
    joined,
    labelled,
    until,
)
from protocol_dsl.readers.connections import Connection
from protocol_dsl.readers.visit_names import VisitNames
from protocol_dsl.trees import (
    all_of,
    any_of,
    call,
    cast,
    column,
    is_null,
    named,
    named_table,
    negated,
    query_of,
    selected,
    text_of,
)

MOST_LABELS = 10_000
HELD, EARLY_TERMINATION = (VISIT_STATUSES.index(status) for status in ("held", "early termination"))


def has_skipped(names: Names) -> bool:
    """Whether some row of visits says that it was not held, or that participation ended with it."""
    return any(one.level != HELD for one in names.meanings.values())


def has_nameless(names: Names) -> bool:
    """Whether some row of visits says that one without a label was held."""
    return any(one.level == HELD and not one.route for one in names.meanings.values())


def planned_visit_rows(table: Table, names: Names, model: StudyModel, cutoff: Cutoff) -> exp.Select:
    """Rows of visits; ``day`` is null where it is not certain.

    Such a row of a visit held, or of an early termination, leaves open which visit it is, and so do one without a label
    where windows move or visits are in a series, and an early termination where several visits are planned at
    withdrawal, or one of some arms.
    """
    when = day_cell(day_text(table, "date"), table.kind("date"), "date")
    is_held = column(LEVEL).eq(HELD)
    is_ended = column(LEVEL).eq(EARLY_TERMINATION)
    odd: list[exp.Expr] = [column(NAME_ODD), when.is_odd]
    is_open = [all_of(any_of(is_held.copy(), is_ended), is_null(when.known))]
    if any(visit.is_moved or visit.series is not None for study in studies_of(model) for visit in study.visits):
        is_open.append(all_of(is_held.copy(), column(ROUTE).eq(text(""))))
        odd.append(column(BITS).eq(BEYOND))
    if visits_at_withdrawal(model) and visit_of_terminations(model) is None:
        is_open.append(is_ended.copy())
    cells, end = [when], None
    if table.has("end_date"):
        end = ended(table, "end_date", when, odd)
        cells.append(end)
    query = stepped(joined(table, names, BITS, LEVEL, ROUTE), *cells)
    query = selected(
        query.subquery("steps", copy=False),
        column(PARTICIPANT),
        named(column(BITS), "visit"),
        *days_of(when, end, cutoff),
        named(is_held.copy(), "is_held"),
        named(is_ended.copy(), "is_ended"),
        named(column(ROUTE), "label"),
        named(any_of(*is_open), "is_open"),
        named(any_of(*odd), ODD),
    )
    return until(query, when, cutoff)


def labelled_rows(table: Table, names: Names, model: StudyModel, cutoff: Cutoff) -> exp.Select:
    """The measure, the visit and the day of each reading, and whether it has a value; its oddity is told elsewhere."""
    when = day_cell(day_read(table), table.kind("date"), "date")
    value = table.cell("value")
    is_recorded: exp.Expr = negated(value.copy().is_(exp.null()))
    if table.kind("value") == TEXT:
        is_recorded = call("coalesce", exp.Trim(this=value.copy()).neq(text("")), exp.false())
        choices = choices_among(model, names)
        of_words = exp.column(BITS, table=names.temporary).isin(*choices, copy=False) if choices else exp.false()
        is_recorded = all_of(is_recorded, any_of(negated(is_word(value.copy())), of_words))
    query = labelled(joined(table, names, BITS), table).select(named(is_recorded, "is_recorded"), copy=False)
    query = stepped(query, when)
    query = selected(
        query.subquery("steps", copy=False),
        column(PARTICIPANT),
        named(column(BITS), "measure"),
        column(VISIT),
        named(when.first, "day"),
        column("is_recorded"),
    )
    return until(query, when, cutoff)


def visits_of_readings() -> exp.Select:
    """Visits where the data have no table of them: the first reading that a visit is the label of is its day.

    A reading without a label may be of any visit in whose window it lies, which leaves open which visits were held.
    There is no label, since no row of visits is an act of its own. One that columns do not list is left to the
    interpreter.
    """
    is_open = any_of(column(VISIT).eq(NO_LABEL), column("day").is_(exp.null()))
    first = exp.Min(this=column("day"))
    query = query_of(
        column(PARTICIPANT),
        column(VISIT),
        *(named(first.copy(), name) for name in DAYS[:3]),
        *(named(cast(exp.null(), "date"), name) for name in DAYS[3:]),
        named(column(VISIT) >= 0, "is_held"),
        named(exp.false(), "is_ended"),
        named(cast(exp.null(), "varchar"), "label"),
        named(call("bool_or", is_open), "is_open"),
        named(column(VISIT).eq(LABEL_BEYOND), ODD),
    )
    return query.from_(named_table(LABELLED), copy=False).group_by(column(PARTICIPANT), column(VISIT), copy=False)


def held_rows(table: Tabled, names: Names, cutoff: Cutoff) -> exp.Select:
    """Visits held and early terminations, for the readings of their days; its oddity is told elsewhere."""
    when = day_cell(day_text(table, "date"), table.kind("date"), "date")
    cells = [when]
    is_open: list[exp.Expr] = [
        column(LEVEL).eq(EARLY_TERMINATION),
        column(ROUTE).eq(text("")),
        when.is_absent,
        when.is_part,
    ]
    if table.has("end_date"):
        end = day_cell(table.cell("end_date"), table.kind("end_date"), "end")
        cells.append(end)
        is_open.append(call("coalesce", end.last.copy() > when.first.copy(), exp.false()))
    query = stepped(joined(table, names, BITS, LEVEL, ROUTE), *cells)
    query = selected(
        query.subquery("steps", copy=False),
        column(PARTICIPANT),
        named(column(BITS), VISIT),
        named(when.first, "day"),
        named(column(LEVEL).eq(EARLY_TERMINATION), "is_ended"),
        named(any_of(*is_open), "is_open"),
    )
    is_held = column(LEVEL).isin(*map(exp.convert, (HELD, EARLY_TERMINATION)), copy=False)
    return until(query.where(is_held, copy=False), when, cutoff)


def make_labels(connection: Connection, table: Table, model: StudyModel) -> None:
    """Make the table of what readings are labelled with.

    Raises:
        NotInColumnsError: There are too many labels to be those of visits.
    """
    connection.execute(f"create or replace table {LABELS} (written varchar, number integer)")
    if rows := list(labels(connection, table, model).items()):
        tuples = [exp.Tuple(expressions=[text(written), exp.convert(number)]) for written, number in rows]
        connection.execute(f"insert into {LABELS} {text_of(exp.Values(expressions=tuples))}")


def labels(connection: Connection, table: Table, model: StudyModel) -> Mapping[str, int]:
    """The number of the visit that each label of a reading names.

    Raises:
        NotInColumnsError: There are too many to be labels of visits.
    """
    query = selected(table.everything.origin, named(table.text("visit"), "written")).distinct(copy=False)
    found = [str(written) for (written,) in rows_of(connection, query.limit(MOST_LABELS + 1, copy=False))]
    if len(found) > MOST_LABELS:
        raise NotInColumnsError(f"{table.shown}: more than {MOST_LABELS:,} labels of visits")
    names = VisitNames(model)
    numbers = {visit.name: number for number, visit in enumerate(listed_visits(model))}
    return {written: number_of(names.find(written), numbers) if written.strip() else NO_LABEL for written in found}


def number_of(visit: str | None, numbers: Mapping[str, int]) -> int:
    """The number of the visit that a label names; of a series there may be members that columns do not list."""
    return ANOTHER_LABEL if visit is None else numbers.get(visit, LABEL_BEYOND)


def day_text(table: Tabled, name: str) -> exp.Expr:
    """A date cell; of a visit the day alone counts."""
    cell = table.cell(name)
    return without_time(cell) if table.kind(name) == TEXT and table.has(name) else cell
