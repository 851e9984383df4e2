"""When a participation, or a treatment, came to its end; and how far a partial date reaches."""

from protocol_dsl.base.days import LAST_DAY, Days, write_days
from protocol_dsl.interpret.amendments import in_force_when_planned, studies
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.points import hull, resolve
from protocol_dsl.model.points import Point
from protocol_dsl.model.records import Event, agreed_day

ENDS = ("completion", "withdrawal", "death")


def participation_end(facts: Facts) -> Days | None:
    """The earliest of completion, withdrawal and death, unless the protocol says ``participation ends at``.

    Days that disagree still prove an end: it is some day between them. A planned end after the cut-off is none yet.
    Where it is open which version of the protocol holds, the end is as open as they leave it. It is one and the same
    by whichever version anything else is planned.
    """
    facts = facts.under(facts.protocol)
    points = [study.participation_end for study in studies(facts)]
    possible = in_force_when_planned(points, lambda point: resolve(point, facts), facts)
    ends = [end_at(points[number], facts) for number in possible]
    known = [end for end in ends if end is not None]
    if not known or len(ends) == 1:
        return known[0] if known else None
    last = max(end.last for end in known) if len(known) == len(ends) else LAST_DAY
    return Days(min(end.first for end in known), last)


def end_at(point: Point | None, facts: Facts) -> Days | None:
    """The end that the protocol plans, or death before it; else the earliest of completion, withdrawal and death."""
    if point is not None:
        ends = (by_cutoff(resolve(point, facts), facts), day_of(facts.events("death")))
        return earliest([day for day in ends if day is not None])
    return earliest([day for name in ENDS if (day := day_of(facts.events(name))) is not None])


def treatment_end(treatment: str, facts: Facts) -> tuple[Days | None, bool]:
    """The first discontinuation of the treatment, and whether some is certainly this treatment's.

    One that names no treatment may be of any: where it came before the first that names this one, the treatment ended
    on either day.
    """
    rows = facts.events("discontinuation")
    own = earliest([Days(row.first, row.last) for row in rows if row.related_to == treatment])
    nameless = earliest([Days(row.first, row.last) for row in rows if row.related_to is None])
    if own is None:
        return nameless, False
    return own if nameless is None else Days(min(own.first, nameless.first), own.last), True


def treatment_end_words(treatment: str, facts: Facts) -> str:
    """What leaves open whether, or when, the treatment was discontinued."""
    days = [Days(row.first, row.last) for row in facts.events("discontinuation") if row.related_to is None]
    stopped, is_certain = treatment_end(treatment, facts)
    first = earliest(days)
    if first is None or (is_certain and stopped is not None and stopped.first < first.first):
        return f"{treatment} was discontinued on {write_days(stopped)}" if stopped is not None else ""
    return f"the discontinuation of {write_days(first)} names no treatment"


def day_of(events: tuple[Event, ...]) -> Days | None:
    """The day of a milestone that happens once; any day between its dates where they disagree."""
    return (agreed_day(events) or hull(events)) if events else None


def earliest(days: list[Days]) -> Days | None:
    """The earliest of some days, an interval where they are partial."""
    return Days(min(day.first for day in days), min(day.last for day in days)) if days else None


def by_cutoff(day: Days | None, facts: Facts) -> Days | None:
    """The day if it may have come by the cut-off."""
    cutoff = facts.cutoff.day
    return None if day is None or cutoff is None or day.first > cutoff else day


def as_read(first: int, last: int, facts: Facts) -> Days:
    """The days that a row may be of; a month goes no further than a cut-off that was given."""
    cutoff = facts.cutoff
    if cutoff.is_given and cutoff.day is not None and first <= cutoff.day < last:
        return Days(first, cutoff.day)
    return Days(first, last)
