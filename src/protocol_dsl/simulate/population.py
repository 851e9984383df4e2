"""A whole made-up study: participants who keep the plan, and listed departures from it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache

from attrs import evolve, field

from protocol_dsl.base.days import add, parse_days
from protocol_dsl.base.values import every, frozen
from protocol_dsl.model.expressions import EventPattern, Happens
from protocol_dsl.model.points import Point
from protocol_dsl.model.schedule import Cycles, InCycles, Repeated, StopOn
from protocol_dsl.model.study import StudyModel
from protocol_dsl.simulate.chance import Chance
from protocol_dsl.simulate.conduct import visit_row, with_treatments, with_visits
from protocol_dsl.simulate.departures import Asked, Departure, Distances, Wanted, plant
from protocol_dsl.simulate.draft import Draft, day_in, iso
from protocol_dsl.simulate.entry import way_of_all, with_all, with_attributes
from protocol_dsl.simulate.histories import event_row, is_such, other_medication, pattern_row, state_of
from protocol_dsl.simulate.in_force import criteria_of
from protocol_dsl.simulate.plan import held_days, planned_visits, with_given_days
from protocol_dsl.simulate.wishes import HistoryWish, ways

FIRST_SCREENING = "2004-06-01"
SITES = 5
DAYS_OF_ENROLMENT = 230
LONGEST_SCREENING = 14
DAYS_OF_AN_OPEN_PLAN = 400
MOST_TRIED = 200
"""Participants that are looked at for one who has room for a departure."""
BY_CHANCE = Distances()
ENDS = frozenset({"withdrawal", "death", "completion"})


@frozen(kw_only=True)
class Population:
    """A made-up study, its participants made when they are asked for; ``as_of`` is the last day of its data.

    ``planted`` are the participants who depart from the plan, by name; ``without_room`` are the departures asked for
    that found no room, with how many of each.
    """

    study: StudyModel = field(repr=False)
    participants: int
    seed: int
    start: int
    as_of: int
    planted: Mapping[str, tuple[Draft, Departure]] = field(factory=dict, repr=False)
    without_room: tuple[tuple[Wanted, int], ...] = ()

    @property
    def departures(self) -> tuple[Departure, ...]:
        """What was planted, in the order in which it was asked for."""
        return tuple(departure for _, departure in self.planted.values())

    def drafts(self) -> Iterator[Draft]:
        """Every participant in the order of their names; in the data of the last one the data end."""
        for number, name in enumerate(names(self.participants), 1):
            draft = self.planted[name][0] if name in self.planted else self.keeping(name)
            yield draft if number < self.participants else closed(draft, self.as_of)

    def keeping(self, name: str) -> Draft:
        """The participant of a name while keeping the plan."""
        number = int(name[1:]) - 1
        wait = number * DAYS_OF_ENROLMENT // self.participants
        return participation(self.study, name, self.start + wait, self.as_of, Chance(self.seed, name))


def simulate(
    study: StudyModel,
    participants: int,
    seed: int,
    wanted: tuple[Wanted, ...] = (),
    distances: Distances = BY_CHANCE,
) -> Population:
    """Make up ``participants`` of ``study``, and plant in them what is ``wanted``, in order, one in a participant.

    The same study, numbers and departures give the same population. A departure for which no participant has room is
    not planted, and so is not in the list.

    Raises:
        CalendarRangeError: The study asks for days outside the years 1 to 9999.
    """
    start = first_screening(study)
    population = Population(
        study=study, participants=participants, seed=seed, start=start, as_of=last_day_of_data(study, start)
    )
    made: dict[str, Draft] = {}
    planted: dict[str, tuple[Draft, Departure]] = {}
    without_room: Counter[Wanted] = Counter()
    free = list(Chance(seed, "departures").order(names(participants)))
    for each, number in ((item, number) for item in wanted for number in range(item.count)):
        for name in free[:MOST_TRIED]:
            draft = made[name] = made.get(name) or population.keeping(name)
            words = (seed, each.kind, *([each.about] if each.about else []), *([number] if number else []), name)
            asked = Asked(
                study=study,
                chance=Chance(*words),
                as_of=population.as_of,
                about=each.about,
                distances=distances,
            )
            found = plant(each.kind, draft, asked)
            if found is not None:
                planted[name] = found
                free.remove(name)
                del made[name]
                break
        else:
            without_room[each] += 1
    return evolve(population, planted=planted, without_room=tuple(without_room.items()))


def names(participants: int) -> tuple[str, ...]:
    """``P01`` to ``P57``: wide enough that their order as text is their order."""
    width = max(2, len(str(participants)))
    return tuple(f"P{number:0{width}}" for number in range(1, participants + 1))


# -------------------------------------------------------------------------------- days
def first_screening(study: StudyModel) -> int:
    """The day of the first screening: early enough that the first amendment finds half of the participants enrolled."""
    if len(study.versions) > 1:
        first = study.versions[1]
        day = first.day if first.day is not None else min(each.day for each in first.sites)
        return day - DAYS_OF_ENROLMENT // 2
    return parse_days(FIRST_SCREENING).first


def last_day_of_data(study: StudyModel, start: int) -> int:
    """The cut-off: long enough after the first screening that early participants have ended and late ones have not."""
    points = [visit.point for visit in study.visits]
    points += [point for visit in study.visits if isinstance(visit.series, Repeated) for point in visit.series.points]
    is_open = any(isinstance(visit.series, Repeated | InCycles) for visit in study.visits)
    spans = [add(start, months=point.months, days=point.days) for point in points]
    for cycles in (item.course for item in study.treatments if isinstance(item.course, Cycles)):
        is_open = is_open or cycles.up_to is None
        steps = [cycles.spacings[min(n, len(cycles.spacings) - 1)] for n in range((cycles.up_to or 1) - 1)]
        months, days = (cycles.start.months, cycles.start.days)
        months, days = months + sum(step.months for step in steps), days + sum(step.days for step in steps)
        spans.append(add(start, months=months, days=days))
    spans += [start + DAYS_OF_AN_OPEN_PLAN] if is_open else []
    last_amendment = max((version.day or 0 for version in study.versions), default=0)
    least = max(start, last_amendment) + DAYS_OF_ENROLMENT + 2 * LONGEST_SCREENING
    return max(least, max(spans, default=start) + 200)


def closed(draft: Draft, as_of: int) -> Draft:
    """With a visit beside the plan on the day on which the data end, so that every command takes it for the cut-off.

    Of whoever has died by then it is one that was not held.
    """
    if any(day_in(row) == as_of for table in ("visits", "readings") for row in draft.of(table) if row["date"][8:]):
        return draft
    has_died = any(row["event"] == "death" for row in draft.of("events"))
    row = visit_row(draft, "unscheduled", as_of)
    return draft.plus("visits", {**row, "status": "not held"} if has_died else row)


# ------------------------------------------------------------------------ participation
def participation(study: StudyModel, name: str, start: int, as_of: int, chance: Chance) -> Draft:
    """One participant, screened soon after ``start``, who meets every criterion and keeps the plan."""
    screening = start + chance.whole(0, 3)
    milestones = {
        "consent": screening,
        "screening": screening,
        "randomization": screening + chance.whole(7, LONGEST_SCREENING),
    }
    draft = Draft(
        participant=name,
        site=f"{chance.whole(1, SITES):02}",
        arm=chance.by_weight([arm.name for arm in study.arms], [arm.ratio for arm in study.arms]) if study.arms else "",
        milestones={**milestones, "first_dose": milestones["randomization"]},
        attributes={
            "birth_date": iso(screening - 365 * chance.whole(25, 60) - chance.whole(1, 300)),
            "sex": chance.one_of(("female", "male")),
        },
    )
    draft = entered(draft, study, chance)
    written = {**milestones, **({"first_dose": draft.milestones["first_dose"]} if is_first_dose_read(study) else {})}
    draft = draft.plus("events", *(event_row(draft, event, day) for event, day in written.items()))
    draft = anchored(with_stop(draft, study, as_of, chance), study)
    draft = with_given_days(with_treatments(draft, study, as_of, chance), study, as_of)
    draft = with_visits(draft, study, as_of, chance)
    return until_cutoff(completed(draft, study, as_of), as_of)


@lru_cache(maxsize=4)
def is_first_dose_read(study: StudyModel) -> bool:
    """Whether anything is counted from the first dose as a milestone, which data then have a row of."""
    points = (point.milestone for point in every(Point, study))
    return "first_dose" in {*(anchor.milestone for anchor in study.anchors), *points}


def entered(draft: Draft, study: StudyModel, chance: Chance) -> Draft:
    """``draft`` with rows that meet every inclusion, no exclusion, and none of the protocol's own deviations."""
    tests = [(item.test, item.kind == "inclusion") for item in criteria_of(draft, study)]
    tests += [(item.test, False) for item in study.deviations]
    tests += [
        (rule.test, rule.act == "repeat while")
        for course in (*(item.course for item in study.treatments), *(visit.series for visit in study.visits))
        if isinstance(course, Cycles | Repeated)
        for rule in course.rules
    ]
    draft = with_attributes(with_all(draft, way_of_all(draft, tests, chance), study, chance), study, chance)
    is_proved = state_of(study, "medications") is not None or draft.of("medications") or not study.prohibitions
    return draft if is_proved else draft.plus("medications", other_medication(draft, study))


