"""Intervals whose ends are exact but no longer whole thousandths: comparison, arithmetic, rounding.

A sum of two ends that are left out is not one half below the sum, and a quotient is no whole number; so an end here is
a numerator and a divisor, and says apart whether it is left out. Numbers that outgrow 64 bits are worked out in 128;
what could outgrow these is refused before any row is read.
"""

from fractions import Fraction

from attrs import evolve, field
from sqlglot import exp

from protocol_dsl.base.numbers import Number
from protocol_dsl.base.values import frozen
from protocol_dsl.compile.quantities import Quantity
from protocol_dsl.compile.truth import decided
from protocol_dsl.model.columns import ENDLESS, SCALE, VALUE_BITS, NotInColumnsError
from protocol_dsl.model.expressions import Operator
from protocol_dsl.trees import all_of, any_of, at_least, below, call, cast, equal, grouped, negated, number, written

UNIT = 2 * SCALE
"""How often a numerator holds the number one, before it is divided."""
NARROW, WIDE = 62, 124
"""The bits of a numerator that a whole number of 64 bits, and one of 128 bits, takes with its sign."""


@frozen
class End:
    """An end: ``number`` through ``divisor``, doubled and scaled; both of them trees, the divisor above zero.

    ``bits`` and ``divisor_bits`` bound their size. An end that is endless is no number, whatever ``number`` says.
    """

    number: exp.Expr
    bits: int = VALUE_BITS
    divisor: exp.Expr = field(factory=lambda: number(1))
    divisor_bits: int = 1
    is_open: exp.Expr = field(factory=exp.false)
    is_endless: exp.Expr = field(factory=exp.false)


@frozen
class Interval:
    """Two ends, and whether anything is known; ``boundary`` narrows when a value on its limit is a boundary case."""

    low: End
    high: End
    is_known: exp.Expr
    boundary: exp.Expr | None = None

    @property
    def is_recorded(self) -> exp.Expr:
        """Whether there is a value: one that may be any number is none."""
        return all_of(self.is_known, negated(all_of(self.low.is_endless, self.high.is_endless)))


# --------------------------------------------------------------------------------- made
def interval_of(value: Quantity | Interval) -> Interval:
    """The interval of a quantity, in which an end that is left out lies one half beside itself."""
    if isinstance(value, Interval):
        return value
    low, high = value.low, value.high
    return Interval(
        End(at_even(low), is_open=is_odd(low), is_endless=equal(low, number(-ENDLESS))),
        End(at_even(later(high)), is_open=is_odd(high), is_endless=equal(high, number(ENDLESS))),
        value.is_known,
        value.boundary,
    )


def at_even(end: exp.Expr) -> exp.Expr:
    """A whole number without its lowest bit."""
    found = written(end)
    even = exp.BitwiseAnd(this=end, expression=number(-2))
    return grouped(even) if found is None else number(found & -2)


def is_odd(end: exp.Expr) -> exp.Expr:
    """Whether a whole number has its lowest bit."""
    found = written(end)
    bit = grouped(exp.BitwiseAnd(this=end, expression=number(1))) if found is None else number(found & 1)
    return equal(bit, number(1))


def later(end: exp.Expr) -> exp.Expr:
    """A whole number and one."""
    found = written(end)
    return grouped(exp.Add(this=end, expression=number(1))) if found is None else number(found + 1)


def interval_of_constant(value: Number) -> Interval:
    """A number of the protocol, however many decimals it has."""
    scaled = Fraction(value) * UNIT
    end = end_of(scaled)
    return Interval(end, end, exp.true())


def end_of(scaled: Fraction) -> End:
    """An end that is the same for everyone, doubled and scaled."""
    return End(
        number(scaled.numerator),
        scaled.numerator.bit_length(),
        number(scaled.denominator),
        scaled.denominator.bit_length(),
    )


# ----------------------------------------------------------------------------- compared
def compare(left: Interval, operator: Operator, right: Interval) -> exp.Expr:
    """The comparison's truth: met for every pair of values allowed, not met for none, else unknown."""
    return decided(*decisions(left, operator, right))


def decisions(left: Interval, operator: Operator, right: Interval) -> tuple[exp.Expr, exp.Expr]:
    """Whether the comparison is met for every pair of values allowed, and whether it is for none."""
    match operator:
        case "<":
            met, not_met = less(left, right), not_less(left, right)
        case "<=":
            met, not_met = not_less(right, left), less(right, left)
        case ">":
            met, not_met = less(right, left), not_less(right, left)
        case ">=":
            met, not_met = not_less(left, right), less(left, right)
        case "=":
            met, not_met = same_point(left, right), any_of(less(left, right), less(right, left))
        case _:
            met, not_met = any_of(less(left, right), less(right, left)), same_point(left, right)
    known = [left.is_known, right.is_known]
    return all_of(*known, met), all_of(*known, not_met)


