"""Each table as columns: trees over a file, one row a fact, and the small tables of names they are joined to."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from sqlglot import exp

from protocol_dsl.base.days import Days, write_days
from protocol_dsl.base.values import frozen
from protocol_dsl.model.columns import ENDLESS, IS_TIMED, NO_LABEL, ODD, PARTICIPANT, ReadingsAsked, choice_number
from protocol_dsl.model.records import Cutoff
from protocol_dsl.model.study import StudyModel
from protocol_dsl.readers.columns.cells import (
    DAY,
    DayCell,
    ValueCell,
    day,
    day_cell,
    stepped,
    text,
    value_cell,
    without_time,
)
from protocol_dsl.readers.columns.probes import Meaning
from protocol_dsl.readers.columns.source import TEXT, Tabled
from protocol_dsl.readers.names import fold
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
    named_table,
    negated,
    query_of,
    selected,
    text_of,
    within,
)

FIRST, LAST = "0001-01-01", "9999-12-31"
PLAIN_NUMBER = "^[0-9]{1,9}[.][0-9]{1,12}$"
"""A number that is one whatever its unit, though it may have more decimals than columns hold."""
NOTHING_MORE = ReadingsAsked()
KEYS: Mapping[str, tuple[str, ...]] = {
    "events": ("event", "code", "category", "grade", "related_to"),
    "readings": ("measure", "code", "unit"),
    "medications": ("drug", "code"),
    "visits": ("visit", "status"),
    "administrations": ("treatment", "unit", "route", "level", "given"),
}
"""The columns whose distinct texts are asked about once."""
BITS, UP, DOWN, NAME_ODD = "bits", "up", "down", "name_odd"
LABELS, VISIT = "reading_labels", "visit"
"""The table of what readings are labelled with (``written``, and the number of the visit), and that number."""
DAYS = ("day", "first_day", "last_day", "end_first", "end_last")
"""Columns of an act: its day, null where it is not certain, the days that it may be of, and those of its end."""
LEVEL, ROUTE, IS_GIVEN, UNIT = "level_number", "route_name", "is_given", "unit_number"


@frozen
class Names:
    """What each distinct name of a table means; ``kind`` is that of the whole number that holds its bits.

    ``keeps_unused``: rows about names that the protocol never mentions are read too, and hold no bit.
    """

    table: str
    meanings: Mapping[tuple[str, ...], Meaning]
    kind: str = "bigint"
    keeps_unused: bool = False

    @property
    def temporary(self) -> str:
        """The small table of names in the statement."""
        return f"{self.table}_names"

    @property
    def converts(self) -> bool:
        """Whether any name's values have to be brought to another unit."""
        return any(one.factor != 1 for one in self.meanings.values())

    @property
    def present(self) -> int:
        """The bits of all names that there are."""
        found = 0
        for one in self.meanings.values():
            found |= max(one.bits, 0)
        return found

    def statements(self) -> list[str]:
        """What makes the small table."""
        keys = ", ".join(f"key_{key} varchar" for key in KEYS[self.table])
        columns = f"{keys}, {BITS} {self.kind}, {UP} bigint, {DOWN} bigint, {NAME_ODD} boolean"
        columns += f", {LEVEL} bigint, {ROUTE} varchar, {IS_GIVEN} boolean, {UNIT} bigint"
        made = [f"create or replace table {self.temporary} ({columns})"]
        rows = []
        for key, one in self.meanings.items():
            if self.keeps_unused or not one.is_unused:
                factor = Fraction(one.factor)
                numbers = [exp.convert(number) for number in (one.bits, factor.numerator, factor.denominator)]
                dose = [exp.convert(one.level), text(one.route), exp.convert(one.is_given), exp.convert(one.unit)]
                rows.append(exp.Tuple(expressions=[*map(text, key), *numbers, exp.convert(one.is_odd), *dose]))
        if rows:
            made.append(f"insert into {self.temporary} {text_of(exp.Values(expressions=rows))}")
        return made


def joined(table: Tabled, names: Names, *columns: str) -> exp.Select:
    """The rows of a table whose name the protocol mentions, with ``columns`` of the small table of names."""
    on = [equal(table.text(key), column(f"key_{key}", names.temporary)) for key in KEYS[table.name] if table.has(key)]
    query = selected(table.origin, named(table.cell("participant"), PARTICIPANT))
    query = query.select(*(column(name, names.temporary) for name in (*columns, NAME_ODD)), copy=False)
    return query.join(names.temporary, on=all_of(*on), copy=False)


def is_known(table: Tabled, names: Names | None) -> exp.Expr:
    """Whether the protocol mentions what a row is about; where nobody asked for the names of a table, it may."""
    if names is None or names.keeps_unused:
        return exp.true()
    keys = [key for key in KEYS[table.name] if table.has(key)]
    known = selected(names.temporary, *(column(f"key_{key}") for key in keys))
    return within(exp.Tuple(expressions=[table.text(key) for key in keys]), known.subquery(copy=False))


