"""Published examples, by source, with their figures."""

import pytest

from protocol_dsl.model.outcomes import Timed
from protocol_dsl.statistics.proportions import exact_interval, fisher, newcombe
from protocol_dsl.statistics.survival import kaplan_meier, logrank

# Weeks of remission of 42 children with leukaemia; + is censored.
# Freireich et al., Blood 1963;21:699-716; as in Kleinbaum and Klein, Survival Analysis, chapter 2.
MERCAPTOPURINE = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
PLACEBO = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"


def times(words: str) -> list[Timed]:
    return [Timed(int(word.rstrip("+")), "censored" if word.endswith("+") else "event") for word in words.split()]


def test_kaplan_meier_of_the_remissions() -> None:
    curve = kaplan_meier(times(MERCAPTOPURINE), 0.95)
    published = {6: 0.8571, 7: 0.8067, 10: 0.7529, 13: 0.6902, 16: 0.6275, 22: 0.5378, 23: 0.4482}
    assert {step.days: round(step.share, 4) for step in curve.steps if step.events} == published
    at_risk = {step.days: step.at_risk for step in curve.steps if step.events}
    assert at_risk == {6: 21, 7: 17, 10: 15, 13: 12, 16: 11, 22: 7, 23: 6}
    assert curve.median == 23
    assert kaplan_meier(times(PLACEBO), 0.95).median == 8


def test_logrank_of_the_remissions() -> None:
    found = logrank(times(MERCAPTOPURINE), times(PLACEBO))
    assert not isinstance(found, str)
    statistic, p = found
    assert round(statistic**2, 2) == 16.79
    assert p < 0.0001
    assert statistic < 0  # fewer events than expected


def test_newcombe_of_56_in_70_against_48_in_80() -> None:
    # Newcombe, Statistics in Medicine 1998;17:873-90, table II, method 10.
    assert newcombe((56, 70), (48, 80), 0.95) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert newcombe((9, 10), (3, 10), 0.95) == pytest.approx((0.1705, 0.8090), abs=5e-5)
    assert newcombe((10, 10), (0, 10), 0.95) == pytest.approx((0.6075, 1.0), abs=5e-5)


def test_clopper_pearson_has_the_rule_of_three() -> None:
    # Nothing among n: the upper limit is 1 - 0.025 ** (1 / n).
    low, high = exact_interval(0, 20, 0.95)
    assert low == 0
    assert high == pytest.approx(1 - 0.025 ** (1 / 20))


def test_fisher_of_the_lady_tasting_tea() -> None:
    # Fisher, The Design of Experiments, 1935, chapter II.
    assert fisher((3, 4), (1, 4)) == pytest.approx(34 / 70)
