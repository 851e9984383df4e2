"""Days as ordinal numbers, as results have them: 1 is the first day of the year 1."""

from sqlglot import exp

from protocol_dsl.base.days import Days, write_days
from protocol_dsl.model.points import Length
from protocol_dsl.trees import cast, grouped, number

FIRST_DAY = "0001-01-01"


def ordinal(day: exp.Expr) -> exp.Expr:
    """A date as its ordinal number."""
    start = cast(exp.Literal.string(FIRST_DAY), "date")
    since = exp.DateDiff(this=day, expression=start, unit=exp.var("day"))
    return grouped(exp.Add(this=since, expression=number(1)))


def on_ordinal(day: exp.Expr) -> exp.Expr:
    """The date of an ordinal number."""
    start = cast(exp.Literal.string(FIRST_DAY), "date")
    since = grouped(exp.Sub(this=day, expression=number(1)))
    return cast(exp.DateAdd(this=start, expression=since, unit=exp.var("day")), "date")


def months_later(day: exp.Expr, months: exp.Expr) -> exp.Expr:
    """A date some calendar months later, clipped to the last day of a shorter month."""
    return cast(exp.DateAdd(this=day, expression=months, unit=exp.var("month")), "date")


def plus(day: exp.Expr, days: int) -> exp.Expr:
    """An ordinal number some days later, or earlier."""
    return grouped(exp.Add(this=day, expression=number(days))) if days else day


def moved(day: exp.Expr, length: Length) -> exp.Expr:
    """A date moved by calendar months, then by days."""
    found = months_later(day, number(length.months)) if length.months else day
    if not length.days:
        return found
    return cast(exp.DateAdd(this=found, expression=number(length.days), unit=exp.var("day")), "date")


def date_of(day: int) -> exp.Expr:
    """A day number as a date written in the statement."""
    return cast(exp.Literal.string(write_days(Days(day, day))), "date")


def days_since(first: int, day: exp.Expr) -> exp.Expr:
    """How many days a date is after a day number; in the words of a check, which is not printed for other databases."""
    return grouped(exp.Sub(this=day, expression=date_of(first)))
