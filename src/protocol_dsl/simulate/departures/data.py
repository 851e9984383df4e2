"""Departures in readings, medications and intervals, and cells that cannot be used."""

from attrs import evolve

from protocol_dsl.base.days import Days, parse_days
from protocol_dsl.base.numbers import write_number
from protocol_dsl.model import expressions as ex
from protocol_dsl.model.rules import RequiredInterval
from protocol_dsl.model.study import StudyModel
from protocol_dsl.simulate.departures.entry import hinges, ladder_of
from protocol_dsl.simulate.departures.found import Asked, Departure, Found, Planted, Problem, planted
from protocol_dsl.simulate.departures.reads import is_read_after_entry, read_after_entry
from protocol_dsl.simulate.departures.visits import assessing, candidates, of_visit, slot_of, visits
from protocol_dsl.simulate.draft import Draft, Row, after, day_in, iso
from protocol_dsl.simulate.entry import place_of
from protocol_dsl.simulate.histories import medication_row
from protocol_dsl.simulate.in_force import criteria_of
from protocol_dsl.simulate.plan import Slot, held_days
from protocol_dsl.simulate.wishes import HistoryWish, NumberWish, Wish, ways

MOVABLE = frozenset({"screening", "consent"})


# ------------------------------------------------------------------------------ readings
def picked(study: StudyModel) -> tuple[str, ...]:
    """The criteria that read the latest number of a measure."""
    return tuple(item.name for item in study.criteria if any(is_latest(wish, study) for wish in hinges(item)))


def is_latest(wish: Wish, study: StudyModel) -> bool:
    """Whether a wish is about the latest reading of a measure that nothing else reads, and not about a grade."""
    if not isinstance(wish, NumberWish) or ladder_of(wish, study) is not None or is_read_after_entry(wish, study):
        return False
    return isinstance(wish.value, ex.Pick) and wish.value.choice == "latest"


def readings_disagree(draft: Draft, asked: Asked) -> Planted | None:
    """QY07: a second reading of one day with another value, on the same side of every limit."""
    chosen = [item for item in criteria_of(draft, asked.study) if asked.means(item.name)]
    for rule, wish in asked.chance.order([(item.name, wish) for item in chosen for wish in hinges(item)]):
        if not (isinstance(wish, NumberWish) and isinstance(wish.value, ex.Pick) and is_latest(wish, asked.study)):
            continue
        place = place_of(draft, wish.value, asked.study)
        rows = [
            row
            for row in draft.of("readings")
            if place
            and row["measure"] == wish.value.measure
            and (row["date"], row["visit"]) == (iso(place[0]), place[1])
        ]
        others = [] if not rows else [int(float(rows[0]["value"])) + step for step in (-1, 1)]
        fitting = [
            other
            for other in others
            if (wish.low is None or other > wish.low) and (wish.high is None or other < wish.high) and other > 0
        ]
        readers = {item.name for item in criteria_of(draft, asked.study) if reads(item.test, wish.value)}
        if fitting:
            draft = draft.plus("readings", {**rows[0], "value": write_number(fitting[0])})
            finds = [Found(code="QY07", rule=name) for name in sorted(readers)]
            return planted(draft, f"two values of {wish.value.measure} on one day, for {rule}", *finds)
    return None


def reads(test: ex.Test, pick: ex.Pick) -> bool:
    """Whether a test reads such a latest value."""
    return any(
        getattr(wish, "value", None) == pick
        for wanted in (True, False)
        for way in ways(test, wanted=wanted)
        for wish in way
    )


def ranged(study: StudyModel) -> tuple[str, ...]:
    """The measures with a plausible range that a visit asks for, and nothing after entry reads."""
    asked = {name for visit in study.visits if visit.name in visits(study) for name in visit.required}
    asked -= read_after_entry(study)
    return tuple(item.name for item in study.vocabulary.measures if item.plausible and item.name in asked)


def implausible(draft: Draft, asked: Asked) -> Planted | None:
    """QY08: a reading outside the plausible range, at a visit after entry."""
    measures = [item for item in asked.study.vocabulary.measures if item.name in ranged(asked.study)]
    ranges = {item.name: item.plausible for item in measures if item.plausible is not None}
    everywhere = evolve(asked, about="")
    pairs = [
        (visit, name)
        for visit in candidates(draft, everywhere)
        for name in visit.required
        if name in ranges and asked.means(name)
    ]
    if not pairs:
        return None
    visit, measure = asked.chance.one_of(pairs)
    value = write_number(ranges[measure][1] * 10)
    changed = draft.changed("readings", lambda row: is_at(row, measure, visit.name), value=value)
    return planted(changed, f"{measure} of {value} at {visit.name}", Found(code="QY08", rule=measure))


def is_at(row: Row, measure: str, visit: str) -> bool:
    """Whether a row is the reading of a measure at a visit."""
    return row["visit"] == visit and row["measure"] == measure


