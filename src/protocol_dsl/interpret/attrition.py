"""How many participants each criterion turns away, in order and alone."""

from collections.abc import Iterable

from attrs import define, field

from protocol_dsl.model.results import AttritionStep, CriterionResult, Eligibility, ParticipantResult
from protocol_dsl.model.study import StudyModel


@define
class Count:
    """The counts of one criterion so far."""

    entering: int = 0
    against: int = 0
    unknown: int = 0
    against_alone: int = 0
    unknown_alone: int = 0


@define
class Attrition:
    """Counts over participants, each by the screening that decides.

    Each step keeps whoever it does not turn away: an open finding goes on to the next criterion, so that the last step
    leaves the eligible and the undetermined.
    """

    model: StudyModel
    counts: list[Count] = field(init=False)

    def __attrs_post_init__(self) -> None:
        """A row of zeros for each criterion."""
        self.counts = [Count() for _ in self.model.criteria]

    def add(self, eligibility: Eligibility | None) -> None:
        """Count one participant."""
        if eligibility is None:
            return
        is_in = True
        found = {result.rule: result for result in eligibility.decisive.criteria}
        for count, criterion in zip(self.counts, self.model.criteria, strict=True):
            is_in = add_one(count, found.get(criterion.name), is_in=is_in)

    def steps(self) -> tuple[AttritionStep, ...]:
        """One step a criterion, in the order of the text."""
        return tuple(
            AttritionStep(
                rule=criterion.name,
                title=criterion.title,
                entering=count.entering,
                against=count.against,
                unknown=count.unknown,
                left=count.entering - count.against,
                against_alone=count.against_alone,
                unknown_alone=count.unknown_alone,
            )
            for criterion, count in zip(self.model.criteria, self.counts, strict=True)
        )


def attrition(model: StudyModel, results: Iterable[ParticipantResult]) -> tuple[AttritionStep, ...]:
    """The attrition over some participants."""
    found = Attrition(model)
    for result in results:
        found.add(result.eligibility)
    return found.steps()


def add_one(count: Count, criterion: CriterionResult | None, *, is_in: bool) -> bool:
    """Count one participant at one criterion; whether the participant goes on to the next.

    A criterion that the version in force does not ask turns nobody away.
    """
    decides = "for" if criterion is None else criterion.decides
    is_against, is_open = decides == "against", decides == "open"
    count.against_alone += is_against
    count.unknown_alone += is_open
    if is_in:
        count.entering += 1
        count.against += is_against
        count.unknown += is_open
    return is_in and not is_against
