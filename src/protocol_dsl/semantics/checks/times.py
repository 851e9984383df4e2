"""PD264: clauses that only a time to an event has."""

from collections.abc import Iterator

from protocol_dsl.base.diagnostics import Code, Diagnostic
from protocol_dsl.semantics.document import Document
from protocol_dsl.syntax import ast

EXAMPLE = "time from W0 to first EVENT"
NO_TIME = Code("PD264", "only a time to an event has this")


def clauses_of_times(document: Document) -> Iterator[Diagnostic]:
    """PD264: an endpoint that is no time says what competes, or when it is censored; the clause would do nothing."""
    for chapter in document.chapters:
        for node in chapter.nodes.of(ast.Endpoint):
            for clause in node.clauses:
                match clause:
                    case ast.Competing() if not isinstance(node.kind, ast.TimeToFirst):
                        message = f"{node.name.text} is no time to anything, with which something else could compete"
                        yield NO_TIME.at(clause.span, message, hint=f"leave it out, or: {EXAMPLE}")
                    case ast.CensoredAt() if not isinstance(node.kind, ast.TimeToFirst):
                        message = f"{node.name.text} is no time that could be censored"
                        yield NO_TIME.at(clause.span, message, hint=f"leave it out, or: {EXAMPLE}")
                    case ast.CensoredAt() if isinstance(node.kind, ast.TimeToFirst) and node.kind.measure:
                        message = (
                            f"{node.name.text} is censored at the last reading of {node.kind.measure.text} as it is"
                        )
                        yield NO_TIME.at(clause.span, message, hint="leave it out")
                    case _:
                        continue
