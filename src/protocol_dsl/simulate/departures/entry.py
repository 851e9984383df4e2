"""Departures at entry: criteria that are not met, open, or met exactly on their limit; consent; the arm."""

from collections.abc import Iterator
from itertools import islice

from attrs import evolve

from protocol_dsl.base.days import add, parse_days
from protocol_dsl.base.numbers import Number, write_number
from protocol_dsl.model import expressions as ex
from protocol_dsl.model.rules import Criterion
from protocol_dsl.model.study import StudyModel
from protocol_dsl.model.vocabulary import Ladder
from protocol_dsl.simulate.chance import Chance
from protocol_dsl.simulate.departures.found import Asked, Finding, Found, Planted, planted
from protocol_dsl.simulate.departures.reads import (
    is_read_after_entry,
    is_taken_elsewhere,
    others_hold,
    read_elsewhere,
    subject,
)
from protocol_dsl.simulate.draft import Draft, day_in, iso
from protocol_dsl.simulate.entry import fulfil_all, measure_of, place_of, suits, with_reading
from protocol_dsl.simulate.histories import is_provable, members_of
from protocol_dsl.simulate.in_force import criteria_of
from protocol_dsl.simulate.ladders import can_be_graded, ladder_named
from protocol_dsl.simulate.plan import planned_visits
from protocol_dsl.simulate.wishes import (
    MOST_WAYS,
    ChoiceWish,
    HistoryWish,
    NumberWish,
    Way,
    Wish,
    is_certain,
    joined,
    ways,
)


# ------------------------------------------------------------------------- what it can be about
def decidable(study: StudyModel) -> tuple[str, ...]:
    """The criteria that this room can decide against a participant."""
    return tuple(item.name for item in study.criteria if any(True for _ in against(item, study)))


def openable(study: StudyModel) -> tuple[str, ...]:
    """The criteria that a missing value leaves open."""
    return tuple(item.name for item in study.criteria if any(can_be_left_out(wish, study) for wish in hinges(item)))


def limited(study: StudyModel) -> tuple[str, ...]:
    """The criteria that a value exactly on a limit meets."""
    return tuple(
        item.name for item in study.criteria if any(limit_of(wish, study) is not None for wish in hinges(item))
    )


def nobody_in_particular(_: StudyModel) -> tuple[str, ...]:
    """Every protocol has it."""
    return ("",)


def against(criterion: Criterion, study: StudyModel) -> Iterator[Way]:
    """The ways in which a criterion decides against a participant, and nothing else is found because of it."""
    read = read_elsewhere(study)
    found = islice(ways(criterion.test, wanted=criterion.kind == "exclusion"), MOST_WAYS)
    for way in filter(None, map(joined, found)):
        if is_certain(way) and not any(
            subject(wish) in read
            or is_read_after_entry(wish, study)
            or is_taken_elsewhere(wish, criterion, study)
            or is_prohibited(wish, study)
            or is_ungraded(wish, study)
            or not is_provable(wish, study)
            for wish in way
        ):
            yield way


def is_ungraded(wish: Wish, study: StudyModel) -> bool:
    """Whether a wish is about a grade that hangs on another reading."""
    ladder = ladder_of(wish, study)
    return ladder is not None and not can_be_graded(ladder, study)


def ladder_of(wish: Wish, study: StudyModel) -> Ladder | None:
    """The ladder whose grade a wish is about."""
    value = wish.value if isinstance(wish, NumberWish) else None
    return ladder_named(value.measure, study) if isinstance(value, ex.ReadingAt | ex.Pick) else None


def is_prohibited(wish: Wish, study: StudyModel) -> bool:
    """Whether what is wished goes on into the time in which the protocol prohibits it."""
    if not (isinstance(wish, HistoryWish) and wish.wanted and isinstance(wish.test, ex.OnDrugs)):
        return False
    prohibited = {drug for item in study.prohibitions for drug in members_of(study, item.drugs)}
    return bool(prohibited & set(members_of(study, wish.test.drugs)))


def hinges(criterion: Criterion) -> Way:
    """The wishes of a criterion that come true together with all others, so that each alone may leave it open."""
    found = list(islice(ways(criterion.test, wanted=criterion.kind == "inclusion"), 2))
    return found[0] if len(found) == 1 else ()


def can_be_left_out(wish: Wish, study: StudyModel) -> bool:
    """Whether the value that a wish is about can be missing without anything else being open."""
    if not isinstance(wish, NumberWish | ChoiceWish) or is_read_after_entry(wish, study):
        return False
    match wish.value:
        case ex.AttributeValue(name=name):
            return name not in {"arm", "site", *read_elsewhere(study)}
        case ex.Pick(choice="latest", recorded=False):
            return True
        case _:
            return False


