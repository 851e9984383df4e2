"""PD209 to PD216, PD224, PD228: the cycles of a treatment, and the author's own check of their arithmetic."""

from collections.abc import Iterator

from protocol_dsl.base.diagnostics import Code, Diagnostic, Label
from protocol_dsl.base.source import Span
from protocol_dsl.model.points import Length, Point, Window
from protocol_dsl.semantics.apart import LONGEST_MONTH, SHORTEST_MONTH, is_before
from protocol_dsl.semantics.cycle_names import MOST_CYCLES, only_of
from protocol_dsl.semantics.document import Chapter, Document
from protocol_dsl.semantics.lower_schedule import every, first
from protocol_dsl.semantics.lower_stops import bounds_of
from protocol_dsl.semantics.points import length, resolve, window, write_amount, write_point
from protocol_dsl.semantics.spacings import spacings_of
from protocol_dsl.syntax import ast

WINDOW_TOO_WIDE = Code("PD209", "wider than the spacing")
NO_CYCLE_FITS = Code("PD210", "before the first cycle")
CYCLES_OVERRUN = Code("PD211", "not all cycles fit", "warning")
LAST_CYCLE_ELSEWHERE = Code("PD212", "the plan says otherwise")
COUNT_DIFFERS = Code("PD213", "the plan says otherwise")
NEEDS_CYCLES = Code("PD215", "there are no cycles")
TWO_COURSES = Code("PD216", "a second course")
NO_SPACING = Code("PD224", "how far apart?")
STILL_GIVEN = Code("PD228", "still given when the next begins", "warning")

COURSES = (ast.Continuous, ast.ContinuousDuring, ast.Cycles, ast.CyclesInside)
WEEK = 7


def planned_cycles(node: ast.Cycles, clauses: tuple[object, ...], chapter: Chapter) -> tuple[Point, ...] | None:
    """The planned points of all cycles that ``none after`` allows, and the points that they go on until.

    ``None`` for an open plan, and while the text holds other mistakes.
    """
    start = resolve(node.start, chapter)
    if start is None or not can_be_planned(node):
        return None
    # What counts from something else ends none of them: nobody plans thousands to find that out.
    if node.up_to is None and all(end.milestone != start.milestone for end in last_points(node, clauses, chapter)):
        return None
    found = tuple(first_points(node, clauses, chapter))
    return None if node.up_to is None and len(found) == MOST_CYCLES else found


def can_be_planned(node: ast.Cycles) -> bool:
    """Whether the text says how many cycles there are at most, and how far apart, without a mistake."""
    up_to = MOST_CYCLES if node.up_to is None else node.up_to
    spacings = spacings_of(node)
    return 1 <= up_to <= MOST_CYCLES and (up_to == 1 or bool(spacings)) and all(map(is_some, spacings))


def first_points(node: ast.Cycles, clauses: tuple[object, ...], chapter: Chapter) -> Iterator[Point]:
    """The planned points of the cycles one by one; of an open plan as many as a plan may have."""
    start, spacings, bounds = resolve(node.start, chapter), spacings_of(node), last_points(node, clauses, chapter)
    if start is None or not can_be_planned(node):
        return
    months, days = start.months, start.days
    for number in range(MOST_CYCLES if node.up_to is None else node.up_to):
        if number:
            step = spacings[min(number, len(spacings)) - 1]
            months, days = months + step.months, days + step.days
        point = Point(start.milestone, months, days)
        if not all(is_by(point, bound) for bound in bounds):
            return
        yield point


