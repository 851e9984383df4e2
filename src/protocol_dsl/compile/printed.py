"""The statement for those who review it, or run it in a database of their own: findings are words."""

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias, get_args

from sqlglot import exp

from protocol_dsl.base.days import LAST_DAY, Days, write_days
from protocol_dsl.base.values import every, frozen
from protocol_dsl.compile.amendments import tells_screening
from protocol_dsl.compile.answers import VERDICTS, for_participant, statement_over, verdict_of
from protocol_dsl.compile.check import check_statements
from protocol_dsl.compile.consecutive import JOINED
from protocol_dsl.compile.eligibility import SCREENED, VERSION, Data, eligibility_statement
from protocol_dsl.compile.engines import Refusal
from protocol_dsl.compile.truth import MET, NOT_MET, UNKNOWN
from protocol_dsl.model.columns import (
    EVENTS,
    MEDICATIONS,
    NARROW_BITS,
    ODD,
    PARTICIPANT,
    READINGS,
    VISITS,
    layout_of,
    visits_asked,
)
from protocol_dsl.model.expressions import Pick, Test
from protocol_dsl.model.records import Cutoff
from protocol_dsl.model.rules import Criterion
from protocol_dsl.model.series import every_series
from protocol_dsl.model.study import StudyModel
from protocol_dsl.trees import any_of, call, case, cast, grouped, named, named_table, negated, number, query_of

Dialect: TypeAlias = Literal["duckdb", "spark", "postgres", "bigquery", "snowflake"]
DIALECTS: tuple[Dialect, ...] = get_args(Dialect)
RUN: frozenset[Dialect] = frozenset({"duckdb", "spark"})
"""The dialects in which tests run the statement; in the others it is printed."""
WIDE = frozenset({"duckdb"})
"""The dialects with whole numbers of 128 bits."""
JUDGED = "judged"
BITS = 64
"""Bits of the whole numbers that every database has."""
LEAP = "([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)"
CASTABLE: Mapping[exp.DType, str] = {
    exp.DType.DATE: "^(?!0000)([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)"
    f"|02-(0[1-9]|1[0-9]|2[0-8]))|{LEAP}-02-29)$",
    exp.DType.INT: "^[0-9]{1,9}$",
    exp.DType.DECIMAL: "^[0-9]{1,15}([.][0-9]*)?$",
}
"""What each text must be for a cast never to fail; any other that a database might read is odd anyway."""
NOT_KNOWN = "not known"
"""Stands for the version where there is no consent; no amendment is called so."""
WORDS: Mapping[int, str] = {MET: "met", UNKNOWN: "unknown", NOT_MET: "not met"}


@frozen(kw_only=True)
class Reading:
    """Where a statement reads from: the steps up to the tables of the engine, and who may have a row twice."""

    steps: Mapping[str, exp.Select]
    repeated: str


def printed(model: StudyModel, reading: Reading, dialect: Dialect, as_of: int | None) -> str:
    """The statement as a text.

    Columns: ``participant``, ``site``, ``point``, ``version`` of an amended protocol, ``verdict``, then
    ``finding_NAME`` and ``boundary_NAME`` of each criterion, ``odd``. Whoever is odd has no verdict and no findings.

    Raises:
        NotInColumnsError: A criterion has a construct that columns do not judge.
    """
    data = Data(tables=frozenset({EVENTS, READINGS, MEDICATIONS, VISITS}), has_timed_readings=True)
    inner = eligibility_statement(model, data).query.copy()
    for place, one in enumerate(model.criteria):
        named = next(each for each in inner.expressions if each.alias == f"c{place}")
        named.add_comments([comment_on(one)])
    steps = dict(reading.steps) | {each.alias: each.this for each in inner.ctes}
    inner.set("with_", None)
    query = statement_over(steps | {JUDGED: inner}, answers(model, reading.repeated))
    return f"{heading(model, dialect, as_of)}\n{written(query, dialect, is_pretty=True)}\n"


def comment_on(criterion: Criterion) -> str:
    """What a comment says of a criterion; nothing in its title begins or ends one (sqlglot 30.0 would let it)."""
    title = criterion.title.replace("*/", "* /").replace("/*", "/ *")
    return f" {criterion.kind} {criterion.name}: {title} "


