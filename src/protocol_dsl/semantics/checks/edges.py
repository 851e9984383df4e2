"""PD347: limits at the edge of what is plausible, which every plausible value meets, or none."""

from collections.abc import Iterator, Mapping

from protocol_dsl.base.diagnostics import Code, Diagnostic, Label
from protocol_dsl.base.numbers import Number
from protocol_dsl.base.values import frozen
from protocol_dsl.semantics.checks.limits import Bounds, bounds, in_unit
from protocol_dsl.semantics.decide.unknowns import FLIPPED
from protocol_dsl.semantics.document import Chapter, Document
from protocol_dsl.semantics.points import write_amount
from protocol_dsl.syntax import ast
from protocol_dsl.syntax.printer import print_expression

AT_THE_EDGE = Code("PD347", "decides nothing", "warning")

WORDS: Mapping[tuple[str, str], str] = {
    ("high", "<="): "every plausible value of {} is at most {}",
    ("high", ">"): "no plausible value of {} is above {}",
    ("low", ">="): "every plausible value of {} is at least {}",
    ("low", "<"): "no plausible value of {} is below {}",
}
"""What is to be said of a limit at an end of what is plausible, by the sign with which it is asked."""


@frozen
class Limit:
    """A value, called by some words, with the sign and the amount that it is held to."""

    value: ast.Expression
    called: str
    operator: str
    amount: ast.Amount


def limits_at_the_edge(document: Document) -> Iterator[Diagnostic]:
    """PD347: a limit is itself the end of what is plausible, and every plausible value lies on one side of it.

    That a number is not below 0 is no limit of the author's, and told with what the criterion decides.
    """
    for chapter in document.chapters:
        for limit in limits_of(chapter):
            found = bounds(limit.value, chapter)
            number = in_unit(limit.amount, found.kind) if found else None
            words = None if found is None else WORDS.get((end_at(number, found), limit.operator))
            if found is None or words is None:
                continue
            labels = (
                (Label(found.span, "said here"),) if found.span and found.span.file == limit.amount.span.file else ()
            )
            message = words.format(limit.called, write_amount(limit.amount))
            yield AT_THE_EDGE.at(
                limit.amount.span, message, labels=labels, hint="is the limit right, and the sign before it?"
            )


def end_at(number: Number | None, found: Bounds) -> str:
    """Which end of what is plausible a number is."""
    if number is not None and number == found.high:
        return "high"
    return "low" if number is not None and number == found.low and number else ""


def limits_of(chapter: Chapter) -> Iterator[Limit]:
    """Every value that is held to an amount; of two between which it lies the second, where the first is an end."""
    for node in chapter.nodes.of(ast.Comparison):
        if isinstance(node.right, ast.AmountValue):
            yield Limit(node.left, print_expression(node.left), node.operator, node.right.amount)
        elif isinstance(node.left, ast.AmountValue):
            yield Limit(node.right, print_expression(node.right), FLIPPED[node.operator], node.left.amount)
    for between in chapter.nodes.of(ast.Between):
        found = bounds(between.value, chapter) if isinstance(between.low, ast.AmountValue) else None
        if (
            found is not None
            and isinstance(between.low, ast.AmountValue)
            and isinstance(between.high, ast.AmountValue)
            and in_unit(between.low.amount, found.kind) == found.low
        ):
            yield Limit(between.value, print_expression(between.value), "<=", between.high.amount)
    for two in chapter.nodes.of(ast.Consecutive):
        if isinstance(two.limit, ast.AmountValue):
            yield Limit(ast.Pick("latest", two.measure), two.measure.text, two.operator, two.limit.amount)
    for time in chapter.nodes.of(ast.TimeToFirst):
        if time.measure and time.comparison:
            operator, amount = time.comparison
            yield Limit(ast.Pick("latest", time.measure), time.measure.text, operator, amount)
