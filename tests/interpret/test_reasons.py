"""The sentences of findings that other tests do not read."""

from fractions import Fraction

import pytest
from tests.interpret.participants import (
    EVER,
    LAST_28_DAYS,
    SCR,
    W0,
    attribute,
    days,
    event,
    facts,
    find,
    medication,
    model,
    reading,
    record,
    truth,
    week,
)

from protocol_dsl.base.numbers import Number, Range
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.logarithms import against_power, log10, power, side_of
from protocol_dsl.interpret.tests import compile_test
from protocol_dsl.model.expressions import (
    Arithmetic,
    AttributeValue,
    Compare,
    Consecutive,
    Constant,
    DefinedValue,
    EventPattern,
    ExposedTo,
    Happens,
    IsOneOf,
    IsRecorded,
    LimitOfNormal,
    Log10,
    Pick,
    ReadingAt,
    Test,
)
from protocol_dsl.model.points import Period, Point
from protocol_dsl.model.records import Cutoff, Origin

RNA = Pick("latest", "hiv_rna", LAST_28_DAYS, words="latest hiv_rna")
ROW = reading("hiv_rna", "2004-05-20", "20000")


def test_a_logarithm_is_written_with_six_decimals() -> None:
    log = Log10(RNA, words="log10 latest hiv_rna")
    limit = Constant(4, words="4 log10 copies/mL")
    words = "log10 latest hiv_rna is 4.30103 log10 copies/mL (2004-05-20), above 4 log10 copies/mL"
    assert find(Compare(log, ">", limit), record(ROW)).words == words
    assert find(Compare(limit, "<", log), record(ROW)).truth.words == "met"
    assert truth(Compare(Arithmetic(log, "-", Constant(1)), "<", Constant(4)), record(ROW)) == "met"
    zero = record(reading("hiv_rna", "2004-05-20", "0"))
    assert find(Compare(log, "<", limit), zero).words.startswith("log10 latest hiv_rna is that of 0 copies/mL")


@pytest.mark.parametrize(
    ("value", "exponent", "expected"),
    [
        (-1, 2, None),
        (0, 2, -1),
        (100, 2, 0),
        (Fraction(1, 100), -2, 0),
        (5, 9999, -1),
        (Range(None, 5), 2, None),
        (Range(100, None, low_open=True), 2, 1),
        (Range(0, 100, high_open=True), 2, -1),
        (Range(10, 1000), 2, Range(-1, 1)),
    ],
)
def test_where_a_value_stands_to_a_power(value: Number | Range, exponent: int, expected: object) -> None:
    assert against_power(value, exponent) == expected


def test_powers_that_are_no_fractions_lie_strictly_between() -> None:
    low, high = power(Fraction(1, 2), 60)
    assert low**2 < 10 < high**2
    assert side_of((low + high) / 2, Fraction(1, 2)) in {-1, 1}
    assert log10(1000) == 3
    assert log10(0) is log10(Range(None, 0)) is None


def test_many_medications_are_cut_short() -> None:
    of = record(*(medication("indinavir", f"200{n}-01", f"200{n}-02") for n in range(4)))
    words = find(ExposedTo("PI", EVER, words="exposed to PI"), of).words
    assert words.endswith("(2002-01 to 2002-02) and 1 more")


def test_many_events_are_counted() -> None:
    of = record(event("randomization", "2004-06-14"), *(event("adverse_event", f"2004-07-0{n}") for n in range(1, 6)))
    known = Facts(of, model(), Cutoff(None))
    found = find(Happens(EventPattern("adverse_event"), Period(W0, week(52))), known)
    assert found.words == "adverse_event from W0 to W52 (5 events)"


def test_the_site_and_the_arm_are_attributes() -> None:
    of = record(site="Paris", arm="active")
    assert truth(IsOneOf(AttributeValue("site"), ("paris",)), of) == "met"
    assert truth(IsOneOf(AttributeValue("arm"), ("control",)), of) == "not met"
    assert truth(IsRecorded(AttributeValue("arm")), record()) == "not met"


