"""What an endpoint finds of one participant: small values, of which one a participant and endpoint can be kept."""

from typing import Literal, TypeAlias

from protocol_dsl.base.numbers import Number, Range
from protocol_dsl.base.values import frozen
from protocol_dsl.model.results import Fact

State: TypeAlias = Literal["observed", "missing", "pending", "not applicable"]
"""``pending``: the cut-off came first; ``not applicable``: the visit is of another arm."""
Ended: TypeAlias = Literal["event", "competing", "censored"]


@frozen
class Met:
    """Whether the test of a proportion is met."""

    is_met: bool


@frozen
class Valued:
    """A number, an interval where a reading is censored, or a category."""

    value: Number | Range | str


@frozen
class Timed:
    """Days from the start to what ended them; ``cause`` names the event."""

    days: int
    ended: Ended
    cause: str = ""


@frozen
class Happened:
    """How many events, in how many days; ``is_running`` while the period goes on at the cut-off."""

    events: int
    days: int
    is_running: bool = False


@frozen
class Graded:
    """The worst grade, 0 where there was no such event."""

    grade: int


Answer: TypeAlias = Met | Valued | Timed | Happened | Graded


@frozen(kw_only=True)
class Part:
    """What is found at one visit, or of an endpoint that has no visits (then ``visit`` is ``None``).

    ``carried`` is the answer with the last value carried forward, where there is one. ``words`` say why; they are
    always there unless the state is ``observed``. ``notes`` are what a reader must know besides: readings that
    disagree, or that decide nothing.
    """

    visit: str | None = None
    state: State
    answer: Answer | None = None
    carried: Answer | None = None
    words: str = ""
    notes: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()


@frozen(kw_only=True)
class Outcome:
    """An endpoint of one participant. ``sets`` name the analysis sets that count the participant.

    ``held`` names the measures and events of the endpoint that the data hold of the participant.
    """

    participant: str
    site: str | None
    arm: str | None
    sets: tuple[str, ...]
    parts: tuple[Part, ...]
    held: tuple[str, ...] = ()
