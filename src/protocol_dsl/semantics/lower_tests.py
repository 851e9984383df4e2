"""Tests of the text as those of the model."""

from collections.abc import Mapping

from protocol_dsl.model import expressions as model
from protocol_dsl.semantics.document import Chapter
from protocol_dsl.semantics.kinds import Quantity, definition, is_constant, kind_of
from protocol_dsl.semantics.lower_expressions import About, about, fault, pattern, point, value, value_in
from protocol_dsl.semantics.lower_limits import held_to_each, held_together
from protocol_dsl.semantics.points import period
from protocol_dsl.syntax import ast

FLIPPED: Mapping[model.Operator, model.Operator] = {
    "<": ">",
    "<=": ">=",
    ">": "<",
    ">=": "<=",
    "=": "=",
    "!=": "!=",
}


def test(node: ast.Expression, chapter: Chapter) -> model.Test:
    """A test that the checks have found to be one."""
    at = about(node, chapter)
    match node:
        case ast.Comparison():
            return comparison(node, chapter, at)
        case ast.Between():
            return between(node, chapter, at)
        case ast.Is(choice=choice):
            return model.IsOneOf(value(node.value, chapter), (choice.text.casefold(),), words=at.words, place=at.place)
        case ast.IsIn(choices=choices):
            chosen = tuple(choice.text.casefold() for choice in choices)
            return model.IsOneOf(value(node.value, chapter), chosen, words=at.words, place=at.place)
        case ast.IsRecorded():
            return is_recorded(node, chapter, at)
        case ast.Not(part=part):
            return model.Not(test(part, chapter), words=at.words, place=at.place)
        case ast.And(parts=parts):
            return model.And(tuple(test(part, chapter) for part in parts), words=at.words, place=at.place)
        case ast.Or(parts=parts):
            return model.Or(tuple(test(part, chapter) for part in parts), words=at.words, place=at.place)
        case ast.AtLeast(tests=tests):
            found = tuple(test(part, chapter) for part in tests)
            return model.AtLeast(node.count, found, words=at.words, place=at.place)
        case ast.NamedValue(name=name):
            symbol, define = definition(name.text, chapter) or fault(node)
            inner = test(define.expression, chapter.home(symbol))
            return model.DefinedTest(name.text, inner, words=at.words, place=at.place)
        case _:
            return test_of_history(node, chapter, at)


def test_of_history(node: ast.Expression, chapter: Chapter, at: About) -> model.Test:
    """A test of medications, conditions, events or the course of readings."""
    match node:
        case ast.IsConfirmed():
            within = period(node.period, chapter)
            return model.IsConfirmed(node.condition.text, within, words=at.words, place=at.place)
        case ast.ExposedTo():
            within = period(node.period, chapter)
            return model.ExposedTo(node.drugs.text, within, words=at.words, place=at.place)
        case ast.OnDrugs():
            return model.OnDrugs(node.drugs.text, point(node.point, chapter), words=at.words, place=at.place)
        case ast.Happens():
            within = period(node.period, chapter)
            found = model.Happens(pattern(node.events), within, words=at.words, place=at.place)
            return found if node.quantifier == "any" else model.Not(found, words=at.words, place=at.place)
        case ast.Consecutive():
            reading = ast.Pick("latest", node.measure)
            limit = held_to_each(value_in(node.limit, kind_of(reading, chapter), chapter), node.measure.text)
            within = period(node.period, chapter)
            return model.Consecutive(node.measure.text, node.operator, limit, within, words=at.words, place=at.place)
        case _:
            return fault(node)


def comparison(node: ast.Comparison, chapter: Chapter, at: About) -> model.Test:
    """Two values in one unit; a logarithm stands on the left."""
    kind = kind_of(node.right, chapter)
    if isinstance(kind, Quantity) and kind.is_log:
        node = ast.Comparison(node.right, FLIPPED[node.operator], node.left, span=node.span)
    if is_constant(node.left) and not is_constant(node.right):
        right = value(node.right, chapter)
        left = value_in(node.left, kind_of(node.right, chapter), chapter)
    else:
        left = value(node.left, chapter)
        right = value_in(node.right, kind_of(node.left, chapter), chapter)
    left, right = held_together(left, right)
    return model.Compare(left, node.operator, right, words=at.words, place=at.place)


def between(node: ast.Between, chapter: Chapter, at: About) -> model.Test:
    """A value between two others; for a logarithm two comparisons, each a limit on the raw value."""
    kind = kind_of(node.value, chapter)
    if isinstance(kind, Quantity) and kind.is_log:
        low = ast.Comparison(node.value, ">=", node.low, span=node.span)
        high = ast.Comparison(node.value, "<=", node.high, span=node.span)
        parts = tuple(comparison(part, chapter, about(part, chapter)) for part in (low, high))
        return model.And(parts, words=at.words, place=at.place)
    if is_constant(node.value) and not is_constant(node.low):
        fault(node)
    limits = (value_in(limit, kind, chapter) for limit in (node.low, node.high))
    inner, low_value, high_value = held_together(value(node.value, chapter), *limits)
    return model.Between(inner, low_value, high_value, words=at.words, place=at.place)


def is_recorded(node: ast.IsRecorded, chapter: Chapter, at: About) -> model.IsRecorded:
    """Whether there is a value; a logarithm is recorded when its value is."""
    found = value(node.value, chapter)
    while isinstance(found, model.Log10):
        found = found.value
    return model.IsRecorded(found, words=at.words, place=at.place)
