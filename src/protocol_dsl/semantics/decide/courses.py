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
    """A treatment given in cycles, the terms on which its cycles go on, and those on which a dose is reduced."""

    node: ast.Treatment
    going_on: tuple[Term, ...]
    reduced: tuple[Term, ...]


def courses(document: Document) -> Iterator[Course]:
    """The treatments that have rules of cycles and hold no mistake.

    All rules of a cycle are judged on one day, that to which a delay has moved it.
    """
    chapter = document.main
    for node in chapter.nodes.of(ast.Treatment):
        if any(isinstance(clause, ast.CycleRule) for clause in node.clauses) and is_sound(node, chapter, document):
            terms = tuple(terms_of(node, chapter))
            going_on = tuple(each for each in terms if each.act != "reduce to")
            yield Course(node, going_on, tuple(each for each in terms if each.act == "reduce to"))


def terms_of(node: ast.Treatment, chapter: Chapter) -> Iterator[Term]:
    """The rules of a treatment in the order of the text, then what its plan goes on until."""
    for rule in every(ast.CycleRule, node.clauses):
        is_met = rule.act in {"repeat while", "reduce to"}
        yield Term(rule.act, rule.test, Wanted(test(rule.test, chapter), is_met))
    cycles = first(ast.Cycles, node.clauses)
    for written in tests_of(cycles.until, chapter) if cycles else ():
        yield Term("until", written, Wanted(test(written, chapter), is_met=False))
