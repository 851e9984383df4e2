"""Doses as recorded, gathered by cycle, and whether any of them is other than planned.

What is other than planned is only noticed here: the interpreter says what it is, and how grave.
"""

from collections.abc import Iterator

from sqlglot import exp

from protocol_dsl.base.numbers import Number
from protocol_dsl.base.units import factor_between
from protocol_dsl.compile.cycle_plan import CYCLE, CyclePlan
from protocol_dsl.compile.days import ordinal
from protocol_dsl.model.amended import studies_alike
from protocol_dsl.model.columns import DOSES, ODD, PARTICIPANT, SCALE, scaled
from protocol_dsl.model.schedule import Cycles, Level, Treatment
from protocol_dsl.model.study import StudyModel, level_names, unit_held, units_held
from protocol_dsl.trees import (
    Branch,
    all_of,
    any_of,
    call,
    case,
    cast,
    column,
    grouped,
    is_null,
    named,
    negated,
    number,
    selected,
)

GIVEN = "given"
TREATMENT, START, LAST, COUNT, IS_OTHER = "treatment", "start_day", "last_day", "administrations", "is_other"


def given(model: StudyModel) -> exp.Select:
    """One row a cycle given: its first and last day, how many administrations (null: not told), and any other dose."""
    on_each_day = exp.Mul(this=column("times"), expression=grouped(days_of_row()))
    counted = case((column("end_day").is_(exp.null()), times()), otherwise=on_each_day)
    is_untold = all_of(negated(column("end_day").is_(exp.null())), column("times").is_(exp.null()))
    total = case((call("bool_or", is_untold), exp.null()), otherwise=exp.Sum(this=counted))
    last = exp.Max(this=call("coalesce", column("end_day"), column("day")))
    query = selected(
        DOSES,
        column(PARTICIPANT),
        column(TREATMENT),
        column(CYCLE),
        named(ordinal(exp.Min(this=column("day"))), START),
        named(ordinal(last), LAST),
        named(cast(total, "bigint"), COUNT),
        named(call("bool_or", other_dose(model)), IS_OTHER),
        named(call("bool_or", column(ODD)), ODD),
    )
    return query.where(any_of(column("is_given"), column(ODD)), copy=False).group_by(
        column(PARTICIPANT), column(TREATMENT), column(CYCLE), copy=False
    )


def times() -> exp.Expr:
    """How many administrations a row of one day stands for."""
    return call("coalesce", column("times"), number(1))


def days_of_row() -> exp.Expr:
    """The days of a row with an end, both included."""
    since = exp.DateDiff(this=column("end_day"), expression=column("day"), unit=exp.var("day"))
    return exp.Add(this=since, expression=number(1))


def other_dose(model: StudyModel) -> exp.Expr:
    """Whether a row has an amount, a route or a number of administrations not planned by some version."""
    found: list[Branch] = []
    for place, versions in enumerate(zip(*(study.treatments for study in studies_alike(model)), strict=True)):
        conditions = [each for version in dict.fromkeys(versions) for each in departures(version, model)]
        if conditions:
            found.append((column(TREATMENT).eq(place), any_of(*conditions)))
    return case(*found, otherwise=exp.false())


def departures(treatment: Treatment, model: StudyModel) -> Iterator[exp.Expr]:
    """The conditions of which one makes a row other than a version of a treatment plans, or leaves it open.

    A level that only other versions have stands for an amount; which one the interpreter says.
    """
    dose = treatment.dose
    if dose is None:
        return
    planned = (in_rows(each, treatment, model) for each in (dose.amount, *(level.amount for level in treatment.levels)))
    amounts = [number(each) for each in dict.fromkeys(planned) if each is not None]
    amount, is_told = column("amount"), negated(is_null(column("amount")))
    is_other = any_of(is_elsewhere(treatment, model), negated(amount.isin(*amounts)))
    yield all_of(is_told, is_other if amounts else exp.true())
    places = [number(place) for place, _ in levels_in_rows(treatment, model)]
    is_level = call("coalesce", column("level").isin(*places), exp.false()) if places else exp.false()
    yield all_of(is_null(column("amount")), negated(is_level))
    if dose.route is not None:
        yield exp.Lower(this=column("route")).neq(exp.Literal.string(dose.route.casefold()))
    if dose.times_daily is not None and not isinstance(treatment.course, Cycles):
        yield call("coalesce", column("times").neq(dose.times_daily), exp.false())


def in_rows(amount: Number, treatment: Treatment, model: StudyModel) -> int | None:
    """An amount of a version of a treatment as rows that compare with it hold it; nothing where none can."""
    factor = factor_between(treatment.unit, unit_held(treatment, model))
    if factor == 1:
        return scaled(amount)
    read = None if factor is None else amount * factor * 2 * SCALE
    return int(read) if read is not None and read.denominator == 1 else None


def is_elsewhere(treatment: Treatment, model: StudyModel) -> exp.Expr:
    """Whether a row is held in a unit that does not convert to that of a version of its treatment."""
    held = units_held(treatment.name, model)
    return column("unit").neq(held.index(unit_held(treatment, model))) if len(held) > 1 else exp.false()


def levels_in_rows(treatment: Treatment, model: StudyModel) -> Iterator[tuple[int, Level]]:
    """The levels of a version of a treatment, each with the number by which rows know it."""
    names = enumerate(level_names(treatment.name, model))
    yield from ((place, level) for place, name in names for level in treatment.levels if level.is_called(name))


def is_other_cycle(plan: CyclePlan, cutoff: int) -> exp.Expr:
    """Whether the doses of a cycle given are other than planned, once its last planned day has passed."""
    dose = plan.treatment.dose
    if dose is None:
        return exp.false()
    start = column(START, GIVEN)
    found: list[exp.Expr] = [column(IS_OTHER, GIVEN)]
    if dose.days is not None:
        length = exp.Sub(this=column(LAST, GIVEN), expression=start.copy())
        found.append(grouped(length).neq(dose.days - 1))
        if dose.times_daily is not None:
            count = call("coalesce", column(COUNT, GIVEN), number(-1))
            found.append(count.neq(dose.times_daily * dose.days))
    return all_of(start.copy() <= cutoff - plan.length, any_of(*found))
