"""PD254 to PD260, PD266 to PD268: visits that are repeated or lie inside cycles, and what counts from doses."""

from collections.abc import Iterator

from protocol_dsl.base.diagnostics import Code, Diagnostic, Label
from protocol_dsl.base.nearest import did_you_mean
from protocol_dsl.base.source import Span
from protocol_dsl.semantics.apart import is_before
from protocol_dsl.semantics.checks.open_plans import NO_END
from protocol_dsl.semantics.checks.visits import read_at
from protocol_dsl.semantics.cycle_names import ORDINALS, only_of, range_of
from protocol_dsl.semantics.document import Chapter, Document
from protocol_dsl.semantics.lower_schedule import every, first
from protocol_dsl.semantics.lower_series import gifts
from protocol_dsl.semantics.lower_stops import bounds_of
from protocol_dsl.semantics.names import WORDS, Symbol, is_series, is_study_time
from protocol_dsl.semantics.points import resolve
from protocol_dsl.semantics.series import member, names, points_of, repeated, said
from protocol_dsl.semantics.spacings import spacings_of
from protocol_dsl.semantics.ways import ways, written
from protocol_dsl.syntax import ast

MEMBER_TAKEN = Code("PD254", "one of the series would have this name")
NO_SUCH_DAY = Code("PD255", "no day of a cycle")
NO_CYCLES = Code("PD256", "it has no cycles")
AFTER_THE_LAST = Code("PD266", "no such visit")
IN_NO_CYCLE = Code("PD267", "no such cycle", "warning")
OTHER_ARM = Code("PD268", "never has these visits", "warning")
NOT_OF_A_SERIES = Code("PD257", "this is about several visits")
NO_ORDINAL = Code("PD258", "which cycles?")
PLAN_IN_A_CIRCLE = Code("PD259", "leads back to itself")
RULE_READS_PLAN = Code("PD260", "hangs on the cycles")


def all_series(chapter: Chapter) -> Iterator[tuple[ast.PlannedVisit, ast.Visits]]:
    """Every name of a head that stands for several visits, with its declaration."""
    for node in chapter.nodes.of(ast.Visits):
        yield from ((visit, node) for visit in node.visits if is_series(visit, node))


def members_taken(document: Document) -> Iterator[Diagnostic]:
    """PD254: a visit of a series would be called like something else that the text declares, or like study time."""
    chapter = document.main
    for series in chapter.series:
        for name, symbols in chapter.symbols.items():
            if name != series.name and name.startswith(series.name) and member(series, name):
                other = symbols[0]
                yield MEMBER_TAKEN.at(
                    series.span,
                    f"{name} of the series {series.name} is also {WORDS[other.kind]}",
                    labels=() if other.is_built_in else (Label(other.span, "declared here"),),
                    hint="give the series another name",
                )
                break
        node, declaration = series.node, series.visits
        if isinstance(node, ast.PlannedVisit) and declaration and is_study_time(names(node, declaration)[0]):
            message = f"{names(node, declaration)[0]} of the series {series.name} is also a point in study time"
            yield MEMBER_TAKEN.at(series.span, message, hint="give the series another name")


def visits_without_end(document: Document) -> Iterator[Diagnostic]:
    """PD250: nothing ends visits that are repeated, so that they would be owed for ever."""
    for node in document.main.nodes.of(ast.Visits):
        again = said(ast.ThenEvery, node)
        if again is not None and not again.until:
            yield NO_END.at(
                again.span,
                f"nothing ends the visits {node.visits[0].name.text}",
                hint="add: until death, or the event or point that ends them",
            )


def days_outside_cycles(document: Document) -> Iterator[Diagnostic]:
    """PD255: a day of a cycle is 0, said twice, or lies beyond the shortest cycle."""
    chapter = document.main
    for days in chapter.nodes.of(ast.CycleDays):
        name = days.treatment.text
        cycles = cycles_of(name, chapter)
        lengths = spacings_of(cycles) if cycles else ()
        shortest = min((length.days for length in lengths if not length.months), default=None)
        for number, day in enumerate(days.days):
            if day < 1:
                yield NO_SUCH_DAY.at(days.span, "the first day of a cycle is day 1", hint="count from 1")
            elif day in days.days[:number]:
                yield NO_SUCH_DAY.at(days.span, f"day {day} is named twice", hint="keep one of the two")
            elif shortest is not None and day > shortest:
                yield NO_SUCH_DAY.at(
                    days.span,
                    f"day {day} lies after the last day of a cycle of {name}, which is as short as {shortest} days",
                    labels=(Label(cycles.span, "the cycles"),) if cycles else (),
                    hint="count the days from the start of each cycle",
                )


