"""The planned day of a visit or a cycle, and the days around it that belong to it."""

from collections.abc import Sequence

from protocol_dsl.base.days import LAST_DAY, CalendarRangeError, Days, add
from protocol_dsl.base.values import frozen
from protocol_dsl.model.points import Length, Window

MET, UNKNOWN, NOT_MET = 2, 1, 0


@frozen
class Slot:
    """A planned day with the first and the last day of its window; each is an interval where the anchor is partial."""

    planned: Days
    earliest: Days
    latest: Days

    def holds(self, days: Days) -> int:
        """Whether ``days`` lie in the window: 2 certainly, 1 perhaps, 0 not."""
        if self.earliest.last <= days.first and days.last <= self.latest.first:
            return MET
        return UNKNOWN if days.first <= self.latest.last and days.last >= self.earliest.first else NOT_MET

    def distance(self, days: Days) -> int:
        """Days from the planned day, the fewest there may be."""
        return max(0, days.first - self.planned.last, self.planned.first - days.last)


def around(planned: Days, window: Window) -> Slot:
    """The slot of a planned day; both ends of the window belong to it."""
    return Slot(within_calendar(planned), moved(planned, window.early), moved(planned, window.late))


def any_of(slots: Sequence[Slot]) -> Slot:
    """The slot that is one of several, at least one, of which it is not known which."""
    return Slot(
        *(
            Days(min(day.first for day in days), max(day.last for day in days))
            for days in (
                [slot.planned for slot in slots],
                [slot.earliest for slot in slots],
                [slot.latest for slot in slots],
            )
        )
    )


def moved(days: Days, length: Length) -> Days:
    """Both ends moved by calendar months, then by days; never out of the calendar."""
    return Days(moved_day(days.first, length), moved_day(days.last, length))


def moved_day(day: int, length: Length) -> int:
    """One day moved by calendar months, then by days; the calendar's first or last day where it would leave it."""
    try:
        return add(day, length.months, length.days)
    except CalendarRangeError:
        return 1 if length.months * 31 + length.days < 0 else LAST_DAY


def within_calendar(days: Days) -> Days:
    """Days that can be written as dates: the anchor may be any day, and an offset leads out of the calendar."""
    return Days(min(max(days.first, 1), LAST_DAY), min(max(days.last, 1), LAST_DAY))


def later(one: Days, other: Days) -> int:
    """Whether ``one`` is later than ``other``: 2 certainly, 1 perhaps, 0 not."""
    if one.first > other.last:
        return MET
    return UNKNOWN if one.last > other.first else NOT_MET


def days_out(actual: Days, slot: Slot) -> tuple[int, int | None] | None:
    """Days out of the window, negative when early, the smallest number first; the largest only where it differs.

    Nothing unless ``actual`` lies outside for certain.

    >>> slot = Slot(Days(20, 20), Days(17, 17), Days(23, 23))
    >>> days_out(Days(26, 26), slot), days_out(Days(10, 12), slot), days_out(Days(23, 24), slot)
    ((3, None), (-5, -7), None)
    """
    if actual.first > slot.latest.last:
        least, most = actual.first - slot.latest.last, actual.last - slot.latest.first
    elif actual.last < slot.earliest.first:
        least, most = actual.last - slot.earliest.first, actual.first - slot.earliest.last
    else:
        return None
    return least, (None if most == least else most)
