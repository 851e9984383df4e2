"""Periods in a participant's time, cut at the horizon."""

from sqlglot import exp

from protocol_dsl.base.values import frozen
from protocol_dsl.compile.gather import Gather
from protocol_dsl.model.points import Period
from protocol_dsl.trees import all_of, below, is_null, negated


@frozen
class Bounds:
    """The first and the last day of a period; no ``first`` where anything before belongs."""

    first: exp.Expr | None
    last: exp.Expr

    @property
    def is_known(self) -> exp.Expr:
        """Whether both ends have a day."""
        ends = [end for end in (self.first, self.last) if end is not None]
        return all_of(*(negated(is_null(end)) for end in ends))


def bounds_of(period: Period, gather: Gather) -> Bounds:
    """The days of a period, never beyond the horizon."""
    first = None if period.start is None else gather.point(period.start)
    horizon = gather.point(gather.horizon)
    if period.end is None or period.end == gather.horizon:
        return Bounds(first, horizon)
    end = gather.point(period.end)
    same = period.end.milestone == gather.horizon.milestone and period.end.months == gather.horizon.months
    if same and period.end.days <= gather.horizon.days:
        return Bounds(first, end)
    # A null end leaves the period without a day, so the lesser of the two must be null with it.
    return Bounds(first, exp.If(this=below(horizon, end), true=horizon, false=end))
