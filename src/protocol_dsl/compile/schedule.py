"""Every planned visit of everyone: a row a participant, with the days and the standings of visits side by side."""

from sqlglot import exp

from protocol_dsl.compile.assessments import MISSING, READ_AT, asked, read_at, unread
from protocol_dsl.compile.cycles import ENDED
from protocol_dsl.compile.days import days_since, ordinal
from protocol_dsl.compile.early import are_days_open
from protocol_dsl.compile.gather import BASE, Gather
from protocol_dsl.compile.matching import (
    CLOSED,
    HELD,
    HELD_BITS,
    RECORDED,
    ROWS,
    SKIPPED,
    WIDE,
    held_visits,
    kind_of_bits,
)
from protocol_dsl.compile.moved_windows import FOLLOWED, MOVED, followed, moved
from protocol_dsl.compile.nameless import LABELLED, PLACED, labelled, placed_rows
from protocol_dsl.compile.packed import total
from protocol_dsl.compile.participation import participation_end
from protocol_dsl.compile.parts import IN_PARTS
from protocol_dsl.compile.series import IS_STOP_OPEN, are_more, of_cycles, stop_days, stops_of
from protocol_dsl.compile.unscheduled import UNSCHEDULED, unscheduled
from protocol_dsl.compile.visit_days import VisitDays
from protocol_dsl.compile.visit_plan import AWAY, START, PlannedVisit, Side, planned_visits, start_columns, starts_of
from protocol_dsl.compile.visit_status import IS_OPEN, STANDINGS, standing_of
from protocol_dsl.compile.visits_in_force import IN_FORCE, retired_places, rows_in_force, version_columns
from protocol_dsl.model.amended import are_open_visits, versions_of_visits
from protocol_dsl.model.columns import PARTICIPANT, VISITS, NotInColumnsError
from protocol_dsl.model.listed import has_series, listed_visits
from protocol_dsl.model.points import Point
from protocol_dsl.model.schedule import InCycles
from protocol_dsl.model.study import StudyModel
from protocol_dsl.trees import any_of, call, cast, column, grouped, named, named_table, number, selected

LAID, MEASURED, STOOD, VISIT_ANSWERS = "visits_laid", "visits_measured", "visits_stood", "visit_answers"
RANDOMIZED, EPOCH = "randomized", "epoch"


def visit_tables(
    model: StudyModel, gather: Gather, days: VisitDays, *, has_skipped: bool = True, has_nameless: bool = True
) -> list[tuple[str, exp.Select]]:
    """The steps that lead to ``VISIT_ANSWERS`` and ``UNSCHEDULED``, in order, after milestones and base.

    Columns of ``VISIT_ANSWERS``: participant, arm, randomized (an ordinal number), skipped (bits); the days of the
    points of epochs (ordinal numbers); the starts that planned days count from, in days after the epoch of ``days``;
    the days and ``STANDINGS`` of all visits; of each measure, or group of measures, of ``assess`` the visits held
    without it, as bits; and whether the interpreter judges the visits of the participant.

    Raises:
        NotInColumnsError: The plan of a visit depends on what happened in a way that columns do not follow.
    """
    require_plain(model)
    moves = any(each.visit.is_moved for each in versions_of_visits(model))
    moving = [(FOLLOWED, followed(model, days, LAID)), (MOVED, moved(model, days))] if moves else []
    starts = selected(MOVED, PARTICIPANT, *start_columns(model)) if moves else counted(model, gather, days)
    reading = [(READ_AT, read_at(model, gather, days, starts))] if asked(model) else []
    known: list[tuple[str, exp.Select]] = []
    rows, plan = VISITS, counted(model, gather, days).select(column("arm", BASE), copy=False)
    if has_nameless and not moves and not has_series(model):
        known += [(LABELLED, labelled(len(listed_visits(model)))), (PLACED, placed_rows(model, plan, days))]
        rows = PLACED
    if retired_places(model):
        known.append((IN_FORCE, rows_in_force(model, plan.copy(), rows)))
        rows = IN_FORCE
    return [
        *known,
        (HELD, held_visits(model, days, rows, has_skipped=has_skipped)),
        (LAID, laid(model, gather, days, has_skipped=has_skipped)),
        *moving,
        (MEASURED, measured(model, days, MOVED if moves else LAID)),
        (STOOD, stood(model, days, has_skipped=has_skipped)),
        *reading,
        (VISIT_ANSWERS, answers(model, days)),
        (UNSCHEDULED, unscheduled(model, rows)),
    ]


def require_plain(model: StudyModel) -> None:
    """Refuse visits of which columns do not follow the plan.

    Raises:
        NotInColumnsError: There is one.
    """
    for visit in (each.visit for each in versions_of_visits(model)):
        if isinstance(visit.series, InCycles):
            raise NotInColumnsError(f"visits {visit.name}: a series in the cycles of {visit.series.treatment}")
        if visit.series is not None:
            raise NotInColumnsError(f"visits {visit.name}: a series whose plan depends on more than events and points")