def criteria(draft: Draft, asked: Asked) -> list[Criterion]:
    """The criteria that a departure may be about."""
    return [item for item in criteria_of(draft, asked.study) if asked.means(item.name)]


# ------------------------------------------------------------------------------ criteria
def not_eligible(draft: Draft, asked: Asked) -> Planted | None:
    """DV01: one criterion that decides against the participant."""
    for criterion in asked.chance.order(criteria(draft, asked)):
        found = [way for way in against(criterion, asked.study) if suits(way, draft)]
        if found:
            changed = fulfil_all(draft, asked.chance.one_of(found), asked.study, asked.chance)
            if not others_hold(draft, changed, criterion, asked.study):
                continue
            return with_criterion(
                planted(changed, f"randomized against {criterion.name}", Found(code="DV01", rule=criterion.name)),
                Finding(rule=criterion.name, finding="not met" if criterion.kind == "inclusion" else "met"),
            )
    return None


def with_criterion(found: Planted, finding: Finding) -> Planted:
    """With what must be found of a criterion."""
    draft, departure = found
    return draft, evolve(departure, criteria=(finding,))


def undetermined(draft: Draft, asked: Asked) -> Planted | None:
    """QY01: a value that a criterion needs left out."""
    for criterion in asked.chance.order(criteria(draft, asked)):
        for wish in asked.chance.order(hinges(criterion)):
            if can_be_left_out(wish, asked.study) and isinstance(wish, NumberWish | ChoiceWish):
                found = left_out(draft, wish.value, asked)
                if found is not None and others_hold(draft, found[0], criterion, asked.study):
                    return with_criterion(found, Finding(rule=criterion.name, finding="unknown"))
    return None


def left_out(draft: Draft, value: ex.Value, asked: Asked) -> Planted | None:
    """The draft with a value missing: an attribute, or a reading that was not done."""
    match value:
        case ex.AttributeValue(name=name):
            return planted(draft.with_attribute(name, ""), f"{name} not recorded", Found(code="QY01"))
        case ex.Pick(measure=measure):
            kind = measure_of(measure, asked.study)
            rows = [row for row in draft.of("readings") if row["measure"] == kind.name]
            place = place_of(draft, value, asked.study)
            if place is None or not rows:
                return None
            day, label = place
            draft = with_reading(draft, value, kind, "", asked.study)
            held = {row["visit"] for row in draft.of("visits")}
            visits = {visit.name: visit for visit in planned_visits(draft, asked.study)}
            is_asked = label in held and label in visits and kind.name in visits[label].required
            finds = [Found(code="DV15", visit=label, rule=kind.name)] if is_asked else []
            return planted(draft, f"{kind.name} not done on {iso(day)}", Found(code="QY01"), *finds)
        case _:
            return None


def on_the_limit(draft: Draft, asked: Asked) -> Planted | None:
    """Nothing to be found: a value exactly on the limit of a criterion, which is met there."""
    for criterion in asked.chance.order(criteria(draft, asked)):
        for wish in asked.chance.order(hinges(criterion)):
            number = limit_of(wish, asked.study)
            if number is not None and isinstance(wish, NumberWish):
                exact = NumberWish(wish.value, number, number)
                changed = on_birthday(draft, exact) or fulfil_all(draft, (exact,), asked.study, asked.chance)
                finding = "met" if criterion.kind == "inclusion" else "not met"
                return with_criterion(
                    planted(changed, f"exactly on the limit of {criterion.name}, {write_number(number)}"),
                    Finding(rule=criterion.name, finding=finding, boundary=True),
                )
    return None


def limit_of(wish: Wish, study: StudyModel) -> Number | None:
    """A limit that a wish includes; of a grade there is none, nor of what decides about more than entry."""
    if not isinstance(wish, NumberWish) or ladder_of(wish, study) is not None or is_read_after_entry(wish, study):
        return None
    if wish.low is not None and not wish.low_open:
        return wish.low
    return wish.high if wish.high is not None and not wish.high_open else None


def on_birthday(draft: Draft, wish: NumberWish) -> Draft | None:
    """For an age: a participant who completes it on the day of its point."""
    if not isinstance(wish.value, ex.AgeAt) or wish.low is None:
        return None
    born = add(draft.day_of(wish.value.point), months=-12 * int(wish.low))
    return draft.with_attribute("birth_date", iso(born))


# ------------------------------------------------------------------------- consent and arm
def before_consent(draft: Draft, _: Asked) -> Planted | None:
    """DV02: consent two days after the first visit, and before the next."""
    return consent_on(draft, iso(min(map(day_in, draft.of("visits")), default=0) + 2))


