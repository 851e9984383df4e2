"""Declarations of visits, of required intervals and of deviations with their grades."""

from typing import Literal, TypeAlias

from protocol_dsl.base.source import Span
from protocol_dsl.base.values import frozen
from protocol_dsl.syntax.ast.common import Amount, Name, OriginClause, Point, Title, Window, place
from protocol_dsl.syntax.ast.data import Codes
from protocol_dsl.syntax.ast.expressions import Expression
from protocol_dsl.syntax.ast.stops import CycleDays, Only, Stop
from protocol_dsl.syntax.ast.treatments import CountedFrom


@frozen
class Either:
    """``one of (chest_xray, chest_ct)``: any of them is enough."""

    measures: tuple[Name, ...]
    span: Span = place()


@frozen
class Assess:
    """``assess cd4, one of (chest_xray, chest_ct)``."""

    parts: tuple[Name | Either, ...]
    span: Span = place()

    @property
    def measures(self) -> tuple[Name, ...]:
        """Every name in it, those of which one is enough too."""
        return tuple(name for part in self.parts for name in (part.measures if isinstance(part, Either) else (part,)))


@frozen
class OfClass:
    """``class clinic``: the visit has the clauses of that class, after its own."""

    name: Name
    span: Span = place()


@frozen
class InArms:
    """``arms active``: only these arms have the visit."""

    arms: tuple[Name, ...]
    span: Span = place()


@frozen
class Grace:
    """``grace 7 days``: how long after its window a visit is overdue before it is missed."""

    length: Amount
    span: Span = place()


@frozen
class AnalysisWindow:
    """``analysis window -14 to +14 days``: for endpoints only."""

    window: Window
    span: Span = place()


@frozen
class ThenEvery:
    """``then every 6 months until progression or death``: the visit is repeated."""

    length: Amount
    until: tuple[Stop, ...] = ()
    span: Span = place()


ClassClause: TypeAlias = Window | CountedFrom | Assess | Grace | AnalysisWindow | OriginClause
VisitClause: TypeAlias = ClassClause | ThenEvery | Only | OfClass | InArms | Codes


@frozen
class VisitClass:
    """``class clinic "Clinic visit"`` and what its visits share; a visit's own clauses win."""

    name: Name
    title: Title
    by_telephone: bool = False
    clauses: tuple[ClassClause, ...] = ()
    span: Span = place()


@frozen
class PlannedVisit:
    """One visit of a head: ``screening "Screening" at SCR``; without ``at`` its name is its point.

    ``CT "Tumour assessment" at M3 and M6`` are several, ``further`` the points after the first; so are the visits of
    ``in_cycles``: ``C "Treatment visit" at cycle day 1, 8 of chemo``.
    """

    name: Name
    title: Title | None = None
    point: Point | None = None
    further: tuple[Point, ...] = ()
    in_cycles: CycleDays | None = None
    span: Span = place()


@frozen
class Visits:
    """``visit W0 "Baseline"`` or ``visits W64, W76``, with what they share."""

    visits: tuple[PlannedVisit, ...]
    by_telephone: bool = False
    clauses: tuple[VisitClause, ...] = ()
    span: Span = place()


@frozen
class AlsoAssess:
    """``at W52, W76 also assess hiv_dna``."""

    visits: tuple[Name, ...]
    assess: Assess
    clauses: tuple[OriginClause, ...] = ()
    span: Span = place()


@frozen
class ParticipationEnds:
    """``participation ends at W96``: instead of the earliest of completion, withdrawal and death."""

    point: Point
    clauses: tuple[OriginClause, ...] = ()
    span: Span = place()


# ------------------------------------------------------------------------- deviations
@frozen
class RequiredInterval:
    """``interval entry "Screening to baseline"`` with ``at most 14 days from SCR to W0``."""

    name: Name
    title: Title
    bound: Literal["at most", "at least"]
    length: Amount
    start: Point
    end: Point
    clauses: tuple[OriginClause, ...] = ()
    span: Span = place()


@frozen
class Deviation:
    """``deviation D1 "..." when TEST``; ``category`` as written, ``other`` when not said."""

    name: Name
    title: Title
    test: Expression | None
    category: str | None = None
    grade: Literal["important", "minor"] | None = None
    clauses: tuple[OriginClause, ...] = ()
    span: Span = place()


@frozen
class GradeLine:
    """``missed visit at W24, W52 important``; ``category`` is ``otherwise`` in the last line."""

    category: str
    visits: tuple[Name, ...]
    grade: Literal["important", "minor"]
    span: Span = place()


@frozen
class Grades:
    """``grades`` and its lines."""

    lines: tuple[GradeLine, ...]
    clauses: tuple[OriginClause, ...] = ()
    span: Span = place()


VisitDeclaration: TypeAlias = (
    VisitClass | Visits | AlsoAssess | ParticipationEnds | RequiredInterval | Deviation | Grades
)