def written(query: exp.Query, dialect: Dialect, *, is_pretty: bool = False) -> str:
    """A statement as a dialect has it; the tree stays as it is."""
    return for_dialect(query.copy(), dialect).sql(dialect, pretty=is_pretty, copy=False)


def answers(model: StudyModel, repeated: str) -> exp.Select:
    """The last step: verdict and findings in words, nothing of whoever is odd."""
    odd = any_of(exp.column(ODD, table=JUDGED), negated(exp.column(PARTICIPANT, table=repeated).is_(exp.null())))
    truths: list[exp.Expr] = [exp.column(f"c{place}", table=JUDGED) for place in range(len(model.criteria))]
    stands = [
        for_participant(truth.copy(), one.kind, is_amended=bool(model.versions))
        for one, truth in zip(model.criteria, truths, strict=True)
    ]
    query = query_of(*(exp.column(name, table=JUDGED) for name in (PARTICIPANT, "site", "point")))
    if model.versions:
        in_force = exp.column(VERSION, table=JUDGED)
        query = query.select(named(in_words(odd, in_force, versions_in_words(model)), VERSION), copy=False)
    if tells_screening(model):
        query = query.select(exp.column(SCREENED, table=JUDGED), copy=False)
    query = query.select(named(in_words(odd, verdict_of(stands), dict(enumerate(VERDICTS))), "verdict"), copy=False)
    for place, (one, truth) in enumerate(zip(model.criteria, truths, strict=True)):
        finding = named(in_words(odd, truth, WORDS), f"finding_{one.name}")
        boundary = named(exp.column(f"b{place}", table=JUDGED), f"boundary_{one.name}")
        boundary.add_comments([comment_on(one)])
        query = query.select(finding, boundary, copy=False)
    same = exp.column(PARTICIPANT, table=JUDGED).eq(exp.column(PARTICIPANT, table=repeated))
    return (
        query.select(named(odd.copy(), ODD), copy=False)
        .from_(named_table(JUDGED), copy=False)
        .join(repeated, join_type="left", on=same, copy=False)
    )


def in_words(odd: exp.Expr, truth: exp.Expr, words: Mapping[int, str]) -> exp.Expr:
    """A truth in words, null for whoever is odd."""
    in_word = [(truth.copy().eq(number(value)), exp.Literal.string(word)) for value, word in words.items()]
    return case((odd.copy(), exp.null()), *in_word)


def versions_in_words(model: StudyModel) -> Mapping[int, str]:
    """The name of each version; the first, before any amendment, has none."""
    names = {place: each.name for place, each in enumerate(model.versions)}
    return {**names, len(names): NOT_KNOWN}


def not_printed(model: StudyModel) -> Sequence[Refusal]:
    """The rules that hang on what only a look through the data tells: which words they hold for what is asked."""
    asked = visits_asked(model)
    if not asked or not every_series(model):
        return ()
    # What members of a series are called has no end.
    return (Refusal("", f"a reading at {min(asked)}, beside visits in a series"),)


def too_wide(model: StudyModel, dialect: Dialect) -> Sequence[Refusal]:
    """The rules whose numbers outgrow the whole numbers of a dialect, or which it writes in another way."""
    if dialect in WIDE:
        return ()
    query = eligibility_statement(model).query
    found = []
    for place, one in enumerate(model.criteria):
        columns = [each for each in query.expressions if each.alias in {f"c{place}", f"b{place}"}]
        if any(map(is_wide, columns)):
            found.append(outgrown(one.name, dialect))
        elif dialect not in RUN and any(pick.choice == "median" for pick in every(Pick, tests_of(model, one.name))):
            found.append(Refusal(one.name, f"a median, which is not written for {dialect}"))
    layout = layout_of(model)
    found += [
        Refusal("", f"more {what} than a number of 64 bits has bits for")
        for table, what in (("events", "milestones, conditions and events"), ("medications", "classes of drugs"))
        if layout.bits_of(table) > NARROW_BITS
    ]
    # What the criteria hang on, such as whether a value is a point.
    return tuple(found) or ((outgrown("", dialect),) if is_wide(query) else ())


