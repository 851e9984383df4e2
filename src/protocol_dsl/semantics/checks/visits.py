"""PD201 to PD208, PD227, PD231 and PD237: visits, their points and windows, and what is read at them."""

from collections.abc import Iterator, Mapping

from protocol_dsl.base.diagnostics import Code, Diagnostic, Edit, Fix, Label, respelt
from protocol_dsl.base.nearest import did_you_mean
from protocol_dsl.base.numbers import write_number
from protocol_dsl.base.values import frozen
from protocol_dsl.model.points import Point
from protocol_dsl.semantics.apart import is_before
from protocol_dsl.semantics.checks.circles import ways_of_visits
from protocol_dsl.semantics.checks.names import is_read, title_hint
from protocol_dsl.semantics.document import Chapter, Document
from protocol_dsl.semantics.ladders import measured
from protocol_dsl.semantics.lower_schedule import every, first
from protocol_dsl.semantics.lower_stops import bounds_of
from protocol_dsl.semantics.names import Symbol, is_series, is_study_time
from protocol_dsl.semantics.points import ORIGIN, named, resolve, visit_point, window, write_point
from protocol_dsl.semantics.series import names
from protocol_dsl.semantics.visit_classes import assessed, assessed_besides, clauses_of
from protocol_dsl.syntax import ast

UNSCHEDULED_VISIT = Code("PD201", "not a scheduled visit")
NOT_ASSESSED = Code("PD202", "not assessed there")
NO_POINT = Code("PD203", "no point in time")
VISIT_WITHOUT_POINT = Code("PD204", "no planned day")
NO_WINDOW = Code("PD206", "this day and no other", "warning")
EMPTY_WINDOW = Code("PD207", "holds no day")
BESIDE_THE_DAY = Code("PD237", "without the planned day", "warning")
WINDOWS_OVERLAP = Code("PD208", "its window overlaps", "warning")
VISIT_ELSEWHERE = Code("PD227", "two points of one name")
PERIOD_REVERSED = Code("PD231", "ends before it begins")

MEMBERS_COMPARED = 24
"""Visits of a series whose windows are held to those of others: a series may have no last one."""


def visit_names(document: Document) -> set[str]:
    """The names of all scheduled visits, in whatever version of the text; of a series those of the first ones."""
    series = (symbol for symbols in document.main.symbols.values() for symbol in symbols if symbol.kind == "series")
    return {*document.main.known("visit"), *(name for symbol in series for name in names_of(symbol))}


def read_at(chapter: Chapter) -> Iterator[tuple[ast.Name, ast.Name]]:
    """Each measure with each visit at which it is read."""
    for reading in chapter.nodes.of(ast.ReadingAt):
        yield reading.measure, reading.visit
    for change in chapter.nodes.of(ast.Change):
        yield change.measure, change.start
        yield change.measure, change.end
    for course in chapter.nodes.of(ast.Course):
        yield from ((course.measure, visit) for visit in course.visits)


def unscheduled_visits(document: Document) -> Iterator[Diagnostic]:
    """PD201: a value is read at a visit that the protocol never schedules.

    Nobody would ever have the value, so the rule would be unknown for everyone.
    """
    visits = visit_names(document)
    in_capitals = {name.upper() for name in visits if not is_study_time(name)}
    for chapter in document.chapters:
        for measure, visit in read_at(chapter):
            is_told = visit.text in document.half_read | in_capitals or not is_read(visit)
            if not document.main.find(visit.text, "visit") and not is_told:
                series = document.main.find(visit.text, "series")
                yield UNSCHEDULED_VISIT.at(
                    visit.span,
                    f"{measure.text} is read at {visit.text}, but no visit {visit.text} is scheduled",
                    hint=several(series)
                    if series
                    else did_you_mean(visit.text, visits) or title_hint(visit.text, document.main, "visit"),
                    fix=None if series else respelt(visit.span, visit.text, visits),
                )


def several(series: Symbol) -> str:
    """What to write in place of the name of a series."""
    return f"{series.name} are several visits; name one of them: {', '.join(names_of(series))}"


