"""Entry into the trial: rows that make each criterion come out as wished."""

from collections.abc import Iterable
from fractions import Fraction
from itertools import islice
from typing import assert_never

from attrs import evolve

from protocol_dsl.base.days import Days
from protocol_dsl.base.numbers import Number, write_number
from protocol_dsl.model import expressions as ex
from protocol_dsl.model.series import visit_called
from protocol_dsl.model.study import StudyModel
from protocol_dsl.model.vocabulary import Attribute, Measure
from protocol_dsl.simulate.chance import Chance
from protocol_dsl.simulate.draft import Draft, iso
from protocol_dsl.simulate.histories import YEARS_BACK, days_of, with_history
from protocol_dsl.simulate.ladders import ladder_named, range_cells, value_of_grade
from protocol_dsl.simulate.wishes import (
    MOST_WAYS,
    ChoiceWish,
    HistoryWish,
    Left,
    NumberWish,
    Way,
    Wish,
    by_measure,
    is_certain,
    joined,
    ways,
)

FREE_AGE = (20, 70)
UNKNOWN = "unknown"
"""The choice with which nothing is answered."""


# ------------------------------------------------------------------------ what to wish for
def way_of_all(draft: Draft, tests: Iterable[tuple[ex.Test, bool]], chance: Chance) -> Way:
    """Wishes with which each test comes out as wanted; a test that contradicts those before it is passed over."""
    taken: Way = ()
    for test, wanted in tests:
        found = [way for way in islice(ways(test, wanted=wanted), MOST_WAYS) if suits(way, draft)]
        fitting = [(way, both) for way in found if (both := joined((*taken, *way))) is not None]
        certain = [both for way, both in fitting if is_certain(way)] or [both for _, both in fitting]
        taken = chance.one_of(certain) if certain else taken
    return taken


def with_all(draft: Draft, way: Way, study: StudyModel, chance: Chance) -> Draft:
    """``draft`` with all wishes come true at entry, and those about measures kept by what is read later."""
    kept = by_measure(way)
    narrowed = (
        evolve(kept[wish.value.measure], value=wish.value)
        if isinstance(wish, NumberWish | ChoiceWish)
        and isinstance(wish.value, ex.ReadingAt | ex.Pick)
        and wish.value.measure in kept
        else wish
        for wish in way
    )
    return fulfil_all(evolve(draft, kept=kept), tuple(narrowed), study, chance)


def suits(way: Way, draft: Draft) -> bool:
    """Whether a way asks for no other arm, site or sex than the participant has."""
    own = {"arm": draft.arm, "site": draft.site}
    return all(
        (own[wish.value.name].casefold() in wish.choices) == wish.wanted
        for wish in way
        if isinstance(wish, ChoiceWish) and isinstance(wish.value, ex.AttributeValue) and wish.value.name in own
    )


def fulfil(draft: Draft, wish: Wish, study: StudyModel, chance: Chance) -> Draft:
    """``draft`` with rows that make ``wish`` come true."""
    match wish:
        case NumberWish():
            return with_number(draft, wish, study, chance)
        case ChoiceWish():
            return with_choice(draft, wish, study, chance)
        case HistoryWish():
            return with_history(draft, wish, study, chance)
        case Left():
            return draft
        case _:
            assert_never(wish)


def fulfil_all(draft: Draft, way: Way, study: StudyModel, chance: Chance) -> Draft:
    """``draft`` with all wishes come true, those of absence last."""
    for wish in sorted(way, key=lambda wish: isinstance(wish, HistoryWish) and not wish.wanted):
        draft = fulfil(draft, wish, study, chance)
    return draft


# ------------------------------------------------------------------------------- numbers
def with_number(draft: Draft, wish: NumberWish, study: StudyModel, chance: Chance) -> Draft:
    """A birth date, an attribute or a reading with a number of the wished size."""
    match wish.value:
        case ex.AgeAt(point=point) if draft.has(point):
            years = chance.whole(*ages(wish))
            return draft.with_attribute("birth_date", iso(draft.day_of(point) - years * 366 - chance.whole(1, 200)))
        case ex.AttributeValue(name=name):
            is_date = any(item.name == name and item.kind == "date" for item in study.vocabulary.attributes)
            number = drawn(within_a_year(wish) if is_date else wish, chance)
            return draft.with_attribute(name, iso(int(number)) if is_date else write_number(number))
        case ex.ReadingAt(measure=name) | ex.Pick(measure=name):
            kind, ladder = measure_of(name, study), ladder_named(name, study)
            number = drawn(wish, chance, None if ladder else kind)
            value = value_of_grade(ladder, int(number), kind, study) if ladder else number
            return draft if value is None else with_reading(draft, wish.value, kind, write_number(value), study)
        case _:
            return draft


def measure_of(name: str, study: StudyModel) -> Measure:
    """The measure of that name, or the one that a ladder of that name grades."""
    ladder = ladder_named(name, study)
    return next(item for item in study.vocabulary.measures if item.name == (ladder.measure if ladder else name))


