"""Whom the differences between two protocols touch: both run over the same data, participant by participant."""

from collections.abc import Iterator
from typing import Literal

from attrs import define, evolve, field

from protocol_dsl.base.days import Days
from protocol_dsl.model.changes import DeviationChange, MovedDays, Touched, VerdictChange
from protocol_dsl.model.results import Decides, Deviation, ParticipantResult, Verdict
from protocol_dsl.project.runs import Run


@define
class Gathered:
    """What was found so far."""

    participants: int = 0
    verdicts: list[VerdictChange] = field(factory=list)
    days: dict[str, MovedDays] = field(factory=dict)
    deviations: list[DeviationChange] = field(factory=list)

    def take(self, before: ParticipantResult, after: ParticipantResult) -> None:
        """Hold the two answers for one participant to one another."""
        self.participants += 1
        self.verdicts += verdict_change(before, after)
        for subject, count in moved_days(before, after):
            known = self.days.get(subject, MovedDays(subject=subject))
            self.days[subject] = evolve(
                known, moved=known.moved + count.moved, new=known.new + count.new, gone=known.gone + count.gone
            )
        self.deviations += deviation_changes(before, after)


def touched(before: Run, after: Run) -> Touched:
    """What differs between two runs over the same data; neither keeps anything of a participant."""
    found = Gathered()
    # Both read the same participants in the order of their names, whatever the protocol says.
    for one, other in zip(before, after, strict=True):
        found.take(one, other)
    return Touched(
        participants=found.participants,
        verdicts=tuple(found.verdicts),
        days=tuple(found.days.values()),
        deviations=tuple(found.deviations),
    )


def verdict_change(before: ParticipantResult, after: ParticipantResult) -> Iterator[VerdictChange]:
    """A verdict that differs, with the criteria that decide otherwise."""
    old, new = verdict_of(before), verdict_of(after)
    if old != new:
        one, other = decisions(before), decisions(after)
        rules = tuple(rule for rule in dict.fromkeys((*other, *one)) if one.get(rule, "for") != other.get(rule, "for"))
        yield VerdictChange(participant=after.participant, before=old, after=new, criteria=rules)


def verdict_of(result: ParticipantResult) -> Verdict | None:
    """The verdict of the screening that decides."""
    return None if result.eligibility is None else result.eligibility.decisive.verdict


def decisions(result: ParticipantResult) -> dict[str, Decides]:
    """What each criterion decides."""
    criteria = () if result.eligibility is None else result.eligibility.decisive.criteria
    return {criterion.rule: criterion.decides for criterion in criteria}


def moved_days(before: ParticipantResult, after: ParticipantResult) -> Iterator[tuple[str, MovedDays]]:
    """The visits and cycles whose planned day is another, or that only one of the protocols plans."""
    old, new = planned_days(before), planned_days(after)
    for subject in dict.fromkeys((*new, *old)):
        one, other = old.get(subject), new.get(subject)
        if one != other:
            is_new, is_gone = one is None, other is None
            yield subject, MovedDays(subject=subject, moved=not is_new and not is_gone, new=is_new, gone=is_gone)


def planned_days(result: ParticipantResult) -> dict[str, Days]:
    """The planned day of each visit and cycle that is the participant's and has one."""
    found = [(visit.visit, visit.status, visit.planned) for visit in result.visits]
    found += [(f"{cycle.treatment}/{cycle.cycle}", cycle.status, cycle.planned) for cycle in result.cycles]
    return {name: day for name, status, day in found if day is not None and status != "not applicable"}


def deviation_changes(before: ParticipantResult, after: ParticipantResult) -> Iterator[DeviationChange]:
    """The deviations that only one of the protocols gives, by their ids, in the order of the results."""
    old = {deviation.id: deviation for deviation in before.deviations}
    new = {deviation.id: deviation for deviation in after.deviations}
    yield from (told(each, after, "vanishes") for name, each in old.items() if name not in new)
    yield from (told(each, after, "appears") for name, each in new.items() if name not in old)


def told(deviation: Deviation, result: ParticipantResult, act: Literal["appears", "vanishes"]) -> DeviationChange:
    """One deviation that comes or goes."""
    return DeviationChange(
        participant=result.participant, act=act, id=deviation.id, code=deviation.code, message=deviation.message
    )
