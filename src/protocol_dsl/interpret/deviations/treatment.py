"""Cycles early, late, missed, extra or after the last point; treatment of another arm."""

from collections.abc import Iterator

from protocol_dsl.base.days import Days, say_days
from protocol_dsl.interpret.acts import studies_on
from protocol_dsl.interpret.cycles import may_be_given
from protocol_dsl.interpret.deviations.judged import About, Found, Judged, deviation, query
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.judged_cycles import JudgedCycle
from protocol_dsl.interpret.reasons import administration_fact, point_words
from protocol_dsl.interpret.schedule import out_words
from protocol_dsl.interpret.slots import UNKNOWN
from protocol_dsl.interpret.standing import plus
from protocol_dsl.model.deviation_codes import (
    ARM_UNKNOWN,
    CYCLE_AFTER_LAST_POINT,
    CYCLE_EARLY,
    CYCLE_EXTRA,
    CYCLE_LATE,
    CYCLE_MISSED,
    CYCLE_UNDETERMINED,
    OTHER_ARM,
    DeviationCode,
)
from protocol_dsl.model.records import Administration
from protocol_dsl.model.schedule import Cycles, Treatment


def derive(judged: Judged) -> Iterator[Found]:
    """Every cycle, then treatments that the participant's arm does not give."""
    for item in judged.cycles:
        yield from cycle(judged, item)
    yield from unproved(judged)
    yield from other_arms(judged)
    if judged.is_arm_unknown and judged.model.treatments:
        written = judged.facts.record.arm_written
        words = f"the protocol has no arm {written}" if written else "no arm is recorded"
        yield query(judged, ARM_UNKNOWN, About(), f"{words}, so that treatment cannot be judged")


def cycle(judged: Judged, item: JudgedCycle) -> Iterator[Found]:
    """What one cycle departs from, and what the data leave open about it."""
    name = item.name
    match item.standing.status:
        case "early":
            yield at(judged, item, CYCLE_EARLY, f"{name} began {out_words(item.standing)} before its window opened")
        case "late":
            yield at(judged, item, CYCLE_LATE, f"{name} began {out_words(item.standing)} after its window closed")
        case "missed" if item.slot is not None:
            message = f"{name} was missed, its window closed on {say_days(item.slot.latest)}"
            yield at(judged, item, CYCLE_MISSED, message, date=plus(item.slot.latest, 1))
        case "undetermined" if item.days is not None or not (judged.is_arm_unknown or is_only_unproved(item)):
            yield query(judged, CYCLE_UNDETERMINED, about(item, item.days or planned(item)), open_words(item))
        case _:
            pass
    if item.is_extra:
        yield at(
            judged, item, CYCLE_EXTRA, f"{name} was given, but not planned" + (f" ({item.why})" if item.why else "")
        )
    is_open = item.standing.status == "undetermined"
    if not (is_open or item.is_after_last) and any(each.is_after_last for each in item.possible):
        words = f"{name} may have begun after the last point{because(item)}"
        yield query(judged, CYCLE_UNDETERMINED, about(item, item.days), words)
    if item.is_after_last:
        yield at(judged, item, CYCLE_AFTER_LAST_POINT, f"{name} began after the last point{last_point(item)}")


def at(judged: Judged, item: JudgedCycle, code: DeviationCode, message: str, date: Days | None = None) -> Found:
    """A deviation of a cycle on its first day, or on ``date``."""
    return deviation(
        judged,
        code,
        about(item, date or item.days),
        message,
        slot=item.slot,
        actual=item.days,
        standing=item.standing,
    )


def last_point(item: JudgedCycle) -> str:
    """The last point in the author's words: ``, W42``."""
    course = item.treatment.course
    if not isinstance(course, Cycles) or course.none_after is None:
        return ""
    return f", {point_words(course.none_after)}"


def about(item: JudgedCycle, date: Days | None) -> About:
    """The cycle, on a day."""
    return About(
        rule=item.treatment.name,
        treatment=item.treatment.name,
        cycle=item.number,
        date=date,
        facts=tuple(administration_fact(row) for row in (item.perhaps if item.run is None else item.run.rows)),
        place=item.treatment.place,
    )


def planned(item: JudgedCycle) -> Days | None:
    """The planned day."""
    return None if item.slot is None else item.slot.planned


def open_words(item: JudgedCycle) -> str:
    """What leaves a cycle open."""
    name = item.name
    if item.is_ruled_unknown:
        return f"{name}: {item.why}"
    if item.days is not None:
        if item.slot is None and not item.doubt:
            return f"{name} began on {say_days(item.days)}, but its window is not known"
        if item.slot is not None and item.slot.holds(item.days) == UNKNOWN:
            return f"{name} of {say_days(item.days)} may or may not have begun in its window{because(item)}"
        return f"whether {name}, begun on {say_days(item.days)}, was planned is not known{because(item)}"
    if item.perhaps and not item.doubt:
        row = item.perhaps[0]
        day = say_days(Days(row.first, row.last))
        what = f"{item.treatment.name} of {day} was given" if row.is_in_doubt else f"what is dated {day} was {name}"
        return f"whether {what} is not known"
    return f"whether {name} was due, or given, is not known{because(item)}"


def because(item: JudgedCycle) -> str:
    """What leaves it open, if that can be said."""
    return f": {item.doubt}" if item.doubt else ""


# ----------------------------------------------------------------------- open histories
def is_only_unproved(item: JudgedCycle) -> bool:
    """Whether a cycle is open only because absence proves nothing."""
    return item.is_unproved and not item.is_ruled_unknown


def unproved(judged: Judged) -> Iterator[Found]:
    """One query a treatment whose absence proves nothing, for all its cycles."""
    if judged.is_arm_unknown:
        return
    for treatment in judged.model.treatments:
        found = [
            item
            for item in judged.cycles
            if item.treatment.name == treatment.name
            and item.standing.status == "undetermined"
            and is_only_unproved(item)
        ]
        if found:
            numbers = ", ".join(str(item.number) for item in found)
            message = (
                f"no administration of cycle {numbers} of {treatment.name} is recorded, "
                "and the history of administrations is open"
            )
            about_all = About(
                rule=treatment.name, treatment=treatment.name, date=planned(found[0]), place=treatment.place
            )
            yield query(judged, CYCLE_UNDETERMINED, about_all, message)


# --------------------------------------------------------------------------- other arms
def other_arms(judged: Judged) -> Iterator[Found]:
    """Treatments that another arm gives and the participant's does not: one deviation each, on its first day."""
    for treatment in judged.model.treatments:
        rows = tuple(row for row in judged.given(treatment.name) if is_of_another_arm(treatment, row, judged.facts))
        arms = [arm.name for arm in judged.model.arms if treatment.name in arm.gives]
        if not rows or not arms:
            continue
        date = Days(min(row.first for row in rows), min(row.last for row in rows))
        facts = tuple(administration_fact(row) for row in rows)
        subject = About(rule=treatment.name, treatment=treatment.name, date=date, facts=facts, place=treatment.place)
        course = "cycles of " if isinstance(treatment.course, Cycles) else ""
        message = f"{course}{treatment.name} given in arm {judged.facts.record.arm}, planned in {' and '.join(arms)}"
        yield deviation(judged, OTHER_ARM, subject, message, actual=date)


def is_of_another_arm(treatment: Treatment, row: Administration, facts: Facts) -> bool:
    """Whether the participant's arm gives no such treatment on that day, in whatever version may be in force."""
    return not any(may_be_given(treatment, facts.under(study)) for study in studies_on(row, facts))
