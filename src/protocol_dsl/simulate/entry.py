"""Entry into the trial: rows that make each criterion come out as wished."""

from fractions import Fraction
from typing import assert_never

from protocol_dsl.base.numbers import Number, write_number
from protocol_dsl.model import expressions as ex
from protocol_dsl.model.points import Period, Point
from protocol_dsl.model.series import visit_called
from protocol_dsl.model.study import StudyModel
from protocol_dsl.model.vocabulary import Measure
from protocol_dsl.simulate.chance import Chance
from protocol_dsl.simulate.draft import Draft, iso
from protocol_dsl.simulate.ladders import ladder_named, range_cells, value_of_grade
from protocol_dsl.simulate.wishes import ChoiceWish, HistoryWish, NumberWish, Wish

YEARS_BACK = 365
FREE_AGE = (20, 70)


def planned_at(visit: str, study: StudyModel) -> Point:
    """The planned point of a visit; a reading is asked for at no other than a planned one."""
    found = visit_called(visit, study)
    return Point("screening") if found is None else found.point


def fulfil(draft: Draft, wish: Wish, study: StudyModel, chance: Chance) -> Draft:
    """``draft`` with rows that make ``wish`` come true."""
    match wish:
        case NumberWish():
            return with_number(draft, wish, study, chance)
        case ChoiceWish():
            return with_choice(draft, wish, study, chance)
        case HistoryWish():
            return with_history(draft, wish, study, chance)
        case _:
            assert_never(wish)


def with_number(draft: Draft, wish: NumberWish, study: StudyModel, chance: Chance) -> Draft:
    """A birth date, an attribute or a reading with a number of the wished size."""
    match wish.value:
        case ex.DefinedValue(value=value):
            inner = NumberWish(value, wish.low, wish.high, wish.low_open, wish.high_open)
            return with_number(draft, inner, study, chance)
        case ex.AgeAt(point=point):
            years = chance.whole(*ages(wish))
            return draft.with_attribute("birth_date", iso(draft.day_of(point) - years * 366 - chance.whole(1, 200)))
        case ex.AttributeValue(name=name):
            return draft.with_attribute(name, write_number(drawn(wish, chance)))
        case ex.ReadingAt(measure=measure, visit=visit):
            planned = planned_at(visit, study)
            return with_reading(draft, study, measure, draft.day_of(planned), drawn(wish, chance))
        case ex.Pick(measure=measure, period=period):
            return with_reading(draft, study, measure, last_day(draft, period), drawn(wish, chance))
        case _:
            return draft


def ages(wish: NumberWish) -> tuple[int, int]:
    """The least and the greatest age wished; a side left open is filled with an adult's, or with a few years."""
    low = None if wish.low is None else int(wish.low) + wish.low_open
    high = None if wish.high is None else int(wish.high) - wish.high_open
    if low is None:
        low = FREE_AGE[0] if high is None or high >= FREE_AGE[0] else max(0, high - 5)
    return low, max(low, FREE_AGE[1]) if high is None else high


def with_reading(draft: Draft, study: StudyModel, measure: str, day: int, number: Number) -> Draft:
    """A reading that day, instead of any that the participant has that day."""
    ladder = ladder_named(measure, study)
    kind = next(item for item in study.vocabulary.measures if item.name == (ladder.measure if ladder else measure))
    if ladder is not None:
        value = value_of_grade(ladder, int(number), kind, study)
        if value is None:
            return draft
        number = value
    label = next(
        (visit.name for visit in study.visits if draft.has(visit.point) and draft.day_of(visit.point) == day), ""
    )
    return draft.without("readings", lambda row: row["measure"] == kind.name and row["date"] == iso(day)).plus(
        "readings", reading_row(draft, study, kind, day, write_number(number), label)
    )


def reading_row(  # noqa: PLR0913, PLR0917 -- whose, of what, when, what, where
    draft: Draft, study: StudyModel, measure: Measure, day: int, value: str, visit: str
) -> dict[str, str]:
    """A row of ``readings``."""
    return {
        "participant": draft.participant,
        "measure": measure.name,
        "date": iso(day),
        "value": value,
        "unit": measure.unit,
        "visit": visit,
        **range_cells(measure, study),
    }


