"""What a departure is, and how the kinds of it are written: a function from a draft to a changed draft."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from attrs import asdict, frozen

from protocol_dsl.model.study import StudyModel
from protocol_dsl.simulate.chance import Chance
from protocol_dsl.simulate.draft import Draft


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
class Departure:
    """A departure planted in a participant's data, in words, and all that must be found because of it."""

    participant: str
    words: str
    finds: tuple[Found, ...] = ()
    problems: tuple[Problem, ...] = ()

    def as_json(self) -> Mapping[str, object]:
        """For ``planted.json``: what is not said is left out."""
        finds = [{key: value for key, value in asdict(found).items() if value is not None} for found in self.finds]
        problems = [asdict(problem) for problem in self.problems]
        named = {"finds": finds, "problems": problems}
        return {
            "participant": self.participant,
            "words": self.words,
            **{key: value for key, value in named.items() if value},
        }


Planted: TypeAlias = tuple[Draft, Departure]
Kind: TypeAlias = Callable[[Draft, StudyModel, Chance, int], Planted | None]
"""Plants one kind of departure as of a day, or finds no room for it."""


def planted(draft: Draft, words: str, *finds: Found) -> Planted:
    """The changed draft with what must be found in it."""
    return draft, Departure(participant=draft.participant, words=words, finds=finds)
