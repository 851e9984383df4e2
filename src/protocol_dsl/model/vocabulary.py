"""What the participants' data is called: measures, drugs, conditions, events, milestones, attributes, histories."""

from typing import Literal

from protocol_dsl.base.numbers import Number
from protocol_dsl.base.values import frozen

BUILT_IN_MILESTONES = (
    "consent",
    "screening",
    "randomization",
    "first_dose",
    "completion",
    "withdrawal",
    "death",
    "discontinuation",
)
SEXES = ("female", "male", "intersex", "undifferentiated", "unknown")


@frozen
class Coding:
    """A code and its system, the system in lower case: ``loinc`` ``24467-3``."""

    system: str
    code: str


@frozen
class Conversion:
    """One ``unit`` of the data is ``factor`` of the measure's own unit: what units alone cannot say."""

    unit: str
    factor: Number


@frozen
class Normal:
    """The reference range in the unit of the measure, for one sex, or for everyone without one (``sex`` empty)."""

    low: Number
    high: Number
    sex: str = ""


@frozen(kw_only=True)
class Measure:
    """Something that is read: a number in ``unit``, or one of ``choices`` (then ``unit`` is empty)."""

    name: str
    title: str
    unit: str = ""
    choices: tuple[str, ...] = ()
    codes: tuple[Coding, ...] = ()
    plausible: tuple[Number, Number] | None = None
    may_be_negative: bool = False
    conversions: tuple[Conversion, ...] = ()
    normals: tuple[Normal, ...] = ()


@frozen
class Limit:
    """A number in the unit of the measure, or how many times an end of its reference range or its reading at a visit.

    ``visit`` names the visit, and is empty for the others.
    """

    number: Number
    of: Literal["amount", "lower", "upper", "visit"] = "amount"
    visit: str = ""


@frozen
class Rung:
    """The grade of a reading that relates to the limit as ``operator`` says."""

    grade: int
    operator: Literal["<", "<=", ">", ">="]
    limit: Limit


@frozen(kw_only=True)
class Ladder:
    """A grade for each reading of ``measure``: the highest whose rung it reaches, else 0."""

    name: str
    title: str
    measure: str
    rungs: tuple[Rung, ...]


@frozen
class Drug:
    """A drug or a fixed-dose combination, with its ATC code where it has one."""

    name: str
    atc: str = ""


@frozen
class DrugClass:
    """A class with all its members, those of the classes it includes too."""

    name: str
    title: str
    members: tuple[Drug, ...]
    codes: tuple[Coding, ...] = ()


@frozen
class Condition:
    """A disease or state that the history may show."""

    name: str
    title: str
    codes: tuple[Coding, ...] = ()


@frozen
class Category:
    """A category of events, and the codes that put an event in it."""

    name: str
    title: str = ""
    codes: tuple[Coding, ...] = ()


@frozen(kw_only=True)
class EventKind:
    """Events that may happen more than once; ``grades`` are the least and greatest."""

    name: str
    title: str
    codes: tuple[Coding, ...] = ()
    categories: tuple[Category, ...] = ()
    grades: tuple[int, int] | None = None


@frozen
class Milestone:
    """A dated event that happens once in a participation (screening may repeat)."""

    name: str
    title: str = ""
    codes: tuple[Coding, ...] = ()


@frozen(kw_only=True)
class Attribute:
    """A fact of a participant without a date of its own; a ``yes or no`` has the choices ``yes`` and ``no``."""

    name: str
    title: str = ""
    kind: Literal["yes or no", "choice", "number", "date"]
    choices: tuple[str, ...] = ()
    unit: str = ""


@frozen
class History:
    """What absence proves: ``of`` is medications, administrations, conditions, events, or one declared name."""

    of: str
    state: Literal["complete", "open"]


@frozen(kw_only=True)
class Vocabulary:
    """Every name that data may use, in the order of the text; built-in milestones and attributes included."""

    measures: tuple[Measure, ...] = ()
    ladders: tuple[Ladder, ...] = ()
    classes: tuple[DrugClass, ...] = ()
    conditions: tuple[Condition, ...] = ()
    events: tuple[EventKind, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    histories: tuple[History, ...] = ()