def with_stop(draft: Draft, study: StudyModel, as_of: int, chance: Chance) -> Draft:
    """With, for one half of the participants, an event on which a plan without an end ends."""
    courses = (*(item.course for item in study.treatments), *(visit.series for visit in study.visits))
    endings = [stop for each in courses if isinstance(each, Cycles | Repeated) for stop in each.stops]
    found = dict.fromkeys(stop.events for stop in endings if isinstance(stop, StopOn))
    tests = [*(item.test for item in study.deviations), *(item.test for item in criteria_of(draft, study))]
    told = {
        wish.test.events.name
        for test in tests
        for way in ways(test, wanted=True)
        for wish in way
        if isinstance(wish, HistoryWish) and isinstance(wish.test, Happens)
    }
    patterns = [pattern for pattern in found if pattern.name not in told and pattern.name != "discontinuation"]
    day = draft.milestones["randomization"] + chance.whole(30, DAYS_OF_AN_OPEN_PLAN)
    if not patterns or day > as_of or chance.whole(0, 1):
        return draft
    pattern = chance.one_of(patterns)
    row = pattern_row(draft, pattern, day)
    stops = {each: day for each in found if is_this(row, each)}
    return evolve(draft.plus("events", row), stops=stops, end=day if pattern.name in ENDS else None)


