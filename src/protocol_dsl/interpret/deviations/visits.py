"""Visits early, late, missed, or open."""

from collections.abc import Iterator

from attrs import evolve

from protocol_dsl.base.days import Days, say_days
from protocol_dsl.interpret.deviations.judged import About, Found, Judged, deviation, query
from protocol_dsl.interpret.schedule import out_words, row_facts
from protocol_dsl.interpret.slots import Slot
from protocol_dsl.interpret.standing import plus
from protocol_dsl.interpret.visit_status import JudgedVisit, grace_days, rows_not_held
from protocol_dsl.model.deviation_codes import VISIT_EARLY, VISIT_LATE, VISIT_MISSED, VISIT_UNDETERMINED
from protocol_dsl.model.records import VisitRow


def derive(judged: Judged) -> Iterator[Found]:
    """A deviation for each visit early, late or missed, a query for each that the data leave open."""
    for item in judged.visits:
        match item.standing.status:
            case "early":
                words = f"visit {item.visit.name} was held {out_words(item.standing)} before its window opened"
                yield deviation_at(judged, item, words, is_late=False)
            case "late":
                words = f"visit {item.visit.name} was held {out_words(item.standing)} after its window closed"
                yield deviation_at(judged, item, words, is_late=True)
            case "missed":
                yield missed(judged, item)
            case "undetermined" if item.is_held or item.matched.perhaps or not judged.is_arm_unknown:
                yield query(judged, VISIT_UNDETERMINED, about(item, item.matched.days), open_words(item))
            case _:
                pass


def deviation_at(judged: Judged, item: JudgedVisit, message: str, *, is_late: bool) -> Found:
    """A visit out of its window."""
    return deviation(
        judged,
        VISIT_LATE if is_late else VISIT_EARLY,
        about(item, item.matched.days),
        message,
        slot=item.matched.slot,
        actual=item.matched.days,
        standing=item.standing,
    )


def missed(judged: Judged, item: JudgedVisit) -> Found:
    """A visit not held; its date is the day after the window and the grace."""
    slot = item.matched.slot
    date = None if slot is None else plus(slot.latest, grace_days(item.visit, judged.facts) + 1)
    closed = "" if slot is None else f", its window closed on {say_days(slot.latest)}"
    found = evolve(about(item, date), facts=row_facts(rows_not_held(item.visit, judged.facts)))
    return deviation(judged, VISIT_MISSED, found, f"visit {item.visit.name} was missed{closed}", slot=slot)


def about(item: JudgedVisit, date: Days | None) -> About:
    """The visit, on a day."""
    facts = row_facts(item.matched.rows or item.matched.perhaps)
    return About(rule=item.visit.name, visit=item.visit.name, date=date, facts=facts, place=item.visit.place)


def open_words(item: JudgedVisit) -> str:
    """What leaves a visit open."""
    name, slot, days = item.visit.name, item.matched.slot, item.matched.days
    if days is not None:
        if slot is None:
            return f"visit {name} was held on {say_days(days)}, but its window is not known"
        return f"visit {name} of {say_days(days)} may or may not have been in its window ({window_days(slot)})"
    if item.matched.perhaps:
        row = item.matched.perhaps[0]
        if isinstance(row, VisitRow) and row.status == "not known":
            return f"whether visit {name} of {say_days(Days(row.first, row.last))} was held is not known"
        return f"whether what is dated {say_days(Days(row.first, row.last))} was visit {name} is not known"
    return f"whether visit {name} was due is not known"


def window_days(slot: Slot) -> str:
    """``2004-11-22 to 2004-12-06``."""
    return f"{say_days(slot.earliest)} to {say_days(slot.latest)}"
