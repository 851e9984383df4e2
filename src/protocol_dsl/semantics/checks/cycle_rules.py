"""PD269: tests by which cycles go on that can never turn again."""

from collections.abc import Iterator

from protocol_dsl.base.diagnostics import Code, Diagnostic
from protocol_dsl.semantics.document import Chapter, Document
from protocol_dsl.semantics.kinds import plain_definition
from protocol_dsl.syntax import ast

NEVER_OVER = Code("PD269", "never over", "warning")


def delays_never_over(document: Document) -> Iterator[Diagnostic]:
    """PD269: a cycle waits while something has happened, which stays so for good: nobody would be given it again."""
    for rule in document.main.nodes.of(ast.CycleRule):
        if rule.act == "delay while" and is_for_good(rule.test, document.main):
            yield NEVER_OVER.at(
                rule.test.span,
                "what has happened once has happened for good, so that the cycle is put off for ever",
                hint="wait for a value that is read again: delay while latest M before P < LIMIT; or write: stop when",
            )


def is_for_good(test: ast.Expression, chapter: Chapter) -> bool:
    """Whether a test that is met once stays met, whatever happens later."""
    match test:
        case ast.Happens(quantifier="any") | ast.ExposedTo() | ast.IsConfirmed():
            return True
        case (
            ast.Comparison(left=ast.CountOf(), operator=">" | ">=")
            | ast.Comparison(right=ast.CountOf(), operator="<" | "<=")
        ):
            return True
        case ast.And(parts=parts):
            return all(is_for_good(part, chapter) for part in parts)
        case ast.Or(parts=parts):
            return any(is_for_good(part, chapter) for part in parts)
        case ast.AtLeast(count=count, tests=tests):
            return sum(is_for_good(part, chapter) for part in tests) >= count
        case ast.NamedValue(name=name) if found := plain_definition(name.text, chapter):
            return is_for_good(*found)
        case _:
            return False
