"""Deviations that the protocol itself defines."""

from attrs import evolve
from sqlglot import exp

from protocol_dsl.base.truth import Truth, negation
from protocol_dsl.base.values import every
from protocol_dsl.compile.days import date_of
from protocol_dsl.compile.early import are_days_open, are_given
from protocol_dsl.compile.gather import BASE, HAPPENED, READ, READ_BEFORE, TAKEN, Gather
from protocol_dsl.compile.hours import leave_timed
from protocol_dsl.compile.tests import compile_test
from protocol_dsl.compile.truth import MET, NOT_MET
from protocol_dsl.model.columns import PARTICIPANT, NotInColumnsError
from protocol_dsl.model.expressions import And, DefinedTest, ExposedTo, Happens, IsConfirmed, Not, Or, Test
from protocol_dsl.model.points import Period, Point
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
    are_open = are_days_open(model)
    found = [
        may_be_found(rule, gather) if are_open and are_given(rule) else is_found(rule, gather, cutoff)
        for rule in model.deviations
    ]
    leave_timed(gather)
    found += gather.left
    return joined_with_all(exp.select(column(PARTICIPANT, BASE)).from_(BASE), gather).where(any_of(*found))


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


def is_found(rule: OwnDeviation, gather: Gather, cutoff: int) -> exp.Expr:
    """Whether the deviation is found, or a question about it.

    Raises:
        NotInColumnsError: Columns do not judge its test.
    """
    try:
        truth = compile_test(rule.test, gather).truth
    except NotInColumnsError as error:
        raise NotInColumnsError(f"{rule.name}: {error}") from None
    ends = {period.end for period in every(Period, rule.test)}
    waits = [
        is_to_come(gather.point(point), cutoff, is_end=point in ends)
        for point in dict.fromkeys(every(Point, rule.test))
    ]
    is_met = grouped(truth).eq(MET)
    return any_of(is_met, all_of(grouped(truth.copy()).neq(NOT_MET), negated(any_of(*waits))))


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
    if not are_given(test):
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


def is_to_come(day: exp.Expr, cutoff: int, *, is_end: bool) -> exp.Expr:
    """Whether a point has no day, or one after the cut-off that is not the end of a period."""
    is_absent = day.copy().is_(exp.null())
    return is_absent if is_end else any_of(is_absent, day.copy() > date_of(cutoff))
