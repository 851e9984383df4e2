"""What the arm of a participant gives."""

from sqlglot import exp

from protocol_dsl.compile.gather import BASE
from protocol_dsl.model.schedule import Treatment
from protocol_dsl.model.study import StudyModel
from protocol_dsl.trees import any_of, column


def may_be_given(treatment: Treatment, model: StudyModel) -> exp.Expr:
    """Whether the participant's arm gives the treatment, or is not known."""
    if not model.arms:
        return exp.true()
    arms = [exp.Literal.string(arm.name) for arm in model.arms if treatment.name in arm.gives]
    is_one = [column("arm", BASE).isin(*arms)] if arms else []
    return any_of(column("arm", BASE).is_(exp.null()), *is_one)
