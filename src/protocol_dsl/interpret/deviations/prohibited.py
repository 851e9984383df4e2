"""Prohibited medication."""

from collections.abc import Iterator

from protocol_dsl.base.days import Days
from protocol_dsl.interpret.amendments import held, studies
from protocol_dsl.interpret.cycles import may_be_given
from protocol_dsl.interpret.deviations.judged import About, Found, Judged, deviation, query
from protocol_dsl.interpret.doses import least_last_dose, may_have_ended
from protocol_dsl.interpret.facts import FAR
from protocol_dsl.interpret.histories import members_of, shares_day
from protocol_dsl.interpret.participation import participation_end
from protocol_dsl.interpret.periods import Bounds
from protocol_dsl.interpret.points import resolve, shift
from protocol_dsl.interpret.reasons import course, medication_fact, point_words
from protocol_dsl.interpret.slots import MET
from protocol_dsl.model.deviation_codes import MEDICATION_UNDETERMINED, PROHIBITED_MEDICATION
from protocol_dsl.model.given import given_day
from protocol_dsl.model.points import Point, is_by
from protocol_dsl.model.records import FIRST_DAY, Medication
from protocol_dsl.model.rules import Prohibition


def derive(judged: Judged) -> Iterator[Found]:
    """Each medication of a prohibited class that shares a day with the period, a query where it may do so.

    A period whose first point has no day has not begun; one whose last point has none runs on, unless that is a last
    dose which may have been given unseen. No period runs beyond the end of participation.
    """
    left = participation_end(judged.facts) or Days(FAR, FAR)
    told: set[tuple[str, int, tuple[Medication, ...]]] = set()
    found = list(shared_days(judged, left))
    for is_certain in (True, False):
        for rule, rows, start, shared in found:
            # A course into which an amendment falls is told once, for certain if any version makes it so.
            key = (rule.drugs, place_among(rule, judged), rows)
            if (shared == MET) == is_certain and key not in told:
                told.add(key)
                yield taken(judged, rule, rows, start, is_certain=is_certain)


def shared_days(judged: Judged, left: Days) -> Iterator[tuple[Prohibition, tuple[Medication, ...], Days, int]]:
    """Each course that shares a day with a period while the prohibition is in force, or may do so."""
    for held_rule in held(lambda study: study.prohibitions, judged.facts):
        rule = held_rule.rule
        start, end = resolve(rule.start, judged.facts), last_day(rule.end, judged)
        if start is None:
            continue
        if held_rule.start is not None:
            start = Days(max(start.first, held_rule.start.first), max(start.last, held_rule.start.last))
        last = Days(FAR, FAR) if end is None else end
        if held_rule.end is not None:
            last = Days(min(last.first, held_rule.end.first - 1), min(last.last, held_rule.end.last - 1))
        bounds = Bounds(start.first, start.last, min(last.first, left.first), min(last.last, left.last))
        is_whole = held_rule.start is None and held_rule.end is None and start.last <= left.first
        has_days = is_whole and is_by(rule.start, rule.end)
        names = members_of(rule.drugs, judged.model)
        for rows in courses(judged.facts.record.medications):
            shared = shares_day(rows[0], bounds, has_days=has_days) if rows[0].drug in names else 0
            if shared:
                yield rule, rows, start, shared


def last_day(point: Point, judged: Judged) -> Days | None:
    """The last day of a period; where that is a last dose which may have been given, any day from the one on record."""
    day, given, facts = resolve(point, judged.facts), given_day(point.milestone), judged.facts
    if day is not None or given is None or given.what != "last dose":
        return day
    named = (each for each in facts.model.treatments if given.treatment in {"", each.name})
    treatments = [each for each in named if may_be_given(each, facts)]
    if not all(may_have_ended(each, judged.cycles, facts) for each in treatments):
        return None
    first = max((least_last_dose(each, facts) for each in treatments), default=FIRST_DAY)
    if first == FIRST_DAY and not any(facts.may_lack(each.name) for each in treatments):
        return None
    moved = shift(Days(first, first), point.months, point.days)
    return Days(FIRST_DAY if moved is None else moved.first, FAR)


def place_among(rule: Prohibition, judged: Judged) -> int:
    """Which of the prohibitions of its class a rule is, in the version that holds it."""
    rules = next(study.prohibitions for study in studies(judged.facts) if rule in study.prohibitions)
    return [each for each in rules if each.drugs == rule.drugs].index(rule)


def courses(medications: tuple[Medication, ...]) -> Iterator[tuple[Medication, ...]]:
    """The rows of each course: those of one drug with the same dates are one course, told more than once."""
    found: dict[tuple[str, Days, Days | None], list[Medication]] = {}
    for row in medications:
        found.setdefault((row.drug, row.start, row.end), []).append(row)
    return (tuple(rows) for rows in found.values())


def taken(judged: Judged, rule: Prohibition, rows: tuple[Medication, ...], start: Days, *, is_certain: bool) -> Found:
    """One course; the day of the act is the first of its days in the period."""
    row = rows[0]
    first = max(row.start.first, start.first)
    date = Days(first, max(row.start.last, start.last, first))
    about = About(rule=rule.drugs, date=date, facts=tuple(map(medication_fact, rows)), place=rule.place)
    period = f"from {point_words(rule.start)} to {point_words(rule.end)}"
    name = f"{row.drug} ({course(row)})"
    if is_certain:
        message = f"{name} was taken, {rule.drugs} is prohibited {period}"
        return deviation(judged, PROHIBITED_MEDICATION, about, message, actual=date)
    message = f"whether {name} was taken while {rule.drugs} was prohibited ({period}) is not known"
    return query(judged, MEDICATION_UNDETERMINED, about, message)