def planned_inside(node: ast.CyclesInside, clauses: tuple[object, ...], chapter: Chapter) -> tuple[Point, ...] | None:
    """The planned points of cycles in those of another treatment, as far as these are known beforehand."""
    symbol = chapter.find(node.days.treatment.text, "treatment")
    host = symbol.node if symbol and isinstance(symbol.node, ast.Treatment) else None
    course = first(ast.Cycles, host.clauses) if host else None
    around = planned_cycles(course, host.clauses, chapter) if host and course else None
    if around is None or not node.days.days:
        return None
    only, after, last = only_of(first(ast.Only, clauses)), node.days.days[0] - 1, first(ast.NoneAfter, clauses)
    bound = resolve(last.point, chapter) if last else None
    days = (Point(at.milestone, at.months, at.days + after) for number, at in enumerate(around, 1) if only.has(number))
    return tuple(day for day in days if bound is None or is_by(day, bound))


def is_by(day: Point, bound: Point) -> bool:
    """Whether a planned point is on or before another; where that hangs on the participant, it may be."""
    return (day.milestone, day.months) != (bound.milestone, bound.months) or day.days <= bound.days


def last_points(node: ast.Cycles, clauses: tuple[object, ...], chapter: Chapter) -> tuple[Point, ...]:
    """The points after which no cycle is planned, as far as they are known."""
    return tuple(found for point in ends_of(node, clauses, chapter) if (found := resolve(point, chapter)))


def ends_of(node: ast.Cycles, clauses: tuple[object, ...], chapter: Chapter) -> tuple[ast.Point, ...]:
    """The points after which no cycle is planned, as the text has them."""
    last = first(ast.NoneAfter, clauses)
    return (*([last.point] if last else []), *bounds_of(node.until, chapter))


def write(point: Point, like: Point, words: str) -> str:
    """A point as the author would write it: in weeks when the expectation is in weeks."""
    if words.startswith("W") and not point.months and not point.days % WEEK and point.milestone == like.milestone:
        return f"W{point.days // WEEK}"
    days = f"{point.days} days" if point.days else ""
    months = f"{point.months} months" if point.months else ""
    return f"{' and '.join(part for part in (months, days) if part) or '0 days'} after {point.milestone}"


def courses(document: Document) -> Iterator[tuple[ast.Treatment, ast.Cycles]]:
    """The treatments that are given in cycles."""
    for treatment in document.main.nodes.of(ast.Treatment):
        if cycles := first(ast.Cycles, treatment.clauses):
            yield treatment, cycles


def plans(document: Document) -> Iterator[tuple[ast.Treatment, Span, tuple[Point, ...] | None]]:
    """The treatments that are given in cycles, where the text says so, and their planned points, if they are known."""
    chapter = document.main
    for treatment in chapter.nodes.of(ast.Treatment):
        if cycles := first(ast.Cycles, treatment.clauses):
            yield treatment, cycles.span, planned_cycles(cycles, treatment.clauses, chapter)
        elif inside := first(ast.CyclesInside, treatment.clauses):
            yield treatment, inside.span, planned_inside(inside, treatment.clauses, chapter)


def windows_too_wide(document: Document) -> Iterator[Diagnostic]:
    """PD209: the window of a cycle is as long as the time between two cycles, so that a day may belong to both.

    Where calendar months are added, it is so whatever their days are.
    """
    for treatment, cycles in courses(document):
        written = first(ast.Window, treatment.clauses)
        around = window(written) if written else None
        if written is None or around is None:
            continue
        for spacing in amounts_of(cycles):
            step = length(spacing)
            if step and is_some(step) and is_as_wide(around, step):
                yield WINDOW_TOO_WIDE.at(
                    written.span,
                    f"{width_words(around)}, and the next is planned {write_amount(spacing)} later",
                    labels=(Label(spacing.span, "the spacing"),),
                    hint="make the window smaller than the spacing",
                )
                break


def is_as_wide(around: Window, step: Length) -> bool:
    """Whether a window is as long as the time between two cycles, whatever days the months have."""
    months = around.late.months - around.early.months - step.months
    days = around.late.days - around.early.days - step.days
    return days + months * (SHORTEST_MONTH if months > 0 else LONGEST_MONTH) >= 0


def is_some(step: Length) -> bool:
    """Whether cycles are any time apart."""
    return step.months > 0 or step.days > 0


