"""What an engine answers for one participant. Dates are :class:`Days`; writers turn them into text."""

from typing import Literal, TypeAlias, get_args

from protocol_dsl.base.days import Days
from protocol_dsl.base.truth import Truth
from protocol_dsl.base.values import frozen
from protocol_dsl.model.points import Place
from protocol_dsl.model.records import Origin
from protocol_dsl.model.rules import DeviationCategory, Grade

Verdict: TypeAlias = Literal["eligible", "not eligible", "undetermined"]
Decides: TypeAlias = Literal["for", "against", "open"]
Reasons: TypeAlias = Literal["all", "against", "none"]
Status: TypeAlias = Literal[
    "not applicable",
    "not due",
    "in window",
    "early",
    "late",
    "expected",
    "overdue",
    "missed",
    "undetermined",
    "unscheduled",
    "early termination",
]
Counted: TypeAlias = Literal["participants", "verdict", "against", "open", "deviations", "queries"]
COUNTED: tuple[Counted, ...] = get_args(Counted)
STATUSES: tuple[Status, ...] = get_args(Status)
"""Every status; columns call one by its place here."""


@frozen(kw_only=True)
class Fact:
    """A row that was used: the name it is about, the value, unit and date as written."""

    origin: Origin
    name: str = ""
    value: str = ""
    unit: str = ""
    date: str = ""


@frozen(kw_only=True)
class Finding:
    """A test with its truth, the sentence that says why, what is missing, the facts used, and the findings below it."""

    truth: Truth
    words: str
    place: Place
    missing: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    parts: tuple["Finding", ...] = ()


@frozen(kw_only=True)
class CriterionResult:
    """One criterion: ``finding`` is the truth of its test, ``decides`` what that means for the participant."""

    rule: str
    kind: Literal["inclusion", "exclusion"]
    title: str
    finding: Truth
    decides: Decides
    is_boundary: bool
    place: Place
    reason: str = ""
    missing: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()


@frozen(kw_only=True)
class Screening:
    """One screening: its day, the verdict, and each criterion in the order of the text."""

    verdict: Verdict
    point: Days | None
    criteria: tuple[CriterionResult, ...] = ()


@frozen(kw_only=True)
class Eligibility:
    """The screening that decides, and all of them where there are several (else empty)."""

    decisive: Screening
    screenings: tuple[Screening, ...] = ()


@frozen(kw_only=True)
class VisitResult:
    """A planned visit, or an unscheduled one (then ``planned`` and its window are ``None``).

    ``epoch`` is the one in which it is planned, where the protocol has epochs and its day is certain.
    """

    visit: str
    status: Status
    planned: Days | None = None
    earliest: Days | None = None
    latest: Days | None = None
    actual: Days | None = None
    days_out: int | None = None
    days_out_max: int | None = None
    epoch: str = ""
    reason: str = ""
    facts: tuple[Fact, ...] = ()


@frozen(kw_only=True)
class CycleResult:
    """A planned cycle, or an extra one; ``administrations`` counts those recorded as given."""

    treatment: str
    cycle: int
    status: Status
    planned: Days | None = None
    earliest: Days | None = None
    latest: Days | None = None
    actual: Days | None = None
    days_out: int | None = None
    days_out_max: int | None = None
    administrations: int | None = None
    reason: str = ""
    facts: tuple[Fact, ...] = ()


@frozen(kw_only=True)
class Deviation:
    """A departure from the plan, or (in ``queries``) a question to the site; ``id`` is made of its parts."""

    id: str
    code: str
    category: DeviationCategory
    grade: Grade
    message: str
    rule: str | None = None
    visit: str | None = None
    treatment: str | None = None
    cycle: int | None = None
    date: Days | None = None
    planned: Days | None = None
    earliest: Days | None = None
    latest: Days | None = None
    actual: Days | None = None
    days_out: int | None = None
    days_out_max: int | None = None
    facts: tuple[Fact, ...] = ()
    place: Place | None = None


@frozen(kw_only=True)
class Query:
    """What the data do not decide, as a question: never counted as a deviation."""

    id: str
    code: str
    message: str
    rule: str | None = None
    visit: str | None = None
    treatment: str | None = None
    cycle: int | None = None
    date: Days | None = None
    facts: tuple[Fact, ...] = ()
    place: Place | None = None


@frozen(kw_only=True)
class EpochResult:
    """An epoch of the participant and what the arm gives in it; a day is ``None`` where its point has none."""

    epoch: str
    title: str
    start: Days | None
    end: Days | None
    gives: tuple[str, ...] = ()
    is_without_treatment: bool = False


@frozen(kw_only=True)
class ParticipantResult:
    """All answers for one participant; ``screen`` leaves visits, cycles, deviations and queries empty."""

    participant: str
    site: str | None
    arm: str | None
    eligibility: Eligibility | None
    visits: tuple[VisitResult, ...] = ()
    cycles: tuple[CycleResult, ...] = ()
    deviations: tuple[Deviation, ...] = ()
    queries: tuple[Query, ...] = ()
    epochs: tuple[EpochResult, ...] = ()


@frozen(kw_only=True)
class AttritionStep:
    """One criterion of the attrition: in order (``entering`` to ``left``), and alone over everybody."""

    rule: str
    title: str
    entering: int
    against: int
    unknown: int
    left: int
    against_alone: int
    unknown_alone: int


@frozen(kw_only=True)
class CountLine:
    """How many participants of a site and arm have something, and how many of it there are.

    ``name`` is a verdict, the rule that speaks against or is open, the category of deviations, or the code of queries.
    """

    site: str | None
    arm: str | None
    what: Counted
    name: str
    grade: str
    participants: int
    number: int


@frozen(kw_only=True)
class Summary:
    """Counts over all participants; ``important`` are among ``deviations``."""

    participants: int = 0
    eligible: int = 0
    not_eligible: int = 0
    undetermined: int = 0
    deviations: int = 0
    important: int = 0
    queries: int = 0
    data_problems: int = 0
