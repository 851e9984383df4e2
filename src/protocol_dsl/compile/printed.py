"""The statement for those who review it, or run it in a database of their own: findings are words."""

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias, get_args

from sqlglot import exp

from protocol_dsl.base.days import Days, write_days
from protocol_dsl.base.values import every, frozen
from protocol_dsl.compile.answers import VERDICTS, statement_over
from protocol_dsl.compile.eligibility import Data, eligibility_statement
from protocol_dsl.compile.engines import Refusal
from protocol_dsl.compile.truth import MET, NOT_MET, UNKNOWN, least, negation
from protocol_dsl.model.columns import (
    EVENTS,
    MEDICATIONS,
    ODD,
    PARTICIPANT,
    READINGS,
    VISITS,
    asks_of_any_medication,
    measures_named,
    visits_named,
)
from protocol_dsl.model.expressions import EventPattern, Pick
from protocol_dsl.model.patterns import pattern_of
from protocol_dsl.model.points import Point
from protocol_dsl.model.study import StudyModel
from protocol_dsl.trees import any_of, case, cast, column, named, negated, number

Dialect: TypeAlias = Literal["duckdb", "spark", "postgres", "bigquery", "snowflake"]
DIALECTS: tuple[Dialect, ...] = get_args(Dialect)
RUN: frozenset[Dialect] = frozenset({"duckdb", "spark"})
"""The dialects in which tests run the statement; in the others it is printed."""
WIDE = frozenset({"duckdb"})
"""The dialects with whole numbers of 128 bits."""
JUDGED = "judged"
WORDS: Mapping[int, str] = {MET: "met", UNKNOWN: "unknown", NOT_MET: "not met"}


@frozen(kw_only=True)
class Reading:
    """Where a statement reads from: the steps up to the tables of the engine, and who may have a row twice."""

    steps: Mapping[str, exp.Select]
    repeated: str


def printed(model: StudyModel, reading: Reading, dialect: Dialect, as_of: int | None) -> str:
    """The statement as a text.

    Columns: ``participant``, ``site``, ``point``, ``verdict``, then ``finding_NAME`` and ``boundary_NAME`` of each
    criterion, ``odd``. Whoever is odd has no verdict and no findings.

    Raises:
        NotInColumnsError: A criterion has a construct that columns do not judge.
    """
    data = Data(tables=frozenset({EVENTS, READINGS, MEDICATIONS, VISITS}))
    inner = eligibility_statement(model, data).query.copy()
    for place, one in enumerate(model.criteria):
        named = next(each for each in inner.expressions if each.alias == f"c{place}")
        named.add_comments([f" {one.kind} {one.name}: {one.title} "])
    steps = dict(reading.steps) | {each.alias: each.this for each in inner.ctes}
    inner.set("with_", None)
    query = statement_over(steps | {JUDGED: inner}, answers(model, reading.repeated))
    text = for_dialect(query.copy(), dialect).sql(dialect, pretty=True, copy=False)
    return f"{heading(model, dialect, as_of)}\n{text}\n"


def answers(model: StudyModel, repeated: str) -> exp.Select:
    """The last step: verdict and findings in words, nothing of whoever is odd."""
    odd = any_of(exp.column(ODD, table=JUDGED), negated(exp.column(PARTICIPANT, table=repeated).is_(exp.null())))
    truths: list[exp.Expr] = [exp.column(f"c{place}", table=JUDGED) for place in range(len(model.criteria))]
    stands = [
        negation(truth.copy()) if one.kind == "exclusion" else truth.copy()
        for one, truth in zip(model.criteria, truths, strict=True)
    ]
    verdict = least(stands) if stands else number(MET)
    query = exp.select(
        *(exp.column(name, table=JUDGED) for name in (PARTICIPANT, "site", "point")),
        named(in_words(odd, verdict, dict(enumerate(VERDICTS))), "verdict"),
    )
    for place, (one, truth) in enumerate(zip(model.criteria, truths, strict=True)):
        finding = named(in_words(odd, truth, WORDS), f"finding_{one.name}")
        boundary = named(exp.column(f"b{place}", table=JUDGED), f"boundary_{one.name}")
        boundary.add_comments([f" {one.kind} {one.name}: {one.title} "])
        query = query.select(finding, boundary)
    same = exp.column(PARTICIPANT, table=JUDGED).eq(exp.column(PARTICIPANT, table=repeated))
    return query.select(named(odd.copy(), ODD)).from_(JUDGED).join(repeated, join_type="left", on=same)


