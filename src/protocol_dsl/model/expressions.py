"""Values and tests, with names resolved and every number in one unit.

Each node keeps the author's ``words`` for it and its ``place``; neither takes part in equality.
"""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from attrs import field

from protocol_dsl.base.numbers import Number
from protocol_dsl.base.values import frozen
from protocol_dsl.model.points import Period, Place, Point

NOWHERE = Place("", 1, 1)


def words() -> str:
    """The author's words for a node."""
    return field(default="", eq=False, kw_only=True)


def place() -> Place:
    """Where a node stands."""
    return field(default=NOWHERE, eq=False, repr=False, kw_only=True)


Operator: TypeAlias = Literal["<", "<=", ">", ">=", "=", "!="]
RELATIONS: Mapping[Operator, str] = {
    "<": "below",
    "<=": "at most",
    ">": "above",
    ">=": "at least",
    "=": "equal to",
    "!=": "other than",
}
"""How a comparison is read aloud."""
DATE_RELATIONS: Mapping[Operator, str] = {
    **RELATIONS,
    "<": "earlier than",
    "<=": "on or earlier than",
    ">": "later than",
    ">=": "on or later than",
}
"""How one of days is; not with *before*, which includes the day itself."""
Choice: TypeAlias = Literal["first", "latest", "lowest", "highest", "mean", "median"]


# ---------------------------------------------------------------------------- values
@frozen
class Constant:
    """A number in the unit of what it is compared with.

    ``words`` show it as the author wrote it, ``written_in`` is the unit that it has there, if that is another.
    """

    number: Number
    unit: str = ""
    written_in: str = words()
    words: str = words()
    place: Place = place()


@frozen
class ConstantDate:
    """A date written in the protocol: the day numbers it may be."""

    first: int
    last: int
    words: str = words()
    place: Place = place()


@frozen
class AttributeValue:
    """A declared attribute, or ``sex``, ``site``, ``arm``."""

    name: str
    unit: str = ""
    words: str = words()
    place: Place = place()


@frozen
class AgeAt:
    """Completed years at a point."""

    point: Point
    words: str = words()
    place: Place = place()


@frozen
class ReadingAt:
    """The reading that belongs to a visit, in the unit of its measure."""

    measure: str
    visit: str
    words: str = words()
    place: Place = place()


@frozen
class Pick:
    """First, latest, lowest, highest, mean or median of the readings in a period; ``recorded`` skips empty ones."""

    choice: Choice
    measure: str
    period: Period
    recorded: bool = False
    words: str = words()
    place: Place = place()


@frozen
class Change:
    """The reading at ``end`` minus that at ``start`` (visits), or that difference in percent of the first."""

    measure: str
    start: str
    end: str
    percent: bool = False
    words: str = words()
    place: Place = place()


@frozen
class DaysBetween:
    """The second point minus the first, in days."""

    start: Point
    end: Point
    words: str = words()
    place: Place = place()


@frozen
class EventPattern:
    """Events of a name, perhaps of some categories, of a least grade, related to a treatment."""

    name: str
    categories: tuple[str, ...] = ()
    least_grade: int | None = None
    related_to: str | None = None


@frozen
class CountOf:
    """How many such events start in the period."""

    events: EventPattern
    period: Period
    words: str = words()
    place: Place = place()


@frozen
class Log10:
    """The decimal logarithm; compared only with a constant, and then exactly, by a limit on the raw value."""

    value: "Value"
    words: str = words()
    place: Place = place()


OfReadings: TypeAlias = Pick | ReadingAt | Change
"""A value that is taken from readings of a measure."""


@frozen
class LimitOfNormal:
    """An end of the reference range of a measure: that of the rows it is ``of``, else the declared one.

    These are the rows that the values beside it may have been taken from. Without such values it is of all rows that
    are read, or ``of_each``: of each row by itself that a test holds to it.
    """

    end: Literal["lower", "upper"]
    measure: str
    of: tuple[OfReadings, ...] = ()
    of_each: bool = False
    words: str = words()
    place: Place = place()


@frozen
class Arithmetic:
    """Exact arithmetic; both sides in one unit for ``+`` and ``-``; a zero divisor has no value.

    ``unit`` is that of the result where it is not the unit of one side: ``kg/m2``.
    """

    left: "Value"
    operator: Literal["+", "-", "*", "/"]
    right: "Value"
    unit: str = ""
    words: str = words()
    place: Place = place()


@frozen
class Rounded:
    """Rounded half away from zero."""

    value: "Value"
    decimals: int
    words: str = words()
    place: Place = place()


@frozen
class DefinedValue:
    """A value by the name the protocol gave it."""

    name: str
    value: "Value"
    words: str = words()
    place: Place = place()


Value: TypeAlias = (
    Constant
    | ConstantDate
    | AttributeValue
    | AgeAt
    | ReadingAt
    | Pick
    | Change
    | DaysBetween
    | CountOf
    | Log10
    | LimitOfNormal
    | Arithmetic
    | Rounded
    | DefinedValue
)


# ----------------------------------------------------------------------------- tests
@frozen
class Compare:
    """A value against another, both in one unit."""

    left: Value
    operator: Operator
    right: Value
    words: str = words()
    place: Place = place()


@frozen
class Between:
    """A value from ``low`` to ``high``, both included."""

    value: Value
    low: Value
    high: Value
    words: str = words()
    place: Place = place()


@frozen
class IsOneOf:
    """A choice (``yes``, ``female``, ``symptomatic``) that is one of some; the choices are case-folded."""

    value: Value
    choices: tuple[str, ...]
    words: str = words()
    place: Place = place()


@frozen
class IsRecorded:
    """Whether there is a value at all; never unknown."""

    value: Value
    words: str = words()
    place: Place = place()


@frozen
class IsConfirmed:
    """Whether the history shows the condition, starting in the period."""

    condition: str
    period: Period
    words: str = words()
    place: Place = place()


@frozen
class ExposedTo:
    """Whether a medication of the class shares a day with the period."""

    drugs: str
    period: Period
    words: str = words()
    place: Place = place()


@frozen
class OnDrugs:
    """Whether a medication of the class is ongoing on the day of the point."""

    drugs: str
    point: Point
    words: str = words()
    place: Place = place()


@frozen
class Happens:
    """Whether any such event starts in the period; ``no`` events are ``Not(Happens(...))``."""

    events: EventPattern
    period: Period
    words: str = words()
    place: Place = place()


@frozen
class Consecutive:
    """Whether two readings in a row, both in the period, meet the comparison."""

    measure: str
    operator: Operator
    limit: Value
    period: Period
    words: str = words()
    place: Place = place()


@frozen
class AtLeast:
    """Whether at least ``count`` of the tests are met."""

    count: int
    tests: tuple["Test", ...]
    words: str = words()
    place: Place = place()


@frozen
class And:
    """Kleene's and."""

    parts: tuple["Test", ...]
    words: str = words()
    place: Place = place()


@frozen
class Or:
    """Kleene's or."""

    parts: tuple["Test", ...]
    words: str = words()
    place: Place = place()


@frozen
class Not:
    """Kleene's not."""

    part: "Test"
    words: str = words()
    place: Place = place()


@frozen
class DefinedTest:
    """A test by the name the protocol gave it."""

    name: str
    test: "Test"
    words: str = words()
    place: Place = place()


Test: TypeAlias = (
    Compare
    | Between
    | IsOneOf
    | IsRecorded
    | IsConfirmed
    | ExposedTo
    | OnDrugs
    | Happens
    | Consecutive
    | AtLeast
    | And
    | Or
    | Not
    | DefinedTest
)
