"""Series of visits of the text as those of the model."""

from collections.abc import Iterator, Mapping

from protocol_dsl.model import schedule as model
from protocol_dsl.model.given import GivenDay
from protocol_dsl.model.points import Point
from protocol_dsl.semantics.cycle_names import only_of
from protocol_dsl.semantics.document import Chapter
from protocol_dsl.semantics.lower_expressions import fault, point
from protocol_dsl.semantics.lower_stops import stop_rules, stops
from protocol_dsl.semantics.names import is_series
from protocol_dsl.semantics.points import length
from protocol_dsl.semantics.series import points_of, said
from protocol_dsl.semantics.visit_classes import assessed, clauses_of
from protocol_dsl.syntax import ast

Besides = Mapping[str, tuple[ast.Assess, ...]]


def series(
    node: ast.PlannedVisit, declaration: ast.Visits, besides: Besides, chapter: Chapter
) -> model.Repeated | model.InCycles | None:
    """The series that a name of a head stands for, or nothing where it is one visit."""
    if not is_series(node, declaration):
        return None
    also = tuple(asked_besides(node, declaration, besides, chapter))
    if node.in_cycles:
        return in_cycles(node.in_cycles, declaration, also)
    again = said(ast.ThenEvery, declaration)
    return model.Repeated(
        points=tuple(point(each, chapter) for each in points_of(node)),
        every=(length(again.length) or fault(again)) if again else None,
        stops=stops(again.until, chapter) if again else (),
        rules=tuple(stop_rules(again.until, chapter)) if again else (),
        also=also,
    )


def in_cycles(
    days: ast.CycleDays, declaration: ast.Visits | ast.Treatment, also: tuple[model.Also, ...] = ()
) -> model.InCycles:
    """Days of the cycles of a treatment, for visits or for another treatment."""
    counted = said(ast.CountedFrom, declaration)
    return model.InCycles(
        treatment=days.treatment.text,
        days=tuple(sorted(set(days.days))),
        counted_from="plan" if counted and counted.reference == "plan" else "start",
        only=only_of(said(ast.Only, declaration)),
        also=also,
    )


def first_in_cycles(several: model.InCycles) -> Point:
    """The start of the first cycle, in the words that say which days of the cycles are meant."""
    days = ", ".join(map(str, several.days))
    words = f"cycle day {days} of {several.treatment}"
    return Point(GivenDay(what="cycle", number=1, treatment=several.treatment).milestone, words=words)


def asked_besides(
    node: ast.PlannedVisit, declaration: ast.Visits, besides: Besides, chapter: Chapter
) -> Iterator[model.Also]:
    """What ``at CT2 also assess M`` asks for at one member, together with what is asked for at all."""
    for name, more in besides.items():
        symbol = chapter.find(name, "visit")
        if symbol and symbol.visits is declaration and symbol.span == node.name.span and name != node.name.text:
            asked = assessed((*clauses_of(declaration, chapter), *more))
            yield model.Also(visit=name, assess=asked.every, either=asked.either)


def arms_of(node: ast.PlannedVisit, chapter: Chapter) -> tuple[str, ...]:
    """The arms that give the treatment in whose cycles the visits lie; none where every arm does."""
    if node.in_cycles is None:
        return ()
    name, arms = node.in_cycles.treatment.text, tuple(chapter.nodes.of(ast.Arm))
    giving = [arm.name.text for arm in arms if name in gifts(arm)]
    return () if len(giving) == len(arms) else tuple(dict.fromkeys(giving))


def gifts(arm: ast.Arm) -> tuple[str, ...]:
    """The treatments that an arm gives."""
    return tuple(name.text for clause in arm.clauses if isinstance(clause, ast.Gives) for name in clause.treatments)
