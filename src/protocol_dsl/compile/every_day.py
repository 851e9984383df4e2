"""Tests that come out the same on every day from some day to the cut-off, with all that is read by then.

Whatever is read on a day has been read by the cut-off too: a value lies on each of them in what spans all readings, and
is there once the first of them is.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import assert_never

from attrs import define, evolve
from sqlglot import exp

from protocol_dsl.base.truth import Truth, negation
from protocol_dsl.base.values import every
from protocol_dsl.compile.choices import NO_ANSWER
from protocol_dsl.compile.comparison import MIRRORED
from protocol_dsl.compile.early import are_given
from protocol_dsl.compile.histories import compile_count, has_begun_by
from protocol_dsl.compile.intervals import (
    Interval,
    compare,
    interval_of,
    interval_of_constant,
    multiple,
    opposite,
    plus,
    product_above,
    quotient_above,
    rounded,
)
from protocol_dsl.compile.ladders import rows_of
from protocol_dsl.compile.logarithms import raw_limit
from protocol_dsl.compile.packed import total
from protocol_dsl.compile.periods import bounds_of
from protocol_dsl.compile.quantities import Quantity
from protocol_dsl.compile.read_from_start import ReadFromStart
from protocol_dsl.compile.readings import compile_pick
from protocol_dsl.compile.tests import compile_test
from protocol_dsl.compile.timeless import is_timeless, of_any, read_at
from protocol_dsl.compile.values import bare, compile_value, constant_of
from protocol_dsl.model.columns import NotInColumnsError, choice_number
from protocol_dsl.model.expressions import (
    AgeAt,
    And,
    Arithmetic,
    AtLeast,
    AttributeValue,
    Between,
    Change,
    Choice,
    Compare,
    Consecutive,
    Constant,
    ConstantDate,
    CountOf,
    DaysBetween,
    DefinedTest,
    DefinedValue,
    ExposedTo,
    Happens,
    IsConfirmed,
    IsOneOf,
    IsRecorded,
    LimitOfNormal,
    Log10,
    Not,
    OnDrugs,
    Operator,
    Or,
    Pick,
    ReadingAt,
    Rounded,
    Test,
    Value,
)
from protocol_dsl.model.points import Period
from protocol_dsl.trees import all_of, any_of, at_least, call, case, grouped, negated, number

RISING: Mapping[Operator, Truth] = {"<": Truth.MET, "<=": Truth.MET, ">": Truth.NOT_MET, ">=": Truth.NOT_MET}
"""What a comparison of a count, which only ever rises, has been on every day if it is so on the last."""
ENDS: tuple[Choice, Choice] = ("lowest", "highest")
PERCENT = 100


@define
class EveryDay(ReadFromStart):
    """Whether tests of a protocol come out the same on every day from ``start`` on."""

    def throughout(self, test: Test, wanted: Truth) -> exp.Expr:
        """Whether a test certainly comes out as ``wanted`` on each of these days.

        Raises:
            NotInColumnsError: Only the day itself can tell.
        """
        if are_given(test):
            # A day on which something was given is none before it.
            raise NotInColumnsError(test.words)
        return self.surely(test, wanted)

    def surely(self, test: Test, wanted: Truth) -> exp.Expr:
        """:meth:`throughout` for a test, or a part of one.

        Raises:
            NotInColumnsError: As above.
        """
        match test:
            case Compare():
                return self.compares(test, wanted)
            case Between():
                low, high = (Compare(test.value, ">=", test.low), Compare(test.value, "<=", test.high))
                return self.surely(And((low, high), words=test.words), wanted)
            case IsOneOf(value=value) if isinstance(bare(value), AttributeValue):
                return self.at_cutoff(test, wanted)
            case IsOneOf(value=value) if isinstance(pick := bare(value), Pick):
                return self.chosen(test, pick, wanted)
            case IsRecorded() if is_timeless(test.value):
                return self.at_cutoff(test, wanted)
            case IsRecorded(value=value) if isinstance(known := bare(value), Pick | ReadingAt):
                return self.is_recorded(known) if wanted is Truth.MET else self.is_unread(known)
            case IsConfirmed() | Happens() | ExposedTo() if wanted is Truth.NOT_MET:
                # What has not happened by the cut-off had not happened before, once its absence proves anything.
                return all_of(self.at_cutoff(test, wanted), has_begun_by(test, self.start, self.gather))
            case OnDrugs() if wanted is Truth.NOT_MET:
                return self.surely(ExposedTo(test.drugs, Period(), words=test.words), wanted)
            case And() | Or() | AtLeast():
                return self.of_several(test, wanted)
            case Not():
                return self.surely(test.part, negation(wanted))
            case DefinedTest():
                return self.surely(test.test, wanted)
            case Consecutive() if self.hangs_on_visit(test.measure):
                raise NotInColumnsError(test.words)
            case Consecutive() if wanted is Truth.NOT_MET and is_timeless(test.limit):
                # Readings come in the order of their days: those of any of these days are the first of all.
                return all_of(self.at_cutoff(test, wanted), self.are_two_read(test))
            case Consecutive() if is_timeless(test.limit):
                # Nothing that is read later comes between two that were in a row.
                return all_of(self.at_cutoff(test, wanted), self.are_two_met(test))
            case IsConfirmed() | Happens() | ExposedTo() | OnDrugs() | IsOneOf() | IsRecorded() | Consecutive():
                raise NotInColumnsError(test.words)
            case _:
                assert_never(test)

    def at_cutoff(self, test: Test, wanted: Truth) -> exp.Expr:
        """Whether a test comes out so at the cut-off."""
        return grouped(compile_test(test, self.gather).truth).eq(int(wanted))

    def of_several(self, test: And | Or | AtLeast, wanted: Truth) -> exp.Expr:
        """Whether so many of some tests as decide certainly come out so."""
        match test:
            case And(parts=parts):
                needed = len(parts) if wanted is Truth.MET else 1
            case Or(parts=parts):
                needed = 1 if wanted is Truth.MET else len(parts)
            case AtLeast(count=count, tests=parts):
                needed = count if wanted is Truth.MET else len(parts) - count + 1
            case _:
                assert_never(test)
        found = [self.surely(part, wanted) for part in parts]
        if needed == len(found):
            return all_of(*found)
        if needed == 1:
            return any_of(*found)
        ones = (grouped(case((each, number(1)), otherwise=number(0))) for each in found)
        return at_least(total(list(ones)), number(needed))

    # ------------------------------------------------------------------------------- values
    def compares(self, node: Compare, wanted: Truth) -> exp.Expr:
        """Whether a comparison certainly comes out so, of whatever lies in what spans its values.

        Raises:
            NotInColumnsError: A value is one that columns do not follow from day to day.
        """
        if is_timeless(node.left) and is_timeless(node.right):
            return self.at_cutoff(node, wanted)
        left, operator, right = node.left, node.operator, node.right
        if constant_of(right) is None:
            left, operator, right = right, MIRRORED[operator], left
        count = bare(left)
        if isinstance(count, CountOf) and constant_of(right) is not None and RISING.get(operator) is wanted:
            begun = has_begun_by(Happens(count.events, count.period), self.start, self.gather)
            return all_of(self.at_cutoff(node, wanted), begun)
        try:
            value, limit, is_so = self.sides(left, right)
        except NotInColumnsError:
            raise NotInColumnsError(node.words) from None
        there = [is_there for side in (left, right) for is_there in self.are_there(side)]
        return all_of(grouped(compare(value, operator, limit)).eq(int(wanted)), is_so, *there)

    def sides(self, left: Value, right: Value) -> tuple[Interval, Interval, exp.Expr]:
        """What spans two values that are compared, and where it does.

        A logarithm stands to a number as its value to a power of ten, a quotient as its dividend to so many divisors.

        Raises:
            NotInColumnsError: A value is one that columns do not follow from day to day.
        """
        limit, value = constant_of(right), bare(left)
        match value:
            case Log10() if limit is not None:
                known, power = raw_limit(value, self.spanned(value.value), limit)
                return interval_of(known), interval_of_constant(power), exp.true()
            case Arithmetic(operator="/") if limit and constant_of(value.right) is None:
                return self.multiples(value.left, value.right, Fraction(limit))
            case Change(percent=True) if limit is not None and limit != -PERCENT:
                start, end = read_at(value)
                return self.multiples(end, start, 1 + Fraction(limit) / PERCENT)
            case _:
                found, other = (interval_of(self.spanned(side)) for side in (left, right))
                return found, other, exp.true()

    def multiples(self, dividend: Value, divisor: Value, factor: Fraction) -> tuple[Interval, Interval, exp.Expr]:
        """What a dividend has more than so many divisors, beside nothing: if these are above zero.

        Raises:
            NotInColumnsError: A value is one that columns do not follow from day to day.
        """
        value, one = (interval_of(self.spanned(side)) for side in (dividend, divisor))
        nothing = interval_of_constant(0)
        is_above = grouped(compare(one, ">", nothing)).eq(int(Truth.MET))
        return plus(value, opposite(multiple(one, factor))), nothing, is_above

    def spanned(self, node: Value) -> Quantity | Interval:
        """What spans a value on all these days, of those on which it is there.

        Raises:
            NotInColumnsError: Columns do not follow it from day to day.
        """
        match node:
            case DefinedValue():
                return self.spanned(node.value)
            case Pick():
                return self.of_readings(node)
            case ReadingAt():
                return self.of_readings(Pick("latest", node.measure, Period(), recorded=True))
            case LimitOfNormal():
                return compile_value(of_any(node), self.gather)
            case Rounded():
                return rounded(interval_of(self.spanned(node.value)), node.decimals)
            case Arithmetic(operator="+" | "-"):
                left, right = (interval_of(self.spanned(side)) for side in (node.left, node.right))
                return plus(left, right if node.operator == "+" else opposite(right))
            case Arithmetic(operator="*" | "/") if constant_of(node.right) or constant_of(node.left):
                return self.of_multiple(node)
            case Constant() | ConstantDate() | AttributeValue() | AgeAt() | DaysBetween():
                return compile_value(node, self.gather)
            case Change(percent=False):
                start, end = (interval_of(self.spanned(one)) for one in read_at(node))
                return plus(end, opposite(start))
            case Arithmetic():
                left, right = (interval_of(self.spanned(side)) for side in (node.left, node.right))
                return product_above(left, right) if node.operator == "*" else quotient_above(left, right)
            case Change():
                start, end = (interval_of(self.spanned(one)) for one in read_at(node))
                return plus(multiple(quotient_above(end, start), Fraction(PERCENT)), interval_of_constant(-PERCENT))
            case CountOf():
                begun = has_begun_by(Happens(node.events, node.period), self.start, self.gather)
                counted = compile_count(node, self.gather)
                return Quantity(number(0), counted.high, all_of(counted.is_known, begun))
            case Log10():
                raise NotInColumnsError(node.words)
            case _:
                assert_never(node)

    def of_readings(self, pick: Pick) -> Quantity:
        """What spans the readings of which one is chosen.

        Raises:
            NotInColumnsError: They are grades that hang on the reading at a visit.
        """
        if self.hangs_on_visit(pick.measure):
            raise NotInColumnsError(pick.words)
        low, high = (compile_pick(evolve(pick, choice=end), self.gather) for end in ENDS)
        if isinstance(low, Interval) or isinstance(high, Interval):
            raise NotInColumnsError(pick.words)
        return Quantity(low.low, high.high, all_of(low.is_known, high.is_known))

    def of_multiple(self, node: Arithmetic) -> Interval:
        """What spans a value times or through a number.

        Raises:
            NotInColumnsError: A number of the protocol is none that multiplies.
        """
        one, other = (constant_of(side) for side in (node.left, node.right))
        if other:
            factor = Fraction(other) if node.operator == "*" else 1 / Fraction(other)
            return multiple(interval_of(self.spanned(node.left)), factor)
        if one and node.operator == "*":
            return multiple(interval_of(self.spanned(node.right)), Fraction(one))
        if one and one > 0:
            return quotient_above(interval_of_constant(one), interval_of(self.spanned(node.right)))
        raise NotInColumnsError(node.words)

    def are_there(self, node: Value) -> Iterator[exp.Expr]:
        """Conditions under which the readings that a value is made of are there from ``start`` on."""
        for pick in every(Pick, node):
            yield self.is_read(pick)
        for limit in (one for one in every(LimitOfNormal, node) if not one.of):
            yield self.is_read(Pick("latest", limit.measure, Period()))
        for reading in every(ReadingAt, node):
            yield self.is_labelled(reading)
        for change in every(Change, node):
            for reading in read_at(change):
                yield self.is_labelled(reading, is_only=True)

    def chosen(self, node: IsOneOf, pick: Pick, wanted: Truth) -> exp.Expr:
        """Whether each reading of which one is chosen is a word that decides so, and there is one from ``start`` on."""
        asked = {choice.casefold() for choice in node.choices}
        measure = next(one for one in self.gather.model.vocabulary.measures if one.name == pick.measure)
        words = [choice.casefold() for choice in measure.choices]
        decisive = {word for word in words if word in asked} if wanted is Truth.MET else {*words} - asked - {NO_ANSWER}
        numbers = [number(choice_number(place)) for place, word in enumerate(words) if word in decisive]
        rows = rows_of(pick.measure, self.gather)
        belongs = rows.belonging(bounds_of(pick.period, self.gather))
        is_decisive = all_of(rows.low.eq(rows.high), rows.low.copy().isin(*numbers)) if numbers else exp.false()
        if pick.recorded:
            is_decisive = any_of(is_decisive, rows.high.copy().is_(exp.null()))
        other = all_of(belongs, negated(call("coalesce", is_decisive, exp.false())))
        none_other = self.gather.reading(exp.Max(this=exp.If(this=other, true=number(1)))).is_(exp.null())
        return all_of(none_other, self.is_read(pick))