def names_of(series: Symbol) -> tuple[str, ...]:
    """The names of the first visits of a series."""
    node, declaration = series.node, series.visits
    return names(node, declaration) if isinstance(node, ast.PlannedVisit) and declaration else ()


def readings_not_assessed(document: Document) -> Iterator[Diagnostic]:
    """PD202: a value is read at a visit that does not assess it, so that hardly anyone would have it."""
    chapter = document.main
    also = assessed_besides(chapter)
    known_at: dict[str, set[str]] = {}
    places: dict[str, ast.Name] = {}
    read = {visit.text for _, visit in read_at(chapter)}
    for node in chapter.nodes.of(ast.Visits):
        clauses = clauses_of(node, chapter)
        for visit in node.visits:
            of_series = {name for name in read if (symbol := chapter.find(name, "visit")) and symbol.visits is node}
            for name in (visit.name.text, *of_series):
                asked = assessed((*clauses, *also.get(name, ())))
                known_at.setdefault(name, set()).update(asked.every)
                places.setdefault(name, visit.name)
    for measure, visit_name in read_at(chapter):
        name, subject = visit_name.text, measured(measure.text, chapter)
        if name in known_at and chapter.find(subject, "measure") and subject not in known_at[name]:
            what = pronoun(measure.text, subject)
            yield NOT_ASSESSED.at(
                visit_name.span,
                f"{measure.text} is read at {name}, and the visit {name} does not assess {what}",
                labels=(Label(places[name].span, "scheduled here"),),
                hint=f"add: at {name} also assess {subject}",
            )
    for time in chapter.nodes.of(ast.TimeToFirst):
        name = measured(time.measure.text, chapter) if time.measure else ""
        if time.measure and chapter.find(name, "measure") and not any(name in known for known in known_at.values()):
            message = f"{name} is followed over time, and no visit assesses it"
            yield NOT_ASSESSED.at(time.measure.span, message, hint=f"add: assess {name}")
    for each in (each for clause in chapter.nodes.of(ast.CensoredAt) for each in clause.assessments):
        if chapter.find(each.text, "measure") and not any(each.text in known for known in known_at.values()):
            message = f"times are censored at the last {each.text}, and no visit assesses it"
            yield NOT_ASSESSED.at(each.span, message, hint=f"add: assess {each.text}")


def pronoun(name: str, measure: str) -> str:
    """The measure in a sentence that has named ``name``, which may be its ladder."""
    return "it" if name == measure else measure


def points_that_are_none(document: Document) -> Iterator[Diagnostic]:
    """PD203: study time is named in a protocol that has no anchor W0 to count from."""
    for chapter in document.chapters:
        for node in chapter.nodes.of(ast.NamedPoint):
            name = node.name.text
            unknown = is_study_time(name) and not chapter.find(name, "anchor", "visit") and named(name, chapter) is None
            if unknown and not document.half_read and not has_origin(chapter):
                yield NO_POINT.at(
                    node.span,
                    f"{name} counts from an anchor named W0, and there is none",
                    hint="add: anchor W0 is randomization",
                )


def has_origin(chapter: Chapter) -> bool:
    """Whether there is an anchor W0; that its milestone is unknown is told there, once."""
    return any(anchor.name.text == ORIGIN for anchor in chapter.nodes.of(ast.Anchor))


def visits_without_point(document: Document) -> Iterator[Diagnostic]:
    """PD204: a visit has a name that is no point, and does not say when it is planned."""
    chapter = document.main
    for visit in chapter.nodes.of(ast.PlannedVisit):
        is_left = visit.point is None and visit.in_cycles is None and not document.half_read
        if is_left and visit_point(visit, chapter) is None:
            name = visit.name.text
            if (is_study_time(name) and has_origin(chapter)) or chapter.find(name, "anchor"):
                continue  # what the anchor lacks is told there
            why = "counts from an anchor named W0, and there is none" if is_study_time(name) else "is no point in time"
            hint = "add: anchor W0 is randomization" if is_study_time(name) else f"write: visit {name} at POINT"
            capital = name.upper() if is_study_time(name.upper()) and not is_study_time(name) else None
            yield VISIT_WITHOUT_POINT.at(
                visit.name.span,
                f"{name} {why}",
                hint=f"did you mean {capital}?" if capital else hint,
                fix=Fix(f"write {capital}", (Edit(visit.name.span, capital),), "unsafe") if capital else None,
            )


