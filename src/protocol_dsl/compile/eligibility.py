"""Eligibility of everyone as one statement: a row a participant, a column a criterion."""

from collections.abc import Callable, Collection, Mapping, Sequence

from sqlglot import exp

from protocol_dsl.base.values import frozen
from protocol_dsl.compile.amendments import Entry, compile_entry
from protocol_dsl.compile.days import date_of
from protocol_dsl.compile.gather import (
    BASE,
    CUTOFF_DAY,
    GIVEN_BETWEEN,
    HAPPENED,
    MILESTONES,
    READ,
    READ_BEFORE,
    TAKEN,
    Gather,
)
from protocol_dsl.compile.held import HELD_DAYS, held_days, held_flags
from protocol_dsl.compile.hours import leave_timed
from protocol_dsl.compile.points import (
    FIRST_DOSES,
    day_of,
    disagreeing,
    first_doses,
    given_between,
    late_screening,
    milestone_aggregates,
)
from protocol_dsl.compile.steps import Steps
from protocol_dsl.compile.tables import step
from protocol_dsl.model.columns import (
    EVENTS,
    MEDICATIONS,
    ODD,
    PARTICIPANT,
    PEOPLE,
    READINGS,
    VISITS,
    NotInColumnsError,
    layout_of,
)
from protocol_dsl.model.study import StudyModel
from protocol_dsl.trees import any_of, call, cast, column, named, named_table, query_of, selected

VISITED, VERSION, SCREENED = "visited", "version", "screened"
ONCE = ("randomization", "death", "withdrawal")
"""Milestones that happen on one day; rows that disagree are a data problem."""


@frozen
class Statement:
    """The statement that judges, and what each of its columns is.

    Columns: ``participant``, ``site``, ``point`` (a date), ``odd``, for an amended protocol ``version`` (the number of
    that in force), where it is not judged at screening ``screened`` (whether there was one), then ``c0``, ``c1``, ...
    (0 not met, 1 unknown, 2 met) and ``b0``, ``b1``, ... (whether a boundary case), in the order of the criteria; null
    for what the version in force does not ask. The point is null for whoever has no such day.
    """

    query: exp.Select


@frozen
class EntryStatements:
    """What several steps of a statement that judges entry read, each after those that it reads, and that statement."""

    steps: Mapping[str, str]
    judging: str


@frozen(kw_only=True)
class Data:
    """What is known of the data before they are judged, so that the statement asks for no more than it must.

    ``tables`` are those there are; ``has_timed_readings`` whether a time of day is known of some; ``events_present``
    the bits of the events that they hold at all; ``has_skipped_visits`` whether a row of visits is of one that was not
    held, or with which participation ended; ``has_nameless_visits`` whether one is of a visit without a label;
    ``earliest_visit`` the earliest fully known day of a row of visits, as an ordinal number.
    """

    tables: frozenset[str] = frozenset({EVENTS, READINGS, MEDICATIONS})
    has_empty_readings: bool = True
    has_timed_readings: bool = False
    events_present: int = -1
    has_skipped_visits: bool = True
    has_nameless_visits: bool = True
    earliest_visit: int | None = None


def eligibility_statement(model: StudyModel, data: Data = Data()) -> Statement:  # noqa: B008 -- a frozen value
    """The statement over the tables of :mod:`protocol_dsl.model.columns`.

    Raises:
        NotInColumnsError: A criterion has a construct that columns do not judge, or there is no eligibility point.
    """
    if model.eligibility_point is None:
        raise NotInColumnsError("a protocol without a point of eligibility")
    gather = Gather(model, layout_of(model), model.eligibility_point, data.has_empty_readings, data.has_timed_readings)
    entry = compile_entry(model, gather)
    leave_timed(gather)
    parts = common_tables(gather, data)
    query = judged(entry, [name for name, _ in parts if name not in {MILESTONES, HELD_DAYS, BASE}], gather.left)
    query.set("with_", exp.With(expressions=[step(name, body) for name, body in parts]))
    return Statement(query)


def entry_statements(
    found: Statement,
    tables: Mapping[str, exp.Select],
    write: Callable[[exp.Query], str],
    ready: Collection[str] = frozenset(),
) -> EntryStatements:
    """The statement over the ``tables`` in parts, texts as ``write`` makes them; ``ready`` are steps held already."""
    query = found.query.copy()
    bodies = {**tables, **{each.alias: each.this for each in query.ctes}}
    query.set("with_", None)
    steps = Steps(bodies, (query,), ready)
    return EntryStatements({name: write(body) for name, body in steps.held.items()}, write(steps.over(query)))


def judged(entry: Entry, aggregates: Sequence[str], left: Sequence[exp.Expr]) -> exp.Select:
    """The last step: everyone with their aggregates, each criterion a column; ``left`` makes a participant odd."""
    odd: exp.Expr = column(ODD, BASE)
    for condition in left:
        odd = any_of(odd, call("coalesce", condition, exp.false()))
    for table in aggregates:
        odd = any_of(odd, call("coalesce", column(ODD, table), exp.false()))
    asked = [column(PARTICIPANT, BASE), column("site", BASE), named(entry.point.copy(), "point")]
    asked += [named(odd, ODD)]
    if entry.version is not None:
        asked.append(named(cast(entry.version, "int"), VERSION))
    if entry.is_screened is not None:
        asked.append(named(entry.is_screened, SCREENED))
    criteria = list(enumerate(entry.criteria))
    asked += [named(cast(compiled.truth, "tinyint"), f"c{place}") for place, compiled in criteria]
    asked += [named(compiled.is_boundary, f"b{place}") for place, compiled in criteria]
    query = selected(BASE, *asked)
    for table in aggregates:
        same = column(PARTICIPANT, BASE).eq(column(PARTICIPANT, table))
        query = query.join(table, join_type="left", on=same, copy=False)
    return query


