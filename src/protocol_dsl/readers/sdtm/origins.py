"""A record whose facts say in which domain, row and file they stood."""

from collections.abc import Mapping
from typing import TypeVar

from attrs import evolve

from protocol_dsl.model.records import Administration, Event, Medication, Reading, Record, VisitRow
from protocol_dsl.readers.sdtm.places import Places

Fact = TypeVar("Fact", Administration, Event, Medication, Reading, VisitRow)


def traced(record: Record, places: Places) -> Record:
    """The same record, its origins in the words of SDTM."""
    return evolve(
        record,
        attributes={name: evolve(fact, origin=places.origin(fact.origin)) for name, fact in record.attributes.items()},
        events=_by_name(record.events, places),
        readings=_by_name(record.readings, places),
        administrations=_by_name(record.administrations, places),
        medications=_each(record.medications, places),
        visits=_each(record.visits, places),
        origin=places.origin(record.origin),
    )


def _by_name(facts: Mapping[str, tuple[Fact, ...]], places: Places) -> Mapping[str, tuple[Fact, ...]]:
    return {name: _each(found, places) for name, found in facts.items()}


def _each(facts: tuple[Fact, ...], places: Places) -> tuple[Fact, ...]:
    return tuple(evolve(fact, origin=places.origin(fact.origin)) for fact in facts)
