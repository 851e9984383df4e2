"""PD270 and PD271: classes of visits, and assessments of which one is enough."""

from collections.abc import Iterator

from protocol_dsl.base.diagnostics import Code, Diagnostic
from protocol_dsl.semantics.document import Document
from protocol_dsl.syntax import ast

UNUSED_CLASS = Code("PD270", "no visit is of it", "warning")
CHOICE_OF_ONE = Code("PD271", "no choice")


def classes_of_no_visit(document: Document) -> Iterator[Diagnostic]:
    """PD270: a class of visits is declared and no visit is of it, so that its window and grace hold for none."""
    nodes = document.main.nodes
    called = {clause.name.text for clause in nodes.of(ast.OfClass)}
    for node in nodes.of(ast.VisitClass):
        name = node.name.text
        if name not in called and not document.half_read:
            yield UNUSED_CLASS.at(node.name.span, f"no visit is of class {name}", hint=f"add to a visit: class {name}")


def choices_of_one(document: Document) -> Iterator[Diagnostic]:
    """PD271: one of a single measure is enough, which leaves nothing to choose."""
    for node in document.main.nodes.of(ast.Either):
        names = {name.text for name in node.measures}
        if len(names) == 1:
            name = node.measures[0].text
            yield CHOICE_OF_ONE.at(
                node.span, f"one of ({name}) leaves no choice", hint=f"write: assess {name}, or name another measure"
            )
