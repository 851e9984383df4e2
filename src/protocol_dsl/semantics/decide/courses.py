"""What must hold on the day on which a cycle is given, and what its dose is reduced for, to be decided together."""

from collections.abc import Iterator

from protocol_dsl.base.values import frozen
from protocol_dsl.semantics.decide.possible import Wanted
from protocol_dsl.semantics.document import Chapter, Document
from protocol_dsl.semantics.lower_schedule import every, first
from protocol_dsl.semantics.lower_stops import tests_of
from protocol_dsl.semantics.lower_tests import test
from protocol_dsl.semantics.reach import is_sound
from protocol_dsl.syntax import ast


@frozen(eq=False)
class Term:
    """A rule of the cycles of a treatment: its words, its test as the text has it, and how that must turn out."""

    act: str
    written: ast.Expression
    wanted: Wanted


@frozen(eq=False)
class Course:
    """A treatment given in cycles, the terms on which its cycles go on, and what else is looked for on their days.

    ``looked_for`` are the tests that stop the cycles or reduce a dose, those that are joined by ``or`` one by one.
    """

    node: ast.Treatment
    going_on: tuple[Term, ...]
    looked_for: tuple[Term, ...]


def courses(document: Document) -> Iterator[Course]:
    """The treatments that have rules of cycles and hold no mistake.

    All rules of a cycle are judged on one day, that to which a delay has moved it.
    """
    chapter = document.main
    for node in chapter.nodes.of(ast.Treatment):
        if any(isinstance(clause, ast.CycleRule) for clause in node.clauses) and is_sound(node, chapter, document):
            rules = tuple(rules_of(node, chapter))
            going_on = tuple(
                Term(act, written, Wanted(test(written, chapter), is_met=act == "repeat while"))
                for act, written in rules
                if act != "reduce to"
            )
            looked_for = tuple(
                Term(act, part, Wanted(test(part, chapter)))
                for act, written in rules
                if act in {"stop when", "until", "reduce to"}
                for part in (written.parts if isinstance(written, ast.Or) else (written,))
            )
            yield Course(node, going_on, looked_for)


def rules_of(node: ast.Treatment, chapter: Chapter) -> Iterator[tuple[str, ast.Expression]]:
    """The rules of a treatment in the order of the text, then the tests that its plan goes on until."""
    for rule in every(ast.CycleRule, node.clauses):
        yield rule.act, rule.test
    cycles = first(ast.Cycles, node.clauses)
    for written in tests_of(cycles.until, chapter) if cycles else ():
        yield "until", written