def cycles_of(treatment: str, chapter: Chapter) -> ast.Cycles | None:
    """The cycles of a treatment by its name."""
    symbol = chapter.find(treatment, "treatment")
    return first(ast.Cycles, symbol.node.clauses) if symbol and isinstance(symbol.node, ast.Treatment) else None


def treatments_without_cycles(document: Document) -> Iterator[Diagnostic]:
    """PD256: a visit or a point counts from the cycles of a treatment that has none, or not so many."""
    chapter = document.main
    for node in chapter.nodes.either(ast.CycleDays, ast.CyclePoint):
        symbol = chapter.find(node.treatment.text, "treatment")
        if symbol is None or not isinstance(symbol.node, ast.Treatment) or symbol.node.span in document.broken:
            continue
        if own_cycles(symbol.node) is None:
            name = node.treatment.text
            yield NO_CYCLES.at(
                node.span,
                f"{name} has no cycles",
                labels=(Label(symbol.span, "declared here"),),
                hint=f"add to {name}: cycles every 21 days from W0 until death",
            )
    for span, name, number in cycles_named(chapter):
        if (at := lacks_cycle(name, number, chapter)) is not None:
            message = f"{name} has no cycle {number}"
            yield NO_CYCLES.at(span, message, labels=(Label(at, "its cycles"),), hint="name one that it has")


def only_in_no_cycle(document: Document) -> Iterator[Diagnostic]:
    """PD267: something is only in cycles of which there are not so many, so that it is never due in them."""
    chapter = document.main
    clauses = [node.clauses for node in chapter.nodes.of(ast.Treatment)]
    days = [first(ast.CyclesInside, each) for each in clauses]
    found = [(first(ast.Only, each), inside.days) for each, inside in zip(clauses, days, strict=True) if inside]
    visits = ((node, visit.in_cycles) for node in chapter.nodes.of(ast.Visits) for visit in node.visits[:1])
    found += [(first(ast.Only, node.clauses), inside) for node, inside in visits if inside]
    for only, inside in found:
        for some in only.ranges if only else ():
            name, cycles = inside.treatment.text, range_of(some)
            at = lacks_cycle(name, cycles.first, chapter) if cycles else None
            if cycles and at is not None:
                message = f"{name} has no cycle {cycles.first}"
                yield IN_NO_CYCLE.at(
                    some.span, message, labels=(Label(at, "its cycles"),), hint="name cycles that it has"
                )


def lacks_cycle(treatment: str, number: int, chapter: Chapter) -> Span | None:
    """Where the cycles of a treatment are declared, if no version of it has one of this number."""
    versions = [each for each in chapter.nodes.of(ast.Treatment) if each.name.text == treatment]
    at = next((clause.span for each in versions if (clause := own_cycles(each))), None)
    return None if any(has_cycle(each, number) for each in versions) else at


def own_cycles(treatment: ast.Treatment) -> ast.Cycles | ast.CyclesInside | None:
    """What says that a treatment is given in cycles, its own or those of another."""
    return first(ast.Cycles, treatment.clauses) or first(ast.CyclesInside, treatment.clauses)


def cycles_named(chapter: Chapter) -> Iterator[tuple[Span, str, int]]:
    """The cycles that the text names by number: where, of which treatment, and the number."""
    for point in chapter.nodes.of(ast.CyclePoint):
        yield point.span, point.treatment.text, point.number
    for name in visits_named(chapter):
        series = series_named(name.text, chapter)
        is_inside = series is not None and isinstance(series.node, ast.PlannedVisit) and series.node.in_cycles
        symbol = chapter.find(name.text, "visit") if is_inside else None
        for cycle in ast.every(ast.CyclePoint, symbol.node) if symbol else ():
            yield name.span, cycle.treatment.text, cycle.number


