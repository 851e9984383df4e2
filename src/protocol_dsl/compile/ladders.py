"""Grades of readings, and the reference ranges they are counted from."""

from fractions import Fraction
from typing import Literal, TypeAlias

from sqlglot import exp

from protocol_dsl.base.numbers import Number
from protocol_dsl.compile.belonging import belonging, spanned
from protocol_dsl.compile.gather import Gather
from protocol_dsl.compile.intervals import Interval, decisions, interval_of, interval_of_constant, multiple
from protocol_dsl.compile.quantities import Quantity
from protocol_dsl.compile.rows import Rows
from protocol_dsl.compile.tables import number_of_limit
from protocol_dsl.model.columns import PEOPLE, SCALE
from protocol_dsl.model.expressions import LimitOfNormal
from protocol_dsl.model.vocabulary import Ladder, Limit
from protocol_dsl.trees import Branch, all_of, call, case, cast, column, grouped, negated, number

End: TypeAlias = Literal["lower", "upper"]
BOTH_SEXES = {"female", "male"}
NOT_KNOWN = "unknown"


# ------------------------------------------------------------------------------- grades
def rows_of(name: str, gather: Gather) -> Rows:
    """The readings of a measure or of a ladder."""
    ladder = next((one for one in gather.model.vocabulary.ladders if one.name == name), None)
    if ladder is None:
        return Rows(gather.layout.measure_number(name), column("low"), column("high"))
    return Rows(gather.layout.measure_number(ladder.measure), *graded(ladder, gather))


def graded(ladder: Ladder, gather: Gather) -> tuple[exp.Expr, exp.Expr]:
    """The least and the greatest grade that a row may have, null where it is empty."""
    low, high = column("low"), column("high")
    has_value = negated(high.is_(exp.null()))
    value = interval_of(Quantity(low, high, has_value))
    least: list[Branch] = []
    greatest: list[Branch] = []
    # The highest rung that is reached is the grade.
    for rung in sorted(ladder.rungs, key=lambda one: -one.grade):
        met, not_met = decisions(value, rung.operator, limit_of(rung.limit, ladder.measure, gather))
        grade = number(rung.grade * 2 * SCALE)
        least.append((met, grade))
        greatest.append((negated(call("coalesce", not_met, exp.false())), grade.copy()))
    ends = (grouped(case(*branches, otherwise=number(0))) for branches in (least, greatest))
    first, last = (exp.If(this=has_value, true=end) for end in ends)
    return first, last


def limit_of(limit: Limit, measure: str, gather: Gather) -> Interval:
    """The limit of a rung for a row, which may bring its own reference range."""
    match limit.of:
        case "amount":
            return interval_of_constant(limit.number)
        case "lower" | "upper":
            return multiple(interval_of(row_limit(limit.of, measure, gather)), Fraction(limit.number))
        case "visit":
            rows = Rows(gather.layout.measure_number(measure), column("low"), column("high"))
            before = gather.before(f"a ladder of {measure} by which other readings are judged")
            found = spanned(belonging(rows, limit.visit, before), before)
            return multiple(interval_of(found), Fraction(limit.number))


# --------------------------------------------------------------------- reference ranges
def row_limit(end: End, measure: str, gather: Gather) -> Quantity:
    """An end of the reference range of one row: its own, else the declared one."""
    declared = declared_limit(end, measure, gather)
    own = column(own_column(end))
    low, high = (call("coalesce", own, each) for each in (declared.low, declared.high))
    return Quantity(low, high, negated(high.is_(exp.null())))


def own_column(end: End) -> str:
    """The column of what a row brings itself."""
    return "normal_low" if end == "lower" else "normal_high"


def declared_limit(end: End, name: str, gather: Gather) -> Quantity:
    """The end of the declared range of the participant's sex; what spans both where the sex is not known."""
    measure = next(one for one in gather.model.vocabulary.measures if one.name == name)
    ranges = {one.sex: (one.low if end == "lower" else one.high) for one in measure.normals}
    if not ranges:
        nothing = cast(exp.null(), "bigint")
        return Quantity(nothing, nothing, exp.false())
    sex = call("coalesce", column("choice_sex", PEOPLE), exp.Literal.string(NOT_KNOWN))
    spans = "" in ranges or ranges.keys() >= BOTH_SEXES
    either = (min(ranges.values()), max(ranges.values())) if spans else (None, None)
    low, high = (gather.participant(by_sex(sex, ranges, unknown)) for unknown in either)
    return Quantity(low, high, negated(high.is_(exp.null())))


def by_sex(sex: exp.Expr, ranges: dict[str, Number], unknown: Number | None) -> exp.Expr:
    """The limit of each sex that has one of its own, that of everyone, and the one where the sex is not known."""
    found = [(sex.eq(exp.Literal.string(NOT_KNOWN)), written(unknown))]
    found += [(sex.eq(exp.Literal.string(name)), written(limit)) for name, limit in ranges.items() if name]
    return grouped(case(*found, otherwise=written(ranges.get(""))))


def written(limit: Number | None) -> exp.Expr:
    """A limit as values stand in the tables, or nothing."""
    return cast(exp.null() if limit is None else number_of_limit(limit), "bigint")


def compile_limit(node: LimitOfNormal, gather: Gather) -> Quantity:
    """An end of the reference range: what spans those of the readings that are read, else the declared one."""
    gather.leave_without_day()
    declared = declared_limit(node.end, node.measure, gather)
    row = row_limit(node.end, node.measure, gather)
    is_read = all_of(
        column("measure").eq(gather.layout.measure_number(node.measure)), column("day") <= gather.point(gather.horizon)
    )
    gather.in_period.append(is_read)
    least = gather.reading(exp.Min(this=exp.If(this=is_read, true=row.low)))
    greatest = gather.reading(exp.Max(this=exp.If(this=is_read, true=row.high)))
    lacks = exp.If(this=all_of(is_read, row.high.is_(exp.null())), true=number(1))
    lacking = gather.reading(exp.Max(this=lacks))
    low, high = (call("coalesce", each, end) for each, end in ((least, declared.low), (greatest, declared.high)))
    return Quantity(low, high, all_of(lacking.is_(exp.null()), negated(high.is_(exp.null()))))
