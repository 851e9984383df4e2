"""PD305 to PD311, PD314, PD315, PD337: tests for values, values for tests, kinds that do not go together."""

from collections.abc import Iterator
from itertools import islice

from protocol_dsl.base.diagnostics import Code, Diagnostic, Edit, Fix, Label
from protocol_dsl.base.source import Span
from protocol_dsl.semantics.document import Chapter, Document
from protocol_dsl.semantics.kinds import Choices, Date, Finding, Kind, Quantity, is_constant, kind_of, kind_of_measure
from protocol_dsl.semantics.names import MEASURED
from protocol_dsl.semantics.points import write_amount
from protocol_dsl.syntax import ast

NO_TEST = Code("PD305", "a value, not a test")
NO_VALUE = Code("PD306", "a test, not a value")
KINDS_DIFFER = Code("PD307", "of another kind")
DATE_ARITHMETIC = Code("PD308", "a date")
BARE_MEASURE = Code("PD309", "a measure, not a reading")
NO_PERIOD = Code("PD310", "from which days?")
LOG_ALONE = Code("PD311", "a logarithm")
NO_NUMBERS = Code("PD314", "not a number")
NO_CHOICE = Code("PD315", "not a choice")
MIXED = Code("PD337", "read as one part", "warning")


def words(kind: Kind) -> str:
    """A kind in a sentence."""
    match kind:
        case Quantity(is_age=True):
            return "a number of years"
        case Quantity():
            return "a number"
        case Choices():
            return "a choice"
        case Date():
            return "a date"
        case Finding():
            return "a test"


def tests_wanted(chapter: Chapter) -> Iterator[ast.Expression]:
    """The expressions that must be tests."""
    nodes = chapter.nodes
    yield from (node.test for node in nodes.of(ast.Criterion) if node.test)
    yield from (node.test for node in nodes.of(ast.Deviation) if node.test)
    yield from (node.test for node in nodes.of(ast.CycleRule))
    yield from (node.test for node in nodes.of(ast.StopWhen))
    named = ((node, chapter.find(node.name.text, "attribute", "definition")) for node in nodes.of(ast.StopNamed))
    yield from (ast.NamedValue(node.name, span=node.span) for node, symbol in named if symbol)
    yield from (node.test for node in nodes.of(ast.ProportionWith))
    yield from (part for node in nodes.of(ast.And) for part in node.parts)
    yield from (part for node in nodes.of(ast.Or) for part in node.parts)
    yield from (node.part for node in nodes.of(ast.Not))
    yield from (part for node in nodes.of(ast.AtLeast) for part in node.tests)


def values_wanted(chapter: Chapter) -> Iterator[ast.Expression]:
    """The expressions that must be values."""
    nodes = chapter.nodes
    for comparison in nodes.of(ast.Comparison):
        yield from (comparison.left, comparison.right)
    for between in nodes.of(ast.Between):
        yield from (between.value, between.low, between.high)
    for arithmetic in nodes.of(ast.Arithmetic):
        yield from (arithmetic.left, arithmetic.right)
    yield from (node.value for node in nodes.of(ast.Is))
    yield from (node.value for node in nodes.of(ast.IsIn))
    yield from (node.value for node in nodes.of(ast.IsRecorded))
    yield from (node.value for node in nodes.of(ast.Log10))
    yield from (node.value for node in nodes.of(ast.Times))
    yield from (node.value for node in nodes.of(ast.Rounded))
    yield from (node.value for node in nodes.of(ast.Average))
    yield from (node.limit for node in nodes.either(ast.Consecutive, ast.Rung))


def values_for_tests(document: Document) -> Iterator[Diagnostic]:
    """PD305: a value stands where something must be met or not met."""
    for chapter in document.chapters:
        for node in tests_wanted(chapter):
            kind = kind_of(node, chapter)
            if kind is None or isinstance(kind, Finding):
                continue
            hint, fix = "compare it with a limit", None
            if isinstance(kind, Choices) and kind.choices:
                hint = f"write {kind.of} is {kind.choices[0]}"
                if kind.choices == ("yes", "no"):
                    end = Span(node.span.file, node.span.end, node.span.end)
                    fix = Fix(f"write {kind.of} is yes", (Edit(end, " is yes"),), "unsafe")
            yield NO_TEST.at(node.span, f"this is {words(kind)}, and a test is needed here", hint=hint, fix=fix)


