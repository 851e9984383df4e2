"""Readings: the latest and the others, among partial dates, empty cells and equal days."""

from fractions import Fraction

import pytest
from tests.interpret.participants import LAST_28_DAYS, W0, event, facts, find, model, reading, record, truth, week

from protocol_dsl.base.numbers import Number
from protocol_dsl.interpret.comparison import compile_compare
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.model.expressions import (
    Between,
    Change,
    Choice,
    Compare,
    Consecutive,
    Constant,
    Log10,
    Pick,
    ReadingAt,
)
from protocol_dsl.model.points import Period
from protocol_dsl.model.records import Cutoff, Reading


def cells(number: int) -> Constant:
    return Constant(number, "cells/mm3", words=f"{number} cells/mm3")


def copies(number: int) -> Constant:
    return Constant(number, "copies/mL", words=f"{number} copies/mL")


LATEST = Pick("latest", "cd4", LAST_28_DAYS, words="latest cd4 within 28 days before SCR")
LOW = Compare(LATEST, "<=", cells(200))
RNA = Pick("latest", "hiv_rna", LAST_28_DAYS, words="latest hiv_rna within 28 days before SCR")


def test_the_limit_itself_is_inside_and_says_so() -> None:
    of = record(reading("cd4", "2004-05-28", "200"))
    found = find(LOW, of)
    assert found.words == "latest cd4 within 28 days before SCR is 200 cells/mm3 (2004-05-28), at most 200 cells/mm3"
    assert found.truth.words == "met"
    assert compile_compare(LOW, model()).is_boundary(facts(of))


def test_above_the_limit() -> None:
    found = find(LOW, record(reading("cd4", "2004-05-28", "201")))
    assert found.truth.words == "not met"
    assert found.words.endswith("is 201 cells/mm3 (2004-05-28), not at most 200 cells/mm3")


def test_nothing_recorded_says_what_would_decide() -> None:
    found = find(Compare(RNA, ">", copies(10_000)), record())
    assert found.truth.words == "unknown"
    assert found.words == "latest hiv_rna within 28 days before SCR is not recorded"
    assert found.missing == ("a reading of hiv_rna within 28 days before SCR (2004-05-04 to 2004-06-01)",)


def test_without_a_screening_there_is_no_period() -> None:
    study = model()
    known = Facts(record(screening=""), study, Cutoff(None)).at_unknown("no screening date")
    found = find(LOW, known)
    assert found.missing == ("no screening date",)
    assert found.words == "latest cd4 within 28 days before SCR is not known: no screening date"


def test_what_is_after_the_eligibility_point_is_not_read() -> None:
    of = record(reading("cd4", "2004-05-28", "300"), reading("cd4", "2004-06-02", "100"))
    assert truth(Compare(Pick("latest", "cd4", Period()), "<=", cells(200)), of) == "not met"


@pytest.mark.parametrize(
    ("written", "limit", "expected"),
    [("<50", 10_000, "not met"), ("<50", 20, "unknown"), (">=750000", 10_000, "met"), ("10000", 10_000, "not met")],
)
def test_a_censored_reading_is_an_interval(written: str, limit: int, expected: str) -> None:
    assert truth(Compare(RNA, ">", copies(limit)), record(reading("hiv_rna", "2004-05-28", written))) == expected


def test_a_partial_date_leaves_two_candidates() -> None:
    rows = [reading("cd4", "2004-05", "150"), reading("cd4", "2004-05-20", "180")]
    assert truth(LOW, record(*rows)) == "met"
    assert truth(Compare(LATEST, "<", cells(170)), record(*rows)) == "unknown"


def test_a_reading_that_may_lie_outside_may_be_none() -> None:
    found = find(LOW, record(reading("cd4", "2004-05", "150")))
    assert found.truth.words == "unknown"
    assert found.missing == ("the exact day of the cd4 reading dated 2004-05",)


def test_two_readings_of_a_day_without_times_span() -> None:
    rows = [reading("cd4", "2004-05-20", "150"), reading("cd4", "2004-05-20", "250")]
    assert truth(LOW, record(*rows)) == "unknown"
    timed = [reading("cd4", "2004-05-20", "150", time=900), reading("cd4", "2004-05-20", "250", time=100)]
    assert truth(LOW, record(*timed)) == "met"


def test_an_empty_latest_reading_is_unknown_unless_recorded() -> None:
    rows = [reading("cd4", "2004-05-20", "150"), reading("cd4", "2004-05-21", "")]
    found = find(LOW, record(*rows))
    assert found.truth.words == "unknown"
    assert found.missing == ("a value of the cd4 reading of 2004-05-21",)
    assert truth(Compare(Pick("latest", "cd4", LAST_28_DAYS, recorded=True), "<=", cells(200)), record(*rows)) == "met"


@pytest.mark.parametrize(
    ("choice", "operator", "limit", "expected"),
    [
        ("lowest", "<=", 150, "met"),
        ("lowest", "<", 150, "unknown"),
        ("lowest", ">", 150, "not met"),
        ("highest", ">=", 150, "met"),
        ("highest", ">", 150, "unknown"),
        ("mean", ">", 0, "unknown"),
        ("median", ">", 0, "unknown"),
    ],
)
def test_an_empty_reading_may_be_any_value(choice: Choice, operator: str, limit: int, expected: str) -> None:
    of = record(reading("cd4", "2004-05-20", "150"), reading("cd4", "2004-05-21", ""))
    assert truth(Compare(Pick(choice, "cd4", LAST_28_DAYS), operator, cells(limit)), of) == expected  # type: ignore[arg-type]  # an operator


