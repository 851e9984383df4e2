"""Cells as columns: trees that read a date or a number of a text column as the row readers would.

What they read they read alike; whatever else stands in a cell is left to the row readers, by marking its row as odd.
Each tree is worked out in steps, a column a step, so that nothing is worked out twice.
"""

from sqlglot import exp

from protocol_dsl.base.values import frozen
from protocol_dsl.model.columns import DECIMALS, ENDLESS, SCALE
from protocol_dsl.trees import (
    Branch,
    all_of,
    any_of,
    call,
    case,
    cast,
    column,
    equal,
    grouped,
    is_null,
    named,
    negated,
    number,
    selected,
    try_cast,
)

DAY, MONTH, YEAR = 10, 7, 4
"""Letters of a date known to the day, the month, the year."""
LONGEST_WHOLE = 8
LARGEST_WHOLE = (ENDLESS - 1) // (2 * SCALE)
"""The largest whole number that columns hold: of nine digits, while one of eight may have decimals."""
LONGEST_BROKEN = LONGEST_WHOLE + 1 + DECIMALS
FIRST_YEAR, LAST_YEAR = "0100-01-01", "9899-12-31"
"""Dates outside are placeholders; points counted from them may leave the calendar, which the interpreter minds."""
CALENDAR = "0001-01-01", "9999-12-31"
"""A database has days before and after it, and an infinite one; no row reader reads them."""
DIGITS = "0123456789"


def text(value: str) -> exp.Expr:
    """A text written in the statement."""
    return exp.Literal.string(value)


def day(value: str) -> exp.Expr:
    """A date written in the statement."""
    return cast(text(value), "date")


@frozen
class DayCell:
    """A date cell: the columns of each step, then the first and the last day (null where it says none) and oddity.

    ``known`` is the day, null where the cell says less; it ``is_part`` where it says a month or a year, and
    ``is_certain`` where it says a day and is not odd.

    A database puts the steps of a column in its place wherever a row is picked by it. So conditions name one as seldom
    as they can: each further time all its steps are written out, planned and worked out once more.
    """

    steps: tuple[tuple[exp.Expr, ...], ...]
    first: exp.Expr
    last: exp.Expr
    known: exp.Expr
    is_odd: exp.Expr
    is_absent: exp.Expr
    is_part: exp.Expr
    is_certain: exp.Expr


TIME_OF_DAY = "^.{10}[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$"


def without_time(cell: exp.Expr) -> exp.Expr:
    """A date cell without its time of day, for rows of which nobody asks at what time they were."""
    has_time = exp.RegexpLike(this=cell, expression=text(TIME_OF_DAY))
    is_timed = all_of(exp.Length(this=cell) > DAY, has_time)
    return case((is_timed, call("left", cell, exp.convert(DAY))), otherwise=cell)


def day_cell(cell: exp.Expr, kind: str, name: str) -> DayCell:
    """A date cell of a column of that kind; ``name`` is what its steps are called."""
    written, first, last = f"{name}_cell", f"{name}_first", f"{name}_last"
    if kind == "DATE":
        is_read = column(written).between(day(FIRST_YEAR), day(LAST_YEAR), copy=False)
        return DayCell(
            ((named(cell, written),), (named(in_calendar(column(written)), first),)),
            column(first),
            column(first),
            column(first),
            negated(call("coalesce", is_read, exp.true())),
            is_null(column(written)),
            exp.false(),
            call("coalesce", is_read.copy(), exp.false()),
        )
    whole, is_day, filled = f"{name}_day", f"{name}_is_day", f"{name}_filled"
    length = exp.Length(this=column(written))
    ending = case((number(MONTH), text("-01")), (number(YEAR), text("-01-01")), of=length)
    completed = exp.DPipe(this=column(written), expression=ending)
    part = tried_day(column(filled))
    months = exp.DateAdd(this=column(first), expression=exp.Literal.number("11"), unit=exp.var("month"))
    ends = case(
        (column(is_day), column(first)),
        (equal(length, number(MONTH)), cast(exp.LastDay(this=column(first)), "date")),
        otherwise=cast(exp.LastDay(this=cast(months, "date")), "date"),
    )
    is_absent = call("coalesce", equal(exp.Trim(this=column(written)), text("")), exp.true())
    is_read = column(first).between(day(FIRST_YEAR), day(LAST_YEAR), copy=False)
    return DayCell(
        (
            (named(cell, written), named(tried_day(cell), whole)),
            (named(is_day_as_written(column(whole), column(written)), is_day),),
            (named(case((column(is_day), exp.null()), otherwise=completed), filled),),
            (named(case((column(is_day), column(whole)), (same_text(part, column(filled)), part)), first),),
            (named(ends, last),),
        ),
        column(first),
        column(last),
        case((column(is_day), column(first))),
        negated(call("coalesce", is_read, is_absent)),
        is_absent.copy(),
        all_of(negated(column(is_day)), negated(is_null(column(first)))),
        call("coalesce", all_of(column(is_day), is_read.copy()), exp.false()),
    )


