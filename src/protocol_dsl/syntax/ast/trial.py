"""Declarations of the plan: anchors, eligibility, treatments, arms, visits, deviations."""

from typing import Literal, TypeAlias

from attrs import frozen

from protocol_dsl.base.source import Span
from protocol_dsl.syntax.ast.common import Amount, Code, Name, OriginClause, Point, Title, Window, place
from protocol_dsl.syntax.ast.data import Codes
from protocol_dsl.syntax.ast.expressions import Expression


# -------------------------------------------------------------------- the file's own
@frozen
class Language:
    """``language 1``."""

    edition: int
    span: Span = place()


@frozen
class Registered:
    """``registered NCT00113282, EUDRACT "2004-001329-29"``: names, or a system with a number in quotes."""

    numbers: tuple[Name | Code, ...]
    span: Span = place()


@frozen
class Sponsor:
    """``sponsor "French National Agency ..."``."""

    name: Title
    span: Span = place()


@frozen
class Design:
    """``design phase 2, randomized, parallel, open label``: each part as written, single blanks."""

    parts: tuple[str, ...]
    span: Span = place()


@frozen
class Planned:
    """``planned 98 participants``."""

    participants: int
    span: Span = place()


@frozen
class Enrolled:
    """``enrolled 57 participants``."""

    participants: int
    span: Span = place()


HeaderClause: TypeAlias = Language | Registered | Sponsor | Design | Planned | Enrolled | OriginClause


@frozen
class Header:
    """``protocol ANRS123 "Adding interleukin-2 ..." language 1 ...``; a library begins ``library hiv "..."``."""

    kind: Literal["protocol", "library"]
    name: Name
    title: Title
    clauses: tuple[HeaderClause, ...] = ()
    span: Span = place()


@frozen
class Source:
    """``source REG "Registry record ..." in "sources/NCT00113282.txt"``."""

    name: Name
    title: Title
    file: Title | None = None
    span: Span = place()


@frozen
class Use:
    """``use hiv (cd4, hiv_rna)``."""

    library: Name
    names: tuple[Name, ...]
    span: Span = place()


@frozen
class Anchor:
    """``anchor W0 is randomization``."""

    name: Name
    milestone: Name
    clauses: tuple[OriginClause, ...] = ()
    span: Span = place()


@frozen
class Define:
    """``define low_cd4 "Low CD4 count" as latest cd4 before SCR < 200 cells/mm3``."""

    name: Name
    title: Title
    expression: Expression
    clauses: tuple[OriginClause, ...] = ()
    span: Span = place()


# ------------------------------------------------------------------------ eligibility
@frozen
class EligibilityAt:
    """``eligibility at SCR``."""

    point: Point
    clauses: tuple[OriginClause, ...] = ()
    span: Span = place()


@frozen
class Criterion:
    """``inclusion I5 "Low CD4 count" require ...`` or ``exclusion X1 "..." exclude if ...``.

    ``test`` is ``None`` only where the clause is missing or broken; the checker says so.
    """

    kind: Literal["inclusion", "exclusion"]
    name: Name
    title: Title
    test: Expression | None
    clauses: tuple[OriginClause, ...] = ()
    span: Span = place()


# ------------------------------------------------------------------ treatments and arms
@frozen
class Continuous:
    """``continuous from W0 to W96``."""

    start: Point
    end: Point | None = None
    span: Span = place()


@frozen
class ChosenBy:
    """``chosen by genotype``."""

    name: Name
    span: Span = place()


@frozen
class Dose:
    """``dose 4.5 MIU subcutaneous, twice daily for 5 days``; parts not said are ``None``."""

    amount: Amount
    route: Name | None = None
    times_daily: int | None = None
    length: Amount | None = None
    span: Span = place()


@frozen
class Level:
    """``level low 54 mg from D0``: an allowed dose level, and when the titration reaches it."""

    name: Name
    amount: Amount
    start: Point | None = None
    span: Span = place()


@frozen
class Levels:
    """``level low 54 mg from D0, level high 81 mg from W2``."""

    levels: tuple[Level, ...]
    span: Span = place()


@frozen
class Cycles:
    """``cycles up to 8 from W2, spaced 4 weeks, then 6 weeks``: the last spacing repeats."""

    up_to: int
    start: Point
    spacings: tuple[Amount, ...] = ()
    span: Span = place()


@frozen
class CountedFrom:
    """``counted from plan`` or ``counted from previous start``; for a visit ``counted from previous visit``."""

    reference: Literal["plan", "previous start", "previous visit"]
    span: Span = place()


@frozen
class NoneAfter:
    """``none after W42``."""

    point: Point
    span: Span = place()


@frozen
class SkippedDoNotCount:
    """``skipped cycles do not count``."""

    span: Span = place()


@frozen
class CycleRule:
    """``repeat while TEST``, ``stop when TEST``, ``delay while TEST``, ``reduce to LEVEL when TEST``."""

    act: Literal["repeat while", "stop when", "delay while", "reduce to"]
    test: Expression
    level: Name | None = None
    span: Span = place()


@frozen
class ExpectLastCycle:
    """``expect last cycle at W42``."""

    point: Point
    span: Span = place()


@frozen
class ExpectCount:
    """``expect 80 administrations`` or ``expect 8 cycles``."""

    count: int
    what: Literal["administrations", "cycles"]
    span: Span = place()


TreatmentClause: TypeAlias = (
    Continuous
    | ChosenBy
    | Dose
    | Levels
    | Cycles
    | CountedFrom
    | Window
    | NoneAfter
    | SkippedDoNotCount
    | CycleRule
    | ExpectLastCycle
    | ExpectCount
    | Codes
    | OriginClause
)


@frozen
class Treatment:
    """``treatment il2 "Interleukin-2" dose ... cycles ...``."""

    name: Name
    title: Title
    clauses: tuple[TreatmentClause, ...] = ()
    span: Span = place()


@frozen
class Gives:
    """``gives obr, il2``."""

    treatments: tuple[Name, ...]
    span: Span = place()


@frozen
class Ratio:
    """``ratio 1``."""

    parts: int
    span: Span = place()


@frozen
class Arm:
    """``arm active "Optimized regimen plus interleukin-2" gives obr, il2 ratio 1``."""

    name: Name
    title: Title
    clauses: tuple[Gives | Ratio | Codes | OriginClause, ...] = ()
    span: Span = place()


@frozen
class Prohibit:
    """``prohibit interferon from W0 to W52``."""

    drugs: Name
    start: Point
    end: Point
    clauses: tuple[OriginClause, ...] = ()
    span: Span = place()


# ----------------------------------------------------------------------------- visits
@frozen
class Assess:
    """``assess cd4, hiv_rna``."""

    measures: tuple[Name, ...]
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


VisitClause: TypeAlias = Window | CountedFrom | Assess | InArms | Grace | AnalysisWindow | Codes | OriginClause


@frozen
class PlannedVisit:
    """One visit of a head: ``screening "Screening" at SCR``; without ``at`` its name is its point."""

    name: Name
    title: Title | None = None
    point: Point | None = None
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
    measures: tuple[Name, ...]
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


TrialDeclaration: TypeAlias = (
    Header
    | Source
    | Use
    | Anchor
    | Define
    | EligibilityAt
    | Criterion
    | Treatment
    | Arm
    | Prohibit
    | Visits
    | AlsoAssess
    | ParticipationEnds
    | RequiredInterval
    | Deviation
    | Grades
)