def is_wider(days: Days, slot: Slot) -> bool:
    """Whether some of the days lie outside a window, in which a reading without a visit would be the visit's."""
    return days.first < slot.earliest or days.last > slot.latest


def is_after_entry(days: Days, draft: Draft, asked: Asked) -> bool:
    """Whether all of the days lie between randomization and the end of the data."""
    return draft.milestones["randomization"] < days.first and days.last < asked.as_of


def assessment_undetermined(draft: Draft, asked: Asked) -> Planted | None:
    """QY14: a reading without its visit, dated to the month."""
    measures = {item.name for item in asked.study.vocabulary.measures} - read_after_entry(asked.study)
    for visit in asked.chance.order(candidates(draft, asked)):
        for measure in (name for name in visit.required if name in measures):
            first = next((row for row in draft.of("readings") if is_at(row, measure, visit.name)), None)
            month = first["date"][:7] if first else ""
            days = parse_days(month) if month else None
            if days and is_after_entry(days, draft, asked) and is_wider(days, slot_of(draft, visit, asked)):
                rows = [{**row, "date": month, "visit": ""} if row is first else row for row in draft.of("readings")]
                changed = draft.with_rows("readings", rows)
                about = Found(code="QY14", visit=visit.name, rule=measure)
                return planted(changed, f"{measure} dated to the month of {visit.name}", about)
    return None


# --------------------------------------------------------------------------- medications
def prohibiting(study: StudyModel) -> tuple[str, ...]:
    """The classes that are prohibited from or to a point."""
    return tuple(dict.fromkeys(item.drugs for item in study.prohibitions))


def prohibited(draft: Draft, asked: Asked) -> Planted | None:
    """DV14: a medication that the protocol prohibits, in the time it does."""
    found = [item for item in asked.study.prohibitions if draft.has(item.start) and asked.means(item.drugs)]
    if not found:
        return None
    rule = asked.chance.one_of(found)
    start = draft.day_of(rule.start) + 3
    row = {**medication_row(draft, asked.study, rule.drugs, asked.chance), "start": iso(start), "end": iso(start + 5)}
    return planted(draft.plus("medications", row), f"took {row['drug']}", Found(code="DV14", rule=rule.drugs))


def medication_undetermined(draft: Draft, asked: Asked) -> Planted | None:
    """QY10: a prohibited medication taken in the month in which the prohibition ends."""
    for rule in asked.chance.order([item for item in asked.study.prohibitions if asked.means(item.drugs)]):
        if not draft.has(rule.end):
            continue
        month = iso(draft.day_of(rule.end))[:7]
        if draft.day_of(rule.end) < parse_days(month).last < asked.as_of:
            drug = medication_row(draft, asked.study, rule.drugs, asked.chance)
            changed = draft.plus("medications", {**drug, "start": month, "end": month})
            return planted(changed, f"took {drug['drug']} in {month}", Found(code="QY10", rule=rule.drugs))
    return None


# ----------------------------------------------------------------------------- intervals
def breakable(study: StudyModel) -> tuple[str, ...]:
    """The intervals that a later visit, or an earlier screening, breaks."""
    return tuple(item.name for item in study.intervals if can_be_broken(item, study))


def can_be_broken(rule: RequiredInterval, study: StudyModel) -> bool:
    """Whether this room can move one of the points of an interval."""
    is_screening = rule.start.milestone in MOVABLE and (rule.start.months, rule.start.days) == (0, 0)
    return (is_screening and rule.bound == "at most") or rule.end.words in visits(study)


def interval(draft: Draft, asked: Asked) -> Planted | None:
    """DV16: a required interval that is longer, or shorter, than it may be."""
    rules = [item for item in asked.study.intervals if asked.means(item.name) and can_be_broken(item, asked.study)]
    if not rules:
        return None
    rule = asked.chance.one_of(rules)
    held = {row["visit"]: day_in(row) for row in draft.of("visits")}
    start = held.get(rule.start.words) or draft.day_of(rule.start)
    end = held.get(rule.end.words) or draft.day_of(rule.end)
    out = asked.days_late() if rule.bound == "at most" else -asked.days_early()
    move = after(start, rule.length) + out - end
    about = Found(code="DV16", rule=rule.name)
    if rule.end.words in visits(asked.study) and rule.end.words in held:
        which = evolve(asked, about=rule.end.words)
        if not candidates(draft, which):
            return None
        for table in ("visits", "readings"):
            draft = draft.changed(table, lambda row: row["visit"] == rule.end.words, date=iso(end + move))
        return planted(draft, f"{rule.name} not kept", about)
    return planted(screened_earlier(draft, move), f"{rule.name} not kept", about) if move > 0 else None


def to_a_visit(study: StudyModel) -> tuple[str, ...]:
    """The intervals up to a visit that can be moved."""
    return tuple(item.name for item in study.intervals if item.end.words in visits(study))