def ages(wish: NumberWish) -> tuple[int, int]:
    """The least and the greatest age wished; a side left open is filled with an adult's, or with a few years."""
    low = None if wish.low is None else int(wish.low) + wish.low_open
    high = None if wish.high is None else int(wish.high) - wish.high_open
    if low is None:
        low = FREE_AGE[0] if high is None or high >= FREE_AGE[0] else max(0, high - 5)
    return low, max(low, FREE_AGE[1]) if high is None else high


def with_reading(
    draft: Draft, value: ex.ReadingAt | ex.Pick, measure: Measure, written: str, study: StudyModel
) -> Draft:
    """A reading where a value looks for it, instead of any that the participant has there."""
    found = place_of(draft, value, study)
    if found is None:
        return draft
    day, label = found
    return draft.without(
        "readings",
        lambda row: (
            row["measure"] == measure.name and (row["date"] == iso(day) or bool(label and row["visit"] == label))
        ),
    ).plus("readings", reading_row(draft, study, measure, day, written, label))


def place_of(draft: Draft, value: ex.ReadingAt | ex.Pick, study: StudyModel) -> tuple[int, str] | None:
    """The day and the visit at which a value is read; nothing where its point has no day."""
    if isinstance(value, ex.ReadingAt):
        visit = visit_called(value.visit, study)
        return (draft.day_of(visit.point), value.visit) if visit and draft.has(visit.point) else None
    days = days_of(draft, value.period)
    if days is None:
        return None
    # A period that goes on after entry is begun with what is read at entry.
    days = Days(days.first, max(days.first, min(days.last, draft.milestones["randomization"])))
    asked = [
        (draft.day_of(visit.point), visit.name)
        for visit in study.visits
        if visit.series is None
        and measure_of(value.measure, study).name in visit.assess
        and draft.has(visit.point)
        and days.first <= draft.day_of(visit.point) <= days.last
        and (not visit.arms or draft.arm in visit.arms)
    ]
    label = next(
        (visit.name for visit in study.visits if draft.has(visit.point) and draft.day_of(visit.point) == days.last), ""
    )
    return max(asked, default=(days.last, label))


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


def within_a_year(wish: NumberWish) -> NumberWish:
    """A wish of a day that is open on one side, open no more."""
    low = wish.low if wish.low is not None or wish.high is None else wish.high - 365
    high = wish.high if wish.high is not None or wish.low is None else wish.low + 365
    return evolve(wish, low=low, high=high)


def drawn(wish: NumberWish, chance: Chance, measure: Measure | None = None) -> Number:
    """A number of the wished size, plausible if it may be: whole where the range has room for whole numbers."""
    low, high = wish.low, wish.high
    if measure is not None and measure.plausible is not None:
        least, most = measure.plausible
        low = least if low is None and (high is None or least <= high) else low
        high = most if high is None and (low is None or most >= low) else high
    if low is None:
        low = (high or 0) * Fraction(1, 5) if high is None or high > 0 else high - 10
    high = high if high is not None else max(low * 8, low + 10)
    first, last = -(-low // 1) + (wish.low_open and low == low // 1), high // 1 - (wish.high_open and high == high // 1)
    if first <= last:
        return chance.whole(int(first), int(last))
    return low + (high - low) * Fraction(chance.whole(1, 9), 10)


# ------------------------------------------------------------------------------- choices
def with_choice(draft: Draft, wish: ChoiceWish, study: StudyModel, chance: Chance) -> Draft:
    """An attribute or a categorical reading with one of the wished choices."""
    match wish.value:
        case ex.AttributeValue(name="arm" | "site"):
            return draft
        case ex.AttributeValue(name=name):
            declared = next((item.choices for item in study.vocabulary.attributes if item.name == name), ())
            return draft.with_attribute(name, chance.one_of(allowed(declared, wish)))
        case ex.ReadingAt(measure=name) | ex.Pick(measure=name):
            kind = measure_of(name, study)
            return with_reading(draft, wish.value, kind, chance.one_of(allowed(kind.choices, wish)), study)
        case _:
            return draft


def allowed(declared: tuple[str, ...], wish: ChoiceWish) -> tuple[str, ...]:
    """The choices that fulfil a wish; the wished ones where none is declared. Unknown says that there is no answer."""
    fitting = tuple(
        choice
        for choice in declared
        if (choice.casefold() in wish.choices) == wish.wanted and (wish.wanted or choice.casefold() != UNKNOWN)
    )
    return fitting or wish.choices


def with_attributes(draft: Draft, study: StudyModel, chance: Chance) -> Draft:
    """With a value for each declared attribute that nothing was wished of."""
    for attribute in study.vocabulary.attributes:
        if attribute.name not in {*draft.attributes, "participant", "arm", "site", "birth_date", "sex"}:
            draft = draft.with_attribute(attribute.name, any_value(attribute, draft, chance))
    return draft


def any_value(attribute: Attribute, draft: Draft, chance: Chance) -> str:
    """Some value of an attribute."""
    match attribute.kind:
        case "yes or no" | "choice":
            return chance.one_of(attribute.choices)
        case "number":
            return str(chance.whole(1, 100))
        case "date":
            return iso(draft.milestones["screening"] - chance.whole(1, YEARS_BACK))
        case _:
            assert_never(attribute.kind)
