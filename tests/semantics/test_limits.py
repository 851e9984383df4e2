"""Numbers that no calendar, no day and no nurse can hold are told of at their place."""

import pytest
from tests.semantics.texts import read

GIVEN = 'treatment t "T"\n  dose {}\n  cycles {}\narm a "A"\n  gives t\n'
DOSE = "1 mg oral, 2 times daily for 5 days"
CYCLES = "up to 8 from W2, spaced 9 weeks"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('visit W4 "A visit"\n  window ± 10000000 days', "PD232"),
        ('visit W4 "A visit"\n  window -0 to +99999 months', "PD232"),
        ('visit W4 "A visit"\n  window ± 3 days\n  grace 99999999 days', "PD232"),
        ('interval R1 "An interval" at most 99999999 days from SCR to W0', "PD232"),
        ('inclusion I1 "A rule"\n  require latest cd4 within 99999999 days before SCR > 5 cells/mm3', "PD232"),
        (GIVEN.format(DOSE, "up to 8 from W2, spaced 999999999 weeks"), "PD232"),
        (GIVEN.format(DOSE, "up to 999 from W2, spaced 999 months"), "PD232"),
        (GIVEN.format("1 mg oral, once daily for 99999999 days", CYCLES), "PD232"),
        (GIVEN.format("1 mg oral, 999999999 times daily for 5 days", CYCLES), "PD226"),
        (GIVEN.format("1 mg oral, 2 times daily for 0 days", CYCLES), "PD226"),
        ('inclusion I1 "A rule"\n  require 2 years rounded to 999999999 decimals > 1 year', "PD226"),
        ("eligibility at W" + "9" * 10_000, "PD019"),
        ("eligibility at D-" + "9" * 10_000, "PD019"),
        ("eligibility at W" + "9" * 20, "PD232"),
        ('example "e"\n  given randomization 0000-00-00', "PD505"),
        ('example "e"\n  given randomization 2004-06-15, cd4 is 199 cells/mm3 on 2005-02-29', "PD505"),
        ('inclusion I1 "\u202eAdult"\n  require age at SCR >= 18 years', "PD009"),
        ('inclusion I1 "Adult" # \u2066\n  require age at SCR >= 18 years', "PD009"),
    ],
)
def test_a_number_that_cannot_be_is_told_once(text: str, code: str) -> None:
    errors = [mistake for mistake in read(text).diagnostics if mistake.severity == "error"]
    assert [mistake.code.number for mistake in errors] == [code]
    assert len(errors[0].message) < 100


@pytest.mark.parametrize("text", [GIVEN.format(dose, CYCLES) for dose in (DOSE, "1 mg oral", "0 mg oral, once daily")])
def test_an_ordinary_dose_is_none_of_them(text: str) -> None:
    assert [mistake for mistake in read(text).diagnostics if mistake.severity == "error"] == []


def test_a_number_of_a_formula_is_no_value_that_is_expected() -> None:
    """The 140 years of the formula of Cockcroft and Gault are a constant, and 7 kg may be a difference."""
    found = read(
        'measure mass "Mass" in kg\n  plausible 30 kg to 200 kg\n'
        'inclusion I1 "Clearance" require (140 years - age at SCR) / 1 years * latest mass before SCR > 4_000 kg\n'
        'inclusion I2 "Loss" require first mass before SCR - 7 kg <= latest mass before SCR\n'
        'inclusion I3 "Old" require age at SCR <= 140 years\n'
    )
    told = [mistake.message for mistake in found.diagnostics if mistake.code.number == "PD340"]
    assert told == ["140 years is no age of a participant, which is 0 to 120 years"]


EDGES = """measure ecog "ECOG" in points
  plausible 0 points to 5 points
measure temperature "Temperature" in Cel
  plausible 30 Cel to 45 Cel
"""


@pytest.mark.parametrize(
    ("test", "told"),
    [
        (
            "latest ecog before SCR <= 5 points",
            "PD347: every plausible value of latest ecog before SCR is at most 5 points",
        ),
        (
            "5 points >= latest ecog before SCR",
            "PD347: every plausible value of latest ecog before SCR is at most 5 points",
        ),
        ("latest ecog before SCR > 5 points", "PD347: no plausible value of latest ecog before SCR is above 5 points"),
        ("latest ecog before SCR < 5 points", ""),
        ("latest ecog before SCR >= 5 points", ""),
        ("latest ecog before SCR = 5 points", ""),
        ("latest ecog before SCR >= 0 points", "PD331: every participant meets I1"),
        ("latest ecog before SCR between 0 points and 2 points", ""),
        ("latest ecog before SCR between 1 points and 5 points", ""),
        (
            "latest ecog before SCR between 0 points and 5 points",
            "PD347: every plausible value of latest ecog before SCR is at most 5 points",
        ),
        (
            "latest temperature before SCR >= 30 Cel",
            "PD347: every plausible value of latest temperature before SCR is at least 30 Cel",
        ),
        (
            "latest temperature before SCR < 30 Cel",
            "PD347: no plausible value of latest temperature before SCR is below 30 Cel",
        ),
        ("latest temperature before SCR <= 30 Cel", ""),
        ("age at SCR <= 120 years", "PD347: every plausible value of age at SCR is at most 120 years"),
        ("age at SCR between 18 years and 120 years", ""),
        ("latest cd4 before SCR >= 0 cells/mm3", "PD331: every participant meets I1"),
        (
            "consecutive ecog <= 5 points from 30 days before SCR to SCR",
            "PD347: every plausible value of ecog is at most 5 points",
        ),
    ],
)
def test_a_limit_at_the_edge_of_what_is_plausible_decides_nothing(test: str, told: str) -> None:
    found = read(f'{EDGES}inclusion I1 "A limit" require {test}\n').diagnostics
    codes = {"PD330", "PD331", "PD340", "PD347"}
    assert [f"{each.code.number}: {each.message}" for each in found if each.code.number in codes] == [told] * bool(told)


def test_a_limit_at_the_edge_is_told_wherever_it_stands() -> None:
    found = read(
        f'{EDGES}endpoint primary P1 "Time" time from W0 to first visit with ecog <= 5 points\n'
        'endpoint secondary P2 "Share" proportion with latest ecog before W4 > 5 points\n'
    )
    assert [each.code.number for each in found.diagnostics if each.severity == "warning"].count("PD347") == 2