def common_tables(gather: Gather, data: Data) -> list[tuple[str, exp.Select]]:
    """Milestones, then everyone with the points of theirs, then one aggregate a table.

    A table that no rule asks for is looked through all the same for what cannot be used.
    """
    parts = [(MILESTONES, milestones(gather, data.events_present)), (BASE, base(gather))]
    if gather.held:
        parts.insert(1, (HELD_DAYS, held_days(gather.held)))
    if gather.first_doses:
        parts.insert(1, (FIRST_DOSES, first_doses(gather.first_doses)))
    if gather.readings_before:
        parts.append((READ_BEFORE, aggregate(READINGS, gather.readings_before, column("day"), gather.in_period_before)))
    if gather.given_between:
        parts.append((GIVEN_BETWEEN, given_between(gather.given_between)))
    if gather.events:
        parts.append((HAPPENED, aggregate(EVENTS, gather.events, None, [])))
    if gather.readings or READINGS in data.tables:
        only = gather.in_period or [exp.false()]
        before = [*([READ_BEFORE] if gather.readings_before else []), *gather.before_readings]
        parts.append((READ, aggregate(READINGS, gather.readings, column("day"), only, before)))
    if gather.medications or MEDICATIONS in data.tables:
        only = [] if gather.medications else [exp.false()]
        parts.append((TAKEN, aggregate(MEDICATIONS, gather.medications, None, only)))
    if VISITS in data.tables:
        parts.append((VISITED, aggregate(VISITS, {}, None, [exp.false()])))
    return parts


def milestones(gather: Gather, present: int) -> exp.Select:
    """The day of each milestone that a point counts from; ``odd`` where rows leave it to the interpreter."""
    odd: exp.Expr = call("bool_or", column(ODD))
    for condition in (*disagreeing(gather, ONCE, present), late_screening(gather)):
        odd = any_of(odd, call("coalesce", condition, exp.false()))
    query = query_of(column(PARTICIPANT), *milestone_aggregates(gather), named(odd, ODD))
    query = query.select(*(named(each, name) for name, each in gather.first_rows.items()), copy=False)
    query = query.select(named(exp.Min(this=column("last_day")), "first_event"), copy=False)
    return query.from_(named_table(EVENTS), copy=False).group_by(column(PARTICIPANT), copy=False)


def base(gather: Gather) -> exp.Select:
    """Everyone, with the day of each point."""
    born = column("birth_first", PEOPLE)
    is_before = call("coalesce", column("first_event", MILESTONES) < born, exp.false())
    odd = any_of(column(ODD, PEOPLE), call("coalesce", column(ODD, MILESTONES), exp.false()), is_before)
    star = exp.Column(this=exp.Star(except_=[exp.to_identifier(ODD)]), table=exp.to_identifier(PEOPLE))
    query = query_of(star, named(odd, ODD), *(column(name, MILESTONES) for name in gather.first_rows))
    query = query.select(*(named(each, name) for name, each in gather.of_people.items()), copy=False)
    for point, name in gather.points.items():
        query = query.select(named(day_of(point), name), copy=False)
    if gather.cutoff is not None:
        query = query.select(named(date_of(gather.cutoff), CUTOFF_DAY), copy=False)
    joined = [MILESTONES, FIRST_DOSES] if gather.first_doses else [MILESTONES]
    if gather.held:
        query = query.select(*(column(name, HELD_DAYS) for name in gather.held), copy=False)
        flags = (
            named(call("coalesce", column(name, HELD_DAYS), exp.false()), name) for name in held_flags(gather.held)
        )
        query = query.select(*flags, copy=False)
        joined.append(HELD_DAYS)
    query = query.from_(named_table(PEOPLE), copy=False)
    for table in joined:
        same = column(PARTICIPANT, PEOPLE).eq(column(PARTICIPANT, table))
        query = query.join(table, join_type="left", on=same, copy=False)
    return query


def aggregate(
    table: str,
    aggregates: Mapping[str, exp.Expr],
    day: exp.Expr | None,
    only: Sequence[exp.Expr],
    before: Sequence[str] = (),
) -> exp.Select:
    """One pass over a table, grouped by participant; a row before the birth makes its participant odd.

    ``only`` are the conditions of which one must hold for a row to count; an odd one counts whatever they say.
    ``before`` are aggregates that those of this pass compare its rows with.
    """
    odd: exp.Expr = column(ODD, table)
    if day is not None:
        odd = any_of(odd, call("coalesce", day.copy() < column("birth_first", BASE), exp.false()))
    asked = [named(each, name) for name, each in aggregates.items()]
    query = query_of(column(PARTICIPANT, table), *asked, named(call("bool_or", odd), ODD))
    same = column(PARTICIPANT, table).eq(column(PARTICIPANT, BASE))
    query = query.from_(table, copy=False).join(named_table(BASE), on=same, copy=False)
    query = query.group_by(column(PARTICIPANT, table), copy=False)
    for other in before:
        same = column(PARTICIPANT, table).eq(column(PARTICIPANT, other))
        query = query.join(other, join_type="left", on=same, copy=False)
    return query.where(any_of(odd.copy(), *only), copy=False) if only else query
