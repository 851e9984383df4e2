"""Times of day: they tell which of two readings of a measure on one day comes first, which columns do not ask."""

from attrs import evolve
from sqlglot import exp

from protocol_dsl.compile.gather import Gather
from protocol_dsl.model.columns import IS_TIMED
from protocol_dsl.trees import column, grouped, number

DAYS = 10_000_000
"""More than there are days."""


def leave_timed(gather: Gather) -> None:
    """Leave to the interpreter whoever has two readings of a measure and a day with a time of day each."""
    if not gather.has_timed_readings:
        return
    if gather.readings:
        gather.leave(gather.reading(has_two()))
    if gather.readings_before:
        before = evolve(gather, readings=gather.readings_before, is_before=True)
        gather.leave(before.reading(has_two()))


def has_two() -> exp.Expr:
    """An aggregate that holds where two of the readings that count are such ones."""
    measure = grouped(exp.Mul(this=column("measure"), expression=number(DAYS)))
    day = exp.Add(this=measure, expression=column("day_number"))
    timed, different = (exp.If(this=column(IS_TIMED), true=each) for each in (number(1), day))
    return exp.Count(this=timed).neq(exp.Count(this=exp.Distinct(expressions=[different])))
