"""Visits judged in columns, as the interpreter would hand them on: so that both say the same of them."""

from collections.abc import Iterator, Sequence

from protocol_dsl.interpret.deviations.judged import Judged
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.matching import Matched, Matching
from protocol_dsl.interpret.slots import days_out
from protocol_dsl.interpret.standing import Standing
from protocol_dsl.interpret.visit_status import JudgedVisit
from protocol_dsl.model.records import Cutoff, Event, Record
from protocol_dsl.model.results import STATUSES, Eligibility
from protocol_dsl.model.schedule import Visit
from protocol_dsl.model.study import StudyModel
from protocol_dsl.project.column_cycles import on_day, slot_on

WIDTH = 5
"""Columns of a visit: planned, earliest, latest, actual, status."""


def judged_visits(model: StudyModel, columns: Sequence[object]) -> Iterator[JudgedVisit]:
    """The visits of a row, in the order of the text."""
    for place, visit in enumerate(model.visits):
        yield judged_visit(visit, columns[WIDTH * place : WIDTH * (place + 1)])


def judged_visit(visit: Visit, columns: Sequence[object]) -> JudgedVisit:
    """A visit of its columns; of the row that says it was held only the day is known here."""
    planned, earliest, latest, actual, status = columns
    slot, days = slot_on(planned, earliest, latest), on_day(actual)
    name = STATUSES[int(str(status))]
    out = days_out(days, slot) if name in {"early", "late"} and days is not None and slot is not None else None
    standing = Standing(name) if out is None else Standing(name, *out)
    return JudgedVisit(matched=Matched(visit=visit, slot=slot, days=days), standing=standing)


def facts_of(participant: str, arm: object, randomized: object, model: StudyModel, cutoff: Cutoff) -> Facts:
    """What deviations ask of a participant beside what is judged: the arm, and the day of randomization."""
    day = on_day(randomized)
    events = {} if day is None else {"randomization": (Event(name="randomization", first=day.first, last=day.last),)}
    record = Record(participant=participant, arm=None if arm is None else str(arm), events=events)
    return Facts(record, model, cutoff)


def judged_of(facts: Facts, eligibility: Eligibility | None, visits: tuple[JudgedVisit, ...]) -> Judged:
    """Everything that the deviations of a participant are derived from, but the cycles."""
    matching = Matching(visits={item.visit.name: item.matched for item in visits})
    return Judged(
        facts=facts, eligibility=eligibility, eligibility_facts=facts, matching=matching, visits=visits, cycles=()
    )