def less(one: Interval, other: Interval) -> exp.Expr:
    """Whether every value of ``one`` is below every one of ``other``."""
    high, low = one.high, other.low
    a, b = crossed(high, low)
    touching = all_of(equal(a, b), any_of(high.is_open, low.is_open))
    return all_of(negated(high.is_endless), negated(low.is_endless), any_of(below(a, b), touching))


def not_less(one: Interval, other: Interval) -> exp.Expr:
    """Whether no value of ``one`` is below any of ``other``."""
    low, high = one.low, other.high
    a, b = crossed(low, high)
    return all_of(negated(low.is_endless), negated(high.is_endless), at_least(a, b))


def same_point(one: Interval, other: Interval) -> exp.Expr:
    """Whether both are one and the same number."""
    a, b = crossed(one.low, other.low)
    return all_of(is_point(one), is_point(other), equal(a, b))


def is_point(value: Interval) -> exp.Expr:
    """Whether only one number is possible."""
    if value.low == value.high:
        return negated(value.low.is_endless)
    a, b = crossed(value.low, value.high)
    return all_of(negated(value.low.is_endless), negated(value.high.is_endless), equal(a, b))


def lies_on(value: Interval, limit: Interval) -> exp.Expr:
    """Whether the value is a point equal to its limit, which is one too."""
    parts = [value.is_known, limit.is_known, same_point(value, limit)]
    return all_of(*parts, *(each for each in (value.boundary, limit.boundary) if each is not None))


def crossed(one: End, other: End) -> tuple[exp.Expr, exp.Expr]:
    """Two numbers that stand to each other as the ends do."""
    return (
        product((one.number, one.bits), (other.divisor, other.divisor_bits)),
        product((other.number, other.bits), (one.divisor, one.divisor_bits)),
    )


# --------------------------------------------------------------------------- arithmetic
def plus(one: Interval, other: Interval) -> Interval:
    """The sums that are possible."""
    low, high = sum_of_ends(one.low, other.low), sum_of_ends(one.high, other.high)
    return Interval(low, high, both_known(one, other))


def opposite(value: Interval) -> Interval:
    """The negatives that are possible."""
    low, high = (evolve(end, number=exp.Neg(this=grouped(end.number))) for end in (value.high, value.low))
    return Interval(low, high, value.is_known)


def multiple(value: Interval, factor: Fraction) -> Interval:
    """A value times a number of the protocol that is not zero."""
    if factor < 0:
        return multiple(opposite(value), -factor)

    def times(end: End) -> End:
        top, bottom = factor.numerator, factor.denominator
        return evolve(
            end,
            number=product((end.number, end.bits), (number(top), top.bit_length())),
            bits=end.bits + top.bit_length(),
            divisor=product((end.divisor, end.divisor_bits), (number(bottom), bottom.bit_length())),
            divisor_bits=end.divisor_bits + bottom.bit_length(),
        )

    return Interval(times(value.low), times(value.high), value.is_known)


def product_of_points(one: Interval, other: Interval) -> Interval:
    """The product of two values that are points."""
    a, b = one.low, other.low
    unit = UNIT.bit_length()
    end = End(
        product((a.number, a.bits), (b.number, b.bits)),
        a.bits + b.bits,
        product((a.divisor, a.divisor_bits), (b.divisor, b.divisor_bits), (number(UNIT), unit)),
        a.divisor_bits + b.divisor_bits + unit,
    )
    return Interval(end, end, both_known(one, other))


def quotient_of_points(one: Interval, other: Interval) -> Interval:
    """The quotient of two values that are points; no value where the divisor is zero."""
    a, b = one.low, other.low
    sign = (call("sign", b.number), 1)
    size = (exp.Abs(this=b.number), b.bits)
    end = End(
        product((a.number, a.bits), sign, (b.divisor, b.divisor_bits), (number(UNIT), UNIT.bit_length())),
        a.bits + b.divisor_bits + UNIT.bit_length() + 1,
        product((a.divisor, a.divisor_bits), size),
        a.divisor_bits + b.bits,
    )
    return Interval(end, end, all_of(both_known(one, other), b.number.neq(0)))


