"""Questions that readings raise: which of two is the latest, and whether a value can be right."""

from collections.abc import Iterator

from attrs import evolve
from sqlglot import exp

from protocol_dsl.base.values import every
from protocol_dsl.compile.gather import BASE, READ_BEFORE, Gather
from protocol_dsl.compile.ladders import rows_of
from protocol_dsl.compile.packing import VALUE, key, modulo
from protocol_dsl.compile.periods import bounds_of
from protocol_dsl.model.columns import ENDLESS, PARTICIPANT, READINGS, SCALE
from protocol_dsl.model.expressions import Pick
from protocol_dsl.model.points import Point
from protocol_dsl.model.study import StudyModel, studies_of
from protocol_dsl.model.vocabulary import Measure
from protocol_dsl.trees import all_of, any_of, call, column, named_table, negated, number, selected

EMPTY = -ENDLESS
"""What stands for the value of an empty reading: no reading has it."""


def noticed(model: StudyModel, gather: Gather) -> Iterator[exp.Select]:
    """The participants whose readings raise a question, or may do so."""
    wanted: dict[tuple[Pick, Point], None] = {}
    rules = [(rule.test, study.eligibility_point) for study in studies_of(model) for rule in study.criteria]
    rules += [(rule.test, gather.horizon) for rule in model.deviations]
    for test, horizon in rules:
        wanted |= {(pick, horizon): None for pick in every(Pick, test) if pick.choice == "latest" and horizon}
    for pick, horizon in wanted:
        yield disagreeing(pick, evolve(gather, horizon=horizon))
    measures = [one for one in model.vocabulary.measures if one.plausible is not None]
    if measures:
        found = any_of(*(is_implausible(one, gather) for one in measures))
        yield selected(READINGS, column(PARTICIPANT), where=found).distinct(copy=False)


def disagreeing(pick: Pick, gather: Gather) -> exp.Select:
    """The participants of whose latest readings two differ; of one that was not done and another too."""
    rows = rows_of(pick.measure, gather)
    bounds = bounds_of(pick.period, gather)
    belongs = rows.belonging(bounds)

    def best(end: exp.Expr, *, is_reversed: bool) -> exp.Expr:
        value = call("coalesce", end.copy(), number(EMPTY))
        return modulo(exp.Max(this=key(value, is_reversed=is_reversed, is_first=False)))

    differ = any_of(
        *(
            exp.Add(this=best(end, is_reversed=False), expression=best(end, is_reversed=True)).neq(VALUE)
            for end in (rows.low, rows.high)
        )
    )
    # Where the period may go on after the horizon, any of them may be the latest.
    if bounds.is_sure != exp.true():
        is_open = call("bool_or", negated(bounds.is_sure))
        differ = any_of(differ, all_of(is_open, exp.Count(this=exp.Star()) > 1))
    same = column(PARTICIPANT, READINGS).eq(column(PARTICIPANT, BASE))
    query = (
        selected(READINGS, column(PARTICIPANT, READINGS))
        .join(named_table(BASE), on=same, copy=False)
        .where(belongs, copy=False)
    )
    if gather.readings_before:
        of_one = column(PARTICIPANT, READINGS).eq(column(PARTICIPANT, READ_BEFORE))
        query = query.join(named_table(READ_BEFORE), join_type="left", on=of_one, copy=False)
    if pick.recorded:
        query = query.where(negated(rows.high.copy().is_(exp.null())), copy=False)
    return query.group_by(column(PARTICIPANT, READINGS), copy=False).having(differ, copy=False)


def is_implausible(measure: Measure, gather: Gather) -> exp.Expr:
    """Whether no value that the reading may have lies in the plausible range; one on its end may be noticed too."""
    low, high = measure.plausible or (0, 0)
    is_below = column("high") < number(int(low * 2 * SCALE))
    is_above = column("low") > number(int(high * 2 * SCALE))
    return all_of(column("measure").eq(gather.layout.measure_number(measure.name)), any_of(is_below, is_above))
