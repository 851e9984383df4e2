"""Events that a text describes: which they are."""

from protocol_dsl.model.expressions import EventPattern
from protocol_dsl.model.records import Event
from protocol_dsl.model.schedule import Cycles, Treatment
from protocol_dsl.model.study import StudyModel

CERTAIN = 2


def matches(pattern: EventPattern, event: Event) -> int:
    """Whether an event is one of the pattern: 2 certainly, 1 where what it asks for is not recorded, 0 not."""
    found = 2
    if pattern.categories:
        found = 1 if event.category is None else 2 * (event.category in pattern.categories)
    if pattern.least_grade is not None:
        found = min(found, 1 if event.grade is None else 2 * (event.grade >= pattern.least_grade))
    if pattern.related_to is not None:
        found = min(found, 1 if event.related_to is None else 2 * (event.related_to == pattern.related_to))
    return found


def discontinued(treatment: str) -> EventPattern:
    """The discontinuations of a treatment."""
    return EventPattern("discontinuation", related_to=treatment)


def discontinuations(treatment: Treatment) -> tuple[EventPattern, ...]:
    """The events that discontinue a treatment: those of its own, and of that in whose cycles it lies."""
    inside = treatment.course.inside if isinstance(treatment.course, Cycles) else None
    return tuple(map(discontinued, (treatment.name, *([] if inside is None else [inside.treatment]))))


def pattern_of(anchor: str, model: StudyModel) -> EventPattern | None:
    """The events of which the first gives an anchor its day; nothing for a milestone, or an anchor on one."""
    return next((each.first for each in model.anchors if each.first is not None and each.name == anchor), None)
