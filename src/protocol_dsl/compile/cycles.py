"""The cycles of each treatment: a row a planned cycle, with where it stands at the cut-off."""

from collections.abc import Sequence

from attrs import evolve
from sqlglot import exp

from protocol_dsl.compile.arms import may_be_given
from protocol_dsl.compile.cycle_plan import (
    CYCLE,
    DAYS,
    MONTHS,
    ORIGIN,
    CyclePlan,
    cycle_plans,
    is_beyond,
    is_of_plan,
    plan_table,
    planned_day,
)
from protocol_dsl.compile.cycles_inside import (
    IS_OFF,
    IS_OFF_INSIDE,
    IS_OVER,
    IS_WAITING,
    RANK,
    is_after_one_beyond,
    planned_inside,
)
from protocol_dsl.compile.days import moved, on_ordinal, ordinal
from protocol_dsl.compile.dosing import COUNT, GIVEN, START, TREATMENT, given, is_other_cycle
from protocol_dsl.compile.early import hangs_on_columns, people, places_followed
from protocol_dsl.compile.gather import BASE, Gather
from protocol_dsl.compile.participation import participation_end
from protocol_dsl.compile.parts import IN_PARTS
from protocol_dsl.compile.stops import first_event, is_first_open
from protocol_dsl.model.amended import studies_alike
from protocol_dsl.model.columns import ODD, PARTICIPANT
from protocol_dsl.model.cycles import spacing
from protocol_dsl.model.listed import MOST_CYCLES
from protocol_dsl.model.patterns import discontinuations
from protocol_dsl.model.points import Length
from protocol_dsl.model.results import STATUSES, Status
from protocol_dsl.model.study import StudyModel
from protocol_dsl.trees import (
    Branch,
    all_of,
    any_of,
    call,
    case,
    cast,
    column,
    named,
    named_table,
    negated,
    number,
    query_of,
    selected,
)

CYCLES = "cycle_answers"
ENDED, IS_AFTER_LAST, HAS_OTHER_DOSES, IS_GIVEN_BY_ARM = "ended", "is_after_last", "has_other_doses", "is_given_by_arm"
IS_BEYOND, IS_LISTED, IS_LAST = "is_beyond", "is_listed", "is_last"
ACTUAL, PLANNED, EARLIEST, LATEST = "actual", "planned", "earliest", "latest"


def status(name: Status) -> exp.Expr:
    """A status as columns call it."""
    return number(STATUSES.index(name))


def cycle_tables(model: StudyModel, gather: Gather, cutoff: int) -> list[tuple[str, exp.Select]]:
    """The steps that lead to ``CYCLES``, in order, after milestones and base.

    Columns of ``CYCLES``: participant, treatment (number), cycle, planned, earliest, latest, actual (ordinal numbers),
    status, days_out, administrations, is_after_last, is_off (it never is due), in_parts (the interpreter judges the
    doses), odd.

    Raises:
        NotInColumnsError: The plan of a treatment depends on what happened in a way that columns do not follow.
    """
    plans, gather = cycle_plans(model), evolve(gather, knows_given=False)
    steps = [(GIVEN, given(model))]
    followed = places_followed(model) if hangs_on_columns(model) else frozenset()
    hosts = {plan.host for plan in plans}
    found: list[exp.Select] = []
    # What lies in the cycles of another treatment comes after these.
    for plan in sorted(plans, key=lambda each: each.host is not None):
        steps += plan_tables(plan, plans, model, gather)
        answers = standing(laid(plan, model, gather, cutoff), plan, cutoff, hangs=plan.number in followed)
        if plan.number in hosts:
            steps.append((plan.answers_table, answers))
            answers = selected(plan.answers_table, "*")
        found.append(answers)
    if not found:
        return steps
    whole = found[0]
    for each in found[1:]:
        whole = exp.union(whole, each, distinct=False)  # type: ignore[assignment] # a union is a query too
    return [*steps, (CYCLES, whole)]


