"""Histories: rows of conditions, events and medications that are there, or are known not to be."""

from typing import assert_never

from protocol_dsl.base.days import Days
from protocol_dsl.model import expressions as ex
from protocol_dsl.model.points import Period
from protocol_dsl.model.study import StudyModel
from protocol_dsl.simulate.chance import Chance
from protocol_dsl.simulate.draft import Draft, Row, day_in, iso
from protocol_dsl.simulate.wishes import HistoryWish, Wish

YEARS_BACK = 365
OTHER_DRUGS = ("paracetamol", "loperamide", "acetylcysteine", "xylometazoline")
"""Drugs of which one is in no class of a protocol, nor spelt like one that is."""


def days_of(draft: Draft, period: Period) -> Days | None:
    """The days of a period; without a start from long before, without an end up to the last milestone there is."""
    if any(point is not None and not draft.has(point) for point in (period.start, period.end)):
        return None
    first = draft.day_of(period.start) if period.start is not None else draft.milestones["screening"] - 90 * YEARS_BACK
    if period.end is not None:
        last = draft.day_of(period.end)
    else:
        last = first + 1 if period.start is not None else draft.milestones["randomization"]
    return Days(first, max(first, last))


def with_history(draft: Draft, wish: HistoryWish, study: StudyModel, chance: Chance) -> Draft:
    """A condition, event or medication that is there, or taken away and known to be absent."""
    if not wish.wanted:
        return known_absent(without_history(draft, wish, study), wish, study)
    match wish.test:
        case ex.IsConfirmed(condition=name, period=period) if (days := days_of(draft, period)) is not None:
            day = max(days.first, days.last - chance.whole(200, 8 * YEARS_BACK))
            return draft.plus("events", event_row(draft, name, day))
        case ex.Happens(events=pattern, period=period) if (days := days_of(draft, period)) is not None:
            # In a period that goes on after entry soon after it, so that it lies before the data end.
            day = min(days.last, max(days.first, draft.milestones["randomization"]) + 7)
            return draft.plus("events", pattern_row(draft, pattern, day))
        case ex.ExposedTo(drugs=drugs, period=period) if (days := days_of(draft, period)) is not None:
            end = max(days.first, days.last - chance.whole(40, 300))
            start = end - chance.whole(100, 4 * YEARS_BACK)
            if days.first >= draft.milestones["randomization"]:
                # What is taken on study is not taken before it as well, of which a criterion may ask.
                start = max(days.first, draft.milestones["randomization"] + 1)
                end = max(start, end)
            row = {**medication_row(draft, study, drugs, chance), "start": iso(start), "end": iso(end)}
            return draft.plus("medications", row)
        case ex.OnDrugs(drugs=drugs, point=point) if draft.has(point):
            start = draft.day_of(point) - chance.whole(30, 39)
            row = {**medication_row(draft, study, drugs, chance), "start": iso(start), "end": ""}
            return draft.plus("medications", row)
        case _:
            return draft


def without_history(draft: Draft, wish: HistoryWish, study: StudyModel) -> Draft:
    """The rows that would show what is not wished taken away."""
    match wish.test:
        case ex.IsConfirmed(condition=name, period=period):
            return draft.without("events", lambda row: row["event"] == name and is_in(draft, row, period))
        case ex.Happens(events=pattern, period=period):
            return draft.without("events", lambda row: is_such(row, pattern) and is_in(draft, row, period))
        case ex.ExposedTo(drugs=drugs, period=period):
            members = members_of(study, drugs)
            return draft.without(
                "medications",
                lambda row: row["drug"] in members and is_in(draft, {"date": row["end"] or row["start"]}, period),
            )
        case ex.OnDrugs(drugs=drugs, point=point):
            members, stopped = members_of(study, drugs), iso(draft.day_of(point) - 1)
            return draft.changed("medications", lambda row: row["drug"] in members and not row["end"], end=stopped)
        case _:
            assert_never(wish.test)


def is_in(draft: Draft, row: Row, period: Period) -> bool:
    """Whether a row is dated in a period."""
    days = days_of(draft, period)
    return days is not None and days.first <= day_in(row) <= days.last


def is_such(row: Row, pattern: ex.EventPattern) -> bool:
    """Whether an event may be one of a pattern."""
    return row["event"] == pattern.name and (
        not pattern.categories or row.get("category", "") in {"", *pattern.categories}
    )


