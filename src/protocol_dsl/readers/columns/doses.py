"""The table of administrations as columns: one row a dose as recorded, or a stretch of a continuous course."""

from sqlglot import exp

from protocol_dsl.model.columns import ODD, PARTICIPANT, SCALE
from protocol_dsl.model.records import Cutoff
from protocol_dsl.readers.columns.cells import ValueCell, day_cell, stepped, text, value_cell, without_time
from protocol_dsl.readers.columns.source import TEXT, Table
from protocol_dsl.readers.columns.tables import (
    BITS,
    DAYS,
    DOWN,
    IS_GIVEN,
    LEVEL,
    NAME_ODD,
    ROUTE,
    UNIT,
    UP,
    Names,
    days_of,
    is_after,
    joined,
    until,
)
from protocol_dsl.trees import (
    all_of,
    any_of,
    call,
    case,
    cast,
    column,
    grouped,
    is_null,
    named,
    negated,
    selected,
)

OF_NAMES = (BITS, UP, DOWN, LEVEL, ROUTE, IS_GIVEN, UNIT)
"""What the table of names tells of a treatment."""


def dose_rows(table: Table, names: Names, cutoff: Cutoff) -> exp.Select:
    """Administrations; one whose end is after a given cut-off goes on, up to that day at least.

    ``day`` and ``end_day`` are null where they are not certain, which leaves open what was planned. A count or an
    amount that is no plain number is odd.
    """
    when = day_cell(day_text(table, "date"), table.kind("date"), "date")
    end = day_cell(day_text(table, "end_date"), table.kind("end_date"), "until")
    is_unknown: exp.Expr = exp.false()
    if table.has("end_date") and table.kind("end_date") == TEXT:
        is_unknown = exp.Lower(this=exp.Trim(this=call("coalesce", column("until_cell"), text("")))).eq(text("unknown"))
    numbers = {
        name: value_cell(table.cell(name), table.kind(name), name)
        for name in ("cycle", "dose", "times")
        if table.has(name)
    }
    odd: list[exp.Expr] = [
        column(NAME_ODD),
        when.is_odd,
        all_of(end.is_odd, negated(is_unknown)),
        call("coalesce", end.last.copy() < when.first.copy(), exp.false()),
        *(one.is_odd for one in numbers.values()),
        *(differ(one.low, one.high) for one in numbers.values()),
    ]
    found = {name: one.low.copy() for name, one in numbers.items()}
    for name in found.keys() & {"cycle", "times"}:
        least = {"cycle": 2 * SCALE, "times": 0}[name]
        odd += [is_fraction(found[name]), call("coalesce", found[name].copy() < least, exp.false())]
        found[name] = exp.IntDiv(this=found[name], expression=exp.convert(2 * SCALE))
    nothing = cast(exp.null(), "bigint")
    amount: exp.Expr = nothing.copy()
    if "dose" in found:
        raised = grouped(exp.Mul(this=found["dose"].copy(), expression=column(UP)))
        rest = exp.Mod(this=raised.copy(), expression=column(DOWN))
        odd.append(call("coalesce", grouped(rest).neq(0), exp.false()))
        converted = exp.IntDiv(this=raised, expression=column(DOWN))
        # Where the protocol says no dose, what the data say is not read.
        amount = case((column(UP).neq(0), converted))
    cells: list[ValueCell] = list(numbers.values())
    query = stepped(joined(table, names, *OF_NAMES), when, end, *cells)
    level = case((column(LEVEL) >= 0, column(LEVEL)))
    days = selected(query.subquery("steps", copy=False), exp.Star(), *days_of(when, end, cutoff, is_unknown))
    is_day = column("end_first").eq(column("end_last"))
    query = selected(
        days.subquery("dated", copy=False),
        column(PARTICIPANT),
        named(column(BITS), "treatment"),
        *map(column, DAYS),
        named(found.get("cycle", nothing), "cycle"),
        named(amount, "amount"),
        named(column(UNIT), "unit"),
        named(found.get("times", nothing.copy()), "times"),
        named(case((is_day, column("end_first"))), "end_day"),
        named(is_after(end, cutoff), "goes_on"),
        named(any_of(is_null(column("day")), differ(column("end_first"), column("end_last"))), "is_open"),
        named(level, "level"),
        named(column(ROUTE), "route"),
        column(IS_GIVEN),
        named(any_of(*odd), ODD),
    )
    return until(query, when, cutoff)


def day_text(table: Table, name: str) -> exp.Expr:
    """A date cell; nobody asks at what time a dose was given."""
    cell = table.cell(name)
    return without_time(cell) if table.kind(name) == TEXT and table.has(name) else cell


def differ(first: exp.Expr, last: exp.Expr) -> exp.Expr:
    """Whether two ends are there and are not one."""
    return call("coalesce", first.copy().neq(last.copy()), exp.false())


def is_fraction(value: exp.Expr) -> exp.Expr:
    """Whether a number, as values stand in the tables, is not whole."""
    rest = exp.Mod(this=grouped(value.copy()), expression=exp.convert(2 * SCALE))
    return call("coalesce", grouped(rest).neq(0), exp.false())