def plan_tables(
    plan: CyclePlan, plans: Sequence[CyclePlan], model: StudyModel, gather: Gather
) -> list[tuple[str, exp.Select]]:
    """The steps that lead to the planned points of a treatment."""
    if plan.cycles.inside is not None:
        hosts = [each.answers_table for each in plans if each.number == plan.host]
        return [(plan.table, planned_inside(plan.cycles.inside, hosts, planned=PLANNED, actual=ACTUAL))]
    if not plan.follows:
        return [(plan.table, plan_table(plan))]
    by_months = any(length.months for length in plan.cycles.spacings)
    moving = plan_moved_by_months(plan, model, gather) if by_months else moved_plan(plan, model)
    return [(plan.points_table, plan_table(plan)), (plan.table, moving)]


def plan_moved_by_months(plan: CyclePlan, model: StudyModel, gather: Gather) -> exp.Select:
    """:func:`moved_plan` where each cycle is some calendar months after the one before: day by day, as months clip."""
    starts = selected(GIVEN, column(PARTICIPANT), where=column(TREATMENT).eq(plan.number))
    day = query_of(column(PARTICIPANT, BASE), named(gather.point(plan.cycles.start), f"{PLANNED}_1"))
    branches: list[Branch] = []
    for place, _ in enumerate(plan.points, 1):
        start = exp.Min(this=exp.If(this=column(CYCLE).eq(place), true=column(START)))
        starts = starts.select(named(on_ordinal(start), f"{START}_{place}"), copy=False)
        if place > 1:
            last = call("coalesce", column(f"{START}_{place - 1}", "starts"), column(f"{PLANNED}_{place - 1}"))
            day = day.select(named(moved(last, spacing(plan.cycles, place - 1)), f"{PLANNED}_{place}"), copy=False)
        branches.append((column(CYCLE, plan.points_table).eq(place), column(f"{PLANNED}_{place}", "chain")))
    same = column(PARTICIPANT, BASE).eq(column(PARTICIPANT, "starts"))
    chain = day.from_(people(model), copy=False).join(
        starts.group_by(column(PARTICIPANT), copy=False).subquery("starts", copy=False),
        join_type="left",
        on=same,
        copy=False,
    )
    origin = exp.Sub(this=ordinal(case(*branches)), expression=column(DAYS, plan.points_table))
    names = (column(name, plan.points_table) for name in (CYCLE, MONTHS, DAYS))
    everyone = chain.subquery("chain", copy=False)
    query = selected(everyone, column(PARTICIPANT, "chain"), *names, named(origin, ORIGIN))
    return query.join(plan.points_table, join_type="cross", copy=False)


def moved_plan(plan: CyclePlan, model: StudyModel) -> exp.Select:
    """The planned points for each participant, with the day from which the last cycle before makes them count.

    That is the day on which it began, less the days after the milestone on which the plan alone would have it.
    """
    points = plan.points_table
    is_actual = all_of(
        column(PARTICIPANT, BASE).eq(column(PARTICIPANT, GIVEN)),
        column(TREATMENT, GIVEN).eq(plan.number),
        column(CYCLE, points).eq(column(CYCLE, GIVEN)),
    )
    origin = exp.Window(
        this=exp.IgnoreNulls(
            this=exp.LastValue(this=exp.Sub(this=column(START, GIVEN), expression=column(DAYS, points)))
        ),
        partition_by=[column(PARTICIPANT, BASE)],
        order=exp.Order(expressions=[exp.Ordered(this=column(CYCLE, points))]),
        spec=exp.WindowSpec(kind="ROWS", start="UNBOUNDED", start_side="PRECEDING", end="1", end_side="PRECEDING"),
    )
    query = query_of(column(PARTICIPANT, BASE), *(column(name, points) for name in (CYCLE, MONTHS, DAYS)))
    query = (
        query.select(named(origin, ORIGIN), copy=False)
        .from_(people(model), copy=False)
        .join(points, join_type="cross", copy=False)
    )
    return query.join(named_table(GIVEN), join_type="left", on=is_actual, copy=False)


