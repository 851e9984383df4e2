"""Values and tests of the text as those of the model: names resolved, limits in the unit of what they limit.

Every check has passed before anything is lowered; what they rule out is a fault of this package, and says so.
"""

from collections.abc import Callable
from fractions import Fraction
from operator import add, mul, sub
from typing import NoReturn

from attrs import evolve

from protocol_dsl.base.days import parse_days
from protocol_dsl.base.numbers import Number, exact, round_half_away, write_number
from protocol_dsl.base.source import Span
from protocol_dsl.base.values import frozen
from protocol_dsl.model import expressions as model
from protocol_dsl.model.points import Place, Point
from protocol_dsl.semantics.document import Chapter
from protocol_dsl.semantics.kinds import Quantity, definition, is_constant, kind_of
from protocol_dsl.semantics.lower_limits import held_together
from protocol_dsl.semantics.points import period, resolve
from protocol_dsl.semantics.quantities import factor, product, quotient
from protocol_dsl.syntax import ast
from protocol_dsl.syntax.printer import print_expression


class LoweringError(Exception):
    """A fault of this package: a text that the checks let pass cannot be lowered."""


def fault(node: object) -> NoReturn:
    """Say that a node should never have come here."""
    raise LoweringError(f"the checks let {type(node).__name__} pass, and it has no place in the model")


@frozen
class About:
    """Where a node stands and how the author wrote it."""

    words: str
    place: Place


def about(node: ast.Expression, chapter: Chapter) -> About:
    """The words and the place of an expression."""
    return About(print_expression(node), place(node.span, chapter))


def words(span: Span, chapter: Chapter) -> str:
    """The author's words at a place, in one line."""
    return " ".join(chapter.text.words(span).split())


def place(span: Span, chapter: Chapter) -> Place:
    """Line and column at which a span begins."""
    position = chapter.text.position(span.start)
    return Place(chapter.text.name, position.line, position.column)


def point(written: ast.Point, chapter: Chapter) -> Point:
    """A point that the checks have found to be one."""
    return resolve(written, chapter) or fault(written)


def pattern(events: ast.EventPattern) -> model.EventPattern:
    """Which events are meant."""
    return model.EventPattern(
        events.name.text,
        tuple(category.text for category in events.categories),
        int(events.least_grade.number) if events.least_grade else None,
        events.related_to.text if events.related_to else None,
    )


# ---------------------------------------------------------------------------------------------------------- values
def value(node: ast.Expression, chapter: Chapter) -> model.Value:
    """A value, each in the unit of its kind."""
    at = about(node, chapter)
    match node:
        case ast.AmountValue(amount=amount):
            kind = kind_of(node, chapter)
            unit = kind.unit if isinstance(kind, Quantity) else ""
            return model.Constant(amount.number, unit, words=at.words, place=at.place)
        case ast.DateValue(date=date):
            days = parse_days(date.text)
            return model.ConstantDate(days.first, days.last, words=at.words, place=at.place)
        case ast.NamedValue():
            return named_value(node, chapter, at)
        case ast.AgeAt():
            return model.AgeAt(point(node.point, chapter), words=at.words, place=at.place)
        case ast.ReadingAt():
            return model.ReadingAt(node.measure.text, node.visit.text, words=at.words, place=at.place)
        case ast.Pick():
            within = period(node.period, chapter)
            return model.Pick(node.choice, node.measure.text, within, node.recorded, words=at.words, place=at.place)
        case ast.Change():
            return model.Change(
                node.measure.text, node.start.text, node.end.text, node.percent, words=at.words, place=at.place
            )
        case ast.DaysFromTo():
            start, end = point(node.start, chapter), point(node.end, chapter)
            return model.DaysBetween(start, end, words=at.words, place=at.place)
        case ast.CountOf():
            return model.CountOf(pattern(node.events), period(node.period, chapter), words=at.words, place=at.place)
        case _:
            return derived_value(node, chapter, at)


