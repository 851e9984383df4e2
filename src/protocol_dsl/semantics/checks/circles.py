"""PD114, PD115, PD205: definitions, classes and visits that lead back to themselves."""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from protocol_dsl.base.diagnostics import Code, Diagnostic
from protocol_dsl.base.source import Span
from protocol_dsl.semantics.document import Chapter, Document
from protocol_dsl.semantics.ways import Ways, ways, written
from protocol_dsl.syntax import ast

DEFINED_BY_ITSELF = Code("PD114", "leads back to itself")
INCLUDES_ITSELF = Code("PD115", "leads back to itself")
PLANNED_AT_ITSELF = Code("PD205", "leads back to itself")


def first_places(names: Iterable[ast.Name]) -> dict[str, Span]:
    """Where each name is declared first, in the order of the text."""
    found: dict[str, Span] = {}
    for name in names:
        found.setdefault(name.text, name.span)
    return found


def definitions_in_circles(document: Document) -> Iterator[Diagnostic]:
    """PD114: a definition needs itself, so that nothing could ever be computed."""
    for chapter in document.chapters:
        needs: dict[str, list[str]] = {}
        for value, declaration in chapter.nodes.within(ast.NamedValue):
            if isinstance(declaration, ast.Define):
                needs.setdefault(declaration.name.text, []).append(value.name.text)
        places = first_places(node.name for node in chapter.nodes.of(ast.Define))
        for circle in ways(tuple(places), partial(listed, needs)).circles:
            message = f"definitions in a circle: {written(circle, 'needs')}"
            yield DEFINED_BY_ITSELF.at(places[circle[0]], message)


def listed(needs: Mapping[str, list[str]], name: str) -> Iterable[str]:
    """The names that a definition needs."""
    return needs.get(name, ())


def classes_in_circles(document: Document) -> Iterator[Diagnostic]:
    """PD115: a class of drugs includes itself."""
    for chapter in document.chapters:
        places = first_places(node.name for node in chapter.nodes.of(ast.Drugs))
        for circle in ways(tuple(places), partial(included, chapter)).circles:
            message = f"classes in a circle: {written(circle, 'includes')}"
            yield INCLUDES_ITSELF.at(places[circle[0]], message)


def included(chapter: Chapter, name: str) -> Iterator[str]:
    """The classes that a class of this text includes."""
    symbol = chapter.find(name, "class")
    if symbol and symbol.home == chapter.text.name and isinstance(symbol.node, ast.Drugs):
        for clause in symbol.node.clauses:
            if isinstance(clause, ast.Includes):
                yield from (each.text for each in clause.classes)


def visits_in_circles(document: Document) -> Iterator[Diagnostic]:
    """PD205: visits are planned at one another, so that none has a day."""
    chapter = document.main
    places = first_places(node.name for node in chapter.nodes.of(ast.PlannedVisit))
    for circle in ways_of_visits(chapter).circles:
        message = f"visits in a circle: {written(circle, 'is planned at')}"
        yield PLANNED_AT_ITSELF.at(places[circle[0]], message)


def ways_of_visits(chapter: Chapter) -> Ways:
    """Where visits lead that are planned at others."""
    names = dict.fromkeys(node.name.text for node in chapter.nodes.of(ast.PlannedVisit))
    return ways(tuple(names), partial(planned_at, chapter))


def planned_at(chapter: Chapter, name: str) -> Iterator[str]:
    """The visit at which a visit is planned, if it is one."""
    symbol = chapter.find(name, "visit")
    point = symbol.node.point if symbol and isinstance(symbol.node, ast.PlannedVisit) else None
    while isinstance(point, ast.OffsetPoint):
        point = point.base
    if isinstance(point, ast.NamedPoint) and not chapter.find(point.name.text, "anchor", "milestone"):
        yield point.name.text
