"""The examples that a protocol carries: facts of a made-up participant, and what must be found of them.

Values and dates are kept as written, since they are read as every cell of participants' data is read. A value that is
empty is not recorded.
"""

from typing import Literal, TypeAlias

from attrs import field

from protocol_dsl.base.source import Span
from protocol_dsl.base.truth import Truth
from protocol_dsl.base.values import frozen
from protocol_dsl.model.expressions import EventPattern
from protocol_dsl.model.points import Period, Point
from protocol_dsl.model.results import Status, Verdict

NO_SPAN = Span("", 0, 0)


def words() -> str:
    """The author's words for a fact or an expectation."""
    return field(default="", eq=False, kw_only=True)


def place() -> Span:
    """Where it stands; a span, because a message about it marks the words."""
    return field(default=NO_SPAN, eq=False, repr=False, kw_only=True)


# ------------------------------------------------------------------------------------------------------------- facts
@frozen
class GivenValue:
    """``arm active``, ``failing is yes``: a cell of the table of participants, by its column."""

    name: str
    value: str
    words: str = words()
    place: Span = place()


@frozen
class GivenAge:
    """``age at SCR is 17 years``: completed years at a point; without one, at the eligibility point."""

    years: int
    point: Point | None = None
    words: str = words()
    place: Span = place()


@frozen
class GivenReading:
    """``cd4 at W0 is 150 cells/mm3``, ``latest cd4 is 199 cells/mm3``, ``cd4 is 90 cells/mm3 on 2004-05-28``.

    Without a visit and a date it is dated in ``period``; without that, where the protocol first reads such a value.
    """

    measure: str
    value: str
    unit: str = ""
    visit: str | None = None
    choice: str = ""
    period: Period = Period()
    date: str = ""
    words: str = words()
    place: Span = place()


@frozen
class GivenEvent:
    """``randomization 2004-06-14``, ``hiv1_infection is yes``, ``count of relapse is 2``: ``count`` rows, or none.

    ``is_open`` says that it is not known whether there were more (``is unknown``).
    """

    events: EventPattern
    count: int = 1
    is_open: bool = False
    grade: int | None = None
    period: Period = Period()
    date: str = ""
    words: str = words()
    place: Span = place()


@frozen
class GivenExposure:
    """``exposed to NRTI is yes``, ``on NRTI at SCR is no``: a medication of a class, on a day or ongoing."""

    drugs: str
    answer: Literal["yes", "no", "unknown", ""]
    is_ongoing: bool = False
    period: Period = Period()
    date: str = ""
    words: str = words()
    place: Span = place()


@frozen
class GivenMedication:
    """``medication zidovudine from 2004-01-05 to 2004-03-01``."""

    drug: str
    start: str
    end: str = ""
    words: str = words()
    place: Span = place()


@frozen
class GivenVisit:
    """``visit W24 on 2004-12-09``, ``visit W24 not held``."""

    visit: str
    date: str
    status: Literal["held", "not held", "early termination"] = "held"
    words: str = words()
    place: Span = place()


@frozen
class GivenCycle:
    """``cycle 1 of il2 on 2004-06-28``: every administration of the cycle as planned from that day, or none given."""

    treatment: str
    cycle: int
    date: str
    is_given: bool = True
    words: str = words()
    place: Span = place()


@frozen
class GivenCourse:
    """``course of obr from 2004-06-14``: a continuous treatment; without an end it goes on."""

    treatment: str
    start: str
    end: str = ""
    words: str = words()
    place: Span = place()


@frozen
class GivenDose:
    """``dose of il2 is 4.5 MIU on 2004-06-28``: one administration; without a value it is the planned dose."""

    treatment: str
    date: str
    value: str = ""
    unit: str = ""
    words: str = words()
    place: Span = place()


@frozen
class GivenCutoff:
    """``as of 2005-01-01``: the last day that is read."""

    date: str
    words: str = words()
    place: Span = place()


Given: TypeAlias = (
    GivenValue
    | GivenAge
    | GivenReading
    | GivenEvent
    | GivenExposure
    | GivenMedication
    | GivenVisit
    | GivenCycle
    | GivenCourse
    | GivenDose
    | GivenCutoff
)


# ------------------------------------------------------------------------------------------------------ expectations
@frozen
class ExpectedVerdict:
    """``expect eligible``."""

    verdict: Verdict
    words: str = words()
    place: Span = place()


@frozen
class ExpectedFinding:
    """``expect I5 met``: of a criterion, a deviation of the protocol's own, a definition or a proportion."""

    rule: str
    finding: Truth
    words: str = words()
    place: Span = place()


@frozen
class ExpectedPlan:
    """``expect W24 planned 2004-11-29``, ``expect cycle 2 of il2 late by 3 days``; what is ``None`` is not asked."""

    of: str
    cycle: int | None = None
    planned: str | None = None
    window: tuple[str, str] | None = None
    status: Status | None = None
    days_out: int | None = None
    words: str = words()
    place: Span = place()


@frozen
class ExpectedRaised:
    """``expect deviation DV19 at W24``, ``expect no queries``; ``name`` is a code or a rule, none stands for any."""

    kind: Literal["deviation", "query"]
    name: str | None = None
    at: str | None = None
    cycle: int | None = None
    is_raised: bool = True
    words: str = words()
    place: Span = place()


Expected: TypeAlias = ExpectedVerdict | ExpectedFinding | ExpectedPlan | ExpectedRaised


@frozen(kw_only=True)
class ExampleCase:
    """One made-up participant: a row of a table, or all lines of an example; ``place`` is that of the row.

    ``empty`` are the headings of facts whose cells are empty: what they name is not recorded. The first ``lines`` facts
    of a row are those of lines, the same for every row.
    """

    given: tuple[Given, ...]
    expected: tuple[Expected, ...]
    empty: tuple[str, ...] = ()
    is_row: bool = False
    lines: int = 0
    place: Span = place()


@frozen(kw_only=True)
class Example:
    """An example by its title, with its cases in the order of the text."""

    title: str
    cases: tuple[ExampleCase, ...]
    place: Span = place()