def width_words(around: Window) -> str:
    """How long a window is."""
    if around.early.months or around.late.months:
        return f"the window of a cycle is {around.early.words} to {around.late.words}"
    return f"the window of a cycle holds {around.late.days - around.early.days + 1} days"


def doses_into_the_next(document: Document) -> Iterator[Diagnostic]:
    """PD228: the dose of a cycle takes more days than there are until the next cycle."""
    for treatment, cycles in courses(document):
        dose = first(ast.Dose, treatment.clauses)
        taken = length(dose.length) if dose and dose.length else None
        for spacing in amounts_of(cycles) if taken else ():
            step = length(spacing)
            if taken and step and is_some(step) and taken.days > SHORTEST_MONTH * step.months + step.days:
                yield STILL_GIVEN.at(
                    dose.length.span if dose and dose.length else spacing.span,
                    f"a cycle takes {taken.days} days, and the next is planned {write_amount(spacing)} after its first",
                    labels=(Label(spacing.span, "the spacing"),),
                    hint="a cycle takes no longer than it is until the next",
                )
                break


def no_cycle_fits(document: Document) -> Iterator[Diagnostic]:
    """PD210: the last point of the cycles lies before the first cycle."""
    chapter = document.main
    for treatment, cycles in courses(document):
        begin = resolve(cycles.start, chapter)
        for end in ends_of(cycles, treatment.clauses, chapter):
            if is_before(resolve(end, chapter), begin):
                yield NO_CYCLE_FITS.at(
                    end.span,
                    f"no cycle of {treatment.name.text} lies before {write_point(end)}",
                    labels=(Label(cycles.start.span, "the first cycle"),),
                    hint="let the cycles begin earlier, or end later",
                )
                break


def cycles_that_overrun(document: Document) -> Iterator[Diagnostic]:
    """PD211: fewer cycles fit before the last point than the text allows."""
    for treatment, cycles in courses(document):
        last = first(ast.NoneAfter, treatment.clauses)
        planned = planned_cycles(cycles, treatment.clauses, document.main)
        if last and planned and cycles.up_to is not None and len(planned) < cycles.up_to:
            yield CYCLES_OVERRUN.at(
                last.span,
                f"{len(planned)} of {cycles.up_to} cycles of {treatment.name.text} are planned up to "
                f"{write_point(last.point)}, the next after it",
                labels=(Label(cycles.span, f"up to {cycles.up_to} cycles"),),
                hint=f"write: cycles up to {len(planned)}",
            )


def last_cycles_elsewhere(document: Document) -> Iterator[Diagnostic]:
    """PD212: the last cycle is not planned where the author expects it; the message shows the arithmetic."""
    chapter = document.main
    for treatment, written, planned in plans(document):
        for clause in every(ast.ExpectLastCycle, treatment.clauses):
            expected = resolve(clause.point, chapter)
            if planned and expected and expected != planned[-1]:
                words = write_point(clause.point)
                way = ", ".join(write(point, expected, words) for point in planned)
                yield LAST_CYCLE_ELSEWHERE.at(
                    clause.span,
                    f"the last cycle is at {write(planned[-1], expected, words)}, not {words}",
                    labels=(Label(written, f"cycles at {way}"),),
                    hint="change the start, the spacing or the number of cycles",
                )


def counts_that_differ(document: Document) -> Iterator[Diagnostic]:
    """PD213: the plan has another number of cycles or of administrations than the author expects."""
    for treatment, written, planned in plans(document):
        dose = first(ast.Dose, treatment.clauses)
        is_told = not planned and any(isinstance(clause, ast.Cycles) for clause in treatment.clauses)  # by PD210
        if planned is None or is_told:
            continue
        for clause in every(ast.ExpectCount, treatment.clauses):
            count, how = len(planned), f"{len(planned)} cycles are planned"
            if clause.what == "administrations":
                days = length(dose.length) if dose and dose.length else None
                daily = dose.times_daily if dose and dose.times_daily else 1
                a_day, each = daily, days.days if days else 1
                if each <= 0:
                    continue  # told by PD226
                count *= a_day * each
                how = f"{len(planned)} cycles of {each} days with {a_day} a day are {count} administrations"
            if count != clause.count:
                yield COUNT_DIFFERS.at(
                    clause.span,
                    f"{how}, not {clause.count}",
                    labels=(Label(written, "planned here"),),
                    hint=f"write: expect {count} {clause.what}, or change the plan",
                )


