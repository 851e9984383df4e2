"""Visits judged in columns, as the interpreter would hand them on: so that both say the same of them."""

from collections.abc import Iterator, Sequence

from protocol_dsl.interpret.deviations.judged import Judged
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.matching import Matched, Matching
from protocol_dsl.interpret.slots import days_out
from protocol_dsl.interpret.standing import Standing
from protocol_dsl.interpret.visit_status import JudgedVisit
from protocol_dsl.model.records import Event, Record, VisitRow
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


def record_of(participant: str, arm: object, randomized: object, skipped: object, model: StudyModel) -> Record:
    """What deviations ask of a participant beside what is judged.

    That is the arm, the day of randomization, and which visits a row says were not held, as bits; on what day that row
    is dated makes no difference.
    """
    day, bits = on_day(randomized), int(str(skipped))
    events = {} if day is None else {"randomization": (Event(name="randomization", first=day.first, last=day.last),)}
    rows = tuple(
        VisitRow(visit=visit.name, label=visit.name, first=1, last=1, status="not held")
        for place, visit in enumerate(model.visits)
        if bits >> place & 1
    )
    return Record(participant=participant, arm=None if arm is None else str(arm), events=events, visits=rows)


def judged_of(
    facts: Facts, eligibility: Eligibility | None, visits: tuple[JudgedVisit, ...], others: Sequence[Sequence[object]]
) -> Judged:
    """Everything that the deviations of a participant are derived from, but the cycles.

    ``others`` are the unscheduled visits: participant, day, label.
    """
    rows = ((int(str(day)), str(label)) for _, day, label in others)
    unscheduled = tuple(VisitRow(visit=None, label=label, first=day, last=day) for day, label in rows)
    matching = Matching(visits={item.visit.name: item.matched for item in visits}, unscheduled=unscheduled)
    return Judged(
        facts=facts, eligibility=eligibility, eligibility_facts=facts, matching=matching, visits=visits, cycles=()
    )
