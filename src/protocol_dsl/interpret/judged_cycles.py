"""A cycle with where it stands at the cut-off: what its visits, its doses and its deviations are judged by."""

from protocol_dsl.base.days import Days, say_days
from protocol_dsl.base.values import frozen
from protocol_dsl.interpret.runs import Run
from protocol_dsl.interpret.slots import NOT_MET, Slot
from protocol_dsl.interpret.standing import Standing
from protocol_dsl.model.records import Administration
from protocol_dsl.model.schedule import Treatment

NO_NUMBER = 0
"""The number of a run that belongs to no planned cycle and has none in the data."""


@frozen(kw_only=True)
class JudgedCycle:
    """A planned cycle with its status, or one that was given though not planned.

    ``level`` is the reduced level that a rule asks for; ``why`` says what a rule made of it; ``is_extra`` and
    ``is_after_last`` say that it was not planned, and that it began after the last point. ``is_unproved``: nothing was
    recorded, and the history of administrations is open. ``is_over``: a rule ended the cycles before it. ``is_off``:
    whether it was not begun and never is due: 2 certainly, 1 perhaps, 0 not. ``perhaps`` are the rows that may be it,
    where that leaves it open.

    Where the level or the version of the protocol is open, ``possible`` are all that it may be, and ``doubt`` says what
    leaves it open.
    """

    treatment: Treatment
    number: int
    standing: Standing
    slot: Slot | None = None
    run: Run | None = None
    level: str | None = None
    why: str = ""
    is_extra: bool = False
    is_after_last: bool = False
    is_ruled_unknown: bool = False
    is_unproved: bool = False
    is_over: bool = False
    is_off: int = NOT_MET
    perhaps: tuple[Administration, ...] = ()
    possible: tuple["JudgedCycle", ...] = ()
    doubt: str = ""

    @property
    def days(self) -> Days | None:
        """The day on which it began."""
        return None if self.run is None else self.run.start

    @property
    def name(self) -> str:
        """``cycle 3 of il2``, or what was given without belonging to a cycle."""
        if self.number == NO_NUMBER and self.days is not None:
            return f"{self.treatment.name} of {say_days(self.days)}"
        return f"cycle {self.number} of {self.treatment.name}"
