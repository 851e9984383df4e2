"""Departures from the epochs: treatment where the arm does not give it."""

from collections.abc import Iterator

from protocol_dsl.base.days import parse_days
from protocol_dsl.base.values import frozen
from protocol_dsl.model.epochs import epochs_giving
from protocol_dsl.model.schedule import Cycles, Epoch, Treatment
from protocol_dsl.model.study import StudyModel
from protocol_dsl.simulate.conduct import administration_row
from protocol_dsl.simulate.departures.found import Asked, Found, Planted, planted
from protocol_dsl.simulate.draft import Draft, iso
from protocol_dsl.simulate.in_force import treatment_on
from protocol_dsl.simulate.plan import arm_of


def in_epochs(study: StudyModel) -> tuple[str, ...]:
    """The treatments without cycles and levels that an arm gives in an epoch, and not in all of them."""
    gifts = {(gift.treatment, arm.name) for arm in study.arms for gift in arm.in_epochs}
    return tuple(
        item.name
        for item in study.treatments
        if not isinstance(item.course, Cycles) and not item.levels
        if any(
            (item.name, arm.name) in gifts and len(epochs_giving(item.name, arm, study)) < len(study.epochs)
            for arm in study.arms
        )
    )


@frozen
class Stay:
    """A treatment of the participant's arm, and an epoch with its first and last day."""

    treatment: Treatment
    epoch: Epoch
    first: int
    last: int


def stays(draft: Draft, asked: Asked, *, is_given: bool) -> Iterator[Stay]:
    """The epochs over by the end of the data in which the arm gives a treatment, or does not."""
    arm = arm_of(draft, asked.study)
    for treatment in asked.study.treatments:
        own = epochs_giving(treatment.name, arm, asked.study)
        if not own or treatment.name not in in_epochs(asked.study) or not asked.means(treatment.name):
            continue
        for epoch in asked.study.epochs:
            if (epoch in own) == is_given and draft.has(epoch.start) and draft.has(epoch.end):
                first, last = draft.day_of(epoch.start), draft.day_of(epoch.end)
                if last < min(asked.as_of, draft.end or asked.as_of) and first < last:
                    yield Stay(treatment, epoch, first, last)


def outside_epoch(draft: Draft, asked: Asked) -> Planted | None:
    """DV23: a day of a treatment in the middle of an epoch in which the arm does not give it."""
    given = [(stay.treatment.name, stay.first, stay.last) for stay in stays(draft, asked, is_given=True)]
    found = [
        (stay, day)
        for stay in stays(draft, asked, is_given=False)
        if stay.first < (day := (stay.first + stay.last) // 2) < stay.last
        if not any(name == stay.treatment.name and first <= day <= last for name, first, last in given)
    ]
    if not found:
        return None
    stay, day = asked.chance.one_of(found)
    name = stay.treatment.name
    row = administration_row(draft, treatment_on(day, stay.treatment, draft, asked.study), day)
    row = {**row, "end_date": iso(day), "given": "yes"}
    about = Found(code="DV23", treatment=name)
    return planted(draft.plus("administrations", row), f"given {name} in {stay.epoch.name}", about)


def epoch_unknown(draft: Draft, asked: Asked) -> Planted | None:
    """QY17: the last stretch in an epoch ended in a month, in the middle of which the epoch did too."""
    for stay in asked.chance.order(list(stays(draft, asked, is_given=True))):
        name, month = stay.treatment.name, iso(stay.last)[:7]
        days = parse_days(month)
        rows = [row for row in draft.of("administrations") if row["treatment"] == name]
        ended = [row for row in rows if row.get("end_date") == iso(stay.last)]
        if len(ended) == 1 and ended[0]["date"] < iso(days.first) and stay.last < days.last < asked.as_of:
            other = [{**row, "end_date": month} if row in ended else row for row in draft.of("administrations")]
            changed = draft.with_rows("administrations", other)
            about = Found(code="QY17", treatment=name)
            return planted(changed, f"{name} given in {stay.epoch.name} until some day of {month}", about)
    return None
