"""Declarations of treatments with their cycles, of arms, and of what may not be taken."""

from typing import Literal, TypeAlias

from protocol_dsl.base.source import Span
from protocol_dsl.base.values import frozen
from protocol_dsl.syntax.ast.common import Amount, Name, OriginClause, Point, Title, Window, place
from protocol_dsl.syntax.ast.data import Codes
from protocol_dsl.syntax.ast.expressions import During, Expression, FromTo
from protocol_dsl.syntax.ast.stops import CycleDays, Only, Pace, Stop


@frozen
class Continuous:
    """``continuous from W0 to W96``."""

    start: Point
    end: Point | None = None
    span: Span = place()


@frozen
class ContinuousDuring:
    """``continuous during main``: from the first to the last day of an epoch."""

    epoch: Name
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
    """``cycles up to 8 from W2, spaced 4 weeks, then 6 weeks``, ``cycles every 21 days from W0 until progression``.

    The last of ``spacings`` repeats; ``paces`` say the same by the numbers of the cycles. Without ``up_to`` the plan is
    open.
    """

    up_to: int | None
    start: Point
    spacings: tuple[Amount, ...] = ()
    paces: tuple[Pace, ...] = ()
    until: tuple[Stop, ...] = ()
    span: Span = place()


@frozen
class CyclesInside:
    """``cycles at cycle day 1 of chemo``: one in each cycle of another treatment, or in those that ``only`` names."""

    days: CycleDays
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
    | ContinuousDuring
    | ChosenBy
    | Dose
    | Levels
    | Cycles
    | CyclesInside
    | Only
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
class GivenIn:
    """``a in period1``: a treatment in one epoch alone."""

    treatment: Name
    epoch: Name
    span: Span = place()


@frozen
class Gives:
    """``gives obr, il2``, ``gives a in period1, b in period2``."""

    gifts: tuple[Name | GivenIn, ...]
    span: Span = place()

    @property
    def treatments(self) -> tuple[Name, ...]:
        """What is given, as often as it is named."""
        return tuple(gift.treatment if isinstance(gift, GivenIn) else gift for gift in self.gifts)


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
    """``prohibit interferon from W0 to W52``, ``prohibit interferon during main``."""

    drugs: Name
    period: FromTo | During
    clauses: tuple[OriginClause, ...] = ()
    span: Span = place()


@frozen
class WithoutTreatment:
    """``without treatment``: nothing is given in the epoch."""

    span: Span = place()


@frozen
class Epoch:
    """``epoch washout "Washout" from W12 to W16 without treatment``."""

    name: Name
    title: Title
    start: Point
    end: Point
    clauses: tuple[WithoutTreatment | OriginClause, ...] = ()
    span: Span = place()


TreatmentDeclaration: TypeAlias = Treatment | Arm | Prohibit | Epoch
