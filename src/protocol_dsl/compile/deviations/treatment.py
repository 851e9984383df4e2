"""Treatment outside the plan: of another arm, in a cycle that is none, or with a dose that is not planned."""

from collections.abc import Iterator, Sequence

from sqlglot import exp

from protocol_dsl.compile.arms import may_be_given
from protocol_dsl.compile.cycle_plan import CYCLE, CyclePlan
from protocol_dsl.compile.cycles import CYCLES
from protocol_dsl.compile.dosing import GIVEN, IS_OTHER, TREATMENT
from protocol_dsl.compile.gather import BASE
from protocol_dsl.model.columns import DOSES, ODD, PARTICIPANT
from protocol_dsl.model.study import StudyModel
from protocol_dsl.trees import all_of, any_of, call, column, negated


def unusable() -> exp.Select:
    """The participants with a dose that columns cannot use."""
    return exp.select(column(PARTICIPANT)).from_(GIVEN).where(column(ODD))


def open_doses() -> exp.Select:
    """The participants of whom it is not certain when something was given, or until when."""
    return exp.select(PARTICIPANT).from_(DOSES).where(column("is_given"), column("is_open"))


def noticed(model: StudyModel, plans: Sequence[CyclePlan]) -> exp.Select | None:
    """The participants to whom something was given besides the plan."""
    found = any_of(*besides(model, plans))
    if found == exp.false():
        return None
    same = column(PARTICIPANT, BASE).eq(column(PARTICIPANT, GIVEN))
    query = exp.select(column(PARTICIPANT, GIVEN)).from_(GIVEN).join(BASE, on=same)
    if any(plan.is_of_some for plan in plans):
        own = (column(name, GIVEN).eq(column(name, CYCLES)) for name in (PARTICIPANT, TREATMENT, CYCLE))
        query = query.join(CYCLES, join_type="left", on=all_of(*own))
    return query.where(found)


def besides(model: StudyModel, plans: Sequence[CyclePlan]) -> Iterator[exp.Expr]:
    """Conditions on what was given of each treatment."""
    cycles = {plan.number: plan for plan in plans}
    for place, treatment in enumerate(model.treatments):
        is_this = column(TREATMENT, GIVEN).eq(place)
        yield all_of(is_this, negated(may_be_given(treatment, model)))
        if place in cycles:
            number = column(CYCLE, GIVEN)
            is_planned = all_of(number >= 1, number.copy() <= len(cycles[place].points))
            if cycles[place].is_of_some:
                is_planned = negated(column(CYCLE, CYCLES).is_(exp.null()))
            yield all_of(is_this.copy(), negated(call("coalesce", is_planned, exp.false())))
        else:
            yield all_of(is_this.copy(), column(IS_OTHER, GIVEN))
