"""PD316, PD340, PD345, PD346: limits in the wrong order, beyond what is plausible, or finer than what is rounded."""

from collections.abc import Iterator

from protocol_dsl.base.diagnostics import Code, Diagnostic, Label
from protocol_dsl.base.numbers import Number, exact
from protocol_dsl.base.source import Span
from protocol_dsl.base.values import frozen
from protocol_dsl.semantics.checks.rules import MOST_DECIMALS
from protocol_dsl.semantics.checks.units import compared
from protocol_dsl.semantics.document import Chapter, Document
from protocol_dsl.semantics.kinds import Quantity, is_constant, kind_of, kind_of_measure, plain_definition
from protocol_dsl.semantics.points import write_amount
from protocol_dsl.semantics.quantities import PERCENT, factor, written
from protocol_dsl.syntax import ast
from protocol_dsl.syntax.printer import print_expression

LIMITS_REVERSED = Code("PD316", "above the other limit")
NOT_PLAUSIBLE = Code("PD340", "no value is expected there", "warning")

FINER = Code("PD345", "finer than the value", "warning")
CONSTANT_ROUNDED = Code("PD346", "rounded alone", "warning")

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
        limits = [(one, other.amount) for one, other in compared(chapter) if isinstance(other, ast.AmountValue)]
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
        case ast.NamedValue(name=name) if found := plain_definition(name.text, chapter):
            return bounds(*found)
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
            is_told = (low.unit is None) != (high.unit is None)
            if step is not None and not is_told and low.number * step > high.number:
                yield LIMITS_REVERSED.at(
                    low.span,
                    f"nothing lies between {write_amount(low)} and {write_amount(high)}",
                    hint="write the lower limit first",
                )
        for graded in chapter.nodes.of(ast.Graded):
            if graded.low > graded.high:
                yield LIMITS_REVERSED.at(graded.span, f"no grade lies between {graded.low} and {graded.high}")


def limits_too_fine(document: Document) -> Iterator[Diagnostic]:
    """PD345: a value that is counted, or rounded to some decimals, is held to be a number between two of these."""
    for chapter in document.chapters:
        for node in chapter.nodes.of(ast.Comparison):
            for value, limit in ((node.left, node.right), (node.right, node.left)):
                decimals = grain(value, chapter) if node.operator in {"=", "!="} else None
                if (
                    decimals is not None
                    and isinstance(limit, ast.AmountValue)
                    and is_finer(limit, value, decimals, chapter)
                ):
                    what = f"number rounded to {decimals} decimal{'' if decimals == 1 else 's'}"
                    yield FINER.at(
                        limit.span,
                        f"a {what if decimals else 'whole number'} is never {write_amount(limit.amount)}",
                        hint="write a number that it can be, or compare with < or >=",
                    )


def grain(value: ast.Expression, chapter: Chapter) -> int | None:
    """How many decimals the numbers that an expression stands for have at most; nothing where they have any number."""
    match value:
        case ast.Rounded(decimals=decimals) if decimals <= MOST_DECIMALS:
            return decimals
        case ast.DaysFromTo() | ast.CountOf():
            return 0
        case ast.NamedValue(name=name) if found := plain_definition(name.text, chapter):
            return grain(*found)
        case _:
            return None


def is_finer(limit: ast.AmountValue, value: ast.Expression, decimals: int, chapter: Chapter) -> bool:
    """Whether a limit, in the unit of a value, has more decimals than that; of an age PD313 speaks."""
    kind, amount = kind_of(value, chapter), limit.amount
    if not isinstance(kind, Quantity) or kind.is_age:
        return False
    step = factor(amount.unit.text if amount.unit else "", kind.unit, kind.conversions)
    return step is not None and exact(amount.number * step * 10**decimals).denominator != 1


def constants_rounded(document: Document) -> Iterator[Diagnostic]:
    """PD346: a number of the text is rounded, where what it is divided by or compared with was meant.

    Rounding goes before all other arithmetic.
    """
    for chapter in document.chapters:
        for node in chapter.nodes.of(ast.Rounded):
            if is_constant(node.value) and node.decimals <= MOST_DECIMALS:
                what = print_expression(node.value)
                yield CONSTANT_ROUNDED.at(
                    node.span,
                    f"this rounds {what} alone",
                    hint=f"write what is rounded in parentheses: (VALUE / {what}) rounded to ...",
                )