def visits_named(chapter: Chapter) -> Iterator[ast.Name]:
    """The visits that the text names outside their declarations."""
    nodes = chapter.nodes
    yield from (visit for _, visit in read_at(chapter))
    yield from (name for node in nodes.of(ast.AlsoAssess) for name in node.visits)
    yield from (name for node in nodes.of(ast.GradeLine) for name in node.visits)
    yield from (node.name for node in nodes.of(ast.NamedPoint))


def series_named(name: str, chapter: Chapter) -> Symbol | None:
    """The series of which a name is a visit; nothing for a name that is declared itself."""
    if name in chapter.symbols:
        return None
    return next((series for series in chapter.series if member(series, name)), None)


def has_cycle(treatment: ast.Treatment, number: int) -> bool:
    """Whether a treatment that has cycles may have one of this number."""
    cycles = first(ast.Cycles, treatment.clauses)
    is_counted = cycles is not None and first(ast.SkippedDoNotCount, treatment.clauses) is None
    most = number if cycles is None or not is_counted or cycles.up_to is None else cycles.up_to
    return 1 <= number <= most and only_of(first(ast.Only, treatment.clauses)).has(number)


def visits_after_the_last(document: Document) -> Iterator[Diagnostic]:
    """PD266: the text names a visit of a series that lies after the point on which the series ends."""
    chapter = document.main
    told: set[str] = set()
    for name in visits_named(chapter):
        series = series_named(name.text, chapter)
        if series is None or name.text in told:
            continue
        number = name.text.removeprefix(series.name)
        versions = [(visit, node) for visit, node in all_series(chapter) if visit.name.text == series.name]
        if not number.isdecimal() or any(is_planned(int(number), *each, chapter) for each in versions):
            continue
        told.add(name.text)
        before = reversed(range(1, int(number)))
        last = next((each for each in before if any(is_planned(each, *one, chapter) for one in versions)), None)
        yield AFTER_THE_LAST.at(
            name.span,
            f"{name.text} is planned after the series {series.name} has ended",
            labels=(Label(series.span, "the series"),),
            hint=f"the last is {series.name}{last}" if last else "let the series end later",
        )


def is_planned(number: int, visit: ast.PlannedVisit, node: ast.Visits, chapter: Chapter) -> bool:
    """Whether a repeated visit of this number may be planned; of those that the text lists PD265 speaks."""
    again, point = said(ast.ThenEvery, node), repeated(visit, node, str(number))
    if number <= len(points_of(visit)) or point is None or again is None:
        return point is not None
    planned = resolve(point, chapter)
    return not any(is_before(resolve(stop, chapter), planned) for stop in bounds_of(again.until, chapter))


def clauses_of_series(document: Document) -> Iterator[Diagnostic]:
    """PD257: a clause that only some series of visits can have."""
    for node in document.main.nodes.of(ast.Visits):
        in_cycles = [visit for visit in node.visits if visit.in_cycles]
        again, only, counted = said(ast.ThenEvery, node), said(ast.Only, node), said(ast.CountedFrom, node)
        if again and in_cycles:
            yield NOT_OF_A_SERIES.at(
                again.span, "visits inside cycles are repeated with the cycles", hint="leave this clause out"
            )
        if only and len(in_cycles) < len(node.visits):
            yield NOT_OF_A_SERIES.at(
                only.span,
                f"only says in which cycles a visit lies, and {node.visits[0].name.text} does not lie in cycles",
                hint="write: at cycle day 1 of TREATMENT",
            )
        if counted and in_cycles and counted.reference == "previous visit":
            yield NOT_OF_A_SERIES.at(
                counted.span,
                "visits inside cycles are counted from the cycle, not from the previous visit",
                hint="leave this out, or write: counted from plan",
            )
        for extra in list(every(ast.ThenEvery, node.clauses))[1:]:
            yield NOT_OF_A_SERIES.at(extra.span, "how often these visits are repeated is said twice")


def visits_of_other_arms(document: Document) -> Iterator[Diagnostic]:
    """PD268: visits that lie in the cycles of a treatment are said to be of an arm that does not give it."""
    chapter = document.main
    giving: dict[str, set[str]] = {}
    for arm in chapter.nodes.of(ast.Arm):
        giving.setdefault(arm.name.text, set()).update(gifts(arm))
    for node in chapter.nodes.of(ast.Visits):
        arms = [name for clause in every(ast.InArms, node.clauses) for name in clause.arms]
        days = next((visit.in_cycles for visit in node.visits if visit.in_cycles), None)
        for name in arms if days else ():
            if days and name.text in giving and days.treatment.text not in giving[name.text]:
                yield OTHER_ARM.at(
                    name.span,
                    f"arm {name.text} does not give {days.treatment.text}, in whose cycles these visits lie",
                    labels=(Label(days.span, "in these cycles"),),
                    hint="name an arm that gives it",
                )


