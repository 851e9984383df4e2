"""Every endpoint of a protocol, compiled once, then one participant at a time."""

from typing import assert_never

from protocol_dsl.base.values import every
from protocol_dsl.interpret.compiled_plan import CompiledPlan
from protocol_dsl.interpret.endpoints.happened import compile_count, compile_events, compile_grade
from protocol_dsl.interpret.endpoints.sets import memberships, needs_deviations, sets_of
from protocol_dsl.interpret.endpoints.tested import Judge, compile_average, compile_course, compile_proportion
from protocol_dsl.interpret.endpoints.times import compile_time_to_event, compile_time_to_reading
from protocol_dsl.interpret.engine import Engine
from protocol_dsl.model.endpoints import (
    Average,
    CountIn,
    Course,
    Endpoint,
    EventsIn,
    Proportion,
    TimeToEvent,
    TimeToReading,
    WorstGrade,
)
from protocol_dsl.model.expressions import Change, Consecutive, EventPattern, Pick, ReadingAt
from protocol_dsl.model.outcomes import Outcome
from protocol_dsl.model.records import Cutoff, Record
from protocol_dsl.model.study import StudyModel


class EndpointEngine:
    """The endpoints of a protocol; each method is pure, and keeps nothing of a participant."""

    def __init__(self, model: StudyModel, cutoff: Cutoff) -> None:
        """The protocol, read up to ``cutoff``; its day is ``None`` where the data have no date."""
        self.model = model
        self.cutoff = cutoff
        self._plan = CompiledPlan(model)
        self._judges = tuple(compile_endpoint(endpoint, model) for endpoint in model.endpoints)
        self.subjects = tuple(subjects_of(endpoint) for endpoint in model.endpoints)
        self._sets = tuple(tuple(each.name for each in sets_of(model, endpoint)) for endpoint in model.endpoints)
        # Deviations are worked out only where a set leaves participants out by them.
        self._engine = Engine(model, cutoff) if needs_deviations(model) else None

    def judge(self, record: Record, *, is_asked: bool = False) -> tuple[Outcome, ...]:
        """One outcome for each endpoint, in the order of the text; with reasons and rows where these are asked for."""
        facts = self._plan.facts(record, self.cutoff)
        deviations = self._engine.check(record, "none").deviations if self._engine else ()
        belongs = memberships(self.model, facts, deviations)
        return tuple(
            Outcome(
                participant=record.participant,
                site=record.site,
                arm=record.arm,
                sets=(named := tuple(name for name in sets if name in belongs)),
                parts=judge(facts, is_asked) if named else (),
                held=tuple(name for name in subjects if facts.readings(name) or record.events.get(name)),
            )
            for judge, sets, subjects in zip(self._judges, self._sets, self.subjects, strict=True)
        )


def compile_endpoint(endpoint: Endpoint, model: StudyModel) -> Judge:
    """The closure of one endpoint."""
    kind = endpoint.kind
    match kind:
        case Proportion():
            return compile_proportion(kind, endpoint, model)
        case Average():
            return compile_average(kind, endpoint, model)
        case Course():
            return compile_course(kind, endpoint, model)
        case TimeToReading():
            return compile_time_to_reading(kind, model)
        case TimeToEvent():
            return compile_time_to_event(kind, model)
        case EventsIn():
            return compile_events(kind, model)
        case CountIn():
            return compile_count(kind, model)
        case WorstGrade():
            return compile_grade(kind, model)
        case _:
            assert_never(kind)


def subjects_of(endpoint: Endpoint) -> tuple[str, ...]:
    """The measures and events that an endpoint is about."""
    kind = endpoint.kind
    names: list[str] = [kind.measure] if isinstance(kind, TimeToReading | Course) else []
    names += [each.measure for each in every(ReadingAt, kind)] + [each.measure for each in every(Pick, kind)]
    names += [each.measure for each in every(Change, kind)] + [each.measure for each in every(Consecutive, kind)]
    names += [each.name for each in every(EventPattern, kind)]
    return tuple(dict.fromkeys(names))