def tests_for_values(document: Document) -> Iterator[Diagnostic]:
    """PD306: a test stands where a value is compared or computed with."""
    for chapter in document.chapters:
        shifted = {id(node.left): node for node in chapter.nodes.of(ast.Arithmetic)}
        answers = {id(node.value): node.choice.text for node in chapter.nodes.of(ast.Is)}
        for node in values_wanted(chapter):
            if isinstance(kind_of(node, chapter), Finding):
                hint = "join tests with: and, or, not"
                right = shifted[id(node)].right if id(node) in shifted else None
                if isinstance(right, ast.AmountValue):
                    side = "after" if shifted[id(node)].operator == "+" else "before"
                    hint = f"where a point is meant, write {write_amount(right.amount)} {side} POINT"
                if answers.get(id(node)) in {"yes", "no"}:
                    hint = f"a test stands alone, or after not: leave out is {answers[id(node)]}"
                yield NO_VALUE.at(node.span, "this is a test, and a value is needed here", hint=hint)


def kinds_that_differ(document: Document) -> Iterator[Diagnostic]:
    """PD307: a choice, a date and a number are compared with one another, or choices with less and more."""
    for chapter in document.chapters:
        for node in chapter.nodes.of(ast.Comparison):
            yield from difference(node.left, node.right, chapter)
        for between in chapter.nodes.of(ast.Between):
            yield from difference(between.value, between.low, chapter)
            yield from difference(between.value, between.high, chapter)
        for consecutive in chapter.nodes.of(ast.Consecutive):
            kind = kind_of(consecutive.limit, chapter)
            if isinstance(kind, Date | Choices):
                message = f"{consecutive.measure.text} is a number, and this is {words(kind)}"
                yield KINDS_DIFFER.at(consecutive.limit.span, message)


def difference(left: ast.Expression, right: ast.Expression, chapter: Chapter) -> Iterator[Diagnostic]:
    """The message about two sides that cannot be compared."""
    one, other = kind_of(left, chapter), kind_of(right, chapter)
    if one is None or other is None or isinstance(one, Finding) or isinstance(other, Finding):
        return
    if isinstance(one, Choices) or isinstance(other, Choices):
        choice = one if isinstance(one, Choices) else other
        span = right.span if isinstance(one, Choices) else left.span
        name = choice.of if isinstance(choice, Choices) else ""
        hint = f"write {name} is {choice.choices[0]}" if isinstance(choice, Choices) and choice.choices else ""
        yield KINDS_DIFFER.at(span, f"{name} is a choice, and has no order and no size", hint=hint)
    elif type(one) is not type(other):
        yield KINDS_DIFFER.at(right.span, f"{words(one)} is compared with {words(other)}")


def arithmetic_on_dates(document: Document) -> Iterator[Diagnostic]:
    """PD308: a date or a choice is added, subtracted, multiplied, rounded or divided."""
    for chapter in document.chapters:
        for node in chapter.nodes.of(ast.Arithmetic):
            # One message an operation: both sides of it are one mistake.
            yield from islice(no_arithmetic((node.left, node.right), chapter), 1)
        for single in chapter.nodes.either(ast.Times, ast.Rounded):
            yield from no_arithmetic((single.value,), chapter)
        for average in chapter.nodes.of(ast.Average):
            yield from no_arithmetic((average.value,), chapter)


def no_arithmetic(parts: tuple[ast.Expression, ...], chapter: Chapter) -> Iterator[Diagnostic]:
    """The messages about parts of a calculation that are no numbers."""
    for part in parts:
        kind = kind_of(part, chapter)
        if isinstance(kind, Date):
            hint = "for the days between two points write: days from P to Q"
            yield DATE_ARITHMETIC.at(part.span, "this is a date, and cannot be calculated with", hint=hint)
        elif isinstance(kind, Choices):
            message = f"{kind.of} is a choice, and cannot be calculated with"
            yield DATE_ARITHMETIC.at(part.span, message, label="a choice")


def measures_alone(document: Document) -> Iterator[Diagnostic]:
    """PD309: a measure is named without saying which of its readings is meant."""
    for chapter in document.chapters:
        for node in chapter.nodes.of(ast.NamedValue):
            name = node.name.text
            if chapter.find(name, *MEASURED):
                yield BARE_MEASURE.at(
                    node.name.span,
                    f"{name} is read many times, and this does not say which reading is meant",
                    hint=f"write {name} at VISIT, or: latest {name} before POINT",
                )


