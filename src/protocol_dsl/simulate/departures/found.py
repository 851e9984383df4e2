"""What a departure is, and how the kinds of it are written: a function from a draft to a changed draft."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from attrs import asdict

from protocol_dsl.base.values import frozen
from protocol_dsl.model.schedule import Visit
from protocol_dsl.model.study import StudyModel
from protocol_dsl.simulate.chance import Chance
from protocol_dsl.simulate.draft import Draft

SPREAD = (1, 1, 1, 2, 2, 3, 4, 5, 7, 10, 14)
"""Days by which visits and cycles are out of their windows, one day more often than many."""


@frozen(kw_only=True)
class Found:
    """What ``check`` must find because of a departure: a code and what it is about."""

    code: str
    visit: str | None = None
    treatment: str | None = None
    cycle: int | None = None
    rule: str | None = None
    days_out: int | None = None


@frozen(kw_only=True)
class Problem:
    """A cell that cannot be used, as ``check`` must report it."""

    table: str
    column: str
    value: str


@frozen(kw_only=True)
class Finding:
    """What ``check`` must find of a criterion."""

    rule: str
    finding: str
    boundary: bool | None = None


@frozen(kw_only=True)
class Departure:
    """A departure planted in a participant's data, in words, and all that must be found because of it."""

    participant: str
    words: str
    finds: tuple[Found, ...] = ()
    problems: tuple[Problem, ...] = ()
    criteria: tuple[Finding, ...] = ()

    def as_json(self) -> Mapping[str, object]:
        """For ``planted.json``: what is not said is left out."""
        named = {
            name: [
                {key: value for key, value in asdict(each).items() if value is not None} for each in getattr(self, name)
            ]
            for name in ("finds", "problems", "criteria")
        }
        return {
            "participant": self.participant,
            "words": self.words,
            **{name: found for name, found in named.items() if found},
        }


@frozen(kw_only=True)
class Wanted:
    """A departure asked for: its kind, what it is to be about (a visit, a rule, a treatment), and how many of it."""

    kind: str
    about: str = ""
    count: int = 1


@frozen(kw_only=True)
class Distances:
    """How many days early or late; ``None`` leaves it to chance."""

    early: int | None = None
    late: int | None = None


@frozen(kw_only=True)
class Asked:
    """What a departure is planted by: the study, the chance, the last day of the data, and what it is to be about."""

    study: StudyModel
    chance: Chance
    as_of: int
    about: str = ""
    distances: Distances = Distances()

    def means(self, name: str) -> bool:
        """Whether the departure may be about a rule or a treatment of that name."""
        return self.about in {"", name}

    def means_visit(self, visit: Visit) -> bool:
        """Whether the departure may be about a visit: by its name, or that of the series it belongs to."""
        series = any(item.name == self.about and item.series is not None for item in self.study.visits)
        return self.means(visit.name) or (series and visit.name.startswith(self.about))

    def days_early(self) -> int:
        """How many days before a window opens."""
        return self.distances.early or self.chance.one_of(SPREAD)

    def days_late(self) -> int:
        """How many days after a window closed."""
        return self.distances.late or self.chance.one_of(SPREAD)


Planted: TypeAlias = tuple[Draft, Departure]


@frozen(kw_only=True)
class Kind:
    """A kind of departure: what it is called and means, and how it is planted in a draft that has room for it.

    ``about`` names what it can be about in a protocol: nothing where the protocol cannot have it, which ``lacks``
    says; an empty name where it is about the participant alone.
    """

    title: str
    plant: Callable[[Draft, Asked], Planted | None]
    about: Callable[[StudyModel], tuple[str, ...]]
    lacks: str


def planted(draft: Draft, words: str, *finds: Found) -> Planted:
    """The changed draft with what must be found in it."""
    return draft, Departure(participant=draft.participant, words=words, finds=finds)
