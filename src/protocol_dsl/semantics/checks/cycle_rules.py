"""PD269, PD281 to PD283: rules of cycles that never turn again, that contradict each other, or that read nothing."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from protocol_dsl.base.diagnostics import Code, Diagnostic, Label
from protocol_dsl.semantics.apart import is_before
from protocol_dsl.semantics.checks.cycles import courses, planned_cycles
from protocol_dsl.semantics.decide.courses import Term
from protocol_dsl.semantics.decide.rules import Criteria
from protocol_dsl.semantics.document import Chapter, Document
from protocol_dsl.semantics.first_days import first_days
from protocol_dsl.semantics.kinds import plain_definition
from protocol_dsl.semantics.lower_schedule import every, first
from protocol_dsl.syntax import ast
from protocol_dsl.syntax.printer import print_expression

NEVER_OVER = Code("PD269", "never over", "warning")
NO_CYCLE_AFTER = Code("PD281", "no cycle goes on", still_runs=True)
NEVER_THEN = Code("PD282", "never when a cycle is given", "warning")
AFTER_THE_LAST = Code("PD283", "after the last cycle", "warning")


# --------------------------------------------------------------------------------------------------- one rule by itself
def delays_never_over(document: Document) -> Iterator[Diagnostic]:
    """PD269: a cycle waits while something has happened, which stays so for good: nobody would be given it again."""
    for rule in document.main.nodes.of(ast.CycleRule):
        if rule.act == "delay while" and is_for_good(rule.test, document.main):
            yield NEVER_OVER.at(
                rule.test.span,
                "what has happened once has happened for good, so that the cycle is put off for ever",
                hint="wait for a value that is read again: delay while latest M before P < LIMIT; or write: stop when",
            )


def is_for_good(test: ast.Expression, chapter: Chapter) -> bool:
    """Whether a test that is met once stays met, whatever happens later."""
    match test:
        case ast.Happens(quantifier="any") | ast.ExposedTo() | ast.IsConfirmed():
            return True
        case (
            ast.Comparison(left=ast.CountOf(), operator=">" | ">=")
            | ast.Comparison(right=ast.CountOf(), operator="<" | "<=")
        ):
            return True
        case ast.And(parts=parts):
            return all(is_for_good(part, chapter) for part in parts)
        case ast.Or(parts=parts):
            return any(is_for_good(part, chapter) for part in parts)
        case ast.AtLeast(count=count, tests=tests):
            return sum(is_for_good(part, chapter) for part in tests) >= count
        case ast.NamedValue(name=name) if found := plain_definition(name.text, chapter):
            return is_for_good(*found)
        case _:
            return False


def rules_after_the_last_cycle(document: Document) -> Iterator[Diagnostic]:
    """PD283: a rule reads what lies after the planned day of the last cycle, on which it is judged the last time.

    Cycles that move, by a delay or with the one before, have no such day.
    """
    chapter = document.main
    for treatment, cycles in courses(document):
        planned = planned_cycles(cycles, treatment.clauses, chapter)
        counted = first(ast.CountedFrom, treatment.clauses)
        rules = tuple(every(ast.CycleRule, treatment.clauses))
        is_moved = any(rule.act == "delay while" for rule in rules) or (counted and counted.reference != "plan")
        if not planned or is_moved or first(ast.SkippedDoNotCount, treatment.clauses):
            continue
        for rule in rules:
            late = next((span for start, span in first_days(rule.test, chapter) if is_before(planned[-1], start)), None)
            if late is not None:
                name = treatment.name.text
                yield AFTER_THE_LAST.at(
                    late,
                    f"this lies after the last cycle of {name}, and {rule.act} is judged on the days of the cycles",
                    labels=(Label(cycles.span, f"the last is cycle {len(planned)}"),),
                    hint="let the rule read what comes before the cycle",
                )


# ------------------------------------------------------------------------------------------------------ rules together
def cycles_that_never_go_on(found: Criteria) -> Iterator[Diagnostic]:
    """PD281: the rules of a treatment leave no cycle after the first, or none at all, whatever is found."""
    for course in found.courses:
        fewest = fewest_apart(course.going_on, found)
        if fewest:
            *others, last = fewest
            is_after = any(each.act == "repeat while" for each in fewest)
            yield NO_CYCLE_AFTER.at(
                last.written.span,
                f"no cycle of {course.node.name.text}{' after the first' if is_after else ''} can be given: "
                f"{' and '.join(map(words, fewest))} rule it out",
                labels=tuple(Label(each.written.span, f"{each.act} this") for each in others),
                hint="change one of the tests" if others else "change the test",
            )


def fewest_apart(terms: Sequence[Term], found: Criteria) -> tuple[Term, ...]:
    """The fewest of some terms that cannot all hold on one day; none where they can."""
    for count in (1, 2):
        for some in combinations(terms, count):
            if found.effort.is_spent:
                return ()
            if found.is_possible([each.wanted for each in some]) is False:
                return some
    return ()


def words(term: Term) -> str:
    """A rule as the author wrote it."""
    return f"{term.act} {print_expression(term.written)}"


def tests_never_met_then(found: Criteria) -> Iterator[Diagnostic]:
    """PD282: what stops the cycles, or reduces a dose, is over by the day to which a delay has moved the cycle.

    Or it ends the cycles itself, by another rule, before a dose could be reduced for it.
    """
    for course in found.courses:
        if fewest_apart(course.going_on, found):
            continue
        for term in course.looked_for:
            acts = {"delay while", "stop when", "until"} if term.act == "reduce to" else {"delay while"}
            others = (each for each in course.going_on if each.act in acts)
            other = next((each for each in others if found.is_possible([each.wanted, term.wanted]) is False), None)
            if other is not None:
                is_waited = other.act == "delay while"
                then = "waits until it is over" if is_waited else "ends the cycles then"
                hint = "ask whether it was so before: highest, or lowest, M from P to Q" if is_waited else ""
                yield NEVER_THEN.at(
                    term.written.span,
                    f"{term.act} never finds this when {course.node.name.text} is given: {words(other)} {then}",
                    labels=(Label(other.written.span, other.act),),
                    hint=hint or "change one of the tests",
                )
