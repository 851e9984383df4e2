"""What a plan goes on until, and which cycles are meant."""

from typing import TypeAlias

from protocol_dsl.base.source import Span
from protocol_dsl.base.values import frozen
from protocol_dsl.syntax.ast.common import Amount, Name, Point, place
from protocol_dsl.syntax.ast.expressions import EventPattern, Expression


@frozen
class StopNamed:
    """``progression``, ``closing``, ``progressing``: what a name stands for, an event, a point or a test."""

    name: Name
    span: Span = place()


@frozen
class StopOn:
    """``adverse_event of grade at least 4``: the first such event."""

    events: EventPattern
    span: Span = place()


@frozen
class StopAt:
    """``2 years after W0``, ``M24``."""

    point: Point
    span: Span = place()


@frozen
class StopWhen:
    """``latest cd4 before W4 > 500 cells/mm3``: a test judged on each planned day."""

    test: Expression
    span: Span = place()


Stop: TypeAlias = StopNamed | StopOn | StopAt | StopWhen


@frozen
class CycleRange:
    """``C1 to C3``, ``C4``, ``C13 on``: cycles by their numbers."""

    first: Name
    last: Name | None = None
    goes_on: bool = False
    span: Span = place()


@frozen
class Only:
    """``only in C2 on, every second cycle``: the cycles that have it; without ``ranges`` from the first one on."""

    ranges: tuple[CycleRange, ...] = ()
    ordinal: Name | None = None
    span: Span = place()


@frozen
class Pace:
    """``21 days in C1 to C3``: how far the next cycle is from each of these; without a range from every one."""

    length: Amount
    cycles: CycleRange | None = None
    span: Span = place()


@frozen
class CycleDays:
    """``cycle day 1, 8, 15 of chemo``."""

    days: tuple[int, ...]
    treatment: Name
    span: Span = place()