def clauses_that_need_cycles(document: Document) -> Iterator[Diagnostic]:
    """PD215: something is said about cycles of a treatment that has none."""
    kinds = (
        ast.Only,
        ast.CountedFrom,
        ast.Window,
        ast.NoneAfter,
        ast.SkippedDoNotCount,
        ast.CycleRule,
        ast.ExpectLastCycle,
        ast.ExpectCount,
    )
    for treatment in document.main.nodes.of(ast.Treatment):
        has_cycles = any(isinstance(clause, ast.Cycles | ast.CyclesInside) for clause in treatment.clauses)
        is_continuous = any(isinstance(clause, ast.Continuous | ast.ContinuousDuring) for clause in treatment.clauses)
        if not has_cycles and treatment.span not in document.broken:
            for clause in treatment.clauses:
                if isinstance(clause, kinds) and not (is_continuous and isinstance(clause, ast.Window)):
                    yield NEEDS_CYCLES.at(
                        clause.span,
                        f"this is about cycles, and {treatment.name.text} has none",
                        hint="add: cycles up to 8 from W0, spaced 4 weeks",
                    )


def two_courses(document: Document) -> Iterator[Diagnostic]:
    """PD216: a treatment is both continuous and given in cycles, or either of them twice."""
    for treatment in document.main.nodes.of(ast.Treatment):
        courses_said = [clause for clause in treatment.clauses if isinstance(clause, COURSES)]
        for clause in courses_said[1:]:
            yield TWO_COURSES.at(
                clause.span,
                f"{treatment.name.text} already has a course",
                labels=(Label(courses_said[0].span, "the first"),),
                hint="declare two treatments",
            )


def spacings_missing(document: Document) -> Iterator[Diagnostic]:
    """PD224: several cycles are planned without saying how far apart, or nothing apart, or none at all."""
    for treatment, cycles in courses(document):
        name = treatment.name.text
        if cycles.up_to is not None and cycles.up_to > 1 and not amounts_of(cycles):
            yield NO_SPACING.at(cycles.span, f"the cycles of {name} have no spacing", hint="add: spaced 4 weeks")
        if cycles.up_to is not None and not 1 <= cycles.up_to <= MOST_CYCLES:
            hint = f"write a number from 1 to {MOST_CYCLES}"
            yield NO_SPACING.at(cycles.span, f"{name} has {cycles.up_to} cycles", label="how many?", hint=hint)
        for spacing in amounts_of(cycles):
            step = length(spacing)
            if step is not None and not is_some(step):
                hint = "write how long it is from one to the next, such as: spaced 4 weeks"
                yield NO_SPACING.at(spacing.span, "two cycles cannot start on one day", label="no distance", hint=hint)


def repeats_missing(document: Document) -> Iterator[Diagnostic]:
    """PD224: a visit is repeated after no time."""
    for again in document.main.nodes.of(ast.ThenEvery):
        step = length(again.length)
        if step is not None and not is_some(step):
            hint = "write how long it is from one to the next, such as: then every 4 weeks"
            message = "a visit cannot be repeated on one day"
            yield NO_SPACING.at(again.length.span, message, label="no distance", hint=hint)


def amounts_of(cycles: ast.Cycles) -> tuple[ast.Amount, ...]:
    """The lengths between cycles as written."""
    return (*cycles.spacings, *(pace.length for pace in cycles.paces))
