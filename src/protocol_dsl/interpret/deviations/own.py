"""Deviations that the protocol itself defines."""

from collections.abc import Iterator

from protocol_dsl.base.values import every, frozen
from protocol_dsl.interpret.deviations.for_now import TO_COME, Awaited, awaited_by, is_met_for_now
from protocol_dsl.interpret.deviations.judged import About, Derive, Found, Judged, deviation, query
from protocol_dsl.interpret.points import resolve
from protocol_dsl.interpret.slots import MET, NOT_MET
from protocol_dsl.interpret.tests import CompiledTest, compile_test
from protocol_dsl.model.deviation_codes import OWN, OWN_UNDETERMINED
from protocol_dsl.model.points import Period, Point
from protocol_dsl.model.rules import OwnDeviation
from protocol_dsl.model.study import StudyModel


@frozen
class CompiledOwn:
    """A deviation with its test compiled, the points it speaks of, the ends of its periods, and what it waits for."""

    rule: OwnDeviation
    test: CompiledTest
    points: tuple[Point, ...]
    ends: frozenset[Point]
    awaited: Awaited


def compile_own(rule: OwnDeviation, model: StudyModel) -> CompiledOwn:
    """The test and what it waits for."""
    points = tuple(dict.fromkeys(every(Point, rule.test)))
    ends = frozenset(period.end for period in every(Period, rule.test) if period.end is not None)
    return CompiledOwn(rule, compile_test(rule.test, model), points, ends, awaited_by(rule.test))


def derive_own(model: StudyModel) -> Derive:
    """Each own deviation judged at the cut-off.

    It has no date, being no single act. One that is unknown is a query, unless what it speaks of is still to come: a
    point without a day, one after the cut-off that is not the end of a period, or a visit not yet due. One that is met,
    and that what is to come may undo (``no training from W0 to W52``), is told once it cannot.
    """
    compiled = tuple(compile_own(rule, model) for rule in model.deviations)

    def derive(judged: Judged) -> Iterator[Found]:
        for own in compiled:
            truth = own.test.judge(judged.facts)
            is_open = is_met_for_now(own.test, own.awaited, judged) if truth == MET else is_to_come(own, judged)
            if truth == NOT_MET or is_open:
                continue
            finding = own.test.explain(judged.facts)
            rule = own.rule
            about = About(rule=rule.name, facts=finding.facts, place=rule.place)
            message = ": ".join(part for part in (rule.title or rule.name, finding.words) if part)
            if truth == MET:
                yield deviation(judged, OWN, about, message, category=rule.category, grade=rule.grade)
            else:
                yield query(judged, OWN_UNDETERMINED, about, message)

    return derive


def is_to_come(own: CompiledOwn, judged: Judged) -> bool:
    """Whether the test speaks of what is not there yet."""
    cutoff = judged.facts.cutoff.day
    for point in own.points:
        day = resolve(point, judged.facts)
        if day is None or cutoff is None or (day.first > cutoff and point not in own.ends):
            return True
    visits = {name for _, name in own.awaited.at_visits}
    return any(item.standing.status in TO_COME for item in judged.visits if item.visit.name in visits)
