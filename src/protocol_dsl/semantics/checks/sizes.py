"""PD122 to PD124, PD233: definitions, classes and visits that lead through more than can be worked out."""

from collections.abc import Iterator
from functools import partial

from protocol_dsl.base.diagnostics import Code, Diagnostic
from protocol_dsl.base.source import Span
from protocol_dsl.semantics.checks.circles import included, planned_at, ways_of_visits
from protocol_dsl.semantics.document import Chapter, Document
from protocol_dsl.semantics.extents import MOST_LEVELS, MOST_PARTS, calls, extent
from protocol_dsl.semantics.names import kind_of_declaration
from protocol_dsl.semantics.points import MOST_STEPS
from protocol_dsl.semantics.ways import ways
from protocol_dsl.syntax import ast

RULE_TOO_DEEP = Code("PD122", "too deep")
RULES_TOO_LARGE = Code("PD123", "too large")
CLASSES_TOO_LARGE = Code("PD124", "too many members")
PLANNED_TOO_DEEP = Code("PD233", "too many visits on the way")

MOST_MEMBERS = 100_000
"""Drugs and classes that all classes together include; ATC has some 6,500 substances."""


def rules_too_deep(document: Document) -> Iterator[Diagnostic]:
    """PD122: a rule is nested too deep once its definitions stand in their places, though each by itself is not."""
    for chapter in document.chapters:
        for node in callers(chapter):
            if extent(node, chapter.extents).is_too_deep:
                yield RULE_TOO_DEEP.at(
                    head(node),
                    f"with its definitions worked out, this is nested more than {MOST_LEVELS} deep",
                    hint="say it with fewer definitions one above the other",
                )


def rules_too_large(document: Document) -> Iterator[Diagnostic]:
    """PD123: definitions that call one another several times make the rules larger than can be worked out."""
    chapter = document.main
    parts = 0
    for node in callers(chapter):
        if not isinstance(node, ast.Define):
            parts += extent(node, chapter.extents).parts
            if parts > MOST_PARTS:
                yield RULES_TOO_LARGE.at(
                    head(node),
                    f"with their definitions worked out, the rules up to here have more than {MOST_PARTS:,} parts",
                    hint="call fewer definitions, or call each once",
                )
                return


def callers(chapter: Chapter) -> Iterator[ast.Declaration]:
    """The declarations that call names for values and tests, without those that call what is itself told of."""
    found = {id(node): node for _, node in chapter.nodes.within(ast.NamedValue)}
    for node in found.values():
        definitions = (name for name in calls(node) if chapter.find(name, "definition"))
        if all(name in chapter.extents and not chapter.extents[name].is_too_deep for name in definitions):
            yield node


def head(node: ast.Declaration) -> Span:
    """The place of a declaration's name, else of its first sign."""
    found = kind_of_declaration(node)
    return found[1].span if found else Span(node.span.file, node.span.start, node.span.start + 1)


def classes_too_large(document: Document) -> Iterator[Diagnostic]:
    """PD124: classes of drugs that include one another have more members than can be worked out."""
    for chapter in document.chapters:
        nodes = {node.name.text: node for node in chapter.nodes.of(ast.Drugs)}
        known: dict[str, frozenset[str]] = {}
        count = 0
        for name in ways(tuple(nodes), partial(included, chapter)).order:
            others = {*included(chapter, name)} & nodes.keys()
            if name not in nodes or not others <= known.keys():
                continue
            inner = (known[other] for other in others)
            known[name] = frozenset((name, *drugs_of(nodes[name]))).union(*inner)
            count += len(known[name])
            if count > MOST_MEMBERS:
                message = f"with what they include, the classes up to here have more than {MOST_MEMBERS:,} members"
                yield CLASSES_TOO_LARGE.at(nodes[name].name.span, message, hint="include each class in fewer others")
                break


def drugs_of(node: ast.Drugs) -> Iterator[str]:
    """The drugs that a class names itself."""
    for clause in node.clauses:
        if isinstance(clause, ast.Members):
            yield from (drug.name.text for drug in clause.drugs)


def visits_too_deep(document: Document) -> Iterator[Diagnostic]:
    """PD233: a visit is planned at a visit that is planned at another, and so on, through too many of them."""
    chapter = document.main
    follow = partial(planned_at, chapter)
    steps = ways_of_visits(chapter).steps(follow)
    for visit in chapter.nodes.of(ast.PlannedVisit):
        name = visit.name.text
        # What is planned at a visit that is told of is not told again.
        if steps.get(name) == MOST_STEPS + 1:
            yield PLANNED_TOO_DEEP.at(
                visit.name.span,
                f"{name} is planned at the last of more than {MOST_STEPS} visits, each planned at the one before",
                hint="plan it at an anchor, or as study time such as W52",
            )