def product_above(one: Interval, other: Interval) -> Interval:
    """The products that are possible, of two values of which neither is below zero; nothing is known of any other."""
    low, high = (product_of_ends(a, b) for a, b in ((one.low, other.low), (one.high, other.high)))
    return Interval(low, high, all_of(both_known(one, other), *map(is_above, (one, other))))


def quotient_above(one: Interval, other: Interval) -> Interval:
    """The quotients that are possible of a value not below zero through one above it; nothing is known of any other."""
    low, high = (product_of_ends(a, turned(b)) for a, b in ((one.low, other.high), (one.high, other.low)))
    return Interval(low, high, all_of(both_known(one, other), is_above(one), is_above(other), other.low.number.neq(0)))


def is_above(value: Interval) -> exp.Expr:
    """Whether no number that is possible lies below zero."""
    return all_of(negated(value.low.is_endless), value.low.number.copy() >= 0)


def product_of_ends(one: End, other: End) -> End:
    """The product of two ends that are not below zero."""
    unit = UNIT.bit_length()
    return End(
        product((one.number, one.bits), (other.number, other.bits)),
        one.bits + other.bits,
        product((one.divisor, one.divisor_bits), (other.divisor, other.divisor_bits), (number(UNIT), unit)),
        one.divisor_bits + other.divisor_bits + unit,
        any_of(one.is_open, other.is_open),
        any_of(one.is_endless, other.is_endless),
    )


def turned(end: End) -> End:
    """One through an end that is above zero; of any other nothing is known, and its divisor is one all the same."""
    unit = (number(UNIT), UNIT.bit_length())
    return evolve(
        end,
        number=product((end.divisor, end.divisor_bits), unit, unit),
        bits=end.divisor_bits + 2 * UNIT.bit_length(),
        divisor=call("greatest", end.number, number(1)),
        divisor_bits=end.bits,
    )


def rounded(value: Interval, decimals: int) -> Interval:
    """The value rounded half away from zero, at both ends; no end is left out then."""

    def round_end(end: End) -> End:
        power = 10**decimals
        top = product((exp.Abs(this=end.number), end.bits), (number(2 * power), (2 * power).bit_length()))
        half = product((end.divisor, end.divisor_bits), (number(UNIT), UNIT.bit_length()))
        whole = exp.IntDiv(
            this=grouped(exp.Add(this=top, expression=half)),
            expression=grouped(exp.Mul(this=half, expression=number(2))),
        )
        bits = end.bits + (2 * power).bit_length()
        sign = (call("sign", end.number), 1)
        require_room(bits + UNIT.bit_length() + 2)
        scaled = product((grouped(whole), bits), sign, (number(UNIT), UNIT.bit_length()))
        return End(
            scaled,
            bits + UNIT.bit_length() + 1,
            number(power),
            power.bit_length(),
            is_endless=end.is_endless,
        )

    return Interval(round_end(value.low), round_end(value.high), value.is_known)


def sum_of_ends(one: End, other: End) -> End:
    """The sum of two ends."""
    a, b = crossed(one, other)
    bits = max(one.bits + other.divisor_bits, other.bits + one.divisor_bits) + 1
    require_room(bits)
    return End(
        grouped(exp.Add(this=a, expression=b)),
        bits,
        product((one.divisor, one.divisor_bits), (other.divisor, other.divisor_bits)),
        one.divisor_bits + other.divisor_bits,
        any_of(one.is_open, other.is_open),
        any_of(one.is_endless, other.is_endless),
    )


def product(*factors: tuple[exp.Expr, int]) -> exp.Expr:
    """The product of some trees, each with a bound of its bits; those that are written out are multiplied here.

    Raises:
        NotInColumnsError: It may have more bits than there are.
    """
    bits = sum(each for _, each in factors)
    constant, kept = 1, []
    for each, _ in factors:
        found = written(each)
        if found is None:
            kept.append(each)
        else:
            constant *= found
    if not kept:
        return number(constant)
    require_room(bits)
    first, *others = [*kept, *([number(constant)] if constant != 1 else [])]
    if not others and bits <= NARROW:
        return grouped(first)
    result: exp.Expr = cast(first, "int128" if bits > NARROW else "bigint")
    for each in others:
        result = exp.Mul(this=result, expression=grouped(each))
    return grouped(result)


def require_room(bits: int) -> None:
    """Refuse numbers that 128 bits may not hold.

    Raises:
        NotInColumnsError: They may not.
    """
    if bits > WIDE:
        raise NotInColumnsError("arithmetic over so many values")


# --------------------------------------------------------------------------- conditions
def both_known(one: Interval, other: Interval) -> exp.Expr:
    """Whether something is known of both."""
    return all_of(one.is_known, other.is_known)
