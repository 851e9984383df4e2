"""The plan: arms, treatments with their cycles, visits with their windows."""

from typing import Literal, TypeAlias

from protocol_dsl.base.numbers import Number
from protocol_dsl.base.values import frozen
from protocol_dsl.model.expressions import NOWHERE, EventPattern, Test
from protocol_dsl.model.points import Length, Place, Point, Window
from protocol_dsl.model.vocabulary import Coding


@frozen(kw_only=True)
class Dose:
    """A planned dose: amount and unit, route, administrations a day, days of a cycle; what is not said is ``None``."""

    amount: Number
    unit: str
    route: str | None = None
    times_daily: int | None = None
    days: int | None = None


@frozen(kw_only=True)
class Level:
    """An allowed dose level, and the point from which the titration plans it."""

    name: str
    amount: Number
    unit: str
    start: Point | None = None

    def is_called(self, name: str) -> bool:
        """Whether it has this name, which data and other versions may write in other capitals."""
        return self.name.casefold() == name.casefold()


@frozen
class Continuous:
    """A course from a point to another, or without an end; ``window`` is around both, or they are not judged."""

    start: Point
    end: Point | None = None
    window: Window | None = None


@frozen(kw_only=True)
class CycleRule:
    """A test judged on the planned day of each cycle; ``level`` only for ``reduce to``."""

    act: Literal["repeat while", "stop when", "until", "delay while", "reduce to"]
    test: Test
    level: str | None = None
    place: Place = NOWHERE


@frozen
class StopOn:
    """The first such event ends the plan; a condition and a milestone are events too."""

    events: EventPattern


Stop: TypeAlias = StopOn | Point
"""What a plan goes on until: an event that happens, or a point that bounds planned days."""


@frozen(kw_only=True)
class Also:
    """What is asked for at one member of a series, all together."""

    visit: str
    assess: tuple[str, ...]
    either: tuple[tuple[str, ...], ...] = ()


@frozen
class CycleRange:
    """Cycles from one number to another, every ``step``th of them; without ``last`` all from ``first`` on."""

    first: int = 1
    last: int | None = None
    step: int = 1

    def has(self, cycle: int) -> bool:
        """Whether a cycle is one of them."""
        return self.first <= cycle <= (self.last or cycle) and (cycle - self.first) % self.step == 0


@frozen
class Only:
    """Which cycles are meant: those of any of the ranges."""

    ranges: tuple[CycleRange, ...] = (CycleRange(),)

    def has(self, cycle: int) -> bool:
        """Whether a cycle is one of them."""
        return any(each.has(cycle) for each in self.ranges)


@frozen(kw_only=True)
class InCycles:
    """On ``days`` of the cycles of a treatment; day 1 is the day on which the cycle began, or was planned."""

    treatment: str
    days: tuple[int, ...]
    counted_from: Literal["plan", "start"] = "start"
    only: Only = Only()
    also: tuple[Also, ...] = ()


@frozen(kw_only=True)
class Cycles:
    """``up_to`` cycles, or an open plan; the last of ``spacings`` repeats; ``none_after`` bounds planned days.

    A test that the plan goes on until is one of ``rules``. Those ``inside`` the cycles of another treatment have no
    spacings of their own: each has the number of the cycle in which it lies, and the one day of ``inside``.
    """

    up_to: int | None
    start: Point
    stops: tuple[Stop, ...] = ()
    spacings: tuple[Length, ...] = ()
    counted_from: Literal["plan", "previous start"] = "plan"
    window: Window = Window(Length(), Length())
    none_after: Point | None = None
    skipped_count: bool = True
    rules: tuple[CycleRule, ...] = ()
    inside: InCycles | None = None


@frozen(kw_only=True)
class Treatment:
    """What an arm gives. ``course`` is ``None`` where the protocol does not say when."""

    name: str
    title: str
    course: Continuous | Cycles | None = None
    dose: Dose | None = None
    levels: tuple[Level, ...] = ()
    chosen_by: str | None = None
    codes: tuple[Coding, ...] = ()
    place: Place = NOWHERE

    @property
    def unit(self) -> str:
        """The unit of its doses; empty where the protocol says none."""
        if self.dose is not None:
            return self.dose.unit
        return self.levels[0].unit if self.levels else ""


@frozen(kw_only=True)
class Epoch:
    """A named period of the trial, both days included; in a washout it is without treatment."""

    name: str
    title: str
    start: Point
    end: Point
    is_without_treatment: bool = False
    place: Place = NOWHERE


@frozen
class GivenIn:
    """An arm gives a treatment in this epoch, and in no other that it does not name."""

    treatment: str
    epoch: str


@frozen(kw_only=True)
class Arm:
    """A planned path: the treatments it gives, its share of the allocation; data call it by name, title or code.

    ``in_epochs`` says of some treatments in which epochs; the others have a course of their own.
    """

    name: str
    title: str
    gives: tuple[str, ...]
    in_epochs: tuple[GivenIn, ...] = ()
    ratio: int = 1
    codes: tuple[Coding, ...] = ()
    place: Place = NOWHERE


@frozen(kw_only=True)
class Repeated:
    """Visits at ``points``, then ``every`` so often from the last of them, until a stop or a test of ``rules``."""

    points: tuple[Point, ...]
    every: Length | None = None
    stops: tuple[Stop, ...] = ()
    rules: tuple[CycleRule, ...] = ()
    also: tuple[Also, ...] = ()


@frozen(kw_only=True)
class Visit:
    """A planned visit. No ``arms`` means every arm; ``assess`` are measures and events asked for at it.

    Of the measures of a group of ``either``, which are in ``assess`` too, one is enough. ``of_class`` names its class.
    One with a ``series`` stands for its members, and is itself never held; its point is that of the first.
    ``counted_from`` the previous visit moves the window by the days the previous one in the plan was early or late.
    """

    name: str
    title: str
    point: Point
    window: Window = Window(Length(), Length())
    counted_from: Literal["plan", "previous visit"] = "plan"
    arms: tuple[str, ...] = ()
    assess: tuple[str, ...] = ()
    either: tuple[tuple[str, ...], ...] = ()
    of_class: str = ""
    by_telephone: bool = False
    grace_days: int = 0
    analysis_window: Window | None = None
    codes: tuple[Coding, ...] = ()
    series: Repeated | InCycles | None = None
    place: Place = NOWHERE

    @property
    def is_moved(self) -> bool:
        """Whether its window moves with the previous visit."""
        return self.counted_from == "previous visit"

    @property
    def is_at_withdrawal(self) -> bool:
        """Whether it is planned for those who end early: ``visit ET at withdrawal``."""
        return self.point.milestone == "withdrawal"

    @property
    def required(self) -> tuple[str, ...]:
        """What is asked for whatever else is done."""
        spared = {name for group in self.either for name in group}
        return tuple(name for name in self.assess if name not in spared)
