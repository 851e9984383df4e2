"""The order of visits in the plan: who had two on one day, or in reversed order."""

from collections.abc import Callable, Sequence
from itertools import combinations, pairwise

from sqlglot import exp

from protocol_dsl.base.values import frozen
from protocol_dsl.model.points import Length, Point
from protocol_dsl.model.study import StudyModel
from protocol_dsl.trees import call, grouped

FIRST = ("consent", "screening", "randomization", "first_dose")
"""Milestones in the order in which they mostly are; whoever has them otherwise is left to the interpreter."""
SHORTEST, LONGEST = 28, 31
"""Days of a month."""
ANYWHERE = 1 << 20
"""More days than any visit is from its plan."""


@frozen
class Territory:
    """Days before and after the planned day within which a visit certainly lies between its neighbours."""

    low: int
    high: int


def in_order(model: StudyModel) -> tuple[int, ...]:
    """The visits by their numbers, where the plan mostly puts them."""
    milestones = list(dict.fromkeys((*FIRST, *(visit.point.milestone for visit in model.visits))))

    def key(place: int) -> tuple[int, int, int]:
        point = model.visits[place].point
        return milestones.index(point.milestone), point.months * LONGEST + point.days, place

    return tuple(sorted(range(len(model.visits)), key=key))


def gap(before: Point, after: Point) -> int:
    """The days that are at least between two points of one milestone; below zero if they may be the other way round."""
    months = after.months - before.months
    return months * (SHORTEST if months >= 0 else LONGEST) + after.days - before.days


def roughly(length: Length) -> int:
    """The most days that a side of a window has."""
    return length.months * LONGEST + length.days


def territories(model: StudyModel) -> tuple[Territory, ...]:
    """The territory of each visit; those of one milestone never meet, whatever the days of the participant.

    Those of two milestones may meet: see :func:`may_meet`.
    """
    order = in_order(model)
    low, high = dict.fromkeys(order, -ANYWHERE), dict.fromkeys(order, ANYWHERE)
    for one, other in pairwise(order):
        before, after = model.visits[one], model.visits[other]
        if before.point.milestone != after.point.milestone:
            high[one] = max(roughly(before.window.late), 0)
            low[other] = min(roughly(after.window.early), 0)
            continue
        days = gap(before.point, after.point)
        high[one] = (days - 1) // 2 if days >= 0 else -ANYWHERE
        low[other] = high[one] - (days - 1) if days >= 0 else ANYWHERE
    return tuple(Territory(low[place], high[place]) for place in range(len(model.visits)))


def may_meet(model: StudyModel, planned: Callable[[int], exp.Expr]) -> list[exp.Expr]:
    """Conditions of which one holds for whoever has visits of two milestones whose territories meet."""
    order, territory = in_order(model), territories(model)
    ends: dict[str, list[int]] = {}
    for place in order:
        ends.setdefault(model.visits[place].point.milestone, []).append(place)
    found: list[exp.Expr] = []
    for before, after in combinations(ends.values(), 2):
        end, start = before[-1], after[0]
        days = territory[end].high - territory[start].low
        between = exp.Sub(this=planned(start), expression=planned(end))
        found.append(call("coalesce", grouped(between) <= days, exp.false()))
    return found


def planned_otherwise(model: StudyModel, planned: Callable[[int], exp.Expr]) -> list[exp.Expr]:
    """Conditions of which one holds for whoever has the plan in another order."""
    order = in_order(model)
    found: list[exp.Expr] = []
    compared: dict[int, set[int]] = {}
    for at, place in enumerate(order):
        point = model.visits[place].point
        alike = [each for each in order[:at] if model.visits[each].point.milestone == point.milestone]
        certain = {each for each in alike if gap(model.visits[each].point, point) >= 0}
        # What lies before a visit that is certainly before this one needs no second look.
        known = certain.union(*(compared[each] for each in certain))
        others = [each for each in order[:at] if each not in known]
        compared[place] = known.union(others)
        if others:
            latest = latest_of([planned(each) for each in others])
            found.append(call("coalesce", planned(place) < latest, exp.false()))
    return found


def reversed_days(model: StudyModel, held: Callable[[int], exp.Expr]) -> exp.Expr:
    """Whether a visit was held on the day of one that the plan has before it, or earlier.

    Days that rise stay as they are when they are sorted and written once each; a visit without a day is in no list.
    """
    days = call("list_value", *(held(place) for place in in_order(model)))
    risen = call("list_sort", call("list_distinct", days.copy()))
    separator = exp.Literal.string(" ")
    return call("array_to_string", days, separator).neq(call("array_to_string", risen, separator.copy()))


def latest_of(days: Sequence[exp.Expr]) -> exp.Expr:
    """The latest of some days."""
    first, *rest = days
    return exp.Greatest(this=first, expressions=rest, ignore_nulls=True) if rest else first