def known_absent(draft: Draft, wish: HistoryWish, study: StudyModel) -> Draft:
    """With a row of the kind that is not the one asked about, where no clause says that its absence proves anything."""
    match wish.test:
        case ex.ExposedTo() | ex.OnDrugs():
            is_proved = state_of(study, "medications") is not None or draft.of("medications")
            return draft if is_proved else draft.plus("medications", other_medication(draft, study))
        case ex.IsConfirmed(condition=name, period=period):
            pattern = ex.EventPattern(name)
            group = "conditions"
        case ex.Happens(events=pattern, period=period):
            group = "events"
        case _:
            assert_never(wish.test)
    name = pattern.name
    if state_of(study, name, group) is not None or any(row["event"] == name for row in draft.of("events")):
        return draft
    kind = next((item for item in study.vocabulary.events if item.name == name), None)
    others = [item.name for item in kind.categories if item.name not in pattern.categories] if kind else []
    day = draft.milestones["screening"] - YEARS_BACK
    if pattern.categories and others:
        return draft.plus("events", {**event_row(draft, name, day), "category": others[0]})
    if (milder := grade_below(pattern, study)) is not None:
        return draft.plus("events", {**event_row(draft, name, day), "grade": str(milder)})
    if period.start is None or not draft.has(period.start):
        return draft
    return draft.plus("events", event_row(draft, name, draft.day_of(period.start) - YEARS_BACK))


def grade_below(pattern: ex.EventPattern, study: StudyModel) -> int | None:
    """The least grade of an event, where it is milder than those asked about."""
    kind = next((item for item in study.vocabulary.events if item.name == pattern.name), None)
    if kind is None or kind.grades is None or pattern.least_grade is None:
        return None
    return kind.grades[0] if kind.grades[0] < pattern.least_grade else None


def is_provable(wish: Wish, study: StudyModel) -> bool:
    """Whether made-up data can show what is wished; that something is absent not where the history is open."""
    if not isinstance(wish, HistoryWish) or wish.wanted:
        return True
    match wish.test:
        case ex.ExposedTo() | ex.OnDrugs():
            return state_of(study, "medications") != "open"
        case ex.IsConfirmed(condition=name, period=period):
            state = state_of(study, name, "conditions")
            return state == "complete" or (state is None and period.start is not None)
        case ex.Happens(events=pattern, period=period):
            state = state_of(study, pattern.name, "events")
            is_other = bool(period.start or pattern.categories) or grade_below(pattern, study) is not None
            return state == "complete" or (state is None and is_other)
        case _:
            assert_never(wish.test)


def state_of(study: StudyModel, *names: str) -> str | None:
    """What a clause says of a history: that it is complete, or open; nothing without one."""
    return next((item.state for name in names for item in study.vocabulary.histories if item.of == name), None)


def other_medication(draft: Draft, study: StudyModel) -> dict[str, str]:
    """A medication of no class, long past."""
    known = {drug.name for item in study.vocabulary.classes for drug in item.members}
    drug = next((name for name in OTHER_DRUGS if name not in known), OTHER_DRUGS[0])
    start = draft.milestones["screening"] - YEARS_BACK
    return {"participant": draft.participant, "drug": drug, "start": iso(start), "end": iso(start + 10)}


def members_of(study: StudyModel, drugs: str) -> tuple[str, ...]:
    """The drugs of a class."""
    return next(tuple(drug.name for drug in item.members) for item in study.vocabulary.classes if item.name == drugs)


def event_row(draft: Draft, event: str, day: int) -> dict[str, str]:
    """A row of ``events``."""
    return {"participant": draft.participant, "event": event, "date": iso(day)}


def pattern_row(draft: Draft, pattern: ex.EventPattern, day: int) -> dict[str, str]:
    """A row of ``events`` that is one of a pattern."""
    return {
        **event_row(draft, pattern.name, day),
        "category": pattern.categories[0] if pattern.categories else "",
        "grade": "" if pattern.least_grade is None else str(pattern.least_grade),
        "related_to": pattern.related_to or "",
    }


def rarest_members(study: StudyModel, drugs: str) -> tuple[str, ...]:
    """The members of a class that belong to as few other classes as possible."""
    members = members_of(study, drugs)
    classes = [members_of(study, item.name) for item in study.vocabulary.classes]
    counts = {member: sum(member in other for other in classes) for member in members}
    return tuple(member for member in members if counts[member] == min(counts.values()))


def medication_row(draft: Draft, study: StudyModel, drugs: str, chance: Chance) -> dict[str, str]:
    """A row of ``medications``, without its dates, for a member that belongs to as few other classes as possible."""
    return {"participant": draft.participant, "drug": chance.one_of(rarest_members(study, drugs))}
