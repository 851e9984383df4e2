"""Every family of deviations of which columns notice who may have one, in one list."""

from collections.abc import Iterator

from sqlglot import exp

from protocol_dsl.compile import queries
from protocol_dsl.compile.cycle_plan import cycle_plans
from protocol_dsl.compile.deviations import arms, consent, courses, levels, own, prohibited, treatment
from protocol_dsl.compile.gather import BASE, Gather
from protocol_dsl.model.columns import ODD, PARTICIPANT
from protocol_dsl.model.study import StudyModel
from protocol_dsl.trees import column


def noticed(model: StudyModel, gather: Gather, cutoff: int) -> exp.Query:
    """The participants whom the interpreter has to judge, beside those whom the answers of visits and cycles mark.

    Raises:
        NotInColumnsError: A family asks for what columns do not follow.
    """
    first, *others = families(model, gather, cutoff)
    whole: exp.Query = first
    for each in others:
        whole = exp.union(whole, each)
    return whole


def families(model: StudyModel, gather: Gather, cutoff: int) -> Iterator[exp.Select]:
    """Each family by itself."""
    plans = cycle_plans(model)
    yield exp.select(column(PARTICIPANT)).from_(BASE).where(column(ODD))
    yield treatment.noticed(model, plans)
    found = (
        arms.noticed(model, gather),
        courses.noticed(model),
        prohibited.noticed(model, gather, cutoff),
        levels.noticed(model, gather),
        own.noticed(model, gather, cutoff),
    )
    yield from (each for each in found if each is not None)
    yield consent.noticed(gather)
    yield from queries.noticed(model, gather)
