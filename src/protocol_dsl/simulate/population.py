"""A whole made-up study: participants who keep the plan, a few candidates who were not taken, and listed departures."""

from collections.abc import Mapping

from attrs import field, frozen

from protocol_dsl.base.days import add, parse_days
from protocol_dsl.model.rules import Criterion
from protocol_dsl.model.study import StudyModel
from protocol_dsl.simulate.chance import Chance
from protocol_dsl.simulate.conduct import planned_visits, visit_window, with_given_days, with_treatments, with_visits
from protocol_dsl.simulate.departures import KINDS, Departure, plant
from protocol_dsl.simulate.draft import Draft, iso
from protocol_dsl.simulate.entry import fulfil
from protocol_dsl.simulate.wishes import joined, wishes

FIRST_SCREENING = "2004-06-01"
SITES = 5
DAYS_OF_ENROLMENT = 230
LONGEST_SCREENING = 14


@frozen
class Population:
    """The participants in the order of their names, the departures planted in them, and the day the data end."""

    drafts: tuple[Draft, ...] = field(repr=False)
    departures: tuple[Departure, ...]
    as_of: int


def simulate(study: StudyModel, participants: int, seed: int, departures: tuple[str, ...] = ()) -> Population:
    """Make up ``participants`` of ``study``; each of ``departures`` (codes, in order) is planted once.

    The same study, number, seed and departures give the same population. A kind of departure that this study or this
    many participants leave no room for is not planted, and so is not in the list.

    Raises:
        CalendarRangeError: The study asks for days outside the years 1 to 9999.
    """
    as_of = last_day_of_data(study)
    drafts = {
        name: participation(study, name, number * DAYS_OF_ENROLMENT // participants, seed, as_of)
        for number, name in enumerate(names(participants))
    }
    planted: list[Departure] = []
    free = list(Chance(seed, "departures").order(tuple(drafts)))
    for code in departures:
        for name in free:
            found = plant(code, drafts[name], study, Chance(seed, code, name), as_of)
            if found is not None:
                drafts[name], departure = found
                planted.append(departure)
                free.remove(name)
                break
    return Population(tuple(drafts.values()), tuple(planted), latest_day(tuple(drafts.values())))


def latest_day(drafts: tuple[Draft, ...]) -> int:
    """The latest fully known day of the rows that set a cut-off."""
    dates = (
        row["date"][: len(FIRST_SCREENING)]
        for draft in drafts
        for table in ("events", "visits", "readings", "administrations")
        for row in draft.of(table)
    )
    known = [date for date in dates if len(date) == len(FIRST_SCREENING) and "-13-" not in date]
    return parse_days(max(known, default=FIRST_SCREENING)).first


def every_departure() -> tuple[str, ...]:
    """The codes of all departures that can be planted."""
    return tuple(KINDS)


def names(participants: int) -> tuple[str, ...]:
    """``P01`` to ``P57``: wide enough that their order as text is their order."""
    width = max(2, len(str(participants)))
    return tuple(f"P{number:0{width}}" for number in range(1, participants + 1))


def last_day_of_data(study: StudyModel) -> int:
    """The cut-off: long enough after the first screening that early participants have ended and late ones have not."""
    start = parse_days(FIRST_SCREENING).first
    spans = [add(start, months=visit.point.months, days=visit.point.days) for visit in study.visits]
    return max(start + DAYS_OF_ENROLMENT + 2 * LONGEST_SCREENING, max(spans, default=start) + 200)


def participation(study: StudyModel, name: str, wait: int, seed: int, as_of: int) -> Draft:
    """One participant, screened ``wait`` days after the first, who meets every criterion and keeps the plan."""
    chance = Chance(seed, name)
    screening = parse_days(FIRST_SCREENING).first + wait + chance.whole(0, 3)
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
        rows={},
    )
    draft = entered(draft, study, study.criteria, chance)
    draft = draft.plus("events", *(milestone_row(draft, event, day) for event, day in milestones.items()))
    draft = with_given_days(draft, study)
    draft = with_visits(draft, study, as_of, chance)
    draft = with_treatments(draft, study, as_of)
    return completed(draft, study, as_of)


def entered(draft: Draft, study: StudyModel, criteria: tuple[Criterion, ...], chance: Chance) -> Draft:
    """``draft`` with rows that meet every inclusion and no exclusion."""
    wanted = (wish for item in criteria for wish in wishes(item.test, wanted=item.kind == "inclusion"))
    for wish in joined(wanted):
        draft = fulfil(draft, wish, study, chance)
    return draft


def milestone_row(draft: Draft, event: str, day: int) -> Mapping[str, str]:
    """A row of ``events``."""
    return {"participant": draft.participant, "event": event, "date": iso(day)}


def completed(draft: Draft, study: StudyModel, as_of: int) -> Draft:
    """With the milestone ``completion`` on the day of the last visit, when that lies before the cut-off."""
    visits = planned_visits(draft, study)
    if not visits or max(visit_window(draft, visit)[2] for visit in visits) > as_of:
        return draft
    last = max((row["date"] for row in draft.of("visits")), default="")
    if not last:
        return draft
    day = parse_days(last).first + 20
    return draft if day > as_of else draft.plus("events", milestone_row(draft, "completion", day))
