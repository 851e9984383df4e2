"""The first and the last dose of a treatment: the last is known once no other can follow."""

from protocol_dsl.base.days import Days
from protocol_dsl.interpret.cycles import read_rows
from protocol_dsl.interpret.cycles_inside import host_of
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.judged_cycles import JudgedCycle
from protocol_dsl.interpret.participation import by_cutoff, earliest, participation_end, treatment_end
from protocol_dsl.interpret.points import resolve
from protocol_dsl.interpret.stops import happened
from protocol_dsl.model.records import FIRST_DAY, Administration
from protocol_dsl.model.schedule import Continuous, Cycles, Treatment


def first_dose(treatment: Treatment, facts: Facts) -> Days | None:
    """The days that the first recorded dose may be of; one that may not have been given may be the first."""
    rows = tuple(read_rows(treatment, facts))
    found = earliest([Days(row.first, row.last) for row in rows if row.is_given])
    perhaps = [row.first for row in rows if row.is_in_doubt]
    return None if found is None else Days(min([found.first, *perhaps]), found.last)


def last_dose(treatment: Treatment, facts: Facts) -> Days | None:
    """The days that the last dose may be of, once the treatment has ended.

    A course without cycles whose row has no end was given until the day on which the treatment ended.
    """
    end = earliest(known_ends(treatment, facts))
    days = [last_day(row, treatment, end) for row in read_rows(treatment, facts) if row.is_given]
    return Days(max(day.first for day in days), max(day.last for day in days)) if days else None


def has_ended(treatment: Treatment, cycles: tuple[JudgedCycle, ...], facts: Facts) -> bool:
    """Whether no other dose may follow, nor be missing from the data; ``cycles`` are all that it hangs on."""
    if facts.may_lack(treatment.name):
        return False
    if is_still_given(treatment, facts):
        return False
    return bool(known_ends(treatment, facts)) or are_past(cycles, facts)


def is_still_given(treatment: Treatment, facts: Facts) -> bool:
    """Whether a course of it certainly went on beyond the cut-off."""
    return any(row.goes_on for row in read_rows(treatment, facts) if row.is_given)


def goes_on(treatment: Treatment, cycles: tuple[JudgedCycle, ...], facts: Facts) -> bool:
    """Whether the plan still has a dose to give: a cycle is to come, or a course goes on that has begun.

    Where doses may be missing from the data, or where a cycle may or may not have been given, nobody can say.
    """
    if is_still_given(treatment, facts):
        return True
    if facts.may_lack(treatment.name) or known_ends(treatment, facts):
        return False
    if isinstance(treatment.course, Cycles):
        return are_to_come(cycles) or last_given(cycles) > (facts.cutoff.day or 0)
    return first_dose(treatment, facts) is not None


def are_to_come(cycles: tuple[JudgedCycle, ...]) -> bool:
    """Whether a cycle that is planned for a day is still to be given."""
    due = ("not due", "expected", "overdue")
    return any(
        item.slot is not None and item.run is None and not item.is_over and item.standing.status in due
        for item in cycles
    )


def may_have_ended(treatment: Treatment, cycles: tuple[JudgedCycle, ...], facts: Facts) -> bool:
    """Whether the last dose may have been given, though it is not known: an end may have come, or no cycle is left."""
    stopped, _ = treatment_end(treatment.name, facts)
    if stopped is not None or participation_end(facts) is not None:
        return True
    host = host_of(treatment, facts)
    if host is not None and may_have_ended(host, cycles, facts):
        return True
    match treatment.course:
        case Cycles(stops=stops):
            own = [item for item in cycles if item.treatment.name == treatment.name]
            days = [item.slot.latest for item in own if item.slot is not None]
            is_past = bool(days) and all(by_cutoff(day, facts) is not None for day in days)
            return is_past or bool(happened(stops, facts)) or any(item.is_ruled_unknown for item in own)
        case Continuous(end=last) if last is not None:
            return by_cutoff(resolve(last, facts), facts) is not None
        case _:
            return False


def least_last_dose(treatment: Treatment, facts: Facts) -> int:
    """The first day that the last dose may be of: the last day of which there is one on record."""
    given = (row for row in read_rows(treatment, facts) if row.is_given)
    return max(((row.end or Days(row.first, row.last)).first for row in given), default=FIRST_DAY)


def last_day(row: Administration, treatment: Treatment, end: Days | None) -> Days:
    """The last day of an administration."""
    day = Days(row.first, row.last)
    if row.end is not None:
        return row.end
    if end is None or isinstance(treatment.course, Cycles):
        return day
    return Days(max(day.first, end.first), max(day.last, end.last))


def known_ends(treatment: Treatment, facts: Facts) -> list[Days]:
    """The days on which the treatment certainly ended for the participant: each of them has come."""
    found: list[Days] = []
    stopped, is_certain = treatment_end(treatment.name, facts)
    if stopped is not None and is_certain:
        found.append(stopped)
    end = participation_end(facts)
    if end is not None and has_come(end, facts):
        found.append(end)
    host = host_of(treatment, facts)
    found += known_ends(host, facts) if host is not None else []
    match treatment.course:
        case Cycles(stops=stops):
            found += [stop.days for stop in happened(stops, facts) if stop.is_certain]
        case Continuous(end=last) if last is not None:
            day = resolve(last, facts)
            found += [day] if day is not None and has_come(day, facts) else []
        case _:
            pass
    return found


def has_come(day: Days, facts: Facts) -> bool:
    """Whether a day is certainly not after the cut-off."""
    return facts.cutoff.day is not None and day.last <= facts.cutoff.day


def are_past(cycles: tuple[JudgedCycle, ...], facts: Facts) -> bool:
    """Whether every planned cycle was given, missed or ruled out, and the last one's days have passed."""
    cutoff = facts.cutoff.day
    planned = [item for item in cycles if item.slot is not None or item.run is not None]
    if cutoff is None or not planned or len(planned) < len(cycles):
        return False
    settled = all(item.run is not None or item.is_over or item.standing.status == "missed" for item in planned)
    return settled and last_given(cycles) <= cutoff


def last_given(cycles: tuple[JudgedCycle, ...]) -> int:
    """The last day on which a dose of the cycles that began may be; 0 where none did."""
    days = (item.run.start.last + dose_days(item.treatment) - 1 for item in cycles if item.run is not None)
    return max(days, default=0)


def dose_days(treatment: Treatment) -> int:
    """The days of one cycle's dose."""
    return (treatment.dose.days if treatment.dose else None) or 1
