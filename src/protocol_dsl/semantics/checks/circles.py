"""PD114, PD115, PD205: definitions, classes and visits that lead back to themselves."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from protocol_dsl.base.diagnostics import Code, Diagnostic
from protocol_dsl.semantics.document import Chapter, Document
from protocol_dsl.syntax import ast

DEFINED_BY_ITSELF = Code("PD114", "leads back to itself")
INCLUDES_ITSELF = Code("PD115", "leads back to itself")
PLANNED_AT_ITSELF = Code("PD205", "leads back to itself")


def circle(name: str, follow: Callable[[str], Iterable[str]]) -> tuple[str, ...]:
    """The way from a name back to itself, or nothing."""
    stack: list[tuple[str, tuple[str, ...]]] = [(name, (name,))]
    seen: set[str] = set()
    while stack:
        at, way = stack.pop()
        for other in follow(at):
            if other == name:
                return (*way, name)
            if other not in seen:
                seen.add(other)
                stack.append((other, (*way, other)))
    return ()


def definitions_in_circles(document: Document) -> Iterator[Diagnostic]:
    """PD114: a definition needs itself, so that nothing could ever be computed."""
    for chapter in document.chapters:
        needs: dict[str, list[str]] = {}
        for value, declaration in chapter.nodes.within(ast.NamedValue):
            if isinstance(declaration, ast.Define):
                needs.setdefault(declaration.name.text, []).append(value.name.text)
        told: set[str] = set()
        for node in chapter.nodes.of(ast.Define):
            if node.name.text not in told and (way := circle(node.name.text, partial(listed, needs))):
                told.update(way)
                yield DEFINED_BY_ITSELF.at(node.name.span, f"definitions in a circle: {' needs '.join(way)}")


def listed(needs: Mapping[str, list[str]], name: str) -> Iterable[str]:
    """The names that a definition needs."""
    return needs.get(name, ())


def classes_in_circles(document: Document) -> Iterator[Diagnostic]:
    """PD115: a class of drugs includes itself."""
    for chapter in document.chapters:
        told: set[str] = set()
        for node in chapter.nodes.of(ast.Drugs):
            if node.name.text not in told and (way := circle(node.name.text, partial(included, chapter))):
                told.update(way)
                yield INCLUDES_ITSELF.at(node.name.span, f"classes in a circle: {' includes '.join(way)}")


def included(chapter: Chapter, name: str) -> Iterator[str]:
    """The classes that a class of this text includes."""
    symbol = chapter.find(name, "class")
    if symbol and isinstance(symbol.node, ast.Drugs):
        for clause in symbol.node.clauses:
            if isinstance(clause, ast.Includes):
                yield from (each.text for each in clause.classes)


def visits_in_circles(document: Document) -> Iterator[Diagnostic]:
    """PD205: visits are planned at one another, so that none has a day."""
    chapter = document.main
    told: set[str] = set()
    for node in chapter.nodes.of(ast.PlannedVisit):
        if node.name.text not in told and (way := circle(node.name.text, partial(planned_at, chapter))):
            told.update(way)
            yield PLANNED_AT_ITSELF.at(node.name.span, f"visits in a circle: {' is planned at '.join(way)}")


def planned_at(chapter: Chapter, name: str) -> Iterator[str]:
    """The visit at which a visit is planned, if it is one."""
    symbol = chapter.find(name, "visit")
    point = symbol.node.point if symbol and isinstance(symbol.node, ast.PlannedVisit) else None
    while isinstance(point, ast.OffsetPoint):
        point = point.base
    if point and not chapter.find(point.name.text, "anchor", "milestone"):
        yield point.name.text