def laid(model: StudyModel, gather: Gather, days: VisitDays, *, has_skipped: bool) -> exp.Select:
    """What visits of everyone are planned from, and the days on which they were held."""
    none = () if has_skipped else (SKIPPED, CLOSED)
    found = (
        (name, cast(number(0), "bigint") if name in none else call("coalesce", column(name, HELD), number(0)))
        for name in of_held(model, days)
    )
    ended = participation_end(model, gather, days.cutoff)
    of_epochs = (ordinal(gather.point(point)) for point in epoch_points(model))
    query = counted(model, gather, days).select(
        *map(named, of_epochs, epoch_columns(model)),
        column("arm", BASE),
        named(ordinal(gather.point(Point("randomization"))), RANDOMIZED),
        named(days_since(days.epoch, ended), ENDED),
        *stop_days(model, gather, days.epoch),
        *(column(name, BASE) for name in of_cycles(model)),
        *(named(value, name) for name, value in found),
        copy=False,
    )
    same = column(PARTICIPANT, BASE).eq(column(PARTICIPANT, HELD))
    return query.join(named_table(HELD), join_type="left", on=same, copy=False)


def epoch_points(model: StudyModel) -> tuple[Point, ...]:
    """The points at which epochs begin and end."""
    return tuple(dict.fromkeys(point for epoch in model.epochs for point in (epoch.start, epoch.end)))


def epoch_columns(model: StudyModel) -> tuple[str, ...]:
    """The columns of their days, as ordinal numbers."""
    return tuple(f"{EPOCH}_{place}" for place, _ in enumerate(epoch_points(model)))


def counted(model: StudyModel, gather: Gather, days: VisitDays) -> exp.Select:
    """What visits of everyone are planned from, but for those that move with other visits."""
    points = ((place, start) for place, start in enumerate(starts_of(model)) if isinstance(start, Point))
    starts = (named(days_since(days.epoch, gather.point(start)), f"{START}_{place}") for place, start in points)
    return selected(BASE, column(PARTICIPANT, BASE), *starts, *version_columns(model, gather))


def of_held(model: StudyModel, days: VisitDays) -> tuple[str, ...]:
    """The columns of ``HELD`` beside the participant."""
    recorded = (RECORDED,) if has_series(model) else ()
    return (ROWS, SKIPPED, CLOSED, HELD_BITS, *recorded, *days.fields.columns(len(listed_visits(model))))


def measured(model: StudyModel, days: VisitDays, source: str) -> exp.Select:
    """How far from the start of its plan each visit was held, one that was not as on the day zero; what is beyond."""
    visits = planned_visits(model, days)
    away = (named(exp.Sub(this=one.held_day, expression=one.planned.first), f"{AWAY}_{one.number}") for one in visits)
    reaches = dict.fromkeys(one.reach for one in visits)
    beyond = (named(each.beyond(days.back, column(ENDED)), each.name) for each in reaches)
    return selected(source, "*", *away, *beyond)


def stood(model: StudyModel, days: VisitDays, *, has_skipped: bool) -> exp.Select:
    """Where each visit stands."""
    visits = planned_visits(model, days)
    ending = (ENDED, IS_STOP_OPEN) if stops_of(model) else (ENDED,)
    kept = (PARTICIPANT, "arm", RANDOMIZED, *ending, *start_columns(model), *epoch_columns(model))
    words: list[exp.Expr] = []
    for word, name in enumerate(STANDINGS.columns(len(visits))):
        of_word = visits[word * STANDINGS.each : (word + 1) * STANDINGS.each]
        standings = [grouped(standing_of(item, visits, model, has_skipped=has_skipped)) for item in of_word]
        words.append(named(total(standings), name))
    return selected(MEASURED, *map(column, (*kept, *of_held(model, days))), *words)


def answers(model: StudyModel, days: VisitDays) -> exp.Select:
    """The visits, what was not read at them, and whose visits the interpreter judges."""
    visits = planned_visits(model, days)
    count = len(listed_visits(model))
    missing = [unread(group, column(HELD_BITS), visits, count) for group in asked(model)]
    is_open = [*left_open(visits, days, count), *(each.is_open for each in missing), *are_more(model, visits)]
    is_open += [column(IS_STOP_OPEN)] if stops_of(model) else []
    is_open += [exp.true()] if are_open_visits(model) or are_days_open(model) else []
    words = (*days.fields.columns(count), *STANDINGS.columns(len(visits)))
    kept = (*epoch_columns(model), *start_columns(model), *words)
    bits = [named(written(each.visits, count), f"{MISSING}_{place}") for place, each in enumerate(missing)]
    query = selected(
        STOOD,
        column(PARTICIPANT, STOOD),
        column("arm"),
        column(RANDOMIZED),
        named(written(column(SKIPPED), count), SKIPPED),
        *map(column, kept),
        *bits,
        named(call("coalesce", any_of(*is_open), exp.false()), IN_PARTS),
    )
    same = column(PARTICIPANT, STOOD).eq(column(PARTICIPANT, READ_AT))
    return query.join(named_table(READ_AT), join_type="left", on=same, copy=False) if missing else query


def written(bits: exp.Expr, count: int) -> exp.Expr:
    """The bits of so many visits as files hold them: in Parquet no whole number has more than 64 bits."""
    return cast(bits, "varchar") if kind_of_bits(count) == WIDE else bits


def left_open(visits: tuple[PlannedVisit, ...], days: VisitDays, count: int) -> list[exp.Expr]:
    """Conditions for a second row of a visit, for a status that needs more than columns know, and for days long ago."""
    if not visits:
        return []
    first: dict[int, int] = {}
    for side in (side for item in visits for side in (item.earliest, item.plan)):
        first[side.start] = min(first.get(side.start, 0), side.days)
    # Before the epoch a visit would seem to be held that was not.
    before = [call("coalesce", Side(start, least).day <= 0, exp.false()) for start, least in first.items()]
    return [column(ROWS).neq(days.fields.filled(count)), STANDINGS.some(IS_OPEN, len(visits)), *before]
