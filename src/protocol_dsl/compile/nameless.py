"""Visits without a label: each is the visit whose window holds its day, of several the one planned nearest.

Where two are nearest to one visit, the interpreter matches them: one may be another visit then.
"""

from sqlglot import exp

from protocol_dsl.compile.days import days_since
from protocol_dsl.compile.gather import BASE
from protocol_dsl.compile.matching import bit_in, bits_of
from protocol_dsl.compile.tables import has_bit
from protocol_dsl.compile.visit_days import VisitDays
from protocol_dsl.compile.visit_plan import PlannedVisit, is_of_another_arm, planned_visits, start_columns
from protocol_dsl.model.columns import PARTICIPANT, VISITS
from protocol_dsl.model.study import StudyModel
from protocol_dsl.trees import (
    all_of,
    call,
    case,
    cast,
    column,
    grouped,
    named,
    named_table,
    negated,
    number,
    query_of,
    selected,
)

LABELLED, PLACED = "visits_labelled", "visits_placed"
TAKEN, DAY = "taken", "day_of_visit"
COLUMNS = ("visit", "day", "is_held", "is_ended", "label", "is_open")
DAYS, PLACES = 1 << 17, 1 << 7
"""More than the greatest planned day in days after the epoch, and than the greatest number of a visit."""


def labelled(count: int) -> exp.Select:
    """One row a participant: the visits that a row with their label says were held, as bits."""
    is_one = all_of(column("is_held"), column("visit") >= 0)
    rows = selected(VISITS, column(PARTICIPANT), column("visit"), named(is_one, "is_one"))
    taken = named(bits_of("is_one", bit_in("visit", count)), TAKEN)
    query = selected(rows.subquery("rows", copy=False), column(PARTICIPANT), taken)
    return query.group_by(column(PARTICIPANT), copy=False)


def placed_rows(model: StudyModel, plan: exp.Select, days: VisitDays) -> exp.Select:
    """The rows of visits, those without a label with the number of the visit that they are.

    ``plan`` has everybody's arm and what windows are counted from. A label keeps its visit: only what is left is taken.
    """
    is_nameless = all_of(column("is_held", VISITS), column("label", VISITS).eq(exp.Literal.string("")))
    others = selected(VISITS, column(PARTICIPANT), *map(column, COLUMNS), where=negated(is_nameless.copy()))
    day = days_since(days.epoch, column("day", VISITS))
    rows = (
        query_of(column(PARTICIPANT, VISITS), *(column(name, VISITS) for name in COLUMNS[1:]), named(day, DAY))
        .select(column("arm", BASE), *(column(name, BASE) for name in start_columns(model)), copy=False)
        .select(named(call("coalesce", column(TAKEN, LABELLED), number(0)), TAKEN), copy=False)
        .from_(named_table(VISITS), copy=False)
        .join(plan.subquery(BASE, copy=False), on=column(PARTICIPANT, VISITS).eq(column(PARTICIPANT, BASE)), copy=False)
        .join(
            named_table(LABELLED),
            join_type="left",
            on=column(PARTICIPANT, VISITS).eq(column(PARTICIPANT, LABELLED)),
            copy=False,
        )
        .where(is_nameless, copy=False)
    )
    keys = [case((may_be(item), key(item))) for item in planned_visits(model, days)]
    nearest = exp.Least(this=cast(exp.null(), "bigint"), expressions=keys, ignore_nulls=True)
    visit = call("coalesce", exp.BitwiseAnd(this=nearest, expression=number(PLACES - 1)), number(-1))
    found = query_of(column(PARTICIPANT), named(cast(visit, "int"), "visit"), *map(column, COLUMNS[1:]))
    every = exp.union(others, found.from_(rows.subquery("rows", copy=False), copy=False), distinct=False)
    return selected(every.subquery("every", copy=False), "*")


def may_be(item: PlannedVisit) -> exp.Expr:
    """Whether a row lies in the window of a visit that the participant has, and that no label names."""
    is_inside = exp.Between(this=column(DAY), low=item.earliest.day, high=item.latest.day)
    is_taken = has_bit(TAKEN, 1 << item.place)
    return all_of(is_inside, negated(is_taken), negated(is_of_another_arm(item.visit)), item.is_in_force)


def key(item: PlannedVisit) -> exp.Expr:
    """How far a row is from a visit, then where the plan puts it, then its number."""
    planned = item.planned.day
    distance = cast(exp.Abs(this=exp.Sub(this=column(DAY), expression=planned)), "bigint")
    place = grouped(exp.Add(this=exp.Mul(this=distance, expression=number(DAYS)), expression=planned.copy()))
    return exp.Add(this=exp.Mul(this=place, expression=number(PLACES)), expression=number(item.place))
