"""The plan: arms, treatments with their cycles, visits with their windows."""

from typing import Literal

from attrs import frozen

from protocol_dsl.base.numbers import Number
from protocol_dsl.model.expressions import NOWHERE, Test
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


@frozen
class Continuous:
    """A course from a point to another, or without an end."""

    start: Point
    end: Point | None = None


@frozen(kw_only=True)
class CycleRule:
    """A test judged on the planned day of each cycle; ``level`` only for ``reduce to``."""

    act: Literal["repeat while", "stop when", "delay while", "reduce to"]
    test: Test
    level: str | None = None
    place: Place = NOWHERE


@frozen(kw_only=True)
class Cycles:
    """``up_to`` cycles; the last of ``spacings`` repeats; ``none_after`` bounds planned days."""

    up_to: int
    start: Point
    spacings: tuple[Length, ...] = ()
    counted_from: Literal["plan", "previous start"] = "plan"
    window: Window = Window(Length(), Length())
    none_after: Point | None = None
    skipped_count: bool = True
    rules: tuple[CycleRule, ...] = ()


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


@frozen(kw_only=True)
class Arm:
    """A planned path: the treatments it gives, its share of the allocation; data call it by name, title or code."""

    name: str
    title: str
    gives: tuple[str, ...]
    ratio: int = 1
    codes: tuple[Coding, ...] = ()
    place: Place = NOWHERE


@frozen(kw_only=True)
class Visit:
    """A planned visit. No ``arms`` means every arm; ``assess`` are measures and events asked for at it.

    Of the measures of a group of ``either``, which are in ``assess`` too, one is enough. ``of_class`` names its class.
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
    place: Place = NOWHERE

    @property
    def required(self) -> tuple[str, ...]:
        """What is asked for whatever else is done."""
        spared = {name for group in self.either for name in group}
        return tuple(name for name in self.assess if name not in spared)
