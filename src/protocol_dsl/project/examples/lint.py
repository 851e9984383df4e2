"""What lint says of examples that fail: an error at the row, which keeps nobody from using the protocol."""

from collections.abc import Iterator

from protocol_dsl.base.diagnostics import Diagnostic
from protocol_dsl.model.study import StudyModel
from protocol_dsl.model.tested import Answer, CaseResult
from protocol_dsl.project.examples.run import Examples
from protocol_dsl.semantics.checks.examples import FAILS


def failing_examples(model: StudyModel) -> tuple[Diagnostic, ...]:
    """PD516: each expectation that does not hold, at its place, and each fact that cannot be used."""
    if not model.examples:
        return ()
    return tuple(
        diagnostic
        for example in Examples(model).results()
        for case in example.cases
        for diagnostic in (*unusable(case), *(fails(answer) for answer in case.answers if not answer.holds))
    )


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
