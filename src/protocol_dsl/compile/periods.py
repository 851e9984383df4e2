"""Periods in a participant's time, cut at the horizon."""

from attrs import field
from sqlglot import exp

from protocol_dsl.base.values import frozen
from protocol_dsl.compile.gather import AT_CUTOFF, Gather
from protocol_dsl.model.points import Period
from protocol_dsl.trees import all_of, below, is_null, negated


@frozen
class Bounds:
    """The first and the last day of a period; no ``first`` where anything before belongs.

    ``is_sure``: what lies between them certainly belongs. Where the horizon has no day, it may lie after it.
    """

    first: exp.Expr | None
    last: exp.Expr
    is_sure: exp.Expr = field(factory=exp.true)

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
    same = period.end.milestone == gather.horizon.milestone
    if same and period.end.months == gather.horizon.months and period.end.days <= gather.horizon.days:
        return Bounds(first, end)
    # A null end leaves the period without a day, so the lesser of the two must be null with it.
    last = exp.If(this=below(horizon, end), true=horizon, false=end)
    if same or gather.horizon == AT_CUTOFF:
        return Bounds(first, last)
    return Bounds(first, last, negated(is_null(horizon)))
