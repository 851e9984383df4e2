"""The protocol's own deviations that hang on days of cycles which columns do not follow: of whom they find nothing.

A test comes out so whatever these days are: of what it asks for of them nothing was there at any time; or all readings,
whichever of them count, are on one side of its limit, and one of them certainly counts. Where such a day is none, the
test is unknown, and waits for it.
"""

from collections.abc import Iterator

from attrs import define, evolve
from sqlglot import exp

from protocol_dsl.base.truth import Truth
from protocol_dsl.base.values import every
from protocol_dsl.compile.comparison import MIRRORED
from protocol_dsl.compile.days import moved
from protocol_dsl.compile.early import are_given, places_of, speaks_of_given
from protocol_dsl.compile.every_day import EveryDay
from protocol_dsl.compile.gather import GIVEN_BETWEEN
from protocol_dsl.compile.histories import compile_count
from protocol_dsl.compile.intervals import Interval, compare
from protocol_dsl.compile.ladders import rows_of
from protocol_dsl.compile.periods import Bounds, bounds_of
from protocol_dsl.compile.quantities import Quantity
from protocol_dsl.compile.read_from_start import AT_VISITS, first_labelled
from protocol_dsl.compile.tests import compile_test
from protocol_dsl.compile.timeless import read_at
from protocol_dsl.compile.values import compile_value, constant_of
from protocol_dsl.model.columns import NotInColumnsError
from protocol_dsl.model.expressions import (
    And,
    AtLeast,
    Between,
    Change,
    Compare,
    CountOf,
    DefinedTest,
    DefinedValue,
    ExposedTo,
    Happens,
    IsConfirmed,
    IsRecorded,
    LimitOfNormal,
    Not,
    Or,
    Pick,
    ReadingAt,
    Test,
    Value,
)
from protocol_dsl.model.given import given_day
from protocol_dsl.model.points import Length, Period, Point
from protocol_dsl.model.schedule import Cycles
from protocol_dsl.trees import all_of, any_of, call, column, grouped, negated, number


