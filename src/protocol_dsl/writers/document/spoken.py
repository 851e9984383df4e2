"""Values and tests as sentences that can be read aloud."""

from typing import assert_never

from protocol_dsl.model.expressions import DATE_RELATIONS, RELATIONS, Operator
from protocol_dsl.syntax import ast
from protocol_dsl.writers.document.content import Clause
from protocol_dsl.writers.document.lexicon import Lexicon, amount_words, listed, number_words

SIGNS = {"+": "plus", "-": "minus", "*": "times", "/": "divided by"}
BUILT_IN = {"sex": "the sex", "site": "the site", "arm": "the arm"}
FEW = 2
"""Simple tests that stand in one sentence; with more, each has a line of its own."""


def clause(node: ast.Expression, words: Lexicon) -> Clause:
    """A test as sentences, those of ``and`` and ``or`` below each other where they are many or hold others."""
    return arranged(node, words, is_met=True)


def arranged(node: ast.Expression, words: Lexicon, *, is_met: bool) -> Clause:
    """A test, or that it is not met."""
    match node:
        case ast.Not(part):
            return arranged(part, words, is_met=not is_met)
        case ast.And(parts) | ast.Or(parts):
            is_all = isinstance(node, ast.And)
            if is_met and len(parts) <= FEW and not any(map(is_composed, parts)):
                return Clause((" and " if is_all else " or ").join(sentence(part, words) for part in parts))
            heading = ("all" if is_met else "not all") if is_all else ("any" if is_met else "none")
            return Clause(f"{heading} of these:", tuple(clause(part, words) for part in parts))
        case ast.AtLeast(count, tests):
            heading = "at least" if is_met else "fewer than"
            return Clause(f"{heading} {number_words(count)} of these:", tuple(clause(part, words) for part in tests))
        case _:
            return Clause(sentence(node, words, is_met=is_met))


def is_composed(node: ast.Expression) -> bool:
    """Whether a test is made of others."""
    return isinstance(node.part if isinstance(node, ast.Not) else node, ast.And | ast.Or | ast.AtLeast)


def sentence(node: ast.Expression, words: Lexicon, *, is_met: bool = True) -> str:
    """A value or a test in one line."""
    match node:
        case ast.Not(part):
            return sentence(part, words, is_met=not is_met)
        case ast.And(parts):
            joined = " and ".join(inner(part, words) for part in parts)
            return joined if is_met else f"not ({joined})"
        case ast.Or(parts):
            joined = " or ".join(inner(part, words) for part in parts)
            return joined if is_met else f"not ({joined})"
        case ast.AtLeast(count, tests):
            which = "at least" if is_met else "fewer than"
            return f"{which} {number_words(count)} of ({'; '.join(sentence(part, words) for part in tests)})"
        case (
            ast.Comparison()
            | ast.Between()
            | ast.Is()
            | ast.IsIn()
            | ast.IsRecorded()
            | ast.IsConfirmed()
            | ast.ExposedTo()
            | ast.OnDrugs()
            | ast.Happens()
            | ast.Consecutive()
        ):
            return test(node, words, is_met=is_met)
        case _:
            return value(node, words) if is_met else f"not {value(node, words)}"


def inner(node: ast.Expression, words: Lexicon) -> str:
    """A part of ``and`` or ``or``, in parentheses where it is made of others."""
    found = sentence(node, words)
    return f"({found})" if is_composed(node) else found


