"""What a drawing of the plan holds: lanes of bars on a line of study time, below the epochs."""

from collections.abc import Iterator
from typing import Literal, TypeAlias

from protocol_dsl.base.values import frozen

Kind: TypeAlias = Literal["visit", "telephone", "day of a cycle", "cycle", "course"]


@frozen(kw_only=True)
class Bar:
    """Some days: ``at`` is the planned one, ``first`` to ``last`` the window or the course. Days are from the origin.

    ``is_open`` bars go on beyond the last day drawn, alone or as more of their kind. ``words`` say all of it; a bar
    without a ``name`` is like one before it.
    """

    kind: Kind
    name: str
    words: str
    at: float
    first: float
    last: float
    length: float = 0
    is_open: bool = False


@frozen(kw_only=True)
class Lane:
    """Bars that stand beside each other: the visits of everybody, one series of visits, or one treatment of one arm.

    ``series`` names the series; ``rule`` is by what the bars go on, in words, where their plan has no number of them.
    """

    group: str
    name: str
    bars: tuple[Bar, ...]
    series: str = ""
    rule: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it goes on beyond the last day drawn."""
        return bool(self.bars) and self.bars[-1].is_open


@frozen(kw_only=True)
class Band:
    """An epoch, from one day to another."""

    title: str
    words: str
    first: float
    last: float
    is_without_treatment: bool


@frozen(kw_only=True)
class Timeline:
    """Lanes over the days ``first`` to ``last`` after ``origin``; ``ticks`` are days with their words.

    ``before`` and ``after`` are visits that no number of days ties to the origin, as a name and words.
    """

    title: str
    origin: str
    unit: str
    first: float
    last: float
    ticks: tuple[tuple[float, str], ...]
    lanes: tuple[Lane, ...]
    epochs: tuple[Band, ...] = ()
    before: tuple[tuple[str, str], ...] = ()
    after: tuple[tuple[str, str], ...] = ()

    @property
    def sentences(self) -> Iterator[str]:
        """The whole drawing in words, for whoever does not see it."""
        for band in self.epochs:
            yield band.words
        for name, words in self.before:
            yield f"{name}: {words}"
        for lane in self.lanes:
            said = lane.rule or "; ".join(bar.words for bar in lane.bars)
            yield f"{' '.join(filter(None, (lane.group, lane.name)))}: {said}"
        for name, words in self.after:
            yield f"{name}: {words}"
