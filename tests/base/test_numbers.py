"""Exact numbers and ranges."""

from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol_dsl.base.numbers import (
    Number,
    NumberError,
    Range,
    data_number,
    exact,
    hull,
    literal_number,
    parse_reading,
    round_half_away,
    write_number,
    write_range,
)

NUMBERS = st.one_of(st.integers(-50, 50), st.fractions(-50, 50, max_denominator=8)).map(exact)


@st.composite
def ranges(draw: st.DrawFn) -> tuple[Range, Number]:
    """A range and one of its values."""
    ends = sorted(draw(st.lists(NUMBERS, min_size=3, max_size=3, unique=True)))
    low, inside, high = ends
    return (
        Range(
            draw(st.sampled_from([low, None])),
            draw(st.sampled_from([high, None])),
            draw(st.booleans()),
            draw(st.booleans()),
        ),
        inside,
    )


def holds(of: Range, value: Number) -> bool:
    above = of.low is None or value > of.low or (value == of.low and not of.low_open)
    below = of.high is None or value < of.high or (value == of.high and not of.high_open)
    return above and below


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1e999", "digits before the point"),
        ("NaN", "is no number"),
        ("inf", "infinity"),
        ("-Infinity", "infinity"),
        ("١٩٩", "digits 0 to 9"),
        ("4,5", "comma"),
        ("1 000", "grouped"),
        ("1_000", "grouped"),
        ("0x10", "not a number"),
        ("", "no number"),
        ("9" * 1_000_000, "too long"),
        ("1234567890123456789", "18 digits before"),
        ("0.0000000001", "9 digits after"),
        ("12 mg", "mg does not belong in this cell"),
        ("1e999999999999999999", "digits before the point"),
        ("1e-999999999999999999", "digits after the point"),
        ("1e" + "9" * 1_000_000, "too long"),
        ("≥" * 1_000_000, "too long"),
        ("1,000,000", "grouped"),
        ("<50", "not a number"),
        ("--1", "not a number"),
    ],
)
def test_what_is_no_number_is_said_in_plain_words(text: str, words: str) -> None:
    with pytest.raises(NumberError, match=words):
        data_number(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("199", 199),
        ("-3.5", Fraction(-7, 2)),
        ("+3", 3),
        ("1e3", 1000),
        (" 4.50 ", Fraction(9, 2)),
        (".5", Fraction(1, 2)),
        ("0e999", 0),
        ("0.000001e20", 10**14),
        ("100e-10", Fraction(1, 10**8)),
        ("999999999999999999.999999999", Fraction(999999999999999999999999999, 10**9)),
    ],
)
def test_numbers_are_exact(text: str, value: Number) -> None:
    assert data_number(text) == value


@given(st.text(max_size=80) | st.from_regex(r"[-+0-9.eE_, <>=]{0,30}", fullmatch=True))
def test_any_text_is_a_reading_or_says_why_not(text: str) -> None:
    with suppress(NumberError):
        found = parse_reading(text)
        assert write_range(found if isinstance(found, Range) else Range.point(found))


@given(st.integers(-(10**18) + 1, 10**18 - 1), st.integers(0, 10**9 - 1))
def test_a_number_within_the_limits_is_read_to_its_last_digit(whole: int, billionths: int) -> None:
    wanted = abs(whole) + Fraction(billionths, 10**9)
    assert data_number(f"{whole}.{billionths:09}") == (wanted if whole >= 0 else -wanted)


def test_decimal_fractions_add_up() -> None:
    assert literal_number("0.1") + literal_number("0.2") == literal_number("0.3")


@given(NUMBERS)
def test_a_whole_number_is_an_int(value: Number) -> None:
    assert isinstance(value, int) == (value.denominator == 1)


@given(st.integers(-(10**24), 10**24))
def test_six_decimals_are_written_and_read_back(millionths: int) -> None:
    value = exact(Fraction(millionths, 10**6))
    assert Fraction(write_number(value)) == value


@pytest.mark.parametrize(("value", "decimals", "rounded"), [("2.5", 0, "3"), ("-2.5", 0, "-3"), ("0.125", 2, "0.13")])
def test_half_goes_away_from_zero(value: str, decimals: int, rounded: str) -> None:
    assert write_number(round_half_away(data_number(value), decimals)) == rounded


@given(NUMBERS, st.integers(-3, 6))
def test_rounding_moves_by_half_a_place_at_most(value: Number, decimals: int) -> None:
    place = Fraction(10) ** -decimals
    exactly, rounded = Fraction(value), Fraction(round_half_away(value, decimals))
    moved = abs(rounded) - abs(exactly)
    assert rounded % place == 0
    assert -place / 2 < moved <= place / 2
    assert rounded * exactly >= 0


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Fraction(1, 2 * 10**6), "0.000001"),
        (Fraction(-1, 2 * 10**6), "-0.000001"),
        (Fraction(-1, 10**7), "0"),
        (Fraction(10**7 - 1, 10**7), "1"),
        (100, "100"),
        (-100, "-100"),
    ],
)
def test_six_decimals_and_no_trailing_zeros(value: Number, written: str) -> None:
    assert write_number(value) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [("<50", "< 50"), (">= 750000", ">= 750000"), ("≤ 20", "0 to 20"), ("199", "199"), ("> 3", "> 3")],
)
def test_a_reading_beyond_a_limit_is_a_range(text: str, written: str) -> None:
    found = parse_reading(text)
    assert write_range(found if isinstance(found, Range) else Range.point(found)) == written


