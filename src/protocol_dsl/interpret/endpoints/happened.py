"""Events of a period: whether there was one and how many in what time, counts, and the worst grade."""

from protocol_dsl.base.days import Days, say_days
from protocol_dsl.base.numbers import several
from protocol_dsl.interpret.endpoints.needs import CERTAIN
from protocol_dsl.interpret.endpoints.pending import is_to_come, not_yet_known, running
from protocol_dsl.interpret.endpoints.tested import Judge, value_words
from protocol_dsl.interpret.endpoints.times import seen_until
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.histories import compile_history, tally
from protocol_dsl.interpret.patterns import pattern_words
from protocol_dsl.interpret.periods import Bounds, compile_period
from protocol_dsl.interpret.points import resolve
from protocol_dsl.interpret.readings import is_number
from protocol_dsl.interpret.reasons import Trace, event_fact, point_words
from protocol_dsl.interpret.values import compile_value
from protocol_dsl.model.endpoints import CountIn, EventsIn, WorstGrade
from protocol_dsl.model.expressions import CountOf, EventPattern, Pick
from protocol_dsl.model.outcomes import Graded, Happened, Part, Valued
from protocol_dsl.model.patterns import matches
from protocol_dsl.model.points import Period, Point
from protocol_dsl.model.records import Event
from protocol_dsl.model.study import StudyModel


def compile_events(kind: EventsIn, model: StudyModel) -> Judge:
    """Whether there was an event, how many, and the days under observation; of a period that goes on, so far."""
    period, so_far = compile_period(kind.period), compile_period(Period(kind.period.start))
    is_complete = compile_history(kind.events.name, model)

    def judge(facts: Facts, is_asked: bool) -> tuple[Part, ...]:  # noqa: FBT001 - as every judge is called
        is_open = kind.period.end is not None and bool(not_yet_known(kind.period.end, facts))
        bounds = (so_far if is_open else period)(facts)
        if (waiting := not_begun(kind.period, bounds, facts)) is not None or bounds is None:
            return (waiting or no_period(kind.period, facts),)
        trace = Trace()
        certain, perhaps = tally(kind.events, kind.period, bounds, facts, trace)
        name = pattern_words(kind.events)
        if not certain and (perhaps or not is_complete(facts)):
            why = trace.why or f"the history of {kind.events.name} is not known to be complete"
            return (Part(state="missing", words=f"not known whether there was any {name}: {why}"),)
        end = resolve(kind.period.end, facts) if kind.period.end is not None else None
        is_running = is_open or (end is not None and is_to_come(end, facts))
        until, _ = seen_until(facts)
        days = max(0, min(bounds.q1, until or bounds.p1) - bounds.p1)
        notes = (f"{several(perhaps, 'event')} more may belong: not counted",) if perhaps else ()
        answer = Happened(certain, days, is_running)
        if not is_asked:
            return (Part(state="observed", answer=answer, notes=notes),)
        words = f"{certain or 'no'} {name} in {several(days, 'day')}"
        return (Part(state="observed", answer=answer, words=words, notes=notes, facts=tuple(trace.facts)),)

    return judge


def compile_count(kind: CountIn, model: StudyModel) -> Judge:
    """How many events; awaited while the period goes on."""
    compiled = compile_value(CountOf(kind.events, kind.period), model)
    points = ends_of(kind.period)

    def judge(facts: Facts, is_asked: bool) -> tuple[Part, ...]:  # noqa: FBT001 - as every judge is called
        if why := running(points, facts):
            return (Part(state="pending", words=why),)
        trace = Trace()
        found = compiled.run(facts, trace)
        words = value_words(compiled, found, trace)
        if not is_number(found):
            return (Part(state="missing", words=words),)
        rows = tuple(trace.facts) if is_asked else ()
        return (Part(state="observed", answer=Valued(found), words=words if is_asked else "", facts=rows),)

    return judge


