"""Ages: completed years at a point."""

from sqlglot import exp

from protocol_dsl.compile.days import months_later
from protocol_dsl.compile.gather import BASE, Gather
from protocol_dsl.compile.quantities import Quantity, doubled
from protocol_dsl.compile.truth import decided
from protocol_dsl.model.expressions import AgeAt, Operator
from protocol_dsl.trees import all_of, any_of, call, case, cast, column, grouped, negated, number

YEAR = 12
"""Months."""


def compile_age(node: AgeAt, gather: Gather) -> Quantity:
    """Completed years at a point, an interval where the birth is one."""
    day = gather.point(node.point)
    first, last = column("birth_first", BASE), column("birth_last", BASE)
    known = all_of(negated(first.copy().is_(exp.null())), negated(day.copy().is_(exp.null())))
    is_known_birth = first.copy().eq(last.copy())
    return Quantity(
        doubled(completed_years(last, day)),
        doubled(completed_years(first, day)),
        known,
        boundary=all_of(is_known_birth, is_birthday(first, day)),
    )


def completed_years(birth: exp.Expr, day: exp.Expr) -> exp.Expr:
    """Calendar years, one less before the birthday."""
    years = exp.Sub(this=exp.Year(this=day.copy()), expression=exp.Year(this=birth.copy()))
    is_before = all_of(month_and_day(day) < month_and_day(birth), negated(grouped(all_of(*clipped(birth, day)))))
    return exp.Sub(
        this=grouped(years),
        expression=case((is_before, number(1)), otherwise=number(0)),
    )


def is_birthday(birth: exp.Expr, day: exp.Expr) -> exp.Expr:
    """Whether a year is completed on the day."""
    return any_of(month_and_day(day).eq(month_and_day(birth)), all_of(*clipped(birth, day)))


def clipped(birth: exp.Expr, day: exp.Expr) -> list[exp.Expr]:
    """Born on 29 February, and the day is 28 February of a common year."""
    last = exp.LastDay(this=day.copy())
    return [
        month_and_day(birth).eq(229),
        month_and_day(day).eq(228),
        cast(last, "date").eq(day.copy()),
    ]


def month_and_day(day: exp.Expr) -> exp.Expr:
    """``1231`` for 31 December."""
    month = exp.Mul(this=exp.Month(this=day.copy()), expression=number(100))
    return grouped(exp.Add(this=month, expression=exp.Day(this=day.copy())))


def age_against(node: AgeAt, operator: Operator, years: int, gather: Gather) -> tuple[exp.Expr, exp.Expr]:
    """An age held to whole years, by the day on which these are completed: its truth, and whether it lies on them.

    ``operator`` is one of order. Born on 29 February, they are completed on 28 February of a common year, to which the
    birthday is clipped.
    """
    day = gather.point(node.point)
    first, last = column("birth_first", BASE), column("birth_last", BASE)
    is_upper = operator in {"<", "<="}
    completed = years + 1 if operator in {">", "<="} else years
    has_them = months_later(last, number(YEAR * completed)) <= day
    has_not = months_later(first, number(YEAR * completed)) > day.copy()
    truth = decided(has_not, has_them) if is_upper else decided(has_them, has_not)
    on_birthday = months_later(first.copy(), number(YEAR * years)).eq(day.copy())
    on = all_of(first.copy().eq(last.copy()), on_birthday)
    return truth, call("coalesce", on, exp.false())
