"""Cells as columns: trees that read a date or a number of a text column as the row readers would.

What they read they read alike; whatever else stands in a cell is left to the row readers, by marking its row as odd.
Each tree is worked out in steps, a column a step, so that nothing is worked out twice.
"""

from sqlglot import exp

from protocol_dsl.base.values import frozen
from protocol_dsl.model.columns import DECIMALS, ENDLESS, SCALE

DAY, MONTH, YEAR = 10, 7, 4
"""Letters of a date known to the day, the month, the year."""
LONGEST_WHOLE = 8
LARGEST_WHOLE = (ENDLESS - 1) // (2 * SCALE)
"""The largest whole number that columns hold: of nine digits, while one of eight may have decimals."""
LONGEST_BROKEN = LONGEST_WHOLE + 1 + DECIMALS
FIRST_YEAR, LAST_YEAR = "0100-01-01", "9899-12-31"
"""Dates outside are placeholders; points counted from them may leave the calendar, which the interpreter minds."""
DIGITS = "0123456789"


def column(name: str) -> exp.Column:
    """A column of the step before."""
    return exp.column(name)


def is_null(expression: exp.Expr) -> exp.Expr:
    """Whether a column is null."""
    return expression.copy().is_(exp.null())


def text(value: str) -> exp.Expr:
    """A text written in the statement."""
    return exp.Literal.string(value)


def day(value: str) -> exp.Expr:
    """A date written in the statement."""
    return exp.cast(text(value), "date", copy=False)


@frozen
class DayCell:
    """A date cell: the columns of each step, then the first and the last day (null where it says none) and oddity."""

    steps: tuple[tuple[exp.Expr, ...], ...]
    first: exp.Expr
    last: exp.Expr
    is_odd: exp.Expr
    is_absent: exp.Expr


TIME_OF_DAY = ".{10}[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?"


def without_time(cell: exp.Expr) -> exp.Expr:
    """A date cell without its time of day, for rows of which nobody asks at what time they were."""
    is_timed = exp.and_(
        exp.Length(this=cell.copy()) > DAY,
        exp.func("regexp_full_match", cell.copy(), text(TIME_OF_DAY), copy=False),
        copy=False,
    )
    return (
        exp.Case()
        .when(is_timed, exp.func("left", cell.copy(), exp.convert(DAY), copy=False), copy=False)
        .else_(cell, copy=False)
    )


def day_cell(cell: exp.Expr, kind: str, name: str) -> DayCell:
    """A date cell of a column of that kind; ``name`` is what its steps are called."""
    written, first, last = f"{name}_cell", f"{name}_first", f"{name}_last"
    if kind == "DATE":
        outside = exp.or_(column(written) < day(FIRST_YEAR), column(written) > day(LAST_YEAR), copy=False)
        return DayCell(
            ((exp.alias_(cell, written, copy=False),),),
            column(written),
            column(written),
            exp.func("coalesce", outside, exp.false(), copy=False),
            is_null(column(written)),
        )
    whole, is_day, part = f"{name}_day", f"{name}_is_day", f"{name}_part"
    length = exp.Length(this=column(written))
    tried = exp.Case().when(column(is_day), exp.cast(exp.null(), "date"), copy=False)
    starts = exp.Case().when(column(is_day), column(whole), copy=False)
    for letters, ending in ((MONTH, "-01"), (YEAR, "-01-01")):
        filled = exp.paren(exp.DPipe(this=column(written), expression=text(ending)), copy=False)
        tried = tried.when(length.copy().eq(letters), tried_day(filled), copy=False)
        starts = starts.when(
            length.copy().eq(letters),
            exp.Case().when(same_text(column(part), filled), column(part), copy=False),
            copy=False,
        )
    months = exp.DateAdd(this=column(first), expression=exp.Literal.number("11"), unit=exp.var("month"))
    ends = exp.Case().when(column(is_day), column(first), copy=False)
    ends = ends.when(length.copy().eq(MONTH), exp.cast(exp.LastDay(this=column(first)), "date", copy=False), copy=False)
    ends = ends.when(
        length.copy().eq(YEAR),
        exp.cast(exp.LastDay(this=exp.cast(months, "date", copy=False)), "date", copy=False),
        copy=False,
    )
    is_absent = exp.or_(is_null(column(written)), exp.Trim(this=column(written)).eq(text("")), copy=False)
    outside = exp.or_(column(first) < day(FIRST_YEAR), column(first) > day(LAST_YEAR), copy=False)
    is_odd = exp.Case().when(is_null(column(first)), is_absent.not_(copy=False), copy=False).else_(outside, copy=False)
    return DayCell(
        (
            (exp.alias_(cell, written, copy=False), exp.alias_(tried_day(cell), whole, copy=False)),
            (exp.alias_(same_text(column(whole), column(written)), is_day, copy=False),),
            (exp.alias_(tried, part, copy=False),),
            (exp.alias_(starts, first, copy=False),),
            (exp.alias_(ends, last, copy=False),),
        ),
        column(first),
        column(last),
        exp.paren(is_odd, copy=False),
        exp.and_(is_null(column(first)), is_absent.copy(), copy=False),
    )


