"""Listings of results as Parquet files: of everyone whom columns judged, and of rows that wait in a file."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from sqlglot import exp

from protocol_dsl.base.truth import Truth
from protocol_dsl.compile.answers import VERDICTS, answered, copied, is_judged, stands_of, verdict_of
from protocol_dsl.compile.truth import MET
from protocol_dsl.model.columns import PARTICIPANT
from protocol_dsl.model.rules import Criterion
from protocol_dsl.model.study import StudyModel, criteria_in
from protocol_dsl.trees import any_of, call, case, cast, column, named, negated, number, query_of, selected, text_of

Part: TypeAlias = exp.Select
"""A statement of some rows of a listing."""
ORDER = "n"
"""The column that tells the order of rows; it is not stored."""
DECIDED = ("against", "open", "for")
"""What a finding means by the place of its truth, of an inclusion."""
BOUNDARY, OTHERS = "boundary", "others"
OTHER = ("rule", "kind", "title", "file", "line", "column", "finding", "decides", BOUNDARY)
"""What is kept of a finding of somebody whom columns left to the interpreter; there are no reasons."""


def stored(rows: Part, columns: Sequence[str], path: str) -> str:
    """Write rows into a Parquet file, as they come."""
    query = selected(rows.subquery("listed", copy=False), *map(cell, columns))
    return copied(text_of(query), path)


def in_order(rows: Part, *order: str) -> Part:
    """The same rows by some of their columns."""
    return selected(rows.subquery("rows", copy=False), "*").order_by(*map(cell, order), copy=False)


def waiting(path: str, kinds: Mapping[str, str]) -> Part:
    """The rows of a file with a JSON object a line; ``kinds`` are the kinds of its columns, ``ORDER`` among them."""
    pairs = [exp.PropertyEQ(this=quoted(name), expression=exp.Literal.string(kind)) for name, kind in kinds.items()]
    settings = (
        exp.column("columns").eq(exp.Struct(expressions=pairs)),
        exp.column("format").eq(exp.Literal.string("newline_delimited")),
    )
    return selected(exp.Table(this=call("read_json", exp.Literal.string(path), *settings)), *map(cell, kinds))


def participants(model: StudyModel, odd: str, answers: str, others: Part) -> Part:
    """Site, participant, arm, verdict and point of everybody; nobody looked for departures.

    ``others`` are the rows of those whom columns left to the interpreter.
    """
    in_words = [(number(place), exp.Literal.string(word)) for place, word in enumerate(VERDICTS)]
    verdict = case(*in_words, of=verdict_of(stands_of(model)))
    judged = selected(
        answered(answers),
        column("site"),
        column(PARTICIPANT),
        nothing("arm"),
        named(verdict, "verdict"),
        named(cast(column("point"), "varchar"), "point"),
        *(named(cast(exp.null(), "bigint"), each) for each in ("deviations", "important", "queries")),
        named(number(0), ORDER),
        where=is_judged(odd),
    )
    return in_order(both(judged, others), PARTICIPANT)


def criteria(model: StudyModel, odd: str, answers: str, others: Part) -> Part:
    """Each finding of everybody, a row each; ``others`` as for :func:`participants`.

    Participants are put in order before their findings, and their words, are spread over rows: that is a tenth of the
    rows, and nearly nothing of the text.
    """
    places = range(len(model.criteria))
    narrow = [column(f"{kind}{place}") for kind in "cb" for place in places]
    version = [column("version")] if model.versions else []
    judged = query_of(column(PARTICIPANT), column("site"), *version, *narrow, named(exp.null(), OTHERS))
    listed = call("list", exp.Order(this=record(OTHER), expressions=[exp.Ordered(this=column(ORDER))]))
    empty = [named(exp.null(), each.name) for each in (*version, *narrow)]
    site = named(call("any_value", column("site")), "site")
    left = query_of(column(PARTICIPANT), site, *empty, named(listed, OTHERS))
    left = left.from_(others.subquery("others", copy=False), copy=False).group_by(column(PARTICIPANT), copy=False)
    people = in_order(
        both(judged.from_(answered(answers), copy=False).where(is_judged(odd), copy=False), left), PARTICIPANT
    )
    count = call("coalesce", call("len", column(OTHERS)), number(len(model.criteria)))
    spread = query_of("*", named(exp.Anonymous(this="unnest", expressions=[call("range", count)]), "place"))
    truth = chosen([column(f"c{place}") for place in places])
    stands = case((words(model, "kind").eq(exp.Literal.string("exclusion")), number(MET) - truth), otherwise=truth)
    finding = case(*((number(one), exp.Literal.string(one.words)) for one in Truth), of=truth.copy())
    decides = case(*((number(one), exp.Literal.string(DECIDED[one])) for one in Truth), of=stands)
    found = {
        **{name: words(model, name) for name in SAID},
        "finding": finding,
        "decides": decides,
        BOUNDARY: chosen([column(f"b{place}") for place in places]),
    }
    is_other = negated(column(OTHERS).is_(exp.null()))
    query = query_of(column("site"), column(PARTICIPANT), *map(nothing, ("arm", "missing", "reason", "evidence")))
    for name, value in found.items():
        query = query.select(
            exp.alias_(case((is_other.copy(), other(name)), otherwise=value), name, quoted=True), copy=False
        )
    is_asked = any_of(is_other.copy(), negated(truth.copy().is_(exp.null())))
    return query.from_(
        spread.from_(people.subquery("people", copy=False), copy=False).subquery("spread", copy=False), copy=False
    ).where(is_asked, copy=False)


SAID: Mapping[str, Callable[[Criterion], exp.Expr]] = {
    "rule": lambda one: text(one.name),
    "kind": lambda one: text(one.kind),
    "title": lambda one: text(one.title),
    "file": lambda one: text(one.place.file),
    "line": lambda one: number(one.place.line),
    "column": lambda one: number(one.place.column),
}
"""What the text says of a criterion, by the column of the listing."""


def words(model: StudyModel, name: str) -> exp.Expr:
    """What the text says of the criterion of a row."""
    return chosen([said(model, one.name, name) for one in model.criteria])


def said(model: StudyModel, rule: str, name: str) -> exp.Expr:
    """What the text says of a criterion, in the version that is in force for the participant."""
    if not model.versions:
        return SAID[name](criteria_in(None, model)[rule])
    versions = (criteria_in(place, model) for place in range(len(model.versions) + 1))
    found = [(number(place), SAID[name](each[rule])) for place, each in enumerate(versions) if rule in each]
    return case(*found, of=column("version"))


def chosen(values: Sequence[exp.Expr]) -> exp.Expr:
    """The value of the criterion of a row."""
    listed = exp.Array(expressions=list(values))
    return exp.Anonymous(this="list_extract", expressions=[listed, exp.Add(this=column("place"), expression=number(1))])


def record(names: Sequence[str]) -> exp.Expr:
    """Some columns of a row as one value."""
    return exp.Struct(expressions=[exp.PropertyEQ(this=quoted(name), expression=cell(name)) for name in names])


def other(name: str) -> exp.Expr:
    """A column of a finding of somebody whom columns left to the interpreter."""
    place = exp.Add(this=column("place"), expression=number(1))
    found = exp.Anonymous(this="list_extract", expressions=[column(OTHERS), place])
    return exp.Anonymous(this="struct_extract", expressions=[found, exp.Literal.string(name)])


def both(first: Part, second: Part) -> Part:
    """The rows of two statements with the same columns, in whatever order these are."""
    union = exp.Union(this=first, expression=second, distinct=False, by_name=True)
    return selected(union.subquery("both", copy=False), "*")


def text(words: str) -> exp.Expr:
    """A text, nothing where it is empty."""
    return exp.Literal.string(words) if words else cast(exp.null(), "varchar")


def nothing(name: str) -> exp.Expr:
    """A column of text in which nothing stands."""
    return named(cast(exp.null(), "varchar"), name)


def quoted(name: str) -> exp.Identifier:
    """A name, whatever word of SQL it is."""
    return exp.to_identifier(name, quoted=True)


def cell(name: str) -> exp.Expr:
    """A column by its name, whatever word of SQL that is."""
    return exp.column(quoted(name))
