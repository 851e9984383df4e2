"""Of what kind an expression is: a number with its unit, a choice, a date, or a test.

``None`` stands for an expression that holds a mistake of its own, about which another check speaks.
"""

from fractions import Fraction
from typing import TypeAlias

from protocol_dsl.base.numbers import Number, exact
from protocol_dsl.base.units import GRADE
from protocol_dsl.base.values import frozen
from protocol_dsl.model.vocabulary import SEXES, Conversion
from protocol_dsl.semantics.document import Chapter
from protocol_dsl.semantics.names import MEASURED, Symbol
from protocol_dsl.semantics.quantities import PERCENT, factor, product, quotient, written
from protocol_dsl.syntax import ast


@frozen
class Quantity:
    """A number in ``unit`` (empty for a plain number); ``conversions`` say what the unit alone cannot.

    ``bare`` is a number written without a unit; ``age`` counts completed years; ``log`` is a decimal logarithm.
    """

    unit: str = ""
    conversions: tuple[Conversion, ...] = ()
    is_bare: bool = False
    is_age: bool = False
    is_log: bool = False


@frozen
class Choices:
    """One of some words, case-folded; none named means any word."""

    of: str
    choices: tuple[str, ...] = ()


@frozen
class Date:
    """A date."""


@frozen
class Finding:
    """A test: met, not met or unknown."""


Kind: TypeAlias = Quantity | Choices | Date | Finding
TESTS = (
    ast.Comparison,
    ast.Between,
    ast.Is,
    ast.IsIn,
    ast.IsRecorded,
    ast.IsConfirmed,
    ast.ExposedTo,
    ast.OnDrugs,
    ast.Happens,
    ast.Consecutive,
    ast.AtLeast,
    ast.And,
    ast.Or,
    ast.Not,
)


def kind_of(expression: ast.Expression, chapter: Chapter) -> Kind | None:
    """The kind of an expression."""
    if isinstance(expression, TESTS):
        return Finding()
    match expression:
        case ast.AmountValue(amount=amount):
            return Quantity(written(amount.unit.text)) if amount.unit else Quantity(is_bare=True)
        case ast.DateValue():
            return Date()
        case ast.NamedValue(name=name):
            return kind_of_name(name.text, chapter)
        case ast.AgeAt():
            return Quantity("years", is_age=True)
        case ast.ReadingAt(measure=measure) | ast.Pick(measure=measure) | ast.LimitOfNormal(measure=measure):
            return kind_of_measure(measure.text, chapter)
        case ast.Change():
            kind = kind_of_measure(expression.measure.text, chapter)
            return Quantity(PERCENT) if expression.percent and isinstance(kind, Quantity) else kind
        case ast.DaysFromTo():
            return Quantity("days")
        case ast.CountOf():
            return Quantity("times")
        case ast.Log10():
            return Quantity(is_log=True) if isinstance(kind_of(expression.value, chapter), Quantity) else None
        case ast.Times(value=value) | ast.Rounded(value=value):
            return kind_of(value, chapter)
        case ast.Arithmetic():
            return kind_of_arithmetic(expression, chapter)


def kind_of_arithmetic(node: ast.Arithmetic, chapter: Chapter) -> Kind | None:
    """The kind of a sum, a difference, a product or a quotient of two numbers."""
    left, right = kind_of(node.left, chapter), kind_of(node.right, chapter)
    if not isinstance(left, Quantity) or not isinstance(right, Quantity):
        return None
    match node.operator:
        case "+" | "-":
            kind = right if is_constant(node.left) and not is_constant(node.right) else left
            return Quantity(kind.unit, kind.conversions)
        case "*":
            return Quantity(product(left.unit, right.unit))
        case "/":
            if factor(right.unit, left.unit, left.conversions) is not None:
                return Quantity()
            return Quantity(quotient(left.unit, right.unit))


