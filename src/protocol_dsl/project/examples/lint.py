"""What lint says of examples that fail: an error at the row, which keeps nobody from using the protocol."""

from collections.abc import Iterator
from itertools import islice

from protocol_dsl.base.diagnostics import Diagnostic
from protocol_dsl.model.study import StudyModel
from protocol_dsl.model.tested import Answer, CaseResult
from protocol_dsl.project.examples.run import Examples
from protocol_dsl.semantics.analyse import AND_MORE
from protocol_dsl.semantics.checks.examples import FAILS

MOST_CASES = 500
"""Cases that lint runs, so that a text with thousands is told of soon; the command test runs all."""


def failing_examples(model: StudyModel) -> Iterator[Diagnostic]:
    """PD516: each expectation that does not hold, at its place, and each fact that cannot be used.

    PD125 stands at the first case that is not run any more.
    """
    examples = Examples(model)
    cases = (case for example in model.examples for case in example.cases)
    for case in map(examples.judged, islice(cases, MOST_CASES)):
        yield from unusable(case)
        yield from (fails(answer) for answer in case.answers if not answer.holds)
    if (other := next(cases, None)) is not None:
        message = f"{MOST_CASES} examples are run here, and neither this one nor any after it"
        yield AND_MORE.at(other.place, message, hint="protocol-dsl test runs them all")


def fails(answer: Answer) -> Diagnostic:
    """One expectation."""
    message = f"the example expects {answer.expected.words}, and finds {answer.found}"
    return FAILS.at(answer.expected.place, message, hint=answer.reason)


def unusable(case: CaseResult) -> Iterator[Diagnostic]:
    """Facts that no reader of data would take."""
    for problem in case.problems:
        fact = next((each for each in case.case.given if problem.value and problem.value in each.words), None)
        message = f"{problem.value or problem.column} cannot be used as {problem.column or problem.table}"
        yield FAILS.at(fact.place if fact else case.case.place, message, hint=problem.problem)
