"""Places in the text, lengths, and points in study time."""

from attrs import field

from protocol_dsl.base.values import frozen


@frozen
class Place:
    """Where a rule stands: a file, a line and a column, both from 1."""

    file: str
    line: int
    column: int


@frozen
class Length:
    """Calendar months and days together; both may be negative. ``words`` are the author's: ``28 days``."""

    months: int = 0
    days: int = 0
    words: str = field(default="", eq=False)


@frozen
class Point:
    """A planned point: the day of a milestone, then calendar months, then days.

    Offsets are added to the milestone, never chained: months first, clipped to the last day of a shorter month.
    ``words`` are the author's: ``SCR``, ``W52``, ``7 days after W0``.
    """

    milestone: str
    months: int = 0
    days: int = 0
    words: str = field(default="", eq=False)


EPOCH_START = "start of epoch"
"""In place of a milestone: the first day of the epoch in which the participant's arm gives the treatment."""


@frozen
class Period:
    """From one point to another, both days included; ``None`` leaves that side to the facts."""

    start: Point | None = None
    end: Point | None = None


def is_by(one: Point | None, other: Point | None) -> bool:
    """Whether a point is on or before another for everybody, whatever the day they both count from."""
    if one is None or other is None or one.milestone != other.milestone:
        return False
    return one.months <= other.months and one.days <= other.days


@frozen
class Window:
    """The days around a planned day: ``early`` is at most zero, ``late`` at least zero, unless both lie on one side."""

    early: Length
    late: Length
