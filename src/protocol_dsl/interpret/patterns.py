"""Events that a text describes: which they are, in what words, and the day of the first."""

from protocol_dsl.base.days import Days, say_days
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.model.expressions import EventPattern
from protocol_dsl.model.patterns import CERTAIN, matches


def pattern_words(pattern: EventPattern) -> str:
    """``cdc_event in {B, C} of grade 3 or more related to il2``."""
    words = pattern.name
    if pattern.categories:
        words += f" in {{{', '.join(pattern.categories)}}}"
    if pattern.least_grade is not None:
        words += f" of grade {pattern.least_grade} or more"
    return words + (f" related to {pattern.related_to}" if pattern.related_to else "")


def first_day(pattern: EventPattern, facts: Facts) -> Days | None:
    """The days on which the first such event on record may have been.

    One that may be another event may only make the first earlier. Where no event certainly is one there is no day.
    """
    found = [(event, matches(pattern, event)) for event in facts.events(pattern.name)]
    last = min((event.last for event, truth in found if truth == CERTAIN), default=None)
    return None if last is None else Days(min(event.first for event, truth in found if truth), last)


def may_have_happened(pattern: EventPattern, facts: Facts) -> bool:
    """Whether an event on record is one of the pattern, or may be."""
    return any(matches(pattern, event) for event in facts.events(pattern.name))


def why_no_first(pattern: EventPattern, facts: Facts) -> str:
    """Why there is no day of the first such event: ``no progression on record``."""
    perhaps = [event for event in facts.events(pattern.name) if matches(pattern, event)]
    if not perhaps:
        return f"no {pattern_words(pattern)} on record"
    day = say_days(Days(perhaps[0].first, perhaps[0].last))
    return f"no certain {pattern_words(pattern)}: whether the {pattern.name} of {day} is one is not known"
