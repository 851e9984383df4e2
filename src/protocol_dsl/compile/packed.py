"""Many small whole numbers in few columns: a field of bits each, written by statements and read again one by one."""

from collections.abc import Sequence

from sqlglot import exp

from protocol_dsl.base.values import frozen
from protocol_dsl.trees import any_of, call, column, grouped, number


@frozen
class Fields:
    """Fields of so many ``bits``; the columns ``name_0``, ``name_1``, ... hold ``each`` of them."""

    name: str
    bits: int
    each: int

    def columns(self, count: int) -> tuple[str, ...]:
        """The columns of so many fields."""
        return tuple(f"{self.name}_{word}" for word in range(-(-count // self.each)))

    def column_of(self, place: int) -> str:
        """The column that holds a field."""
        return f"{self.name}_{place // self.each}"

    def shift(self, place: int) -> int:
        """The bits below a field."""
        return self.bits * (place % self.each)

    @property
    def greatest(self) -> int:
        """What a field may hold at most."""
        return (1 << self.bits) - 1

    def masked(self, place: int) -> exp.Expr:
        """The column that holds a field with all other fields empty: zero where the field is."""
        return grouped(exp.BitwiseAnd(this=column(self.column_of(place)), expression=self.put(self.greatest, place)))

    def taken(self, place: int) -> exp.Expr:
        """The number in a field."""
        moved: exp.Expr = column(self.column_of(place))
        if self.shift(place):
            moved = grouped(exp.BitwiseRightShift(this=moved, expression=number(self.shift(place))))
        return grouped(exp.BitwiseAnd(this=moved, expression=number(self.greatest)))

    def highest(self, value: exp.Expr) -> exp.Expr:
        """A number in the highest field of a column, from where it falls into its own."""
        # A database checks a shift more closely than a product.
        return exp.Mul(this=value, expression=number(1 << self.shift(self.each - 1)))

    def height(self, place: exp.Expr) -> exp.Expr:
        """The bits from a field of the first column up to the highest; below zero for those of later columns."""
        return exp.Sub(
            this=number(self.shift(self.each - 1)),
            expression=grouped(exp.Mul(this=place, expression=number(self.bits))),
        )

    def fallen(self, highest: exp.Expr, height: exp.Expr, word: int) -> exp.Expr:
        """The column of a number with the field that fell into it; zero where it falls into another column."""
        # What falls below nothing, or past the lowest bit, is zero: no row asks which column is its own.
        height = exp.Add(this=height, expression=number(word * self.each * self.bits)) if word else height
        return exp.BitwiseRightShift(this=highest, expression=grouped(height))

    def put(self, value: int, place: int) -> exp.Expr:
        """A column with a number in a field and nothing in any other."""
        return number(value << self.shift(place))

    def filled(self, count: int) -> exp.Expr:
        """How many of so many fields are not zero."""
        rest = self.greatest >> 1
        highest, others = (
            number(sum(bits << self.shift(place) for place in range(self.each))) for bits in (rest + 1, rest)
        )
        # Whatever stands below the highest bit of a field carries into it when as much as fits is added.
        found: list[exp.Expr] = []
        for name in self.columns(count):
            below = grouped(exp.BitwiseAnd(this=column(name), expression=others.copy()))
            carried = grouped(exp.Add(this=below, expression=others.copy()))
            either = grouped(exp.BitwiseOr(this=carried, expression=column(name)))
            found.append(call("bit_count", exp.BitwiseAnd(this=either, expression=highest.copy())))
        return total(found)

    def some(self, bit: int, count: int) -> exp.Expr:
        """Whether one of so many fields has a bit."""
        bits = number(sum(bit << self.shift(place) for place in range(self.each)))
        return any_of(
            *(grouped(exp.BitwiseAnd(this=column(name), expression=bits.copy())).neq(0) for name in self.columns(count))
        )

    def read(self, words: Sequence[int], place: int) -> int:
        """The number in a field, of the values of the columns."""
        return words[place // self.each] >> self.shift(place) & self.greatest


def total(numbers: Sequence[exp.Expr]) -> exp.Expr:
    """The sum of numbers, of which there is at least one."""
    found, *rest = numbers
    for each in rest:
        found = exp.Add(this=found, expression=each)
    return grouped(found)
