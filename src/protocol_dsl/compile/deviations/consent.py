"""Anything done before consent: the acts that tell of it, of which the interpreter says what they mean."""

from collections.abc import Iterator, Sequence

from sqlglot import exp

from protocol_dsl.compile.days import ordinal
from protocol_dsl.compile.gather import BASE, Gather
from protocol_dsl.model.amended import versions_of_visits
from protocol_dsl.model.columns import DOSES, LABELLED, NO_LABEL, PARTICIPANT, VISITS
from protocol_dsl.model.points import Point
from protocol_dsl.model.study import StudyModel
from protocol_dsl.trees import (
    all_of,
    any_of,
    call,
    cast,
    column,
    named,
    named_table,
    negated,
    number,
    query_of,
    selected,
)

ACTS = "acts_before_consent"
READING, DOSE, VISIT, RANDOMIZATION = range(4)
KIND, NUMBER, LABEL, CYCLE, DAYS, CONSENT = "kind", "number", "label", "cycle", "days", "consent"
FIRST, LAST = "first_day", "last_day"
BOTH = 1 << 22
"""What the first of the days that an act may be of is multiplied with, to stand above the last; more than any day."""
ABOUT = (KIND, NUMBER, LABEL, CYCLE)


def acts(gather: Gather) -> exp.Select:
    """One row an act that may be before consent; without one, one for all but visits of consent itself.

    Columns: participant, kind, number (of the measure, treatment or visit), label, cycle, days (two ordinal numbers in
    one, see ``BOTH``) and consent (an ordinal number). Acts are those of the interpreter: visits, doses, readings that
    the data file under a visit, and randomization, which by itself raises no question where no consent is recorded.
    Without a consent on record the days are the first of any act; visits that may be of consent itself have rows of
    their own, which say what they are.
    """
    act, *others = each_act(gather)
    together: exp.Query = act
    for other in others:
        together = exp.union(together, other, distinct=False)
    consent, first, last = (column(name, ACTS) for name in (CONSENT, FIRST, LAST))
    days = exp.Add(this=exp.Mul(this=cast(ordinal(first), "bigint"), expression=number(BOTH)), expression=ordinal(last))
    is_absent = all_of(consent.is_(exp.null()), negated(may_be_of_consent(gather.model)))
    query = selected(together.subquery(ACTS, copy=False), column(PARTICIPANT, ACTS))
    for name in ABOUT:
        known = exp.If(this=negated(is_absent.copy()), true=column(name, ACTS))
        query = query.select(named(known, name), copy=False).group_by(known.copy(), copy=False)
    query = query.select(named(exp.Min(this=days), DAYS), named(ordinal(consent.copy()), CONSENT), copy=False)
    query = query.where(any_of(consent.is_(exp.null()), first.copy() < consent.copy()), copy=False)
    of_these = exp.If(this=negated(is_absent.copy()), true=days.copy())
    return query.group_by(column(PARTICIPANT, ACTS), consent.copy(), of_these, copy=False)


def may_be_of_consent(model: StudyModel) -> exp.Expr:
    """Whether an act may be the visit of consent itself: one planned then, by some version, or one of no plan."""
    at_consent = {each.place for each in versions_of_visits(model) if each.visit.point.milestone == "consent"}
    place = column(NUMBER, ACTS)
    return all_of(
        column(KIND, ACTS).eq(VISIT), any_of(place < 0, *(place.copy().eq(each) for each in sorted(at_consent)))
    )


def each_act(gather: Gather) -> Iterator[exp.Select]:
    """Everything done to everybody, with the day of consent."""
    consent, randomized = gather.point(Point("consent")), gather.point(Point("randomization"))
    nothing, no_label = cast(exp.null(), "bigint"), exp.Literal.string("")
    is_labelled = column("visit", LABELLED).neq(number(NO_LABEL))
    was_held = any_of(column("is_held", VISITS), column("is_ended", VISITS))
    # Without a table of visits their rows are made of readings, which are acts themselves, and have no label.
    was_held = all_of(was_held, negated(column("label", VISITS).is_(exp.null())))
    tables: tuple[tuple[str, int, tuple[exp.Expr, ...], exp.Expr], ...] = (
        (VISITS, VISIT, (column("visit", VISITS), column("label", VISITS), nothing), was_held),
        (DOSES, DOSE, (column("treatment", DOSES), no_label, column("cycle", DOSES)), column("is_given", DOSES)),
        (LABELLED, READING, (column("measure"), no_label, nothing), all_of(column("is_recorded"), is_labelled)),
    )
    for table, kind, about, is_done in tables:
        same = column(PARTICIPANT, BASE).eq(column(PARTICIPANT, table))
        days = ("day", "day") if table == LABELLED else (FIRST, LAST)
        query = row(table, kind, about, [column(name, table) for name in days], consent)
        yield query.from_(table, copy=False).join(named_table(BASE), on=same, copy=False).where(is_done, copy=False)
    query = row(BASE, RANDOMIZATION, (nothing, no_label, nothing), [randomized, randomized.copy()], consent)
    yield query.from_(named_table(BASE), copy=False).where(
        negated(consent.copy().is_(exp.null())), negated(randomized.copy().is_(exp.null())), copy=False
    )


def row(table: str, kind: int, about: tuple[exp.Expr, ...], days: Sequence[exp.Expr], consent: exp.Expr) -> exp.Select:
    """An act as a row; ``about`` are its number, label and cycle, ``days`` the first and the last that it may be of."""
    place, label, cycle = about
    first, last = days
    return query_of(
        column(PARTICIPANT, table),
        named(number(kind), KIND),
        named(cast(place.copy(), "bigint"), NUMBER),
        named(label.copy(), LABEL),
        named(cast(cycle.copy(), "bigint"), CYCLE),
        named(first, FIRST),
        named(last, LAST),
        named(consent.copy(), CONSENT),
    )


def noticed(gather: Gather) -> exp.Select:
    """The participants with doses of two cycles on one day before consent: which is told is a matter of their rows."""
    same = column(PARTICIPANT, BASE).eq(column(PARTICIPANT, DOSES))
    cycle = call("coalesce", column(CYCLE, DOSES), number(-1))
    query = selected(DOSES, column(PARTICIPANT, DOSES)).join(named_table(BASE), on=same, copy=False)
    query = query.where(column("is_given", DOSES), column(FIRST, DOSES) < gather.point(Point("consent")), copy=False)
    one_day = (column(name, DOSES) for name in ("treatment", FIRST, LAST))
    query = query.group_by(column(PARTICIPANT, DOSES), *one_day, copy=False)
    return query.having(exp.Min(this=cycle).neq(exp.Max(this=cycle.copy())), copy=False)
