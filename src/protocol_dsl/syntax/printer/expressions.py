"""Values, tests, points and periods as text; also the words of reasons elsewhere."""

from collections.abc import Iterable
from fractions import Fraction
from typing import assert_never

from protocol_dsl.base.numbers import Number
from protocol_dsl.base.units import GRADE
from protocol_dsl.syntax import ast

# How tightly each kind binds; a part that binds more loosely than its place stands in parentheses.
OR, AND, NOT, TEST, SUM, PRODUCT, ROUNDING, PRIMARY = range(8)

SAID_OFTEN = 2
THOUSANDS = 10_000


def number(value: Number) -> str:
    """A number with all its digits, grouped by ``_`` from 10_000 on.

    >>> number(10000), number(Fraction(9, 2))
    ('10_000', '4.5')
    """
    sign, value = ("-", -value) if value < 0 else ("", value)
    if isinstance(value, Fraction):
        places = 0
        while (value * 10**places).denominator != 1:
            places += 1
            if places > MAX_PLACES:
                raise ValueError(f"{value} has no end as a decimal number")
        whole, rest = divmod(int(value * 10**places), 10**places)
        return f"{sign}{grouped(whole)}.{rest:0{places}}"
    return sign + grouped(value)


MAX_PLACES = 64


def grouped(value: int) -> str:
    """Digits, grouped where there are many."""
    return f"{value:_}" if value >= THOUSANDS else str(value)


def amount(node: ast.Amount) -> str:
    """``200 cells/mm3``, ``95%``."""
    if node.unit is None:
        return number(node.number)
    if node.unit.text == GRADE:
        return f"{GRADE} {number(node.number)}"
    return number(node.number) + ("" if node.unit.text == "%" else " ") + node.unit.text


def names(items: Iterable[ast.Name]) -> str:
    """``a, b``."""
    return ", ".join(item.text for item in items)


def print_point(node: ast.Point) -> str:
    """``W52``, ``7 days after W0``."""
    match node:
        case ast.NamedPoint(name):
            return name.text
        case ast.OffsetPoint(length, direction, base):
            return f"{amount(length)} {direction} {print_point(base)}"
        case ast.DosePoint(which, treatment):
            return f"{which} dose" + (f" of {treatment.text}" if treatment else "")
        case ast.CyclePoint(count, treatment):
            return f"cycle {number(count)} of {treatment.text}"
        case ast.EpochStart():
            return "start of epoch"
        case _:
            assert_never(node)


def cycle_days(node: ast.CycleDays) -> str:
    """``cycle day 1, 8, 15 of chemo``."""
    return f"cycle day {', '.join(map(str, node.days))} of {node.treatment.text}"


def print_period(node: ast.Period) -> str:
    """``before SCR``, ``within 28 days before SCR``, ``from W0 to W52``."""
    match node:
        case ast.Before(end):
            return f"before {print_point(end)}"
        case ast.Within(length, end):
            return f"within {amount(length)} before {print_point(end)}"
        case ast.FromTo(start, end):
            return f"from {print_point(start)} to {print_point(end)}"
        case ast.During(epoch):
            return f"during {epoch.text}"
        case _:
            assert_never(node)


def during(node: ast.Period | None) -> str:
    """A period with a blank before it, or nothing."""
    return "" if node is None else f" {print_period(node)}"


def events(node: ast.EventPattern) -> str:
    """``cdc_event in {B, C} of grade at least 3 related to il2``."""
    words = node.name.text
    if node.categories:
        words += f" in {{{names(node.categories)}}}"
    if node.least_grade:
        words += f" of grade at least {amount(node.least_grade)}"
    if node.related_to:
        words += f" related to {node.related_to.text}"
    return words


def print_expression(node: ast.Expression) -> str:
    """A value or a test in the author's words: ``latest cd4 within 28 days before SCR <= 200 cells/mm3``."""
    return printed(node)[0]


def print_stop_test(node: ast.Expression) -> str:
    """A test in a list of stops: one with ``or`` stands in parentheses there."""
    return inside(node, AND)


def inside(node: ast.Expression, place: int) -> str:
    """``node`` as a part of something that binds as tightly as ``place``."""
    words, strength = printed(node)
    return words if strength >= place else f"({words})"


def printed(node: ast.Expression) -> tuple[str, int]:
    """The words of ``node`` and how tightly they bind."""
    match node:
        case (
            ast.Comparison()
            | ast.Between()
            | ast.Is()
            | ast.IsIn()
            | ast.IsRecorded()
            | ast.IsConfirmed()
            | ast.ExposedTo()
            | ast.OnDrugs()
            | ast.Happens()
            | ast.Consecutive()
            | ast.AtLeast()
            | ast.And()
            | ast.Or()
            | ast.Not()
        ):
            return test(node)
        case _:
            return value(node)


