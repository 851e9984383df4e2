"""Every family of deviations, in one tuple."""

from protocol_dsl.interpret.deviations import (
    assessments,
    consent,
    contradictions,
    course_days,
    courses,
    dosing,
    eligibility,
    epochs,
    intervals,
    prohibited,
    treatment,
    visits,
)
from protocol_dsl.interpret.deviations.judged import Derive
from protocol_dsl.interpret.deviations.own import derive_own
from protocol_dsl.interpret.queries import data_queries
from protocol_dsl.model.study import StudyModel

DERIVED: tuple[Derive, ...] = (
    eligibility.derive,
    consent.derive,
    treatment.derive,
    courses.derive,
    course_days.derive,
    epochs.derive,
    dosing.derive,
    visits.derive,
    assessments.derive,
    prohibited.derive,
    intervals.derive,
    contradictions.after_death,
    contradictions.of_doses,
)
"""What is derived without being asked for."""


def derivations(model: StudyModel) -> tuple[Derive, ...]:
    """All derivations for a protocol, its own deviations compiled."""
    return (*DERIVED, derive_own(model), data_queries(model))
