"""The version in which each visit holds that amendments change: by the day for which the version before plans it."""

from collections.abc import Iterator

from sqlglot import exp

from protocol_dsl.compile.amendments import in_force_when_planned
from protocol_dsl.compile.gather import Gather
from protocol_dsl.compile.matching import HELD_BITS, bit_of
from protocol_dsl.compile.visit_plan import VERSION
from protocol_dsl.model.amended import amended_visits, numbers_of
from protocol_dsl.model.schedule import Visit
from protocol_dsl.model.study import StudyModel
from protocol_dsl.trees import all_of, column, grouped, named


def version_columns(model: StudyModel, gather: Gather) -> Iterator[exp.Expr]:
    """The number of the version that holds of each visit that amendments change."""

    def planned(visit: Visit) -> exp.Expr:
        return gather.point(visit.point)

    for place, candidates in amended_visits(model).items():
        yield named(in_force_when_planned(candidates, planned, model.versions), f"{VERSION}_{place}")


def not_planned(model: StudyModel) -> Iterator[exp.Expr]:
    """Conditions for a visit that was held, though the version that holds plans no such."""
    for place, candidates in amended_visits(model).items():
        if None in candidates:
            is_held = grouped(exp.BitwiseAnd(this=column(HELD_BITS), expression=bit_of(place))).neq(0)
            yield all_of(is_held, column(f"{VERSION}_{place}").isin(*numbers_of(None, candidates)))
