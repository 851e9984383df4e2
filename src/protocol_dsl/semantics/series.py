"""The members of a series of visits as the text names them: ``CT1``, ``C2D8``."""

import re
from typing import TypeVar

from protocol_dsl.model.series import MOST
from protocol_dsl.semantics.cycle_names import only_of
from protocol_dsl.semantics.names import Symbol, is_series
from protocol_dsl.syntax import ast

NUMBER = re.compile(r"[1-9][0-9]{0,4}")
CYCLE_AND_DAY = re.compile(r"([1-9][0-9]{0,4})D([1-9][0-9]{0,4})")
Clause = TypeVar("Clause")


def said(kind: type[Clause], declaration: ast.Visits | ast.Treatment) -> Clause | None:
    """The clause of one kind of a declaration."""
    return next((clause for clause in declaration.clauses if isinstance(clause, kind)), None)


def member(series: Symbol, name: str) -> Symbol | None:
    """The visit of a series that a name stands for, with the point at which it is planned."""
    node, declaration = series.node, series.visits
    if not isinstance(node, ast.PlannedVisit) or declaration is None or not name.startswith(series.name):
        return None
    rest = name[len(series.name) :]
    point = cycle_day(node.in_cycles, declaration, rest) if node.in_cycles else repeated(node, declaration, rest)
    if point is None:
        return None
    visit = ast.PlannedVisit(ast.Name(name, span=node.name.span), node.title, point, span=node.span)
    return Symbol(name, "visit", series.span, series.home, visit, declaration)


def repeated(node: ast.PlannedVisit, declaration: ast.Visits, rest: str) -> ast.Point | None:
    """The point of a repeated visit by its number."""
    number = int(rest) if NUMBER.fullmatch(rest) else 0
    points = points_of(node)
    if 1 <= number <= len(points):
        return points[number - 1]
    again = said(ast.ThenEvery, declaration)
    if again is None or not 1 <= number <= MOST or not points:
        return None
    length = ast.Amount((number - len(points)) * again.length.number, again.length.unit, span=again.length.span)
    return ast.OffsetPoint(length, "after", points[-1], span=node.span)


def points_of(node: ast.PlannedVisit) -> tuple[ast.Point, ...]:
    """The points of a head; a name alone is its own point."""
    first = ast.NamedPoint(node.name, span=node.name.span) if node.point is None else node.point
    return (first, *node.further)


def cycle_day(days: ast.CycleDays, declaration: ast.Visits, rest: str) -> ast.Point | None:
    """The point of the visit of a day of a cycle."""
    found = CYCLE_AND_DAY.fullmatch(rest)
    if found is None:
        return None
    cycle, day = int(found[1]), int(found[2])
    if day not in days.days or cycle > MOST or not only_of(said(ast.Only, declaration)).has(cycle):
        return None
    counted = said(ast.CountedFrom, declaration)
    is_planned = counted is not None and counted.reference == "plan"
    start = ast.CyclePoint(cycle, days.treatment, is_planned, span=days.span)
    if day == 1:
        return start
    return ast.OffsetPoint(ast.Amount(day - 1, ast.Name("days", span=days.span), span=days.span), "after", start)


def names(visit: ast.PlannedVisit, declaration: ast.Visits, further: int = 1) -> tuple[str, ...]:
    """The names that a name of a head stands for: itself, or the first visits of the series.

    Of a repeated visit those are the points of the text, and ``further`` ones after them.
    """
    name = visit.name.text
    if not is_series(visit, declaration):
        return (name,)
    if visit.in_cycles:
        first = next((cycle for cycle in range(1, MOST) if only_of(said(ast.Only, declaration)).has(cycle)), 1)
        return tuple(f"{name}{first}D{day}" for day in visit.in_cycles.days)
    count = len(points_of(visit)) + (further if said(ast.ThenEvery, declaration) else 0)
    return tuple(f"{name}{number}" for number in range(1, count + 1))
