"""Dates as SDTM writes them: with parts left out anywhere, as intervals, and as study days."""

import re

from protocol_dsl.base.days import DayError, Days, add, age, days_of, parse_moment
from protocol_dsl.model.records import FIRST_DAY
from protocol_dsl.readers.cells import Day, DayCells

MONTH_UNKNOWN = re.compile(r"(\d{4})---(\d\d)", re.ASCII)
YEAR_UNKNOWN = re.compile(r"--(?:\d\d|-)(?:-\d\d)?(?:T.*)?|-----(?:T.*)?", re.ASCII)
CLOCK_PARTS = re.compile(r"(?:\d\d|-)(?::(?:\d\d|-))?(?::(?:\d\d|-))?", re.ASCII)
UNTIL, SINCE = "some day until ", "some day since "
"""How a cell begins that says only the last, or the first, day that a date may be."""
HOURS = 24
MINUTES = 60
MONTHS = 12


class SdtmDayCells(DayCells):
    """Date cells as of a cut-off, in all the forms of SDTM; nothing is imputed."""

    def _read(self, text: str) -> Day:
        written = text.strip()
        if YEAR_UNKNOWN.fullmatch(written):
            # Any year: all that is known is that there was such a day.
            return Day(FIRST_DAY, self.last, is_written=False)
        try:
            if written.startswith(UNTIL):
                return Day(FIRST_DAY, parse_moment(written.removeprefix(UNTIL)).days.last)
            if written.startswith(SINCE):
                first = parse_moment(written.removeprefix(SINCE)).days.first
                return Day(first, max(first, self.last))
            days = unusual_days(written)
        except DayError as error:
            return Day(FIRST_DAY, self.last, problem=str(error))
        return Day(days.first, days.last) if days is not None else super()._read(text)


def unusual_days(written: str) -> Days | None:
    """The days of a form that only SDTM has: a year and a day without the month, or an interval.

    Raises:
        DayError: It has such a form, and there are no such days.

    >>> unusual_days("2003---15") == Days(parse_moment("2003-01-15").days.first, parse_moment("2003-12-15").days.last)
    True
    """
    month_unknown = MONTH_UNKNOWN.fullmatch(written)
    if month_unknown:
        return _in_any_month(int(month_unknown[1]), month_unknown[2])
    first, slash, last = written.partition("/")
    if not slash or len(first) < len("2003"):
        return None
    start, end = parse_moment(without_clock_gaps(first)).days, parse_moment(without_clock_gaps(last)).days
    if end.last < start.first:
        raise DayError("the interval ends before it starts")
    return Days(start.first, end.last)


def _in_any_month(year: int, day: str) -> Days:
    found = []
    for month in range(1, MONTHS + 1):
        try:
            found.append(days_of(year, f"{month:02}", day).first)
        except DayError:
            continue
    if not found:
        raise DayError(f"no month has a day {day}")
    return Days(found[0], found[-1])


def without_clock_gaps(written: str) -> str:
    """A date without a time of day that is only known in part: ``2003-12-15T13:--`` says the day and no more.

    >>> without_clock_gaps("2003-12-15T13:-"), without_clock_gaps("2003-12-15T13:05")
    ('2003-12-15', '2003-12-15T13:05')
    """
    day, sign, clock = written.partition("T")
    if not sign or not day:
        return written
    parts = clock.replace("--", "-")
    if not CLOCK_PARTS.fullmatch(parts):
        return written
    hour, _, rest = parts.partition(":")
    if "-" not in parts and rest:
        return written
    too_late = (hour != "-" and int(hour) >= HOURS) or any(
        part.isdecimal() and int(part) >= MINUTES for part in rest.split(":")
    )
    return written if too_late else day


def study_day(day: int, reference: int) -> int:
    """The SDTM study day: the reference date is day 1, the day before it is day -1.

    >>> study_day(100, 100), study_day(99, 100)
    (1, -1)
    """
    return day - reference + (1 if day >= reference else 0)


def birth_days(years: int, reference: Days) -> Days:
    """The days of birth of someone who had completed ``years`` on a day of ``reference``.

    >>> on = parse_moment("2014-01-02").days
    >>> birth_days(63, on) == Days(parse_moment("1950-01-03").days.first, parse_moment("1951-01-02").days.first)
    True
    """
    first = add(reference.first, months=-MONTHS * (years + 1)) + 1
    last = add(reference.last, months=-MONTHS * years)
    # Around 29 February the way back is not the way there, so the way there decides.
    while age(first, reference.first) > years:
        first += 1
    while last < reference.last and age(last + 1, reference.last) >= years:
        last += 1
    return Days(first, last)