def interval_undetermined(draft: Draft, asked: Asked) -> Planted | None:
    """QY12: a visit dated to the month, on some days of which a required interval would not be kept."""
    for rule in asked.chance.order([item for item in asked.study.intervals if asked.means(item.name)]):
        found = candidates(draft, evolve(asked, about=rule.end.words))
        held = held_days(draft)
        start = held.get(rule.start.words) or (draft.day_of(rule.start) if draft.has(rule.start) else None)
        if start is None or not found or rule.name not in to_a_visit(asked.study):
            continue
        visit, limit, month = found[0], after(start, rule.length), iso(held[found[0].name])[:7]
        days = parse_days(month)
        is_open = days.first <= limit < days.last if rule.bound == "at most" else days.first < limit <= days.last
        if is_open and days.last < asked.as_of:
            finds = [Found(code="QY12", rule=rule.name)]
            finds += [Found(code="QY02", visit=visit.name)] if is_wider(days, slot_of(draft, visit, asked)) else []
            changed = draft.changed("visits", of_visit(visit), date=month)
            return planted(changed, f"{rule.name} to a visit {visit.name} dated to the month", *finds)
    return None


def screened_earlier(draft: Draft, days: int) -> Draft:
    """Everything of the day of screening some days earlier."""
    day = draft.milestones["screening"]
    milestones = {name: on - days if on == day else on for name, on in draft.milestones.items()}
    draft = evolve(draft, milestones=milestones)
    for table in ("events", "visits", "readings"):
        draft = draft.changed(table, lambda row: row["date"] == iso(day), date=iso(day - days))
    return draft


# ---------------------------------------------------------------------------- bad cells
def takes_drugs(study: StudyModel) -> tuple[str, ...]:
    """Whether any criterion asks for a medication."""
    found = [wish for item in study.criteria for wish in hinges(item) if isinstance(wish, HistoryWish) and wish.wanted]
    return ("",) if any(isinstance(wish.test, ex.ExposedTo | ex.OnDrugs) for wish in found) else ()


def misspelt_drug(draft: Draft, asked: Asked) -> Planted | None:
    """A data problem: a drug whose name lacks a letter."""
    known = {drug.name for item in asked.study.vocabulary.classes for drug in item.members}
    rows = [row for row in draft.of("medications") if row["drug"] in known]
    if not rows:
        return None
    row = asked.chance.one_of(rows)
    name = row["drug"][:-2] + row["drug"][-1]
    draft = draft.plus(
        "medications", {**row, "drug": name, "start": iso(parse_days(row["start"]).first - 30), "end": row["start"]}
    )
    return bad_cell(draft, "medications", "drug", name)


def unasked_events(study: StudyModel) -> tuple[str, ...]:
    """The events of which no criterion and no deviation asks."""
    tests = [*(item.test for item in study.criteria), *(item.test for item in study.deviations)]
    found = [wish for test in tests for way in ways(test, wanted=True) for wish in way if isinstance(wish, HistoryWish)]
    asked = {wish.test.events.name for wish in found if isinstance(wish.test, ex.Happens)}
    return tuple(item.name for item in study.vocabulary.events if item.name not in asked)


def impossible_date(draft: Draft, asked: Asked) -> Planted | None:
    """A data problem: an event in a thirteenth month; of a kind that no rule asks about."""
    found = [name for name in unasked_events(asked.study) if asked.means(name)]
    if not found:
        return None
    date = f"{iso(draft.milestones['screening'])[:4]}-13-01"
    row = {"participant": draft.participant, "event": found[0], "date": date}
    return bad_cell(draft.plus("events", row), "events", "date", date)


def numeric(study: StudyModel) -> tuple[str, ...]:
    """The visits that ask for a number, which nothing after entry reads."""
    named = {item.name for item in study.vocabulary.measures if item.unit} - read_after_entry(study)
    return tuple(visit.name for visit in study.visits if visit.name in assessing(study) and named & set(visit.required))


def decimal_comma(draft: Draft, asked: Asked) -> Planted | None:
    """A data problem: a value with a decimal comma, which is an assessment not done as well."""
    names = {item.name for item in asked.study.vocabulary.measures if item.unit} - read_after_entry(asked.study)
    pairs = [(visit, name) for visit in candidates(draft, asked) for name in visit.required if name in names]
    if not pairs:
        return None
    visit, measure = asked.chance.one_of(pairs)
    changed = draft.changed("readings", lambda row: is_at(row, measure, visit.name), value="12,5")
    draft, departure = bad_cell(changed, "readings", "value", "12,5")
    return draft, evolve(departure, finds=(Found(code="DV15", visit=visit.name),))


def bad_cell(draft: Draft, table: str, column: str, value: str) -> Planted:
    """The draft with the problem that must be reported."""
    problem = Problem(table=table, column=column, value=value)
    return draft, Departure(participant=draft.participant, words=f"{value} as {column} of {table}", problems=(problem,))
