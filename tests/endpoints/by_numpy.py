"""An independent calculation on ACTG 175: numpy and the standard library alone, straight from the CSV files."""

import csv
from collections.abc import Mapping
from datetime import date
from math import erfc, exp, lgamma, log, sqrt
from pathlib import Path

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

ARMS = ("zidovudine", "zidovudine and didanosine", "zidovudine and zalcitabine", "didanosine")


@frozen
class Trial:
    """Arms, counts at weeks 0, 20 and 96 (NaN where there is none), days to the end, and whether it was the event."""

    arm: NDArray[np.int64]
    cd4: Mapping[str, NDArray[np.float64]]
    days: NDArray[np.int64]
    is_event: NDArray[np.bool_]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read(folder: Path) -> Trial:
    people = rows(folder / "participants.csv")
    place = {person["participant"]: n for n, person in enumerate(people)}
    cd4 = {week: np.full(len(people), np.nan) for week in ("W0", "W20", "W96")}
    for row in rows(folder / "readings.csv"):
        if row["measure"] == "cd4":
            cd4[row["visit"]][place[row["participant"]]] = float(row["value"])
    start, end = np.zeros(len(people), dtype=np.int64), np.zeros(len(people), dtype=np.int64)
    is_event = np.zeros(len(people), dtype=np.bool_)
    for row in rows(folder / "events.csv"):
        n, day = place[row["participant"]], date.fromisoformat(row["date"]).toordinal()
        if row["event"] == "randomization":
            start[n] = day
        elif row["event"] in {"progression or death", "last contact"}:
            end[n] = day
            is_event[n] = row["event"] == "progression or death"
    arm = np.array([ARMS.index(person["arm"]) for person in people], dtype=np.int64)
    return Trial(arm, cd4, end - start, is_event)


def at_least_200(trial: Trial, arm: int, week: str, rule: str) -> tuple[int, int]:
    """Events and participants."""
    values = trial.cd4[week][trial.arm == arm]
    if rule == "last value carried forward" and week == "W96":
        values = np.where(np.isnan(values), trial.cd4["W20"][trial.arm == arm], values)
    events = int(np.sum(values >= 200))
    return events, len(values) if rule == "failure" else int(np.sum(~np.isnan(values)))


def tail(k: int, n: int, p: float) -> float:
    """The probability of k events or more among n."""
    if k <= 0:
        return 1.0
    terms = [
        lgamma(n + 1) - lgamma(i + 1) - lgamma(n - i + 1) + i * log(p) + (n - i) * log(1 - p) for i in range(k, n + 1)
    ]
    return float(np.sum(np.exp(terms)))


def clopper_pearson(k: int, n: int) -> tuple[float, float]:
    """By halving: the p for which k events or more (or fewer) have 2.5 %."""
    return (0.0 if k == 0 else solve(k, n, 0.025)), (1.0 if k == n else solve(k + 1, n, 0.975))


def solve(k: int, n: int, wanted: float) -> float:
    low, high = 1e-12, 1 - 1e-12
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if tail(k, n, middle) < wanted else (low, middle)
    return (low + high) / 2


def newcombe(one: tuple[int, int], other: tuple[int, int]) -> tuple[float, float]:
    """Method 10 of Newcombe 1998."""
    z = 1.959963984540054
    (p, l1, u1), (q, l2, u2) = (wilson(k, n, z) for k, n in (one, other))
    return p - q - sqrt((p - l1) ** 2 + (u2 - q) ** 2), p - q + sqrt((u1 - p) ** 2 + (q - l2) ** 2)


def wilson(k: int, n: int, z: float) -> tuple[float, float, float]:
    p = k / n
    middle, half = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return p, (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)


def fisher(one: tuple[int, int], other: tuple[int, int]) -> float:
    """All tables that are no more likely than the one seen."""
    (a, m), (b, n) = one, other
    k = a + b

    def log_choose(total: int, part: int) -> float:
        return lgamma(total + 1) - lgamma(part + 1) - lgamma(total - part + 1)

    seen = log_choose(m, a) + log_choose(n, b)
    found = [log_choose(m, i) + log_choose(n, k - i) for i in range(max(0, k - n), min(m, k) + 1)]
    return sum(exp(each - log_choose(m + n, k)) for each in found if each <= seen + 1e-7)


def kaplan_meier(trial: Trial, arm: int, day: int) -> float:
    """The share without the event on a day."""
    days, is_event = trial.days[trial.arm == arm], trial.is_event[trial.arm == arm]
    share = 1.0
    for time in np.unique(days[is_event]):
        if time <= day:
            share *= 1 - np.sum(is_event & (days == time)) / np.sum(days >= time)
    return float(share)


def logrank(trial: Trial, one: int, other: int) -> tuple[float, float]:
    """The standardized statistic of the first arm, and its two-sided p."""
    both = (trial.arm == one) | (trial.arm == other)
    days, is_event, is_one = trial.days[both], trial.is_event[both], trial.arm[both] == one
    seen = expected = variance = 0.0
    for time in np.unique(days[is_event]):
        n, n1 = np.sum(days >= time), np.sum((days >= time) & is_one)
        d = np.sum((days == time) & is_event)
        seen += float(np.sum((days == time) & is_event & is_one))
        expected += d * n1 / n
        variance += d * (n1 / n) * (1 - n1 / n) * (n - d) / (n - 1) if n > 1 else 0.0
    z = (seen - expected) / sqrt(variance)
    return z, erfc(abs(z) / sqrt(2))


def wilcoxon(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    """Asymptotic, with ties and continuity corrected."""
    both = np.concatenate([x, y])
    values, place, counts = np.unique(both, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    assert len(values) == len(counts)
    m, n = len(x), len(y)
    u = float(np.sum(ranks[:m])) - m * (m + 1) / 2
    ties = float(np.sum(counts.astype(float) ** 3 - counts))
    spread = sqrt(m * n / 12 * (m + n + 1 - ties / ((m + n) * (m + n - 1))))
    return erfc((abs(u - m * n / 2) - 0.5) / spread / sqrt(2))
