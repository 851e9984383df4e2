"""Gaps and overlaps in continuous treatments."""

from collections.abc import Iterator
from itertools import pairwise

from protocol_dsl.base.days import Days, write_days
from protocol_dsl.interpret.deviations.judged import About, Found, Judged, deviation, query
from protocol_dsl.interpret.epochs import arm_of, bounds_of
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.reasons import administration_fact
from protocol_dsl.interpret.slots import MET, UNKNOWN
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
                together = max((of_one(epoch, one, other, judged.facts) for epoch in epochs), default=MET)
                if together:
                    yield from between(judged, treatment, one, other, together)


def of_one(epoch: Epoch, one: Administration, other: Administration, facts: Facts) -> int:
    """Whether two stretches both begin in an epoch: 2 certainly, 1 perhaps, 0 not."""
    bounds = bounds_of(epoch, facts)
    return MET if bounds is None else min(bounds.holds(row.first, row.last) for row in (one, other))


def in_washout(end: Days, begins: Days, facts: Facts) -> int:
    """Whether the days between two stretches, of which there are some, lie in an epoch without treatment.

    2 certainly, 1 perhaps, 0 not.
    """
    found = 0
    for epoch in facts.model.epochs:
        bounds = bounds_of(epoch, facts) if epoch.is_without_treatment else None
        if bounds is None:
            continue
        if bounds.holds(end.first + 1, begins.last - 1) == MET:
            return MET
        if bounds.p1 <= end.last + 1 and begins.first - 1 <= bounds.q2:
            found = UNKNOWN
    return found


def between(
    judged: Judged, treatment: Treatment, one: Administration, other: Administration, together: int
) -> Iterator[Found]:
    """What lies between two stretches: nothing, when the second begins on the day after the first ends.

    ``together`` says whether they are of one epoch.
    """
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
    is_gap, is_overlap = other.first > end.last + 1, other.last <= end.first
    # The one whose start is known to the month may begin after the other has ended.
    is_first = one.last <= (begins if other.end is None else other.end).first
    paused = in_washout(end, begins, judged.facts) if is_gap else 0
    if paused == MET:
        return
    until, since = write_days(end), write_days(begins)
    if (is_gap or is_overlap) and together != MET:
        words = f"whether {name} until {until} and {name} from {since} were given in one epoch is not known"
        yield query(judged, COURSE_UNDETERMINED, about, words)
    elif paused:
        words = f"whether {name} was to be given after {until} until {since} is not known"
        yield query(judged, COURSE_UNDETERMINED, about, words)
    elif is_gap:
        yield deviation(judged, COURSE_GAP, about, f"{name} was not given after {until} until {since}")
    elif is_overlap and is_first:
        words = f"{name} was given twice from {since}, the stretch before ends on {until}"
        yield deviation(judged, COURSE_OVERLAP, about, words)
    elif is_overlap or not (end.is_known and begins.is_known):
        words = f"whether {name} was given without a gap between {until} and {since} is not known"
        yield query(judged, COURSE_UNDETERMINED, about, words)
