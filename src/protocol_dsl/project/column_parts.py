"""Parts of participants that the interpreter's rules judge, of the rows that columns read: what was given and taken."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import chain

from attrs import evolve

from protocol_dsl.base.days import Days
from protocol_dsl.base.numbers import exact
from protocol_dsl.interpret.compiled_plan import CompiledPlan
from protocol_dsl.interpret.deviations import courses, dosing, prohibited, treatment
from protocol_dsl.interpret.deviations.judged import Derive, Found, Judged
from protocol_dsl.interpret.schedule import cycle_result
from protocol_dsl.model.columns import DOSES, EVENTS, MEDICATIONS, SCALE, layout_of
from protocol_dsl.model.records import Administration, Cutoff, Event, Medication, Record
from protocol_dsl.model.results import CycleResult
from protocol_dsl.model.study import StudyModel

Row = Sequence[object]
OF_DOSES: tuple[Derive, ...] = (treatment.derive, courses.derive, dosing.derive)


class Parts:
    """The rules of the interpreter that judge what was given, and what was taken."""

    def __init__(self, model: StudyModel, cutoff: Cutoff) -> None:
        """Know the plan of a protocol."""
        self._model = model
        self._cutoff = cutoff
        self._plan = CompiledPlan(model)
        self._events = layout_of(model).events

    def cycles(self, judged: Judged, rows: Mapping[str, Sequence[Row]]) -> tuple[tuple[CycleResult, ...], list[Found]]:
        """The cycles of a participant of whose doses there are ``rows``, and what the doses depart from."""
        doses = [administration(row, self._model) for row in rows[DOSES]]
        given: dict[str, tuple[Administration, ...]] = {}
        for dose in sorted(doses, key=lambda one: one.first):
            given[dose.treatment] = (*given.get(dose.treatment, ()), dose)
        facts = self._plan.facts(evolve(self._record(judged, rows), administrations=given), self._cutoff)
        judged = evolve(judged, facts=facts, cycles=self._plan.every_cycle(facts))
        results = tuple(cycle_result(item, facts, with_reason=False) for item in judged.cycles)
        return results, list(chain.from_iterable(derive(judged) for derive in OF_DOSES))

    def prohibited(self, judged: Judged, rows: Mapping[str, Sequence[Row]]) -> list[Found]:
        """What was taken though it is prohibited, or may have been, of medications given as ``rows``."""
        if not rows.get(MEDICATIONS):
            return []
        taken = tuple(medication(row) for row in rows[MEDICATIONS])
        facts = self._plan.facts(evolve(self._record(judged, rows), medications=taken), self._cutoff)
        return list(prohibited.derive(evolve(judged, facts=facts)))

    def _record(self, judged: Judged, rows: Mapping[str, Sequence[Row]]) -> Record:
        """The participant with the days of milestones."""
        events: dict[str, tuple[Event, ...]] = {}
        for _, what, first, last in rows.get(EVENTS, ()):
            bits = int(str(what))
            for place, name in enumerate(self._events):
                if bits >> place & 1:
                    found = Event(name=name, first=int(str(first)), last=int(str(last)))
                    events[name] = (*events.get(name, ()), found)
        return evolve(judged.facts.record, events=events)


def administration(row: Row, model: StudyModel) -> Administration:
    """A dose of a row: participant, treatment, cycle, amount, times, level, route, whether given, its two days."""
    _, place, cycle, amount, times, level, route, is_given, day, end = row
    plan = model.treatments[int(str(place))]
    first, last = whole(day) or 0, whole(end)
    at = whole(level)
    return Administration(
        treatment=plan.name,
        first=first,
        last=first,
        cycle=whole(cycle),
        dose=None if amount is None else exact(Fraction(int(str(amount)), 2 * SCALE)),
        route=str(route or "") or None,
        end=None if last is None else Days(last, last),
        times=whole(times),
        level=None if at is None else plan.levels[at].name,
        is_given=bool(is_given),
    )


def medication(row: Row) -> Medication:
    """A course of a row: participant, drug, the days on which it may have started, and those on which it ended."""
    _, drug, start_first, start_last, end_first, end_last = row
    start = Days(whole(start_first) or 0, whole(start_last) or 0)
    ended = whole(end_first), whole(end_last)
    end = None if ended[0] is None or ended[1] is None else Days(ended[0], ended[1])
    return Medication(drug=str(drug), start=start, end=end)


def whole(cell: object) -> int | None:
    """A whole number, or nothing."""
    return None if cell is None else int(str(cell))
