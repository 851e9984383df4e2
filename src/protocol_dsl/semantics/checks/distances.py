"""PD232: points and lengths of time that no calendar holds."""

from collections.abc import Iterator

from protocol_dsl.base.diagnostics import Code, Diagnostic
from protocol_dsl.model.points import Length, Point
from protocol_dsl.semantics.checks.cycles import amounts_of, courses, planned_cycles
from protocol_dsl.semantics.document import Chapter, Document
from protocol_dsl.semantics.points import length, resolve, visit_point, window, write_amount, write_point
from protocol_dsl.syntax import ast

TOO_FAR = Code("PD232", "too far away")

DAYS_IN_A_MONTH = 31
FARTHEST_DAYS = 73_050
"""Two hundred years."""


def is_far(found: Point | Length | None) -> bool:
    """Whether a point or a length goes beyond what the calendar can be trusted with."""
    return found is not None and abs(found.days) + abs(found.months) * DAYS_IN_A_MONTH > FARTHEST_DAYS


def points_too_far(document: Document) -> Iterator[Diagnostic]:
    """PD232: a point lies more than two hundred years from its milestone, so that no calendar holds it."""
    for chapter in document.chapters:
        for node in chapter.nodes.either(ast.NamedPoint, ast.OffsetPoint):
            if is_far(resolve(node, chapter)):
                yield TOO_FAR.at(node.span, f"{write_point(node)} is more than 200 years away")
        for visit in chapter.nodes.of(ast.PlannedVisit):
            if visit.point is None and is_far(visit_point(visit, chapter)):
                yield TOO_FAR.at(visit.name.span, f"{visit.name.text} is more than 200 years away")


def lengths_too_long(document: Document) -> Iterator[Diagnostic]:
    """PD232: a window, a spacing or another length of time is longer than two hundred years."""
    for chapter in document.chapters:
        for amount in lengths(chapter):
            if is_far(length(amount)):
                yield TOO_FAR.at(amount.span, f"{write_amount(amount)} are more than 200 years", label="too long")
        for node in chapter.nodes.of(ast.Window):
            found = window(node)
            if found and (is_far(found.early) or is_far(found.late)):
                yield TOO_FAR.at(node.span, "a side of this window is longer than 200 years", label="too long")


def lengths(chapter: Chapter) -> Iterator[ast.Amount]:
    """The lengths of time that are no part of a point."""
    nodes = chapter.nodes
    yield from (node.length for node in nodes.of(ast.Within))
    yield from (node.length for node in nodes.of(ast.Grace))
    yield from (node.length for node in nodes.of(ast.RequiredInterval))
    yield from (node.length for node in nodes.of(ast.Dose) if node.length)
    yield from (spacing for node in nodes.of(ast.Cycles) for spacing in amounts_of(node))


def cycles_too_far(document: Document) -> Iterator[Diagnostic]:
    """PD232: the last cycle is planned more than two hundred years after its milestone."""
    for treatment, cycles in courses(document):
        planned = planned_cycles(cycles, treatment.clauses, document.main)
        if planned and is_far(planned[-1]) and not any(is_far(length(spacing)) for spacing in amounts_of(cycles)):
            message = f"cycle {len(planned)} of {treatment.name.text} is more than 200 years away"
            yield TOO_FAR.at(cycles.span, message)