def consent_on(draft: Draft, day: str) -> Planted | None:
    """Consent on another day, with one deviation for each day on which something was done before it."""
    acts = {row["date"][: len(day)] for table in ("visits", "administrations") for row in draft.of(table)}
    acts |= {row["date"] for row in draft.of("readings") if row["visit"]}
    early = sorted(date for date in acts if date < day)
    if not early or iso(draft.milestones["randomization"]) <= day:
        return None
    draft = draft.changed("events", lambda row: row["event"] == "consent", date=day)
    return planted(draft, f"consent on {day}, after {', '.join(early)}", *(Found(code="DV02") for _ in early))


def consent_unknown(draft: Draft, _: Asked) -> Planted | None:
    """QY09: consent dated to the month of the first visit."""
    dates = sorted(row["date"] for table in ("visits", "readings") for row in draft.of(table) if row["visit"])
    if not dates:
        return None
    month = dates[0][:7]
    last = parse_days(month).last
    # Later than randomization consent would leave open a criterion that reads it, too.
    if (
        iso(draft.milestones["consent"])[:7] != month
        or not parse_days(dates[0]).first < last <= draft.milestones["randomization"]
    ):
        return None
    draft = draft.changed("events", lambda row: row["event"] == "consent", date=month)
    return planted(draft, "consent dated to the month", Found(code="QY09"))


def is_arm_free(study: StudyModel) -> tuple[str, ...]:
    """Whether an arm that is not known leaves nothing open but treatment."""
    tests = [*(item.test for item in study.deviations), *(item.test for item in study.criteria)]
    reads_arm = any(
        isinstance(wish, ChoiceWish) and subject(wish) == "arm"
        for test in tests
        for way in islice(ways(test, wanted=True), MOST_WAYS)
        for wish in way
    )
    is_counted = any(visit.arms or visit.series or " " in visit.point.milestone for visit in study.visits)
    return () if reads_arm or is_counted or study.epochs or not study.arms or not study.treatments else ("",)


def arm_unknown(draft: Draft, _: Asked) -> Planted | None:
    """QY15: a randomized participant whose arm is not recorded."""
    return planted(evolve(draft, arm=""), "no arm recorded", Found(code="QY15"))


# --------------------------------------------------------------------------- own deviations
def deviating(study: StudyModel) -> tuple[str, ...]:
    """The protocol's own deviations that this room can bring about."""
    return tuple(item.name for item in study.deviations if any(map(is_certain, some_ways(item.test))))


def some_ways(test: ex.Test) -> list[Way]:
    """The first ways in which a test is met."""
    return list(filter(None, map(joined, islice(ways(test, wanted=True), MOST_WAYS))))


def own_deviation(draft: Draft, asked: Asked) -> Planted | None:
    """DV17: a deviation of the protocol's own brought about."""
    for rule in asked.chance.order([item for item in asked.study.deviations if asked.means(item.name)]):
        found = [way for way in some_ways(rule.test) if is_certain(way) and suits(way, draft)]
        if found:
            changed = fulfil_all(draft, asked.chance.one_of(found), asked.study, asked.chance)
            return planted(changed, rule.title or rule.name, Found(code="DV17", rule=rule.name))
    return None


def own_openable(study: StudyModel) -> tuple[str, ...]:
    """The protocol's own deviations that a missing attribute leaves open, which no criterion reads."""
    return tuple(
        item.name for item in study.deviations if any(attribute_of(way, study) for way in some_ways(item.test))
    )


def attribute_of(way: Way, study: StudyModel) -> str:
    """An attribute that a way wishes, and no criterion reads; nothing where there is none."""
    read = {
        subject(wish)
        for item in study.criteria
        for wanted in (True, False)
        for way_in in islice(ways(item.test, wanted=wanted), MOST_WAYS)
        for wish in way_in
    }
    return next((name for wish in way if (name := subject(wish)) and name not in {"arm", "site", *read}), "")


def own_undetermined(draft: Draft, asked: Asked) -> Planted | None:
    """QY13: a deviation of the protocol's own that a missing attribute leaves open."""
    for rule in asked.chance.order([item for item in asked.study.deviations if asked.means(item.name)]):
        for way in some_ways(rule.test):
            name = attribute_of(way, asked.study)
            if name and is_certain(way) and suits(way, draft):
                others = tuple(wish for wish in way if subject(wish) != name)
                changed = fulfil_all(draft, others, asked.study, Chance(asked.about, draft.participant))
                words = f"{name} not recorded"
                return planted(changed.with_attribute(name, ""), words, Found(code="QY13", rule=rule.name))
    return None
