"""What a protocol reads of participants' data, and who reads it."""

from typing import Literal, TypeAlias

from protocol_dsl.base.values import frozen
from protocol_dsl.model.points import Place
from protocol_dsl.model.vocabulary import Category, Coding, Drug

Asker: TypeAlias = Literal[
    "inclusion",
    "exclusion",
    "eligibility",
    "anchor",
    "visit",
    "epoch",
    "treatment",
    "arm",
    "prohibition",
    "interval",
    "deviation",
    "endpoint",
    "analysis set",
    "participation",
    "consent",
]


@frozen
class Use:
    """What in the protocol reads something: its kind, its name (empty for what needs no declaration), its place."""

    kind: Asker
    name: str = ""
    place: Place | None = None


@frozen(kw_only=True)
class NeededColumn:
    """A column that is read. Without a required one nothing is known; an optional one leaves less unknown."""

    column: str
    is_required: bool
    why: str
    used_by: tuple[Use, ...] = ()


@frozen(kw_only=True)
class NeededTable:
    """A table that is read, with the columns that are read of it."""

    table: str
    is_required: bool
    columns: tuple[NeededColumn, ...]


@frozen(kw_only=True)
class NeededMeasure:
    """A measure: its unit and others that convert to it, or its choices; the visits that ask for it."""

    name: str
    title: str
    unit: str
    units: tuple[str, ...]
    choices: tuple[str, ...]
    codes: tuple[Coding, ...]
    visits: tuple[str, ...]
    used_by: tuple[Use, ...]


@frozen(kw_only=True)
class NeededClass:
    """A class of drugs with all its members."""

    name: str
    title: str
    members: tuple[Drug, ...]
    codes: tuple[Coding, ...]
    used_by: tuple[Use, ...]


@frozen(kw_only=True)
class NeededEvent:
    """A milestone, a condition or an event; ``grades`` are the least and greatest, read only where asked for."""

    kind: Literal["milestone", "condition", "event"]
    name: str
    title: str
    codes: tuple[Coding, ...]
    categories: tuple[Category, ...] = ()
    grades: tuple[int, int] | None = None
    used_by: tuple[Use, ...]


@frozen(kw_only=True)
class NeededAttribute:
    """An attribute of a participant: a column of its own."""

    name: str
    title: str
    kind: Literal["yes or no", "choice", "number", "date"]
    choices: tuple[str, ...]
    unit: str
    used_by: tuple[Use, ...]


@frozen(kw_only=True)
class NeededTreatment:
    """A treatment as administrations name it, with its dose levels and the units a dose may have."""

    name: str
    title: str
    levels: tuple[str, ...]
    unit: str
    units: tuple[str, ...]
    route: str
    codes: tuple[Coding, ...]
    used_by: tuple[Use, ...]


@frozen(kw_only=True)
class NeededLabel:
    """A label of the data: of an arm, or of a visit.

    A series of visits is called by its ``members``, of which these are the first; it ``goes_on`` where there are more.
    """

    name: str
    title: str
    codes: tuple[Coding, ...]
    members: tuple[str, ...] = ()
    goes_on: bool = False


@frozen(kw_only=True)
class Needs:
    """Everything that a protocol reads, in the order of the published tables and of the text."""

    tables: tuple[NeededTable, ...]
    arms: tuple[NeededLabel, ...]
    attributes: tuple[NeededAttribute, ...]
    events: tuple[NeededEvent, ...]
    measures: tuple[NeededMeasure, ...]
    classes: tuple[NeededClass, ...]
    treatments: tuple[NeededTreatment, ...]
    visits: tuple[NeededLabel, ...]