@pytest.mark.parametrize(
    ("choice", "number"), [("mean", Fraction(500, 3)), ("median", 150), ("first", 100), ("highest", 250)]
)
def test_the_other_choices(choice: Choice, number: Number) -> None:
    of = record(*(reading("cd4", f"2004-05-2{n}", value) for n, value in enumerate(("100", "250", "150"))))
    assert truth(Compare(Pick(choice, "cd4", LAST_28_DAYS), "=", Constant(number)), of) == "met"


def test_a_median_of_censored_readings_keeps_its_open_end() -> None:
    of = record(reading("hiv_rna", "2004-05-20", "<50"), reading("hiv_rna", "2004-05-21", "<50"))
    assert truth(Compare(Pick("median", "hiv_rna", LAST_28_DAYS), "<", copies(50)), of) == "met"
    assert truth(Compare(Pick("mean", "hiv_rna", LAST_28_DAYS), "<", copies(50)), of) == "met"


@pytest.mark.parametrize(
    ("written", "operator", "limit", "expected"),
    [
        ("10000", ">=", 4, "met"),
        ("10000", ">", 4, "not met"),
        ("10001", ">", 4, "met"),
        ("31622", "<", Fraction(9, 2), "met"),
        ("31623", "<", Fraction(9, 2), "not met"),
        ("<50", "<", 2, "met"),
        ("<100", "<", 2, "met"),
        ("<100", "<=", Fraction(199, 100), "unknown"),
        ("", "<", 2, "unknown"),
    ],
)
def test_a_logarithm_is_a_limit_on_the_raw_value(written: str, operator: str, limit: Number, expected: str) -> None:
    of = record(reading("hiv_rna", "2004-05-20", written))
    assert truth(Compare(Log10(RNA), operator, Constant(limit)), of) == expected  # type: ignore[arg-type]  # an operator


def test_a_logarithm_on_its_limit_is_a_boundary() -> None:
    test = compile_compare(Compare(Log10(RNA), ">", Constant(4)), model())
    assert test.is_boundary(facts(record(reading("hiv_rna", "2004-05-20", "10000"))))
    assert not test.is_boundary(facts(record(reading("hiv_rna", "2004-05-20", "10001"))))


def test_between_holds_both_ends() -> None:
    test = Between(LATEST, cells(100), cells(200))
    for value, expected in (("99", "not met"), ("100", "met"), ("200", "met"), ("201", "not met"), ("<150", "unknown")):
        assert truth(test, record(reading("cd4", "2004-05-20", value))) == expected


# -------------------------------------------------------------------------------- at visits
def at_visits(*rows: Reading) -> Facts:
    of = record(event("randomization", "2004-06-14"), *rows)
    return Facts(of, model(), Cutoff(None))


AT_W4 = ReadingAt("cd4", "W4")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([("2004-07-12", "199", "W4")], "met"),
        ([("2004-07-12", "200", "W4")], "not met"),
        ([], "unknown"),
        ([("2004-07-12", "", "W4"), ("2004-07-13", "199", None)], "met"),
        ([("2004-09-01", "199", "W4"), ("2004-07-12", "300", None)], "met"),
        ([("2004-07-12", "199", "W0")], "unknown"),
        ([("2004-07-13", "199", None), ("2004-07-11", "300", None)], "not met"),
        ([("2004-07-14", "300", None), ("2004-07-11", "199", None)], "met"),
        ([("2004-07-20", "199", None)], "unknown"),
        ([("2004-07", "199", None)], "unknown"),
    ],
)
def test_the_reading_of_a_visit(rows: list[tuple[str, str, str | None]], expected: str) -> None:
    known = at_visits(*(reading("cd4", date, value, visit=visit) for date, value, visit in rows))
    assert truth(Compare(AT_W4, "<", cells(200)), known) == expected


def test_golden_sentences() -> None:
    test = Compare(ReadingAt("cd4", "W0"), "<", cells(200))
    one = find(test, at_visits(reading("cd4", "2004-06-14", "199", visit="W0")))
    assert one.words == "cd4 at W0 is 199 cells/mm3, below 200 cells/mm3"
    two = find(test, at_visits(reading("cd4", "2004-06-14", "200", visit="W0")))
    assert two.words == "cd4 at W0 is 200 cells/mm3, not below 200 cells/mm3"
    assert find(test, at_visits()).words == "cd4 at W0 is not recorded"


def test_changes_are_exact_fractions() -> None:
    known = at_visits(reading("cd4", "2004-06-14", "150", visit="W0"), reading("cd4", "2004-07-12", "200", visit="W4"))
    assert truth(Compare(Change("cd4", "W0", "W4"), "=", Constant(50)), known) == "met"
    assert truth(Compare(Change("cd4", "W0", "W4", percent=True), "=", Constant(Fraction(100, 3))), known) == "met"


# ------------------------------------------------------------------------------ in a row
@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["150", "160"], "met"),
        (["150", "250", "160"], "not met"),
        (["150", "", "160"], "unknown"),
        (["150"], "unknown"),
        ([], "unknown"),
        (["250", "260"], "not met"),
        (["250", "150", "150"], "met"),
    ],
)
def test_two_readings_in_a_row(values: list[str], expected: str) -> None:
    of = record(*(reading("cd4", f"2004-05-2{n}", value) for n, value in enumerate(values)))
    assert truth(Consecutive("cd4", "<", cells(200), LAST_28_DAYS), of) == expected


def test_a_week_after_the_anchor() -> None:
    assert week(4).days == 28
    assert W0.milestone == "randomization"
