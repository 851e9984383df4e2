"""The visits that one participant has, in the order of the text: what everything else in this room plans by."""

from protocol_dsl.interpret.facts import Facts
from protocol_dsl.model.schedule import Visit


def planned_visits(facts: Facts) -> tuple[Visit, ...]:
    """Every planned visit of the participant."""
    return facts.model.visits


def visit_named(name: str, facts: Facts) -> Visit | None:
    """The planned visit of a name."""
    return next((visit for visit in planned_visits(facts) if visit.name == name), None)
