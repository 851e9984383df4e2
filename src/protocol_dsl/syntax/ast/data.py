"""Declarations of what the participants' data is called."""

from typing import Literal, TypeAlias

from protocol_dsl.base.source import Span
from protocol_dsl.base.values import frozen
from protocol_dsl.syntax.ast.common import Amount, Because, Code, Name, OriginClause, Title, place
from protocol_dsl.syntax.ast.expressions import Expression


@frozen
class YesNo:
    """``is yes or no``."""

    span: Span = place()


@frozen
class OneOf:
    """``is one of {asymptomatic, symptomatic, aids}``."""

    choices: tuple[Name, ...]
    span: Span = place()


@frozen
class InUnit:
    """``in cells/mm3``: a number with that unit."""

    unit: Name
    span: Span = place()


@frozen
class IsDate:
    """``is a date``."""

    span: Span = place()


@frozen
class Codes:
    """``code loinc "24467-3", loinc "8123-2"``."""

    codes: tuple[Code, ...]
    span: Span = place()


@frozen
class Plausible:
    """``plausible 0 cells/mm3 to 3_000 cells/mm3``: a value outside is a query, and is used."""

    low: Amount
    high: Amount
    span: Span = place()


@frozen
class MayBeNegative:
    """``may be negative``: ``< 50`` then has no lower end."""

    span: Span = place()


@frozen
class Converts:
    """``converts 1 mmol/L to 18.016 mg/dL``: what units alone cannot say."""

    source: Amount
    target: Amount
    span: Span = place()


@frozen
class Normal:
    """``normal 7 U/L to 40 U/L``, ``normal for female 7 U/L to 35 U/L``: the reference range."""

    low: Amount
    high: Amount
    sex: Name | None = None
    span: Span = place()


MeasureClause: TypeAlias = Codes | Plausible | MayBeNegative | Converts | Normal | OriginClause


@frozen
class Measure:
    """``measure cd4 "CD4 cell count" in cells/mm3``, or ``measure status "..." is one of {...}``."""

    name: Name
    title: Title
    kind: InUnit | OneOf
    clauses: tuple[MeasureClause, ...] = ()
    span: Span = place()


Relation: TypeAlias = Literal["from", "above", "to", "below"]


@frozen
class Rung:
    """``grade 2 from 2.6 times upper limit of alt``: the grade of every reading that reaches the limit."""

    grade: int
    relation: Relation
    limit: Expression
    span: Span = place()


@frozen
class Ladder:
    """``ladder alt_grade "ALT" of alt grade 1 from ...``: a grade for each reading of a measure."""

    name: Name
    title: Title
    measure: Name
    clauses: tuple[Rung | OriginClause, ...] = ()
    span: Span = place()


@frozen
class Drug:
    """``zidovudine J05AF01``: a member of a class, with its ATC code if it has one."""

    name: Name
    atc: Name | None = None
    span: Span = place()


@frozen
class Members:
    """``members zidovudine J05AF01, lamivudine J05AF05``."""

    drugs: tuple[Drug, ...]
    span: Span = place()


@frozen
class Includes:
    """``includes NRTI, NNRTI, PI``: every member of these classes."""

    classes: tuple[Name, ...]
    span: Span = place()


DrugsClause: TypeAlias = Members | Includes | Codes | OriginClause


@frozen
class Drugs:
    """``drugs NRTI "Nucleoside reverse transcriptase inhibitors" members ...``."""

    name: Name
    title: Title
    clauses: tuple[DrugsClause, ...] = ()
    span: Span = place()


@frozen
class Condition:
    """``condition hiv1_infection "HIV-1 infection" code icd10 "B20"``."""

    name: Name
    title: Title
    clauses: tuple[Codes | OriginClause, ...] = ()
    span: Span = place()


@frozen
class Category:
    """``category B "Symptomatic, not A or C"``, with codes: an event row with such a code is of that category."""

    name: Name
    title: Title | None = None
    codes: tuple[Code, ...] = ()
    span: Span = place()


@frozen
class Graded:
    """``grades 1 to 5``: events of this name have a grade."""

    low: int
    high: int
    span: Span = place()


EventClause: TypeAlias = Codes | Category | Graded | OriginClause


@frozen
class Event:
    """``event cdc_event "CDC 1993 event" category B ...``."""

    name: Name
    title: Title
    clauses: tuple[EventClause, ...] = ()
    span: Span = place()


@frozen
class Milestone:
    """``milestone first_injection "First injection"``: a dated event that happens once."""

    name: Name
    title: Title
    clauses: tuple[Codes | OriginClause, ...] = ()
    span: Span = place()


@frozen
class Attribute:
    """``attribute macrolin "In the access program" is yes or no``."""

    name: Name
    title: Title
    kind: YesNo | OneOf | InUnit | IsDate
    clauses: tuple[OriginClause, ...] = ()
    span: Span = place()


@frozen
class History:
    """``history medications complete``: for everyone; ``open``: for no one."""

    of: Name
    state: Literal["complete", "open"]
    clauses: tuple[Because | OriginClause, ...] = ()
    span: Span = place()


DataDeclaration: TypeAlias = Measure | Ladder | Drugs | Condition | Event | Milestone | Attribute | History