def day_read(table: Tabled, name: str = "date") -> exp.Expr:
    """The date of a row, without the time of day that it may tell."""
    cell = table.cell(name)
    return without_time(cell) if table.is_timed else cell


def labelled(query: exp.Select, table: Tabled) -> exp.Select:
    """Rows of readings with the number of the visit that each is labelled with."""
    if not table.has("visit"):
        return query.select(named(exp.convert(NO_LABEL), VISIT), copy=False)
    query = query.join(named_table(LABELS), on=table.text("visit").eq(exp.column("written", table=LABELS)), copy=False)
    return query.select(named(exp.column("number", table=LABELS), VISIT), copy=False)


def until(query: exp.Select, when: DayCell, cutoff: Cutoff) -> exp.Select:
    """The rows that a given cut-off lets be read; one whose day cannot be read is."""
    if not cutoff.is_given or cutoff.day is None:
        return query
    return query.where(call("coalesce", when.first.copy() <= last_read(cutoff), exp.true()), copy=False)


def event_rows(
    table: Tabled, names: Names, milestones: int, cutoff: Cutoff, latest: exp.Expr | None = None
) -> exp.Select:
    """Milestones, conditions and events; an end is only looked at for whether it can be used.

    Without a date one is of any day up to the cut-off; ``latest`` as for :func:`medication_rows`.
    """
    when = day_cell(table.cell("date"), table.kind("date"), "date")
    cells = [when]
    # The day of a milestone is a point in columns; elsewhere a date that is not known is two columns.
    is_milestone = grouped(exp.BitwiseAnd(this=column(BITS), expression=exp.convert(milestones))).neq(0)
    is_open = any_of(when.is_absent, when.is_part)
    odd: list[exp.Expr] = [column(NAME_ODD), when.is_odd, all_of(is_milestone, is_open)]
    if table.has("end_date"):
        cells.append(ended(table, "end_date", when, odd))
    query = stepped(joined(table, names, BITS), *cells)
    query = selected(
        query.subquery("steps", copy=False),
        column(PARTICIPANT),
        named(column(BITS), "what"),
        named(call("coalesce", when.first.copy(), day(FIRST)), "first_day"),
        named(call("coalesce", when.last.copy(), latest or last_read(cutoff)), "last_day"),
        named(any_of(*odd), ODD),
    )
    return until(query, when, cutoff)


def ended(table: Tabled, name: str, start: DayCell, odd: list[exp.Expr]) -> DayCell:
    """The end of a row; one that cannot be used, or lies before the start, is odd."""
    end = day_cell(table.cell(name), table.kind(name), "end")
    odd += [end.is_odd, call("coalesce", end.last.copy() < start.first.copy(), exp.false())]
    return end


def days_of(when: DayCell, end: DayCell | None, cutoff: Cutoff, is_unknown: exp.Expr | None = None) -> list[exp.Expr]:
    """The columns ``DAYS`` of an act, as the row readers read its two cells; what ends after the cut-off went on to it.

    ``is_unknown``: the end is some day from the first on, up to the cut-off.
    """
    first: exp.Expr = call("coalesce", when.first.copy(), day(FIRST))
    last: exp.Expr = call("coalesce", when.last.copy(), last_read(cutoff))
    end_first: exp.Expr = cast(exp.null(), "date")
    end_last: exp.Expr = cast(exp.null(), "date")
    if end is not None:
        is_read = negated(is_null(end.first))
        starts: list[Branch] = [(is_read, call("greatest", end.first.copy(), first.copy()))]
        ends: list[Branch] = [(is_read.copy(), end.last.copy())]
        if cutoff.is_given:
            starts.insert(0, (is_after(end, cutoff), last_read(cutoff)))
            ends.insert(0, (is_after(end, cutoff), last_read(cutoff)))
        if is_unknown is not None:
            starts.insert(0, (is_unknown, first.copy()))
            ends.insert(0, (is_unknown.copy(), call("greatest", last_read(cutoff), first.copy())))
        end_first, end_last = case(*starts), case(*ends)
    found = (when.known, first, last, end_first, end_last)
    return [named(value, name) for value, name in zip(found, DAYS, strict=True)]


def is_after(end: DayCell, cutoff: Cutoff) -> exp.Expr:
    """Whether an end lies after a cut-off that was given."""
    return call("coalesce", end.first.copy() > last_read(cutoff), exp.false()) if cutoff.is_given else exp.false()


