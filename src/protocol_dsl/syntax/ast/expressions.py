"""Values and tests. One nonterminal for both: the checker tells them apart, so that its words can be better."""

from typing import Literal, TypeAlias

from attrs import field

from protocol_dsl.base.source import Span
from protocol_dsl.base.values import frozen
from protocol_dsl.syntax.ast.common import Amount, DateLiteral, Name, Point, place

Operator: TypeAlias = Literal["<", "<=", ">", ">=", "=", "!="]


# --------------------------------------------------------------------------- periods
@frozen
class Before:
    """``before SCR``: up to that day and including it."""

    end: Point
    span: Span = place()


@frozen
class Within:
    """``within 28 days before SCR``: the 28 days before and the day itself."""

    length: Amount
    end: Point
    span: Span = place()


@frozen
class FromTo:
    """``from W0 to W52``, both days included."""

    start: Point
    end: Point
    span: Span = place()


@frozen
class During:
    """``during washout``: from the first to the last day of an epoch."""

    epoch: Name
    span: Span = place()


Period: TypeAlias = Before | Within | FromTo | During


@frozen
class EventPattern:
    """Events of one name: ``cdc_event in {B, C} of grade at least 3 related to il2``; empty parts ask nothing."""

    name: Name
    categories: tuple[Name, ...] = ()
    least_grade: Amount | None = None
    related_to: Name | None = None
    span: Span = place()


# ---------------------------------------------------------------------------- values
@frozen
class AmountValue:
    """``200 cells/mm3`` as a value."""

    amount: Amount
    span: Span = place()


@frozen
class DateValue:
    """``2004-06-14`` as a value."""

    date: DateLiteral
    span: Span = place()


@frozen
class NamedValue:
    """A word by itself: an attribute, a definition; a bare ``latest cd4`` is a :class:`Pick` without a period."""

    name: Name
    span: Span = place()


@frozen
class AgeAt:
    """``age at SCR``, in completed years."""

    point: Point
    span: Span = place()


@frozen
class ReadingAt:
    """``cd4 at W52``: the reading that belongs to the visit."""

    measure: Name
    visit: Name
    span: Span = place()


Choice: TypeAlias = Literal["first", "latest", "lowest", "highest", "mean", "median"]


@frozen
class Pick:
    """``latest recorded cd4 within 28 days before SCR``; without a period only in the heading of an example."""

    choice: Choice
    measure: Name
    period: Period | None = None
    recorded: bool = False
    span: Span = place()


@frozen
class Change:
    """``change in cd4 from W0 to W24``, ``percent change in ...``."""

    measure: Name
    start: Name
    end: Name
    percent: bool = False
    span: Span = place()


@frozen
class DaysFromTo:
    """``days from SCR to W0``: a whole number of days, negative when the second point is earlier."""

    start: Point
    end: Point
    span: Span = place()


@frozen
class CountOf:
    """``count of regimen_change from W0 to W52``."""

    events: EventPattern
    period: Period | None = None
    span: Span = place()


@frozen
class Log10:
    """``log10 hiv_rna at W52``."""

    value: "Expression"
    span: Span = place()


@frozen
class LimitOfNormal:
    """``upper limit of alt``, ``lower limit of haemoglobin``: an end of the reference range."""

    end: Literal["lower", "upper"]
    measure: Name
    span: Span = place()


@frozen
class Arithmetic:
    """``a + b``, ``a - b``, ``a * b``, ``a / b``; ``/`` is real division."""

    left: "Expression"
    operator: Literal["+", "-", "*", "/"]
    right: "Expression"
    span: Span = place()


@frozen
class Times:
    """``3 times VALUE``; ``number`` is the 3."""

    number: Amount
    value: "Expression"
    span: Span = place()


@frozen
class Rounded:
    """``VALUE rounded to 2 decimals``, half away from zero."""

    value: "Expression"
    decimals: int
    span: Span = place()


Value: TypeAlias = (
    AmountValue
    | DateValue
    | NamedValue
    | AgeAt
    | ReadingAt
    | Pick
    | Change
    | DaysFromTo
    | CountOf
    | Log10
    | LimitOfNormal
    | Arithmetic
    | Times
    | Rounded
)


# ----------------------------------------------------------------------------- tests
@frozen
class Comparison:
    """``latest cd4 before SCR <= 200 cells/mm3``."""

    left: "Expression"
    operator: Operator
    right: "Expression"
    span: Span = place()


@frozen
class Between:
    """``VALUE between 18 years and 65 years``, both ends included."""

    value: "Expression"
    low: "Expression"
    high: "Expression"
    span: Span = place()


@frozen
class Is:
    """``macrolin is yes``, ``sex is female``; ``is not`` is written ``not (... is ...)``."""

    value: "Expression"
    choice: Name
    span: Span = place()


@frozen
class IsIn:
    """``clinical_status at W64 is in {symptomatic, aids}``."""

    value: "Expression"
    choices: tuple[Name, ...]
    span: Span = place()


@frozen
class IsRecorded:
    """``cd4 at W0 is recorded``: the only test of absence; never unknown."""

    value: "Expression"
    span: Span = place()


@frozen
class IsConfirmed:
    """``hiv1_infection is confirmed before SCR``."""

    condition: Name
    period: Period | None = None
    span: Span = place()


@frozen
class ExposedTo:
    """``exposed to NRTI``, ``exposed to NRTI from W0 to W52``: ever, or in a period."""

    drugs: Name
    period: Period | None = None
    span: Span = place()


@frozen
class OnDrugs:
    """``on antiretroviral at SCR``: ongoing that day."""

    drugs: Name
    point: Point
    span: Span = place()


@frozen
class Happens:
    """``any cdc_event in {C} from W0 to W52``, ``no cdc_event before W0``."""

    quantifier: Literal["any", "no"]
    events: EventPattern
    period: Period | None = None
    span: Span = place()


@frozen
class Consecutive:
    """``consecutive hiv_rna > 10_000 copies/mL from W0 to W52``: two readings in a row meet it."""

    measure: Name
    operator: Operator
    limit: "Expression"
    period: Period
    span: Span = place()


@frozen
class AtLeast:
    """``at least 2 of (a, b, c)``."""

    count: int
    tests: tuple["Expression", ...]
    span: Span = place()


@frozen
class And:
    """``a and b and c``: two or more parts, flat; parentheses around it take no part in equality."""

    parts: tuple["Expression", ...]
    is_grouped: bool = field(default=False, eq=False, repr=False, kw_only=True)
    span: Span = place()


@frozen
class Or:
    """``a or b or c``: two or more parts, flat."""

    parts: tuple["Expression", ...]
    span: Span = place()


@frozen
class Not:
    """``not a``."""

    part: "Expression"
    span: Span = place()


Test: TypeAlias = (
    Comparison
    | Between
    | Is
    | IsIn
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
)

Expression: TypeAlias = Value | Test
