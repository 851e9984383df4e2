"""PD316, PD340: limits that are in the wrong order, or lie where no value is plausible."""

from collections.abc import Iterator

from protocol_dsl.base.diagnostics import Code, Diagnostic, Label
from protocol_dsl.base.numbers import Number, exact
from protocol_dsl.base.source import Span
from protocol_dsl.base.values import frozen
from protocol_dsl.semantics.checks.units import pairs
from protocol_dsl.semantics.document import Chapter, Document
from protocol_dsl.semantics.kinds import Quantity, definition, kind_of_measure
from protocol_dsl.semantics.points import write_amount
from protocol_dsl.semantics.quantities import PERCENT, factor, written
from protocol_dsl.syntax import ast

LIMITS_REVERSED = Code("PD316", "above the other limit")
NOT_PLAUSIBLE = Code("PD340", "no value is expected there", "warning")

OLDEST = 120
"""Completed years that nobody is older than."""
ALL = -100
"""The percent change of a value of which nothing is left."""


@frozen
class Bounds:
    """Between which numbers of ``kind`` the values of something lie; ``span`` is where the text says so.

    ``why`` says what lies outside, after the limit itself, and ``hint`` what to write.
    """

    kind: Quantity
    low: Number | None
    high: Number | None
    why: str
    hint: str
    span: Span | None = None


def limits_not_plausible(document: Document) -> Iterator[Diagnostic]:
    """PD340: a value is compared with a number that it cannot plausibly reach, so that the test decides nothing."""
    for chapter in document.chapters:
        limits = [(one, other.amount) for one, other in pairs(chapter) if isinstance(other, ast.AmountValue)]
        limits += [
            (ast.Pick("latest", time.measure), time.comparison[1])
            for time in chapter.nodes.of(ast.TimeToFirst)
            if time.measure and time.comparison
        ]
        for value, limit in limits:
            found = bounds(value, chapter)
            step = factor(limit.unit.text, found.kind.unit, found.kind.conversions) if found and limit.unit else None
            if found is None or step is None or is_within(exact(limit.number * step), found):
                continue
            labels = (Label(found.span, "said here"),) if found.span and found.span.file == limit.span.file else ()
            message = f"{write_amount(limit)} {found.why}"
            yield NOT_PLAUSIBLE.at(limit.span, message, labels=labels, hint=found.hint)


def is_within(number: Number, found: Bounds) -> bool:
    """Whether a number lies within bounds, their ends included."""
    return (found.low is None or number >= found.low) and (found.high is None or number <= found.high)


def bounds(value: ast.Expression, chapter: Chapter) -> Bounds | None:
    """Where the numbers that an expression stands for lie, if anything is known of it."""
    match value:
        case ast.AgeAt():
            why = f"is no age of a participant, which is 0 to {OLDEST} years"
            return Bounds(Quantity("years"), 0, OLDEST, why, f"write a limit from 0 to {OLDEST} years")
        case ast.ReadingAt(measure=measure) | ast.Pick(measure=measure):
            return bounds_of_measure(measure.text, chapter)
        case ast.Change(measure=measure, percent=True):
            why = f"is more than {measure.text} can fall, which is by 100%"
            return Bounds(Quantity(PERCENT), ALL, None, why, "write -100% or more")
        case ast.Rounded(value=inner):
            return bounds(inner, chapter)
        case ast.NamedValue(name=name) if found := definition(name.text, chapter):
            symbol, node = found
            is_plain = name.text in chapter.extents and not chapter.extents[name.text].is_too_deep
            return bounds(node.expression, chapter.home(symbol)) if is_plain else None
        case _:
            return None


def bounds_of_measure(name: str, chapter: Chapter) -> Bounds | None:
    """The plausible range of a measure, else from 0 on, where it may not be negative."""
    symbol, kind = chapter.find(name, "measure"), kind_of_measure(name, chapter)
    if symbol is None or not isinstance(symbol.node, ast.Measure) or not isinstance(kind, Quantity):
        return None
    clauses = symbol.node.clauses
    for clause in clauses:
        if isinstance(clause, ast.Plausible):
            low, high = in_unit(clause.low, kind), in_unit(clause.high, kind)
            if low is None or high is None or low > high:
                return None  # told of at the range itself
            stretch = f"{write_amount(clause.low)} to {write_amount(clause.high)}"
            why = f"lies outside what is plausible for {name}, {stretch}"
            hint = f"write a limit within {stretch}, or change what is plausible"
            return Bounds(kind, low, high, why, hint, clause.span)
    if any(isinstance(clause, ast.MayBeNegative) for clause in clauses):
        return None
    hint = f"write a limit of 0 or more, or add to {name}: may be negative"
    return Bounds(kind, 0, None, f"is below 0, and {name} never is", hint, symbol.span)


def in_unit(amount: ast.Amount, kind: Quantity) -> Number | None:
    """The number of an amount in the unit of a measure."""
    step = factor(written(amount.unit.text) if amount.unit else "", kind.unit, kind.conversions)
    return None if step is None else exact(amount.number * step)


def limits_reversed(document: Document) -> Iterator[Diagnostic]:
    """PD316: the first limit of a range is above the second, so that nothing lies between."""
    for chapter in document.chapters:
        ranges = [(node.low, node.high) for node in chapter.nodes.either(ast.Plausible, ast.Normal)]
        ranges += [
            (node.low.amount, node.high.amount)
            for node in chapter.nodes.of(ast.Between)
            if isinstance(node.low, ast.AmountValue) and isinstance(node.high, ast.AmountValue)
        ]
        for low, high in ranges:
            step = factor(low.unit.text if low.unit else "", high.unit.text if high.unit else "")
            if step is not None and low.number * step > high.number:
                yield LIMITS_REVERSED.at(
                    low.span,
                    f"nothing lies between {write_amount(low)} and {write_amount(high)}",
                    hint="write the lower limit first",
                )
        for graded in chapter.nodes.of(ast.Graded):
            if graded.low > graded.high:
                yield LIMITS_REVERSED.at(graded.span, f"no grade lies between {graded.low} and {graded.high}")
