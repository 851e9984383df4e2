"""The versions of the criteria that hold for a screening: those in force on the day of consent to it."""

from collections.abc import Sequence

from protocol_dsl.base.days import Days, say_days
from protocol_dsl.base.values import frozen
from protocol_dsl.interpret.amendments import in_force
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.points import decisive_screening, hull, screenings
from protocol_dsl.model.records import Event


@frozen
class Consented:
    """The versions that may hold, by number, and why it is not known which; nothing where it is.

    ``is_absent``: no consent is recorded at all.
    """

    numbers: tuple[int, ...]
    why: str = ""
    is_absent: bool = False


def consented(facts: Facts) -> Consented:
    """The versions that may hold for the screening that is judged; all of them where no consent is recorded."""
    versions = facts.model.versions
    if not versions:
        return Consented((0,))
    consent = consent_to(facts.screening or decisive_screening(facts), facts)
    if consent is None:
        return Consented(tuple(range(len(versions))), "no consent date", is_absent=True)
    numbers = in_force(consent, facts)
    if len(numbers) == 1:
        return Consented(numbers)
    names = " and ".join(versions[number].name for number in numbers if number)
    if consent.is_known:
        return Consented(numbers, f"no site, and {names} came into force at some sites on another day")
    return Consented(numbers, f"consent ({say_days(consent)}) may be before or after {names} came into force")


def consent_to(screening: Days | None, facts: Facts) -> Days | None:
    """The first consent to a screening: after the screening before it, and on or before its own day.

    A participant who is screened again without consenting again is held to the last consent before; one whose only
    consents came later, to the first of those.
    """
    found = facts.events("consent")
    if not found:
        return None
    if screening is None or len(found) == 1:
        return first_of(found)
    before = [day for day in screenings(facts) if (day.first, day.last) < (screening.first, screening.last)]
    own = [
        event for event in found if event.first <= screening.last and not (before and event.last <= before[-1].first)
    ]
    certain = [
        event for event in own if event.last <= screening.first and not (before and event.first <= before[-1].last)
    ]
    if certain:
        return Days(min(event.first for event in own), min(event.last for event in certain))
    if own:
        return hull(tuple(found))
    earlier = [event for event in found if event.first <= screening.last]
    if earlier:
        return Days(max(event.first for event in earlier), max(event.last for event in earlier))
    return first_of(found)


def first_of(events: Sequence[Event]) -> Days:
    """The first day on which any of some events may have been, to the last."""
    return Days(min(event.first for event in events), min(event.last for event in events))