def derived_value(node: ast.Expression, chapter: Chapter, at: About) -> model.Value:
    """A value made of other values."""
    match node:
        case ast.LimitOfNormal():
            return model.LimitOfNormal(node.end, node.measure.text, words=at.words, place=at.place)
        case ast.Log10():
            return model.Log10(value(node.value, chapter), words=at.words, place=at.place)
        case ast.Times():
            times = model.Constant(node.number.number, words=write_number(node.number.number), place=at.place)
            inner = value(node.value, chapter)
            return folded(model.Arithmetic(times, "*", inner, words=at.words, place=at.place))
        case ast.Rounded():
            rounded = model.Rounded(value(node.value, chapter), node.decimals, words=at.words, place=at.place)
            if isinstance(rounded.value, model.Constant):
                number = round_half_away(rounded.value.number, rounded.decimals)
                return evolve(rounded.value, number=number, words=at.words, place=at.place)
            return rounded
        case ast.Arithmetic():
            return folded(arithmetic(node, chapter, at))
        case _:
            return fault(node)


def named_value(node: ast.NamedValue, chapter: Chapter, at: About) -> model.Value:
    """An attribute, or the value that a definition names; a logarithm stays in sight of the comparison."""
    name = node.name.text
    found = definition(name, chapter)
    if found is None:
        kind = kind_of(node, chapter)
        unit = kind.unit if isinstance(kind, Quantity) else ""
        return model.AttributeValue(name, unit, words=at.words, place=at.place)
    symbol, define = found
    inner = value(define.expression, chapter.home(symbol))
    if isinstance(inner, model.Log10):
        return evolve(inner, words=at.words, place=at.place)
    return model.DefinedValue(name, inner, words=at.words, place=at.place)


def folded(node: model.Arithmetic) -> model.Value:
    """A constant in place of arithmetic on two constants; a division by zero is left to have no value."""
    left, right = node.left, node.right
    if not isinstance(left, model.Constant) or not isinstance(right, model.Constant):
        return node
    if node.operator == "/" and right.number == 0:
        return node
    results: dict[str, Callable[[Number, Number], Number]] = {"+": add, "-": sub, "*": mul, "/": Fraction}
    number = exact(Fraction(results[node.operator](left.number, right.number)))
    unit = {
        "*": product(left.unit, right.unit),
        "/": "" if left.unit == right.unit else quotient(left.unit, right.unit),
    }
    return model.Constant(number, unit.get(node.operator, left.unit), words=node.words, place=node.place)


def arithmetic(node: ast.Arithmetic, chapter: Chapter, at: About) -> model.Arithmetic:
    """A sum, difference, product or quotient; both sides in one unit where they are added, or divided to a ratio."""
    if node.operator == "*" or (node.operator == "/" and not compares(node.right, node.left, chapter)):
        left, right = value(node.left, chapter), value(node.right, chapter)
    elif is_constant(node.left) and not is_constant(node.right):
        right = value(node.right, chapter)
        left = value_in(node.left, kind_of(node.right, chapter), chapter)
    else:
        left = value(node.left, chapter)
        right = value_in(node.right, kind_of(node.left, chapter), chapter)
    left, right = held_together(left, right)
    kind = kind_of(node, chapter) if node.operator in {"*", "/"} else None
    unit = kind.unit if isinstance(kind, Quantity) else ""
    return model.Arithmetic(left, node.operator, right, unit, words=at.words, place=at.place)


def compares(one: ast.Expression, other: ast.Expression, chapter: Chapter) -> bool:
    """Whether two values can be brought to one unit."""
    source, target = kind_of(one, chapter), kind_of(other, chapter)
    if not isinstance(source, Quantity) or not isinstance(target, Quantity):
        return False
    return factor(source.unit, target.unit, target.conversions) is not None


def value_in(node: ast.Expression, kind: object, chapter: Chapter) -> model.Value:
    """A value in the unit of ``kind``: a constant is converted here, exactly, anything else by a multiplication."""
    own = kind_of(node, chapter)
    found = value(node, chapter)
    if not isinstance(own, Quantity) or not isinstance(kind, Quantity) or kind.is_log:
        return found
    ratio = factor(own.unit, kind.unit, kind.conversions)
    if ratio is None:
        # The measure on this side may know the conversion that the other does not.
        back = factor(kind.unit, own.unit, own.conversions) or fault(node)
        ratio = exact(1 / Fraction(back))
    if isinstance(found, model.Constant):
        written_in = own.unit if own.unit != kind.unit else ""
        return evolve(found, number=exact(found.number * ratio), unit=kind.unit, written_in=written_in)
    if ratio == 1:
        return found
    step = model.Constant(ratio, words="", place=found.place)
    return model.Arithmetic(step, "*", found, kind.unit, words=found.words, place=found.place)