def test_below_a_limit_is_at_least_zero_unless_it_may_be_negative() -> None:
    assert parse_reading("<50") == Range(0, 50, high_open=True)
    assert parse_reading("<50", may_be_negative=True) == Range(None, 50, high_open=True)
    with pytest.raises(NumberError, match="never negative"):
        parse_reading("< 0")


@given(ranges(), ranges())
def test_arithmetic_on_ranges_holds_every_result(one: tuple[Range, Number], other: tuple[Range, Number]) -> None:
    (a, x), (b, y) = one, other
    assert holds(a.plus(b), x + y)
    assert holds(a.minus(b), x - y)
    assert holds(a.times(b), x * y)
    quotient = a.over(b)
    assert quotient is not None
    if y:
        assert holds(quotient, Fraction(x) / y)
    assert holds(hull([a, b]), x)
    assert holds(hull([a, b]), y)


@given(NUMBERS, NUMBERS)
def test_arithmetic_on_points_is_plain_arithmetic(x: Number, y: Number) -> None:
    a, b = Range.point(x), Range.point(y)
    assert a.plus(b) == Range.point(x + y)
    assert a.times(b) == Range.point(x * y)
    quotient = a.over(b)
    assert quotient == (Range.point(exact(Fraction(x) / y)) if y else None)


def test_no_range_is_without_values() -> None:
    with pytest.raises(ValueError, match="no value lies from 5 to 3"):
        Range(5, 3)
    with pytest.raises(ValueError, match="no value lies from 3 to 3"):
        Range(3, 3, low_open=True)
    assert Range(3, 3).is_point


@pytest.mark.parametrize(
    ("one", "other", "product"),
    [
        (Range(1, 2), Range(3, 4), Range(3, 8)),
        (Range(1, 2, high_open=True), Range(3, 4), Range(3, 8, high_open=True)),
        (Range(-1, 2), Range(-3, 4), Range(-6, 8)),
        # A zero that is reached makes the product zero whatever the other side leaves out.
        (Range(0, 1), Range(2, 3, low_open=True, high_open=True), Range(0, 3, high_open=True)),
        (Range(0, 1, low_open=True), Range(2, 3), Range(0, 3, low_open=True)),
        (Range(0, 50, high_open=True), Range(1, None), Range(0, None)),
        (Range(None, 0, high_open=True), Range(0, None, low_open=True), Range(None, 0, high_open=True)),
        (Range.point(0), Range(), Range.point(0)),
        (Range.point(-2), Range(1, None, low_open=True), Range(None, -2, high_open=True)),
    ],
)
def test_products_are_as_narrow_as_they_can_be(one: Range, other: Range, product: Range) -> None:
    assert one.times(other) == product
    assert other.times(one) == product


@pytest.mark.parametrize(
    ("one", "other", "quotient"),
    [
        (Range(1, 2), Range(4, 5), Range(Fraction(1, 5), Fraction(1, 2))),
        (Range(1, 2), Range(4, None), Range(0, Fraction(1, 2), low_open=True)),
        (Range(1, 2), Range(0, 5, low_open=True), Range(Fraction(1, 5), None)),
        (Range(1, 2), Range(-5, 0, high_open=True), Range(None, Fraction(-1, 5))),
        (Range(1, 2), Range(0, 50, high_open=True), Range()),
        (Range(1, 2), Range(-1, 1), Range()),
        (Range(1, 2), Range.point(0), None),
    ],
)
def test_a_quotient_is_any_value_only_where_the_divisor_may_be_zero(
    one: Range, other: Range, quotient: Range | None
) -> None:
    assert one.over(other) == quotient


def test_sums_without_a_bound_have_no_open_end() -> None:
    assert Range(0, 50, high_open=True).plus(Range(1, None)) == Range(1, None)
    assert Range(0, 50, high_open=True).minus(Range.point(1)) == Range(-1, 49, high_open=True)


def test_a_hull_leaves_an_end_out_only_if_all_do() -> None:
    assert hull([Range(0, 50, high_open=True), Range.point(50)]) == Range(0, 50)
    assert hull([Range(0, 50, high_open=True), Range(20, 40)]) == Range(0, 50, high_open=True)
    assert hull([Range(0, 50), Range(7, None, low_open=True)]) == Range(0, None)


def test_words_for_ranges() -> None:
    assert write_range(Range()) == "any value"
    assert write_range(Range(1, 2, low_open=True, high_open=True)) == "above 1 to below 2"
