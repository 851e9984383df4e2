"""PD238, PD265, PD278, PD288: what is planned after the end of what it belongs to, so that it is never due."""

from collections.abc import Iterator

from protocol_dsl.base.diagnostics import Code, Diagnostic, Label
from protocol_dsl.model.points import EPOCH_START, Point
from protocol_dsl.semantics.apart import days_apart, is_before
from protocol_dsl.semantics.checks.cycles import first_points, planned_cycles
from protocol_dsl.semantics.document import Chapter, Document
from protocol_dsl.semantics.lower_schedule import first
from protocol_dsl.semantics.lower_stops import bounds_of
from protocol_dsl.semantics.points import epoch_named, period, resolve, visit_point, write_point
from protocol_dsl.semantics.series import points_of
from protocol_dsl.semantics.visit_classes import clauses_of
from protocol_dsl.syntax import ast

AFTER_THE_END = Code("PD238", "never due", "warning")
NEVER_PROHIBITED = Code("PD288", "never in force", "warning")
AFTER_THE_SERIES = Code("PD265", "after the last of the series")
AFTER_THE_EPOCH = Code("PD278", "goes on after the epoch", "warning")

ENDS = ("completion", "withdrawal", "death")
"""What ends participation where the text does not say it."""


def visits_after_participation(document: Document) -> Iterator[Diagnostic]:
    """PD238: a visit is planned after the day on which participation ends, so that it is never due and never missed."""
    chapter = document.main
    labels = said_where(chapter)
    for node in chapter.nodes.of(ast.Visits):
        counted = first(ast.CountedFrom, clauses_of(node, chapter))
        if counted and counted.reference == "previous visit":
            continue  # it moves with what was held before
        for visit in node.visits:
            planned = None if visit.in_cycles else visit_point(visit, chapter)
            end = ended_before(planned, chapter)
            if end is not None:
                yield AFTER_THE_END.at(
                    visit.name.span,
                    f"{visit.name.text} is planned after {end.words}, when participation has ended",
                    labels=labels,
                    hint="say when participation ends, after this visit and its window: participation ends at POINT",
                )


def courses_after_participation(document: Document) -> Iterator[Diagnostic]:
    """PD238: a treatment begins after the day on which participation ends, so that nothing of it is ever due."""
    chapter = document.main
    for treatment in chapter.nodes.of(ast.Treatment):
        course = first(ast.Cycles, treatment.clauses) or first(ast.Continuous, treatment.clauses)
        end = ended_before(resolve(course.start, chapter), chapter) if course else None
        if course and end is not None:
            yield AFTER_THE_END.at(
                course.start.span,
                f"{treatment.name.text} begins after {end.words}, when participation has ended",
                labels=said_where(chapter),
                hint="let it begin earlier, or say when participation ends: participation ends at POINT",
            )


def prohibitions_after_participation(document: Document) -> Iterator[Diagnostic]:
    """PD288: what is prohibited is so from a day after the end of participation, beyond which no prohibition runs."""
    chapter = document.main
    for node in chapter.nodes.of(ast.Prohibit):
        end = ended_before(period(node.period, chapter).start, chapter)
        if end is not None:
            yield NEVER_PROHIBITED.at(
                node.period.span,
                f"{node.drugs.text} is prohibited from a day after {end.words}, when participation has ended",
                labels=said_where(chapter),
                hint="let it be prohibited earlier, or say when participation ends: participation ends at POINT",
            )


def ended_before(point: Point | None, chapter: Chapter) -> Point | None:
    """What ends participation certainly before a point; nothing where it may go on so long."""
    said = next(chapter.nodes.of(ast.ParticipationEnds), None)
    ends = [resolve(said.point, chapter), Point("death", words="death")] if said else []
    return next((end for end in ends or [Point(name, words=name) for name in ENDS] if is_before(end, point)), None)


def said_where(chapter: Chapter) -> tuple[Label, ...]:
    """Where the text says that participation ends."""
    said = next(chapter.nodes.of(ast.ParticipationEnds), None)
    return (Label(said.point.span, "participation ends here"),) if said else ()


def visits_after_their_series(document: Document) -> Iterator[Diagnostic]:
    """PD265: a visit of a series is planned after the point that the series goes on until, so that there is none."""
    chapter = document.main
    for node in chapter.nodes.of(ast.Visits):
        again = first(ast.ThenEvery, node.clauses)
        stops = tuple(bounds_of(again.until, chapter)) if again else ()
        for visit in node.visits if stops else ():
            late = (
                (number, point, stop)
                for number, point in enumerate(points_of(visit), 1)
                for stop in stops
                if is_before(resolve(stop, chapter), resolve(point, chapter))
            )
            for number, point, stop in late:
                yield AFTER_THE_SERIES.at(
                    point.span,
                    f"{visit.name.text}{number} is planned at {write_point(point)}, after {write_point(stop)}",
                    labels=(Label(stop.span, "the series ends here"),),
                    hint="let the series end later, or begin earlier",
                )
                break


def cycles_after_their_epoch(document: Document) -> Iterator[Diagnostic]:
    """PD278: cycles that begin with an epoch are planned after its last day too, when giving them is a deviation."""
    chapter = document.main
    told: set[str] = set()
    for gift in chapter.nodes.of(ast.GivenIn):
        name, symbol = gift.treatment.text, chapter.find(gift.treatment.text, "treatment")
        epoch, node = epoch_named(gift.epoch.text, chapter), symbol.node if symbol else None
        cycles = first(ast.Cycles, node.clauses) if isinstance(node, ast.Treatment) else None
        if epoch is None or cycles is None or not isinstance(node, ast.Treatment) or name in told:
            continue
        number = first_after(node, cycles, epoch, chapter)
        if number is not None:
            told.add(name)
            is_open = cycles.up_to is None and planned_cycles(cycles, node.clauses, chapter) is None
            fewer = "none after N weeks after start of epoch" if is_open else f"cycles up to {number - 1}"
            yield AFTER_THE_EPOCH.at(
                cycles.span,
                f"cycle {number} of {name} is planned after the end of {gift.epoch.text}",
                labels=(Label(gift.span, "given in this epoch"),),
                hint=f"write: {fewer}; or let the epoch be longer" if number > 1 else "let the epoch be longer",
            )


def first_after(node: ast.Treatment, cycles: ast.Cycles, epoch: ast.Epoch, chapter: Chapter) -> int | None:
    """The number of the first cycle that is certainly planned after an epoch that begins with the first."""
    length = days_apart(resolve(epoch.start, chapter), resolve(epoch.end, chapter))
    days = (days_apart(Point(EPOCH_START), each) for each in first_points(cycles, node.clauses, chapter))
    after = (number for number, each in enumerate(days, 1) if length and each and each.least > length.most)
    return next(after, None)
