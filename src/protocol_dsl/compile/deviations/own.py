"""Deviations that the protocol itself defines."""

from sqlglot import exp

from protocol_dsl.base.truth import Truth
from protocol_dsl.compile.days import date_of
from protocol_dsl.compile.deviations.open_days import OpenDays
from protocol_dsl.compile.deviations.to_come import SEEN, seen_visits, waits
from protocol_dsl.compile.early import are_days_open, speaks_of_given
from protocol_dsl.compile.gather import BASE, GIVEN_BETWEEN, HAPPENED, READ, READ_BEFORE, TAKEN, Gather
from protocol_dsl.compile.hours import leave_timed
from protocol_dsl.compile.tests import compile_test
from protocol_dsl.compile.truth import MET, NOT_MET
from protocol_dsl.model.columns import PARTICIPANT, NotInColumnsError
from protocol_dsl.model.rules import OwnDeviation
from protocol_dsl.model.study import StudyModel
from protocol_dsl.trees import all_of, any_of, call, column, grouped, negated, selected


def noticed(model: StudyModel, gather: Gather, cutoff: int) -> exp.Select | None:
    """The participants for whom one of them is met, or unknown though nothing that it speaks of is still to come.

    Raises:
        NotInColumnsError: Columns do not judge its test.
    """
    if not model.deviations:
        return None
    are_open, seen = are_days_open(model), dict[str, int]()
    open_days = OpenDays(gather, model, date_of(cutoff))
    found = [
        may_be_found(rule, open_days)
        if are_open and speaks_of_given(rule, model)
        else is_found(rule, gather, cutoff, seen)
        for rule in model.deviations
    ]
    leave_timed(gather)
    found += gather.left
    query = joined_with_all(selected(BASE, column(PARTICIPANT, BASE)), gather)
    for name, table in (*([(SEEN, seen_visits(seen))] if seen else []), *open_days.tables()):
        same = column(PARTICIPANT, BASE).eq(column(PARTICIPANT, name))
        query = query.join(table.subquery(name, copy=False), join_type="left", on=same, copy=False)
    return query.where(any_of(*found), copy=False)


def joined_with_all(query: exp.Select, gather: Gather) -> exp.Select:
    """A query of everyone with what was asked of each table."""
    asked = {
        READ_BEFORE: gather.readings_before,
        READ: gather.readings,
        TAKEN: gather.medications,
        HAPPENED: gather.events,
        GIVEN_BETWEEN: gather.given_between,
    }
    for table, aggregates in asked.items():
        if aggregates:
            same = column(PARTICIPANT, BASE).eq(column(PARTICIPANT, table))
            query = query.join(table, join_type="left", on=same, copy=False)
    return query


def is_found(rule: OwnDeviation, gather: Gather, cutoff: int, seen: dict[str, int]) -> exp.Expr:
    """Whether the deviation is found, or a question about it; ``seen`` are the visits of which rows are asked for.

    Raises:
        NotInColumnsError: Columns do not judge its test.
    """
    try:
        truth = compile_test(rule.test, gather).truth
        is_to_come = any_of(*waits(rule.test, gather, cutoff, seen))
    except NotInColumnsError as error:
        raise NotInColumnsError(f"{rule.name}: {error}") from None
    is_met = grouped(truth).eq(MET)
    return any_of(is_met, all_of(grouped(truth.copy()).neq(NOT_MET), negated(is_to_come)))


def may_be_found(rule: OwnDeviation, days: OpenDays) -> exp.Expr:
    """Whether the deviation may be found, whatever the days from which it counts, and that columns do not follow.

    Raises:
        NotInColumnsError: Columns do not judge its test.
    """
    try:
        return negated(call("coalesce", days.surely(rule.test, Truth.NOT_MET), exp.false()))
    except NotInColumnsError as error:
        raise NotInColumnsError(f"{rule.name}: {error}") from None
