"""What columns found beside the plan, handed to the interpreter's own rules: acts before consent, intervals."""

from collections.abc import Iterator, Sequence

from attrs import evolve

from protocol_dsl.base.days import Days
from protocol_dsl.compile.deviations.consent import BOTH, DOSE, RANDOMIZATION, READING, VISIT
from protocol_dsl.compile.deviations.intervals import hangs_on_visit
from protocol_dsl.interpret.deviations import consent, intervals
from protocol_dsl.interpret.deviations.judged import Found, Judged
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.model.amended import intervals_of
from protocol_dsl.model.listed import listed_visits
from protocol_dsl.model.records import Administration, Event, Reading, Record, VisitRow
from protocol_dsl.model.study import StudyModel
from protocol_dsl.readers.connections import whole, whole_or_none

Row = Sequence[object]


def before_consent(judged: Judged, rows: Sequence[Row]) -> Iterator[Found]:
    """The deviations, or the query, that acts raise: participant, kind, number, label, cycle, days, consent.

    Without a consent there is one row, and what was done first is said to be a visit: only its days are told.
    """
    if rows:
        record = record_of(judged.facts.record.participant, rows, judged.model)
        facts = Facts(record, judged.model, judged.facts.cutoff)
        yield from consent.derive(evolve(judged, facts=facts))


def broken_intervals(judged: Judged, rows: Sequence[Row], *, but_of_visits: bool) -> Iterator[Found]:
    """The intervals that were not kept: participant, number of the rule, its two days.

    Of a participant whose visits the interpreter judges it judges those to or from visits too: ``but_of_visits``.
    """
    names = names_of_visits(judged.model) if but_of_visits else frozenset()
    for _, place, start, end in rows:
        rule = intervals_of(judged.model)[whole(place)]
        first, second = (Days(day, day) for day in (whole(start), whole(end)))
        if rule.name not in names:
            yield intervals.broken(rule, judged, first, second)
    if names:
        yield from (each for each in intervals.derive(judged) if each.rule in names)


def names_of_visits(model: StudyModel) -> frozenset[str]:
    """The intervals that begin or end with the day on which a visit was held."""
    return frozenset(rule.name for rule in intervals_of(model) if hangs_on_visit(rule.name, model))


def record_of(participant: str, rows: Sequence[Row], model: StudyModel) -> Record:
    """A participant with these acts alone."""
    readings: dict[str, tuple[Reading, ...]] = {}
    doses: dict[str, tuple[Administration, ...]] = {}
    visits: list[VisitRow] = []
    events: dict[str, tuple[Event, ...]] = {}
    for _, kind, number, label, cycle, cell, agreed in rows:
        first, last = divmod(whole(cell), BOTH)
        place = -1 if number is None else whole(number)
        if agreed is not None:
            events["consent"] = (event("consent", whole(agreed)),)
        if kind == READING:
            name = model.vocabulary.measures[place].name
            # Of its value and its visit only that there is one is asked.
            readings[name] = (*readings.get(name, ()), Reading(measure=name, first=first, last=last, value=1, visit=""))
        elif kind == DOSE:
            name = model.treatments[place].name
            given = Administration(treatment=name, first=first, last=last, cycle=whole_or_none(cycle))
            doses[name] = (*doses.get(name, ()), given)
        elif kind in {VISIT, None}:
            visit = listed_visits(model)[place].name if place >= 0 else None
            visits.append(VisitRow(visit=visit, label="" if label is None else str(label), first=first, last=last))
        elif kind == RANDOMIZATION:
            events["randomization"] = (event("randomization", first),)
    return Record(
        participant=participant, events=events, readings=readings, administrations=doses, visits=tuple(visits)
    )


def event(name: str, day: int) -> Event:
    """A milestone on a day."""
    return Event(name=name, first=day, last=day)
