"""Points in time, age, attributes, dates, arithmetic."""

from fractions import Fraction

import pytest
from tests.interpret.participants import (
    BEFORE_SCR,
    LAST_28_DAYS,
    SCR,
    W0,
    attribute,
    days,
    event,
    facts,
    find,
    model,
    reading,
    record,
    truth,
    week,
)

from protocol_dsl.base.days import write_days
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.points import resolve, shift
from protocol_dsl.interpret.tests import compile_test
from protocol_dsl.model.expressions import (
    AgeAt,
    And,
    Arithmetic,
    AtLeast,
    AttributeValue,
    Compare,
    Constant,
    ConstantDate,
    DaysBetween,
    DefinedTest,
    DefinedValue,
    IsOneOf,
    IsRecorded,
    Not,
    Or,
    Pick,
    Rounded,
    Value,
)
from protocol_dsl.model.points import Point
from protocol_dsl.model.records import AttributeFact, Cutoff, Record


def day(of: Record, point: Point) -> str | None:
    found = resolve(point, Facts(of, model(), Cutoff(None)))
    return None if found is None else write_days(found)


@pytest.mark.parametrize(
    ("screenings", "randomization", "expected"),
    [
        (["2004-05-01", "2004-06-01"], None, "2004-06-01"),
        (["2004-05-01", "2004-06-01"], "2004-05-20", "2004-05-01"),
        (["2004-05-01", "2004-06-01"], "2004-06-01", "2004-06-01"),
        (["2004-06-01"], "2004-05-20", None),
        ([], None, None),
    ],
)
def test_the_last_screening_on_or_before_randomization(
    screenings: list[str], randomization: str | None, expected: str | None
) -> None:
    rows = [event("screening", each) for each in screenings]
    if randomization:
        rows.append(event("randomization", randomization))
    assert day(record(*rows, screening=""), SCR) == expected


def test_milestones_that_disagree_are_unknown() -> None:
    assert day(record(event("randomization", "2004-06-14"), event("randomization", "2004-06-15")), W0) is None
    assert day(record(event("randomization", "2004-06-14"), event("randomization", "2004-06")), W0) == "2004-06-14"
    twice = record(event("randomization", "2004-06-14"), event("randomization", "2004-06-15"))
    found = find(Compare(AgeAt(W0), ">", Constant(1)), twice)
    assert found.missing == ("one randomization date: the data give 2004-06-14, 2004-06-15",)


def test_consent_is_the_first() -> None:
    assert day(record(event("consent", "2004-06-14"), event("consent", "2004-05-15")), Point("consent")) == "2004-05-15"


def test_months_clip_to_the_shorter_month_at_both_ends() -> None:
    assert shift(days("2004-01-31"), 1, 0) == days("2004-02-29")
    assert shift(days("9999-12-31"), 1, 0) is None
    assert day(record(event("randomization", "2004-06")), week(1)) == "2004-06-08/2004-07-07"


@pytest.mark.parametrize(
    ("birth", "operator", "limit", "expected", "is_boundary"),
    [
        ("1986-06-01", ">=", 18, "met", True),
        ("1986-06-02", ">=", 18, "not met", False),
        ("1986-05-31", ">=", 18, "met", False),
        ("1986", ">=", 18, "unknown", False),
        ("1985", ">=", 18, "met", False),
    ],
)
def test_age_in_completed_years(birth: str, operator: str, limit: int, expected: str, *, is_boundary: bool) -> None:
    test = Compare(AgeAt(SCR, words="age at SCR"), operator, Constant(limit, "years", words="18 years"))  # type: ignore[arg-type]  # an operator
    of = record(birth=days(birth))
    assert truth(test, of) == expected
    assert compile_test(test, model()).is_boundary(facts(of)) == is_boundary


def test_age_words() -> None:
    test = Compare(AgeAt(SCR, words="age at SCR"), ">=", Constant(18, "years", words="18 years"))
    assert find(test, record()).words == "age at SCR is 37 years, at least 18 years"
    found = find(test, record(birth=days("1986")))
    assert found.words == "age at SCR is 17 to 18 years, may or may not be at least 18 years"
    assert found.missing == ("the exact birth date (the data give 1986)",)
    assert find(test, record(birth=None)).words == "age at SCR is not known: no birth date"