def in_words(odd: exp.Expr, truth: exp.Expr, words: Mapping[int, str]) -> exp.Expr:
    """A truth in words, null for whoever is odd."""
    in_word = [(truth.copy().eq(number(value)), exp.Literal.string(word)) for value, word in words.items()]
    return case((odd.copy(), exp.null()), *in_word)


def coded(model: StudyModel, source: exp.Expr) -> exp.Select:
    """The answers with truths as numbers again, as the statement of the engine gives them."""
    query = exp.select(PARTICIPANT, "site", "point", ODD)
    for place, one in enumerate(model.criteria):
        finding = column(f"finding_{one.name}")
        truths = [(finding.copy().eq(exp.Literal.string(word)), number(value)) for value, word in WORDS.items()]
        query = query.select(named(cast(case(*truths, otherwise=number(UNKNOWN)), "tinyint"), f"c{place}"))
    for place, one in enumerate(model.criteria):
        query = query.select(named(exp.column(f"boundary_{one.name}"), f"b{place}"))
    return query.from_(source)


def not_printed(model: StudyModel) -> Sequence[Refusal]:
    """The rules that hang on what only a look through the data tells: which words they hold for what is asked."""
    if model.versions:
        return (Refusal("eligibility", "versions by amendment"),)
    if asks_of_any_medication(model):
        return (Refusal("medications", "a history of which no clause says that it is complete or open"),)
    found = []
    for one in model.criteria:
        names = measures_named(one.test)
        ladders = tuple(ladder for ladder in model.vocabulary.ladders if ladder.name in names)
        found += [Refusal(one.name, f"a reading at {visit}") for visit in sorted(visits_named((one.test, ladders)))]
        points = every(Point, (one.test, model.eligibility_point))
        anchors = tuple(pattern_of(point.milestone, model) for point in points)
        asked = dict.fromkeys(each for each in every(EventPattern, (one.test, anchors)))
        described = (each for each in asked if each != EventPattern(each.name))
        found += [Refusal(one.name, f"the category, grade or cause of {each.name}") for each in described]
    return tuple(found)


def too_wide(model: StudyModel, dialect: Dialect) -> Sequence[Refusal]:
    """The rules whose numbers outgrow the whole numbers of a dialect, or which it writes in another way."""
    if dialect in WIDE:
        return ()
    query = eligibility_statement(model).query
    found = []
    for place, one in enumerate(model.criteria):
        column = next(each for each in query.expressions if each.alias == f"c{place}")
        if any(each.this == exp.DataType.Type.INT128 for each in column.find_all(exp.DataType)):
            found.append(Refusal(one.name, f"numbers of more than 64 bits, which {dialect} does not have"))
        elif any(pick.choice == "median" for pick in every(Pick, one.test)):
            found.append(Refusal(one.name, f"a median, which is not written for {dialect}"))
    return tuple(found)


def for_dialect(query: exp.Query, dialect: Dialect) -> exp.Query:
    """The statement, changed where a dialect writes something in its own way."""
    for tried in query.find_all(exp.TryCast):
        # Else sqlglot writes a cast that stops at a text which says nothing, as older versions of Spark do not.
        tried.set("safe", True)  # noqa: FBT003 - sqlglot's own
        tried.set("requires_string", True)  # noqa: FBT003 - as above
    for anonymous in list(query.find_all(exp.Anonymous)):
        if anonymous.name.lower() == "bit_or":
            anonymous.replace(exp.BitwiseOrAgg(this=anonymous.expressions[0]))
    for each in query.find_all(exp.If):
        if each.args.get("false") is None and not isinstance(each.parent, exp.Case):
            each.set("false", exp.null())
    if dialect != "duckdb":
        for replacing in query.find_all(exp.RegexpReplace):
            replacing.set("modifiers", None)  # every place is replaced without being asked
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