@define
class OpenDays(EveryDay):
    """Whether tests come out so on any such days; it starts from the cut-off, by which everything is read."""

    def surely(self, test: Test, wanted: Truth) -> exp.Expr:
        """Whether a test certainly comes out as ``wanted``, or is unknown as long as such a day is none."""
        if not speaks_of_given(test, self.gather.model):
            return self.at_cutoff(test, wanted)
        match test:
            case Compare():
                try:
                    return self.compares(test, wanted)
                except NotInColumnsError:
                    return exp.false()
            case Happens() | IsConfirmed() | ExposedTo() if wanted is Truth.NOT_MET:
                return self.at_cutoff(evolve(test, period=Period()), wanted)
            case IsRecorded(value=Pick() as pick) if wanted is Truth.NOT_MET:
                return self.has_none(pick)
            case And() | Or() | AtLeast() | Not() | DefinedTest() | Between():
                return super().surely(test, wanted)
            case _:
                return exp.false()

    def at_cutoff(self, test: Test, wanted: Truth) -> exp.Expr:
        """Whether a test comes out so that speaks of no such day."""
        return grouped(compile_test(test, self.gather).truth).eq(int(wanted))

    def tables(self) -> Iterator[tuple[str, exp.Select]]:
        """The tables of which something was asked for, a row a participant."""
        if self.labelled:
            yield AT_VISITS, first_labelled(self.labelled)

    def has_none(self, pick: Pick) -> exp.Expr:
        """Whether nothing was read of which one may be chosen."""
        rows, around_it = rows_of(pick.measure, self.gather), around(pick)
        belongs = rows.belonging(bounds_of(around_it.period, self.gather))
        self.gather.in_period.append(belongs)
        return self.gather.reading(exp.Max(this=exp.If(this=belongs, true=number(1)))).is_(exp.null())

    # ------------------------------------------------------------------------------- values
    def compares(self, node: Compare, wanted: Truth) -> exp.Expr:
        """Whether a comparison certainly comes out so, of whatever lies in what spans its values."""
        left, operator, right = node.left, node.operator, node.right
        if constant_of(right) is None:
            left, operator, right = right, MIRRORED[operator], left
        value, limit, is_so = self.sides(left, right)
        there = [is_there for side in (left, right) for is_there in self.are_there(side)]
        return all_of(grouped(compare(value, operator, limit)).eq(int(wanted)), is_so, *there)

    def spanned(self, node: Value) -> Quantity | Interval:
        """What spans a value, whatever such days are.

        Raises:
            NotInColumnsError: Columns do not know it.
        """
        if not speaks_of_given(node, self.gather.model):
            return compile_value(node, self.gather)
        match node:
            case CountOf():
                found = compile_count(evolve(node, period=Period()), self.gather)
                return evolve(found, low=number(0))
            case DefinedValue():
                return self.spanned(node.value)
            case LimitOfNormal():
                raise NotInColumnsError(node.words)
            case _ if are_given(node) and not any(True for _ in every((Pick, CountOf), node)):
                # The days between two points, or an age.
                raise NotInColumnsError(node.words)
            case _:
                return super().spanned(node)

    def of_readings(self, pick: Pick) -> Quantity:
        """What spans the readings of which one is chosen.

        Raises:
            NotInColumnsError: It is made of several, which are others on other days.
        """
        if pick.choice in {"mean", "median"}:
            raise NotInColumnsError(pick.words)
        return super().of_readings(around(pick))

    def are_there(self, node: Value) -> Iterator[exp.Expr]:
        """Conditions under which there is a reading of those that hang on such days."""
        model = self.gather.model
        for pick in (one for one in every(Pick, node) if are_given(one)):
            yield self.is_read(pick)
        for reading in (one for one in every(ReadingAt, node) if speaks_of_given(one, model)):
            yield self.is_labelled(reading)
        for change in (one for one in every(Change, node) if speaks_of_given(one, model)):
            for reading in read_at(change):
                yield self.is_labelled(reading, is_only=True)

    def is_read(self, pick: Pick) -> exp.Expr:
        """Whether some reading certainly is in a period; a value, where only ``recorded`` ones count.

        Where such an end of it has no day, since nothing was given, the value waits for that.
        """
        start, end = pick.period.start, pick.period.end
        rows = rows_of(pick.measure, self.gather)
        first = None if start is None else self.day_of(start, is_end=False)
        horizon = self.gather.point(self.gather.horizon)
        last = [] if end is None else [column("day") <= self.day_of(end, is_end=True)]
        belongs = all_of(rows.belonging(Bounds(first, horizon)), *last)
        self.gather.in_period.append(belongs)
        counts = all_of(belongs, negated(rows.high.copy().is_(exp.null()))) if pick.recorded else belongs
        is_one = call(
            "coalesce", self.gather.reading(exp.Max(this=exp.If(this=counts, true=number(1)))).eq(1), exp.false()
        )
        ends = (
            self.day_of(point, is_end=point == end) for point in (start, end) if point is not None and are_given(point)
        )
        return any_of(is_one, *(day.is_(exp.null()) for day in ends))

    # --------------------------------------------------------------------------------- days
    def day_of(self, point: Point, *, is_end: bool) -> exp.Expr:
        """The day of a point; of one that columns do not follow one before it if it ``is_end``, else one after it.

        Raises:
            NotInColumnsError: There is none that columns know.
        """
        given = given_day(point.milestone)
        if given is None or given.what == "first dose":
            return self.gather.point(point)
        model = self.gather.model
        places = places_of({given.treatment}, model)
        if given.what != "last dose" or not given.treatment or not places:
            raise NotInColumnsError(point.words)
        place = min(places)
        if not is_end and not isinstance(model.treatments[place].course, Cycles):
            # One that goes on without an end was given until it ended.
            raise NotInColumnsError(point.words)
        name = f"{'first' if is_end else 'last'}_{place}"
        of_place = all_of(column("treatment").eq(place), column("is_given"))
        day: exp.Expr = exp.Greatest(this=column("last_day"), expressions=[column("end_last")], ignore_nulls=True)
        outermost: exp.Expr = exp.Min(this=exp.If(this=of_place, true=column("first_day")))
        outermost = outermost if is_end else exp.Max(this=exp.If(this=of_place.copy(), true=day))
        self.gather.given_between[name] = outermost
        self.gather.before_readings[GIVEN_BETWEEN] = None
        return moved(column(name, GIVEN_BETWEEN), Length(point.months, point.days))


def around(pick: Pick) -> Pick:
    """All that may be chosen among, whatever the days are from which a period counts that columns do not follow."""
    start, end = (
        None if point is None or are_given(point) else point for point in (pick.period.start, pick.period.end)
    )
    return evolve(pick, period=Period(start, end))