def check_too_wide(model: StudyModel, tables: Mapping[str, exp.Select]) -> tuple[Refusal, ...]:
    """Whether rules of visits, cycles or deviations, over the ``tables``, work out numbers that Spark does not have."""
    found: list[bool] = []

    def looked_at(query: exp.Query) -> str:
        found.append(is_wide(query))
        return ""

    check_statements(model, Cutoff(LAST_DAY), Data(), tables, looked_at)
    return (outgrown("", "spark"),) if any(found) else ()


def outgrown(rule: str, dialect: Dialect) -> Refusal:
    """That a rule, or something besides, works out numbers that a dialect does not have."""
    return Refusal(rule, f"numbers of more than 64 bits, which {dialect} does not have")


def is_wide(tree: exp.Expr) -> bool:
    """Whether numbers of more than 64 bits are worked out."""
    return any(each.this == exp.DataType.Type.INT128 for each in tree.find_all(exp.DataType))


def tests_of(model: StudyModel, name: str) -> tuple[Test, ...]:
    """What a criterion asks, in every version."""
    studies = [version.study for version in model.versions] or [model]
    return tuple(one.test for study in studies for one in study.criteria if one.name == name)


def for_dialect(query: exp.Query, dialect: Dialect) -> exp.Query:
    """The statement, changed where a dialect writes something in its own way."""
    for tried in query.find_all(exp.TryCast):
        # Else sqlglot writes a cast that stops at a text which says nothing, as older versions of Spark do not.
        tried.set("safe", True)  # noqa: FBT003 - sqlglot's own
        tried.set("requires_string", True)  # noqa: FBT003 - as above
    for anonymous in list(query.find_all(exp.Anonymous)):
        if anonymous.name.lower() == "bit_or":
            anonymous.replace(exp.BitwiseOrAgg(this=anonymous.expressions[0]))
        if anonymous.name.lower() == JOINED:
            joined, separator = anonymous.expressions
            in_order = exp.Order(this=joined, expressions=separator.expressions)
            anonymous.replace(exp.GroupConcat(this=in_order, separator=separator.this))
    for each in query.find_all(exp.If):
        if each.args.get("false") is None and not isinstance(each.parent, exp.Case):
            each.set("false", exp.null())
    if dialect != "duckdb":
        for replacing in query.find_all(exp.RegexpReplace):
            replacing.set("modifiers", None)  # every place is replaced without being asked
    match dialect:
        case "spark":
            return for_spark(query)
        case "postgres":
            return for_postgres(query)
        case _:
            return query


def for_postgres(query: exp.Query) -> exp.Query:
    """The statement with every column named where all but one of a step are meant."""
    columns = {each.alias: each.this.named_selects for each in query.ctes}
    for select in list(query.find_all(exp.Select)):
        named_: list[exp.Expr] = []
        for each in select.expressions:
            left_out = each.this.args.get("except_") if isinstance(each.this, exp.Star) else None
            names = (
                [name for name in columns[each.table] if name not in {one.name for one in left_out}] if left_out else []
            )
            named_ += [exp.column(name, table=each.table) for name in names] or [each]
        select.set("expressions", named_)
    for tried in list(query.find_all(exp.TryCast)):
        # There is no cast that fails without an error.
        can_be = exp.RegexpLike(this=tried.this.copy(), expression=exp.Literal.string(CASTABLE[tried.to.this]))
        tried.replace(case((can_be, exp.cast(tried.this.copy(), tried.to.copy()))))
    for inner in query.find_all(exp.Subquery):
        # Else a step is written into the next one, as often as that reads it, and so on.
        if isinstance(inner.this, exp.Select) and isinstance(inner.parent, exp.From):
            inner.this.set("offset", exp.Offset(expression=number(0)))
    for whole in list(query.find_all(exp.IntDiv)):
        # Its function for that gives numbers of another kind; whole numbers are divided as such anyway.
        divided = exp.Div(this=grouped(whole.this.copy()), expression=grouped(whole.expression.copy()), typed=True)
        whole.replace(grouped(divided))
    return query