def ordinals_unknown(document: Document) -> Iterator[Diagnostic]:
    """PD258: a word that is no second, third, and so on to tenth."""
    for only in document.main.nodes.of(ast.Only):
        word = only.ordinal
        if word and word.text not in ORDINALS:
            yield NO_ORDINAL.at(
                word.span,
                f"{word.text} is none of second, third, and so on up to tenth",
                hint=did_you_mean(word.text, ORDINALS) or "write: every second cycle",
            )


# ------------------------------------------------------------------------------------------- what hangs on the cycles
def plans_in_circles(document: Document) -> Iterator[Diagnostic]:
    """PD259: the cycles of a treatment hang on doses or cycles that hang on them."""
    chapter = document.main
    places = {node.name.text: node.name.span for node in chapter.nodes.of(ast.Treatment)}
    needs = {node.name.text: tuple(hangs_on(node, chapter)) for node in chapter.nodes.of(ast.Treatment)}
    for circle in ways(tuple(places), lambda name: needs.get(name, ())).circles:
        message = f"treatments in a circle: {written(circle, 'is planned by')}"
        yield PLAN_IN_A_CIRCLE.at(places[circle[0]], message)


def hangs_on(node: ast.Treatment, chapter: Chapter) -> Iterator[str]:
    """The treatments on whose doses or cycles the plan of one hangs; without a name the last dose is that of all."""
    for clause in node.clauses:
        if isinstance(clause, ast.CycleRule):
            continue
        if isinstance(clause, ast.CyclesInside):
            yield clause.days.treatment.text
        for given in points_below(clause, chapter):
            if given.treatment is None:
                yield from (other.name.text for other in chapter.nodes.of(ast.Treatment))
            elif isinstance(given, ast.CyclePoint) or given.which == "last":
                yield given.treatment.text


def points_below(node: object, chapter: Chapter) -> Iterator[ast.DosePoint | ast.CyclePoint]:
    """The doses and cycles from which the points below a node count, through the visits that they name."""
    seen: set[str] = set()
    left: list[object] = [node]
    while left:
        at = left.pop()
        yield from ast.every(ast.DosePoint, at)
        yield from ast.every(ast.CyclePoint, at)
        for name in ast.every(ast.Name, at):
            symbol = None if name.text in seen else chapter.find(name.text, "visit")
            seen.add(name.text)
            if symbol and isinstance(symbol.node, ast.PlannedVisit) and symbol.node.point:
                left.append(symbol.node.point)


def rules_that_read_the_plan(document: Document) -> Iterator[Diagnostic]:
    """PD260: a test by which a plan goes, or the end of participation, hangs on the cycles.

    A visit inside cycles, a cycle and the last dose are planned by the cycles, and the cycles by the test; and with the
    end of participation they end themselves.
    """
    chapter = document.main
    tests = [(rule.test, rule.span) for rule in chapter.nodes.of(ast.CycleRule)]
    tests += [(stop.test, stop.span) for stop in chapter.nodes.of(ast.StopWhen)]
    for test, span in tests:
        if words := next(reads(test, chapter), ""):
            yield RULE_READS_PLAN.at(
                span,
                f"this test reads {words}, which is planned by the cycles",
                hint="read the latest value before a point instead, such as: latest M before W52",
            )
    for node in chapter.nodes.of(ast.ParticipationEnds):
        if words := next(reads(node, chapter), ""):
            yield RULE_READS_PLAN.at(
                node.span,
                f"participation ends with {words}, which is itself known only once participation has ended",
                hint="count from another day, such as: participation ends at W52, or at 52 weeks after first dose",
            )


def reads(test: ast.Expression | ast.ParticipationEnds, chapter: Chapter) -> Iterator[str]:
    """What of a plan a test reads, in words."""
    for given in points_below(test, chapter):
        if isinstance(given, ast.CyclePoint):
            yield f"cycle {given.number} of {given.treatment.text}"
        elif given.which == "last":
            yield "the last dose"