def tried_day(cell: exp.Expr) -> exp.Expr:
    """The day that a database reads in a text, more kindly than the row readers do."""
    return exp.TryCast(this=cell.copy(), to=exp.DataType.build("date"))


def same_text(found: exp.Expr, cell: exp.Expr) -> exp.Expr:
    """Whether a text is written as a database writes what it read in it.

    That leaves out what it reads more kindly: other separators, blanks, short months, leading zeros, exponents.
    """
    return exp.cast(found.copy(), "varchar", copy=False).eq(cell.copy())


@frozen
class ValueCell:
    """A value cell: the columns of each step, then the ends, doubled and scaled (both null when empty), and oddity."""

    steps: tuple[tuple[exp.Expr, ...], ...]
    low: exp.Expr
    high: exp.Expr
    is_odd: exp.Expr


def value_cell(cell: exp.Expr, kind: str, name: str, may_be_negative: exp.Expr | None = None) -> ValueCell:
    """A value cell of a column of that kind: a number, or a censored one.

    ``may_be_negative`` holds for rows whose values may be; a number below zero is read where it is given.
    """
    written, whole, is_plain = f"{name}_cell", f"{name}_whole", f"{name}_is_plain"
    bound, rest, point = f"{name}_bound", f"{name}_rest", f"{name}_point"
    if kind != "VARCHAR":
        found = exp.cast(column(written), "bigint", copy=False) * (2 * SCALE)
        is_large = exp.func(
            "coalesce", exp.Abs(this=exp.paren(found.copy(), copy=False)) >= ENDLESS, exp.false(), copy=False
        )
        return ValueCell(((exp.alias_(cell, written, copy=False),),), found, found.copy(), is_large)
    digits = rest if may_be_negative is None else f"{name}_digits"
    tried = tried_whole(column(digits))
    number = exp.Case().when(column(is_plain), exp.cast(column(whole), "bigint", copy=False) * (2 * SCALE), copy=False)
    number = number.when(
        is_whole(tried, column(digits)), exp.cast(tried.copy(), "bigint", copy=False) * (2 * SCALE), copy=False
    )
    read: exp.Expr = exp.cast(number.else_(broken(column(digits)), copy=False), "bigint", copy=False)
    below_zero: list[tuple[exp.Expr, ...]] = []
    if may_be_negative is not None:
        is_minus = exp.func("left", column(rest), exp.Literal.number("1"), copy=False).eq(text("-"))
        after = exp.func("substr", column(rest), exp.Literal.number("2"), copy=False)
        below_zero = [
            (
                exp.alias_(
                    exp.Case().when(is_minus, after, copy=False).else_(column(rest), copy=False), digits, copy=False
                ),
            )
        ]
        read = exp.Case().when(is_minus.copy(), exp.Neg(this=read), copy=False).else_(read.copy(), copy=False)
    low, high = ends_of(column(point), column(bound), may_be_negative)
    steps = (
        (exp.alias_(cell, written, copy=False), exp.alias_(tried_whole(cell), whole, copy=False)),
        (
            exp.alias_(
                exp.func("coalesce", is_whole(column(whole), column(written)), exp.false(), copy=False),
                is_plain,
                copy=False,
            ),
        ),
        (exp.alias_(bound_of(column(written), column(is_plain)), bound, copy=False),),
        (exp.alias_(unsigned(column(written), column(is_plain), column(bound)), rest, copy=False),),
        *below_zero,
        (exp.alias_(read, point, copy=False),),
        (exp.alias_(low, f"{name}_low", copy=False), exp.alias_(high, f"{name}_high", copy=False)),
    )
    is_filled = exp.func("coalesce", exp.Trim(this=column(written)).neq(text("")), exp.false(), copy=False)
    is_odd = exp.Case().when(is_null(column(f"{name}_high")), is_filled, copy=False).else_(exp.false(), copy=False)
    return ValueCell(steps, column(f"{name}_low"), column(f"{name}_high"), exp.paren(is_odd, copy=False))


