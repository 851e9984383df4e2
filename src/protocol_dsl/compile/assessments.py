"""Readings that belong to visits: which measure was read at which visit, as bits."""

from collections.abc import Iterator

from sqlglot import exp

from protocol_dsl.base.values import frozen
from protocol_dsl.compile.cycles import EARLIEST, LATEST
from protocol_dsl.compile.days import ordinal
from protocol_dsl.compile.matching import bit_of, of_visit
from protocol_dsl.compile.tables import column
from protocol_dsl.compile.truth import all_hold, any_holds, number
from protocol_dsl.model.columns import LABELLED, PARTICIPANT, Layout, NotInColumnsError
from protocol_dsl.model.study import StudyModel

READ_AT, MISSING = "read_at", "missing"
MEASURE, IS_STRAY, VISITS_OF = "read", "is_stray", "visits_of_reading"


@frozen
class Group:
    """A measure that is asked for at some visits, or several of which one is enough; visits by their numbers."""

    measures: tuple[str, ...]
    visits: tuple[int, ...]


@frozen
class Unread:
    """The visits at which a group was not read, as bits, and whether a reading without a label leaves that open."""

    visits: exp.Expr
    is_open: exp.Expr


def asked(model: StudyModel) -> tuple[Group, ...]:
    """What is asked for at visits, in the order of the text.

    Raises:
        NotInColumnsError: One of several is no measure but a ladder of grades.
    """
    measures = {one.name for one in model.vocabulary.measures}
    found: dict[tuple[str, ...], list[int]] = {}
    for place, visit in enumerate(model.visits):
        for group in (*((name,) for name in visit.required if name in measures), *visit.either):
            if not measures.issuperset(group):
                raise NotInColumnsError(f"visit {visit.name}: an assessment that is no measure")
            found.setdefault(group, []).append(place)
    return tuple(Group(group, tuple(visits)) for group, visits in found.items())


def measures_asked(model: StudyModel) -> Iterator[str]:
    """Each measure that some visit asks for, once."""
    yield from dict.fromkeys(name for group in asked(model) for name in group.measures)


def read_at(model: StudyModel, layout: Layout, laid: str) -> exp.Select:
    """One row a participant: the visits of whose each measure there is a reading, and whether one has no label.

    A reading belongs to the visit that it is labelled with; one without a label to those in whose window it lies.
    """
    visit = column("visit", LABELLED)
    day = ordinal(column("day", LABELLED))
    labelled = exp.BitwiseLeftShift(this=exp.cast(number(1), "bigint"), expression=exp.cast(visit, "bigint"))
    inside: exp.Expr = number(0)
    for place, _ in enumerate(model.visits):
        earliest, latest = (column(of_visit(name, place), laid) for name in (EARLIEST, LATEST))
        is_inside = exp.and_(day.copy() >= earliest, day.copy() <= latest)
        inside = exp.Add(this=inside, expression=exp.paren(exp.Case().when(is_inside, bit_of(place)).else_(number(0))))
    bits = exp.Case().when(visit.copy() >= 0, labelled).when(visit.copy().eq(-1), exp.cast(exp.paren(inside), "bigint"))
    same = column(PARTICIPANT, LABELLED).eq(column(PARTICIPANT, laid))
    rows = (
        exp.select(
            column(PARTICIPANT, LABELLED),
            column("measure", LABELLED),
            exp.alias_(visit.copy().eq(-1), IS_STRAY),
            exp.alias_(bits.else_(number(0)), VISITS_OF),
        )
        .from_(LABELLED)
        .join(laid, on=same)
        .where(column("is_recorded"))
    )
    query = exp.select(column(PARTICIPANT))
    for name in measures_asked(model):
        place = layout.measure_number(name)
        is_one = column("measure").eq(place)
        of_measure = exp.Case().when(is_one, column(VISITS_OF)).else_(number(0))
        query = query.select(
            exp.alias_(exp.func("bit_or", exp.cast(of_measure, "bigint")), f"{MEASURE}_{name}"),
            exp.alias_(exp.func("bool_or", exp.and_(is_one.copy(), column(IS_STRAY))), f"{IS_STRAY}_{name}"),
        )
    return query.from_(rows.subquery("rows")).group_by(column(PARTICIPANT))


def unread(group: Group, held: exp.Expr) -> Unread:
    """The visits among those ``held`` at which nothing of the group was read."""
    read: exp.Expr = number(0)
    for name in group.measures:
        read = exp.BitwiseOr(
            this=read, expression=exp.func("coalesce", column(f"{MEASURE}_{name}", READ_AT), number(0))
        )
    missing = exp.BitwiseAnd(this=held, expression=exp.BitwiseNot(this=exp.paren(exp.cast(exp.paren(read), "bigint"))))
    strays = [exp.func("coalesce", column(f"{IS_STRAY}_{name}", READ_AT), exp.false()) for name in group.measures]
    found = exp.paren(missing)
    return Unread(found, all_hold([exp.paren(found.copy()).neq(0), any_holds(strays)]))