def visits_elsewhere(document: Document) -> Iterator[Diagnostic]:
    """PD227: a visit is named like an anchor, a milestone or study time, and planned on another day."""
    chapter = document.main
    in_circles = {name for circle in ways_of_visits(chapter).circles for name in circle}
    for visit in chapter.nodes.of(ast.PlannedVisit):
        name = visit.name.text
        if visit.point is None or name in in_circles:
            continue
        taken = chapter.find(name, "anchor", "milestone")
        meant = named(name, chapter) if taken else study_time_of(name, chapter)
        planned = visit_point(visit, chapter)
        if meant and planned and meant != planned:
            yield VISIT_ELSEWHERE.at(
                visit.name.span,
                f"visit {name} is planned at {write_point(visit.point)}, and {name} is a point of its own",
                hint="give the visit another name, or leave out: at",
            )


def study_time_of(name: str, chapter: Chapter) -> Point | None:
    """What a name means as study time, whatever visit has it."""
    return visit_point(ast.PlannedVisit(ast.Name(name)), chapter) if is_study_time(name) else None


# ------------------------------------------------------------------------------------------------------------ windows
def visits_without_window(document: Document) -> Iterator[Diagnostic]:
    """PD206: a visit has no window and is not at an anchor, so that any other day is a deviation."""
    chapter = document.main
    for node in chapter.nodes.of(ast.Visits):
        if first(ast.Window, clauses_of(node, chapter)) is None and node.span not in document.broken:
            for visit in node.visits:
                point = visit_point(visit, chapter)
                if point and (point.months or point.days):
                    yield NO_WINDOW.at(
                        visit.name.span,
                        f"visit {visit.name.text} has no window, so that it is due on one day alone",
                        hint="add: window ± 3 days, or: window -0 to +0 days",
                    )


def empty_windows(document: Document) -> Iterator[Diagnostic]:
    """PD207: the late side of a window lies before its early side."""
    for node in document.main.nodes.of(ast.Window):
        if node.early > node.late:
            yield EMPTY_WINDOW.at(
                node.span, "this window ends before it begins", hint="write the early side first: -3 to +7 days"
            )


def windows_beside_the_day(document: Document) -> Iterator[Diagnostic]:
    """PD237: a planned day lies outside its own window, so that whoever comes as planned is early or late."""
    nodes = document.main.nodes
    found: list[ast.Window] = [
        node for each in nodes.either(ast.Visits, ast.VisitClass) for node in every(ast.Window, each.clauses)
    ]
    found += [node for each in nodes.of(ast.Treatment) for node in every(ast.Window, each.clauses)]
    for node in found:
        if node.early > node.late or node.early <= 0 <= node.late:
            continue
        near = node.early if node.early > 0 else node.late
        side, where, way = ("begins", "after", "later") if near > 0 else ("ends", "before", "earlier")
        days = f"{write_number(near if near > 0 else -near)} {node.unit.text}"
        moved = f"-{write_number(near - node.early)} to +{write_number(node.late - near)}"
        yield BESIDE_THE_DAY.at(
            node.span,
            f"this window {side} {days} {where} the planned day",
            hint=f"plan it {days} {way}, and write: window {moved} {node.unit.text}",
        )


@frozen
class Held:
    """A visit's window in days from its milestone, and where it is named; ``head`` is its name, or its series."""

    head: str
    name: ast.Name
    planned: int
    earliest: int
    latest: int


