"""Every place where a text calls a name, and what the name may stand for there."""

from collections.abc import Iterator

from protocol_dsl.base.values import frozen
from protocol_dsl.semantics.document import Chapter
from protocol_dsl.semantics.names import MEASURED, WORDS, Kind, is_study_time
from protocol_dsl.semantics.quantities import is_unit
from protocol_dsl.syntax import ast

POINTS: tuple[Kind, ...] = ("anchor", "visit", "milestone")
EVENTS: tuple[Kind, ...] = ("event", "condition")
DATED: tuple[Kind, ...] = (*EVENTS, "milestone")
ASSESSED: tuple[Kind, ...] = ("measure", "event")
HISTORIES = ("medications", "administrations", "conditions", "events")


@frozen
class Reference:
    """A name as called, and the kinds it may be of."""

    name: ast.Name
    kinds: tuple[Kind, ...]

    @property
    def wanted(self) -> str:
        """What is asked for, in words: ``a measure``, ``an event or a condition``."""
        return " or ".join(WORDS[kind] for kind in self.told)

    @property
    def told(self) -> tuple[Kind, ...]:
        """The kinds that are told: where a measure is read a ladder may be, which goes without saying."""
        return tuple(kind for kind in self.kinds if kind != "ladder")


def references(chapter: Chapter) -> Iterator[Reference]:
    """Every name that a text calls, except visits at which something is read and names of libraries."""
    yield from in_expressions(chapter)
    yield from in_plan(chapter)
    yield from in_stops(chapter)
    yield from in_analysis(chapter)
    yield from in_origins(chapter)


def in_expressions(chapter: Chapter) -> Iterator[Reference]:
    """Names in points, values and tests."""
    nodes = chapter.nodes
    for given in nodes.either(ast.CyclePoint, ast.CycleDays):
        yield Reference(given.treatment, ("treatment",))
    yield from (Reference(node.treatment, ("treatment",)) for node in nodes.of(ast.DosePoint) if node.treatment)
    for point in nodes.of(ast.NamedPoint):
        if not is_study_time(point.name.text):
            yield Reference(point.name, POINTS)
    yield from (Reference(node.measure, MEASURED) for node in nodes.either(ast.ReadingAt, ast.Pick))
    yield from (Reference(node.measure, MEASURED) for node in nodes.either(ast.Change, ast.Consecutive))
    yield from (Reference(node.measure, ("measure",)) for node in nodes.either(ast.LimitOfNormal, ast.Ladder))
    first_ones = {id(pattern) for node in nodes.of(ast.TimeToFirst) for pattern in node.events}
    first_ones |= {id(node.day) for node in nodes.of(ast.Anchor)}
    graded = {id(node.events) for node in nodes.of(ast.WorstGrade)}
    for pattern in nodes.of(ast.EventPattern):
        others = (*EVENTS, *MEASURED[1:]) if id(pattern) in graded else EVENTS
        yield Reference(pattern.name, DATED if id(pattern) in first_ones else others)
        if pattern.related_to:
            yield Reference(pattern.related_to, ("treatment",))
    yield from (Reference(node.condition, ("condition",)) for node in nodes.of(ast.IsConfirmed))
    yield from (Reference(node.drugs, ("class",)) for node in nodes.of(ast.ExposedTo))
    yield from (Reference(node.drugs, ("class",)) for node in nodes.of(ast.OnDrugs))
    units = {id(node.right) for node in nodes.of(ast.Arithmetic) if is_number_over_unit(node)}
    for node in nodes.of(ast.NamedValue):
        # A measure by itself has a check of its own, with better words, and so has a number over a unit (200/mm3).
        if not chapter.find(node.name.text, *MEASURED) and id(node) not in units:
            yield Reference(node.name, ("attribute", "definition"))


def is_number_over_unit(node: ast.Arithmetic) -> bool:
    """Whether a plain number is divided by a name that is a unit: ``200 / mm3`` does not say what is counted."""
    match node:
        case ast.Arithmetic(operator="/", left=ast.AmountValue(amount=amount), right=ast.NamedValue(name=name)):
            return amount.unit is None and is_unit(name.text)
        case _:
            return False


STOPS: tuple[Kind, ...] = ("milestone", "event", "condition", "anchor", "visit", "attribute", "definition")


def in_stops(chapter: Chapter) -> Iterator[Reference]:
    """Names of what a plan goes on until."""
    for node in chapter.nodes.of(ast.StopNamed):
        yield Reference(node.name, STOPS)


def in_plan(chapter: Chapter) -> Iterator[Reference]:
    """Names in the declarations of arms, treatments, visits, data and deviations."""
    nodes = chapter.nodes
    for anchor in nodes.of(ast.Anchor):
        if isinstance(anchor.day, ast.Name):
            yield Reference(anchor.day, ("milestone",))
    yield from (Reference(name, ("class",)) for node in nodes.of(ast.Includes) for name in node.classes)
    yield from (Reference(node.drugs, ("class",)) for node in nodes.of(ast.Prohibit))
    yield from (Reference(name, ("treatment",)) for node in nodes.of(ast.Gives) for name in node.treatments)
    yield from (Reference(node.epoch, ("epoch",)) for node in nodes.of(ast.GivenIn))
    yield from (Reference(node.epoch, ("epoch",)) for node in nodes.either(ast.During, ast.ContinuousDuring))
    for part in (part for node in nodes.of(ast.Assess) for part in node.parts):
        if isinstance(part, ast.Either):
            yield from (Reference(name, ("measure",)) for name in part.measures)
        else:
            yield Reference(part, ASSESSED)
    yield from (Reference(node.name, ("visit class",)) for node in nodes.of(ast.OfClass))
    yield from (Reference(name, ("arm",)) for node in nodes.of(ast.InArms) for name in node.arms)
    for also in nodes.of(ast.AlsoAssess):
        yield from (Reference(name, ("visit",)) for name in also.visits)
    yield from (Reference(name, ("visit", "series")) for node in nodes.of(ast.GradeLine) for name in node.visits)
    for history in nodes.of(ast.History):
        if history.of.text not in HISTORIES:
            yield Reference(history.of, EVENTS)


ASSESSMENTS: tuple[Kind, ...] = ("visit", "series", "measure")


def in_analysis(chapter: Chapter) -> Iterator[Reference]:
    """Names in endpoints."""
    nodes = chapter.nodes
    yield from (Reference(node.measure, MEASURED) for node in nodes.of(ast.Course))
    yield from (Reference(node.measure, MEASURED) for node in nodes.of(ast.TimeToFirst) if node.measure)
    yield from (Reference(name, ("analysis set",)) for node in nodes.of(ast.AnalysedIn) for name in node.sets)
    yield from (Reference(name, DATED) for node in nodes.of(ast.Competing) for name in node.events)
    yield from (Reference(name, ASSESSMENTS) for node in nodes.of(ast.CensoredAt) for name in node.assessments)


def in_origins(chapter: Chapter) -> Iterator[Reference]:
    """Names of sources, amendments, and of what assumptions affect."""
    nodes = chapter.nodes
    yield from (Reference(node.source, ("source",)) for node in nodes.either(ast.Quote, ast.Against))
    yield from (Reference(node.source, ("source",)) for node in nodes.of(ast.Cite))
    yield from (Reference(node.amendment, ("amendment",)) for node in nodes.of(ast.Since))
    yield from (Reference(name, ()) for node in nodes.of(ast.Assumption) for name in node.affects)
    yield from (Reference(name, ()) for node in nodes.of(ast.Retire) for name in node.names)
