"""One participant's data, as a reader hands it to an engine.

Days are ordinal numbers (``datetime.date.toordinal``); a date known to the month is the interval ``first`` to ``last``.
Names are those of the protocol; a row about anything the protocol never mentions is not here, only counted.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, Protocol, TypeAlias

from attrs import Factory, field

from protocol_dsl.base.days import Days
from protocol_dsl.base.numbers import Number, Range
from protocol_dsl.base.values import frozen

FIRST_DAY = 1
"""The earliest day there is: the start of a medication whose start is absent."""


@frozen
class Origin:
    """Where a row was read: its table, its number there (the heading is row 1), its file where a table has several."""

    table: str
    row: int | None = None
    file: str | None = None


ReadingValue: TypeAlias = Number | Range | str | None
"""A point, a censored value, a category, or nothing (not done, or unreadable); numbers in the unit of the measure."""


@frozen(kw_only=True)
class Reading:
    """One reading; ``time`` in seconds of the day where the data give it; ``written`` and ``unit`` as in the data.

    ``low`` and ``high`` are the reference range that the row brings, in the unit of the measure. ``lacks`` says what is
    missing where the value is derived and not exact: ``an upper limit of alt``.
    """

    measure: str
    first: int
    last: int
    time: int | None = None
    value: ReadingValue
    written: str = ""
    unit: str = ""
    visit: str | None = None
    low: Number | None = None
    high: Number | None = None
    lacks: str = ""
    origin: Origin = field(default=Origin("readings"), eq=False)


@frozen(kw_only=True)
class Event:
    """A milestone, condition or event; ``name`` as declared."""

    name: str
    first: int
    last: int
    end: Days | None = None
    category: str | None = None
    grade: int | None = None
    related_to: str | None = None
    written: str = ""
    origin: Origin = field(default=Origin("events"), eq=False)


@frozen(kw_only=True)
class Medication:
    """A course of a drug from a day in ``start`` to a day in ``end``; no ``end`` is ongoing at the cut-off."""

    drug: str
    start: Days
    end: Days | None = None
    written: str = ""
    origin: Origin = field(default=Origin("medications"), eq=False)


@frozen(kw_only=True)
class Administration:
    """A dose as recorded; ``dose`` in ``unit``, one of ``model.study.units_held``; ``end`` of a continuous course.

    ``is_in_doubt``: what says whether it was given cannot be read; it is not held to be given then.
    ``goes_on``: its end is after the cut-off that was given, up to which, as ``end`` says, it certainly went on.
    """

    treatment: str
    first: int
    last: int
    cycle: int | None = None
    dose: Number | None = None
    unit: str = ""
    written_dose: str = ""
    route: str | None = None
    end: Days | None = None
    goes_on: bool = False
    times: int | None = None
    level: str | None = None
    is_given: bool = True
    is_in_doubt: bool = False
    reason: str = ""
    origin: Origin = field(default=Origin("administrations"), eq=False)


@frozen(kw_only=True)
class VisitRow:
    """A visit as recorded; ``visit`` is a planned visit's name, or ``None`` when ``label`` is no planned visit.

    ``not known``: its status cannot be read.
    """

    visit: str | None
    label: str
    first: int
    last: int
    end: Days | None = None
    status: Literal["held", "not held", "early termination", "not known"] = "held"
    reason: str = ""
    origin: Origin = field(default=Origin("visits"), eq=False)


@frozen
class AttributeFact:
    """An attribute's value: a number, a choice (case-folded), or a date; ``written`` as in the data."""

    value: Number | Range | str | Days
    written: str
    origin: Origin = field(default=Origin("participants"), eq=False)


@frozen(kw_only=True)
class Record:
    """Everything known of one participant.

    ``readings`` by measure, ``events`` by name (milestones, conditions, events), ``administrations`` by treatment; each
    tuple is sorted by (first, last, time, row). ``open_histories`` names the kinds that an unusable row left open:
    ``medications``, ``administrations``, a declared condition or event, or ``events`` for all of these two.
    ``medications_since`` is the first day by which a row of any drug, declared or not, had certainly started, and
    ``administrations_since`` likewise. ``arm`` is a declared arm's name, ``arm_written`` the cell.
    ``tables`` names the tables that the data have at all.
    """

    participant: str
    site: str | None = None
    arm: str | None = None
    arm_written: str = ""
    birth: Days | None = None
    attributes: Mapping[str, AttributeFact] = Factory(dict)
    events: Mapping[str, tuple[Event, ...]] = Factory(dict)
    readings: Mapping[str, tuple[Reading, ...]] = Factory(dict)
    medications: tuple[Medication, ...] = ()
    administrations: Mapping[str, tuple[Administration, ...]] = Factory(dict)
    visits: tuple[VisitRow, ...] = ()
    open_histories: frozenset[str] = frozenset()
    medications_since: int | None = None
    administrations_since: int | None = None
    tables: frozenset[str] = frozenset()
    origin: Origin = field(default=Origin("participants"), eq=False)


@frozen(kw_only=True)
class DataProblem:
    """A cell or row that cannot be used: where it is, what stands there, and why."""

    table: str
    row: int | None
    column: str | None
    value: str
    problem: str
    file: str | None = None
    participant: str | None = None


@frozen
class Cutoff:
    """The last day that is read; ``is_given`` when the user said it, else it is the latest date in the data."""

    day: int | None
    is_given: bool = False


class Records(Protocol):
    """A study's participants in the order of their names (code points), read as they are asked for.

    ``problems``, ``unused`` (rows per table and name that the protocol never mentions) and ``after_cutoff`` (rows per
    table dated after a given cut-off, which are not read) are whole once the iteration has ended.
    """

    @property
    def cutoff(self) -> Cutoff:
        """The last day that is read; known before the iteration."""
        ...

    @property
    def problems(self) -> Sequence[DataProblem]:
        """What could not be used."""
        ...

    @property
    def unused(self) -> Mapping[tuple[str, str], int]:
        """Rows about names that the protocol never mentions: table and name to count."""
        ...

    @property
    def after_cutoff(self) -> Mapping[str, int]:
        """Rows dated after the cut-off: table to count."""
        ...

    def __iter__(self) -> Iterator[Record]:
        """Each participant once."""
        ...


def agreed_day(events: tuple[Event, ...]) -> Days | None:
    """The days on which all of ``events`` may have been one and the same, or ``None`` when they contradict each other.

    >>> agreed_day((Event(name="death", first=10, last=40), Event(name="death", first=12, last=12)))
    Days(first=12, last=12)
    """
    if not events:
        return None
    first = max(event.first for event in events)
    last = min(event.last for event in events)
    return Days(first, last) if first <= last else None