def test_choices() -> None:
    test = IsOneOf(AttributeValue("macrolin", words="macrolin"), ("yes",))
    assert find(test, record(attributes={"macrolin": attribute("yes")})).words == "macrolin is yes"
    assert find(test, record(attributes={"macrolin": attribute("no")})).words == "macrolin is no, not yes"
    found = find(test, record())
    assert (found.truth.words, found.words, found.missing) == (
        "unknown",
        "macrolin is not recorded",
        ("a value of macrolin",),
    )
    assert truth(test, record(attributes={"macrolin": attribute("unknown")})) == "unknown"


def test_several_categories_that_may_be_the_latest() -> None:
    of = record(reading("status", "2004-05-20", "symptomatic"), reading("status", "2004-05-20", "asymptomatic"))
    latest = Pick("latest", "status", LAST_28_DAYS)
    assert truth(IsOneOf(latest, ("symptomatic",)), of) == "unknown"
    assert truth(IsOneOf(latest, ("symptomatic", "asymptomatic")), of) == "met"


def test_is_recorded_is_never_unknown() -> None:
    test = IsRecorded(Pick("latest", "cd4", LAST_28_DAYS, words="latest cd4"))
    assert truth(test, record(reading("cd4", "2004-05-20", "<50"))) == "met"
    assert truth(test, record(reading("cd4", "2004-05-20", ""))) == "not met"
    assert truth(test, record(screening="")) == "not met"


def test_dates() -> None:
    visa = AttributeValue("visa", words="visa")
    of = record(attributes={"visa": AttributeFact(days("2004-05"), "2004-05")})
    june = ConstantDate(days("2004-06-01").first, days("2004-06-01").last, words="2004-06-01")
    found = find(Compare(visa, "<", june), of)
    assert (found.truth.words, found.words) == ("met", "visa is 2004-05, earlier than 2004-06-01")
    may = ConstantDate(days("2004-05-20").first, days("2004-05-20").last)
    assert truth(Compare(visa, "<", may), of) == "unknown"


def test_days_between_points_of_one_milestone_know_no_doubt() -> None:
    of = record(event("randomization", "2004-06"))
    known = Facts(of, model(), Cutoff(None))
    assert truth(Compare(DaysBetween(W0, week(4)), "=", Constant(28)), known) == "met"
    month = DaysBetween(W0, Point("randomization", months=1))
    assert truth(Compare(month, "=", Constant(30)), known) == "met"
    assert truth(Compare(DaysBetween(SCR, W0), "<=", Constant(29)), known) == "met"
    assert truth(Compare(DaysBetween(SCR, W0), "<=", Constant(28)), known) == "unknown"


TENTH, FIFTH = Constant(Fraction(1, 10)), Constant(Fraction(1, 5))


@pytest.mark.parametrize(
    ("value", "limit", "expected"),
    [
        (Arithmetic(TENTH, "+", FIFTH), Fraction(3, 10), "met"),
        (Arithmetic(Constant(1), "/", Constant(3)), Fraction(1, 3), "met"),
        (Arithmetic(Constant(1), "/", Constant(0)), 1, "unknown"),
        (Rounded(Constant(Fraction(5, 2)), 0), 3, "met"),
        (Rounded(Constant(Fraction(-5, 2)), 0), -3, "met"),
        (DefinedValue("x", Arithmetic(Constant(2), "*", Constant(3))), 6, "met"),
    ],
)
def test_exact_arithmetic(value: Value, limit: int | Fraction, expected: str) -> None:
    assert truth(Compare(value, "=", Constant(limit)), record()) == expected


def test_trees_name_the_parts_that_decide() -> None:
    yes = IsOneOf(AttributeValue("macrolin", words="macrolin"), ("yes",))
    adult = Compare(AgeAt(SCR, words="age at SCR"), ">=", Constant(18, words="18 years"))
    of = record(attributes={"macrolin": attribute("no")})
    both = find(And((yes, adult)), of)
    assert (both.truth.words, both.words) == ("not met", "macrolin is no, not yes")
    either = find(Or((yes, adult)), of)
    assert (either.truth.words, either.words) == ("met", "age at SCR is 37 years, at least 18 years")
    count = find(AtLeast(2, (yes, adult, DefinedTest("adult", adult))), of)
    assert count.words == "2 of 3 met, at least 2 needed: age at SCR is 37 years, at least 18 years"
    assert truth(Not(yes), of) == "met"
    assert find(And((yes, adult)), record()).missing == ("a value of macrolin",)


def test_before_includes_the_day() -> None:
    of = record(reading("cd4", "2004-06-01", "100"))
    assert truth(Compare(Pick("latest", "cd4", BEFORE_SCR), "=", Constant(100)), of) == "met"
