"""The epochs of one participant: their days, in which of them a day lies, and what the arm gives in them."""

from protocol_dsl.base.days import Days
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.periods import Bounds
from protocol_dsl.interpret.points import resolve
from protocol_dsl.interpret.slots import MET
from protocol_dsl.model.results import EpochResult
from protocol_dsl.model.schedule import Arm, Epoch


def arm_of(facts: Facts) -> Arm | None:
    """The participant's arm."""
    return next((arm for arm in facts.model.arms if arm.name == facts.record.arm), None)


def bounds_of(epoch: Epoch, facts: Facts) -> Bounds | None:
    """The first and the last day of an epoch; nothing where one of them has no day."""
    start, end = resolve(epoch.start, facts), resolve(epoch.end, facts)
    return None if start is None or end is None else Bounds(start.first, start.last, end.first, end.last)


def epoch_on(days: Days | None, facts: Facts) -> Epoch | None:
    """The epoch that certainly holds a day; of the day on which one ends and another begins, the one that ends."""
    if days is None:
        return None
    found = ((epoch, bounds_of(epoch, facts)) for epoch in facts.model.epochs)
    held = [(bounds, epoch) for epoch, bounds in found if bounds and bounds.holds(days.first, days.last) == MET]
    return min(held, key=lambda item: item[0])[1] if held else None


def epoch_results(facts: Facts) -> tuple[EpochResult, ...]:
    """Each epoch with its days and what the arm gives in it."""
    return tuple(
        EpochResult(
            epoch=epoch.name,
            title=epoch.title,
            start=resolve(epoch.start, facts),
            end=resolve(epoch.end, facts),
            gives=gifts_in(epoch, facts),
            is_without_treatment=epoch.is_without_treatment,
        )
        for epoch in facts.model.epochs
    )


def gifts_in(epoch: Epoch, facts: Facts) -> tuple[str, ...]:
    """What the participant's arm gives in an epoch, the treatments with a course of their own left out."""
    arm = arm_of(facts)
    return () if arm is None else tuple(gift.treatment for gift in arm.in_epochs if gift.epoch == epoch.name)
