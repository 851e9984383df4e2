"""Grades of readings, and the reference ranges they are counted from."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Literal, TypeAlias, assert_never

from sqlglot import exp

from protocol_dsl.base.numbers import Number
from protocol_dsl.compile.belonging import belonging, outermost, spanned
from protocol_dsl.compile.gather import Gather
from protocol_dsl.compile.intervals import Interval, decisions, interval_of, interval_of_constant, multiple
from protocol_dsl.compile.packing import Ends, spanning
from protocol_dsl.compile.periods import Bounds, bounds_of
from protocol_dsl.compile.quantities import Quantity
from protocol_dsl.compile.rows import Rows
from protocol_dsl.compile.tables import number_of_limit
from protocol_dsl.model.columns import ENDLESS, PEOPLE, SCALE
from protocol_dsl.model.expressions import Change, LimitOfNormal, OfReadings, Pick, ReadingAt
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
    """An end of the reference range: what spans those of the rows that it is of, else the declared one."""
    row = row_limit(node.end, node.measure, gather)
    if node.of_each:
        return row
    # A row whose limit is not known makes what spans it endless.
    ends = (row.low, call("coalesce", row.high, number(ENDLESS)))
    if not node.of:
        gather.leave_without_day()
        declared = declared_limit(node.end, node.measure, gather)
        everything = rows_of(node.measure, gather).belonging(Bounds(None, gather.point(gather.horizon)))
        gather.in_period.append(everything)
        least, greatest = extent(everything, ends, gather)
        low, high = call("coalesce", least, declared.low), call("coalesce", greatest, declared.high)
        return Quantity(low, high, is_limit(high))
    lows, highs = zip(*(each for value in node.of for each in extents(value, ends, gather)), strict=True)
    known = all_of(*map(is_limit, highs))
    return Quantity(outermost_of("least", lows), outermost_of("greatest", highs), known)


def outermost_of(name: str, ends: Sequence[exp.Expr]) -> exp.Expr:
    """The least or the greatest of some ends."""
    return ends[0] if len(ends) == 1 else call(name, *ends)


def is_limit(high: exp.Expr) -> exp.Expr:
    """Whether there is a limit, and it is known of every row."""
    return all_of(negated(high.is_(exp.null())), high.neq(number(ENDLESS)))


def extents(value: OfReadings, ends: Ends, gather: Gather) -> Iterator[Ends]:
    """What spans the limits of the rows from which a value may be taken."""
    rows = rows_of(value.measure, gather)
    match value:
        case Pick(choice="latest" | "first" as choice):
            is_one = all_of(belonging_to(value, rows, gather), negated(rows.high.is_(exp.null())))
            yield spanning(ends, is_one, gather, is_first=choice == "first")
        case Pick():
            belongs = belonging_to(value, rows, gather)
            is_one = all_of(belongs, negated(rows.high.is_(exp.null()))) if value.recorded else belongs
            yield extent(is_one, ends, gather)
        case ReadingAt(visit=visit):
            yield at_visit(rows, visit, ends, gather)
        case Change(start=start, end=end):
            yield from (at_visit(rows, visit, ends, gather) for visit in (start, end))
        case _:
            assert_never(value)


def belonging_to(pick: Pick, rows: Rows, gather: Gather) -> exp.Expr:
    """Whether a row lies in the period of which one is chosen."""
    belongs = rows.belonging(bounds_of(pick.period, gather))
    gather.in_period.append(belongs)
    return belongs


def extent(condition: exp.Expr, ends: Ends, gather: Gather) -> Ends:
    """What spans the limits of the rows for which a condition holds."""
    low, high = (
        kind(this=exp.If(this=condition, true=end)) for kind, end in zip((exp.Min, exp.Max), ends, strict=True)
    )
    return gather.reading(low), gather.reading(high)


def at_visit(rows: Rows, visit: str, ends: Ends, gather: Gather) -> Ends:
    """What spans the limits of the rows that may be the reading at a visit."""
    found = belonging(rows, visit, gather)
    low, high = (
        outermost(found, end, gather, is_reversed=is_reversed)
        for end, is_reversed in zip(ends, (True, False), strict=True)
    )
    return low, high