def is_this(row: Mapping[str, str], pattern: EventPattern) -> bool:
    """Whether an event is certainly one of a pattern."""
    return (
        is_such(row, pattern)
        and (not pattern.categories or bool(row["category"]))
        and (pattern.least_grade is None or int(row["grade"] or 0) >= pattern.least_grade)
        and (pattern.related_to is None or row["related_to"] == pattern.related_to)
    )


def anchored(draft: Draft, study: StudyModel) -> Draft:
    """With the day of each milestone, and of each anchor on the first of some events, that the participant has."""
    declared = {item.name for item in study.vocabulary.milestones}
    rows = [row for row in draft.of("events") if row["event"] in declared]
    milestones = {**{row["event"]: day_in(row) for row in rows}, **draft.milestones}
    days = {
        anchor.name: min(found)
        for anchor in study.anchors
        if anchor.first is not None
        if (found := [day_in(row) for row in draft.of("events") if "category" in row and is_this(row, anchor.first)])
    }
    return evolve(draft, milestones={**milestones, **days})


def completed(draft: Draft, study: StudyModel, as_of: int) -> Draft:
    """With the milestone ``completion`` after the last visit and dose, when that lies before the cut-off.

    Only where every planned visit was held, those too that are counted from a last dose which completion makes known.
    """
    held = held_days(draft)
    goes_on = any(row.get("end_date") == "" and not row.get("cycle") for row in draft.of("administrations"))
    if draft.end is not None or not held or goes_on:
        return draft
    day = max(day_in(row) for table in ("visits", "administrations") for row in draft.of(table)) + 20
    ended = with_given_days(evolve(draft, end=day), study, as_of)
    if day > as_of or any(visit.name not in held for visit in planned_visits(ended, study)):
        return draft
    return draft.plus("events", event_row(draft, "completion", day))


def until_cutoff(draft: Draft, as_of: int) -> Draft:
    """Without what is dated after the data end."""
    for table in ("events", "readings"):
        draft = draft.without(table, lambda row: day_in(row) > as_of)
    return draft
