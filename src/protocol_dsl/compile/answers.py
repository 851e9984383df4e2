"""The statements around the one that judges: where its answers go, who is left to the interpreter, in which order."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, TypeAlias

from sqlglot import exp

from protocol_dsl.compile.days import ordinal
from protocol_dsl.compile.tables import step
from protocol_dsl.compile.truth import MET, NOT_MET, UNKNOWN, least, negation
from protocol_dsl.model.columns import ODD, PARTICIPANT
from protocol_dsl.model.study import StudyModel
from protocol_dsl.trees import (
    all_of,
    below,
    call,
    case,
    cast,
    column,
    equal,
    grouped,
    named,
    negated,
    number,
    selected,
    text_of,
    within,
)

Held: TypeAlias = Literal["temp table", "temp view"]
"""How a connection holds what several statements read: its rows, or no more than the statement that finds them."""
KEPT_IN = "kept_in"
"""The variable of a connection that holds the file for what is written aside."""
ROWS_TOGETHER = 30_720
"""Rows that are written aside at a time: until then they stand in memory, those of two spans at once."""
FEW = 100
"""Different values of a column from which on none is looked for that comes again."""
BITS = 64
"""Bits of a whole number, of which each row of a participant sets one."""


def statement_over(tables: Mapping[str, exp.Select], query: exp.Query) -> exp.Query:
    """A statement with the tables it reads before its own steps; it shares its parts with both."""
    steps = [*(step(name, body) for name, body in tables.items()), *query.ctes]
    # sqlglot 30.0 writes the word alone where there are none, which no database understands.
    return type(query)(**{**query.args, "with_": exp.With(expressions=steps)}) if steps else query


def made(held: Held, name: str, statement: str) -> str:
    """Hold the rows of a statement for those that come after it."""
    return f"create or replace {held} {name} as {statement}"


def dropped(held: Held, name: str) -> str:
    """Let go what was held."""
    return f"drop {held.removeprefix('temp ')} {name}"


def everyone_odd(name: str, answers: str) -> str:
    """Add all participants."""
    return f"insert into {name} {text_of(selected(answered(answers), column(PARTICIPANT)))}"


def copied(statement: str, path: str) -> str:
    """Write the answers of a statement into a Parquet file, as they come."""
    return f"copy ({statement}) to {text_of(exp.Literal.string(path))} (format parquet)"


def kept(statement: str) -> str:
    """Write the answers of a statement aside, into the file that ``kept_in`` chose last.

    They are read again soon, and packing them takes longer than that. A column of more than a few values is written
    plain: the search for values that come again took a third of the time.
    """
    file = text_of(call("getvariable", exp.Literal.string(KEPT_IN)))
    form = f"format parquet, compression uncompressed, dictionary_size_limit {FEW}, row_group_size {ROWS_TOGETHER}"
    return f"copy ({statement}) to ({file}) ({form})"


def kept_in(path: str) -> str:
    """Choose the file for what is written aside: one statement, parsed once, writes another for each span."""
    return f"set variable {KEPT_IN} = {text_of(exp.Literal.string(path))}"


def odd_ones(name: str, answers: str) -> str:
    """Make the table of participants whom the statement leaves to the interpreter."""
    query = selected(answered(answers), column(PARTICIPANT), where=column(ODD))
    return f"create or replace table {name} as {text_of(query)}"


def perhaps_repeated(name: str, origin: exp.Expr, who: exp.Expr, cells: Sequence[exp.Expr]) -> str:
    """Make the table of participants who may have a row that is the same in every column as another.

    Each row of a participant sets a bit that a hash of its ``cells`` chooses, in each of two numbers; with as many bits
    as rows in one of them, all rows differ. Nothing but two numbers a participant is held.
    """
    hashed = call("hash", *cells)
    rows = selected(origin, named(who, PARTICIPANT), named(hashed, "hashed"))
    query = selected(rows.subquery("rows", copy=False), column(PARTICIPANT)).group_by(column(PARTICIPANT), copy=False)
    one = cast(exp.convert(1), exp.DType.UBIGINT)
    for above in (0, 32):
        drawn = exp.Mod(this=shifted(column("hashed"), above), expression=exp.convert(BITS))
        bit = exp.BitwiseLeftShift(this=one, expression=cast(drawn, "integer"))
        bits = call("bit_or", bit)
        query = query.having(below(call("bit_count", bits), exp.Count(this=exp.Star())), copy=False)
    return f"create or replace temp table {name} as {text_of(query)}"


def shifted(whole: exp.Expr, places: int) -> exp.Expr:
    """A whole number without its lowest bits."""
    return grouped(exp.BitwiseRightShift(this=whole, expression=exp.convert(places)))


def repeated_ones(  # noqa: PLR0913, PLR0917 - rows, and where they go
    name: str, origin: exp.Expr, who: exp.Expr, cells: Sequence[exp.Expr], among: str, is_read: exp.Expr
) -> str:
    """Add the participants, of those in the table ``among``, who have a row whose ``cells`` are those of another.

    Rows of which ``is_read`` does not hold are the same as often as they like.
    """
    counted = exp.Count(this=exp.Star())
    is_concerned = within(who, selected(among, column(PARTICIPANT)))
    keys = [named(each, f"cell_{place}") for place, each in enumerate(cells)]
    twice = selected(origin, named(who, PARTICIPANT), *keys, counted, where=all_of(is_concerned, is_read))
    twice = twice.group_by(exp.var("ALL"), copy=False).having(below(number(1), counted), copy=False)
    query = selected(twice.subquery("twice", copy=False), column(PARTICIPANT)).distinct(copy=False)
    return f"insert into {name} {text_of(query)}"


def answers_in_order(name: str, answers: str, sample: str | None = None) -> str:
    """The answers of everybody else by name, or of those of a sample; the point as an ordinal number."""
    point = named(ordinal(column("point")), "point")
    star = exp.Star(except_=[exp.to_identifier(ODD)], replace=[point])
    query = selected(answered(answers), star, where=is_judged(name, sample))
    return text_of(query.order_by(column(PARTICIPANT), copy=False))


def marked(name: str, answers: str) -> str:
    """Add the participants whom further answers leave to the interpreter."""
    return f"insert into {name} {text_of(selected(answered(answers), column(PARTICIPANT), where=column(ODD)))}"


def in_order(name: str, answers: str, *order: str, sample: str | None = None) -> str:
    """Further answers of everybody else, or of those of a sample, by name and then by ``order``."""
    query = selected(answered(answers), exp.Star(), where=is_judged(name, sample))
    return text_of(query.order_by(*map(column, (PARTICIPANT, *order)), copy=False))


def how_many(name: str, answers: str) -> str:
    """The number of participants in the answers who are not left to the interpreter."""
    return text_of(selected(answered(answers), exp.Count(this=exp.Star()), where=is_judged(name)))


def sampled(sample: str, name: str, answers: str, count: int) -> str:
    """Make the table of ``count`` participants whom columns judged, chosen by a hash of their names."""
    query = selected(answered(answers), column(PARTICIPANT), where=is_judged(name))
    query = query.order_by(call("md5", column(PARTICIPANT)), copy=False).limit(count, copy=False)
    return f"create or replace table {sample} as {text_of(query)}"


VERDICTS = ("not eligible", "undetermined", "eligible")
"""The verdicts in the order of the least of what the criteria mean: 0, 1, 2."""


def counts(model: StudyModel, name: str, answers: str) -> str:
    """One row: participants, each verdict, then for each criterion how many enter it, decide against, are unknown.

    The last two stand once for those who enter and once for everybody.
    """
    stands = stands_of(model)
    asked = [exp.Count(this=exp.Star()), *numbers_of(verdict_of(stands), range(3))]
    entering: list[exp.Expr] = []
    for one in stands:
        for alone in (entering, []):
            if alone is entering:
                asked.append(_number_of(all_of(*entering)))
            asked += numbers_of(one, (NOT_MET, UNKNOWN), *alone)
        entering.append(below(number(NOT_MET), one))
    return text_of(selected(answered(answers), *asked, where=is_judged(name)))


def counts_by_site(model: StudyModel, name: str, answers: str) -> str:
    """A row a site: its name, participants, each verdict, then for each criterion how many it is against, or open."""
    stands = stands_of(model)
    asked = [exp.Count(this=exp.Star()), *numbers_of(verdict_of(stands), range(3))]
    asked += [each for one in stands for each in numbers_of(one, (NOT_MET, UNKNOWN))]
    query = selected(answered(answers), column("site"), *asked, where=is_judged(name))
    return text_of(query.group_by(column("site"), copy=False))


def stands_of(model: StudyModel) -> list[exp.Expr]:
    """What each criterion means for the participant of a row of answers."""
    return [
        for_participant(column(f"c{place}"), one.kind, is_amended=bool(model.versions))
        for place, one in enumerate(model.criteria)
    ]


def verdict_of(stands: Sequence[exp.Expr]) -> exp.Expr:
    """The verdict by its place in ``VERDICTS``."""
    return least(stands) if stands else number(MET)


def for_participant(truth: exp.Expr, kind: str, *, is_amended: bool) -> exp.Expr:
    """What a criterion means: 2 for the participant, 1 open, 0 against; one that is not asked turns nobody away."""
    found = negation(truth) if kind == "exclusion" else truth
    return call("coalesce", found, number(MET)) if is_amended else found


def numbers_of(stand: exp.Expr, truths: Iterable[int], *among: exp.Expr) -> list[exp.Expr]:
    """Of how many of those of whom conditions hold something comes out as each truth."""
    return [_number_of(all_of(*among, equal(stand, number(truth)))) for truth in truths]


def _number_of(condition: exp.Expr) -> exp.Expr:
    return exp.Sum(this=case((condition, number(1)), otherwise=number(0)))


def is_judged(name: str, sample: str | None = None) -> exp.Expr:
    """Whether the participant is none of those in the table ``name``, who are left to the interpreter.

    Where ``sample`` names a table, the participant must be in it too.
    """

    def is_in(table: str) -> exp.Expr:
        return within(column(PARTICIPANT), selected(table, column(PARTICIPANT)))

    return negated(is_in(name)) if sample is None else all_of(negated(is_in(name)), is_in(sample))


def answered(path: str) -> exp.Expr:
    """The answers that a statement wrote into files."""
    return exp.Table(this=call("read_parquet", exp.Literal.string(path)))
