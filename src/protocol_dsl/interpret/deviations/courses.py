"""Gaps and overlaps in continuous treatments."""

from collections.abc import Iterator

from attrs import evolve

from protocol_dsl.base.days import Days, say_days
from protocol_dsl.base.values import frozen
from protocol_dsl.interpret.deviations.judged import About, Found, Judged, deviation, query
from protocol_dsl.interpret.epochs import arm_of, bounds_of
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.reasons import administration_fact
from protocol_dsl.interpret.slots import MET, NOT_MET, UNKNOWN
from protocol_dsl.model.deviation_codes import COURSE_GAP, COURSE_OVERLAP, COURSE_UNDETERMINED
from protocol_dsl.model.epochs import epochs_giving
from protocol_dsl.model.records import Administration
from protocol_dsl.model.schedule import Continuous, Epoch, Treatment


@frozen(kw_only=True)
class Reach:
    """How far the stretches so far go: the days on which the last of them may end, the rows that say so.

    ``together`` says whether these rows are of the epoch; ``has_end``: the stretch that began last has an end.
    """

    end: Days = Days(0, 0)
    rows: tuple[Administration, ...] = ()
    together: int = MET
    has_end: bool = True

    def and_then(self, row: Administration, together: int) -> "Reach":
        """How far they go with one more."""
        end = row.end
        if end is None:
            return evolve(self, has_end=False)
        reach = Days(max(self.end.first, end.first), max(self.end.last, end.last))
        kept = tuple(each for each in self.rows if each.end is not None and may_be_last(each.end, reach))
        rows = (*kept, row) if may_be_last(end, reach) else kept
        return Reach(end=reach, rows=rows, together=min(self.together, together) if kept else together)


def may_be_last(end: Days, reach: Days) -> bool:
    """Whether a stretch tells how far all of them go."""
    return end.first == reach.first or end.last == reach.last


def derive(judged: Judged) -> Iterator[Found]:
    """Each stretch of a continuous treatment held to all that began before it.

    Only stretches of one epoch are, where the arm gives the treatment in epochs; a pause in an epoch without treatment
    is none. A row without an end is a single act, or still going on: it has no end to hold the next one to. A gap
    begins on the day after the last end so far; a stretch that begins while another goes on, be it the last day of
    that, overlaps it.
    """
    for treatment in judged.model.treatments:
        epochs = epochs_giving(treatment.name, arm_of(judged.facts), judged.model)
        if isinstance(treatment.course, Continuous) or (epochs and treatment.course is None):
            yield from stretches(judged, treatment, epochs)


def stretches(judged: Judged, treatment: Treatment, epochs: tuple[Epoch, ...]) -> Iterator[Found]:
    """What lies between the stretches of a treatment, and what they have in common."""
    bounds = [bounds_of(epoch, judged.facts) for epoch in epochs] or [None]
    reaches = [Reach()] * len(bounds)
    for row in judged.given(treatment.name):
        begun = [MET if each is None else each.holds(row.first, row.last) for each in bounds]
        before = [
            (min(reach.together, held), place)
            for place, (reach, held) in enumerate(zip(reaches, begun, strict=True))
            if reach.rows
        ]
        together, place = max(before, key=lambda found: found[0], default=(NOT_MET, 0))
        if together:
            yield from between(judged, treatment, reaches[place], row, together)
        reaches = [reach.and_then(row, held) if held else reach for reach, held in zip(reaches, begun, strict=True)]


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


def is_filled_perhaps(judged: Judged, treatment: Treatment, end: Days, begins: Days) -> bool:
    """Whether something of which the data do not say clearly whether it was given lies between two stretches."""
    rows = (row for row in judged.facts.record.administrations.get(treatment.name, ()) if row.is_in_doubt)
    return any(row.first < begins.last and (row.end or Days(row.first, row.last)).last > end.first for row in rows)


def between(
    judged: Judged, treatment: Treatment, reach: Reach, other: Administration, together: int
) -> Iterator[Found]:
    """What lies between a stretch and those before it: nothing, when it begins on the day after the last of them ends.

    ``together`` says whether they are of one epoch.
    """
    name, end, begins = treatment.name, reach.end, Days(other.first, other.last)
    about = About(
        rule=name,
        treatment=name,
        date=begins if other.last <= end.first else Days(end.first + 1, end.last + 1),
        facts=tuple(administration_fact(row) for row in (*reach.rows, other)),
        place=treatment.place,
    )
    is_gap, is_overlap = other.first > end.last + 1, other.last <= end.first
    if not (is_overlap or reach.has_end):
        return
    # One whose start is known to the month may begin after the other has ended.
    longest = [row for row in reach.rows if row.end is not None and row.end.first == end.first]
    is_first = any(row.last <= (begins if other.end is None else other.end).first for row in longest)
    paused = in_washout(end, begins, judged.facts) if is_gap else NOT_MET
    is_filled = is_gap and is_filled_perhaps(judged, treatment, end, begins)
    if paused == MET:
        return
    until, since = say_days(end), say_days(begins)
    if (is_gap or is_overlap) and together != MET:
        words = f"whether {name} until {until} and {name} from {since} were given in one epoch is not known"
        yield query(judged, COURSE_UNDETERMINED, about, words)
    elif paused:
        words = f"whether {name} was to be given after {until} until {since} is not known"
        yield query(judged, COURSE_UNDETERMINED, about, words)
    elif is_gap and not is_filled:
        yield deviation(judged, COURSE_GAP, about, f"{name} was not given after {until} until {since}")
    elif is_overlap and is_first:
        goes_on = "still goes on" if any(row.goes_on for row in longest) else f"ends on {until}"
        words = f"{name} was given twice from {since}, the stretch before {goes_on}"
        yield deviation(judged, COURSE_OVERLAP, about, words)
    elif is_overlap or is_filled or not (end.is_known and begins.is_known):
        words = f"whether {name} was given without a gap between {until} and {since} is not known"
        yield query(judged, COURSE_UNDETERMINED, about, words)
