"""From which days on a test reads, where the text names them."""

from collections.abc import Iterator

from protocol_dsl.base.source import Span
from protocol_dsl.model.points import Point
from protocol_dsl.semantics.document import Chapter
from protocol_dsl.semantics.kinds import plain_definition
from protocol_dsl.semantics.points import period, resolve, visit_point
from protocol_dsl.semantics.visit_classes import sides_of
from protocol_dsl.syntax import ast


def first_days(test: object, chapter: Chapter, told: set[str] | None = None) -> Iterator[tuple[Point | None, Span]]:
    """Each first day that a test reads, by itself or by a definition that it calls, and where it asks for it.

    A visit is read as early as its window lets it be. Each definition counts once; ``told`` are those that did.
    """
    periods: list[ast.Period] = [*ast.every(ast.FromTo, test), *ast.every(ast.Within, test)]
    periods += ast.every(ast.During, test)
    for each in periods:
        yield period(each, chapter).start, each.span
    for drugs in ast.every(ast.OnDrugs, test):
        yield resolve(drugs.point, chapter), drugs.point.span
    visits = [each.visit for each in ast.every(ast.ReadingAt, test)]
    visits += [visit for each in ast.every(ast.Change, test) for visit in (each.start, each.end)]
    for visit in visits:
        yield earliest(visit.text, chapter), visit.span
    known = set[str]() if told is None else told
    for name in ast.every(ast.NamedValue, test):
        found = None if name.name.text in known else plain_definition(name.name.text, chapter)
        known.add(name.name.text)
        if found is not None:
            yield from ((point, name.span) for point, _ in first_days(*found, known))


def earliest(visit: str, chapter: Chapter) -> Point | None:
    """The first day on which a visit can be held as planned; nothing where it moves with another."""
    symbol = chapter.find(visit, "visit")
    if symbol is None or symbol.visits is None or not isinstance(symbol.node, ast.PlannedVisit):
        return None
    around, planned = sides_of(symbol.visits, chapter), visit_point(symbol.node, chapter)
    if planned is None or around is None:
        return None
    return Point(planned.milestone, planned.months, planned.days + min(around[0], 0))
