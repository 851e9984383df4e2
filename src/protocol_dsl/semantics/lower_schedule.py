"""Treatments, arms and visits of the text as the plan of the model."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from attrs import evolve

from protocol_dsl.base.numbers import exact
from protocol_dsl.base.units import factor_between
from protocol_dsl.model import schedule as model
from protocol_dsl.model.points import Length, Point, Window
from protocol_dsl.semantics.document import Chapter
from protocol_dsl.semantics.lower_expressions import fault, place, point
from protocol_dsl.semantics.lower_series import Besides, arms_of, first_in_cycles, in_cycles, series
from protocol_dsl.semantics.lower_stops import stop_rules, stops
from protocol_dsl.semantics.lower_tests import test
from protocol_dsl.semantics.lower_vocabulary import codes
from protocol_dsl.semantics.points import length, period, visit_point, window, write_amount, write_point
from protocol_dsl.semantics.quantities import written
from protocol_dsl.semantics.series import points_of, said
from protocol_dsl.semantics.spacings import spacings_of
from protocol_dsl.semantics.visit_classes import assessed, assessed_besides, class_of, clauses_of, is_by_telephone
from protocol_dsl.syntax import ast

T = TypeVar("T")


def first(kind: type[T], clauses: Iterable[object]) -> T | None:
    """The first clause of one kind."""
    return next((clause for clause in clauses if isinstance(clause, kind)), None)


def every(kind: type[T], clauses: Iterable[object]) -> Iterator[T]:
    """The clauses of one kind, in order."""
    return (clause for clause in clauses if isinstance(clause, kind))


def lower_length(amount: ast.Amount) -> Length:
    """A length that the checks have found to be one."""
    return length(amount) or fault(amount)


def lower_window(written_window: ast.Window | None) -> Window:
    """A window; without one the planned day itself."""
    if written_window is None:
        return Window(Length(), Length())
    return window(written_window) or fault(written_window)


# ------------------------------------------------------------------------------------------------------ treatments
def treatment(node: ast.Treatment, chapter: Chapter) -> model.Treatment:
    """A treatment with its dose and its course."""
    chosen, written_dose = first(ast.ChosenBy, node.clauses), first(ast.Dose, node.clauses)
    planned = dose(written_dose) if written_dose else None
    levels = tuple(level(each, chapter) for clause in every(ast.Levels, node.clauses) for each in clause.levels)
    unit = planned.unit if planned else next((each.unit for each in levels), "")
    return model.Treatment(
        name=node.name.text,
        title=node.title.text or node.name.text,
        course=course(node, chapter),
        dose=planned,
        levels=tuple(in_unit(each, unit) for each in levels),
        chosen_by=chosen.name.text if chosen else None,
        codes=codes(node.clauses),
        place=place(node.name.span, chapter),
    )


def dose(node: ast.Dose) -> model.Dose:
    """A planned dose."""
    return model.Dose(
        amount=node.amount.number,
        unit=written(node.amount.unit.text) if node.amount.unit else "",
        route=node.route.text if node.route else None,
        times_daily=node.times_daily,
        days=lower_length(node.length).days if node.length else None,
    )


def level(node: ast.Level, chapter: Chapter) -> model.Level:
    """A dose level."""
    return model.Level(
        name=node.name.text,
        amount=node.amount.number,
        unit=written(node.amount.unit.text) if node.amount.unit else "",
        start=point(node.start, chapter) if node.start else None,
    )


def in_unit(one: model.Level, unit: str) -> model.Level:
    """A level in the unit of its treatment, in which doses are read."""
    factor = factor_between(one.unit, unit)
    return one if factor is None else evolve(one, amount=exact(one.amount * factor), unit=unit)


def course(node: ast.Treatment, chapter: Chapter) -> model.Continuous | model.Cycles | None:
    """When a treatment is given, as far as the text says."""
    continuous, cyclic = first(ast.Continuous, node.clauses), first(ast.Cycles, node.clauses)
    around = first(ast.Window, node.clauses)
    window = lower_window(around) if around else None
    if during := first(ast.ContinuousDuring, node.clauses):
        within = period(ast.During(during.epoch, span=during.span), chapter)
        return model.Continuous(within.start or fault(during), within.end, window)
    if continuous:
        end = point(continuous.end, chapter) if continuous.end else None
        return model.Continuous(point(continuous.start, chapter), end, window)
    if (inside := first(ast.CyclesInside, node.clauses)) is not None:
        return cycles_inside(inside, node, chapter)
    return cycles(cyclic, node, chapter) if cyclic else None


def cycles(node: ast.Cycles, treatment_node: ast.Treatment, chapter: Chapter) -> model.Cycles:
    """The cycles of a treatment."""
    clauses = treatment_node.clauses
    counted = first(ast.CountedFrom, clauses)
    return model.Cycles(
        up_to=node.up_to,
        start=point(node.start, chapter),
        stops=stops(node.until, chapter),
        spacings=spacings_of(node),
        counted_from="previous start" if counted and counted.reference == "previous start" else "plan",
        window=lower_window(first(ast.Window, clauses)),
        none_after=none_after(clauses, chapter),
        skipped_count=first(ast.SkippedDoNotCount, clauses) is None,
        rules=(*cycle_rules(clauses, chapter), *stop_rules(node.until, chapter)),
    )


def cycles_inside(node: ast.CyclesInside, treatment_node: ast.Treatment, chapter: Chapter) -> model.Cycles:
    """One in each of the cycles of another treatment, or in some of them."""
    clauses, inside = treatment_node.clauses, in_cycles(node.days, treatment_node)
    return model.Cycles(
        up_to=None,
        start=first_in_cycles(inside),
        window=lower_window(first(ast.Window, clauses)),
        none_after=none_after(clauses, chapter),
        rules=tuple(cycle_rules(clauses, chapter)),
        inside=inside,
    )


def none_after(clauses: Iterable[object], chapter: Chapter) -> Point | None:
    """The point after which no cycle is planned."""
    last = first(ast.NoneAfter, clauses)
    return point(last.point, chapter) if last else None


def cycle_rules(clauses: Iterable[object], chapter: Chapter) -> Iterator[model.CycleRule]:
    """The tests that are judged on the planned day of each cycle."""
    return (
        model.CycleRule(
            act=rule.act,
            test=test(rule.test, chapter),
            level=rule.level.text if rule.level else None,
            place=place(rule.span, chapter),
        )
        for rule in every(ast.CycleRule, clauses)
    )


def arm(node: ast.Arm, chapter: Chapter) -> model.Arm:
    """An arm, its treatments each once."""
    ratio = first(ast.Ratio, node.clauses)
    gifts = [gift for clause in every(ast.Gives, node.clauses) for gift in clause.gifts]
    given = (gift.treatment if isinstance(gift, ast.GivenIn) else gift for gift in gifts)
    return model.Arm(
        name=node.name.text,
        title=node.title.text or node.name.text,
        gives=tuple(dict.fromkeys(name.text for name in given)),
        in_epochs=tuple(
            model.GivenIn(gift.treatment.text, gift.epoch.text) for gift in gifts if isinstance(gift, ast.GivenIn)
        ),
        ratio=ratio.parts if ratio else 1,
        codes=codes(node.clauses),
        place=place(node.name.span, chapter),
    )


def epoch(node: ast.Epoch, chapter: Chapter) -> model.Epoch:
    """A named period."""
    return model.Epoch(
        name=node.name.text,
        title=node.title.text or node.name.text,
        start=point(node.start, chapter),
        end=point(node.end, chapter),
        is_without_treatment=first(ast.WithoutTreatment, node.clauses) is not None,
        place=place(node.name.span, chapter),
    )


# ---------------------------------------------------------------------------------------------------------- visits
def visits(chapter: Chapter, kept: Mapping[int, ast.Declaration]) -> tuple[model.Visit, ...]:
    """The planned visits in the order of the text; ``kept`` are those of the model, by identity."""
    also = assessed_besides(chapter)
    return tuple(
        visit(planned, declaration, also, chapter)
        for declaration in kept.values()
        if isinstance(declaration, ast.Visits)
        for planned in declaration.visits
    )


def visit(node: ast.PlannedVisit, declaration: ast.Visits, besides: Besides, chapter: Chapter) -> model.Visit:
    """One planned visit with what its declaration, or its class, says of all its visits."""
    clauses = clauses_of(declaration, chapter)
    shared = class_of(declaration, chapter)
    counted, wide = first(ast.CountedFrom, clauses), first(ast.AnalysisWindow, clauses)
    grace = first(ast.Grace, clauses)
    asked = assessed((*clauses, *besides.get(node.name.text, ())))
    arms = tuple(dict.fromkeys(name.text for clause in every(ast.InArms, clauses) for name in clause.arms))
    many = series(node, declaration, besides, chapter)
    return model.Visit(
        name=node.name.text,
        title=node.title.text if node.title and node.title.text else node.name.text,
        point=first_point(many, node, declaration) if many else planned_point(node, chapter),
        window=lower_window(first(ast.Window, clauses)),
        counted_from="previous visit" if counted and counted.reference == "previous visit" else "plan",
        arms=arms or arms_of(node, chapter),
        assess=asked.every,
        either=asked.either,
        of_class=shared.name.text if shared else "",
        by_telephone=is_by_telephone(declaration, chapter),
        grace_days=lower_length(grace.length).days if grace else 0,
        analysis_window=lower_window(wide.window) if wide else None,
        codes=codes(clauses),
        series=many,
        place=place(node.name.span, chapter),
    )


def planned_point(node: ast.PlannedVisit, chapter: Chapter) -> Point:
    """The point of a visit, which the checks have found to be one."""
    return visit_point(node, chapter) or fault(node)


def first_point(several: model.Repeated | model.InCycles, node: ast.PlannedVisit, declaration: ast.Visits) -> Point:
    """The point of the first member of a series, in the words that say when all of them are planned."""
    if isinstance(several, model.InCycles):
        return first_in_cycles(several)
    again = said(ast.ThenEvery, declaration)
    words = " and ".join(map(write_point, points_of(node)))
    first_one = several.points[0]
    then = f", then every {write_amount(again.length)}" if again else ""
    return Point(first_one.milestone, first_one.months, first_one.days, words + then)
