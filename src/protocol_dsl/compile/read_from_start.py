"""What of readings is there from some day on, for tests that come out the same on every day from then on."""

from collections.abc import Mapping

from attrs import define, evolve, field
from sqlglot import exp

from protocol_dsl.base.truth import Truth
from protocol_dsl.compile.belonging import is_always_planned
from protocol_dsl.compile.choices import NO_ANSWER
from protocol_dsl.compile.consecutive import in_order, truth_of_row
from protocol_dsl.compile.days import FIRST_DAY
from protocol_dsl.compile.filed import FILED
from protocol_dsl.compile.gather import Gather
from protocol_dsl.compile.ladders import rows_of
from protocol_dsl.compile.members import is_planned, item_called
from protocol_dsl.compile.periods import bounds_of
from protocol_dsl.compile.repeated import AVERAGES
from protocol_dsl.model.columns import PARTICIPANT, NotInColumnsError
from protocol_dsl.model.expressions import Consecutive, Pick, ReadingAt
from protocol_dsl.model.listed import Member
from protocol_dsl.model.points import Period, Point
from protocol_dsl.model.study import StudyModel
from protocol_dsl.trees import all_of, call, case, cast, column, named, negated, number, selected, try_cast

AT_VISITS = "first_read_at_visits"


@define
class ReadFromStart:
    """What the tests of a ``protocol`` read, of readings that are there from ``start`` on.

    ``labelled`` are the first days of readings with the label of a visit, by the column that says it, as far as the
    tests ask for them.
    """

    gather: Gather
    protocol: StudyModel
    start: exp.Expr
    labelled: dict[str, exp.Expr] = field(factory=dict)

    def is_read(self, pick: Pick) -> exp.Expr:
        """Whether some reading of a period is there from ``start`` on; a value, where only ``recorded`` ones count."""
        rows = rows_of(pick.measure, self.gather)
        belongs = rows.belonging(bounds_of(pick.period, self.gather))
        self.gather.in_period.append(belongs)
        counts = all_of(belongs, negated(rows.high.copy().is_(exp.null()))) if pick.recorded else belongs
        return self.gather.reading(exp.Min(this=exp.If(this=counts, true=column("day")))) <= self.start.copy()

    def are_two_read(self, node: Consecutive) -> exp.Expr:
        """Whether two readings of a period, each of a day of its own, are there from ``start`` on."""
        belongs = rows_of(node.measure, self.gather).belonging(bounds_of(node.period, self.gather))
        days = self.gather.reading(in_order(belongs, cast(column("day"), "varchar")))
        second = exp.Substring(this=days, start=number(len(FIRST_DAY) + 1), length=number(len(FIRST_DAY)))
        return try_cast(second, "date") <= self.start.copy()

    def is_labelled(self, node: ReadingAt, *, is_only: bool = False) -> exp.Expr:
        """Whether a value that carries the label of the visit is there from ``start`` on: it goes before any other.

        If it ``is_only``, none that follows may take its place, or compete with it.
        """
        is_planned = self.is_planned(node)
        is_one = all_of(
            column("is_recorded"),
            column("measure").eq(self.gather.layout.measure_number(node.measure)),
            column("visit").eq(self.gather.layout.visit_number(node.visit)),
        )
        first: exp.Expr = exp.Min(this=exp.If(this=is_one, true=column("day")))
        name = f"{node.measure}_at_{node.visit}"
        if is_only:
            name = f"only_{name}"
            first = case((exp.Count(this=exp.If(this=is_one.copy(), true=number(1))).eq(1), first))
        self.labelled[name] = first
        return all_of(column(name, AT_VISITS) <= self.start.copy(), is_planned)

    def is_planned(self, node: ReadingAt) -> exp.Expr:
        """Whether the visit is planned on each of these days; a reading with the label of one that is not is of none.

        Raises:
            NotInColumnsError: Columns do not know that.
        """
        if node.visit not in self.gather.layout.visits:
            raise NotInColumnsError(node.words)
        if is_always_planned(node.visit, self.protocol):
            return exp.true()
        member = item_called(node.visit, self.gather.model)
        if not isinstance(member, Member):
            raise NotInColumnsError(node.words)
        # What ends the series later has not ended it on an earlier day.
        day = self.gather.point(Point(member.visit.point.milestone))
        return all_of(is_planned(node.visit, self.gather), call("coalesce", day <= self.start.copy(), exp.false()))

    def are_two_met(self, node: Consecutive) -> exp.Expr:
        """Whether the second of the first two readings in a row that meet a comparison is there from ``start`` on."""
        belongs = rows_of(node.measure, self.gather).belonging(bounds_of(node.period, self.gather))
        days = self.gather.reading(in_order(belongs, cast(column("day"), "varchar")))
        truths = self.gather.reading(in_order(belongs, truth_of_row(node, belongs, self.gather)))
        pair = exp.StrPosition(this=truths, substr=exp.Literal.string(f"{int(Truth.MET)}" * 2))
        place = exp.Add(this=exp.Mul(this=pair, expression=number(len(FIRST_DAY))), expression=number(1))
        second = exp.Substring(this=days, start=place, length=number(len(FIRST_DAY)))
        return try_cast(second, "date") <= self.start.copy()

    # -------------------------------------------------------------------------- is recorded
    def hangs_on_visit(self, name: str) -> bool:
        """Whether readings are grades that hang on the reading at a visit, which may itself come later."""
        ladder = next((one for one in self.gather.model.vocabulary.ladders if one.name == name), None)
        return ladder is not None and any(rung.limit.of == "visit" for rung in ladder.rungs)

    def is_recorded(self, node: Pick | ReadingAt) -> exp.Expr:
        """Whether there is a value from ``start`` on, whichever reading is chosen.

        Raises:
            NotInColumnsError: Only the readings that are chosen tell.
        """
        measure = next((one for one in self.gather.model.vocabulary.measures if one.name == node.measure), None)
        if measure is None or NO_ANSWER in {choice.casefold() for choice in measure.choices}:
            raise NotInColumnsError(node.words)
        if isinstance(node, ReadingAt):
            return self.is_labelled(node)
        if node.choice in AVERAGES:
            raise NotInColumnsError(node.words)
        rows = rows_of(node.measure, self.gather)
        is_empty = all_of(rows.belonging(bounds_of(node.period, self.gather)), rows.high.copy().is_(exp.null()))
        has_none = self.gather.reading(exp.Max(this=exp.If(this=is_empty, true=number(1)))).is_(exp.null())
        return all_of(self.is_read(evolve(node, recorded=True)), *([] if node.recorded else [has_none]))

    def is_unread(self, node: Pick | ReadingAt) -> exp.Expr:
        """Whether there is no value on any day, since none was read by the cut-off that may be chosen.

        Raises:
            NotInColumnsError: Values are grades that hang on a reading of one day.
        """
        if self.hangs_on_visit(node.measure):
            raise NotInColumnsError(node.words)
        period = node.period if isinstance(node, Pick) else Period()
        rows = rows_of(node.measure, self.gather)
        belongs = all_of(rows.belonging(bounds_of(period, self.gather)), negated(rows.high.copy().is_(exp.null())))
        self.gather.in_period.append(belongs)
        return self.gather.reading(exp.Max(this=exp.If(this=belongs, true=number(1)))).is_(exp.null())


def first_labelled(asked: Mapping[str, exp.Expr]) -> exp.Select:
    """One row a participant with the first days of readings that have the label of a visit."""
    query = selected(FILED, column(PARTICIPANT), *(named(first, name) for name, first in asked.items()))
    return query.group_by(column(PARTICIPANT), copy=False)
