"""Departures at entry and in the histories, and cells that cannot be used."""

from protocol_dsl.base.days import parse_days
from protocol_dsl.base.numbers import write_number
from protocol_dsl.model import expressions as ex
from protocol_dsl.model.study import StudyModel
from protocol_dsl.simulate.chance import Chance
from protocol_dsl.simulate.departures.found import Departure, Found, Planted, Problem, planted
from protocol_dsl.simulate.departures.visits import held
from protocol_dsl.simulate.draft import Draft, Row, iso
from protocol_dsl.simulate.entry import fulfil, medication_row
from protocol_dsl.simulate.ladders import ladder_named
from protocol_dsl.simulate.wishes import ChoiceWish, HistoryWish, NumberWish, wishes


def not_eligible(draft: Draft, study: StudyModel, chance: Chance, _: int) -> Planted | None:
    """DV01: one criterion that decides against the participant."""
    for criterion in chance.order(study.criteria):
        found = list(wishes(criterion.test, wanted=criterion.kind == "exclusion"))
        if found and all(isinstance(wish, NumberWish) for wish in found):
            for wish in found:
                draft = fulfil(draft, wish, study, chance)
            return planted(draft, f"randomized against {criterion.name}", Found(code="DV01"))
    return None


def undetermined(draft: Draft, study: StudyModel, chance: Chance, _: int) -> Planted | None:
    """QY01: an attribute that a criterion needs left out."""
    for criterion in chance.order(study.criteria):
        for wish in wishes(criterion.test, wanted=True):
            if isinstance(wish, ChoiceWish) and isinstance(wish.value, ex.AttributeValue):
                draft = draft.with_attribute(wish.value.name, "")
                return planted(draft, f"{wish.value.name} not recorded", Found(code="QY01"))
    return None


def before_consent(draft: Draft, _: StudyModel, __: Chance, ___: int) -> Planted | None:
    """DV02: consent two days after the screening visit."""
    day = iso(draft.milestones["screening"] + 2)
    if not any(row["date"] < day for row in draft.of("visits")):
        return None
    draft = draft.changed("events", lambda row: row["event"] == "consent", date=day)
    return planted(draft, "screened two days before consent", Found(code="DV02"))


def consent_unknown(draft: Draft, _: StudyModel, __: Chance, ___: int) -> Planted | None:
    """QY09: consent dated to the month of the screening visit."""
    month = iso(draft.milestones["screening"])[:7]
    if not any(row["date"].startswith(month) for row in draft.of("visits")):
        return None
    draft = draft.changed("events", lambda row: row["event"] == "consent", date=month)
    return planted(draft, "consent dated to the month", Found(code="QY09"))


def readings_disagree(draft: Draft, study: StudyModel, chance: Chance, _: int) -> Planted | None:
    """QY07: a second reading of the screening day with another value, on the same side of every limit."""
    for wish in chance.order([wish for item in study.criteria for wish in wishes(item.test, wanted=True)]):
        if not (isinstance(wish, NumberWish) and isinstance(wish.value, ex.Pick) and wish.value.choice == "latest"):
            continue
        measure = wish.value.measure
        if ladder_named(measure, study) is not None:
            continue
        rows = [row for row in draft.of("readings") if row["measure"] == measure]
        first = min(rows, key=lambda row: row["date"])
        other = int(first["value"]) + (1 if wish.high is None else -1)
        draft = draft.plus("readings", {**first, "value": write_number(other)})
        return planted(draft, f"two values of {measure} on one day", Found(code="QY07"))
    return None


def implausible(draft: Draft, study: StudyModel, chance: Chance, _: int) -> Planted | None:
    """QY08: a reading outside the plausible range, at a visit after entry."""
    ranges = {item.name: item.plausible for item in study.vocabulary.measures if item.plausible is not None}
    pairs = [(visit, name) for visit in held(draft, study) for name in visit.assess if name in ranges]
    if not pairs:
        return None
    visit, measure = chance.one_of(pairs)
    value = write_number(ranges[measure][1] * 10)

    def is_it(row: Row) -> bool:
        return row["visit"] == visit.name and row["measure"] == measure

    return planted(
        draft.changed("readings", is_it, value=value), f"{measure} of {value} at {visit.name}", Found(code="QY08")
    )


