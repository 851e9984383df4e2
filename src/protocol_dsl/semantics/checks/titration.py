"""PD321 to PD324: dose levels that are never planned, that say the same, or that lower nothing."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, pairwise

from protocol_dsl.base.diagnostics import Code, Diagnostic, Label
from protocol_dsl.base.numbers import Number, exact
from protocol_dsl.base.values import frozen
from protocol_dsl.model.points import EPOCH_START, Length, Point
from protocol_dsl.semantics.apart import days_apart, is_before
from protocol_dsl.semantics.checks.cycles import planned_cycles
from protocol_dsl.semantics.document import Chapter, Document
from protocol_dsl.semantics.lower_schedule import every, first
from protocol_dsl.semantics.points import epoch_named, length, resolve, window, write_amount
from protocol_dsl.semantics.quantities import factor
from protocol_dsl.syntax import ast

NEVER_PLANNED = Code("PD321", "never planned", "warning")
ONE_AMOUNT = Code("PD322", "the same amount", "warning")
LOWERS_NOTHING = Code("PD323", "lowers nothing", "warning")
NO_LEVEL_YET = Code("PD324", "none before this", "warning")


@frozen
class Course:
    """From when to when a treatment is given; nothing where it goes on, or where nobody knows beforehand."""

    start: Point | None
    end: Point | None


def levels_never_reached(document: Document) -> Iterator[Diagnostic]:
    """PD321: a level begins after the treatment has ended, or on the day of another one that goes before it."""
    chapter = document.main
    for treatment in chapter.nodes.of(ast.Treatment):
        steps = steps_of(treatment)
        for place, step in enumerate(steps):
            begin = begun(step, chapter)
            found = courses_of(treatment, begin, chapter)
            after = next((other for other in steps[place + 1 :] if begin and begun(other, chapter) == begin), None)
            if found and all(is_before(course.end, begin) for course in found):
                message = f"level {step.name.text} begins after the last day of {treatment.name.text}"
                yield NEVER_PLANNED.at(step.span, message, hint="let the level begin earlier, or the treatment go on")
            elif after is not None:
                yield NEVER_PLANNED.at(
                    step.span,
                    f"level {after.name.text} begins on the same day, and goes before level {step.name.text}",
                    labels=(Label(after.span, "goes before it"),),
                    hint="change the day of one of the two",
                )


def levels_of_one_amount(document: Document) -> Iterator[Diagnostic]:
    """PD322: two allowed levels are one amount, or a level and the one after it, or the only level and the dose."""
    chapter = document.main
    for treatment in chapter.nodes.of(ast.Treatment):
        dose, steps = first(ast.Dose, treatment.clauses), steps_of(treatment)
        allowed = tuple(level for level in levels_of(treatment) if level.start is None)
        for one, other in (*combinations(allowed, 2), *pairwise(in_order(steps, chapter))):
            if ratio(one.amount, other.amount) == 1 and (
                one.start is None or begun(one, chapter) != begun(other, chapter)
            ):
                yield as_much(other, one.amount, f"level {one.name.text}")
        reduced = {rule.level.text for rule in reductions(treatment) if rule.level}
        is_alone = len(allowed) == 1 and not steps and allowed[0].name.text not in reduced
        if dose and is_alone and ratio(dose.amount, allowed[0].amount) == 1:
            yield as_much(allowed[0], dose.amount, "the dose")


def as_much(level: ast.Level, other: ast.Amount, words: str) -> Diagnostic:
    """The message of PD322."""
    message = f"level {level.name.text} is as much as {words}"
    hint = "change its amount, or leave the level out"
    return ONE_AMOUNT.at(level.amount.span, message, labels=(Label(other.span, words),), hint=hint)


def levels_that_lower_nothing(document: Document) -> Iterator[Diagnostic]:
    """PD323: a dose is reduced to a level that is no less than what is given otherwise."""
    for treatment in document.main.nodes.of(ast.Treatment):
        dose, levels = first(ast.Dose, treatment.clauses), levels_of(treatment)
        for rule in reductions(treatment):
            level = next((each for each in levels if rule.level and each.name.text == rule.level.text), None)
            others = [each.amount for each in levels if each is not level and (dose is None or each.start)]
            others += [dose.amount] if dose else []
            ratios = [ratio(other, level.amount) for other in others] if level else []
            if level and rule.level and ratios and all(each is not None and each >= 1 for each in ratios):
                than = "the dose" if dose else "any other level"
                yield LOWERS_NOTHING.at(
                    rule.level.span,
                    f"level {level.name.text} is {write_amount(level.amount)}, no less than {than}",
                    labels=(
                        Label(level.amount.span, "the level"),
                        *([Label(dose.amount.span, "the dose")] if dose else []),
                    ),
                    hint=f"name a level below {than}, or change its amount",
                )


def levels_that_begin_late(document: Document) -> Iterator[Diagnostic]:
    """PD324: a treatment is given before its first level begins, when any level is as good as another."""
    chapter = document.main
    for treatment in chapter.nodes.of(ast.Treatment):
        name, dose = treatment.name.text, first(ast.Dose, treatment.clauses)
        for step in in_order(steps_of(treatment), chapter)[:1]:
            found = courses_of(treatment, begun(step, chapter), chapter)
            begins = [begun(each, chapter) for each in steps_of(treatment)]
            start = found[0].start if found else None
            if start and all(is_before(course.start, begin) for course in found for begin in begins):
                amount = write_amount(dose.amount) if dose else "AMOUNT"
                yield NO_LEVEL_YET.at(
                    step.span,
                    f"{name} is given from {start.words or EPOCH_START}, and no level is planned before this one",
                    hint=f"add: level NAME {amount} from {start.words or EPOCH_START}",
                )


# ------------------------------------------------------------------------------------------------- levels and courses
def levels_of(treatment: ast.Treatment) -> tuple[ast.Level, ...]:
    """The levels of a treatment, in the order of the text."""
    return tuple(level for clause in every(ast.Levels, treatment.clauses) for level in clause.levels)


def steps_of(treatment: ast.Treatment) -> tuple[ast.Level, ...]:
    """The levels that begin at a point."""
    return tuple(level for level in levels_of(treatment) if level.start is not None)


def reductions(treatment: ast.Treatment) -> Iterator[ast.CycleRule]:
    """The rules by which a dose is reduced."""
    return (rule for rule in every(ast.CycleRule, treatment.clauses) if rule.act == "reduce to")


def begun(level: ast.Level, chapter: Chapter) -> Point | None:
    """The point at which a level begins."""
    return resolve(level.start, chapter) if level.start else None


def in_order(steps: tuple[ast.Level, ...], chapter: Chapter) -> tuple[ast.Level, ...]:
    """Levels by the day on which they begin; none where only the participant's days can tell."""
    days = [days_apart(begun(steps[0], chapter), begun(step, chapter)) for step in steps]
    found = sorted(((each.least, place) for place, each in enumerate(days) if each), key=lambda pair: pair[0])
    return tuple(steps[place] for _, place in found) if len(found) == len(steps) else ()