def reading_rows(
    table: Tabled, names: Names, model: StudyModel, cutoff: Cutoff, asked: ReadingsAsked = NOTHING_MORE
) -> exp.Select:
    """Readings of a known day; a value that nobody asks for need not fit, and a word for a number is none."""
    when = day_cell(day_read(table), table.kind("date"), "date")
    below_zero = [place for place, one in enumerate(model.vocabulary.measures) if one.may_be_negative]
    may_be_negative = column(BITS).isin(*below_zero, copy=False) if below_zero else None
    value = value_cell(table.cell("value"), table.kind("value"), "value", may_be_negative, passes_words=True)
    low: exp.Expr = value.low.copy()
    high: exp.Expr = value.high.copy()
    odd: list[exp.Expr] = [value.is_odd]
    if names.converts:
        (low, low_odd), (high, high_odd) = converted(low, 1), converted(high, -1)
        odd.append(all_of(column(UP).neq(column(DOWN)), any_of(low_odd, high_odd)))
    if asked.unread and table.kind("value") == TEXT:
        is_number = exp.RegexpLike(this=column("value_cell"), expression=text(PLAIN_NUMBER))
        odd = [all_of(any_of(*odd), negated(all_of(column(BITS).isin(*asked.unread, copy=False), is_number)))]
    if choices := choices_among(model, names):
        odd = [choice_odd(choices, any_of(*odd))]
        low, high = (choice_value(choices, end) for end in (low, high))
    odd += [column(NAME_ODD), negated(when.is_certain)]
    if below_zero or table.kind("value") != TEXT:
        # Of a text with a minus sign nothing is read where no measure may be negative.
        odd.append(is_below_zero(value.high.copy(), may_be_negative))
    normals = [
        (name, value_cell(table.cell(cell), table.kind(cell), name, may_be_negative))
        for cell, name in (("low", "normal_low"), ("high", "normal_high"))
        if table.has(cell)
    ]
    ends = [cell.low.copy() for _, cell in normals]
    odd += [is_below_zero(end, may_be_negative) for end in ends]
    if len(ends) > 1:
        odd.append(call("coalesce", ends[0].copy() > ends[1].copy(), exp.false()))
    query = joined(table, names, BITS, *((UP, DOWN) if names.converts else ()))
    more = []
    if asked.of_visits:
        query, more = labelled(query, table), [VISIT]
    if table.is_timed:
        is_timed = exp.Length(this=table.cell("date")) > DAY
        query, more = query.select(named(is_timed, IS_TIMED), copy=False), [*more, IS_TIMED]
    steps = stepped(query, when, value, *(cell for _, cell in normals))
    since = exp.DateDiff(this=when.first.copy(), expression=day("1970-01-01"), unit=exp.var("day"))
    query = query_of(
        column(PARTICIPANT),
        named(column(BITS), "measure"),
        named(when.first, "day"),
        named(since, "day_number"),
        named(low, "low"),
        named(high, "high"),
        *(named(normal_limit(name, dict(normals), names, odd), name) for name in ("normal_low", "normal_high")),
    )
    query = query.select(*map(column, more), named(any_of(*odd), ODD), copy=False)
    return until(query.from_(steps.subquery("steps", copy=False), copy=False), when, cutoff)


def is_below_zero(end: exp.Expr, may_be_negative: exp.Expr | None) -> exp.Expr:
    """Whether an end of a value lies below zero, though it may not be negative."""
    is_below = call("coalesce", end < 0, exp.false())
    return is_below if may_be_negative is None else all_of(is_below, negated(may_be_negative.copy()))


def normal_limit(name: str, cells: Mapping[str, ValueCell], names: Names, odd: list[exp.Expr]) -> exp.Expr:
    """An end of the reference range that a row brings, in the unit of its measure; a range is none."""
    if name not in cells:
        return cast(exp.null(), "bigint")
    found = cells[name].low
    odd.append(any_of(cells[name].is_odd, call("coalesce", found.copy().neq(cells[name].high.copy()), exp.false())))
    if not names.converts:
        return found.copy()
    found, is_odd = converted(found, 1)
    odd.append(all_of(column(UP).neq(column(DOWN)), is_odd))
    return found


def converted(end: exp.Expr, inside: int) -> tuple[exp.Expr, exp.Expr]:
    """An end in the unit of its measure, and whether it does not fit; ``inside`` is the side on which its values lie.

    The end itself is brought to the other unit, and what is left out is one half inside it again.
    """
    half = grouped(exp.BitwiseAnd(this=end.copy(), expression=exp.convert(1)))
    out, back = (exp.Sub, exp.Add) if inside > 0 else (exp.Add, exp.Sub)
    whole = grouped(grouped(out(this=end.copy(), expression=half)) * column(UP))
    new = grouped(back(this=exp.IntDiv(this=whole, expression=column(DOWN)), expression=half.copy()))
    is_endless = exp.Abs(this=end.copy()).eq(ENDLESS)
    rest = exp.Mod(this=whole.copy(), expression=grouped(column(DOWN) * 2))
    is_odd = all_of(negated(is_endless), any_of(grouped(rest).neq(0), exp.Abs(this=new.copy()) >= ENDLESS))
    return grouped(case((is_endless.copy(), end.copy()), otherwise=new)), is_odd


