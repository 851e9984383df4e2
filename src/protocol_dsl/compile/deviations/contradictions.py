"""Data that may not both be right: acts after death, or after a discontinuation; a dose and its level."""

from collections.abc import Iterator

from sqlglot import exp

from protocol_dsl.compile.dosing import in_rows, is_elsewhere, levels_in_rows
from protocol_dsl.compile.gather import BASE, Gather
from protocol_dsl.model.columns import DOSES, EVENTS, LABELLED, MEDICATIONS, PARTICIPANT, VISITS
from protocol_dsl.model.patterns import discontinued
from protocol_dsl.model.points import Point
from protocol_dsl.model.study import StudyModel
from protocol_dsl.trees import all_of, any_of, call, column, is_null, named_table, negated, number, selected

DEATH = "death"


def after_death(gather: Gather, present: int) -> Iterator[exp.Select]:
    """The participants of whom the rows of some table lie after death, or do so with their end."""
    if not gather.layout.event_bit(DEATH) & present:
        return
    death = gather.point(Point(DEATH))
    was_held = any_of(column("is_held", VISITS), column("is_ended", VISITS))
    yield later_than(VISITS, ("first_day", "end_first"), death).where(was_held, copy=False)
    yield later_than(DOSES, ("first_day", "end_first"), death).where(column("is_given", DOSES), copy=False)
    yield later_than(LABELLED, ("day",), death).where(column("is_recorded", LABELLED), copy=False)
    yield later_than(EVENTS, ("first_day",), death)
    yield later_than(MEDICATIONS, ("start_first",), death)


def after_discontinuation(model: StudyModel, gather: Gather, present: int) -> exp.Select | None:
    """The participants to whom a treatment was given after it was discontinued."""
    found: list[exp.Expr] = []
    for place, treatment in enumerate(model.treatments):
        certain, _ = gather.layout.pattern_bits(discontinued(treatment.name))
        if certain & present:
            stopped = gather.first_row("last_day", certain)
            is_later = (is_after(column(day, DOSES), stopped) for day in ("first_day", "end_first"))
            found.append(all_of(column("treatment", DOSES).eq(place), any_of(*is_later)))
    return held_to_people(DOSES).where(column("is_given", DOSES), any_of(*found), copy=False) if found else None


def other_levels(study: StudyModel, model: StudyModel) -> exp.Select | None:
    """The participants with a dose of another amount than its level has in one version of the protocol."""
    found: list[exp.Expr] = []
    amount, level = column("amount"), column("level")
    for place, treatment in enumerate(study.treatments):
        for name, one in levels_in_rows(treatment, model):
            of_level = in_rows(one.amount, treatment, model)
            differs = exp.true() if of_level is None else amount.copy().neq(number(of_level))
            is_other = any_of(differs, is_elsewhere(treatment, model))
            found.append(all_of(column("treatment").eq(place), level.copy().eq(name), is_other))
    if not found:
        return None
    query = selected(DOSES, column(PARTICIPANT)).distinct(copy=False)
    return query.where(column("is_given"), negated(is_null(amount)), any_of(*found), copy=False)


def later_than(table: str, days: tuple[str, ...], day: exp.Expr) -> exp.Select:
    """The participants with a row of which one of the days lies after a day of theirs."""
    return held_to_people(table).where(any_of(*(is_after(column(each, table), day) for each in days)), copy=False)


def is_after(one: exp.Expr, other: exp.Expr) -> exp.Expr:
    """Whether a day is later than another; not where there is none of them."""
    return call("coalesce", one > other.copy(), exp.false())


def held_to_people(table: str) -> exp.Select:
    """The participants of the rows of a table, beside what is known of each."""
    same = column(PARTICIPANT, BASE).eq(column(PARTICIPANT, table))
    return selected(table, column(PARTICIPANT, table)).distinct(copy=False).join(named_table(BASE), on=same, copy=False)
