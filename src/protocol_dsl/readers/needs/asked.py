"""Who asks for what: each rule of a protocol with the names that it reads."""

from collections.abc import Iterator
from typing import Literal, TypeAlias

from protocol_dsl.base.values import frozen, parts
from protocol_dsl.model.endpoints import Assessment, Course, TimeToReading, WorstGrade
from protocol_dsl.model.expressions import (
    AgeAt,
    AttributeValue,
    Change,
    Consecutive,
    EventPattern,
    ExposedTo,
    IsConfirmed,
    LimitOfNormal,
    OnDrugs,
    Pick,
    ReadingAt,
)
from protocol_dsl.model.given import given_day
from protocol_dsl.model.needs import Use
from protocol_dsl.model.points import Point
from protocol_dsl.model.rules import Prohibition
from protocol_dsl.model.schedule import Also, Cycles, InCycles, Visit
from protocol_dsl.model.study import StudyModel
from protocol_dsl.model.vocabulary import Ladder

Kind: TypeAlias = Literal[
    "measure",
    "limit",
    "class",
    "event",
    "attribute",
    "birth",
    "category",
    "grade",
    "relation",
    "administration",
]


@frozen
class Ask:
    """One thing that is read: its kind and name, for a measure perhaps the visit, and who reads it.

    Without a name it is the administrations of all treatments.
    """

    kind: Kind
    name: str
    use: Use
    visit: str = ""


def asks(model: StudyModel) -> Iterator[Ask]:
    """Everything that a protocol reads in any of its versions."""
    ladders = {ladder.name: ladder for ladder in model.vocabulary.ladders}
    by_sex = {each.name for each in model.vocabulary.measures if any(normal.sex for normal in each.normals)}
    for study in (model, *(version.study for version in model.versions)):
        for use, part in users(study):
            for ask in asked_by(part, use):
                for each in of_ladder(ladders[ask.name], ask) if ask.name in ladders else (ask,):
                    yield each
                    if each.kind == "limit" and each.name in by_sex:
                        yield Ask("attribute", "sex", each.use)
    yield from built_in(model)


def of_ladder(ladder: Ladder, ask: Ask) -> Iterator[Ask]:
    """What is read where a ladder is asked for: its measure, and what its limits are counted from."""
    if ask.kind == "grade":
        return  # the worst grade of readings, which is asked for as a measure too
    yield Ask("measure", ladder.measure, ask.use, ask.visit)
    for rung in ladder.rungs:
        if rung.limit.of == "visit":
            yield Ask("measure", ladder.measure, ask.use, rung.limit.visit)
        elif rung.limit.of != "amount":
            yield Ask("limit", ladder.measure, ask.use)


def users(study: StudyModel) -> Iterator[tuple[Use, object]]:
    """The parts of a protocol that may read something, in the order of its document."""
    for anchor in study.anchors:
        yield Use("anchor", anchor.name), (anchor.first if anchor.first is not None else Point(anchor.milestone))
    yield Use("eligibility"), study.eligibility_point
    for criterion in study.criteria:
        yield Use(criterion.kind, criterion.name, criterion.place), criterion
    for epoch in study.epochs:
        yield Use("epoch", epoch.name, epoch.place), epoch
    for treatment in study.treatments:
        yield Use("treatment", treatment.name, treatment.place), treatment
    for visit in study.visits:
        yield Use("visit", visit.name, visit.place), visit
    for ban in study.prohibitions:
        yield Use("prohibition", ban.drugs, ban.place), ban
    for interval in study.intervals:
        yield Use("interval", interval.name, interval.place), interval
    for deviation in study.deviations:
        yield Use("deviation", deviation.name, deviation.place), deviation
    for endpoint in study.endpoints:
        yield Use("endpoint", endpoint.name, endpoint.place), endpoint
    yield Use("participation"), study.participation_end


def asked_by(part: object, use: Use) -> Iterator[Ask]:
    """What a node and all below it read."""
    yield from asked_at(part, use)
    for each in parts(part):
        yield from asked_by(each, use)


def asked_at(node: object, use: Use) -> Iterator[Ask]:
    """What a node itself reads."""
    match node:
        case ReadingAt():
            yield Ask("measure", node.measure, use, node.visit)
        case Change():
            yield Ask("measure", node.measure, use, node.start)
            yield Ask("measure", node.measure, use, node.end)
        case LimitOfNormal():
            yield Ask("limit", node.measure, use)
        case Pick() | Consecutive() | TimeToReading() | Course():
            yield Ask("measure", node.measure, use)
        case Assessment(kind="measure", name=name):
            yield Ask("measure", name, use)
        case Visit() | Also():
            at = node.name if isinstance(node, Visit) else node.visit
            yield from (Ask("measure", name, use, at) for name in node.assess)
        case InCycles():
            yield Ask("administration", node.treatment, use)
        case AttributeValue():
            yield Ask("attribute", node.name, use)
        case AgeAt():
            yield Ask("birth", "birth_date", use)
        case ExposedTo() | OnDrugs() | Prohibition():
            yield Ask("class", node.drugs, use)
        case IsConfirmed():
            yield Ask("event", node.condition, use)
        case Point():
            given = given_day(node.milestone)
            yield Ask("event", node.milestone, use) if given is None else Ask("administration", given.treatment, use)
        case EventPattern():
            yield from pattern(node, use)
        case WorstGrade():
            yield Ask("grade", node.events.name, use)
        case _:
            return


def pattern(node: EventPattern, use: Use) -> Iterator[Ask]:
    """What a pattern of events reads."""
    yield Ask("event", node.name, use)
    if node.categories:
        yield Ask("category", node.name, use)
    if node.least_grade is not None:
        yield Ask("grade", node.name, use)
    if node.related_to is not None:
        yield Ask("relation", node.name, use)


def built_in(model: StudyModel) -> Iterator[Ask]:
    """What is read without being named: consent before procedures, the end of participation and of a treatment."""
    yield Ask("event", "consent", Use("consent"))
    if model.arms:
        yield Ask("event", "randomization", Use("arm"))
    if model.visits or model.treatments or model.endpoints:
        # Whatever the text says, participation ends with death.
        ends = ("completion", "withdrawal", "death") if model.participation_end is None else ("death",)
        yield from (Ask("event", name, Use("participation")) for name in ends)
    for treatment in model.treatments:
        if isinstance(treatment.course, Cycles):
            use = Use("treatment", treatment.name, treatment.place)
            yield Ask("event", "discontinuation", use)
            yield Ask("relation", "discontinuation", use)
    if any(each.base == "treated" for each in model.analysis_sets):
        yield Ask("event", "first_dose", Use("analysis set"))
