"""What came of a protocol's own examples, and which of its rules no example has seen."""

from typing import Literal, TypeAlias

from protocol_dsl.base.truth import Truth
from protocol_dsl.base.values import frozen
from protocol_dsl.model.examples import Example, ExampleCase, Expected
from protocol_dsl.model.expressions import NOWHERE
from protocol_dsl.model.points import Place
from protocol_dsl.model.records import DataProblem
from protocol_dsl.model.results import Finding

RuleKind: TypeAlias = Literal["inclusion", "exclusion", "deviation", "definition", "endpoint"]
FINDINGS = (Truth.MET, Truth.NOT_MET, Truth.UNKNOWN)


@frozen(kw_only=True)
class Answer:
    """An expectation and what was found; ``reason`` says why, ``finding`` is its tree where it has one."""

    expected: Expected
    found: str
    holds: bool
    reason: str = ""
    finding: Finding | None = None


@frozen(kw_only=True)
class CaseResult:
    """One made-up participant. ``problems`` are facts that could not be used as data; then the case does not hold."""

    case: ExampleCase
    answers: tuple[Answer, ...]
    problems: tuple[DataProblem, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether all that is expected was found."""
        return not self.problems and all(answer.holds for answer in self.answers)


@frozen
class ExampleResult:
    """An example with its cases in the order of the text."""

    example: Example
    cases: tuple[CaseResult, ...]

    @property
    def holds(self) -> bool:
        """Whether every case does."""
        return all(case.holds for case in self.cases)


@frozen
class Boundary:
    """Values around a limit, in the author's words for what is compared: just below it, at it, just above it."""

    of: str
    values: tuple[str, ...]


@frozen(kw_only=True)
class RuleSeen:
    """How many cases expect a rule met, not met and unknown; ``boundaries`` are those that tell its findings apart."""

    rule: str
    kind: RuleKind
    title: str
    met: int
    not_met: int
    unknown: int
    boundaries: tuple[Boundary, ...] = ()
    place: Place = NOWHERE

    @property
    def unseen(self) -> tuple[Truth, ...]:
        """The findings that no case expects."""
        counts = (self.met, self.not_met, self.unknown)
        return tuple(truth for truth, count in zip(FINDINGS, counts, strict=True) if not count)


@frozen
class PlanSeen:
    """A visit or a cycle (``cycle 2 of il2``) of the plan, and how many cases expect something of it.

    A series of visits is seen with any of its members.
    """

    name: str
    count: int
    treatment: str = ""
    cycle: int | None = None


@frozen(kw_only=True)
class ExampleResults:
    """All examples, and what they have seen of the protocol."""

    examples: tuple[ExampleResult, ...]
    rules: tuple[RuleSeen, ...]
    plan: tuple[PlanSeen, ...]

    @property
    def holds(self) -> bool:
        """Whether every example does."""
        return all(example.holds for example in self.examples)
