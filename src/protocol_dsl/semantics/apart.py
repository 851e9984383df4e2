"""How many days lie between two points: as many for everybody, or between two numbers where months are among them."""

from protocol_dsl.base.values import frozen
from protocol_dsl.model.points import Length, Point

MONTHS = 12
SHORTEST_MONTH, LONGEST_MONTH = 28, 31
SHORTEST_YEAR, LONGEST_YEAR = 365, 366


@frozen
class Apart:
    """At least and at most so many days; below zero where the second point is the earlier one."""

    least: int
    most: int


def days_apart(one: Point | None, other: Point | None) -> Apart | None:
    """The days from one point to another; nothing where they differ from participant to participant.

    >>> days_apart(Point("randomization", days=14), Point("randomization", months=1))
    Apart(least=14, most=17)
    """
    if one is None or other is None or one.milestone != other.milestone:
        return None
    return days_long(Length(other.months - one.months, other.days - one.days))


def days_long(length: Length) -> Apart:
    """The days of a length of time.

    >>> days_long(Length(months=-1)), days_long(Length(months=12, days=1))
    (Apart(least=-31, most=-28), Apart(least=366, most=367))
    """
    years, months = divmod(abs(length.months), MONTHS)
    least = years * SHORTEST_YEAR + months * SHORTEST_MONTH
    most = years * LONGEST_YEAR + months * LONGEST_MONTH
    if length.months < 0:
        least, most = -most, -least
    return Apart(least + length.days, most + length.days)


def is_before(one: Point | None, other: Point | None) -> bool:
    """Whether a point lies certainly before another; screening is never after randomization."""
    if one is not None and other is not None and (one.milestone, other.milestone) == ("screening", "randomization"):
        before, after = days_long(Length(one.months, one.days)), days_long(Length(other.months, other.days))
        return before.most < after.least
    found = days_apart(one, other)
    return found is not None and found.least > 0
