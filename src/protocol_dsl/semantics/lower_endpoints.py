"""Analysis sets and endpoints of the text as those of the model."""

from typing import TypeAlias, assert_never

from protocol_dsl.base.units import GRADE
from protocol_dsl.model import endpoints as model
from protocol_dsl.model.expressions import Constant, EventPattern, Log10, Operator, ReadingAt, Value
from protocol_dsl.semantics.document import Chapter
from protocol_dsl.semantics.kinds import Choices, Quantity, kind_of, kind_of_measure
from protocol_dsl.semantics.lower_expressions import fault, pattern, place, point, value, value_in, words
from protocol_dsl.semantics.lower_schedule import every, first, lower_window
from protocol_dsl.semantics.lower_tests import test
from protocol_dsl.semantics.points import period
from protocol_dsl.syntax import ast

Clauses: TypeAlias = tuple[ast.EndpointClause, ...]

OPERATORS: tuple[Operator, ...] = ("<", "<=", ">", ">=", "=", "!=")


def endpoints(chapter: Chapter) -> tuple[model.Endpoint, ...]:
    """The endpoints in the order of the text."""
    return tuple(endpoint(node, chapter) for node in chapter.nodes.of(ast.Endpoint))


def analysis_sets(chapter: Chapter) -> tuple[model.AnalysisSet, ...]:
    """The analysis sets in the order of the text."""
    return tuple(
        model.AnalysisSet(
            name=node.name.text,
            title=node.title.text or node.name.text,
            base=node.base,
            without=tuple(name.text for name in node.without),
            place=place(node.name.span, chapter),
        )
        for node in chapter.nodes.of(ast.AnalysisSet)
    )


def endpoint(node: ast.Endpoint, chapter: Chapter) -> model.Endpoint:
    """One endpoint."""
    written = node.kind or fault(node)
    confidence, window = first(ast.Confidence, node.clauses), first(ast.Window, node.clauses)
    return model.Endpoint(
        rank=node.rank,
        name=node.name.text,
        title=node.title.text or node.name.text,
        kind=kind(written, node.clauses, chapter),
        words=words(written.span, chapter),
        unit=unit(written, chapter),
        sets=tuple(name.text for clause in every(ast.AnalysedIn, node.clauses) for name in clause.sets),
        missing=tuple(
            dict.fromkeys(rule for clause in every(ast.MissingCounts, node.clauses) for rule in clause.rules)
        ),
        compare=tuple(
            dict.fromkeys(name.text for clause in every(ast.Compare, node.clauses) for name in clause.methods)
        ),
        confidence=confidence.level.number if confidence else 95,
        window=lower_window(window) if window else None,
        place=place(node.name.span, chapter),
    )


def competing(clauses: Clauses) -> tuple[EventPattern, ...]:
    """The events that end the time to event otherwise."""
    return tuple(EventPattern(name.text) for clause in every(ast.Competing, clauses) for name in clause.events)


def assessments(clauses: Clauses, chapter: Chapter) -> tuple[model.Assessment, ...]:
    """The visits and measures of which the last ends a time without an event."""
    names = dict.fromkeys(name.text for clause in every(ast.CensoredAt, clauses) for name in clause.assessments)
    return tuple(model.Assessment("measure" if chapter.find(name, "measure") else "visit", name) for name in names)


def kind(node: ast.EndpointKind, clauses: Clauses, chapter: Chapter) -> model.EndpointKind:
    """What is reported."""
    match node:
        case ast.ProportionWith():
            return model.Proportion(test(node.test, chapter))
        case ast.Average():
            return model.Average(node.statistic, value(node.value, chapter))
        case ast.Course():
            return course(node, chapter)
        case ast.TimeToFirst():
            return time_to_first(node, clauses, chapter)
        case ast.EventsIn():
            return model.EventsIn(pattern(node.events), period(node.period, chapter))
        case ast.CountIn():
            return model.CountIn(pattern(node.events), period(node.period, chapter))
        case ast.WorstGrade():
            return model.WorstGrade(pattern(node.events), period(node.period, chapter))
        case _:
            assert_never(node)


def course(node: ast.Course, chapter: Chapter) -> model.Course:
    """A measure at several visits, each visit once."""
    measured = kind_of_measure(node.measure.text, chapter)
    visits = dict.fromkeys(visit.text for visit in node.visits)
    return model.Course(
        node.measure.text,
        tuple(model.CoursePoint(name, reading(node, name, chapter)) for name in visits),
        tuple(measured.choices) if isinstance(measured, Choices) else (),
    )


def reading(node: ast.Course, visit: str, chapter: Chapter) -> Value:
    """The reading of one visit of a course."""
    at = place(node.span, chapter)
    found = ReadingAt(node.measure.text, visit, words=f"{node.measure.text} at {visit}", place=at)
    return Log10(found, words=f"log10 {found.words}", place=at) if node.log10 else found


def time_to_first(node: ast.TimeToFirst, clauses: Clauses, chapter: Chapter) -> model.TimeToReading | model.TimeToEvent:
    """The time to a reading or to an event."""
    start, rivals = point(node.start, chapter), competing(clauses)
    if node.measure is None or node.comparison is None:
        events = tuple(pattern(each) for each in node.events)
        return model.TimeToEvent(start, events, rivals, assessments(clauses, chapter))
    sign, amount = node.comparison
    measured = kind_of(ast.Pick("latest", node.measure), chapter)
    limit = value_in(ast.AmountValue(amount, span=amount.span), measured, chapter)
    operator = next((each for each in OPERATORS if each == sign), None) or fault(node)
    if not isinstance(limit, Constant):
        fault(node)
    return model.TimeToReading(start, node.measure.text, operator, limit.number, rivals)


def unit(node: ast.EndpointKind, chapter: Chapter) -> str:
    """The unit of what is reported, empty where it has none."""
    match node:
        case ast.Average():
            found = kind_of(node.value, chapter)
        case ast.Course():
            found = kind_of_measure(node.measure.text, chapter)
            if isinstance(found, Quantity) and node.log10:
                return f"log10 {found.unit}"
        case ast.TimeToFirst():
            return "days"
        case _:
            return ""
    if not isinstance(found, Quantity) or found.unit == GRADE:
        return ""
    return f"log10 {found.unit}".strip() if found.is_log else found.unit
