"""What an epoch makes of a treatment: in which an arm gives it, and where its course begins."""

from typing import TypeVar, cast

import attrs

from protocol_dsl.model.points import EPOCH_START, Point
from protocol_dsl.model.schedule import Arm, Continuous, Cycles, Epoch, Treatment
from protocol_dsl.model.study import StudyModel

Node = TypeVar("Node")


def epochs_giving(treatment: str, arm: Arm | None, model: StudyModel) -> tuple[Epoch, ...]:
    """The epochs in which an arm gives a treatment; none where it gives it by the treatment's own course, or not."""
    named = () if arm is None else tuple(gift.epoch for gift in arm.in_epochs if gift.treatment == treatment)
    return tuple(epoch for epoch in model.epochs if epoch.name in named)


def is_by_epoch(treatment: Treatment) -> bool:
    """Whether the cycles of a treatment count from the start of the epoch in which an arm gives it."""
    return isinstance(treatment.course, Cycles) and treatment.course.start.milestone == EPOCH_START


def within(treatment: Treatment, epoch: Epoch) -> Treatment:
    """The treatment with everything that counts from the start of the epoch counted from this one."""
    return attrs.evolve(
        treatment,
        course=counted_from(treatment.course, epoch.start),
        levels=counted_from(treatment.levels, epoch.start),
    )


def as_given(treatment: Treatment, arm: Arm | None, model: StudyModel) -> tuple[Treatment, ...]:
    """A treatment with its course in each epoch in which an arm gives it; as it is, where it gives it in none."""
    epochs = epochs_giving(treatment.name, arm, model)
    given = ((epoch, within(treatment, epoch)) for epoch in epochs)
    found = tuple(attrs.evolve(each, course=each.course or Continuous(epoch.start, epoch.end)) for epoch, each in given)
    return found or (treatment,)


def counted_from(node: Node, start: Point) -> Node:
    """A part of the model in which each point from the start of the epoch is one from ``start``."""
    if isinstance(node, Point):
        if node.milestone != EPOCH_START:
            return node
        found = Point(start.milestone, start.months + node.months, start.days + node.days, node.words)
        return cast("Node", found)
    if isinstance(node, tuple):
        return cast("Node", tuple(counted_from(part, start) for part in node))
    kind: type[object] = type(node)
    if not attrs.has(kind):
        return node
    parts = {name: counted_from(getattr(node, name), start) for name in attrs.fields_dict(kind)}
    return cast("Node", kind(**parts))
