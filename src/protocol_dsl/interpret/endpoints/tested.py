"""Proportions, medians, means and courses: a test or a value at visits."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from attrs import evolve

from protocol_dsl.base.days import Days, say_days
from protocol_dsl.base.numbers import write_range
from protocol_dsl.base.truth import Truth
from protocol_dsl.base.values import every, frozen
from protocol_dsl.interpret.comparison import shown as shown_number
from protocol_dsl.interpret.endpoints.needs import (
    Need,
    as_analysed,
    carried_forward,
    chosen,
    needs_of,
)
from protocol_dsl.interpret.endpoints.pending import awaited, not_planned, running
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.intervals import as_range
from protocol_dsl.interpret.readings import Found, Member, is_number
from protocol_dsl.interpret.reasons import FEW, Trace, once
from protocol_dsl.interpret.tests import compile_test
from protocol_dsl.interpret.values import CompiledValue, compile_value
from protocol_dsl.model.endpoints import Average, Course, Endpoint, MissingRule, Proportion
from protocol_dsl.model.expressions import IsRecorded, Value
from protocol_dsl.model.outcomes import Answer, Met, Part, Valued
from protocol_dsl.model.points import Point
from protocol_dsl.model.results import Fact
from protocol_dsl.model.study import StudyModel

Judge: TypeAlias = Callable[[Facts, bool], tuple[Part, ...]]
"""The parts of one participant; with reasons and facts where these are asked for."""
Ask: TypeAlias = Callable[[Facts], tuple[Answer | None, str, tuple[Fact, ...]]]
"""The answer, or none; why; and the rows used."""
CARRIED: MissingRule = "last value carried forward"


@frozen
class Question:
    """What is asked of a participant: the readings and points it needs, the answer, and its reasons.

    Whether there are readings of ``recorded`` is itself asked. ``carries`` says whether a missing value is replaced by
    the last one.
    """

    visit: str | None
    needs: tuple[Need, ...]
    points: tuple[Point, ...]
    quick: Callable[[Facts], Answer | None]
    ask: Ask
    recorded: tuple[Need, ...]
    carries: bool

    def part(self, facts: Facts, *, is_asked: bool) -> Part:
        """What is found: observed, missing with what may be carried forward, or not to be judged yet."""
        if words := not_planned(self.needs, facts):
            return Part(visit=self.visit, state="not applicable", words=words)
        if why := running(self.points, facts) or awaited(self.recorded, facts):
            return Part(visit=self.visit, state="pending", words=why)
        seen = as_analysed(facts, self.needs)
        answer = self.quick(seen)
        notes = disagreements(self.needs, facts)
        if answer is not None:
            part = Part(visit=self.visit, state="observed", answer=answer, notes=notes)
        elif why := awaited(self.needs, facts):
            return Part(visit=self.visit, state="pending", words=why, notes=notes)
        else:
            part = self.missing(facts, seen, notes)
        if is_asked:
            _, words, rows = self.ask(seen)
            part = evolve(part, words=part.words or words, facts=rows)
        return part

    def missing(self, facts: Facts, seen: Facts, notes: tuple[str, ...]) -> Part:
        """Nothing observed: why, and what the last value says."""
        _, words, _ = self.ask(seen)
        carried = carried_forward(facts, self.needs) if self.carries else None
        if carried is None:
            return Part(visit=self.visit, state="missing", words=words, notes=notes)
        again, how = carried
        return Part(visit=self.visit, state="missing", carried=self.quick(again), words=f"{words}; {how}", notes=notes)


def compile_proportion(kind: Proportion, endpoint: Endpoint, model: StudyModel) -> Judge:
    """Whether the test is met."""
    test = compile_test(kind.test, model)

    def quick(facts: Facts) -> Answer | None:
        truth = test.judge(facts)
        return None if truth == Truth.UNKNOWN else Met(truth == Truth.MET)

    def ask(facts: Facts) -> tuple[Answer | None, str, tuple[Fact, ...]]:
        found = test.explain(facts)
        return quick(facts), found.words, found.facts

    needs = needs_of(kind.test, endpoint, model)
    points = tuple(dict.fromkeys(every(Point, kind.test)))
    asked = tuple(dict.fromkeys(every(IsRecorded, kind.test)))
    question = Question(None, needs, points, quick, ask, needs_of(asked, endpoint, model), CARRIED in endpoint.missing)
    return lambda facts, is_asked: (question.part(facts, is_asked=is_asked),)


def compile_average(kind: Average, endpoint: Endpoint, model: StudyModel) -> Judge:
    """The value."""
    question = compile_point(None, kind.value, endpoint, model)
    return lambda facts, is_asked: (question.part(facts, is_asked=is_asked),)


def compile_course(kind: Course, endpoint: Endpoint, model: StudyModel) -> Judge:
    """The value at each visit."""
    questions = [compile_point(point.visit, point.value, endpoint, model) for point in kind.points]
    return lambda facts, is_asked: tuple(question.part(facts, is_asked=is_asked) for question in questions)


def compile_point(visit: str | None, value: Value, endpoint: Endpoint, model: StudyModel) -> Question:
    """One value."""
    compiled = compile_value(value, model)

    def quick(facts: Facts) -> Answer | None:
        return answer_of(compiled.run(facts, None))

    def ask(facts: Facts) -> tuple[Answer | None, str, tuple[Fact, ...]]:
        trace = Trace()
        found = compiled.run(facts, trace)
        return answer_of(found), value_words(compiled, found, trace), tuple(dict.fromkeys(trace.facts))

    needs = needs_of(value, endpoint, model)
    points = tuple(dict.fromkeys(every(Point, value)))
    return Question(visit, needs, points, quick, ask, (), CARRIED in endpoint.missing)


def answer_of(found: Found) -> Answer | None:
    """A value as an answer; one of several categories is none."""
    return None if found is None or isinstance(found, frozenset) else Valued(found)


def value_words(compiled: CompiledValue, found: Found, trace: Trace) -> str:
    """What the value is, or why there is none."""
    if isinstance(found, str):
        return f"{compiled.words} is {found}"
    if is_number(found):
        return f"{compiled.words} is {shown_number(compiled, compiled, found)}"
    if isinstance(found, frozenset):
        return f"{compiled.words} is {' or '.join(sorted(found))}"
    return f"{compiled.words} is {trace.why or 'not recorded'}"


def disagreements(needs: Sequence[Need], facts: Facts) -> tuple[str, ...]:
    """Readings of one visit that disagree, and what is made of them."""
    return once(
        f"{len(found)} readings of {need.measure} may be the one of {need.visit.name} "
        f"({'; '.join(few(found))}): "
        "none goes before the other, so the value is any from the lowest to the highest"
        for need in needs
        if len(found := chosen(need, facts)) > 1 and len({member.row.value for member in found}) > 1
    )


def few(members: Sequence[Member]) -> list[str]:
    """The first few readings in words, and how many more there are."""
    more = [f"and {len(members) - FEW} more"] if len(members) > FEW else []
    return [*map(shown, members[:FEW]), *more]


def shown(member: Member) -> str:
    """A reading in a few words: ``190 on 2005-06-13``."""
    value, day = member.row.value, say_days(Days(member.row.first, member.row.last))
    return f"{write_range(as_range(value)) if is_number(value) else value} on {day}"
