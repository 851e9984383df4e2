"""Required intervals between the actual days of two points."""

from collections.abc import Iterator

from protocol_dsl.base.days import Days, write_days
from protocol_dsl.interpret.deviations.judged import About, Found, Judged, deviation, query
from protocol_dsl.interpret.plan import planned_visits
from protocol_dsl.interpret.points import resolve
from protocol_dsl.interpret.reasons import point_words
from protocol_dsl.interpret.schedule import length_words
from protocol_dsl.interpret.slots import MET, NOT_MET, later, moved
from protocol_dsl.model.deviation_codes import INTERVAL, INTERVAL_UNDETERMINED
from protocol_dsl.model.points import Point


def derive(judged: Judged) -> Iterator[Found]:
    """Intervals that are longer, or shorter, than required; nothing while one of the two days is not there."""
    for rule in judged.model.intervals:
        start, end = actual_day(rule.start, judged), actual_day(rule.end, judged)
        if start is None or end is None:
            continue
        limit = moved(start, rule.length)
        is_broken = later(end, limit) if rule.bound == "at most" else later(limit, end)
        if is_broken == NOT_MET:
            continue
        about = About(rule=rule.name, date=end, place=rule.place)
        days = f"{point_words(rule.start)} ({write_days(start)}) and {point_words(rule.end)} ({write_days(end)})"
        required = f"{rule.bound} {rule.length.words or length_words(rule.length)}"
        if is_broken == MET:
            message = f"{rule.title or rule.name}: {required} required between {days}"
            yield deviation(judged, INTERVAL, about, message, actual=end)
        else:
            message = f"{rule.title or rule.name}: whether {required} lie between {days} is not known"
            yield query(judged, INTERVAL_UNDETERMINED, about, message)


def actual_day(point: Point, judged: Judged) -> Days | None:
    """The day of a milestone, the day on which a visit was held, or a planned day that is neither."""
    if not point.months and not point.days:
        return resolve(point, judged.facts)
    for visit in planned_visits(judged.facts):
        if visit.name == point.words and visit.point == point:
            return judged.matching.visits[visit.name].days
    return resolve(point, judged.facts)
