"""Visits judged in columns, as the interpreter would hand them on: so that both say the same of them."""

from collections.abc import Iterator, Sequence
from typing import Literal

from protocol_dsl.compile.series import ABSENT
from protocol_dsl.compile.visit_days import VisitDays
from protocol_dsl.compile.visit_plan import PlannedVisit, planned_visits, start_columns, starts_of
from protocol_dsl.compile.visit_status import IS_OPEN, STANDINGS
from protocol_dsl.interpret.deviations.judged import Judged
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.matching import Matched, Matching
from protocol_dsl.interpret.slots import days_out
from protocol_dsl.interpret.standing import Standing
from protocol_dsl.interpret.visit_status import JudgedVisit
from protocol_dsl.model.listed import listed_visits
from protocol_dsl.model.records import Event, Record, VisitRow
from protocol_dsl.model.results import STATUSES, Eligibility, ParticipantResult, Status
from protocol_dsl.model.study import StudyModel
from protocol_dsl.project.column_cycles import on_day, slot_on
from protocol_dsl.readers.connections import whole


class WrittenPlan:
    """How statements write the visits of a participant: starts, days and standings, each in columns of their own."""

    def __init__(self, model: StudyModel, days: VisitDays) -> None:
        """Know the plan of a protocol, and how the days of visits are kept."""
        visits = planned_visits(model, days)
        self._visits = sorted(visits, key=lambda item: item.place)
        self._kept = days
        self._starts = len(starts_of(model))
        self._days = len(start_columns(model))
        self._standings = self._days + len(days.fields.columns(len(listed_visits(model))))
        self.width = self._standings + len(STANDINGS.columns(len(visits)))

    def judged(self, numbers: Sequence[int | None]) -> Iterator[JudgedVisit]:
        """The visits of a row of numbers, in the order of the text."""
        starts = [None if each is None else each + self._kept.epoch for each in numbers[: self._starts]]
        days = [each or 0 for each in numbers[self._days : self._standings]]
        standings = [each or 0 for each in numbers[self._standings : self.width]]
        for item in self._visits:
            actual = self._kept.fields.read(days, item.place)
            standing = STANDINGS.read(standings, item.number) & ~IS_OPEN
            if standing == ABSENT:
                continue
            status = STATUSES[standing]
            yield judged_visit(item, starts, actual + self._kept.epoch if actual else None, status)


def judged_visit(item: PlannedVisit, starts: Sequence[int | None], actual: int | None, status: Status) -> JudgedVisit:
    """A visit with where it stands; of the row that says it was held only the day is known here."""
    sides = (item.planned, item.earliest, item.latest)
    ends = [None if start is None else start + side.days for side in sides for start in [starts[side.start]]]
    slot, days = slot_on(*ends), on_day(actual)
    out = days_out(days, slot) if status in {"early", "late"} and days is not None and slot is not None else None
    standing = Standing(status) if out is None else Standing(status, *out)
    return JudgedVisit(matched=Matched(visit=item.visit, slot=slot, days=days), standing=standing)


def record_of(result: ParticipantResult, arm: object, randomized: object, skipped: object, model: StudyModel) -> Record:
    """What deviations ask of a participant beside what is judged.

    That is the site, the arm, the day of randomization, and which visits a row says were not held, as bits; on what day
    that row is dated makes no difference.
    """
    day, bits = on_day(randomized), whole(skipped)
    events = {} if day is None else {"randomization": (Event(name="randomization", first=day.first, last=day.last),)}
    rows = tuple(
        VisitRow(visit=visit.name, label=visit.name, first=1, last=1, status="not held")
        for place, visit in enumerate(listed_visits(model))
        if bits >> place & 1
    )
    name = None if arm is None else str(arm)
    return Record(participant=result.participant, site=result.site, arm=name, events=events, visits=rows)


def judged_of(
    facts: Facts, eligibility: Eligibility | None, visits: tuple[JudgedVisit, ...], others: Sequence[Sequence[object]]
) -> Judged:
    """Everything that the deviations of a participant are derived from, but the cycles.

    ``others`` are unscheduled visits and early terminations: participant, day, label, whether it is one of these, and
    whether it is open, which none is.
    """
    rows: dict[bool, list[VisitRow]] = {False: [], True: []}
    for _, cell, label, is_ended, _ in others:
        day = whole(cell)
        status: Literal["held", "early termination"] = "early termination" if is_ended else "held"
        rows[bool(is_ended)].append(VisitRow(visit=None, label=str(label), first=day, last=day, status=status))
    matching = Matching(
        visits={item.visit.name: item.matched for item in visits},
        unscheduled=tuple(rows[False]),
        terminations=tuple(rows[True]),
    )
    return Judged(
        facts=facts, eligibility=eligibility, eligibility_facts=facts, matching=matching, visits=visits, cycles=()
    )
