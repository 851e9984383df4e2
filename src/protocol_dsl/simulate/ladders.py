"""Readings made up for ladders: a value of a wished grade, and the reference range that the protocol leaves to data."""

import operator
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

from protocol_dsl.base.numbers import Number, exact, write_number
from protocol_dsl.model.study import StudyModel
from protocol_dsl.model.vocabulary import Ladder, Measure, Normal, Rung

USUAL = Normal(20, 40)
"""A range for measures of whose size nothing is known."""
ROOM = Fraction(1, 10)
REACHES: Mapping[str, Callable[[Number, Number], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def ladder_named(name: str, study: StudyModel) -> Ladder | None:
    """The ladder of a name, if it is one."""
    return next((each for each in study.vocabulary.ladders if each.name == name), None)


def range_of(measure: Measure, study: StudyModel) -> Normal | None:
    """The range that rows bring where a ladder asks for one and the protocol has none; within all amounts graded."""
    rungs = [rung for ladder in study.vocabulary.ladders if ladder.measure == measure.name for rung in ladder.rungs]
    if measure.normals or not any(rung.limit.of in {"lower", "upper"} for rung in rungs):
        return None
    amounts = [(rung.operator, rung.limit.number) for rung in rungs if rung.limit.of == "amount"]
    low = max((number for sign, number in amounts if sign in {"<", "<="}), default=None)
    high = min((number for sign, number in amounts if sign in {">", ">="}), default=None)
    if low is None:
        return USUAL if high is None else Normal(exact(high * ROOM), exact(high * (1 - ROOM)))
    return Normal(exact(low * (1 + ROOM)), exact(low * 2 if high is None else high * (1 - ROOM)))


def range_cells(measure: Measure, study: StudyModel) -> dict[str, str]:
    """The cells of such a range."""
    found = range_of(measure, study)
    return {} if found is None else {"low": write_number(found.low), "high": write_number(found.high)}


def value_of_grade(ladder: Ladder, grade: int, measure: Measure, study: StudyModel) -> Number | None:
    """A value of the wished grade; none where the limits hang on another reading, or give no such grade."""
    normal = range_of(measure, study) or (measure.normals[0] if measure.normals else None)
    limits = [(rung, limit) for rung in ladder.rungs if (limit := known_limit(rung, normal)) is not None]
    for value in candidates([limit for _, limit in limits]):
        reached = (rung.grade for rung, limit in limits if REACHES[rung.operator](value, limit))
        if max(reached, default=0) == grade:
            return value
    return None


def can_be_graded(ladder: Ladder, study: StudyModel) -> bool:
    """Whether each limit of a ladder is known without another reading of the participant."""
    measure = next(item for item in study.vocabulary.measures if item.name == ladder.measure)
    normal = range_of(measure, study) or (measure.normals[0] if measure.normals else None)
    return all(known_limit(rung, normal) is not None for rung in ladder.rungs)


def known_limit(rung: Rung, normal: Normal | None) -> Number | None:
    """The limit of a rung as a number."""
    match rung.limit.of:
        case "amount":
            return rung.limit.number
        case "lower":
            return None if normal is None else exact(rung.limit.number * normal.low)
        case "upper":
            return None if normal is None else exact(rung.limit.number * normal.high)
        case "visit":
            return None


def candidates(limits: list[Number]) -> Iterator[Number]:
    """A value on each limit and a little to both sides of it."""
    for limit in limits:
        yield from (exact(limit * (1 + step * ROOM)) for step in (-1, 1, 0))
