"""A record whose facts say where they stood in the words of whoever stored them: a domain, a file."""

from collections.abc import Callable, Mapping
from typing import TypeAlias, TypeVar

from attrs import evolve

from protocol_dsl.model.records import Administration, Event, Medication, Origin, Reading, Record, VisitRow

Fact = TypeVar("Fact", Administration, Event, Medication, Reading, VisitRow)
Tracer: TypeAlias = Callable[[Origin], Origin]


def traced(record: Record, tracer: Tracer) -> Record:
    """The same record, each origin as ``tracer`` tells it."""
    return evolve(
        record,
        attributes={name: evolve(fact, origin=tracer(fact.origin)) for name, fact in record.attributes.items()},
        events=_by_name(record.events, tracer),
        readings=_by_name(record.readings, tracer),
        administrations=_by_name(record.administrations, tracer),
        medications=_each(record.medications, tracer),
        visits=_each(record.visits, tracer),
        origin=tracer(record.origin),
    )


def _by_name(facts: Mapping[str, tuple[Fact, ...]], tracer: Tracer) -> Mapping[str, tuple[Fact, ...]]:
    return {name: _each(found, tracer) for name, found in facts.items()}


def _each(facts: tuple[Fact, ...], tracer: Tracer) -> tuple[Fact, ...]:
    return tuple(evolve(fact, origin=tracer(fact.origin)) for fact in facts)