def test_several_choices_in_words() -> None:
    rows = [reading("status", "2004-05-20", "symptomatic"), reading("status", "2004-05-20", "asymptomatic")]
    latest = Pick("latest", "status", LAST_28_DAYS, words="latest status")
    found = find(IsOneOf(latest, ("mild",)), record(*rows))
    assert found.words == "latest status may be asymptomatic or symptomatic (2004-05-20), not mild"
    asked = IsOneOf(AttributeValue("sex"), ("unknown",))
    assert truth(asked, record(attributes={"sex": attribute("unknown")})) == "met"


def test_a_reading_in_a_row_that_lies_on_the_limit() -> None:
    test = Consecutive("cd4", "<", Constant(200), LAST_28_DAYS)
    of = record(reading("cd4", "2004-05-20", "200"), reading("cd4", "2004-05-21", "150"))
    assert compile_test(test, model()).is_boundary(facts(of))
    equal = Consecutive("cd4", "=", Constant(200), LAST_28_DAYS)
    assert not compile_test(equal, model()).is_boundary(facts(of))
    missing = Consecutive("cd4", "<", Constant(200), Period(W0, week(4)))
    assert find(missing, of).missing[0] == "no randomization date"


def test_two_values_of_a_participant() -> None:
    of = record(event("randomization", "2004-06-14"), reading("cd4", "2004-06-14", "150"))
    known = Facts(of, model(), Cutoff(None))
    at_w0 = ReadingAt("cd4", "W0", words="cd4 at W0")
    found = find(Compare(DefinedValue("base", at_w0), "=", at_w0), known)
    assert found.words == "base is 150 cells/mm3, equal to cd4 at W0, 150 cells/mm3"
    assert (
        find(Compare(at_w0, ">", ReadingAt("cd4", "W4", words="cd4 at W4")), known).words == "cd4 at W4 is not recorded"
    )


@pytest.mark.parametrize(
    ("test", "missing"),
    [
        (Compare(RNA, "<", Arithmetic(Constant(1), "/", Constant(0))), "a reading of hiv_rna"),
        (Compare(Pick("latest", "cd4", Period(SCR, Point("death"))), "<", Constant(1)), "no death date"),
        (Compare(Constant(1), "=", Arithmetic(Constant(1), "/", Constant(0))), "a divisor that is not zero"),
    ],
)
def test_what_is_missing(test: Test, missing: str) -> None:
    assert find(test, record()).missing[0].startswith(missing)


def test_a_cut_off_that_was_given_limits_what_is_read() -> None:
    of = record(reading("cd4", "2004-05-28", "150"), reading("cd4", "2004-05-20", "250"))
    low = Compare(Pick("latest", "cd4", EVER), "<=", Constant(200))
    given = Facts(of, model(), Cutoff(days("2004-05-25").first, is_given=True))
    assert truth(low, given) == "not met"
    assert truth(low, given.at(days("2004-06-01"))) == "not met"
    assert truth(low, Facts(of, model(), Cutoff(days("2004-05-25").first))) == "met"


def test_the_row_whose_limit_is_meant_is_the_evidence() -> None:
    older = reading("cd4", "2004-05-20", "300", high=400, origin=Origin("readings", 2))
    picked = reading("cd4", "2004-05-28", "900", high=800, origin=Origin("readings", 3))
    latest = Pick("latest", "cd4", EVER, words="latest cd4")
    found = find(Compare(latest, "<=", LimitOfNormal("upper", "cd4", (latest,))), record(older, picked))
    assert [fact.origin for fact in found.facts] == [picked.origin]
    assert found.words == "latest cd4 is 900 cells/mm3 (2004-05-28), not at most upper limit of cd4, 800 cells/mm3"
    alone = find(Compare(LimitOfNormal("upper", "cd4"), "<=", Constant(800)), record(older, picked))
    assert [fact.origin for fact in alone.facts] == [older.origin, picked.origin]


def test_a_limit_beside_a_reading_without_a_day_is_that_of_the_protocol() -> None:
    latest = Pick("latest", "cd4", Period(None, Point("death")), words="latest cd4")
    row = reading("cd4", "2004-05-28", "900", high=800)
    found = find(Compare(latest, "<=", LimitOfNormal("upper", "cd4", (latest,))), record(row))
    assert found.words == "latest cd4 is not known: no death date"
    assert found.missing == ("no death date", "the upper limit of normal of cd4")
