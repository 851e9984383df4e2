"""Participants who are alike in all that is counted: of each kind one is judged, for all of them.

Of entry they are alike whose criteria are found alike; of conduct, whose visits and cycles stand alike and who lack the
same readings. Days and names make no difference to a count, but for visits on one day, or in reversed order: whoever
may have these is judged apart, and so is whoever has anything beside the plan.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, TypeAlias, get_args

from sqlglot import exp

from protocol_dsl.compile.answers import answered, is_judged
from protocol_dsl.compile.assessments import MISSING, asked
from protocol_dsl.compile.cycles import CYCLES, IS_AFTER_LAST
from protocol_dsl.compile.deviations.consent import ACTS, CONSENT, KIND
from protocol_dsl.compile.deviations.intervals import BROKEN
from protocol_dsl.compile.schedule import RANDOMIZED, VISIT_ANSWERS
from protocol_dsl.compile.unscheduled import DAY, UNSCHEDULED
from protocol_dsl.compile.visit_days import VisitDays
from protocol_dsl.compile.visit_plan import planned_visits
from protocol_dsl.compile.visit_status import STANDINGS
from protocol_dsl.model.columns import PARTICIPANT
from protocol_dsl.model.study import StudyModel
from protocol_dsl.trees import (
    all_of,
    any_of,
    call,
    case,
    cast,
    column,
    equal,
    is_null,
    named,
    negated,
    number,
    query_of,
    selected,
    text_of,
    within,
)

Family: TypeAlias = Literal["entry", "conduct"]
"""What participants are alike in."""
FAMILIES: tuple[Family, ...] = get_args(Family)
APART, ALIKE, REPRESENTATIVES = "told_apart", "alike", "representatives"
"""Tables: those judged apart; of each kind one, with how many there are (rows in files); those alone."""
ENTRY = "entry_answers"
EXTRA, NO_CONSENT, GIVEN = "extra", "no_consent", "given"
TOLD: Mapping[str, exp.Expr] = {
    BROKEN: exp.true(),
    ACTS: negated(all_of(is_null(column(CONSENT)), is_null(column(KIND)))),
}
"""The rows of further answers that tell of something beside the plan."""


def made() -> str:
    """Make the table of those apart, of nobody."""
    return f"create or replace table {APART} ({PARTICIPANT} varchar)"


def apart(people: exp.Query) -> str:
    """Judge the participants of a query apart."""
    chosen = selected(people.subquery("people", copy=False), PARTICIPANT).distinct(copy=False)
    return f"insert into {APART} {text_of(chosen)}"


def apart_in(table: str) -> str:
    """Judge the participants in a table apart."""
    return apart(selected(table, PARTICIPANT))


def representatives(answers: str) -> str:
    """Make the table of those of whom rows say how many are as they are."""
    query = selected(answered(answers), PARTICIPANT).distinct(copy=False)
    return f"create or replace table {REPRESENTATIVES} as {text_of(query)}"


class Alike:
    """The statements over answers in files, whose places are known by their names; ``odd`` are left out."""

    def __init__(self, model: StudyModel, days: VisitDays, odd: str, places: Mapping[str, str]) -> None:
        """Know the plan, and where the answers are."""
        self._model = model
        self._days = days
        self._odd = odd
        self._places = places
        self._visits = planned_visits(model, days)

    def others(self) -> Iterator[str]:
        """Add to ``APART`` whoever has something beside the plan, or visits that may be out of order."""
        for name, condition in TOLD.items():
            if name in self._places:
                yield apart(selected(answered(self._places[name]), PARTICIPANT, where=condition.copy()))
        yield apart(self._out_of_order())

    def alike(self) -> str:
        """Of each kind one participant, the family, site, arm, and the number of those who are like the participant."""
        return text_of(exp.union(*(self._alike(family) for family in FAMILIES), distinct=False))

    def _out_of_order(self) -> exp.Select:
        """The participants with two visits on one day, or in another order than the text has them."""
        query = selected(self._of(VISIT_ANSWERS), column(PARTICIPANT, VISIT_ANSWERS))
        query = self._with(query, UNSCHEDULED, self._extra())
        if not self._visits:
            return query.where(has_twins(column(EXTRA, UNSCHEDULED)), copy=False)
        visits = sorted(self._visits, key=lambda item: item.place)
        held = [self._days.fields.taken(item.place) for item in visits]
        is_held = [
            all_of(negated(equal(self._days.fields.masked(item.place), number(0))), item.is_in_force) for item in visits
        ]
        planned = [item.planned.day for item in visits]
        is_planned = [all_of(negated(is_null(item.planned.day)), item.is_in_force) for item in visits]
        days = function("list_where", listed(held), listed(is_held))
        plan = function("list_where", listed(planned), listed(is_planned))
        extra = column(EXTRA, UNSCHEDULED)
        together = function("list_concat", days, call("coalesce", extra, cast(exp.Array(expressions=[]), "bigint[]")))
        return query.where(any_of(has_twins(together), negated(is_sorted(days)), negated(is_sorted(plan))), copy=False)

    def _alike(self, family: Family) -> exp.Select:
        """A row for each kind, site and arm."""
        ways = [named(each, f"way_{place}") for place, each in enumerate(self._ways(family))]
        keys = [column(f"way_{place}") for place, _ in enumerate(ways)]
        site, arm = column("site", ENTRY), column("arm", VISIT_ANSWERS)
        same = equal(column(PARTICIPANT, ENTRY), column(PARTICIPANT, VISIT_ANSWERS))
        query = selected(self._of(ENTRY), column(PARTICIPANT, ENTRY), site, arm, *ways)
        query = query.join(self._of(VISIT_ANSWERS), on=same, copy=False)
        if family == "conduct":
            query = self._with(query, NO_CONSENT, self._without_consent())
            if CYCLES in self._places:
                query = self._with(query, CYCLES, self._cycles())
        first, count = exp.Min(this=column(PARTICIPANT)), exp.Count(this=exp.Star())
        grouped = query_of("site", "arm", *keys, named(first, "first_one"), named(count, "number"))
        grouped = grouped.from_(query.subquery("judged", copy=False), copy=False).group_by(
            column("site"), column("arm"), *(key.copy() for key in keys), copy=False
        )
        one = exp.Window(this=exp.Min(this=column("first_one")), partition_by=[key.copy() for key in keys])
        chosen = selected(grouped.subquery("sites", copy=False), "site", "arm", "number", named(one, PARTICIPANT))
        total = cast(exp.Sum(this=column("number")), "bigint")
        text = named(exp.Literal.string(family), "family")
        listed_ones = query_of(PARTICIPANT, text, "site", "arm", named(total, "number"))
        return listed_ones.from_(chosen.subquery("chosen", copy=False), copy=False).group_by(
            column(PARTICIPANT), column("site"), column("arm"), copy=False
        )

    def _ways(self, family: Family) -> Iterator[exp.Expr]:
        """In what participants must be alike."""
        if family == "entry":
            yield from (column(f"c{place}", ENTRY) for place, _ in enumerate(self._model.criteria))
            yield is_null(column(RANDOMIZED, VISIT_ANSWERS))
            return
        groups = [f"{MISSING}_{place}" for place, _ in enumerate(asked(self._model))]
        for name in (*STANDINGS.columns(len(self._visits)), *groups):
            yield column(name, VISIT_ANSWERS)
        yield is_null(column(PARTICIPANT, NO_CONSENT))
        if CYCLES in self._places:
            yield column(GIVEN, CYCLES)

    def _of(self, name: str) -> exp.Subquery:
        """The answers of those who are not apart."""
        query = selected(answered(self._places[name]), "*", where=is_judged(self._odd))
        is_apart = within(column(PARTICIPANT), selected(APART, PARTICIPANT))
        return query.where(negated(is_apart), copy=False).subquery(name, copy=False)

    def _with(self, query: exp.Select, name: str, others: exp.Select) -> exp.Select:
        """The rows of a query with a row of others, where there is one."""
        same = equal(column(PARTICIPANT, VISIT_ANSWERS), column(PARTICIPANT, name))
        return query.join(others.subquery(name, copy=False), join_type="left", on=same, copy=False)

    def _extra(self) -> exp.Select:
        """The days of visits that no plan has, counted as those of visits are."""
        day = cast(exp.Sub(this=column(DAY), expression=number(self._days.epoch)), "bigint")
        query = selected(answered(self._places[UNSCHEDULED]), PARTICIPANT, named(call("list", day), EXTRA))
        return query.where(negated(is_null(column(DAY))), copy=False).group_by(column(PARTICIPANT), copy=False)

    def _without_consent(self) -> exp.Select:
        """The participants of whom something was done and no consent is on record."""
        query = selected(answered(self._places[ACTS]), PARTICIPANT)
        return query.where(is_null(column(CONSENT)), copy=False).group_by(column(PARTICIPANT), copy=False)

    def _cycles(self) -> exp.Select:
        """Where the cycles of each participant stand."""
        names = ("treatment", "cycle", "status", IS_AFTER_LAST)
        cells = [exp.PropertyEQ(this=exp.to_identifier(name), expression=column(name)) for name in names]
        ordered = [exp.Ordered(this=column(name)) for name in names[:2]]
        standing = call("list", exp.Order(this=exp.Struct(expressions=cells), expressions=ordered))
        query = selected(answered(self._places[CYCLES]), PARTICIPANT, named(standing, GIVEN))
        return query.group_by(column(PARTICIPANT), copy=False)


def listed(values: Sequence[exp.Expr]) -> exp.Expr:
    """Some values as a list."""
    return exp.Array(expressions=list(values))


def function(name: str, *arguments: exp.Expr) -> exp.Expr:
    """A function that only DuckDB has."""
    return exp.Anonymous(this=name, expressions=list(arguments))


def has_twins(days: exp.Expr) -> exp.Expr:
    """Whether some day stands twice in a list; not where there is none."""
    once = call("len", function("list_distinct", days))
    return case((negated(equal(once, call("len", days.copy()))), exp.true()), otherwise=exp.false())


def is_sorted(days: exp.Expr) -> exp.Expr:
    """Whether no value of a list is below the one before it."""
    return equal(days, function("list_sort", days.copy()))