def laid(plan: CyclePlan, model: StudyModel, gather: Gather, cutoff: int) -> exp.Select:
    """Each planned cycle of everyone, with what was given of it."""
    window = plan.cycles.window
    is_given = any_of(*dict.fromkeys(may_be_given(plan.treatment, study) for study in studies_alike(model)))
    is_actual = all_of(
        column(PARTICIPANT, BASE).eq(column(PARTICIPANT, GIVEN)),
        column(TREATMENT, GIVEN).eq(plan.number),
        column(CYCLE, plan.table).eq(column(CYCLE, GIVEN)),
    )
    after_last = [column(START, GIVEN) > ordinal(moved(gather.point(last), window.late)) for last in plan.last_points]
    odd = call("coalesce", column(ODD, GIVEN), exp.false())
    planned = planned_day(plan, gather, Length())
    stops = [ordinal(first_event(events, gather)) for events in plan.ends]
    discontinued = discontinuations(plan.treatment)
    beyond = [is_beyond(planned, last, gather) for last in plan.compared]
    beyond += [planned.copy() > stop.copy() for stop in stops] if plan.host is None else []
    is_none = call("coalesce", any_of(*beyond), exp.false())
    ends = [*stops, *(ordinal(first_event(events, gather)) for events in discontinued)]
    ended = exp.Least(this=ordinal(participation_end(model, gather, cutoff)), expressions=ends, ignore_nulls=True)
    is_open = any_of(
        *(is_first_open(events, gather) for events in plan.ends),
        *(is_first_open(events, gather) for events in discontinued),
    )
    if plan.host is not None and beyond:
        is_open = any_of(is_open, all_of(negated(is_none.copy()), is_after_one_beyond(is_none.copy(), plan)))
    unbounded = any_of(*(gather.point(last).is_(exp.null()) for last in plan.compared))
    until = exp.Least(this=number(cutoff), expressions=[ended.copy()], ignore_nulls=True)
    query = selected(
        people(model),
        column(PARTICIPANT, BASE),
        named(number(plan.number), TREATMENT),
        column(CYCLE, plan.table),
        named(planned, PLANNED),
        named(planned_day(plan, gather, window.early), EARLIEST),
        named(planned_day(plan, gather, window.late), LATEST),
        named(column(START, GIVEN), ACTUAL),
        named(column(COUNT, GIVEN), COUNT),
        named(ended, ENDED),
        named(is_given, IS_GIVEN_BY_ARM),
        named(column("arm", BASE).is_(exp.null()) if model.arms else exp.false(), "is_arm_unknown"),
        named(call("coalesce", any_of(*after_last), exp.false()), IS_AFTER_LAST),
        named(call("coalesce", is_other_cycle(plan, cutoff), exp.false()), HAS_OTHER_DOSES),
        named(is_none, IS_BEYOND),
        named(any_of(all_of(unbounded, negated(planned.is_(exp.null()))), is_open), "is_open"),
        named(odd, ODD),
        *listing(plan, is_given.copy(), planned, until),
    )
    if plan.host is not None:
        query = query.select(*(column(name, plan.table) for name in (IS_OVER, IS_WAITING, IS_OFF_INSIDE)), copy=False)
    if plan.host is not None or plan.follows:
        query = query.join(plan.table, on=column(PARTICIPANT, BASE).eq(column(PARTICIPANT, plan.table)), copy=False)
    else:
        query = query.join(plan.table, join_type="cross", copy=False)
    if plan.arms:
        query = query.where(is_of_plan(plan), copy=False)
    return query.join(named_table(GIVEN), join_type="left", on=is_actual, copy=False)


def listing(plan: CyclePlan, is_given: exp.Expr, planned: exp.Expr, until: exp.Expr) -> tuple[exp.Expr, exp.Expr]:
    """Whether a cycle is listed, and whether it is the last that columns list of a plan that goes on.

    Of a plan without an end cycles are listed up to the highest number in the data, and to the first that is planned
    after the cut-off or the end of participation; of a treatment that the arm does not give, the first.
    """
    if plan.host is not None:
        return named(any_of(is_given, column(RANK, plan.table).eq(1)), IS_LISTED), named(exp.false(), IS_LAST)
    if not plan.is_endless:
        return named(exp.true(), IS_LISTED), named(exp.false(), IS_LAST)
    number_of, own = column(CYCLE, plan.table), [column(PARTICIPANT, BASE)]
    order = exp.Order(expressions=[exp.Ordered(this=number_of)])
    before = exp.Window(this=exp.Lag(this=planned.copy()), partition_by=own, order=order)
    given = exp.If(this=negated(column(START, GIVEN).is_(exp.null())), true=number_of.copy())
    recorded = exp.Window(this=exp.Max(this=given), partition_by=[column(PARTICIPANT, BASE)])
    has_come = any_of(
        call("coalesce", before <= until, exp.false()), call("coalesce", number_of.copy() <= recorded, exp.false())
    )
    is_last = all_of(number_of.copy().eq(MOST_CYCLES), call("coalesce", planned.copy() <= until.copy(), exp.false()))
    return named(any_of(number_of.copy().eq(1), all_of(is_given, has_come)), IS_LISTED), named(is_last, IS_LAST)