def certain_day(cell: exp.Expr, kind: str) -> exp.Expr:
    """The day that a date cell of a column of that kind tells; null where it says less, or anything else."""
    found = tried_day(cell)
    return in_calendar(cell) if kind == "DATE" else case((is_day_as_written(found, cell), found))


def in_calendar(found: exp.Expr) -> exp.Expr:
    """A day of a database that row readers read too; null where it is none."""
    first, last = map(day, CALENDAR)
    return case((found.between(first, last), found.copy()))


def is_day_as_written(found: exp.Expr, cell: exp.Expr) -> exp.Expr:
    """Whether a text is a day as a database writes it; ``infinity`` and years of more digits are longer or shorter."""
    return all_of(equal(exp.Length(this=cell), number(DAY)), same_text(found, cell))


def tried_day(cell: exp.Expr) -> exp.Expr:
    """The day that a database reads in a text, more kindly than the row readers do."""
    return try_cast(cell, "date")


def same_text(found: exp.Expr, cell: exp.Expr) -> exp.Expr:
    """Whether a text is written as a database writes what it read in it.

    That leaves out what it reads more kindly: other separators, blanks, short months, leading zeros, exponents.
    """
    return equal(cast(found, "varchar"), cell)


@frozen
class ValueCell:
    """A value cell: the columns of each step, then the ends, doubled and scaled (both null when empty), and oddity."""

    steps: tuple[tuple[exp.Expr, ...], ...]
    low: exp.Expr
    high: exp.Expr
    is_odd: exp.Expr


WORD = "^[A-Za-z]"


def is_word(cell: exp.Expr) -> exp.Expr:
    """Whether a text begins with a letter, so that no row reader finds a number in it: ``haemolysed``."""
    return exp.RegexpLike(this=cell, expression=text(WORD))


def value_cell(
    cell: exp.Expr, kind: str, name: str, may_be_negative: exp.Expr | None = None, *, passes_words: bool = False
) -> ValueCell:
    """A value cell of a column of that kind: a number, or a censored one.

    ``may_be_negative`` holds for rows whose values may be; a number below zero is read where it is given. A word is no
    value at all where it ``passes_words``, and else odd as whatever cannot be read.
    """
    written, whole, is_plain = f"{name}_cell", f"{name}_whole", f"{name}_is_plain"
    bound, rest, point = f"{name}_bound", f"{name}_rest", f"{name}_point"
    if kind != "VARCHAR":
        found = cast(column(written), "bigint") * (2 * SCALE)
        is_large = call("coalesce", exp.Abs(this=grouped(found)) >= ENDLESS, exp.false())
        return ValueCell(((named(cell, written),),), found, found, is_large)
    digits = rest if may_be_negative is None else f"{name}_digits"
    tried = tried_whole(column(digits))
    read_as = case(
        (column(is_plain), cast(column(whole), "bigint") * (2 * SCALE)),
        (is_whole(tried, column(digits)), cast(tried, "bigint") * (2 * SCALE)),
        (is_broken(column(digits)), broken(column(digits))),
    )
    read: exp.Expr = cast(read_as, "bigint")
    below_zero: list[tuple[exp.Expr, ...]] = []
    if may_be_negative is not None:
        is_minus = call("left", column(rest), exp.Literal.number("1")).eq(text("-"))
        after = call("substr", column(rest), exp.Literal.number("2"))
        below_zero = [(named(case((is_minus, after), otherwise=column(rest)), digits),)]
        sign = case((is_minus, number(-1)), otherwise=number(1))
        read = exp.Mul(this=read, expression=sign)
    low, high = ends_of(column(point), column(bound), may_be_negative)
    plain = case((fits(column(whole)), same_text(column(whole), column(written))), otherwise=exp.false())
    steps = (
        (named(cell, written), named(tried_whole(cell), whole)),
        (named(plain, is_plain),),
        (named(bound_of(column(written), column(is_plain)), bound),),
        (named(unsigned(column(written), column(is_plain), column(bound)), rest),),
        *below_zero,
        (named(read, point),),
        (named(low, f"{name}_low"), named(high, f"{name}_high")),
    )
    is_filled = call("coalesce", exp.Trim(this=column(written)).neq(text("")), exp.false())
    is_unread = all_of(is_filled, negated(is_word(column(written)))) if passes_words else is_filled
    is_odd = case((is_null(column(f"{name}_high")), is_unread), otherwise=exp.false())
    return ValueCell(steps, column(f"{name}_low"), column(f"{name}_high"), grouped(is_odd))


