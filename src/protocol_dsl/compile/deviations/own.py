"""Deviations that the protocol itself defines."""

from attrs import evolve
from sqlglot import exp

from protocol_dsl.base.truth import Truth, negation
from protocol_dsl.compile.deviations.to_come import SEEN, seen_visits, waits
from protocol_dsl.compile.early import are_days_open, speaks_of_given
from protocol_dsl.compile.gather import BASE, HAPPENED, READ, READ_BEFORE, TAKEN, Gather
from protocol_dsl.compile.hours import leave_timed
from protocol_dsl.compile.tests import compile_test
from protocol_dsl.compile.truth import MET, NOT_MET
from protocol_dsl.model.columns import PARTICIPANT, NotInColumnsError
from protocol_dsl.model.expressions import And, DefinedTest, ExposedTo, Happens, IsConfirmed, Not, Or, Test
from protocol_dsl.model.points import Period
from protocol_dsl.model.rules import OwnDeviation
from protocol_dsl.model.study import StudyModel
from protocol_dsl.trees import all_of, any_of, call, column, grouped, negated


def noticed(model: StudyModel, gather: Gather, cutoff: int) -> exp.Select | None:
    """The participants for whom one of them is met, or unknown though nothing that it speaks of is still to come.

    Raises:
        NotInColumnsError: Columns do not judge its test.
    """
    if not model.deviations:
        return None
    are_open, seen = are_days_open(model), dict[str, int]()
    found = [
        may_be_found(rule, gather)
        if are_open and speaks_of_given(rule, model)
        else is_found(rule, gather, cutoff, seen)
        for rule in model.deviations
    ]
    leave_timed(gather)
    found += gather.left
    query = joined_with_all(exp.select(column(PARTICIPANT, BASE)).from_(BASE), gather)
    if seen:
        same = column(PARTICIPANT, BASE).eq(column(PARTICIPANT, SEEN))
        query = query.join(seen_visits(seen).subquery(SEEN), join_type="left", on=same)
    return query.where(any_of(*found))


def joined_with_all(query: exp.Select, gather: Gather) -> exp.Select:
    """A query of everyone with what was asked of each table."""
    asked = {
        READ_BEFORE: gather.readings_before,
        READ: gather.readings,
        TAKEN: gather.medications,
        HAPPENED: gather.events,
    }
    for table, aggregates in asked.items():
        if aggregates:
            same = column(PARTICIPANT, BASE).eq(column(PARTICIPANT, table))
            query = query.join(table, join_type="left", on=same)
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


def may_be_found(rule: OwnDeviation, gather: Gather) -> exp.Expr:
    """Whether the deviation may be found, whatever the days from which it counts, and that columns do not follow.

    Raises:
        NotInColumnsError: Columns do not judge its test, or nothing but these days tells.
    """
    try:
        return negated(call("coalesce", surely(rule.test, Truth.NOT_MET, gather), exp.false()))
    except NotInColumnsError as error:
        raise NotInColumnsError(f"{rule.name}: {error}") from None


def surely(test: Test, wanted: Truth, gather: Gather) -> exp.Expr:
    """Whether a test comes out so on any days: of what it asks for of them nothing was there at any time.

    Raises:
        NotInColumnsError: Only the days tell.
    """
    if not speaks_of_given(test, gather.model):
        return grouped(compile_test(test, gather).truth).eq(int(wanted))
    match test:
        case DefinedTest():
            return surely(test.test, wanted, gather)
        case Not():
            return surely(test.part, negation(wanted), gather)
        case And(parts=parts) | Or(parts=parts):
            found = [surely(part, wanted, gather) for part in parts]
            is_one_enough = isinstance(test, And) is (wanted is Truth.NOT_MET)
            return any_of(*found) if is_one_enough else all_of(*found)
        case Happens() | IsConfirmed() | ExposedTo() if wanted is Truth.NOT_MET:
            return grouped(compile_test(evolve(test, period=Period()), gather).truth).eq(int(wanted))
        case _:
            raise NotInColumnsError(f"{test.words}: days of cycles that columns do not follow")
