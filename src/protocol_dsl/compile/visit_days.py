"""The days on which visits were held, side by side in whole numbers: the fewer bits a day takes, the fewer numbers."""

from protocol_dsl.base.values import frozen
from protocol_dsl.compile.packed import Fields

YEAR = 366


@frozen
class VisitDays:
    """Days of visits in ``fields``, counted from an epoch that lies so many days ``back`` from the cut-off.

    A visit that was not held has the day zero. Whoever had one before the epoch is left to the interpreter;
    ``are_within`` says that nobody had.
    """

    cutoff: int
    back: int
    fields: Fields
    are_within: bool = False

    @property
    def epoch(self) -> int:
        """The day, as an ordinal number, that days of visits are counted from."""
        return self.cutoff - self.back


def visit_days(cutoff: int, earliest: int | None) -> VisitDays:
    """How days are kept: in 12 bits where the ``earliest`` row is some 10 years old at most, else in 15.

    Both days are ordinal numbers. A year more is for windows that open before anything happens in them.
    """
    short = VisitDays(cutoff, 4_000, Fields("days", 12, 5), are_within=True)
    if earliest is not None and earliest > short.epoch + YEAR:
        return short
    return VisitDays(cutoff, 32_000, Fields("days", 15, 4))
