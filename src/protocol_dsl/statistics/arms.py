"""The outcomes of one block, arm by arm: who is counted, and the answers that the estimates are of."""

from collections.abc import Sequence

from protocol_dsl.base.values import frozen
from protocol_dsl.model.endpoints import MissingRule
from protocol_dsl.model.outcomes import Answer, Outcome, Part
from protocol_dsl.model.study import StudyModel

EVERYBODY = "all"
"""The one group of a protocol without arms."""


@frozen
class Group:
    """An arm with the parts of its participants; ``failures`` count as answers that are no."""

    arm: str
    title: str
    parts: tuple[Part, ...]
    answers: tuple[Answer, ...]
    failures: int = 0

    def state(self, state: str) -> int:
        """How many participants are in a state."""
        return sum(part.state == state for part in self.parts)

    @property
    def n(self) -> int:
        """How many the estimates are of."""
        return len(self.answers) + self.failures


def groups(
    model: StudyModel, outcomes: Sequence[Outcome], name: str, place: int, rule: MissingRule | None
) -> tuple[Group, ...]:
    """The arms in the order of the text, of those whom the analysis set ``name`` counts; ``place`` is the part's."""
    counted = [(outcome.arm, outcome.parts[place]) for outcome in outcomes if name in outcome.sets]
    if not model.arms:
        return (group(EVERYBODY, "", [part for _, part in counted], rule),)
    return tuple(
        group(arm.name, arm.title, [part for assigned, part in counted if assigned == arm.name], rule)
        for arm in model.arms
    )


def group(arm: str, title: str, parts: Sequence[Part], rule: MissingRule | None) -> Group:
    """One arm under one rule for missing data."""
    answers = [part.answer for part in parts if part.state == "observed" and part.answer is not None]
    missing = [part for part in parts if part.state == "missing"]
    if rule == "last value carried forward":
        answers += [part.carried for part in missing if part.carried is not None]
    return Group(arm, title, tuple(parts), tuple(answers), len(missing) if rule == "failure" else 0)


def without_arm(model: StudyModel, outcomes: Sequence[Outcome], name: str) -> int:
    """How many of an analysis set are in no arm, where there are arms."""
    return sum(outcome.arm is None and name in outcome.sets for outcome in outcomes) if model.arms else 0
