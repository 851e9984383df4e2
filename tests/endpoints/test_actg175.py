"""ACTG 175: every number of the report agrees with an independent calculation, to the last digit printed."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from tests.endpoints import by_numpy as own

from protocol_dsl import load
from protocol_dsl.model.estimates import ArmEstimates, Block, Comparison, EndpointResult, Estimate, Figure
from protocol_dsl.writers.figures import number, significant

ROOT = Path(__file__).parents[2]
RULES = ("failure", "observed only", "last value carried forward")


@pytest.fixture(scope="module")
def results(shared: Path) -> Mapping[str, EndpointResult]:
    run = load(ROOT / "protocols" / "actg175.proto").endpoints(shared / "data" / "actg175")
    return {result.endpoint.name: result for result in run.results}


@pytest.fixture(scope="module")
def trial(shared: Path) -> own.Trial:
    return own.read(shared / "data" / "actg175")


def estimate(arm: ArmEstimates, statistic: str, at: str = "") -> Estimate:
    return next(each for each in arm.estimates if (each.statistic, each.at) == (statistic, at))


def comparison(block: Block, arm: str, method: str) -> Comparison:
    return next(each for each in block.comparisons if (each.arm, each.method) == (arm, method))


def same(found: Figure | None, expected: float) -> bool:
    """Whether both are printed alike: six decimals, half away from zero."""
    return found is not None and number(found) == number(float(expected))


def test_events_by_arm(results: Mapping[str, EndpointResult], trial: own.Trial) -> None:
    (block,) = results["P1"].blocks
    found = [(estimate(arm, "events").value, arm.n) for arm in block.arms]
    assert found == [(181, 532), (103, 522), (109, 524), (128, 561)]
    assert found == [(int(trial.is_event[trial.arm == arm].sum()), int((trial.arm == arm).sum())) for arm in range(4)]


@pytest.mark.parametrize(("name", "week"), [("S1", "W20"), ("S2", "W96")])
def test_cd4_of_at_least_200_under_each_rule(
    results: Mapping[str, EndpointResult], trial: own.Trial, name: str, week: str
) -> None:
    assert [block.missing for block in results[name].blocks] == list(RULES)
    for block in results[name].blocks:
        counts = [own.at_least_200(trial, arm, week, block.missing or "") for arm in range(4)]
        for arm, (events, n) in zip(block.arms, counts, strict=True):
            share = estimate(arm, "proportion")
            assert (estimate(arm, "events").value, arm.n) == (events, n)
            assert same(share.value, events / n)
            low, high = own.clopper_pearson(events, n)
            assert same(share.low, low)
            assert same(share.high, high)
        for arm, pair in zip(block.arms[1:], counts[1:], strict=True):
            difference, tested = comparison(block, arm.arm, "difference"), comparison(block, arm.arm, "fisher")
            low, high = own.newcombe(pair, counts[0])
            assert same(difference.low, low)
            assert same(difference.high, high)
            assert significant(tested.p) == pytest.approx(own.fisher(pair, counts[0]), rel=1e-5)


def test_time_to_progression_or_death(results: Mapping[str, EndpointResult], trial: own.Trial) -> None:
    (block,) = results["P1"].blocks
    for place, arm in enumerate(block.arms):
        for week in (20, 96):
            assert same(estimate(arm, "event-free", f"W{week}").value, own.kaplan_meier(trial, place, 7 * week))
        assert {step.days for step in arm.curve} == {int(day) for day in trial.days[trial.arm == place]}
        for step in arm.curve:
            assert same(step.share, own.kaplan_meier(trial, place, step.days))
        if place:
            z, p = own.logrank(trial, place, 0)
            found = comparison(block, arm.arm, "logrank")
            assert same(found.statistic, z)
            assert significant(found.p) == significant(p)


def test_course_medians_and_means(results: Mapping[str, EndpointResult], trial: own.Trial) -> None:
    shares = {"first quartile": 0.25, "median": 0.5, "third quartile": 0.75}
    for block in results["S3"].blocks:
        assert block.visit is not None
        for place, arm in enumerate(block.arms):
            values = trial.cd4[block.visit][trial.arm == place]
            if block.missing == "last value carried forward" and block.visit == "W96":
                values = np.where(np.isnan(values), trial.cd4["W20"][trial.arm == place], values)
            values = values[~np.isnan(values)]
            assert arm.n == len(values)
            for statistic, share in shares.items():
                expected = float(np.quantile(values, share, method="averaged_inverted_cdf"))
                assert same(estimate(arm, statistic).value, expected)
    (changes,) = results["S4"].blocks
    found = [(trial.cd4["W20"] - trial.cd4["W0"])[trial.arm == arm] for arm in range(4)]
    for arm, values in zip(changes.arms, found, strict=True):
        assert same(estimate(arm, "median").value, float(np.median(values)))
        if values is not found[0]:
            assert significant(comparison(changes, arm.arm, "wilcoxon").p) == significant(
                own.wilcoxon(values, found[0])
            )
    (percents,) = results["S5"].blocks
    for place, arm in enumerate(percents.arms):
        start, end = (trial.cd4[week][trial.arm == place] for week in ("W0", "W96"))
        is_both = ~np.isnan(end) & (start > 0)
        change = 100 * (end[is_both] - start[is_both]) / start[is_both]
        assert arm.n == len(change)
        assert same(estimate(arm, "mean").value, float(np.mean(change)))
        assert same(estimate(arm, "standard deviation").value, float(np.std(change, ddof=1)))
