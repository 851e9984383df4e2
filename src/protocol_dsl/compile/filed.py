"""Which visit a reading is of by its label: of an early termination that the data file under another, that itself."""

from sqlglot import exp

from protocol_dsl.model.columns import ANOTHER_LABEL, LABELLED, PARTICIPANT, VISITS
from protocol_dsl.model.listed import visit_of_terminations
from protocol_dsl.model.study import StudyModel
from protocol_dsl.trees import (
    all_of,
    any_of,
    call,
    case,
    column,
    is_null,
    named,
    named_table,
    negated,
    number,
    query_of,
    selected,
)

FILED = "filed_rows"
ALONE, THAT_DAY = "filed_alone", "filed_that_day"
LABEL = "label_of_visit"
KEPT = ("measure", "day", "is_recorded")


def filed(model: StudyModel, *, has_skipped: bool) -> exp.Select:
    """The rows of readings, with the visit planned at withdrawal for those of an early termination of another label.

    These are all of a label under which the data file nothing else; else, and of labels that are no planned visit's,
    those of its day. Without ``has_skipped`` no row of visits is an early termination.
    """
    query = selected(LABELLED, column(PARTICIPANT, LABELLED), *(column(name, LABELLED) for name in KEPT))
    visit = column("visit", LABELLED)
    place = visit_of_terminations(model)
    if place is None or not has_skipped:
        return query.select(visit, copy=False)
    for name, keys in ((ALONE, (LABEL,)), (THAT_DAY, (LABEL, "day"))):
        own = (column(PARTICIPANT, name).eq(column(PARTICIPANT, LABELLED)), column(LABEL, name).eq(visit.copy()))
        same_day = [column("day", name).eq(column("day", LABELLED))] if "day" in keys else []
        query = query.join(
            ended_alone(*keys).subquery(name, copy=False), join_type="left", on=all_of(*own, *same_day), copy=False
        )
    is_moved = any_of(*(negated(is_null(column(PARTICIPANT, name))) for name in (ALONE, THAT_DAY)))
    return query.select(named(case((is_moved, number(place)), otherwise=visit), "visit"), copy=False)


def ended_alone(*keys: str) -> exp.Select:
    """The early terminations that no visit held shares these keys with; one has a label of its own, or a day."""
    label = case(
        (column("visit") >= 0, column("visit")),
        (column("label").neq(exp.Literal.string("")), number(ANOTHER_LABEL)),
    )
    rows = query_of(column(PARTICIPANT), named(label, LABEL), *map(column, ("day", "is_held", "is_ended")))
    query = selected(
        rows.from_(named_table(VISITS), copy=False).subquery("rows", copy=False),
        column(PARTICIPANT),
        *map(column, keys),
    )
    query = query.group_by(column(PARTICIPANT), *map(column, keys), copy=False)
    query = query.having(
        all_of(call("bool_or", column("is_ended")), negated(call("bool_or", column("is_held")))), copy=False
    )
    return query if "day" in keys else query.where(column(LABEL) >= 0, copy=False)
