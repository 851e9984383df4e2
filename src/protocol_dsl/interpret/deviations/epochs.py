"""Treatment outside the epoch in which the arm gives it, or in an epoch without treatment."""

from collections.abc import Iterator

from attrs import evolve

from protocol_dsl.base.days import Days, say_days
from protocol_dsl.base.values import frozen
from protocol_dsl.interpret.amendments import in_force, studies
from protocol_dsl.interpret.cycles import may_be_given
from protocol_dsl.interpret.deviations.judged import About, Found, Judged, deviation, query
from protocol_dsl.interpret.epochs import arm_of, bounds_of, epoch_on
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.periods import Bounds
from protocol_dsl.interpret.reasons import administration_fact
from protocol_dsl.interpret.slots import MET, NOT_MET, UNKNOWN
from protocol_dsl.model.deviation_codes import EPOCH_UNDETERMINED, OUTSIDE_EPOCH
from protocol_dsl.model.epochs import epochs_giving
from protocol_dsl.model.records import Administration
from protocol_dsl.model.schedule import Epoch, Treatment


@frozen
class Outside:
    """A row that lies outside what the plan allows, or may do so: 2 certainly, 1 perhaps; in what words, since when."""

    truth: int
    words: str
    date: Days
    row: Administration


def derive(judged: Judged) -> Iterator[Found]:
    """Each treatment outside its epochs: one deviation for all its rows that lie in one place, on the first day.

    A treatment that the arm gives throughout is held to the epochs without treatment alone. What another arm gives is
    told as that.
    """
    if not judged.model.epochs or judged.is_arm_unknown:
        return
    for treatment in judged.model.treatments:
        if may_be_given(treatment, judged.facts):
            places: dict[tuple[int, str], list[Outside]] = {}
            for row in judged.given(treatment.name):
                if (found := in_any_version(treatment, row, judged.facts)) is not None:
                    places.setdefault((found.truth, found.words), []).append(found)
            yield from (told(judged, treatment, found) for found in places.values())


def told(judged: Judged, treatment: Treatment, found: list[Outside]) -> Found:
    """Rows that lie outside in one place."""
    first = found[0]
    about = About(
        rule=treatment.name,
        treatment=treatment.name,
        date=first.date,
        facts=tuple(administration_fact(each.row) for each in found),
        place=treatment.place,
    )
    if first.truth == MET:
        return deviation(judged, OUTSIDE_EPOCH, about, f"{treatment.name} {first.words}", actual=first.date)
    return query(judged, EPOCH_UNDETERMINED, about, f"whether {treatment.name} {first.words} is not known")


def in_any_version(treatment: Treatment, row: Administration, facts: Facts) -> Outside | None:
    """Where a row departs from the epochs of the version in force on its day; perhaps, where versions differ."""
    if not facts.model.versions:
        return outside(treatment, row, facts)
    every = studies(facts)
    numbers = in_force(Days(row.first, row.last), facts)
    found = [outside(treatment, row, facts.under(every[number])) for number in numbers]
    first = next((each for each in found if each is not None), None)
    is_certain = all(each is not None and each.truth == MET for each in found)
    return first if first is None or is_certain else evolve(first, truth=UNKNOWN)


def outside(treatment: Treatment, row: Administration, facts: Facts) -> Outside | None:
    """Where a row departs from the epochs, if it may."""
    arm = arm_of(facts)
    epochs = epochs_giving(treatment.name, arm, facts.model)
    if arm is None or not epochs:
        return in_washout(row, facts)
    known = [bounds for epoch in epochs if (bounds := bounds_of(epoch, facts)) is not None]
    periods = joined(known)
    # An epoch without a day may be any: nothing is certainly outside it.
    least = NOT_MET if len(known) == len(epochs) else UNKNOWN
    truth = MET - max((holds(row, each) for each in periods), default=least)
    truth = min(truth, MET - least)
    if truth == NOT_MET:
        return None
    begun = next((each for each in periods if each.holds(row.first, row.last) == MET), None)
    if begun is not None:
        last = Days(begun.q1, begun.q2)
        words = f"was given beyond the end of {epoch_names(epochs)} ({say_days(last)})"
        return Outside(truth, words, Days(last.first + 1, last.last + 1), row)
    days = Days(row.first, row.last)
    # A course that may begin within a period may be outside it from the day after this on.
    within = (each.q2 + 1 for each in periods if each.holds(row.first, row.last) and row.end is not None)
    since = Days(row.first, max((row.last, *within)))
    return Outside(truth, where_words(epoch_on(days, facts), epoch_names(epochs), arm.name), since, row)


def where_words(where: Epoch | None, names: str, arm: str) -> str:
    """Where a treatment was given, and where it was planned."""
    if where is None:
        return f"was given outside {names}, in which arm {arm} gives it"
    if where.is_without_treatment:
        return f"was given in {where.name}, which is without treatment"
    return f"was given in {where.name}, planned in {names} of arm {arm}"


def epoch_names(epochs: tuple[Epoch, ...]) -> str:
    """``period1 and period3``."""
    return " and ".join(epoch.name for epoch in epochs)


def joined(bounds: list[Bounds]) -> list[Bounds]:
    """The periods in order, those that follow each other without a day between as one."""
    found: list[Bounds] = []
    for each in sorted(bounds):
        before = found[-1] if found else None
        if before and each.p1 <= before.q1 + 1 and each.p2 <= before.q2 + 1:
            found[-1] = Bounds(before.p1, before.p2, each.q1, each.q2)
        else:
            found.append(each)
    return found


def last_of(row: Administration) -> Days:
    """The last day of a row; a row without an end may be a single act, and is held to its own day alone."""
    return row.end or Days(row.first, row.last)


def holds(row: Administration, bounds: Bounds) -> int:
    """Whether a row lies in a period from its first day to its last: 2 certainly, 1 perhaps, 0 not."""
    end = last_of(row)
    return min(bounds.holds(row.first, row.last), bounds.holds(end.first, end.last))


# ------------------------------------------------------------------------------------- without treatment
def in_washout(row: Administration, facts: Facts) -> Outside | None:
    """The first epoch without treatment of which a row shares a day, or may do so."""
    for epoch in facts.model.epochs:
        bounds = alone(epoch, facts) if epoch.is_without_treatment else None
        shared = NOT_MET if bounds is None else shares(row, bounds)
        if bounds is not None and shared:
            first = Days(max(row.first, bounds.p1), max(row.last, bounds.p2))
            return Outside(shared, f"was given in {epoch.name}, which is without treatment", first, row)
    return None


def shares(row: Administration, bounds: Bounds) -> int:
    """Whether a row shares a day with a period: 2 certainly, 1 perhaps, 0 not."""
    end = last_of(row)
    if row.last <= bounds.q1 and end.first >= bounds.p2:
        return MET
    return UNKNOWN if row.first <= bounds.q2 and end.last >= bounds.p1 else NOT_MET


def alone(epoch: Epoch, facts: Facts) -> Bounds | None:
    """The days of an epoch, without one that it shares with an epoch that ends or begins on it."""
    own = bounds_of(epoch, facts)
    if own is None:
        return None
    p1, p2, q1, q2 = own
    for other in facts.model.epochs:
        bounds = bounds_of(other, facts) if other is not epoch else None
        if bounds is not None and (bounds.q1, bounds.q2) == (own.p1, own.p2):
            p1, p2 = own.p1 + 1, own.p2 + 1
        if bounds is not None and (bounds.p1, bounds.p2) == (own.q1, own.q2):
            q1, q2 = own.q1 - 1, own.q2 - 1
    return Bounds(p1, p2, q1, q2)
