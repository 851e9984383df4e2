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
LONGEST_BROKEN = LONGEST_WHOLE + 1 + DECIMALS
FIRST_YEAR, LAST_YEAR = "0100-01-01", "9899-12-31"
"""Dates outside are placeholders; points counted from them may leave the calendar, which the interpreter minds."""
SHAPES = {DAY: "____-__-__", MONTH: "____-__", YEAR: "____"}
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
    return exp.cast(text(value), "date")


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
        exp.Length(this=cell.copy()) > DAY, exp.func("regexp_full_match", cell.copy(), text(TIME_OF_DAY))
    )
    return exp.Case().when(is_timed, exp.func("left", cell.copy(), exp.convert(DAY))).else_(cell)


def day_cell(cell: exp.Expr, kind: str, name: str) -> DayCell:
    """A date cell of a column of that kind; ``name`` is what its steps are called."""
    written, first, last = f"{name}_cell", f"{name}_first", f"{name}_last"
    if kind == "DATE":
        outside = exp.or_(column(written) < day(FIRST_YEAR), column(written) > day(LAST_YEAR))
        return DayCell(
            ((exp.alias_(cell, written),),),
            column(written),
            column(written),
            exp.func("coalesce", outside, exp.false()),
            is_null(column(written)),
        )
    length = exp.Length(this=column(written))
    starts = exp.Case()
    for letters, ending in ((DAY, ""), (MONTH, "-01"), (YEAR, "-01-01")):
        starts = starts.when(length.copy().eq(letters), checked(column(written), SHAPES[letters], ending))
    step = (exp.alias_(starts, first),)
    ends = exp.Case().when(length.copy().eq(DAY), column(first))
    ends = ends.when(length.copy().eq(MONTH), exp.cast(exp.LastDay(this=column(first)), "date"))
    months = exp.DateAdd(this=column(first), expression=exp.Literal.number("11"), unit=exp.var("month"))
    ends = ends.when(length.copy().eq(YEAR), exp.cast(exp.LastDay(this=exp.cast(months, "date")), "date"))
    is_absent = exp.or_(is_null(column(written)), exp.Trim(this=column(written)).eq(text("")))
    outside = exp.or_(column(first) < day(FIRST_YEAR), column(first) > day(LAST_YEAR))
    is_odd = exp.Case().when(is_null(column(first)), is_absent.not_()).else_(outside)
    return DayCell(
        ((exp.alias_(cell, written),), step, (exp.alias_(ends, last),)),
        column(first),
        column(last),
        exp.paren(is_odd),
        exp.and_(is_null(column(first)), is_absent.copy()),
    )


def checked(cell: exp.Expr, shape: str, ending: str) -> exp.Expr:
    """The day that a text says, null unless it is written exactly so.

    The shape and the last digit tell what a database reads more kindly: other separators, blanks, short months.
    """
    whole: exp.Expr = exp.DPipe(this=cell.copy(), expression=text(ending)) if ending else cell.copy()
    found = exp.TryCast(this=exp.paren(whole) if ending else whole, to=exp.DataType.build("date"))
    is_shape = exp.Like(this=cell.copy(), expression=text(shape))
    last = exp.func("right", cell.copy(), exp.Literal.number("1"))
    return exp.Case().when(exp.and_(is_shape, last.between(text("0"), text("9"))), found)


@frozen
class ValueCell:
    """A value cell: the columns of each step, then the ends, doubled and scaled (both null when empty), and oddity."""

    steps: tuple[tuple[exp.Expr, ...], ...]
    low: exp.Expr
    high: exp.Expr
    is_odd: exp.Expr


