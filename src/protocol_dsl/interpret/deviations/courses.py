"""Gaps and overlaps in continuous treatments."""

from collections.abc import Iterator
from itertools import pairwise

from protocol_dsl.base.days import Days, write_days
from protocol_dsl.interpret.deviations.judged import About, Found, Judged, deviation, query
from protocol_dsl.interpret.epochs import arm_of, bounds_of
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.reasons import administration_fact
from protocol_dsl.interpret.slots import MET
from protocol_dsl.model.deviation_codes import COURSE_GAP, COURSE_OVERLAP, COURSE_UNDETERMINED
from protocol_dsl.model.epochs import epochs_giving
from protocol_dsl.model.records import Administration
from protocol_dsl.model.schedule import Continuous, Epoch, Treatment


def derive(judged: Judged) -> Iterator[Found]:
    """Each stretch of a continuous treatment held to the one before it.

    Only stretches of one epoch are, where the arm gives the treatment in epochs; a pause in an epoch without treatment
    is none. A row without an end is a single act, or still going on: it has no end to hold the next one to. A gap
    begins on the day after an end; a stretch that begins on the day another ends overlaps it.
    """
    for treatment in judged.model.treatments:
        epochs = epochs_giving(treatment.name, arm_of(judged.facts), judged.model)
        if isinstance(treatment.course, Continuous) or (epochs and treatment.course is None):
            for one, other in pairwise(judged.given(treatment.name)):
                if not epochs or any(may_hold(epoch, one, other, judged.facts) for epoch in epochs):
                    yield from between(judged, treatment, one, other)


def may_hold(epoch: Epoch, one: Administration, other: Administration, facts: Facts) -> bool:
    """Whether two stretches may both begin in an epoch."""
    bounds = bounds_of(epoch, facts)
    return bounds is None or all(bounds.holds(row.first, row.last) for row in (one, other))


def is_washout(end: Days, begins: Days, facts: Facts) -> bool:
    """Whether the days between two stretches certainly lie in an epoch without treatment."""
    epochs = (epoch for epoch in facts.model.epochs if epoch.is_without_treatment)
    gap = (end.first + 1, begins.last - 1)
    return any((bounds := bounds_of(epoch, facts)) is not None and bounds.holds(*gap) == MET for epoch in epochs)


def between(judged: Judged, treatment: Treatment, one: Administration, other: Administration) -> Iterator[Found]:
    """What lies between two stretches: nothing, when the second begins on the day after the first ends."""
    end = one.end
    if end is None:
        return
    name, begins = treatment.name, Days(other.first, other.last)
    about = About(
        rule=name,
        treatment=name,
        date=begins if other.last <= end.first else Days(end.first + 1, end.last + 1),
        facts=(administration_fact(one), administration_fact(other)),
        place=treatment.place,
    )
    if other.first > end.last + 1 and not is_washout(end, begins, judged.facts):
        words = f"{name} was not given after {write_days(end)} until {write_days(begins)}"
        yield deviation(judged, COURSE_GAP, about, words)
    elif other.last <= end.first:
        words = f"{name} was given twice from {write_days(begins)}, the stretch before ends on {write_days(end)}"
        yield deviation(judged, COURSE_OVERLAP, about, words)
    elif other.first <= end.last + 1 and not (end.is_known and begins.is_known):
        words = (
            f"whether {name} was given without a gap between {write_days(end)} and {write_days(begins)} is not known"
        )
        yield query(judged, COURSE_UNDETERMINED, about, words)
