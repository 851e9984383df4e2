"""Treatment outside the plan: of another arm, in a cycle that is none, or with a dose that is not planned."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from sqlglot import exp

from protocol_dsl.compile.arms import may_be_given
from protocol_dsl.compile.cycle_plan import CYCLE, CyclePlan
from protocol_dsl.compile.cycles import CYCLES
from protocol_dsl.compile.dosing import GIVEN, IS_OTHER, TREATMENT
from protocol_dsl.compile.gather import BASE, Gather
from protocol_dsl.compile.stops import first_event, is_first_open
from protocol_dsl.model.columns import DOSES, ODD, PARTICIPANT
from protocol_dsl.model.patterns import discontinued
from protocol_dsl.model.schedule import Cycles
from protocol_dsl.model.study import StudyModel
from protocol_dsl.trees import all_of, any_of, call, column, is_null, named_table, negated, selected


def unusable() -> exp.Select:
    """The participants with a dose that columns cannot use."""
    return selected(GIVEN, column(PARTICIPANT), where=column(ODD))


def open_doses() -> exp.Select:
    """The participants of whom it is not certain when something was given, or until when."""
    return selected(DOSES, PARTICIPANT).where(column("is_given"), column("is_open"), copy=False)


def open_doses_of(places: Collection[int]) -> exp.Select:
    """Those of whom that is not certain of some treatments, by number."""
    return open_doses().where(column(TREATMENT).isin(*sorted(places)), copy=False)


def ended_on_open_days(places: Collection[int], model: StudyModel, gather: Gather) -> exp.Select | None:
    """Those who discontinued some treatments without cycles, by number, and may have done so before.

    An earlier discontinuation that names no treatment may be of any. Of cycles the plan tells it.
    """
    courses = (model.treatments[place] for place in sorted(places))
    ends = [discontinued(each.name) for each in courses if not isinstance(each.course, Cycles)]
    if not ends:
        return None
    is_open = (all_of(negated(is_null(first_event(end, gather))), is_first_open(end, gather)) for end in ends)
    return selected(BASE, column(PARTICIPANT, BASE), where=any_of(*is_open))


def noticed(model: StudyModel, plans: Sequence[CyclePlan]) -> exp.Select | None:
    """The participants to whom something was given besides the plan."""
    return given_so(besides(model, plans), plans)


def uncounted(plans: Sequence[CyclePlan], places: Collection[int]) -> exp.Select | None:
    """Those to whom some treatments, by number, were given in no planned cycle."""
    return given_so((in_no_cycle(plan) for plan in plans if plan.number in places), plans)


def given_so(conditions: Iterable[exp.Expr], plans: Sequence[CyclePlan]) -> exp.Select | None:
    """The participants to whom something was given of which one of some conditions holds."""
    found = any_of(*conditions)
    if found == exp.false():
        return None
    same = column(PARTICIPANT, BASE).eq(column(PARTICIPANT, GIVEN))
    query = selected(GIVEN, column(PARTICIPANT, GIVEN)).join(named_table(BASE), on=same, copy=False)
    if any(plan.is_of_some for plan in plans):
        own = (column(name, GIVEN).eq(column(name, CYCLES)) for name in (PARTICIPANT, TREATMENT, CYCLE))
        query = query.join(named_table(CYCLES), join_type="left", on=all_of(*own), copy=False)
    return query.where(found, copy=False)


def besides(model: StudyModel, plans: Sequence[CyclePlan]) -> Iterator[exp.Expr]:
    """Conditions on what was given of each treatment."""
    cycles = {plan.number: plan for plan in plans}
    for place, treatment in enumerate(model.treatments):
        is_this = column(TREATMENT, GIVEN).eq(place)
        yield all_of(is_this, negated(may_be_given(treatment, model)))
        if place in cycles:
            yield in_no_cycle(cycles[place])
        else:
            yield all_of(is_this.copy(), column(IS_OTHER, GIVEN))


def in_no_cycle(plan: CyclePlan) -> exp.Expr:
    """Whether what was given of a treatment is in no cycle of its plan."""
    number = column(CYCLE, GIVEN)
    is_planned = all_of(number >= 1, number.copy() <= len(plan.points))
    if plan.is_of_some:
        is_planned = negated(column(CYCLE, CYCLES).is_(exp.null()))
    is_this = column(TREATMENT, GIVEN).eq(plan.number)
    return all_of(is_this, negated(call("coalesce", is_planned, exp.false())))
