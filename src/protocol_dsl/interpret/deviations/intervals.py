"""Required intervals between the actual days of two points."""

from collections.abc import Iterator

from protocol_dsl.base.days import Days, say_days
from protocol_dsl.interpret.amendments import in_force, studies
from protocol_dsl.interpret.deviations.judged import About, Found, Judged, deviation, query
from protocol_dsl.interpret.points import resolve
from protocol_dsl.interpret.reasons import point_words
from protocol_dsl.interpret.schedule import length_words
from protocol_dsl.interpret.slots import MET, NOT_MET, UNKNOWN, later, moved
from protocol_dsl.model.deviation_codes import INTERVAL, INTERVAL_UNDETERMINED
from protocol_dsl.model.points import Point
from protocol_dsl.model.rules import RequiredInterval
from protocol_dsl.model.series import visit_at


def derive(judged: Judged) -> Iterator[Found]:
    """Intervals that are longer, or shorter, than required; nothing while one of the two days is not there.

    The version that holds is the one in force on the second day.
    """
    for name in dict.fromkeys(rule.name for study in studies(judged.facts) for rule in study.intervals):
        versions = [
            next((each for each in study.intervals if each.name == name), None) for study in studies(judged.facts)
        ]
        known = [rule for rule in versions if rule is not None]
        end = latest_of([actual_day(rule.end, judged) for rule in known])
        if end is None:
            continue
        possible = [versions[number] for number in in_force(end, judged.facts)]
        found = {NOT_MET if rule is None else is_broken(rule, judged) for rule in possible}
        rule = next((rule for rule in reversed(possible) if rule is not None), None)
        if rule is not None and found != {NOT_MET}:
            yield from told(rule, judged, found.pop() if len(found) == 1 else UNKNOWN)


def latest_of(days: list[Days | None]) -> Days | None:
    """The latest of some days that are known."""
    known = [day for day in days if day is not None]
    return max(known, key=lambda day: (day.last, day.first), default=None)


def is_broken(rule: RequiredInterval, judged: Judged) -> int:
    """Whether the days are further apart, or closer, than required: 2 certainly, 1 perhaps, 0 not, or not yet."""
    start, end = actual_day(rule.start, judged), actual_day(rule.end, judged)
    if start is None or end is None:
        return NOT_MET
    limit = moved(start, rule.length)
    return later(end, limit) if rule.bound == "at most" else later(limit, end)


def told(rule: RequiredInterval, judged: Judged, truth: int) -> Iterator[Found]:
    """The deviation, or the query where it is not known."""
    start, end = actual_day(rule.start, judged), actual_day(rule.end, judged)
    if start is None or end is None:
        return
    if truth == MET:
        yield broken(rule, judged, start, end)
        return
    message = f"{rule.title or rule.name}: whether {between(rule, start, end, 'lie')} is not known"
    yield query(judged, INTERVAL_UNDETERMINED, About(rule=rule.name, date=end, place=rule.place), message)


def broken(rule: RequiredInterval, judged: Judged, start: Days, end: Days) -> Found:
    """An interval that was not kept."""
    about = About(rule=rule.name, date=end, place=rule.place)
    message = f"{rule.title or rule.name}: {between(rule, start, end, 'required')}"
    return deviation(judged, INTERVAL, about, message, actual=end)


def between(rule: RequiredInterval, start: Days, end: Days, verb: str) -> str:
    """``at most 14 days required between SCR (2004-06-01) and W0 (2004-06-20)``."""
    days = f"{point_words(rule.start)} ({say_days(start)}) and {point_words(rule.end)} ({say_days(end)})"
    return f"{rule.bound} {rule.length.words or length_words(rule.length)} {verb} between {days}"


def actual_day(point: Point, judged: Judged) -> Days | None:
    """The day of a milestone, the day on which a visit was held, or a planned day that is neither.

    A visit stays the same one on whatever day the version that holds for the participant plans it.
    """
    matched = judged.matching.visits.get(point.words)
    if matched is None or all(visit_at(point, study) is None for study in studies(judged.facts)):
        return resolve(point, judged.facts)
    return matched.days