def value(node: ast.Value) -> tuple[str, int]:
    """The words of a value and how tightly they bind."""
    match node:
        case ast.AmountValue(found):
            return amount(found), PRIMARY
        case ast.DateValue(date):
            return date.text, PRIMARY
        case ast.NamedValue(name):
            return name.text, PRIMARY
        case ast.AgeAt(point):
            return f"age at {print_point(point)}", PRIMARY
        case ast.ReadingAt(measure, visit):
            return f"{measure.text} at {visit.text}", PRIMARY
        case ast.Pick(choice, measure, period, recorded):
            which = f"{choice} recorded" if recorded else choice
            return f"{which} {measure.text}{during(period)}", PRIMARY
        case ast.Change(measure, start, end, percent):
            what = "percent change" if percent else "change"
            return f"{what} in {measure.text} from {start.text} to {end.text}", PRIMARY
        case ast.DaysFromTo(first, last):
            return f"days from {print_point(first)} to {print_point(last)}", PRIMARY
        case ast.CountOf(pattern, period):
            return f"count of {events(pattern)}{during(period)}", PRIMARY
        case ast.LimitOfNormal(end, measure):
            return f"{end} limit of {measure.text}", PRIMARY
        case ast.Log10(inner):
            return f"log10 {inside(inner, PRIMARY)}", PRIMARY
        case ast.Times(times, inner):
            operand = printed(inner)[0] if is_simple(inner) else f"({printed(inner)[0]})"
            return f"{amount(times)} times {operand}", PRIMARY
        case ast.Arithmetic(left, operator, right):
            strength = SUM if operator in {"+", "-"} else PRODUCT
            return f"{inside(left, strength)} {operator} {inside(right, strength + 1)}", strength
        case ast.Rounded(inner, decimals):
            word = "decimal" if decimals == 1 else "decimals"
            return f"{inside(inner, ROUNDING)} rounded to {number(decimals)} {word}", ROUNDING
        case _:
            assert_never(node)


def is_simple(node: ast.Expression) -> bool:
    """Whether ``node`` may follow ``3 times`` without parentheses, as the grammar has it."""
    if isinstance(node, ast.Pick):
        return node.choice not in {"mean", "median"}
    simple = ast.NamedValue | ast.AgeAt | ast.ReadingAt | ast.Change | ast.DaysFromTo | ast.Log10 | ast.LimitOfNormal
    return isinstance(node, simple)


def is_grouped(node: ast.Expression) -> bool:
    """Whether the author put parentheses around an ``and`` beside which they are not needed."""
    return isinstance(node, ast.And) and node.is_grouped


def test(node: ast.Test) -> tuple[str, int]:
    """The words of a test and how tightly they bind."""
    match node:
        case ast.Comparison(left, operator, right):
            return f"{inside(left, SUM)} {operator} {inside(right, SUM)}", TEST
        case ast.Between(middle, low, high):
            return f"{inside(middle, SUM)} between {inside(low, SUM)} and {inside(high, SUM)}", TEST
        case ast.Is(subject, choice):
            return f"{inside(subject, SUM)} is {choice.text}", TEST
        case ast.IsIn(subject, choices):
            return f"{inside(subject, SUM)} is in {{{names(choices)}}}", TEST
        case ast.IsRecorded(subject):
            return f"{inside(subject, SUM)} is recorded", TEST
        case ast.IsConfirmed(condition, period):
            return f"{condition.text} is confirmed{during(period)}", TEST
        case ast.ExposedTo(drugs, period):
            return f"exposed to {drugs.text}{during(period)}", PRIMARY
        case ast.OnDrugs(drugs, point):
            return f"on {drugs.text} at {print_point(point)}", PRIMARY
        case ast.Happens(quantifier, pattern, period):
            return f"{quantifier} {events(pattern)}{during(period)}", PRIMARY
        case ast.Consecutive(measure, operator, limit, asked):
            bound = printed(limit)[0] if isinstance(limit, ast.AmountValue) else f"({printed(limit)[0]})"
            return f"consecutive {measure.text} {operator} {bound} {print_period(asked)}", PRIMARY
        case ast.AtLeast(count, tests):
            return f"at least {number(count)} of ({', '.join(printed(part)[0] for part in tests)})", PRIMARY
        case ast.And(parts):
            return " and ".join(inside(part, NOT) for part in parts), AND
        case ast.Or(parts):
            return " or ".join(inside(part, PRIMARY if is_grouped(part) else AND) for part in parts), OR
        case ast.Not(part):
            return f"not {inside(part, NOT)}", NOT
        case _:
            assert_never(node)
