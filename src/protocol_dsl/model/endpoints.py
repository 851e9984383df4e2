"""What a protocol reports at its end: analysis sets and endpoints, names resolved, limits in the measure's unit."""

from typing import Literal, TypeAlias

from protocol_dsl.base.numbers import Number
from protocol_dsl.base.values import frozen
from protocol_dsl.model.expressions import NOWHERE, EventPattern, Operator, Test, Value
from protocol_dsl.model.points import Period, Place, Point, Window

Rank: TypeAlias = Literal["primary", "secondary", "exploratory"]
Base: TypeAlias = Literal["randomized", "treated", "everyone"]
MissingRule: TypeAlias = Literal["failure", "observed only", "last value carried forward"]


@frozen(kw_only=True)
class AnalysisSet:
    """Who is counted: a base, ``without`` participants who have a deviation of one of these rules or categories."""

    name: str
    title: str
    base: Base
    without: tuple[str, ...] = ()
    place: Place = NOWHERE


# -------------------------------------------------------------------------------------------------------------- kinds
@frozen
class Proportion:
    """``proportion with TEST``: the share of participants in whom the test is met."""

    test: Test


@frozen
class Average:
    """``median of VALUE``, ``mean of VALUE``."""

    statistic: Literal["median", "mean"]
    value: Value


@frozen
class CoursePoint:
    """One visit of a course, and the value that is read there."""

    visit: str
    value: Value


@frozen
class Course:
    """``course of M at V, V``: the same measure at several visits; ``choices`` where it is a category."""

    measure: str
    points: tuple[CoursePoint, ...]
    choices: tuple[str, ...] = ()


@frozen
class TimeToReading:
    """``time from P to first visit with M OP LIMIT``; the limit is in the unit of the measure."""

    start: Point
    measure: str
    operator: Operator
    limit: Number
    competing: tuple[EventPattern, ...] = ()


@frozen
class Assessment:
    """What shows that there was no event: a visit, any of a series, or a reading of a measure."""

    kind: Literal["visit", "measure"]
    name: str


@frozen
class TimeToEvent:
    """``time from P to first EVENT or EVENT``; without ``assessments`` it is censored when observation ends."""

    start: Point
    events: tuple[EventPattern, ...]
    competing: tuple[EventPattern, ...] = ()
    assessments: tuple[Assessment, ...] = ()

    @property
    def is_survival(self) -> bool:
        """Whether death alone is waited for: of the withdrawn, too, it may be known that they died or live."""
        return all(event.name == "death" for event in self.events)


@frozen
class EventsIn:
    """``event E from P to Q``: participants with one, events, and time under observation."""

    events: EventPattern
    period: Period


@frozen
class CountIn:
    """``count of E from P to Q``."""

    events: EventPattern
    period: Period


@frozen
class WorstGrade:
    """``worst grade of E from P to Q``: the highest grade of each participant."""

    events: EventPattern
    period: Period


EndpointKind: TypeAlias = Proportion | Average | Course | TimeToReading | TimeToEvent | EventsIn | CountIn | WorstGrade


@frozen(kw_only=True)
class Endpoint:
    """One endpoint. ``words`` are the author's for its kind; ``confidence`` is a percentage.

    No ``sets`` means everybody randomized, or simply everybody where the protocol randomizes nobody. No ``missing``
    means ``observed only``. ``window`` is the endpoint's own analysis window around each visit after the start.
    """

    rank: Rank
    name: str
    title: str
    kind: EndpointKind
    words: str = ""
    unit: str = ""
    sets: tuple[str, ...] = ()
    missing: tuple[MissingRule, ...] = ()
    compare: tuple[str, ...] = ()
    confidence: Number = 95
    window: Window | None = None
    place: Place = NOWHERE
