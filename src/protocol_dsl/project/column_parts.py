"""Parts of participants that the interpreter's rules judge, of the rows that columns read.

That is what was given, what was taken, and visits of which columns do not know which they are.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import chain
from typing import TypeAlias

from attrs import evolve

from protocol_dsl.base.days import Days
from protocol_dsl.base.numbers import exact
from protocol_dsl.compile.parts import without_rules
from protocol_dsl.interpret import queries
from protocol_dsl.interpret.compiled_plan import CompiledPlan
from protocol_dsl.interpret.deviations import (
    assessments,
    contradictions,
    course_days,
    courses,
    dosing,
    epochs,
    intervals,
    prohibited,
    treatment,
    visits,
)
from protocol_dsl.interpret.deviations.judged import Derive, Found, Judged
from protocol_dsl.interpret.matching import match_visits
from protocol_dsl.interpret.schedule import cycle_result
from protocol_dsl.interpret.visit_status import judge_visits
from protocol_dsl.model.columns import DOSES, EVENTS, LABELLED, MEDICATIONS, NO_LABEL, SCALE, VISITS
from protocol_dsl.model.listed import listed_visits
from protocol_dsl.model.records import Administration, Cutoff, Event, Medication, Reading, Record, VisitRow
from protocol_dsl.model.results import CycleResult
from protocol_dsl.model.study import StudyModel, level_names, units_held
from protocol_dsl.readers.connections import whole, whole_or_none

Row = Sequence[object]
EventsByBits: TypeAlias = Mapping[int, Sequence[Event]]
"""What the row readers make of a row of events by its bits, on some day; all that rules ask of it these tell."""
OF_DOSES: tuple[Derive, ...] = (
    treatment.derive,
    courses.derive,
    course_days.derive,
    dosing.derive,
    epochs.derive,
    contradictions.of_doses,
)
OF_VISITS: tuple[Derive, ...] = (visits.derive, assessments.derive, queries.visit_queries)


class Parts:
    """The rules of the interpreter that judge what was given, what was taken, and visits."""

    def __init__(self, model: StudyModel, cutoff: Cutoff, tables: frozenset[str], events: EventsByBits) -> None:
        """Know which ``tables`` the data have, and the plan, but for rules that act on nobody whom columns judge."""
        self._model = model
        self._cutoff = cutoff
        self._tables = tables
        self._plan = CompiledPlan(without_rules(model))
        self._events = events

    def visits(self, judged: Judged, rows: Mapping[str, Sequence[Row]]) -> tuple[Judged, list[Found]]:
        """A participant with the visits judged of the rows of visits and readings handed over, and what is found."""
        facts = self._plan.facts(self._attended(self._record(judged, rows), rows), self._cutoff)
        judged = evolve(judged, facts=facts, matching=match_visits(facts), visits=judge_visits(facts))
        return judged, found_by(OF_VISITS, judged)

    def cycles(self, judged: Judged, rows: Mapping[str, Sequence[Row]]) -> tuple[tuple[CycleResult, ...], list[Found]]:
        """The cycles of a participant of whose doses there are ``rows``, and what the doses depart from."""
        facts = self._plan.facts(self._dosed(self._record(judged, rows), rows), self._cutoff)
        judged = evolve(judged, facts=facts, cycles=self._plan.every_cycle(facts))
        return cycle_results(judged), found_by(OF_DOSES, judged)

    def plan(
        self, judged: Judged, rows: Mapping[str, Sequence[Row]]
    ) -> tuple[Judged, tuple[CycleResult, ...], list[Found]]:
        """A participant with visits and cycles judged together, the former of which hang on the latter."""
        record = self._dosed(self._attended(self._record(judged, rows), rows), rows)
        facts = self._plan.facts(record, self._cutoff)
        judged = evolve(judged, facts=facts, matching=match_visits(facts), visits=judge_visits(facts))
        judged = evolve(judged, cycles=self._plan.every_cycle(facts))
        return judged, cycle_results(judged), found_by((*OF_VISITS, *OF_DOSES, intervals.derive), judged)

    def prohibited(self, judged: Judged, rows: Mapping[str, Sequence[Row]]) -> list[Found]:
        """What was taken though it is prohibited, or may have been, of medications given as ``rows``."""
        if not rows.get(MEDICATIONS):
            return []
        taken = tuple(medication(row) for row in rows[MEDICATIONS])
        facts = self._plan.facts(evolve(self._record(judged, rows), medications=taken), self._cutoff)
        return list(prohibited.derive(evolve(judged, facts=facts)))

    def _attended(self, record: Record, rows: Mapping[str, Sequence[Row]]) -> Record:
        """A record with visits and readings."""
        readings: dict[str, tuple[Reading, ...]] = {}
        for row in rows.get(LABELLED, ()):
            one = reading(row, self._model)
            readings[one.measure] = (*readings.get(one.measure, ()), one)
        held = (visit_row(row, self._model) for row in rows.get(VISITS, ()) if "visits" in self._tables)
        return evolve(record, visits=tuple(held), readings=readings, tables=self._tables)

    def _dosed(self, record: Record, rows: Mapping[str, Sequence[Row]]) -> Record:
        """A record with doses."""
        doses = [administration(row, self._model) for row in rows.get(DOSES, ())]
        given: dict[str, tuple[Administration, ...]] = {}
        for dose in sorted(doses, key=lambda one: (one.first, one.last)):
            given[dose.treatment] = (*given.get(dose.treatment, ()), dose)
        return evolve(record, administrations=given)

    def _record(self, judged: Judged, rows: Mapping[str, Sequence[Row]]) -> Record:
        """The participant with the days of milestones."""
        events: dict[str, tuple[Event, ...]] = {}
        for _, what, first, last in rows.get(EVENTS, ()):
            for one in self._events[whole(what)]:
                found = evolve(one, first=whole(first), last=whole(last))
                events[one.name] = (*events.get(one.name, ()), found)
        return evolve(judged.facts.record, events=events)


def found_by(rules: Sequence[Derive], judged: Judged) -> list[Found]:
    """What some rules find."""
    return list(chain.from_iterable(derive(judged) for derive in rules))


def cycle_results(judged: Judged) -> tuple[CycleResult, ...]:
    """The cycles as results say them."""
    return tuple(cycle_result(item, judged.facts, with_reason=False) for item in judged.cycles)


def administration(row: Row, model: StudyModel) -> Administration:
    """A dose of a row: participant, treatment, cycle, amount, unit, times, level, route, given, goes on, days."""
    _, place, cycle, amount, unit, times, level, route, is_given, goes_on, first, last, *end = row
    plan = model.treatments[whole(place)]
    at = whole_or_none(level)
    return Administration(
        treatment=plan.name,
        first=whole_or_none(first) or 0,
        last=whole_or_none(last) or 0,
        cycle=whole_or_none(cycle),
        dose=None if amount is None else exact(Fraction(whole(amount), 2 * SCALE)),
        unit=(units_held(plan.name, model) or ("",))[whole_or_none(unit) or 0],
        route=str(route or "") or None,
        end=days(*end),
        goes_on=bool(goes_on),
        times=whole_or_none(times),
        level=None if at is None else level_names(plan.name, model)[at],
        is_given=bool(is_given),
    )


def medication(row: Row) -> Medication:
    """A course of a row: participant, drug, the days on which it may have started, and those on which it ended."""
    _, drug, start_first, start_last, end_first, end_last = row
    start = Days(whole_or_none(start_first) or 0, whole_or_none(start_last) or 0)
    return Medication(drug=str(drug), start=start, end=days(end_first, end_last))


def visit_row(row: Row, model: StudyModel) -> VisitRow:
    """A visit of a row: participant, visit, label, whether it was held, whether it ended participation, its days."""
    _, place, label, is_held, is_ended, first, last, *end = row
    number = whole_or_none(place)
    return VisitRow(
        visit=None if number is None or number < 0 else listed_visits(model)[number].name,
        label=str(label),
        first=whole_or_none(first) or 0,
        last=whole_or_none(last) or 0,
        end=days(*end),
        status="held" if is_held else "early termination" if is_ended else "not held",
    )


def reading(row: Row, model: StudyModel) -> Reading:
    """A reading of a row: participant, measure, visit, whether it has a value, its day; its value is not told."""
    _, measure, place, is_recorded, cell = row
    number, day = whole(place), whole_or_none(cell) or 0
    visit = listed_visits(model)[number].name if number >= 0 else None if number == NO_LABEL else ""
    name = model.vocabulary.measures[whole(measure)].name
    return Reading(measure=name, first=day, last=day, value=1 if is_recorded else None, visit=visit)


def days(first: object, last: object) -> Days | None:
    """The days from one to another, or nothing."""
    ends = whole_or_none(first), whole_or_none(last)
    return None if ends[0] is None or ends[1] is None else Days(ends[0], ends[1])