def drawn(wish: NumberWish, chance: Chance) -> Number:
    """A number of the wished size: whole where the range has room for whole numbers."""
    low = wish.low if wish.low is not None else (wish.high or 0) * Fraction(1, 5)
    high = wish.high if wish.high is not None else max(low * 8, low + 10)
    first, last = -(-low // 1) + (wish.low_open and low == low // 1), high // 1 - (wish.high_open and high == high // 1)
    if first <= last:
        return chance.whole(int(first), int(last))
    return low + (high - low) * Fraction(chance.whole(1, 9), 10)


def last_day(draft: Draft, period: Period) -> int:
    """A day of the period: its end, or the day after its start."""
    if period.end is not None:
        return draft.day_of(period.end)
    return draft.day_of(period.start) + 1 if period.start is not None else max(draft.milestones.values())


def with_choice(draft: Draft, wish: ChoiceWish, study: StudyModel, chance: Chance) -> Draft:
    """An attribute or a categorical reading with one of the wished choices."""
    match wish.value:
        case ex.DefinedValue(value=value):
            return with_choice(draft, ChoiceWish(value, wish.choices, wish.wanted), study, chance)
        case ex.AttributeValue(name=name):
            declared = next((item.choices for item in study.vocabulary.attributes if item.name == name), ())
            return draft.with_attribute(name, chance.one_of(allowed(declared, wish)))
        case ex.ReadingAt(measure=name, visit=visit):
            kind = next(item for item in study.vocabulary.measures if item.name == name)
            planned = planned_at(visit, study)
            drawn_choice = chance.one_of(allowed(kind.choices, wish))
            return draft.plus("readings", reading_row(draft, study, kind, draft.day_of(planned), drawn_choice, visit))
        case _:
            return draft


def allowed(declared: tuple[str, ...], wish: ChoiceWish) -> tuple[str, ...]:
    """The choices that fulfil a wish; the wished ones where none is declared."""
    fitting = tuple(choice for choice in declared if (choice.casefold() in wish.choices) == wish.wanted)
    return fitting or wish.choices


def with_history(draft: Draft, wish: HistoryWish, study: StudyModel, chance: Chance) -> Draft:
    """A condition, event or medication that is there; nothing has to be done for one that is not."""
    if not wish.wanted:
        return without_history(draft, wish, study)
    match wish.test:
        case ex.IsConfirmed(condition=name, period=period):
            day = last_day(draft, period) - chance.whole(200, 8 * YEARS_BACK)
            return draft.plus("events", event_row(draft, name, day))
        case ex.Happens(events=pattern, period=period):
            day = last_day(draft, period)
            category = pattern.categories[0] if pattern.categories else ""
            return draft.plus("events", {**event_row(draft, pattern.name, day), "category": category})
        case ex.ExposedTo(drugs=drugs, period=period):
            end = last_day(draft, period) - chance.whole(40, 300)
            start = end - chance.whole(100, 4 * YEARS_BACK)
            row = {**medication_row(draft, study, drugs, chance), "start": iso(start), "end": iso(end)}
            return draft.plus("medications", row)
        case ex.OnDrugs(drugs=drugs, point=point):
            start = draft.day_of(point) - chance.whole(30, 39)
            row = {**medication_row(draft, study, drugs, chance), "start": iso(start), "end": ""}
            return draft.plus("medications", row)
        case _:
            assert_never(wish.test)


def without_history(draft: Draft, wish: HistoryWish, study: StudyModel) -> Draft:
    """The rows that would show what is not wished taken away."""
    match wish.test:
        case ex.IsConfirmed(condition=name):
            return draft.without("events", lambda row: row["event"] == name)
        case ex.Happens(events=pattern):
            return draft.without("events", lambda row: row["event"] == pattern.name)
        case ex.ExposedTo(drugs=drugs):
            members = members_of(study, drugs)
            return draft.without("medications", lambda row: row["drug"] in members)
        case ex.OnDrugs(drugs=drugs, point=point):
            members, stopped = members_of(study, drugs), iso(draft.day_of(point) - 1)
            return draft.changed("medications", lambda row: row["drug"] in members and not row["end"], end=stopped)
        case _:
            assert_never(wish.test)


def members_of(study: StudyModel, drugs: str) -> tuple[str, ...]:
    """The drugs of a class."""
    return next(tuple(drug.name for drug in item.members) for item in study.vocabulary.classes if item.name == drugs)


def event_row(draft: Draft, event: str, day: int) -> dict[str, str]:
    """A row of ``events``."""
    return {"participant": draft.participant, "event": event, "date": iso(day)}


def medication_row(draft: Draft, study: StudyModel, drugs: str, chance: Chance) -> dict[str, str]:
    """A row of ``medications``, without its dates, for a member that belongs to as few other classes as possible."""
    members = members_of(study, drugs)
    classes = [members_of(study, item.name) for item in study.vocabulary.classes]
    fewest = min(sum(member in other for other in classes) for member in members)
    drug = chance.one_of([member for member in members if sum(member in other for other in classes) == fewest])
    return {"participant": draft.participant, "drug": drug}
