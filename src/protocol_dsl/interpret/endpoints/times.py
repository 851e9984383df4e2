"""Time to the first visit with a reading, or to the first event, and what ended the waiting otherwise."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from attrs import evolve

from protocol_dsl.base.days import Days, say_days
from protocol_dsl.base.truth import Truth
from protocol_dsl.base.values import frozen
from protocol_dsl.interpret.endpoints.needs import CERTAIN, readings_of
from protocol_dsl.interpret.endpoints.pending import running
from protocol_dsl.interpret.endpoints.tested import Judge, shown
from protocol_dsl.interpret.facts import FAR, Facts
from protocol_dsl.interpret.histories import compile_history
from protocol_dsl.interpret.intervals import compare
from protocol_dsl.interpret.matching import match_visits
from protocol_dsl.interpret.participation import ENDS, as_read, day_of, participation_end
from protocol_dsl.interpret.patterns import pattern_words
from protocol_dsl.interpret.plan import planned_visits
from protocol_dsl.interpret.points import resolve, why_missing
from protocol_dsl.interpret.readings import Member, is_number, merged
from protocol_dsl.interpret.reasons import event_fact, once, point_words, quantity_words, reading_fact
from protocol_dsl.interpret.values import unit_of
from protocol_dsl.model.endpoints import Assessment, TimeToEvent, TimeToReading
from protocol_dsl.model.expressions import EventPattern
from protocol_dsl.model.outcomes import Part, Timed
from protocol_dsl.model.patterns import matches
from protocol_dsl.model.points import Point
from protocol_dsl.model.records import Event, Reading, agreed_day
from protocol_dsl.model.results import Fact
from protocol_dsl.model.series import series_of
from protocol_dsl.model.study import StudyModel

ONCE = ("randomization", *ENDS)
"""What happens once: of two days that differ neither counts."""


@frozen
class Doubt:
    """Something that is not exactly known: the first day that it may be of, and what is not known of it."""

    day: int
    words: str


@frozen
class First:
    """The first day of something, what it is, and the row; ``doubts`` are what may have come before it."""

    day: int | None = None
    what: str = ""
    fact: Fact | None = None
    doubts: tuple[Doubt, ...] = ()


# ------------------------------------------------------------------------------------------------------------- readings
def compile_time_to_reading(kind: TimeToReading, model: StudyModel) -> Judge:
    """The days to the first reading that meets the comparison; a value at the start does not count."""
    unit, first_rival = unit_of(kind.measure, model), compile_first(kind.competing, model)

    def judge(facts: Facts, is_asked: bool) -> tuple[Part, ...]:  # noqa: FBT001 - as every judge is called
        end = participation_end(facts)
        start = start_day(kind.start, end, facts)
        if isinstance(start, Part):
            return (start,)
        rows = readings_after(kind, start, facts)
        first, last, notes = first_reading(kind, rows, unit)
        until = start if last is None else last
        rival = first_rival(facts, start, FAR if end is None else max(end.last, until))
        observed = until, last_words(kind.measure, last, rows)
        return (ended(start, first, rival, observed, notes, is_asked=is_asked),)

    return judge


def last_words(measure: str, last: int | None, rows: Sequence[Reading]) -> str:
    """What the last reading that decides is, where there is one: one of a day that is not known decides nothing."""
    if last is None:
        which = " that decides and is of a known day" if rows else ""
        return f"no reading of {measure} after the start{which}"
    is_last = all(row.first == row.last or row.last <= last for row in rows)
    return f"the last reading of {measure}{'' if is_last else ' of a known day'}"


def readings_after(kind: TimeToReading, start: int, facts: Facts) -> list[Reading]:
    """The recorded readings that may be after the start, without those of visits planned at the start or before.

    They are in the order of their days, those of a day in that of their times.
    """
    early = [
        visit
        for visit in planned_visits(facts)
        if (day := resolve(visit.point, facts)) is not None and day.last <= start
    ]
    left_out = readings_of(early, kind.measure, facts)
    found = [
        row
        for row in facts.readings(kind.measure)
        if row.value is not None and row not in left_out and row.last > start and facts.belongs(row.first, row.last)
    ]
    return sorted(found, key=lambda row: (row.first, row.time or 0))


def first_reading(kind: TimeToReading, rows: Sequence[Reading], unit: str) -> tuple[First, int | None, tuple[str, ...]]:
    """The first day on which the comparison is met, the last day with a reading that decides, and what decides nothing.

    Readings of one day of which none goes before the other count as the span of their values.
    """
    last: int | None = None
    first, notes = First(), []
    for of_day in in_turn([row for row in rows if row.first == row.last]):
        value = merged(row.value for row in of_day)
        truth = compare(value, kind.operator, kind.limit) if is_number(value) else 1
        if truth == Truth.UNKNOWN:
            written = " and ".join(dict.fromkeys(shown(Member(row, is_certain=True)) for row in of_day))
            notes.append(f"{kind.measure} {written} decides nothing, and counts as missing")
            continue
        last = of_day[0].first
        if truth == Truth.MET:
            words = f"{kind.measure} is {quantity_words(value, unit)}" if is_number(value) else ""
            first = First(last, words, reading_fact(of_day[0]))
            break
    vague = [row for row in rows if row.first < row.last and may_be_met(row, kind)]
    doubts = tuple(
        Doubt(
            row.first, f"when: the exact day of the {kind.measure} reading dated {say_days(Days(row.first, row.last))}"
        )
        for row in vague
    )
    return evolve(first, doubts=doubts), last, tuple(notes)


def in_turn(rows: Sequence[Reading]) -> Iterator[list[Reading]]:
    """Readings of known days, in order; those of one day together, unless all have times."""
    for _, found in groupby(rows, key=lambda row: row.first):
        of_day = list(found)
        if any(row.time is None for row in of_day):
            yield of_day
        else:
            yield from (list(of_time) for _, of_time in groupby(of_day, key=lambda row: row.time))


def may_be_met(row: Reading, kind: TimeToReading) -> bool:
    """Whether a reading of a day that is not known meets the comparison, or may do so."""
    return is_number(row.value) and compare(row.value, kind.operator, kind.limit) != Truth.NOT_MET


# --------------------------------------------------------------------------------------------------------------- events
def compile_time_to_event(kind: TimeToEvent, model: StudyModel) -> Judge:
    """The days to the first event on or after the start; censored at the last assessment, or when observation ends."""
    first_of, first_rival = compile_first(kind.events, model), compile_first(kind.competing, model)

    def judge(facts: Facts, is_asked: bool) -> tuple[Part, ...]:  # noqa: FBT001 - as every judge is called
        end = day_of(facts.events("death")) if kind.is_survival else participation_end(facts)
        start = start_day(kind.start, end, facts)
        if isinstance(start, Part):
            return (start,)
        followed = FAR if end is None else end.last
        first, rival = first_of(facts, start, followed), first_rival(facts, start, followed)
        if kind.assessments:
            until = last_assessed(kind.assessments, start, facts, followed)
        else:
            until = not_before(start, seen_until(facts) if kind.is_survival else observed_until(facts))
        if isinstance(until, Part):
            if first.day is None and rival.day is None and not first.doubts and not rival.doubts:
                return (until,)
            until = start, ""
        is_ended = first.day is not None or rival.day is not None
        notes = () if is_ended else too_late((*kind.events, *kind.competing), facts, max(start, followed + 1))
        return (ended(start, first, rival, until, notes, is_asked=is_asked),)

    return judge


def compile_first(patterns: Sequence[EventPattern], model: StudyModel) -> Callable[[Facts, int, int], First]:
    """The first of some events; one without a row, of which none proves nothing, may have come before all others."""
    milestones = {milestone.name for milestone in model.vocabulary.milestones}
    histories = [(each, compile_history(each.name, model)) for each in patterns if each.name not in milestones]

    def run(facts: Facts, start: int, followed: int) -> First:
        found = first_event(patterns, facts, start, followed)
        unproved = tuple(
            Doubt(start, f"whether there was any {each.name}: its history is not known to be complete")
            for each, is_complete in histories
            if not is_complete(facts) and not any(events_after((each,), facts, start, followed))
        )
        return evolve(found, doubts=(*unproved, *found.doubts))

    return run


def first_event(patterns: Sequence[EventPattern], facts: Facts, start: int, followed: int) -> First:
    """The first event on record from the start to the last day that is followed."""
    found = list(events_after(patterns, facts, start, followed))
    certain = [(event.first, pattern_words(pattern), event) for pattern, event, held in found if held == CERTAIN]
    doubts = tuple(
        Doubt(max(event.first, start), doubtful(pattern, event, facts))
        for pattern, event, held in found
        if held != CERTAIN
    )
    if not certain:
        return First(doubts=doubts)
    day, what, event = min(certain, key=lambda item: item[:2])
    return First(day, what, event_fact(event), doubts)


def doubtful(pattern: EventPattern, event: Event, facts: Facts) -> str:
    """Why an event may or may not be the first."""
    rows = facts.events(pattern.name)
    if pattern.name in ONCE and agreed_day(rows) is None:
        days = ", ".join(once(say_days(Days(row.first, row.last)) for row in rows))
        return f"when: the data give more than one day of {pattern.name} ({days})"
    return f"when: the {pattern.name} of {say_days(Days(event.first, event.last))} may be the first, or none"


def too_late(patterns: Sequence[EventPattern], facts: Facts, start: int) -> tuple[str, ...]:
    """That an event came after the end of participation, if one did: nobody was followed for it."""
    late = first_event(patterns, facts, start, FAR)
    if late.day is None:
        return ()
    day = say_days(Days(late.day, late.day))
    return (f"the {late.what} of {day} came after the end of participation, and does not count",)


def events_after(
    patterns: Sequence[EventPattern], facts: Facts, start: int, followed: int
) -> Iterator[tuple[EventPattern, Event, int]]:
    """Events that start, or may start, from one day to another and by the cut-off; 2 where they certainly do.

    Of an event whose own day is not known that is never certain. An end of participation that is known to the month
    leaves out nothing of that month: the participant was still seen then.
    """
    for pattern in patterns:
        for event in once_only(pattern.name, facts):
            held = min(matches(pattern, event), facts.belongs(event.first, event.last))
            if held and event.last >= start and event.first <= followed:
                yield pattern, event, held if event.first == event.last else 1


def once_only(name: str, facts: Facts) -> tuple[Event, ...]:
    """The events of a name; of what happens once, one: of the day on which all rows agree, or of any between them."""
    rows = facts.events(name)
    day = day_of(rows) if name in ONCE and len(rows) > 1 else None
    if day is None:
        return rows
    same = next((row for row in rows if (row.first, row.last) == (day.first, day.last)), rows[0])
    return (evolve(same, first=day.first, last=day.last),)


def last_assessed(assessments: Sequence[Assessment], start: int, facts: Facts, followed: int) -> tuple[int, str] | Part:
    """The day of the last of some assessments and what it is, else the start; what is missing where it is not known."""
    days = [
        (day, each.name)
        for each in assessments
        for day in days_assessed(each, facts)
        if day.last > start and day.first <= followed
    ]
    exact = [(day.first, name) for day, name in days if day.is_known]
    last, name = max(exact, default=(start, ""))
    vague = next(((day, name) for day, name in days if not day.is_known and day.last > last), None)
    if vague is not None:
        words = f"not known when: the exact day of the last {vague[1]} (the data give {say_days(vague[0])})"
        return Part(state="missing", words=words)
    names = " or ".join(each.name for each in assessments)
    return last, f"the last {name}" if name else f"no {names} after the start"


def days_assessed(of: Assessment, facts: Facts) -> Iterator[Days]:
    """The days on which an assessment was made, or may have been."""
    if of.kind == "measure":
        for reading in facts.readings(of.name):
            if reading.value is not None and facts.belongs(reading.first, reading.last):
                yield as_read(reading.first, reading.last, facts)
        return
    for name, found in match_visits(facts).visits.items():
        if of.name in {name, series_of(name, facts.model)}:
            yield from () if found.days is None else (found.days,)
            yield from (as_read(row.first, row.last, facts) for row in found.perhaps)


def not_before(start: int, observed: tuple[int | None, str]) -> tuple[int, str]:
    """The last day under observation, not before the start, and what it is."""
    until, words = observed
    if until is None:
        return start, words
    if until < start:
        return start, f"the start, which comes after {words}, {say_days(Days(until, until))}"
    return until, words


def observed_until(facts: Facts) -> tuple[int | None, str]:
    """The last day under observation, and what it is: the end of participation, else the last day the data show.

    Of an end that is known to the month or the year, a day on which the participant was seen, or its first.
    """
    seen, end = last_seen(facts), participation_end(facts)
    if end is None:
        return seen, "the last day that the data show"
    return max(end.first, min(seen or end.first, end.last)), "the end of participation"


def seen_until(facts: Facts) -> tuple[int | None, str]:
    """The last day on which the data show the participant, also after the end of participation, and what it is.

    Nobody is seen after death, whatever the data say.
    """
    until, words = observed_until(facts)
    seen, death = last_seen(facts), day_of(facts.events("death"))
    if seen is not None and death is not None:
        seen = min(seen, death.last)
    if until is None or seen is None or seen <= until:
        return until, words
    return seen, "the last day that the data show"


def last_seen(facts: Facts) -> int | None:
    """The last day on which the data certainly show the participant: a visit, reading, administration or event."""
    record = facts.record
    days = [row.first for name in record.events for row in once_only(name, facts) if facts.belongs(row.first, row.last)]
    days += [
        row.first
        for rows in record.readings.values()
        for row in rows
        if row.value is not None and facts.belongs(row.first, row.last)
    ]
    days += [
        row.first
        for rows in record.administrations.values()
        for row in rows
        if row.is_given and facts.belongs(row.first, row.last)
    ]
    days += [
        row.first
        for row in record.visits
        if row.status in {"held", "early termination"} and facts.belongs(row.first, row.last)
    ]
    return max(days, default=None)


# ----------------------------------------------------------------------------------------------------------------- both
def start_day(point: Point, end: Days | None, facts: Facts) -> int | Part:
    """The day that the time is counted from; else why there is none. ``end`` is that of what can be observed."""
    day = resolve(point, facts)
    if day is None:
        why = running((point,), facts)
        return Part(state="pending" if why else "missing", words=why or why_missing(point.milestone, facts))
    if end is not None and end.last < day.first:
        return Part(state="missing", words=f"participation ended on {say_days(end)}, before {point_words(point)}")
    if not day.is_known:
        return Part(state="missing", words=f"the exact day of {point.words} (the data give {say_days(day)})")
    if facts.cutoff.day is not None and day.first > facts.cutoff.day:
        return Part(state="pending", words=f"{point.words} is after the cut-off")
    return day.first


def ended(  # noqa: PLR0913 - what may end a time, and how it is told
    start: int, first: First, rival: First, until: tuple[int, str], notes: tuple[str, ...], *, is_asked: bool
) -> Part:
    """The time and what ended it: the event, an earlier competing one, or nothing that is known of.

    What is not exactly dated decides nothing unless it certainly comes later.
    """
    is_event = first.day is not None and (rival.day is None or first.day <= rival.day)
    decided = first.day if is_event else rival.day
    if why := doubt_before(decided, first, rival, is_event=is_event):
        return Part(state="missing", words=f"not known {why}", notes=notes)
    if is_event and first.day is not None:
        answer, day, words, fact = Timed(first.day - start, "event", first.what), first.day, first.what, first.fact
    elif rival.day is not None:
        answer, day, words, fact = Timed(rival.day - start, "competing", rival.what), rival.day, rival.what, rival.fact
    else:
        answer, day, words, fact = Timed(until[0] - start, "censored"), until[0], f"censored: {until[1]}", None
    if not is_asked:
        return Part(state="observed", answer=answer, notes=notes)
    told = f"{answer.days} days: {words} ({say_days(Days(day, day))})"
    return Part(state="observed", answer=answer, words=told, notes=notes, facts=() if fact is None else (fact,))


def doubt_before(decided: int | None, first: First, rival: First, *, is_event: bool) -> str:
    """What may have come before the day that decides, if anything; of one day an event goes before what competes."""
    for doubts, is_own in ((first.doubts, True), (rival.doubts, False)):
        for doubt in sorted(doubts, key=lambda each: each.day):
            ties = is_own and not is_event
            if decided is None or doubt.day < decided or (ties and doubt.day == decided):
                return doubt.words
    return ""
