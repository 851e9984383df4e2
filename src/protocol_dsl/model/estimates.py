"""What endpoints report: estimates by arm, comparisons, and who is missing. Numbers are exact where they can be."""

from typing import Literal, TypeAlias

from protocol_dsl.base.numbers import Number, Range
from protocol_dsl.base.values import frozen
from protocol_dsl.model.endpoints import Endpoint, MissingRule
from protocol_dsl.model.outcomes import State

Figure: TypeAlias = Number | Range | float
"""Exact, an interval, or what scipy computed: never NaN, never infinite."""

Statistic: TypeAlias = Literal[
    "events",
    "proportion",
    "median",
    "mean",
    "standard deviation",
    "first quartile",
    "third quartile",
    "minimum",
    "maximum",
    "count",
    "total",
    "competing events",
    "censored",
    "event-free",
    "participants with an event",
    "person-days",
    "rate per 100 person-years",
]


@frozen(kw_only=True)
class Estimate:
    """One number. ``at`` is a visit, a category, a grade or a number of events; ``words`` say why there is none.

    ``low`` and ``high`` are its confidence interval, ``None`` where there is none or where that side is open.
    """

    statistic: Statistic
    value: Figure | None
    low: Figure | None = None
    high: Figure | None = None
    at: str = ""
    words: str = ""


@frozen
class Step:
    """A step of a Kaplan-Meier curve: after ``days``, the share without the event; how many were at risk before."""

    days: int
    at_risk: int
    events: int
    censored: int
    share: float
    low: float | None
    high: float | None


@frozen(kw_only=True)
class ArmEstimates:
    """One arm: how many of the analysis set are in it, how many of these the estimates are of (``n``).

    ``observed`` have an answer of their own; ``missing`` have none; ``pending`` wait for the cut-off to pass.
    """

    arm: str
    title: str
    counted: int
    n: int
    observed: int
    missing: int
    pending: int
    not_applicable: int = 0
    estimates: tuple[Estimate, ...] = ()
    curve: tuple[Step, ...] = ()


@frozen(kw_only=True)
class Comparison:
    """An arm against the first listed; ``difference`` (with its interval) is the arm's minus the other's."""

    arm: str
    versus: str
    method: str
    statistic: float | None = None
    p: float | None = None
    difference: Number | None = None
    low: float | None = None
    high: float | None = None
    words: str = ""


@frozen(kw_only=True)
class Block:
    """The arms under one analysis set and one rule for missing data, at one visit where there are visits."""

    analysis_set: str
    set_title: str
    missing: MissingRule | None = None
    visit: str | None = None
    arms: tuple[ArmEstimates, ...]
    comparisons: tuple[Comparison, ...] = ()
    notes: tuple[str, ...] = ()


@frozen
class Listed:
    """A participant without an answer, or with something to know about it: which, at which visit, and why."""

    participant: str
    arm: str | None
    visit: str | None
    state: State
    words: str


@frozen(kw_only=True)
class EndpointResult:
    """An endpoint with all it reports. ``notes`` say what was done and what the data do not hold."""

    endpoint: Endpoint
    blocks: tuple[Block, ...]
    listed: tuple[Listed, ...] = ()
    notes: tuple[str, ...] = ()
