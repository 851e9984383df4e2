"""PD284 and PD285: values that are followed over days in which too few visits, or none, assess them."""

from collections.abc import Iterable, Iterator, Mapping

from protocol_dsl.base.diagnostics import Code, Diagnostic, Label
from protocol_dsl.base.values import frozen
from protocol_dsl.model.points import Period, Point
from protocol_dsl.semantics.apart import days_apart, is_before
from protocol_dsl.semantics.document import Chapter, Document
from protocol_dsl.semantics.ladders import measured
from protocol_dsl.semantics.points import period, resolve, visit_point, write_point
from protocol_dsl.semantics.series import points_of, said
from protocol_dsl.semantics.visit_classes import assessed, assessed_besides, clauses_of, sides_of
from protocol_dsl.syntax import ast

NO_VISIT_THEN = Code("PD284", "no visit then", "warning")
ONE_VISIT_ALONE = Code("PD285", "never two in a row", "warning")

PAIR = 2
MOST_VISITS = 200
"""A measure that more visits assess is assessed nearly always."""


@frozen
class Assessment:
    """A planned day on which a visit assesses a measure, and how far its window goes; ``None`` where that is open."""

    name: ast.Name
    planned: Point | None
    window: tuple[int, int] | None


def times_without_visits(document: Document) -> Iterator[Diagnostic]:
    """PD284: a time to a reading is counted from a day after which no visit assesses the measure."""
    chapter = document.main
    known = assessments(chapter)
    for endpoint in chapter.nodes.of(ast.Endpoint):
        kind = endpoint.kind
        if not isinstance(kind, ast.TimeToFirst) or kind.measure is None:
            continue
        start, found = resolve(kind.start, chapter), known.get(measured(kind.measure.text, chapter), ())
        if found and start and all(is_by(each.planned, start) for each in found):
            yield NO_VISIT_THEN.at(
                kind.start.span,
                f"{endpoint.name.text} is the time from {write_point(kind.start)}, and no visit after it assesses "
                f"{measured(kind.measure.text, chapter)}",
                labels=(Label(found[-1].name.span, "the last visit that does"),),
                hint="count from an earlier day, or assess it at a later visit",
            )


def is_by(planned: Point | None, start: Point) -> bool:
    """Whether a visit is certainly planned on or before a day, when its readings do not count."""
    apart = days_apart(planned, start)
    return is_before(planned, start) or (apart is not None and apart.least >= 0)


def periods_without_visits(document: Document) -> Iterator[Diagnostic]:
    """PD284: an endpoint reads a measure over some days, and each visit that assesses it is held on others."""
    chapter = document.main
    known = assessments(chapter)
    for node, declaration in chapter.nodes.within(ast.Pick):
        name = measured(node.measure.text, chapter)
        found = known.get(name, ()) if isinstance(declaration, ast.Endpoint) else ()
        days = period(node.period, chapter)
        if node.period and found and not within(found, days):
            yield NO_VISIT_THEN.at(
                node.period.span,
                f"{name} is read over days on which no visit assesses it",
                labels=(Label(found[-1].name.span, "a visit that does"),),
                hint="read it over other days, or assess it at a visit then",
            )


def pairs_of_one_visit(document: Document) -> Iterator[Diagnostic]:
    """PD285: two readings in a row are asked for over days in which one visit assesses the measure, or none.

    What was read before the study began is no visit's; only days after an anchor are looked at.
    """
    chapter = document.main
    known = assessments(chapter)
    for node in chapter.nodes.of(ast.Consecutive):
        name, days = measured(node.measure.text, chapter), period(node.period, chapter)
        found = known.get(name, ()) if days.start and days.start.months >= 0 and days.start.days >= 0 else ()
        inside = within(found, days)
        if found and len(inside) < PAIR:
            how_many = "one visit alone assesses it" if inside else "no visit assesses it"
            yield ONE_VISIT_ALONE.at(
                node.period.span,
                f"two readings of {name} in a row are asked for over days in which {how_many}",
                labels=tuple(Label(each.name.span, "this visit") for each in inside),
                hint="let the period be longer, or ask for one reading",
            )


def within(found: tuple[Assessment, ...], days: Period) -> tuple[Assessment, ...]:
    """The assessments that may lie in a period, as far as their windows go."""
    return tuple(each for each in found if not is_outside(each, days))


def is_outside(each: Assessment, days: Period) -> bool:
    """Whether a visit certainly lies before or after a period."""
    if each.planned is None or each.window is None:
        return False
    early, late = (later(each.planned, side) for side in each.window)
    return is_before(late, days.start) or is_before(days.end, early)


def later(point: Point, days: int) -> Point:
    """A point so many days later."""
    return Point(point.milestone, point.months, point.days + days)


def assessments(chapter: Chapter) -> Mapping[str, tuple[Assessment, ...]]:
    """The visits that assess each measure, in whatever version; not where a series that goes on or in cycles does.

    Nor where very many do: each is held to each period.
    """
    also = assessed_besides(chapter)
    found: dict[str, list[Assessment]] = {}
    goes_on = {measure for name, added in also.items() if not is_plain(name, chapter) for measure in names_in(added)}
    for node in chapter.nodes.of(ast.Visits):
        around, asked = sides_of(node, chapter), clauses_of(node, chapter)
        for visit in node.visits:
            measures = names_in((*asked, *also.get(visit.name.text, ())))
            if visit.in_cycles or said(ast.ThenEvery, node):
                goes_on.update(measures)
                continue
            planned = visit_point(visit, chapter)
            points = [resolve(point, chapter) for point in points_of(visit)] if visit.further else [planned]
            for measure in measures:
                found.setdefault(measure, []).extend(Assessment(visit.name, point, around) for point in points)
    few = {measure: tuple(visits) for measure, visits in found.items() if len(visits) <= MOST_VISITS}
    return {measure: visits for measure, visits in few.items() if measure not in goes_on}


def names_in(clauses: Iterable[object]) -> tuple[str, ...]:
    """The measures that some clauses ask for."""
    return assessed(clauses).every


def is_plain(name: str, chapter: Chapter) -> bool:
    """Whether a name is that of a visit itself, and not of one of a series."""
    return any(symbol.kind == "visit" for symbol in chapter.symbols.get(name, ()))
