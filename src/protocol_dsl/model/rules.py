"""Criteria, prohibitions, required intervals, the protocol's own deviations, and how grave each deviation is."""

from typing import Literal, TypeAlias

from protocol_dsl.base.values import frozen
from protocol_dsl.model.expressions import NOWHERE, Test
from protocol_dsl.model.points import Length, Place, Point

Grade: TypeAlias = Literal["important", "minor"]
DeviationCategory: TypeAlias = Literal[
    "consent",
    "eligibility",
    "treatment",
    "dosing",
    "visit window",
    "missed visit",
    "missed assessment",
    "prohibited medication",
    "other",
]
CATEGORIES: tuple[DeviationCategory, ...] = (
    "consent",
    "eligibility",
    "treatment",
    "dosing",
    "visit window",
    "missed visit",
    "missed assessment",
    "prohibited medication",
    "other",
)


@frozen(kw_only=True)
class Criterion:
    """A rule of entry: an inclusion is for the participant when ``test`` is met, an exclusion when it is not met."""

    kind: Literal["inclusion", "exclusion"]
    name: str
    title: str
    test: Test
    place: Place = NOWHERE


@frozen(kw_only=True)
class Prohibition:
    """A class that may not be taken from one point to another."""

    drugs: str
    start: Point
    end: Point
    place: Place = NOWHERE


@frozen(kw_only=True)
class RequiredInterval:
    """The actual days of two points at most, or at least, a length apart."""

    name: str
    title: str
    bound: Literal["at most", "at least"]
    length: Length
    start: Point
    end: Point
    place: Place = NOWHERE


@frozen(kw_only=True)
class OwnDeviation:
    """A deviation that the protocol itself defines, judged at the cut-off."""

    name: str
    title: str
    test: Test
    category: DeviationCategory = "other"
    grade: Grade | None = None
    place: Place = NOWHERE


@frozen(kw_only=True)
class GradeLine:
    """The grade of a category, of a category at one visit, or of all others (``otherwise``)."""

    category: DeviationCategory | Literal["otherwise"]
    visit: str | None = None
    grade: Grade
