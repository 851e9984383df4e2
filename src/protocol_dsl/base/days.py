"""Calendar days as whole numbers, dates known to the month or the year, and calendar arithmetic.

A day is its ordinal number (``datetime.date.toordinal``): 1 is 1 January of the year 1. Weeks and days are additions;
only months and years need the calendar, and dateutil knows it.
"""

import re
from calendar import isleap, monthrange
from datetime import date
from functools import lru_cache

from dateutil.relativedelta import relativedelta

from protocol_dsl.base.values import frozen

FORM = "write 2004-06-14, 2004-06 or 2004"
MOMENT = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](.+))?)?)?", re.ASCII)
CLOCK = re.compile(r"(\d\d):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d(?::?\d\d)?)?", re.ASCII)
OTHER_ORDER = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}/\d{1,2}/\d{1,2}|\d{4}-\d{1,2}-\d{1,2}", re.ASCII)
LATE_YEAR = re.compile(r"\d{5,9}-\d\d(?:-\d\d.*)?", re.ASCII)
LONGEST = 40
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
LAST_DAY = date.max.toordinal()


class DayError(ValueError):
    """A text that is no date; the message says why in plain words."""


class CalendarRangeError(ValueError):
    """A day before the year 1 or after the year 9999."""


@frozen
class Days:
    """The days a date may be: ``first`` to ``last``, the same day when it is known."""

    first: int
    last: int

    @property
    def is_known(self) -> bool:
        """Whether the date is known to the day."""
        return self.first == self.last


@frozen
class Moment:
    """The days a date may be, and the seconds since midnight where a time of day is given."""

    days: Days
    time: int | None = None


def parse_days(text: str) -> Days:
    """The days that ``text`` may be.

    Raises:
        DayError: it is no date to the year, month or day.

    >>> parse_days("2004-02") == Days(parse_days("2004-02-01").first, parse_days("2004-02-29").last)
    True
    """
    return parse_moment(text).days


def parse_moment(text: str) -> Moment:
    """The days and the time of day that ``text`` may be; a written offset from UTC is ignored.

    Raises:
        DayError: it is no date, or its time is no time.
    """
    found = MOMENT.fullmatch(text) if len(text) <= LONGEST else None
    if found is None:
        if OTHER_ORDER.fullmatch(text):
            raise DayError(f"write dates as 2004-06-14, not as {text}")
        if LATE_YEAR.fullmatch(text):
            raise DayError("a year has four digits, 0001 to 9999")
        raise DayError(f"not a date ({FORM})")
    year, month, day, clock = found.groups()
    return Moment(days_of(int(year), month, day), None if clock is None else seconds_of(clock))


def days_of(year: int, month: str | None, day: str | None) -> Days:
    """The days of a year, of one of its months, or one day."""
    if year == 0:
        raise DayError("there is no year 0000")
    if month is None:
        return Days(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal())
    number = int(month)
    if not 1 <= number <= len(MONTHS):
        raise DayError(f"there is no month {month}")
    length = monthrange(year, number)[1]
    if day is None:
        return Days(date(year, number, 1).toordinal(), date(year, number, length).toordinal())
    if int(day) == 0:
        raise DayError("there is no day 00")
    if int(day) > length:
        raise DayError(f"{MONTHS[number - 1]} {year} has {length} days")
    known = date(year, number, int(day)).toordinal()
    return Days(known, known)


def seconds_of(clock: str) -> int:
    """Seconds since midnight of a time such as ``08:30`` or ``08:30:15+02:00``."""
    found = CLOCK.fullmatch(clock)
    if found is None:
        raise DayError("the time of day is not written as 08:30")
    hour, minute, second = (int(part or 0) for part in found.groups())
    if hour > 23 or minute > 59 or second > 59:  # noqa: PLR2004 - the clock
        raise DayError(f"there is no time {clock[:LONGEST]}")
    return hour * 3600 + minute * 60 + second


def write_days(days: Days) -> str:
    """``days`` to the precision known: a day, a month, a year, else ``first/last``.

    >>> write_days(parse_days("2004-06")), write_days(Days(731746, 731747))
    ('2004-06', '2004-06-14/2004-06-15')
    """
    return written(days.first, days.last)


# Participants share days: each is written once, not once for each participant.
@lru_cache(maxsize=10_000)
def written(first_day: int, last_day: int) -> str:
    """The days from one to another, to the precision known."""
    first = date.fromordinal(first_day)
    if first_day == last_day:
        return first.isoformat()
    last = date.fromordinal(last_day)
    if first.day == 1 and first.year == last.year:
        if (first.month, last.month, last.day) == (1, 12, 31):
            return f"{first.year:04}"
        if first.month == last.month and last.day == monthrange(last.year, last.month)[1]:
            return f"{first.year:04}-{first.month:02}"
    return f"{first.isoformat()}/{last.isoformat()}"


def say_days(days: Days) -> str:
    """``days`` as :func:`write_days`, but in words what no cell tells: a date that is absent or cannot be read.

    >>> say_days(parse_days("2004-06")), say_days(Days(1, parse_days("2004-06-14").last)), say_days(Days(1, LAST_DAY))
    ('2004-06', 'some day up to 2004-06-14', 'some day')
    """
    if days.is_known or days.first > 1:
        return write_days(days)
    return "some day" if days.last == LAST_DAY else f"some day up to {write_days(Days(days.last, days.last))}"


def add(day: int, months: int = 0, days: int = 0) -> int:
    """``day`` plus calendar months, clipped to the last day of a shorter month, plus days.

    Raises:
        CalendarRangeError: the result lies outside the years 1 to 9999.

    >>> write_days(Days(*[add(parse_days("2004-01-31").first, months=1)] * 2))
    '2004-02-29'
    """
    day = (months_later(day, months) if months else day) + days
    if not 1 <= day <= LAST_DAY:
        raise CalendarRangeError("a day outside the years 1 to 9999")
    return day


# Participants share days and windows: the calendar is asked once for each, not once for each participant.
@lru_cache(maxsize=10_000)
def months_later(day: int, months: int) -> int:
    """``day`` plus calendar months, clipped to the last day of a shorter month.

    Raises:
        CalendarRangeError: the result lies outside the years 1 to 9999.
    """
    try:
        return (date.fromordinal(day) + relativedelta(months=months)).toordinal()
    except (ValueError, OverflowError) as error:
        raise CalendarRangeError("a day outside the years 1 to 9999") from error


def age(birth: int, at: int) -> int:
    """Completed years: the largest n for which birth + n years is not after ``at``; negative before birth.

    A 29 February birthday completes a year on 28 February in common years, because years are added by clipping.

    >>> age(parse_days("2004-02-29").first, parse_days("2005-02-28").first)
    1
    """
    born, on = date.fromordinal(birth), date.fromordinal(at)
    years = on.year - born.year
    # Whoever was born on a 29 February may have completed a year although that day is still to come.
    is_to_come = (on.month, on.day) < (born.month, born.day) and anniversary(born, on.year) > on
    return years - is_to_come


def is_birthday(birth: int, at: int) -> bool:
    """Whether a year is completed on the day ``at``; so it is on the day of birth, and on that day of years before."""
    born, on = date.fromordinal(birth), date.fromordinal(at)
    return anniversary(born, on.year) == on


def anniversary(born: date, year: int) -> date:
    """The day of ``year`` on which a year since ``born`` is completed."""
    # Only 29 February can be missing; asking dateutil for each participant's age would be the slowest step of a rule.
    if (born.month, born.day) == (2, 29) and not isleap(year):
        return date(year, 2, 28)
    return born.replace(year=year)