def test(
    node: ast.Comparison
    | ast.Between
    | ast.Is
    | ast.IsIn
    | ast.IsRecorded
    | ast.IsConfirmed
    | ast.ExposedTo
    | ast.OnDrugs
    | ast.Happens
    | ast.Consecutive,
    words: Lexicon,
    *,
    is_met: bool,
) -> str:
    """A test that is made of no other."""
    no = "" if is_met else "not "
    match node:
        case ast.Comparison(left, operator, right):
            relations = DATE_RELATIONS if {type(left), type(right)} & {ast.DateValue} else RELATIONS
            return f"{value(left, words)} is {no}{relations[operator]} {value(right, words)}"
        case ast.Between(middle, low, high):
            return f"{value(middle, words)} is {no}between {value(low, words)} and {value(high, words)}"
        case ast.Is(subject, choice):
            return f"{value(subject, words)} is {no}{choice_words(subject, choice, words)}"
        case ast.IsIn(subject, choices):
            chosen = listed((choice_words(subject, choice, words) for choice in choices), "or")
            return f"{value(subject, words)} is {no}{chosen}"
        case ast.IsRecorded(subject):
            return f"{value(subject, words)} is {no}recorded"
        case ast.IsConfirmed(condition, period):
            return f"{words.quoted(condition.text)} is {no}confirmed{words.period(period)}"
        case ast.ExposedTo(drugs, period):
            ever = "" if period else ("ever " if is_met else "never ")
            return f"{ever or no}exposed to {words.quoted(drugs.text)}{words.period(period)}"
        case ast.OnDrugs(drugs, point):
            return f"{no}on {words.quoted(drugs.text)} at {words.point(point)}"
        case ast.Happens(quantifier, pattern, period):
            which = "any" if (quantifier == "any") == is_met else "no"
            return f"{which} {words.events(pattern)}{words.period(period)}"
        case ast.Consecutive(measure, operator, limit, period):
            two = f"two readings in a row of {words.title(measure.text)}{words.period(period)}"
            return f"{two} are {no}{relation(operator, limit, words)}"
        case _:
            assert_never(node)


def relation(operator: Operator, limit: ast.Expression, words: Lexicon) -> str:
    """``at most 200 cells/mm3``."""
    return f"{RELATIONS[operator]} {value(limit, words)}"


def choice_words(subject: ast.Expression, choice: ast.Name, words: Lexicon) -> str:
    """A choice as written; an arm by its title."""
    is_arm = isinstance(subject, ast.NamedValue) and subject.name.text == "arm"
    return words.title(choice.text) if is_arm else choice.text


def value(node: ast.Expression, words: Lexicon) -> str:
    """A value: ``the latest CD4 cell count within 28 days before screening``."""
    match node:
        case ast.AmountValue(amount):
            return amount_words(amount)
        case ast.DateValue(date):
            return date.text
        case ast.NamedValue(name):
            return BUILT_IN.get(name.text) or words.quoted(name.text)
        case ast.AgeAt(point):
            return f"the age at {words.point(point)}"
        case ast.ReadingAt(measure, visit):
            return f"the {words.title(measure.text)} at {words.visit(visit.text)}"
        case ast.Pick(choice, measure, period, recorded):
            which = f"{choice} recorded" if recorded else choice
            return f"the {which} {words.title(measure.text)}{words.period(period)}"
        case ast.Change(measure, start, end, percent):
            what = "percent change" if percent else "change"
            span = f"from {words.visit(start.text)} to {words.visit(end.text)}"
            return f"the {what} in {words.title(measure.text)} {span}"
        case ast.DaysFromTo(first, last):
            return f"the number of days from {words.point(first)} to {words.point(last)}"
        case ast.CountOf(pattern, period):
            return f"the number of {words.events(pattern)}{words.period(period)}"
        case ast.LimitOfNormal(end, measure):
            return f"the {end} limit of normal of {words.title(measure.text)}"
        case ast.Log10(part):
            return f"the logarithm (base 10) of {operand(part, words)}"
        case ast.Times(times, part):
            return f"{amount_words(times)} times {operand(part, words)}"
        case ast.Arithmetic(left, operator, right):
            return f"{operand(left, words)} {SIGNS[operator]} {operand(right, words)}"
        case ast.Rounded(part, decimals):
            return f"{operand(part, words)} rounded to {decimals} {'decimal' if decimals == 1 else 'decimals'}"
        case (
            ast.Comparison()
            | ast.Between()
            | ast.Is()
            | ast.IsIn()
            | ast.IsRecorded()
            | ast.IsConfirmed()
            | ast.ExposedTo()
            | ast.OnDrugs()
            | ast.Happens()
            | ast.Consecutive()
            | ast.AtLeast()
            | ast.And()
            | ast.Or()
            | ast.Not()
        ):
            return f"({sentence(node, words)})"
        case _:
            assert_never(node)


def operand(node: ast.Expression, words: Lexicon) -> str:
    """A part of a calculation, in parentheses where it is one itself."""
    found = value(node, words)
    return f"({found})" if isinstance(node, ast.Arithmetic | ast.Rounded | ast.Times) else found
