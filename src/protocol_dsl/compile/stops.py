"""The day of the first event that ends a plan."""

from sqlglot import exp

from protocol_dsl.compile.gather import Gather
from protocol_dsl.model.expressions import EventPattern


def first_event(events: EventPattern, gather: Gather) -> exp.Expr:
    """The day of the first event; null where none is recorded."""
    certain, _ = gather.layout.pattern_bits(events)
    return gather.first_row("last_day", certain)


def is_first_open(events: EventPattern, gather: Gather) -> exp.Expr:
    """Whether the first event may be of another day too."""
    _, perhaps = gather.layout.pattern_bits(events)
    return exp.NullSafeNEQ(this=first_event(events, gather), expression=gather.first_row("first_day", perhaps))
