"""What more than one rule of a protocol reads: a change of it would be found more than once."""

from fractions import Fraction
from functools import lru_cache
from itertools import islice

from protocol_dsl.base.days import parse_days
from protocol_dsl.base.numbers import Number
from protocol_dsl.base.values import every
from protocol_dsl.model import expressions as ex
from protocol_dsl.model.rules import Criterion
from protocol_dsl.model.schedule import Cycles, Repeated
from protocol_dsl.model.study import StudyModel
from protocol_dsl.simulate.draft import Draft
from protocol_dsl.simulate.entry import UNKNOWN, measure_of
from protocol_dsl.simulate.histories import members_of, rarest_members
from protocol_dsl.simulate.in_force import criteria_of
from protocol_dsl.simulate.wishes import MOST_WAYS, ChoiceWish, HistoryWish, NumberWish, Wish, narrower, ways

DASHES = 2
"""Signs between the parts of a date."""


# ---------------------------------------------------------------------------- attributes
def subject(wish: Wish) -> str:
    """The attribute that a wish is about, or nothing."""
    value = getattr(wish, "value", None)
    return value.name if isinstance(value, ex.AttributeValue) else ""


def read_elsewhere(study: StudyModel) -> set[str]:
    """The attributes that the protocol's own deviations read: they stay as they are."""
    tests = [item.test for item in study.deviations]
    return {subject(wish) for test in tests for way in islice(ways(test, wanted=True), MOST_WAYS) for wish in way} - {
        ""
    }


def others_hold(before: Draft, after: Draft, criterion: Criterion, study: StudyModel) -> bool:
    """Whether every other criterion that reads an attribute which was changed still speaks for the participant."""
    changed = {name for name, value in after.attributes.items() if before.attributes.get(name) != value}
    return all(
        comes_out(other.test, after, wanted=other.kind == "inclusion")
        for other in criteria_of(after, study)
        if other.name != criterion.name and not changed.isdisjoint(attributes_in(other.test))
    )


def comes_out(test: ex.Test, draft: Draft, *, wanted: bool) -> bool:
    """Whether a test comes out as wanted, where what is no attribute is as it was, and so as it should be."""
    match test:
        case ex.And(parts=parts) | ex.Or(parts=parts):
            found = [comes_out(part, draft, wanted=wanted) for part in parts]
            return all(found) if isinstance(test, ex.And) == wanted else any(found)
        case ex.AtLeast(count=count, tests=tests):
            found = [comes_out(part, draft, wanted=wanted) for part in tests]
            return sum(found) >= (count if wanted else len(tests) - count + 1)
        case ex.Not(part=part):
            return comes_out(part, draft, wanted=not wanted)
        case ex.DefinedTest(test=inner):
            return comes_out(inner, draft, wanted=wanted)
        case _:
            return any(all(holds(wish, draft) for wish in way) for way in ways(test, wanted=wanted))


def attributes_in(test: ex.Test) -> set[str]:
    """The attributes that a test reads."""
    return {each.name for each in every(ex.AttributeValue, test)}


def holds(wish: Wish, draft: Draft) -> bool:
    """Whether an attribute is as wished; what is wished of anything else was not changed."""
    value = {**draft.attributes, "arm": draft.arm, "site": draft.site}.get(subject(wish), "").casefold()
    match wish:
        case ChoiceWish(choices=choices, wanted=is_wanted) if subject(wish):
            return value not in {"", UNKNOWN} and (value in choices) == is_wanted
        case NumberWish() if subject(wish):
            number = number_in(value)
            return number is not None and narrower(wish, NumberWish(wish.value, number, number)).is_possible
        case _:
            return True


def number_in(value: str) -> Number | None:
    """The number, or the number of the day, that an attribute is written as."""
    if not value:
        return None
    return parse_days(value).first if value.count("-") == DASHES else Fraction(value)


# ------------------------------------------------------------------------------ measures
@lru_cache(maxsize=4)
def read_after_entry(study: StudyModel) -> frozenset[str]:
    """The measures that rules of cycles and series, and the protocol's own deviations, read: one value decides more."""
    courses = (*(item.course for item in study.treatments), *(visit.series for visit in study.visits))
    tests = (
        *(rule.test for each in courses if isinstance(each, Cycles | Repeated) for rule in each.rules),
        *(item.test for item in study.deviations),
    )
    names = {each.measure for each in every(ex.ReadingAt, tests)} | {each.measure for each in every(ex.Pick, tests)}
    names |= {each.measure for each in every(ex.Change, tests)}
    names |= {each.measure for each in every(ex.Consecutive, tests)}
    return frozenset(measure_of(name, study).name for name in names)


def is_read_after_entry(wish: Wish, study: StudyModel) -> bool:
    """Whether a wish is about a reading that decides about a cycle, too, or about a deviation."""
    value = getattr(wish, "value", None)
    if not isinstance(value, ex.ReadingAt | ex.Pick):
        return False
    return measure_of(value.measure, study).name in read_after_entry(study)


# --------------------------------------------------------------------------- medications
def is_taken_elsewhere(wish: Wish, criterion: Criterion, study: StudyModel) -> bool:
    """Whether every drug that shows what is wished belongs to a class that another criterion asks for as well."""
    if not (isinstance(wish, HistoryWish) and wish.wanted and isinstance(wish.test, ex.ExposedTo | ex.OnDrugs)):
        return False
    tests = tuple(item.test for item in study.criteria if item.name != criterion.name)
    asked = {each.drugs for each in every(ex.ExposedTo, tests)} | {each.drugs for each in every(ex.OnDrugs, tests)}
    drugs = {drug for name in asked for drug in members_of(study, name)}
    return not drugs.isdisjoint(rarest_members(study, wish.test.drugs))
