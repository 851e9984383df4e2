"""Time to an event: the estimator of Kaplan and Meier, its median, the log-rank test."""

import warnings
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from scipy import stats

from protocol_dsl.base.values import frozen
from protocol_dsl.model.estimates import Step
from protocol_dsl.model.outcomes import Timed
from protocol_dsl.statistics.figures import finite

HALF = 0.5
SLACK = 1e-9
"""A share this little above a half is a half that was multiplied together from parts."""


@frozen
class Curve:
    """The estimate: its steps, the median in days with its interval, and the last day under observation."""

    steps: tuple[Step, ...]
    median: int | None
    low: int | None
    high: int | None
    last: int

    def at(self, day: int) -> Step | None:
        """The step that holds on a day: nothing before the first, and after the last only where nobody is left."""
        if day > self.last and not (self.steps and self.steps[-1].share <= SLACK):
            return None
        return max((step for step in self.steps if step.days <= day), key=lambda step: step.days, default=START)


START = Step(0, 0, 0, 0, 1.0, None, None)


def censored_data(times: Sequence[Timed]) -> stats.CensoredData:
    """Times as scipy takes them; whatever ended a time other than the event censors it."""
    return stats.CensoredData(
        uncensored=[time.days for time in times if time.ended == "event"],
        right=[time.days for time in times if time.ended != "event"],
    )


def kaplan_meier(times: Sequence[Timed], level: float) -> Curve:
    """The curve of some times, at least one. Events of a day come before the censorings of that day.

    The intervals are Greenwood's on the scale of log(-log).
    """
    with np.errstate(all="ignore"), warnings.catch_warnings():
        # Where everybody or nobody has had the event there is no interval; that is told as such, below.
        warnings.simplefilter("ignore", RuntimeWarning)
        found = stats.ecdf(censored_data(times)).sf
        around = found.confidence_interval(level, method="log-log")
    events = Counter(time.days for time in times if time.ended == "event")
    others = Counter(time.days for time in times if time.ended != "event")
    days = sorted(time.days for time in times)
    steps = tuple(
        Step(
            day,
            len(days) - bisect_left(days, day),
            events[day],
            others[day],
            float(share),
            finite(low),
            finite(high),
        )
        for day, share, low, high in zip(
            map(int, found.quantiles),
            found.probabilities,
            around.low.probabilities,
            around.high.probabilities,
            strict=True,
        )
    )
    return Curve(
        steps=steps,
        median=first_at_half((step.days, step.share) for step in steps),
        low=first_at_half((step.days, step.low) for step in steps if step.events),
        high=first_at_half((step.days, step.high) for step in steps if step.events),
        last=max(time.days for time in times),
    )


def first_at_half(steps: Iterable[tuple[int, float | None]]) -> int | None:
    """The first day on which a curve is at a half or below."""
    return next((day for day, share in steps if share is not None and share <= HALF + SLACK), None)


def logrank(one: Sequence[Timed], other: Sequence[Timed]) -> tuple[float, float] | str:
    """The statistic (a standard normal, positive where ``one`` has more events than expected) and its two-sided p.

    Else the words that say why there is none.
    """
    if not one or not other:
        return "an arm has nobody"
    if not any(time.ended == "event" for time in (*one, *other)):
        return "neither arm has an event"
    with np.errstate(all="ignore"):
        found = stats.logrank(censored_data(one), censored_data(other))
    statistic, p = finite(found.statistic), finite(found.pvalue)
    if statistic is None or p is None:
        return "whoever was at risk when an event came had it, so that the arms cannot be told apart"
    return statistic, p