def bound_of(written: exp.Expr, is_plain: exp.Expr) -> exp.Expr:
    """How a cell bounds its number: -2 for ``<``, -1 for ``<=``, 1 for ``>=``, 2 for ``>``, else 0."""
    sign = call("left", written, exp.Literal.number("1"))
    is_closed = call("substr", written, exp.Literal.number("2"), exp.Literal.number("1")).eq(text("="))
    found: list[Branch] = [(is_plain, exp.convert(0))]
    for letter, closed, open_ in (("<", -1, -2), (">", 1, 2)):
        shown = case((is_closed, exp.convert(closed)), otherwise=exp.convert(open_))
        found.append((sign.eq(text(letter)), shown))
    return case(*found, otherwise=exp.convert(0))


def unsigned(written: exp.Expr, is_plain: exp.Expr, bound: exp.Expr) -> exp.Expr:
    """A cell without its sign; nothing where it is plain digits, which are read already."""
    found: list[Branch] = [(is_plain, cast(exp.null(), "varchar"))]
    for signs, start in (((-1, 1), "3"), ((-2, 2), "2")):
        after = call("substr", written, exp.Literal.number(start))
        found.append((bound.isin(*signs, copy=False), call("ltrim", after, text(" "))))
    return case(*found, otherwise=written)


def ends_of(point: exp.Expr, bound: exp.Expr, may_be_negative: exp.Expr | None) -> tuple[exp.Expr, exp.Expr]:
    """The ends of a value from its number and how the cell bounds it; null where they are not known.

    ``< 0`` leaves no value of a measure that is never negative: a data problem, so the row readers see it.
    """
    is_left: exp.Expr = point > 0
    floor: exp.Expr = exp.convert(0)
    if may_be_negative is not None:
        is_left = any_of(is_left, all_of(may_be_negative, negated(is_null(point))))
        floor = case((may_be_negative, exp.convert(-ENDLESS)), otherwise=floor)
    low = case((bound.eq(0), point), (bound < 0, case((is_left, floor))), otherwise=point + bound - 1)
    high = case(
        (bound.eq(0), point),
        (bound < 0, case((is_left, point + bound + 1))),
        (negated(is_null(point)), exp.Literal.number(str(ENDLESS))),
    )
    return low, high


def tried_whole(cell: exp.Expr) -> exp.Expr:
    """The whole number that a database reads in a text, more kindly than the row readers do: ``199.6`` as 200."""
    return try_cast(cell, "int")


def is_whole(found: exp.Expr, cell: exp.Expr) -> exp.Expr:
    """Whether a text is the digits of a whole number that values can hold."""
    return all_of(fits(found), same_text(found, cell))


def fits(found: exp.Expr) -> exp.Expr:
    """Whether values can hold a whole number."""
    return found.between(0, LARGEST_WHOLE, copy=False)


def is_broken(written: exp.Expr) -> exp.Expr:
    """Whether a text is a plain number with decimals."""
    length = exp.Length(this=written)
    point = call("strpos", written, text("."))
    return all_of(
        call("ltrim", written, text(f"{DIGITS}.")).eq(text("")),
        length <= LONGEST_BROKEN,
        point > 1,
        point <= LONGEST_WHOLE + 1,
        grouped(length - point).between(1, DECIMALS, copy=False),
    )


def broken(written: exp.Expr) -> exp.Expr:
    """A plain number with decimals, doubled and scaled."""
    decimal = try_cast(written, f"decimal(18, {DECIMALS})")
    return cast(exp.Mul(this=decimal, expression=number(2 * SCALE)), "bigint")


def stepped(query: exp.Select, *cells: DayCell | ValueCell) -> exp.Select:
    """A query that has the steps of every cell, one after another; what no later one reads, a database leaves out."""
    for place in range(max(len(one.steps) for one in cells)):
        new = [each for one in cells if place < len(one.steps) for each in one.steps[place]]
        if place == 0:
            query = query.select(*new, copy=False)
        else:
            query = selected(query.subquery(f"step{place}", copy=False), "*", *new)
    return query