def readings_without_period(document: Document) -> Iterator[Diagnostic]:
    """PD310: one of many readings is picked without saying from which days."""
    for chapter in document.chapters:
        for node in chapter.nodes.of(ast.Pick):
            if node.period is None:
                yield NO_PERIOD.at(
                    node.span,
                    f"this does not say from which days the {node.choice} {node.measure.text} is taken",
                    hint="add: before POINT, within 28 days before POINT, or from POINT to POINT",
                )


def logarithms(document: Document) -> Iterator[Diagnostic]:
    """PD311: a logarithm is compared with something other than a number, or calculated with.

    A comparison with a number is exact, as a limit on the value itself; a calculation could not be.
    """
    for chapter in document.chapters:
        for node in chapter.nodes.of(ast.Comparison):
            sides = ((node.left, node.right), (node.right, node.left))
            yield from islice((found for one, other in sides for found in log_and_other(one, other, chapter)), 1)
        for between in chapter.nodes.of(ast.Between):
            value, low, high = between.value, between.low, between.high
            pairs = ((value, low), (value, high), (low, value), (high, value))
            yield from islice((found for one, other in pairs for found in log_and_other(one, other, chapter)), 1)
        inner = [
            part for arithmetic in chapter.nodes.of(ast.Arithmetic) for part in (arithmetic.left, arithmetic.right)
        ]
        inner += [single.value for single in chapter.nodes.either(ast.Times, ast.Rounded)]
        inner += [single.value for single in chapter.nodes.of(ast.Log10)]
        for part in inner:
            if is_log(part, chapter):
                yield LOG_ALONE.at(part.span, "a logarithm cannot be calculated with", hint="compare it with a number")


def is_log(node: ast.Expression, chapter: Chapter) -> bool:
    """Whether a value is a logarithm."""
    kind = kind_of(node, chapter)
    return isinstance(kind, Quantity) and kind.is_log


def log_and_other(node: ast.Expression, other: ast.Expression, chapter: Chapter) -> Iterator[Diagnostic]:
    """The message about a logarithm beside something that is no number."""
    if is_log(node, chapter) and isinstance(kind_of(other, chapter), Quantity) and not is_constant(other):
        yield LOG_ALONE.at(
            node.span, "a logarithm is compared with numbers only", hint="compare the values themselves instead"
        )


def numbers_wanted(document: Document) -> Iterator[Diagnostic]:
    """PD314: the lowest, the mean, a change or a logarithm is asked of a measure that is a choice."""
    for chapter in document.chapters:
        nodes = chapter.nodes
        for pick in nodes.of(ast.Pick):
            if pick.choice not in {"first", "latest"}:
                yield from no_number(pick.measure, chapter)
        for node in nodes.either(ast.Change, ast.Consecutive):
            yield from no_number(node.measure, chapter)
        for course in nodes.of(ast.Course):
            if course.log10:
                yield from no_number(course.measure, chapter)
        for time in nodes.of(ast.TimeToFirst):
            if time.measure:
                yield from no_number(time.measure, chapter)
        for log in nodes.of(ast.Log10):
            kind = kind_of(log.value, chapter)
            if isinstance(kind, Choices | Date):
                yield NO_NUMBERS.at(log.value.span, f"this is {words(kind)}, and has no logarithm")


def no_number(measure: ast.Name, chapter: Chapter) -> Iterator[Diagnostic]:
    """The message about a measure that is a choice."""
    if isinstance(kind_of_measure(measure.text, chapter), Choices):
        yield NO_NUMBERS.at(measure.span, f"{measure.text} is a choice, and no number can be made of it")


def choices_wanted(document: Document) -> Iterator[Diagnostic]:
    """PD315: a number or a date is asked whether it is a word."""
    for chapter in document.chapters:
        for node in chapter.nodes.either(ast.Is, ast.IsIn):
            kind = kind_of(node.value, chapter)
            if isinstance(kind, Quantity | Date):
                message = f"this is {words(kind)}, and is none of some words"
                yield NO_CHOICE.at(node.value.span, message, hint="compare it with: < <= > >= = !=")


def ors_beside_ands(document: Document) -> Iterator[Diagnostic]:
    """PD337: ``and`` and ``or`` stand side by side without parentheses; not every reader knows which binds first."""
    for chapter in document.chapters:
        for node in chapter.nodes.of(ast.Or):
            part = next((part for part in node.parts if isinstance(part, ast.And) and not part.is_grouped), None)
            if part is not None:
                yield MIXED.at(
                    part.span,
                    "this and is read before the or beside it, and no parentheses say so",
                    labels=(Label(node.span, "the or has these parts"),),
                    hint="put parentheses around what belongs together",
                )
