"""Treatment outside the epoch in which the arm gives it, or in an epoch without treatment."""

from collections.abc import Iterator

from sqlglot import exp

from protocol_dsl.compile.gather import BASE, Gather
from protocol_dsl.model.columns import DOSES, PARTICIPANT
from protocol_dsl.model.epochs import epochs_giving
from protocol_dsl.model.schedule import Arm, Epoch
from protocol_dsl.model.study import StudyModel
from protocol_dsl.trees import all_of, any_of, call, column, named_table, negated, selected


def noticed(model: StudyModel, gather: Gather) -> exp.Select | None:
    """The participants with a dose that is not certainly within one of its epochs, or outside those without any."""
    found = [condition for arm in model.arms or (None,) for condition in outside(arm, model, gather)]
    if not found:
        return None
    same = column(PARTICIPANT, DOSES).eq(column(PARTICIPANT, BASE))
    query = (
        selected(DOSES, column(PARTICIPANT, DOSES)).distinct(copy=False).join(named_table(BASE), on=same, copy=False)
    )
    return query.where(column("is_given"), any_of(*found), copy=False)


def outside(arm: Arm | None, model: StudyModel, gather: Gather) -> Iterator[exp.Expr]:
    """Conditions on a dose of each treatment, given to a participant of an arm."""
    is_of_arm = exp.true() if arm is None else column("arm", BASE).eq(exp.Literal.string(arm.name))
    for place, treatment in enumerate(model.treatments):
        epochs = epochs_giving(treatment.name, arm, model)
        allowed = [is_within(epoch, gather) for epoch in epochs]
        if not epochs:
            allowed = [all_of(*(is_apart(epoch, gather) for epoch in model.epochs if epoch.is_without_treatment))]
        is_allowed = any_of(*allowed)
        if is_allowed != exp.true():
            is_one = column("treatment", DOSES).eq(place)
            yield all_of(is_of_arm.copy(), is_one, negated(call("coalesce", is_allowed, exp.false())))


def is_within(epoch: Epoch, gather: Gather) -> exp.Expr:
    """Whether a dose lies in an epoch from its first day to its last."""
    return all_of(column("day", DOSES) >= gather.point(epoch.start), last_day() <= gather.point(epoch.end))


def is_apart(epoch: Epoch, gather: Gather) -> exp.Expr:
    """Whether a dose shares no day with an epoch."""
    return any_of(last_day() < gather.point(epoch.start), column("day", DOSES) > gather.point(epoch.end))


def last_day() -> exp.Expr:
    """The last day of a dose; one without an end is held to its own day alone."""
    return call("coalesce", column("end_day", DOSES), column("day", DOSES))