def choices_among(model: StudyModel, names: Names) -> Mapping[int, tuple[str, ...]]:
    """The choices, folded, of each measure by its number that is one of words and of which there are rows."""
    present = {one.bits for one in names.meanings.values()}
    measures = enumerate(model.vocabulary.measures)
    return {place: tuple(map(fold, one.choices)) for place, one in measures if one.choices and place in present}


def choice_odd(choices: Mapping[int, Sequence[str]], otherwise: exp.Expr) -> exp.Expr:
    """Whether a value is odd: of a measure that is a choice, any word but its choices."""
    word = exp.Lower(this=exp.Trim(this=call("coalesce", column("value_cell"), text(""))))
    found: list[Branch] = []
    for place, words in choices.items():
        is_allowed = word.copy().isin(*map(text, words), text(""), copy=False)
        found.append((column(BITS).eq(place), negated(is_allowed)))
    return grouped(case(*found, otherwise=otherwise))


def choice_value(choices: Mapping[int, Sequence[str]], otherwise: exp.Expr) -> exp.Expr:
    """An end of a value: of a measure that is a choice, the number of the word; none of an empty one."""
    word = exp.Lower(this=exp.Trim(this=call("coalesce", column("value_cell"), text(""))))
    found: list[Branch] = []
    for place, words in choices.items():
        numbers = [(word.copy().eq(text(each)), exp.convert(choice_number(at))) for at, each in enumerate(words)]
        found.append((column(BITS).eq(place), case(*numbers)))
    return grouped(case(*found, otherwise=otherwise))


def medication_rows(
    table: Tabled, names: Names, cutoff: Cutoff, latest: exp.Expr | None = None, *, has_drug: bool = False
) -> exp.Select:
    """Medications; an absent start is any day up to the end; without an end, or one after the cut-off, they go on.

    ``latest`` is a cut-off that is not given but worked out by the statement itself; ``has_drug``: each row says which
    drug it is.
    """
    start = day_cell(table.cell("start"), table.kind("start"), "start")
    cells = [start]
    odd: list[exp.Expr] = [column(NAME_ODD), start.is_odd]
    first: exp.Expr = call("coalesce", start.first.copy(), day(FIRST))
    last: exp.Expr = call("coalesce", start.last.copy(), latest or last_read(cutoff))
    end_first: exp.Expr = cast(exp.null(), "date")
    end_last: exp.Expr = cast(exp.null(), "date")
    if table.has("end"):
        # `unknown` may be any day from the start on: a matter for the row readers.
        end = ended(table, "end", start, odd)
        cells.append(end)
        is_read: exp.Expr = negated(is_null(end.first))
        end_last = end.last.copy()
        if cutoff.is_given:
            is_read = all_of(is_read, end.first.copy() <= last_read(cutoff))
            end_last = case((is_read.copy(), end_last))
        end_first = case((is_read.copy(), call("greatest", end.first.copy(), first.copy())))
        is_earlier = all_of(negated(is_null(start.last)), start.last.copy() <= end_last.copy())
        earlier = call("coalesce", case((is_earlier, start.last.copy()), otherwise=end_last.copy()), last)
        last = call("greatest", earlier, first.copy())
    known = (BITS, ROUTE) if has_drug else (BITS,)
    query = stepped(joined(table, names, *known), *cells)
    query = selected(
        query.subquery("steps", copy=False),
        column(PARTICIPANT),
        named(column(BITS), "drugs"),
        *([named(column(ROUTE), "drug")] if has_drug else []),
        named(first, "start_first"),
        named(last, "start_last"),
        named(end_first, "end_first"),
        named(end_last, "end_last"),
        named(any_of(*odd), ODD),
    )
    return until(query, start, cutoff)


def visit_rows(table: Tabled, names: Names, cutoff: Cutoff) -> exp.Select:
    """Visits, of which eligibility reads nothing but what cannot be used."""
    when = day_cell(table.cell("date"), table.kind("date"), "date")
    odd: list[exp.Expr] = [column(NAME_ODD), when.is_odd]
    cells = [when, *([ended(table, "end_date", when, odd)] if table.has("end_date") else [])]
    query = stepped(joined(table, names), *cells)
    query = selected(query.subquery("steps", copy=False), column(PARTICIPANT), named(any_of(*odd), ODD))
    return until(query, when, cutoff)


def last_read(cutoff: Cutoff) -> exp.Expr:
    """The cut-off as a date, the calendar's last day where there is none."""
    return day(LAST if cutoff.day is None else write_days(Days(cutoff.day, cutoff.day)))
