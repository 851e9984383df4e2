"""Calendar days and calendar arithmetic."""

from datetime import date

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from protocol_dsl.base.days import (
    CalendarRangeError,
    DayError,
    Days,
    add,
    age,
    is_birthday,
    parse_days,
    parse_moment,
    write_days,
)

DATES = st.dates(date(1800, 1, 1), date(2200, 12, 31))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2004-13-01", "there is no month 13"),
        ("2014-02-30", "February 2014 has 28 days"),
        ("2004-06-31", "June 2004 has 30 days"),
        ("14/06/2004", "write dates as 2004-06-14"),
        ("2004-6-1", "write dates as 2004-06-14"),
        ("0000-01-01", "no year 0000"),
        ("20040614", "not a date"),
        ("", "not a date"),
        ("yesterday", "not a date"),
        ("2004-06-14T25:00", "there is no time 25:00"),
        ("2004-06-14T24:00", "there is no time 24:00"),
        ("2004-06-14Tnoon", "time of day"),
        ("٢٠٠٤", "not a date"),
        ("2004-06-14T08:30" + "0" * 100000, "not a date"),
    ],
)
def test_what_is_no_date_is_said_in_plain_words(text: str, words: str) -> None:
    with pytest.raises(DayError, match=words):
        parse_moment(text)


@pytest.mark.parametrize("text", ["2004", "2004-02", "2004-06-14"])
def test_a_date_is_written_to_the_precision_known(text: str) -> None:
    assert write_days(parse_days(text)) == text


def test_any_other_interval_shows_both_ends() -> None:
    assert write_days(Days(731746, 731748)) == "2004-06-14/2004-06-16"


def test_a_written_offset_is_ignored() -> None:
    moments = [parse_moment(f"2004-06-14T23:30{offset}") for offset in ("", "Z", "+02:00", "-1100", ":00.25")]
    assert set(moments) == {moments[0]}
    assert moments[0].time == 23 * 3600 + 30 * 60


@given(DATES, st.integers(-600, 600), st.integers(-3000, 3000))
def test_months_then_days_as_relativedelta_does(day: date, months: int, days: int) -> None:
    wanted = day + relativedelta(months=months, days=days)
    assert add(day.toordinal(), months=months, days=days) == wanted.toordinal()


def test_a_day_outside_the_calendar_is_an_error() -> None:
    with pytest.raises(CalendarRangeError):
        add(1, days=-1)
    with pytest.raises(CalendarRangeError):
        add(parse_days("9999-12-31").first, months=1)


@given(DATES, DATES)
def test_age_is_the_largest_number_of_years_that_fit(born: date, at: date) -> None:
    years = age(born.toordinal(), at.toordinal())
    assert born + relativedelta(years=years) <= at < born + relativedelta(years=years + 1)
    assert is_birthday(born.toordinal(), at.toordinal()) == (born + relativedelta(years=years) == at)


def test_a_leap_day_birthday_falls_on_28_february_in_common_years() -> None:
    born = parse_days("2000-02-29").first
    assert age(born, parse_days("2018-02-27").first) == 17
    assert age(born, parse_days("2018-02-28").first) == 18
    assert is_birthday(born, parse_days("2018-02-28").first)
