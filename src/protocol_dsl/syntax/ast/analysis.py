"""Declarations of endpoints, assumptions, amendments and examples."""

from typing import Literal, TypeAlias

from protocol_dsl.base.source import Span
from protocol_dsl.base.values import frozen
from protocol_dsl.syntax.ast.common import (
    Amount,
    Because,
    DateLiteral,
    Name,
    OriginClause,
    Point,
    Since,
    Title,
    Window,
    place,
)
from protocol_dsl.syntax.ast.expressions import EventPattern, Expression, Period


@frozen
class AnalysisSet:
    """``analysis set ITT "Randomized, in the arm assigned" is randomized without eligibility, D1``."""

    name: Name
    title: Title
    base: Literal["randomized", "treated", "everyone"]
    without: tuple[Name, ...] = ()
    clauses: tuple[OriginClause, ...] = ()
    span: Span = place()


# --------------------------------------------------------------- kinds of an endpoint
@frozen
class ProportionWith:
    """``proportion with cd4 at W52 > 200 cells/mm3``."""

    test: Expression
    span: Span = place()


@frozen
class Average:
    """``median of cd4 at W52``, ``mean of ...``."""

    statistic: Literal["median", "mean"]
    value: Expression
    span: Span = place()


@frozen
class Course:
    """``course of log10 hiv_rna at W0, W24``."""

    measure: Name
    visits: tuple[Name, ...]
    log10: bool = False
    span: Span = place()


@frozen
class TimeToFirst:
    """``time from W0 to first visit with cd4 >= 200 cells/mm3``, or ``time from W0 to first EVENT``."""

    start: Point
    measure: Name | None
    comparison: tuple[str, Amount] | None
    events: tuple[EventPattern, ...] = ()
    span: Span = place()


@frozen
class EventsIn:
    """``event cdc_event in {B, C} from W0 to W96``."""

    events: EventPattern
    period: Period
    span: Span = place()


@frozen
class CountIn:
    """``count of regimen_change from W0 to W52``."""

    events: EventPattern
    period: Period
    span: Span = place()


@frozen
class WorstGrade:
    """``worst grade of adverse_event related to il2 from W0 to W52``."""

    events: EventPattern
    period: Period | None = None
    span: Span = place()


EndpointKind: TypeAlias = ProportionWith | Average | Course | TimeToFirst | EventsIn | CountIn | WorstGrade


# -------------------------------------------------------------- clauses of an endpoint
@frozen
class AnalysedIn:
    """``analysed in ITT``."""

    sets: tuple[Name, ...]
    span: Span = place()


MissingRule: TypeAlias = Literal["failure", "observed only", "last value carried forward"]


@frozen
class MissingCounts:
    """``missing counts as failure, observed only``."""

    rules: tuple[MissingRule, ...]
    span: Span = place()


@frozen
class Compare:
    """``compare arms by fisher, logrank``."""

    methods: tuple[Name, ...]
    span: Span = place()


@frozen
class Confidence:
    """``confidence 95%``."""

    level: Amount
    span: Span = place()


@frozen
class Competing:
    """``competing death``: events that end the time to event otherwise."""

    events: tuple[Name, ...]
    span: Span = place()


@frozen
class CensoredAt:
    """``censored at last CT, ct``: visits and measures of which the last ends a time without an event."""

    assessments: tuple[Name, ...]
    span: Span = place()


EndpointClause: TypeAlias = (
    AnalysedIn | MissingCounts | Compare | Confidence | Competing | CensoredAt | Window | OriginClause
)


@frozen
class Endpoint:
    """``endpoint primary P1 "CD4 above 200 at week 52" proportion with ...``."""

    rank: Literal["primary", "secondary", "exploratory"]
    name: Name
    title: Title
    kind: EndpointKind | None
    clauses: tuple[EndpointClause, ...] = ()
    span: Span = place()


# ------------------------------------------------------------ assumptions and amendments
@frozen
class Assumption:
    """``assumption A1 "The first cycle starts at W2" because "..." affects il2``."""

    name: Name
    title: Title
    because: Because | None
    affects: tuple[Name, ...] = ()
    clauses: tuple[OriginClause, ...] = ()
    span: Span = place()


@frozen
class SiteDate:
    """``in force 2005-07-01 at site "02"``."""

    date: DateLiteral
    site: Title
    span: Span = place()


@frozen
class Amendment:
    """``amendment AM1 "Wider windows" in force 2005-06-01``, and site dates as clauses; one of them at least.

    Without a date of its own it is in force at these sites alone.
    """

    name: Name
    title: Title
    date: DateLiteral | None
    sites: tuple[SiteDate, ...] = ()
    clauses: tuple[OriginClause, ...] = ()
    span: Span = place()

    @property
    def dates(self) -> tuple[DateLiteral, ...]:
        """Every day on which it comes into force somewhere."""
        return (*((self.date,) if self.date else ()), *(site.date for site in self.sites))


@frozen
class Retire:
    """``retire W4, I7 since AM1``: what these names declare holds no longer once the amendment is in force."""

    names: tuple[Name, ...]
    since: Since
    clauses: tuple[OriginClause, ...] = ()
    span: Span = place()


# ---------------------------------------------------------------------------- examples
@frozen
class Cell:
    """A cell of an example table: its words, trimmed; ``""`` when empty."""

    text: str
    span: Span = place()


@frozen
class Row:
    """``| 199 cells/mm3 | met |``."""

    cells: tuple[Cell, ...]
    span: Span = place()


@frozen
class Given:
    """``given randomization 2004-06-14, arm active``: each part as written, single blanks."""

    facts: tuple[Cell, ...]
    span: Span = place()


@frozen
class Expect:
    """``expect cycle 1 of il2 on 2004-06-28``: the words as written, single blanks."""

    words: Cell
    span: Span = place()


@frozen
class Example:
    """``example "the limits"`` with a table, or with ``given`` and ``expect`` lines."""

    title: Title
    rows: tuple[Row, ...] = ()
    given: tuple[Given, ...] = ()
    expect: tuple[Expect, ...] = ()
    span: Span = place()


AnalysisDeclaration: TypeAlias = AnalysisSet | Endpoint | Assumption | Amendment | Retire | Example