def prohibited(draft: Draft, study: StudyModel, chance: Chance, _: int) -> Planted | None:
    """DV14: a medication that the protocol prohibits, in the time it does."""
    if not study.prohibitions:
        return None
    prohibition = chance.one_of(study.prohibitions)
    start = draft.day_of(prohibition.start) + 3
    row = {**medication_row(draft, study, prohibition.drugs, chance), "start": iso(start), "end": iso(start + 5)}
    return planted(draft.plus("medications", row), f"took {row['drug']}", Found(code="DV14"))


def own_deviation(draft: Draft, study: StudyModel, chance: Chance, _: int) -> Planted | None:
    """DV17: a deviation of the protocol's own brought about."""
    for rule in chance.order(study.deviations):
        found = list(wishes(rule.test, wanted=True))
        if found:
            for wish in found:
                draft = fulfil(draft, wish, study, chance)
            return planted(draft, rule.title, Found(code="DV17", rule=rule.name))
    return None


def misspelt_drug(draft: Draft, study: StudyModel, chance: Chance, _: int) -> Planted | None:
    """A data problem: a drug whose name lacks a letter."""
    taken = [
        wish.test for item in study.criteria for wish in wishes(item.test, wanted=True) if isinstance(wish, HistoryWish)
    ]
    rows = draft.of("medications")
    if not taken or not rows:
        return None
    row = chance.one_of(rows)
    name = row["drug"][:-2] + row["drug"][-1]
    draft = draft.plus(
        "medications", {**row, "drug": name, "start": iso(parse_days(row["start"]).first - 30), "end": row["start"]}
    )
    return bad_cell(draft, "medications", "drug", name)


def impossible_date(draft: Draft, study: StudyModel, _: Chance, __: int) -> Planted | None:
    """A data problem: an event in a thirteenth month; of a kind that no rule asks about."""
    tests = [*(item.test for item in study.criteria), *(item.test for item in study.deviations)]
    found = [wish.test for test in tests for wish in wishes(test, wanted=True) if isinstance(wish, HistoryWish)]
    asked = {test.events.name for test in found if isinstance(test, ex.Happens)}
    event = next((item.name for item in study.vocabulary.events if item.name not in asked), None)
    if event is None:
        return None
    date = f"{iso(draft.milestones['screening'])[:4]}-13-01"
    row = {"participant": draft.participant, "event": event, "date": date}
    return bad_cell(draft.plus("events", row), "events", "date", date)


def decimal_comma(draft: Draft, study: StudyModel, chance: Chance, _: int) -> Planted | None:
    """A data problem: a value with a decimal comma, which is an assessment not done as well."""
    numeric = {item.name for item in study.vocabulary.measures if item.unit}
    pairs = [(visit, name) for visit in held(draft, study) for name in visit.required if name in numeric]
    if not pairs:
        return None
    visit, measure = chance.one_of(pairs)

    def is_it(row: Row) -> bool:
        return row["visit"] == visit.name and row["measure"] == measure

    draft, departure = bad_cell(draft.changed("readings", is_it, value="12,5"), "readings", "value", "12,5")
    return draft, Departure(
        participant=departure.participant,
        words=departure.words,
        finds=(Found(code="DV15", visit=visit.name),),
        problems=departure.problems,
    )


def bad_cell(draft: Draft, table: str, column: str, value: str) -> Planted:
    """The draft with the problem that must be reported."""
    problem = Problem(table=table, column=column, value=value)
    return draft, Departure(participant=draft.participant, words=f"{value} as {column} of {table}", problems=(problem,))
