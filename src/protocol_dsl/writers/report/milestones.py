"""The days of a participant that a timeline marks, besides visits and cycles."""

from protocol_dsl.base.days import Days
from protocol_dsl.base.values import frozen
from protocol_dsl.model.records import Record, agreed_day
from protocol_dsl.model.vocabulary import BUILT_IN_MILESTONES


@frozen
class Milestone:
    """A milestone and the days it may have been on."""

    name: str
    days: Days


def milestones_of(record: Record) -> tuple[Milestone, ...]:
    """The built-in milestones that the data date, in order of time.

    One whose rows contradict each other stands at each of them.

    >>> from protocol_dsl.model.records import Event
    >>> milestones_of(Record(participant="P1", events={"death": (Event(name="death", first=10, last=40),)}))
    (Milestone(name='death', days=Days(first=10, last=40)),)
    """
    found = []
    for name in BUILT_IN_MILESTONES:
        rows = record.events.get(name, ())
        day = agreed_day(rows)
        days = [day] if day is not None else [Days(row.first, row.last) for row in rows]
        found += [Milestone(name, each) for each in days]
    return tuple(sorted(found, key=lambda each: (each.days.first, each.days.last)))
