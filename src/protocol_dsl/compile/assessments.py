"""Readings that belong to visits: which measure was read at which visit, as bits."""

from collections.abc import Iterator, Sequence

from sqlglot import exp

from protocol_dsl.base.values import frozen
from protocol_dsl.compile.days import days_since
from protocol_dsl.compile.filed import FILED
from protocol_dsl.compile.gather import Gather
from protocol_dsl.compile.matching import bit_of, kind_of_bits
from protocol_dsl.compile.packed import total
from protocol_dsl.compile.visit_days import VisitDays
from protocol_dsl.compile.visit_plan import PlannedVisit, is_of_another_arm, planned_visits, start_columns
from protocol_dsl.model.amended import versions_of_visits
from protocol_dsl.model.columns import NO_LABEL, PARTICIPANT, NotInColumnsError
from protocol_dsl.model.listed import listed_visits
from protocol_dsl.model.study import StudyModel
from protocol_dsl.trees import (
    all_of,
    any_of,
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

READ_AT, MISSING = "read_at", "missing"
MEASURE, IS_STRAY, VISITS_OF, DAY, PLAN = "read", "is_stray", "visits_of_reading", "day_of_reading", "plan"


@frozen
class Group:
    """A measure that is asked for at some visits, or several of which one is enough; visits by their numbers.

    Versions of a visit that amendments change are visits of their own.
    """

    measures: tuple[str, ...]
    visits: tuple[int, ...]


@frozen
class Unread:
    """The visits at which a group was not read, as bits, and whether a reading without a label leaves that open."""

    visits: exp.Expr
    is_open: exp.Expr


def asked(model: StudyModel) -> tuple[Group, ...]:
    """What is asked for at visits, in the order of the text.

    Raises:
        NotInColumnsError: One of several is no measure but a ladder of grades.
    """
    measures = {one.name for one in model.vocabulary.measures}
    found: dict[tuple[str, ...], list[int]] = {}
    for number_of, version in enumerate(versions_of_visits(model)):
        visit = version.visit
        for group in (*((name,) for name in visit.required if name in measures), *visit.either):
            if not measures.issuperset(group):
                raise NotInColumnsError(f"visit {visit.name}: an assessment that is no measure")
            found.setdefault(group, []).append(number_of)
    return tuple(Group(group, tuple(visits)) for group, visits in found.items())


def measures_asked(model: StudyModel) -> Iterator[str]:
    """Each measure that some visit asks for, once."""
    yield from dict.fromkeys(name for group in asked(model) for name in group.measures)


def read_at(model: StudyModel, gather: Gather, days: VisitDays, plan: exp.Select) -> exp.Select:
    """One row a participant: the visits of whose each measure there is a reading, and whether one has no label.

    A reading belongs to the visit that it is labelled with; one without a label to those in whose window it lies.
    ``plan`` has what windows are counted from.
    """
    kind = kind_of_bits(len(listed_visits(model)))
    places = {name: gather.layout.measure_number(name) for name in measures_asked(model)}
    same = column(PARTICIPANT, FILED).eq(column(PARTICIPANT, PLAN))
    names = (PARTICIPANT, "measure", "visit")
    day = named(days_since(days.epoch, column("day", FILED)), DAY)
    rows = (
        query_of(*(column(name, FILED) for name in names), day)
        .select(*(column(name, PLAN) for name in start_columns(model)), copy=False)
        .from_(named_table(FILED), copy=False)
        .join(plan.subquery(PLAN, copy=False), on=same, copy=False)
        .where(column("is_recorded"), column("measure", FILED).isin(*places.values(), copy=False), copy=False)
    )
    belonging = selected(
        rows.subquery("dated", copy=False),
        column(PARTICIPANT),
        column("measure"),
        named(column("visit").eq(NO_LABEL), IS_STRAY),
        named(visits_of_reading(model, days), VISITS_OF),
    )
    query = query_of(column(PARTICIPANT))
    for name, place in places.items():
        is_one = column("measure").eq(place)
        of_measure = case((is_one, column(VISITS_OF)), otherwise=number(0))
        query = query.select(
            named(call("bit_or", cast(of_measure, kind)), f"{MEASURE}_{name}"),
            named(call("bool_or", all_of(is_one.copy(), column(IS_STRAY))), f"{IS_STRAY}_{name}"),
            copy=False,
        )
    return query.from_(belonging.subquery("rows", copy=False), copy=False).group_by(column(PARTICIPANT), copy=False)


def visits_of_reading(model: StudyModel, days: VisitDays) -> exp.Expr:
    """The visits that a reading belongs to, as bits."""
    visit, kind = column("visit"), kind_of_bits(len(listed_visits(model)))
    labelled = exp.BitwiseLeftShift(this=cast(number(1), kind), expression=cast(visit, kind))
    inside: list[exp.Expr] = []
    for item in planned_visits(model, days):
        is_inside = all_of(exp.Between(this=column(DAY), low=item.earliest.day, high=item.latest.day), item.is_in_force)
        inside.append(grouped(case((is_inside, bit_of(item.place)), otherwise=number(0))))
    by_window = cast(total(inside), kind)
    return case((visit.copy() >= 0, labelled), (visit.copy().eq(NO_LABEL), by_window), otherwise=number(0))


def unread(group: Group, held: exp.Expr, visits: Sequence[PlannedVisit], count: int) -> Unread:
    """The visits of the group, among those ``held`` of so many, at which nothing of it was read."""
    read: exp.Expr = number(0)
    for name in group.measures:
        read = exp.BitwiseOr(this=read, expression=call("coalesce", column(f"{MEASURE}_{name}", READ_AT), number(0)))
    missing: exp.Expr = exp.BitwiseNot(this=grouped(cast(grouped(read), kind_of_bits(count))))
    for each in (held, *due(group, visits)):
        missing = exp.BitwiseAnd(this=each, expression=missing)
    strays = [call("coalesce", column(f"{IS_STRAY}_{name}", READ_AT), exp.false()) for name in group.measures]
    found = grouped(missing)
    return Unread(found, all_of(grouped(found.copy()).neq(0), any_of(*strays)))


def due(group: Group, visits: Sequence[PlannedVisit]) -> Iterator[exp.Expr]:
    """The visits of the group as bits, but for those that are not of the participant's arm, or not in force."""
    asking: dict[int, list[PlannedVisit]] = {}
    for each in group.visits:
        asking.setdefault(visits[each].place, []).append(visits[each])
    yield number(sum(1 << place for place in asking))
    for place, versions in asking.items():
        is_asked = any_of(*(all_of(negated(is_of_another_arm(each.visit)), each.is_in_force) for each in versions))
        if any(each.visit.arms or each.versions for each in versions):
            yield case((is_asked, number(-1)), otherwise=number(~(1 << place)))