def windows_that_overlap(document: Document) -> Iterator[Diagnostic]:
    """PD208: a day lies in the windows of two visits, so that an unlabelled visit could be either."""
    chapter = document.main
    by_milestone: dict[str, list[Held]] = {}
    arms: dict[str, set[str]] = {}
    for node in chapter.nodes.of(ast.Visits):
        own = {name.text for clause in every(ast.InArms, node.clauses) for name in clause.arms}
        written = first(ast.Window, clauses_of(node, chapter))
        around = window(written) if written else None
        for head, visit in members_of(node, chapter):
            point = visit_point(visit, chapter)
            if point is None or (around and (around.early.months or around.late.months)) or point.months:
                continue
            early, late = (around.early.days, around.late.days) if around else (0, 0)
            arms[visit.name.text] = own
            held = Held(head, visit.name, point.days, point.days + early, point.days + late)
            by_milestone.setdefault(point.milestone, []).append(held)
    for visits in by_milestone.values():
        yield from neighbours(visits, arms)


def members_of(node: ast.Visits, chapter: Chapter) -> Iterator[tuple[str, ast.PlannedVisit]]:
    """The visits of a declaration, of each series the first ones, with the names that the text gives them."""
    for visit in node.visits:
        if not is_series(visit, node):
            yield visit.name.text, visit
            continue
        for name in names(visit, node, further=MEMBERS_COMPARED):
            symbol = chapter.find(name, "visit")
            if symbol and isinstance(symbol.node, ast.PlannedVisit) and is_by_stops(symbol.node, node, chapter):
                yield visit.name.text, symbol.node


def is_by_stops(member: ast.PlannedVisit, node: ast.Visits, chapter: Chapter) -> bool:
    """Whether a visit may lie on or before the points that its series goes on until."""
    again, point = first(ast.ThenEvery, node.clauses), visit_point(member, chapter)
    if again and again.length.number <= 0:
        return False  # told by PD224
    stops = bounds_of(again.until, chapter) if again else ()
    return not any(is_before(resolve(stop, chapter), point) for stop in stops)


def neighbours(visits: list[Held], arms: Mapping[str, set[str]]) -> Iterator[Diagnostic]:
    """The messages about visits whose windows share a day with that of a visit planned before them in the same arms.

    Of several such visits the nearest is named, and of two series the first pair alone.
    """
    ordered = sorted(visits, key=lambda held: held.planned)
    told: set[frozenset[str]] = set()
    for place, other in enumerate(ordered):
        before = (held for held in reversed(ordered[:place]) if held.latest >= other.earliest)
        others = (held for held in before if held.name.text != other.name.text)  # a name declared twice is told of once
        one = next((held for held in others if in_one_arm(arms[held.name.text], arms[other.name.text])), None)
        if one is not None and frozenset((one.head, other.head)) not in told:
            told.add(frozenset((one.head, other.head)))
            days = min(one.latest, other.latest) - max(one.earliest, other.earliest) + 1
            yield WINDOWS_OVERLAP.at(
                other.name.span,
                f"the windows of {one.name.text} and {other.name.text} share {days} day{'s' if days > 1 else ''}",
                labels=(Label(one.name.span, "the visit before it"),),
                hint="make one of the windows smaller",
            )


def in_one_arm(one: set[str], other: set[str]) -> bool:
    """Whether some arm has both of two visits; none named means all."""
    return not one or not other or bool(one & other)


def periods_reversed(document: Document) -> Iterator[Diagnostic]:
    """PD231: a period ends before it begins, so that nothing lies in it."""
    for chapter in document.chapters:
        spans = [(node.start, node.end) for node in chapter.nodes.of(ast.FromTo)]
        spans += [(node.start, node.end) for node in chapter.nodes.of(ast.Epoch)]
        spans += [(node.start, node.end) for node in chapter.nodes.of(ast.Continuous) if node.end]
        for start, end in spans:
            if is_before(resolve(end, chapter), resolve(start, chapter)):
                yield PERIOD_REVERSED.at(
                    start.span.to(end.span),
                    f"{write_point(end)} is before {write_point(start)}",
                    hint="write the earlier point first",
                )