def kind_of_name(name: str, chapter: Chapter) -> Kind | None:
    """The kind of what an attribute or a definition stands for."""
    symbol = chapter.find(name, "attribute", "definition")
    if symbol is None:
        return None
    match symbol.node:
        case None:
            return built_in_kind(name, chapter)
        case ast.Attribute(kind=kind):
            return kind_of_attribute(name, kind)
        case ast.Define(expression=expression):
            return kind_of_definition(name, expression, chapter.home(symbol))
        case _:
            return None


def kind_of_definition(name: str, expression: ast.Expression, home: Chapter) -> Kind | None:
    """The kind of a definition, asked once for each; of one in a circle or without an end nothing can be said."""
    known = home.extents.get(name)
    if known is None or known.is_too_deep:
        return None
    if name not in home.kinds:
        home.kinds[name] = kind_of(expression, home)
    kind = home.kinds[name]
    return kind if isinstance(kind, Kind) else None


def built_in_kind(name: str, chapter: Chapter) -> Choices:
    """The choices of ``sex``, ``arm`` and ``site``."""
    if name == "sex":
        return Choices(name, SEXES)
    return Choices(name, tuple(arm.casefold() for arm in chapter.known("arm")) if name == "arm" else ())


def kind_of_attribute(name: str, kind: ast.YesNo | ast.OneOf | ast.InUnit | ast.IsDate) -> Kind:
    """The kind of a declared attribute."""
    match kind:
        case ast.YesNo():
            return Choices(name, ("yes", "no"))
        case ast.OneOf(choices=choices):
            return Choices(name, tuple(choice.text.casefold() for choice in choices))
        case ast.InUnit(unit=unit):
            return Quantity(written(unit.text))
        case ast.IsDate():
            return Date()


def kind_of_measure(name: str, chapter: Chapter) -> Quantity | Choices | None:
    """The kind of a measure's readings; those of a ladder are grades."""
    symbol = chapter.find(name, *MEASURED)
    if symbol is not None and isinstance(symbol.node, ast.Ladder):
        return Quantity(GRADE)
    if symbol is None or not isinstance(symbol.node, ast.Measure):
        return None
    match symbol.node.kind:
        case ast.OneOf(choices=choices):
            return Choices(name, tuple(choice.text.casefold() for choice in choices))
        case ast.InUnit(unit=unit):
            return Quantity(written(unit.text), conversions(symbol.node, written(unit.text)))


def conversions(measure: ast.Measure, unit: str) -> tuple[Conversion, ...]:
    """What ``converts`` clauses say, as factors to the measure's own unit."""
    found = []
    for clause in measure.clauses:
        if isinstance(clause, ast.Converts) and clause.source.unit and clause.target.unit and clause.source.number:
            step = factor(written(clause.target.unit.text), unit)
            if step is not None:
                ratio = exact_ratio(clause, step)
                found.append(Conversion(written(clause.source.unit.text), ratio))
    return tuple(found)


def exact_ratio(clause: ast.Converts, step: Number) -> Number:
    """How many of the measure's unit one of the clause's first unit is."""
    return exact(Fraction(clause.target.number) * step / Fraction(clause.source.number))


def definition(name: str, chapter: Chapter) -> tuple[Symbol, ast.Define] | None:
    """The definition that a name stands for."""
    symbol = chapter.find(name, "definition")
    return (symbol, symbol.node) if symbol and isinstance(symbol.node, ast.Define) else None


def plain_definition(name: str, chapter: Chapter) -> tuple[ast.Expression, Chapter] | None:
    """What a definition stands for, and where its names are known; nothing where it is in a circle, or too deep."""
    found = definition(name, chapter)
    if found is None or name not in chapter.extents or chapter.extents[name].is_too_deep:
        return None
    symbol, node = found
    return node.expression, chapter.home(symbol)


def is_constant(expression: ast.Expression) -> bool:
    """Whether an expression is made of amounts alone."""
    match expression:
        case ast.AmountValue():
            return True
        case ast.Arithmetic(left=left, right=right):
            return is_constant(left) and is_constant(right)
        case ast.Times(value=value) | ast.Rounded(value=value):
            return is_constant(value)
        case _:
            return False