def ratio(one: ast.Amount, other: ast.Amount) -> Number | None:
    """How many times as much the second of two amounts is as the first; nothing where their units do not convert."""
    step = factor(other.unit.text, one.unit.text) if one.unit and other.unit else None
    return exact(Fraction(other.number * step) / one.number) if step is not None and one.number else None


def courses_of(treatment: ast.Treatment, begin: Point | None, chapter: Chapter) -> tuple[Course, ...]:
    """The courses of a treatment, one for each epoch in which it is given, counted from what ``begin`` counts from."""
    clauses = treatment.clauses
    if (continuous := first(ast.Continuous, clauses)) is not None:
        end = resolve(continuous.end, chapter) if continuous.end else None
        return (Course(resolve(continuous.start, chapter), end),)
    if (during := first(ast.ContinuousDuring, clauses)) is not None:
        return in_epochs((during.epoch,), begin, chapter)
    if (cycles := first(ast.Cycles, clauses)) is not None:
        return (Course(resolve(cycles.start, chapter), last_day(treatment, cycles, chapter)),)
    if first(ast.CyclesInside, clauses):
        return ()
    gifts = (gift for gift in chapter.nodes.of(ast.GivenIn) if gift.treatment.text == treatment.name.text)
    return in_epochs(tuple(gift.epoch for gift in gifts), begin, chapter)


def in_epochs(names: tuple[ast.Name, ...], begin: Point | None, chapter: Chapter) -> tuple[Course, ...]:
    """Epochs as courses: their days, or how long they are where ``begin`` counts from their first day."""
    epochs = [epoch for name in names if (epoch := epoch_named(name.text, chapter))]
    days = [(resolve(epoch.start, chapter), resolve(epoch.end, chapter)) for epoch in epochs]
    if begin is None or begin.milestone != EPOCH_START:
        return tuple(Course(start, end) for start, end in days)
    lengths = [days_apart(start, end) for start, end in days]
    return tuple(
        Course(Point(EPOCH_START), None if length is None else Point(EPOCH_START, days=length.most))
        for length in lengths
    )


def last_day(treatment: ast.Treatment, cycles: ast.Cycles, chapter: Chapter) -> Point | None:
    """The last day on which a dose of the last cycle may be given; nothing where cycles may be put off, or go on."""
    clauses = treatment.clauses
    counted, planned = first(ast.CountedFrom, clauses), planned_cycles(cycles, clauses, chapter)
    is_put_off = any(rule.act == "delay while" for rule in every(ast.CycleRule, clauses))
    is_moved = (counted and counted.reference != "plan") or first(ast.SkippedDoNotCount, clauses)
    if not planned or is_put_off or is_moved:
        return None
    dose, written = first(ast.Dose, clauses), first(ast.Window, clauses)
    taken, around = length(dose.length) if dose and dose.length else None, window(written) if written else None
    late = around.late if around else Length()
    last = planned[-1]
    return Point(last.milestone, last.months + late.months, last.days + late.days + (taken.days - 1 if taken else 0))
