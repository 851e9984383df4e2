"""Listings of results as Parquet files: of everyone whom columns judged, and of rows that wait in a file."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from sqlglot import exp

from protocol_dsl.base.truth import Truth
from protocol_dsl.compile.answers import DIALECT, VERDICTS, answered, copied, is_judged, stands_of, verdict_of
from protocol_dsl.compile.tables import column
from protocol_dsl.compile.truth import MET, number
from protocol_dsl.model.columns import PARTICIPANT
from protocol_dsl.model.rules import Criterion
from protocol_dsl.model.study import StudyModel

Part: TypeAlias = exp.Select
"""A statement of some rows of a listing."""
ORDER = "n"
"""The column that tells the order of rows; it is not stored."""
DECIDED = ("against", "open", "for")
"""What a finding means by the place of its truth, of an inclusion."""
TEXTS = ("version", "place", "rule", "kind", "title", "file", "line", "column")


def stored(parts: Sequence[Part], columns: Sequence[str], path: str) -> str:
    """Write the rows of ``parts`` into a Parquet file, by participant where they have one, then in their order."""
    first, *others = parts
    rows: exp.Query = first
    for each in others:
        rows = exp.union(rows, each, distinct=False)
    by = [column(PARTICIPANT), column(ORDER)] if PARTICIPANT in columns else [column(ORDER)]
    query = exp.select(*map(named, columns)).from_(rows.subquery("listed")).order_by(*by)
    return copied(query.sql(DIALECT), path)


def waiting(path: str, kinds: Mapping[str, str]) -> Part:
    """The rows of a file with a JSON object a line; ``kinds`` are the kinds of its columns, ``ORDER`` among them."""
    pairs = [
        exp.PropertyEQ(this=exp.to_identifier(name, quoted=True), expression=exp.Literal.string(kind))
        for name, kind in kinds.items()
    ]
    settings = (
        exp.column("columns").eq(exp.Struct(expressions=pairs)),
        exp.column("format").eq(exp.Literal.string("newline_delimited")),
    )
    return exp.select(*map(named, kinds)).from_(
        exp.Table(this=exp.func("read_json", exp.Literal.string(path), *settings))
    )


def participants(model: StudyModel, odd: str, answers: str) -> Part:
    """Site, participant, arm, verdict and point of those whom columns judged, and no departures."""
    verdict = exp.Case(this=verdict_of(stands_of(model)))
    for place, words in enumerate(VERDICTS):
        verdict = verdict.when(number(place), exp.Literal.string(words))
    return (
        exp.select(
            column("site"),
            column(PARTICIPANT),
            nothing("arm"),
            exp.alias_(verdict, "verdict"),
            exp.alias_(exp.cast(column("point"), "varchar"), "point"),
            *(exp.alias_(number(0), each) for each in ("deviations", "important", "queries", ORDER)),
        )
        .from_(answered(answers))
        .where(is_judged(odd))
    )


def criteria(model: StudyModel, odd: str, answers: str) -> Part:
    """Each finding of those whom columns judged, a row each."""
    places = range(len(model.criteria))
    version = column("version") if model.versions else number(0)
    each = (
        exp.select(
            column(PARTICIPANT),
            column("site"),
            exp.alias_(version, "version"),
            exp.alias_(unnested([number(place) for place in places]), "place"),
            exp.alias_(unnested([column(f"c{place}") for place in places]), "truth"),
            exp.alias_(unnested([column(f"b{place}") for place in places]), "boundary"),
        )
        .from_(answered(answers))
        .where(is_judged(odd))
    )
    truth = column("truth")
    stands = exp.Case().when(column("kind").eq(exp.Literal.string("exclusion")), number(MET) - truth).else_(truth)
    finding, decides = exp.Case(this=truth.copy()), exp.Case(this=stands)
    for one in Truth:
        finding = finding.when(number(one), exp.Literal.string(one.words))
        decides = decides.when(number(one), exp.Literal.string(DECIDED[one]))
    same = [column(name, "asked").eq(column(name, "texts")) for name in ("version", "place")]
    return (
        exp.select(
            column("site"),
            column(PARTICIPANT),
            nothing("arm"),
            *map(named, ("rule", "kind", "title")),
            exp.alias_(finding, "finding"),
            exp.alias_(decides, "decides"),
            column("boundary"),
            nothing("missing"),
            nothing("reason"),
            *map(named, ("file", "line", "column")),
            nothing("evidence"),
            exp.alias_(column("place", "asked"), ORDER),
        )
        .from_(each.subquery("asked"))
        .join(texts(model), on=exp.and_(*same))
        .where(truth.copy().is_(exp.null()).not_())
    )


def texts(model: StudyModel) -> exp.Values:
    """What is the same of a criterion for everybody whose version it is, as a small table."""
    studies = [each.study for each in model.versions] or [model]
    rows = [
        (number(version), number(place), *words_of(asked[one.name]))
        for version, study in enumerate(studies)
        for asked in [{each.name: each for each in study.criteria}]
        for place, one in enumerate(model.criteria)
        if one.name in asked
    ]
    alias = exp.TableAlias(
        this=exp.to_identifier("texts"), columns=[exp.to_identifier(each, quoted=True) for each in TEXTS]
    )
    return exp.Values(expressions=[exp.Tuple(expressions=list(row)) for row in rows], alias=alias)


def words_of(criterion: Criterion) -> Iterable[exp.Expr]:
    """Rule, kind, title and place."""
    yield from map(exp.Literal.string, (criterion.name, criterion.kind))
    yield text(criterion.title)
    yield text(criterion.place.file)
    yield from map(number, (criterion.place.line, criterion.place.column))


def text(words: str) -> exp.Expr:
    """A text, nothing where it is empty."""
    return exp.Literal.string(words) if words else exp.cast(exp.null(), "varchar")


def nothing(name: str) -> exp.Expr:
    """A column of text in which nothing stands."""
    return exp.alias_(exp.cast(exp.null(), "varchar"), name)


def unnested(values: Sequence[exp.Expr]) -> exp.Expr:
    """A value a row."""
    return exp.Anonymous(this="unnest", expressions=[exp.Array(expressions=list(values))])


def named(name: str) -> exp.Expr:
    """A column by its name, whatever word of SQL that is."""
    return exp.column(exp.to_identifier(name, quoted=True))
