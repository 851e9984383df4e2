"""The version in which each visit holds that amendments change: by the day for which the version before plans it."""

from collections.abc import Iterator

from sqlglot import exp

from protocol_dsl.compile.amendments import in_force_when_planned
from protocol_dsl.compile.gather import BASE, Gather
from protocol_dsl.compile.nameless import COLUMNS
from protocol_dsl.compile.visit_plan import VERSION
from protocol_dsl.model.amended import amended_visits, numbers_of
from protocol_dsl.model.columns import PARTICIPANT
from protocol_dsl.model.schedule import Visit
from protocol_dsl.model.study import StudyModel
from protocol_dsl.trees import all_of, any_of, case, column, is_null, named, negated, number, selected

IN_FORCE = "visits_in_force"


def version_columns(model: StudyModel, gather: Gather) -> Iterator[exp.Expr]:
    """The number of the version that holds of each visit that amendments change."""

    def planned(visit: Visit) -> exp.Expr:
        return gather.point(visit.point)

    for place, candidates in amended_visits(model).items():
        yield named(in_force_when_planned(candidates, planned, model.versions), f"{VERSION}_{place}")


def retired_places(model: StudyModel) -> dict[int, tuple[int, ...]]:
    """The visits that some versions do not plan, each with the numbers of these."""
    found = {place: numbers_of(None, candidates) for place, candidates in amended_visits(model).items()}
    return {place: numbers for place, numbers in found.items() if numbers}


def rows_in_force(model: StudyModel, plan: exp.Select, source: str) -> exp.Select:
    """The rows of visits, with no planned visit for those labelled with one that the version that holds does not plan.

    ``plan`` has the versions that hold for everybody.
    """
    visit = column("visit", source)
    is_none = [
        all_of(visit.copy().eq(place), column(f"{VERSION}_{place}", BASE).isin(*numbers))
        for place, numbers in retired_places(model).items()
    ]
    query = selected(source, column(PARTICIPANT, source), *(column(name, source) for name in COLUMNS[1:]))
    query = query.select(named(case((any_of(*is_none), number(-1)), otherwise=visit), "visit"), copy=False)
    same = column(PARTICIPANT, source).eq(column(PARTICIPANT, BASE))
    # A visit that only readings tell of has no label, and is none where it is not planned.
    is_told = any_of(negated(any_of(*(each.copy() for each in is_none))), negated(is_null(column("label", source))))
    return query.join(plan.subquery(BASE, copy=False), on=same, copy=False).where(is_told, copy=False)