def compile_ladder(kind: WorstGrade, model: StudyModel) -> Judge:
    """The worst grade of readings; awaited while the period goes on.

    It is missing where there is no reading, or where it is not exactly known.
    """
    compiled = compile_value(Pick("highest", kind.events.name, kind.period), model)
    period, points = compile_period(kind.period), ends_of(kind.period)

    def judge(facts: Facts, is_asked: bool) -> tuple[Part, ...]:  # noqa: FBT001 - as every judge is called
        if why := running(points, facts):
            return (Part(state="pending", words=why),)
        bounds = period(facts)
        if bounds is None:
            return (no_period(kind.period, facts),)
        trace = Trace()
        worst = compiled.run(facts, trace)
        words = value_words(compiled, worst, trace)
        if not isinstance(worst, int):
            return (Part(state="missing", words=words),)
        rows = tuple(trace.facts) if is_asked else ()
        return (Part(state="observed", answer=Graded(worst), words=words if is_asked else "", facts=rows),)

    return judge


def compile_grade(kind: WorstGrade, model: StudyModel) -> Judge:
    """The worst grade, 0 where there was no such event; awaited while the period goes on."""
    if any(ladder.name == kind.events.name for ladder in model.vocabulary.ladders):
        return compile_ladder(kind, model)
    period, points = compile_period(kind.period), ends_of(kind.period)
    is_complete = compile_history(kind.events.name, model)
    ranges = {each.name: each.grades for each in model.vocabulary.events}
    grades = ranges.get(kind.events.name)
    worst_there_is = grades[1] if grades else None

    def judge(facts: Facts, is_asked: bool) -> tuple[Part, ...]:  # noqa: FBT001 - as every judge is called
        if why := running(points, facts):
            return (Part(state="pending", words=why),)
        bounds = period(facts)
        if bounds is None:
            return (no_period(kind.period, facts),)
        rows = [(event, held(kind.events, event, bounds)) for event in facts.events(kind.events.name)]
        certain = [event.grade for event, truth in rows if truth == CERTAIN and event.grade is not None]
        worst = max(certain, default=0)
        if worst_there_is is None or worst < worst_there_is:
            if doubtful := next((event for event, truth in rows if truth and may_be_worse(event, truth, worst)), None):
                day = say_days(Days(doubtful.first, doubtful.last))
                lacks = "has no grade" if doubtful.grade is None else "may not belong"
                words = f"not known: the {kind.events.name} of {day} {lacks}"
                return (Part(state="missing", words=words),)
            if not is_complete(facts):
                words = f"not known: the history of {kind.events.name} is not known to be complete"
                return (Part(state="missing", words=words),)
        if not is_asked:
            return (Part(state="observed", answer=Graded(worst)),)
        words = f"grade {worst}" if worst else f"no {pattern_words(kind.events)}"
        used = tuple(event_fact(event) for event, truth in rows if truth)
        return (Part(state="observed", answer=Graded(worst), words=words, facts=used),)

    return judge


def held(pattern: EventPattern, event: Event, bounds: Bounds) -> int:
    """Whether an event is one of the pattern and starts in the period: 2 certainly, 1 perhaps, 0 not."""
    return min(matches(pattern, event), bounds.holds(event.first, event.last))


def may_be_worse(event: Event, truth: int, worst: int) -> bool:
    """Whether an event leaves the worst grade open: it has no grade, or may not belong and would be worse."""
    return event.grade is None or (truth != CERTAIN and event.grade > worst)


def ends_of(period: Period) -> tuple[Point, ...]:
    """The points from which and to which a period goes."""
    return tuple(point for point in (period.start, period.end) if point is not None)


def not_begun(period: Period, bounds: Bounds | None, facts: Facts) -> Part | None:
    """The part of whoever has a period that begins after the cut-off, or on a day not known yet; nothing for others."""
    cutoff = facts.cutoff.day
    if period.start is not None and (why := not_yet_known(period.start, facts)):
        return Part(state="pending", words=f"{point_words(period.start)} is not yet known: {why}")
    if period.start is None or bounds is None or cutoff is None or bounds.p1 <= cutoff:
        return None
    return Part(state="pending", words=f"{period.start.words} is after the cut-off")


def no_period(period: Period, facts: Facts) -> Part:
    """The part of a participant who has no such period."""
    trace = Trace()
    trace.no_period(period, facts)
    return Part(state="missing", words=trace.why or "not known: the period has no day")