def bound_of(written: exp.Expr, is_plain: exp.Expr) -> exp.Expr:
    """How a cell bounds its number: -2 for ``<``, -1 for ``<=``, 1 for ``>=``, 2 for ``>``, else 0."""
    sign = exp.func("left", written.copy(), exp.Literal.number("1"), copy=False)
    is_closed = exp.func("substr", written.copy(), exp.Literal.number("2"), exp.Literal.number("1"), copy=False).eq(
        text("=")
    )
    found = exp.Case().when(is_plain, exp.convert(0), copy=False)
    for letter, closed, open_ in (("<", -1, -2), (">", 1, 2)):
        shown = exp.Case().when(is_closed.copy(), exp.convert(closed), copy=False).else_(exp.convert(open_), copy=False)
        found = found.when(sign.copy().eq(text(letter)), shown, copy=False)
    return found.else_(exp.convert(0), copy=False)


def unsigned(written: exp.Expr, is_plain: exp.Expr, bound: exp.Expr) -> exp.Expr:
    """A cell without its sign; nothing where it is plain digits, which are read already."""
    found = exp.Case().when(is_plain, exp.cast(exp.null(), "varchar"), copy=False)
    for signs, start in (((-1, 1), "3"), ((-2, 2), "2")):
        after = exp.func("substr", written.copy(), exp.Literal.number(start), copy=False)
        found = found.when(
            bound.copy().isin(*signs, copy=False), exp.func("ltrim", after, text(" "), copy=False), copy=False
        )
    return found.else_(written.copy(), copy=False)


def ends_of(point: exp.Expr, bound: exp.Expr, may_be_negative: exp.Expr | None) -> tuple[exp.Expr, exp.Expr]:
    """The ends of a value from its number and how the cell bounds it; null where they are not known.

    ``< 0`` leaves no value of a measure that is never negative: a data problem, so the row readers see it.
    """
    is_left: exp.Expr = point > 0
    floor: exp.Expr = exp.convert(0)
    if may_be_negative is not None:
        is_left = exp.or_(
            is_left, exp.and_(may_be_negative.copy(), is_null(point).not_(copy=False), copy=False), copy=False
        )
        floor = exp.Case().when(may_be_negative.copy(), exp.convert(-ENDLESS), copy=False).else_(floor, copy=False)
    low = exp.Case().when(bound.eq(0), point.copy(), copy=False)
    low = low.when(bound < 0, exp.Case().when(is_left, floor, copy=False), copy=False).else_(
        point + bound - 1, copy=False
    )
    high = exp.Case().when(bound.eq(0), point.copy(), copy=False)
    high = high.when(bound < 0, exp.Case().when(is_left.copy(), point + bound + 1, copy=False), copy=False)
    high = high.when(is_null(point).not_(copy=False), exp.Literal.number(str(ENDLESS)), copy=False)
    return low, high


def tried_whole(cell: exp.Expr) -> exp.Expr:
    """The whole number that a database reads in a text, more kindly than the row readers do: ``199.6`` as 200."""
    return exp.TryCast(this=cell.copy(), to=exp.DataType.build("int"))


def is_whole(found: exp.Expr, cell: exp.Expr) -> exp.Expr:
    """Whether a text is the digits of a whole number that values can hold."""
    return exp.and_(found.copy().between(0, LARGEST_WHOLE, copy=False), same_text(found, cell), copy=False)


def broken(written: exp.Expr) -> exp.Expr:
    """A plain number with decimals, doubled and scaled; null where the text is anything else."""
    length = exp.Length(this=written.copy())
    point = exp.func("strpos", written.copy(), text("."), copy=False)
    is_broken = exp.and_(
        exp.func("ltrim", written.copy(), text(f"{DIGITS}."), copy=False).eq(text("")),
        length.copy() <= LONGEST_BROKEN,
        point.copy() > 1,
        point.copy() <= LONGEST_WHOLE + 1,
        exp.paren(length.copy() - point.copy(), copy=False).between(1, DECIMALS, copy=False),
        copy=False,
    )
    decimal = exp.TryCast(this=written.copy(), to=exp.DataType.build(f"decimal(18, {DECIMALS})"))
    return exp.Case().when(
        is_broken, exp.cast(exp.paren(decimal * (2 * SCALE), copy=False), "bigint", copy=False), copy=False
    )


def stepped(query: exp.Select, *cells: DayCell | ValueCell, keep: tuple[str, ...]) -> exp.Select:
    """A query that has the steps of every cell, one after another; ``keep`` are columns that each step hands on."""
    known = [*keep]
    most = max(len(one.steps) for one in cells)
    for place in range(most):
        new = [each for one in cells if place < len(one.steps) for each in one.steps[place]]
        if place == 0:
            query = query.select(*new, copy=False)
        else:
            query = exp.select(*(column(name) for name in known), *new).from_(
                query.subquery(f"step{place}", copy=False), copy=False
            )
        known += [each.alias for each in new]
    return query
