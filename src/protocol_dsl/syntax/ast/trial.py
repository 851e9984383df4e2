"""The file's own declarations: header, sources, libraries, anchors, definitions, eligibility."""

from typing import Literal, TypeAlias

from protocol_dsl.base.source import Span
from protocol_dsl.base.values import frozen
from protocol_dsl.syntax.ast.common import Code, Name, OriginClause, Point, Title, place
from protocol_dsl.syntax.ast.expressions import EventPattern, Expression


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
    """``anchor W0 is randomization``, ``anchor PD is first progression``."""

    name: Name
    day: Name | EventPattern
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


TrialDeclaration: TypeAlias = Header | Source | Use | Anchor | Define | EligibilityAt | Criterion
