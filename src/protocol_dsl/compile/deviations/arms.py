"""Participants who are randomized, and of whom no arm is known."""

from sqlglot import exp

from protocol_dsl.compile.gather import BASE, Gather
from protocol_dsl.model.columns import PARTICIPANT
from protocol_dsl.model.points import Point
from protocol_dsl.model.study import StudyModel
from protocol_dsl.trees import column, negated, selected


def noticed(model: StudyModel, gather: Gather) -> exp.Select | None:
    """The participants whose treatment cannot be judged, because their arm is not known."""
    if not model.arms:
        return None
    is_randomized = negated(gather.point(Point("randomization")).is_(exp.null()))
    query = selected(BASE, column(PARTICIPANT, BASE))
    return query.where(is_randomized, column("arm", BASE).is_(exp.null()), copy=False)
