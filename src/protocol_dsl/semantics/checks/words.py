"""PD116 to PD121, PD136: words that a declaration lists, such as choices, categories and levels."""

from collections.abc import Iterable, Iterator

from protocol_dsl.base.diagnostics import Code, Diagnostic, respelt
from protocol_dsl.base.nearest import did_you_mean
from protocol_dsl.model.rules import CATEGORIES
from protocol_dsl.semantics.document import Chapter, Document
from protocol_dsl.semantics.kinds import Choices, kind_of
from protocol_dsl.syntax import ast

OTHER_CHOICE = Code("PD116", "not one of its choices")
OTHER_CATEGORY = Code("PD117", "not one of its categories")
OTHER_LEVEL = Code("PD118", "not one of its levels")
NO_DEVIATION_CATEGORY = Code("PD119", "neither a category nor a rule")
OTHER_METHOD = Code("PD120", "not a way to compare arms")
LISTED_TWICE = Code("PD121", "listed again here")
COUNTED_TWICE = Code("PD136", "counted again here", "warning")
KEEP_ONE = "keep one of the two"

METHODS = ("fisher", "wilcoxon", "logrank")


def listed(words: Iterable[str]) -> str:
    """Words in a sentence: ``yes, no``."""
    return ", ".join(words)


def choices_nobody_has(document: Document) -> Iterator[Diagnostic]:
    """PD116: a value is compared with a word that it never is, so that the test could not be met."""
    for chapter in document.chapters:
        for node in chapter.nodes.of(ast.Is):
            yield from wrong_choices(node.value, (node.choice,), chapter)
        for group in chapter.nodes.of(ast.IsIn):
            yield from wrong_choices(group.value, group.choices, chapter)


def wrong_choices(value: ast.Expression, choices: Iterable[ast.Name], chapter: Chapter) -> Iterator[Diagnostic]:
    """The words among ``choices`` that ``value`` never is."""
    kind = kind_of(value, chapter)
    if isinstance(kind, Choices) and kind.choices:
        for choice in choices:
            if choice.text.casefold() not in kind.choices:
                yield OTHER_CHOICE.at(
                    choice.span,
                    f"{kind.of} is never {choice.text}",
                    hint=did_you_mean(choice.text, kind.choices) or f"it is one of: {listed(kind.choices)}",
                    fix=respelt(choice.span, choice.text, kind.choices),
                )


def categories_nobody_has(document: Document) -> Iterator[Diagnostic]:
    """PD117: events are asked for by a category that their declaration does not list."""
    for chapter in document.chapters:
        for pattern in chapter.nodes.of(ast.EventPattern):
            symbol = chapter.find(pattern.name.text, "event", "condition")
            if symbol is None:
                continue
            node = symbol.node
            known = (
                [each.name.text for each in node.clauses if isinstance(each, ast.Category)]
                if isinstance(node, ast.Event)
                else []
            )
            for category in pattern.categories:
                if category.text not in known:
                    hint = did_you_mean(category.text, known)
                    yield OTHER_CATEGORY.at(
                        category.span,
                        f"{pattern.name.text} has no category {category.text}",
                        hint=hint or (f"its categories are: {listed(known)}" if known else "declare it with: category"),
                    )


def levels_nobody_has(document: Document) -> Iterator[Diagnostic]:
    """PD118: a dose is reduced to a level that the treatment does not list."""
    for treatment in document.main.nodes.of(ast.Treatment):
        known = [level.name.text for each in treatment.clauses if isinstance(each, ast.Levels) for level in each.levels]
        for rule in treatment.clauses:
            if isinstance(rule, ast.CycleRule) and rule.level and rule.level.text not in known:
                yield OTHER_LEVEL.at(
                    rule.level.span,
                    f"{treatment.name.text} has no level {rule.level.text}",
                    hint=did_you_mean(rule.level.text, known) or "declare it with: level NAME AMOUNT",
                )


def parts_of_analysis_sets(document: Document) -> Iterator[Diagnostic]:
    """PD119: an analysis set leaves out what is neither a category of deviations nor a rule of the protocol."""
    rules = document.main.known("deviation", "criterion", "interval", "visit", "treatment")
    for group in document.main.nodes.of(ast.AnalysisSet):
        for name in group.without:
            if name.text not in {*CATEGORIES, *rules}:
                yield NO_DEVIATION_CATEGORY.at(
                    name.span,
                    f"{name.text} is neither a category of deviations nor a rule",
                    hint=did_you_mean(name.text, (*CATEGORIES, *rules)) or f"the categories are: {listed(CATEGORIES)}",
                )


def methods_nobody_knows(document: Document) -> Iterator[Diagnostic]:
    """PD120: arms are to be compared by a method that is none of those known."""
    for node in document.main.nodes.of(ast.Compare):
        for name in node.methods:
            if name.text not in METHODS:
                yield OTHER_METHOD.at(
                    name.span,
                    f"arms cannot be compared by {name.text}",
                    hint=did_you_mean(name.text, METHODS) or f"the methods are: {listed(METHODS)}",
                )


def words_listed_twice(document: Document) -> Iterator[Diagnostic]:
    """PD121: a list names one thing twice."""
    for chapter in document.chapters:
        lists: list[tuple[ast.Name, ...]] = [node.choices for node in chapter.nodes.of(ast.OneOf)]
        lists += [node.arms for node in chapter.nodes.of(ast.InArms)]
        lists += [node.choices for node in chapter.nodes.of(ast.IsIn)]
        lists += [node.classes for node in chapter.nodes.of(ast.Includes)]
        lists += [
            tuple(each.source.unit for each in node.clauses if isinstance(each, ast.Converts) and each.source.unit)
            for node in chapter.nodes.of(ast.Measure)
        ]
        lists += [node.measures for node in chapter.nodes.of(ast.Assess)]
        lists += [node.visits for node in chapter.nodes.of(ast.Course)]
        lists += [node.sets for node in chapter.nodes.of(ast.AnalysedIn)]
        lists += [node.methods for node in chapter.nodes.of(ast.Compare)]
        lists += [
            tuple(gift for gift in node.gifts if isinstance(gift, ast.Name)) for node in chapter.nodes.of(ast.Gives)
        ]
        lists += [
            tuple(each.name for each in node.clauses if isinstance(each, ast.Category))
            for node in chapter.nodes.of(ast.Event)
        ]
        lists += [
            tuple(level.name for each in node.clauses if isinstance(each, ast.Levels) for level in each.levels)
            for node in chapter.nodes.of(ast.Treatment)
        ]
        for names in lists:
            seen: set[str] = set()
            # What was put in where a name is missing takes no place.
            for name in (name for name in names if name.span.end > name.span.start):
                if name.text.casefold() in seen:
                    yield LISTED_TWICE.at(name.span, f"{name.text} is listed twice", hint=KEEP_ONE)
                seen.add(name.text.casefold())


def tests_listed_twice(document: Document) -> Iterator[Diagnostic]:
    """PD136: ``at least 2 of`` lists one test twice, so that it alone makes two."""
    for chapter in document.chapters:
        for node in chapter.nodes.of(ast.AtLeast):
            for place, test in enumerate(node.tests):
                if test in node.tests[:place]:
                    yield COUNTED_TWICE.at(test.span, "this test is listed twice, and counts as two", hint=KEEP_ONE)
