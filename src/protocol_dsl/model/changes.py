"""What differs between two protocols, and whom that touches."""

from typing import Literal, TypeAlias

from protocol_dsl.base.values import frozen
from protocol_dsl.model.results import Verdict

Act: TypeAlias = Literal["added", "removed", "changed"]


@frozen(kw_only=True)
class Change:
    """One difference in meaning, with the sentence that says it.

    ``kind`` and ``name`` say of what: a ``visit`` ``W24``. ``field`` is the part that differs, empty where the whole is
    added or removed; ``before`` and ``after`` are its words. ``version`` is empty where the difference is one of every
    version of the protocol, else the amendment, or ``original``, in which it is one.
    """

    kind: str
    name: str
    act: Act
    message: str
    field: str = ""
    before: str = ""
    after: str = ""
    version: str = ""


@frozen(kw_only=True)
class VerdictChange:
    """A participant whose verdict differs, and the criteria that decide otherwise; ``None`` where nothing is judged."""

    participant: str
    before: Verdict | None
    after: Verdict | None
    criteria: tuple[str, ...] = ()


@frozen(kw_only=True)
class MovedDays:
    """A visit, or a cycle as ``il2/3``: participants whose planned day moves, who have it newly, or no longer."""

    subject: str
    moved: int = 0
    new: int = 0
    gone: int = 0


@frozen(kw_only=True)
class DeviationChange:
    """A deviation that appears or vanishes."""

    participant: str
    act: Literal["appears", "vanishes"]
    id: str
    code: str
    message: str


@frozen(kw_only=True)
class Touched:
    """Whom the differences touch, participants and visits in the order of the results."""

    participants: int
    verdicts: tuple[VerdictChange, ...] = ()
    days: tuple[MovedDays, ...] = ()
    deviations: tuple[DeviationChange, ...] = ()

    @property
    def is_nobody(self) -> bool:
        """Whether nobody is touched."""
        return not (self.verdicts or self.days or self.deviations)