def for_spark(query: exp.Query) -> exp.Query:
    """The statement with lists and sets of values where Spark has no aggregate in order, or plans a distinct one badly.

    Spark goes over the rows again for each distinct count, and fails where texts are put together in order besides.
    """
    for joined in list(query.find_all(exp.GroupConcat)):
        order = joined.this
        pair = call("struct", order.expressions[0].this.copy(), order.this.args["true"].copy())
        listed = call("collect_list", exp.If(this=order.this.this.copy(), true=pair, false=exp.null()))
        written = exp.Dot(this=exp.to_identifier("pair"), expression=exp.to_identifier("col2"))
        each = exp.Lambda(this=written, expressions=[exp.to_identifier("pair")])
        in_order = call("transform", call("sort_array", listed), each)
        joined.replace(call("array_join", in_order, joined.args["separator"].copy()))
    for sorted_ in list(query.find_all(exp.Anonymous)):
        if sorted_.name.lower() == "list_sort":
            listed = sorted_.expressions[0]
            kept = exp.If(this=listed.expression.this.copy(), true=listed.this.this.copy(), false=exp.null())
            sorted_.replace(call("sort_array", call("collect_list", kept)))
    for taken in list(query.find_all(exp.Anonymous)):
        if taken.name.lower() == "list_extract":
            values, place = taken.expressions
            taken.replace(call("get", values.copy(), exp.Sub(this=grouped(place.copy()), expression=number(1))))
    for counted in list(query.find_all(exp.Count)):
        if isinstance(counted.this, exp.Distinct):
            (value,) = counted.this.expressions
            counted.replace(call("size", call("collect_set", value.copy())))
    for some in list(query.find_all(exp.Select)):
        if some.args.get("distinct") and some.args.get("where") and not some.args.get("group"):
            # A condition on rows would be worked out again at each step that leads to them, as often as a step reads
            # one before it: of values that is past what memory holds.
            condition = some.args["where"].this.copy()
            for part in ("distinct", "where"):
                some.set(part, None)
            some.set("group", exp.Group(expressions=[each.unalias().copy() for each in some.expressions]))
            some.set("having", exp.Having(this=call("bool_or", condition)))
    for since in list(query.find_all(exp.Sub)):
        start = since.expression
        if isinstance(start, exp.Cast) and start.to.this == exp.DType.DATE:  # a number of days elsewhere
            days = exp.DateDiff(this=since.this.copy(), expression=start.copy(), unit=exp.var("day"))
            since.replace(cast(days, "bigint"))
    for later in list(query.find_all(exp.DateAdd)):
        if not isinstance(later.expression, exp.Literal):
            later.set("expression", cast(grouped(later.expression.copy()), "int"))
    for outermost in reversed(list(query.find_all(exp.Least, exp.Greatest))):
        if not outermost.expressions:
            outermost.replace(outermost.this.copy())  # of one alone there is no such function
    for shifted in list(query.find_all(exp.BitwiseLeftShift, exp.BitwiseRightShift)):
        places = shifted.expression
        if not isinstance(places, exp.Literal):
            # A shift below zero, or by all bits, leaves zero elsewhere; here it goes round.
            moved = type(shifted)(this=shifted.this.copy(), expression=cast(places.copy(), "int"))
            is_inside = exp.Between(this=grouped(places.copy()), low=number(0), high=number(BITS - 1))
            shifted.replace(case((is_inside, moved), otherwise=number(0)))
    return query


def heading(model: StudyModel, dialect: Dialect, as_of: int | None) -> str:
    """What a reviewer must know first."""
    until = "the latest day of the data" if as_of is None else write_days(Days(as_of, as_of))
    lines = [
        f"Eligibility of {model.name}, as protocol-dsl judges it in columns.",
        f"Cut-off: {until}.",
        "A participant who is odd has data that columns do not judge: protocol-dsl screen judges them.",
    ]
    if dialect not in RUN:
        lines.append(f"Printed for {dialect}, and not run there by the tests of protocol-dsl.")
    return "\n".join(f"-- {line}" for line in lines)
