"""Calendar days and calendar arithmetic."""

from contextlib import suppress
from datetime import date

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from protocol_dsl.base.days import (
    LAST_DAY,
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
        ("2004-06-00", "there is no day 00"),
        ("2004-00", "there is no month 00"),
        ("14.06.2004", "write dates as 2004-06-14"),
        ("2004-06T08:30", "not a date"),
        ("2004-06-14T", "not a date"),
        ("2004-06-14\n", "not a date"),
        ("12004-01-01", "four digits"),
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


@given(st.dates(), st.sampled_from(["2004", "2004-06", "2004-06-14"]))
def test_a_date_is_among_the_days_it_may_be(day: date, form: str) -> None:
    days = parse_days(day.isoformat()[: len(form)])
    assert days.first <= day.toordinal() <= days.last
    assert days.is_known == (form == "2004-06-14")


@given(st.dates(), st.integers(0, 800))
def test_days_are_written_and_read_back(first: date, more: int) -> None:
    days = Days(first.toordinal(), min(first.toordinal() + more, LAST_DAY))
    start, _, end = write_days(days).partition("/")
    assert parse_days(start).first == days.first
    assert parse_days(end or start).last == days.last


@given(st.text(max_size=50) | st.from_regex(r"[-0-9T:Z+/. ]{0,30}", fullmatch=True))
def test_any_text_is_a_date_or_says_why_not(text: str) -> None:
    with suppress(DayError):
        moment = parse_moment(text)
        assert 1 <= moment.days.first <= moment.days.last <= LAST_DAY


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
    for months in (10**30, -(10**30)):
        with pytest.raises(CalendarRangeError):
            add(parse_days("2004-06-14").first, months=months)
    with pytest.raises(CalendarRangeError):
        add(parse_days("2004-06-14").first, days=10**30)


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
    assert not is_birthday(born, parse_days("2020-02-28").first)
    assert is_birthday(born, parse_days("2020-02-29").first)
    assert age(born, parse_days("1999-02-28").first) == -1


def test_31_january_plus_a_month_is_the_last_of_february() -> None:
    assert add(parse_days("2005-01-31").first, months=1) == parse_days("2005-02-28").first
    assert add(parse_days("2004-01-31").first, months=1, days=1) == parse_days("2004-03-01").first