def value_cell(cell: exp.Expr, kind: str, name: str, *, may_be_negative: bool = False) -> ValueCell:
    """A value cell of a column of that kind: a number, or a censored one."""
    written, whole, point = f"{name}_cell", f"{name}_whole", f"{name}_point"
    limit, half = f"{name}_limit", f"{name}_half"
    if kind != "VARCHAR":
        found = exp.cast(column(written), "bigint") * (2 * SCALE)
        return ValueCell(((exp.alias_(cell, written),),), found, found.copy(), exp.false())
    first = (
        exp.alias_(cell, written),
        exp.alias_(exp.TryCast(this=cell.copy(), to=exp.DataType.build("int")), whole),
    )
    exact = exp.Case().when(
        is_plain_whole(column(written), column(whole)), exp.cast(column(whole), "bigint") * (2 * SCALE)
    )
    second = (exp.alias_(exp.cast(exact.else_(broken(column(written))), "bigint"), point),)
    sign = exp.func("left", column(written), exp.Literal.number("1"))
    is_censored = exp.and_(is_null(column(point)), sign.copy().isin(text("<"), text(">")))
    is_closed = exp.func("substr", column(written), exp.Literal.number("2"), exp.Literal.number("1")).eq(text("="))
    start = exp.Case().when(is_closed, exp.Literal.number("3")).else_(exp.Literal.number("2"))
    rest = exp.func("ltrim", exp.func("substr", column(written), start), text(" "))
    plain = exp.Case().when(
        is_plain_whole(rest, exp.TryCast(this=rest.copy(), to=exp.DataType.build("int"))),
        exp.TryCast(this=rest.copy(), to=exp.DataType.build("bigint")) * (2 * SCALE),
    )
    third = (
        exp.alias_(exp.Case().when(is_censored.copy(), plain.else_(broken(rest))), limit),
        exp.alias_(
            exp.Case().when(
                is_censored.copy(),
                exp.Case().when(is_closed.copy(), exp.Literal.number("0")).else_(exp.Literal.number("1")),
            ),
            half,
        ),
        exp.alias_(exp.Case().when(is_censored.copy(), sign.copy().eq(text("<"))), f"{name}_below"),
    )
    # `< 0` leaves no value of a measure that is never negative: a data problem, so the row readers see it.
    below = exp.and_(column(f"{name}_below"), is_null(column(limit)).not_() if may_be_negative else column(limit) > 0)
    floor = -ENDLESS if may_be_negative else 0
    above = exp.and_(column(f"{name}_below").not_(), is_null(column(limit)).not_())
    has_point = is_null(column(point)).not_()
    low = exp.Case().when(has_point, column(point)).when(below, exp.convert(floor))
    low = low.when(above, column(limit) + column(half))
    high = exp.Case().when(has_point.copy(), column(point)).when(below.copy(), column(limit) - column(half))
    high = high.when(above.copy(), exp.Literal.number(str(ENDLESS)))
    fourth = (exp.alias_(low, f"{name}_low"), exp.alias_(high, f"{name}_high"))
    is_filled = exp.func("coalesce", exp.Trim(this=column(written)).neq(text("")), exp.false())
    is_odd = exp.Case().when(is_null(column(f"{name}_high")), is_filled).else_(exp.false())
    return ValueCell((first, second, third, fourth), column(f"{name}_low"), column(f"{name}_high"), exp.paren(is_odd))


def is_plain_whole(written: exp.Expr, whole: exp.Expr) -> exp.Expr:
    """Whether a text is the digits of a whole number: as many letters as it has digits.

    A database reads ``199.6`` as 200 and `` 7`` as 7; neither has the letters of its number.
    """
    digits = exp.Case().when(whole.copy() < 0, exp.Literal.number("0"))
    for places in range(1, LONGEST_WHOLE + 1):
        digits = digits.when(whole.copy() < 10**places, exp.Literal.number(str(places)))
    return exp.Length(this=written.copy()).eq(exp.paren(digits))


def broken(written: exp.Expr) -> exp.Expr:
    """A plain number with decimals, doubled and scaled; null where the text is anything else."""
    length = exp.Length(this=written.copy())
    point = exp.func("strpos", written.copy(), text("."))
    is_broken = exp.and_(
        exp.func("ltrim", written.copy(), text(f"{DIGITS}.")).eq(text("")),
        length.copy() <= LONGEST_BROKEN,
        point.copy() > 1,
        point.copy() <= LONGEST_WHOLE + 1,
        exp.paren(length.copy() - point.copy()).between(1, DECIMALS),
    )
    decimal = exp.TryCast(this=written.copy(), to=exp.DataType.build(f"decimal(18, {DECIMALS})"))
    return exp.Case().when(is_broken, exp.cast(exp.paren(decimal * (2 * SCALE)), "bigint"))


def stepped(query: exp.Select, *cells: DayCell | ValueCell, keep: tuple[str, ...]) -> exp.Select:
    """A query that has the steps of every cell, one after another; ``keep`` are columns that each step hands on."""
    known = [*keep]
    most = max(len(one.steps) for one in cells)
    for place in range(most):
        new = [each for one in cells if place < len(one.steps) for each in one.steps[place]]
        if place == 0:
            query = query.select(*new)
        else:
            query = exp.select(*(column(name) for name in known), *new).from_(query.subquery(f"step{place}"))
        known += [each.alias for each in new]
    return query