def standing(cycles: exp.Select, plan: CyclePlan, cutoff: int, *, hangs: bool = False) -> exp.Select:
    """The status of each cycle, decided in the order that the language fixes.

    The interpreter judges the doses of whoever began a cycle that has no window, was given other doses than planned, or
    has a plan that is open: without a known arm, or without a day after which nothing is planned. Where other rules
    speak of the days of cycles (``hangs``), it judges everything of those whose cycles lie elsewhere than planned.
    """
    planned, earliest, latest, actual = (column(name) for name in (PLANNED, EARLIEST, LATEST, ACTUAL))
    is_given = negated(actual.is_(exp.null()))
    is_inside = plan.host is not None
    over: list[Branch] = [(column(IS_OVER), status("not due"))] if is_inside else []
    waiting: list[Branch] = [(column(IS_WAITING), status("expected"))] if is_inside else []
    found = case(
        (negated(column(IS_GIVEN_BY_ARM)), status("not applicable")),
        (all_of(is_given.copy(), planned.is_(exp.null())), status("undetermined")),
        (actual.copy() < earliest.copy(), status("early")),
        (actual.copy() > latest.copy(), status("late")),
        (is_given.copy(), status("in window")),
        *over,
        (planned.copy().is_(exp.null()), status("not due")),
        (earliest.copy() > cutoff, status("not due")),
        (column(ENDED) <= latest.copy(), status("not due")),
        (latest.copy() >= cutoff, status("expected")),
        *waiting,
        otherwise=status("missed"),
    )
    out = case(
        (actual.copy() < earliest.copy(), exp.Sub(this=actual.copy(), expression=earliest.copy())),
        (actual.copy() > latest.copy(), exp.Sub(this=actual.copy(), expression=latest.copy())),
    )
    is_elsewhere = any_of(
        all_of(column("is_arm_unknown"), negated(planned.copy().is_(exp.null()))),
        column("is_open"),
        column(IS_LAST),
        all_of(is_given.copy(), planned.copy().is_(exp.null())),
        all_of(is_given.copy(), column(IS_BEYOND)),
    )
    odd = all_of(column(IS_GIVEN_BY_ARM), any_of(column(ODD), *([is_elsewhere.copy()] if hangs else [])))
    besides = all_of(column(IS_GIVEN_BY_ARM), any_of(is_elsewhere, column(HAS_OTHER_DOSES)))
    # How far the plan goes may be open for those to whom the arm gives none of it too.
    besides = any_of(besides, column("is_open"))

    ends = [column(ENDED) <= latest.copy(), *([column(IS_OFF_INSIDE)] if is_inside else [])]
    is_off = any_of(negated(column(IS_GIVEN_BY_ARM)), all_of(negated(is_given.copy()), any_of(*ends)))

    def if_given(value: exp.Expr) -> exp.Expr:
        return case((column(IS_GIVEN_BY_ARM), value))

    query = selected(
        cycles.subquery("laid", copy=False),
        column(PARTICIPANT),
        column(TREATMENT),
        column(CYCLE),
        *(column(name) for name in (PLANNED, EARLIEST, LATEST)),
        named(if_given(actual.copy()), ACTUAL),
        named(cast(found, "tinyint"), "status"),
        named(if_given(out), "days_out"),
        named(if_given(column(COUNT)), COUNT),
        column(IS_AFTER_LAST),
        named(call("coalesce", is_off, exp.false()), IS_OFF),
        named(besides, IN_PARTS),
        named(odd, ODD),
    )
    # A cycle beyond the last point is none; of one that was given all the same the interpreter judges the doses.
    return query.where(column(IS_LISTED), any_of(negated(column(IS_BEYOND)), is_given.copy()), copy=False)
