"""Deviations counted by site, arm, category, code and grade."""

from collections.abc import Callable, Sequence

from attrs import Factory, define

from protocol_dsl.base.values import frozen
from protocol_dsl.model.results import Deviation, ParticipantResult
from protocol_dsl.model.rules import CATEGORIES

NOT_SAID = "not recorded"


@frozen(kw_only=True)
class Line:
    """A line of a table of counts; ``affected`` of ``participants`` have at least one."""

    name: str
    important: int
    minor: int
    affected: int
    participants: int | None = None

    @property
    def total(self) -> int:
        """Important and minor together."""
        return self.important + self.minor


@define
class Count:
    """Counts so far."""

    important: int = 0
    minor: int = 0
    affected: int = 0
    participants: int = 0

    def add(self, deviations: Sequence[Deviation]) -> None:
        """Count one participant's deviations."""
        important = sum(each.grade == "important" for each in deviations)
        self.important += important
        self.minor += len(deviations) - important
        self.affected += bool(deviations)
        self.participants += 1


@define
class Counts:
    """The tables."""

    sites: dict[str, Count] = Factory(dict)
    arms: dict[str, Count] = Factory(dict)
    categories: dict[str, Count] = Factory(dict)
    codes: dict[str, Count] = Factory(dict)

    def add(self, result: ParticipantResult) -> None:
        """Count one participant."""
        self.sites.setdefault(result.site or NOT_SAID, Count()).add(result.deviations)
        self.arms.setdefault(result.arm or NOT_SAID, Count()).add(result.deviations)
        add_by(self.categories, result.deviations, lambda each: each.category)
        add_by(self.codes, result.deviations, lambda each: each.code)

    def by_site(self) -> list[Line]:
        """In the order of the names."""
        return [line(name, self.sites[name]) for name in sorted(self.sites)]

    def by_arm(self) -> list[Line]:
        """In the order of the names."""
        return [line(name, self.arms[name]) for name in sorted(self.arms)]

    def by_category(self) -> list[Line]:
        """In the order in which they are published, those that occur."""
        return [line(name, self.categories[name], is_whole=False) for name in CATEGORIES if name in self.categories]

    def by_code(self) -> list[Line]:
        """In the order of the numbers."""
        return [line(name, self.codes[name], is_whole=False) for name in sorted(self.codes)]


def add_by(counts: dict[str, Count], deviations: Sequence[Deviation], key: Callable[[Deviation], str]) -> None:
    """Count the deviations under the key of each."""
    for name in dict.fromkeys(map(key, deviations)):
        counts.setdefault(name, Count()).add([each for each in deviations if key(each) == name])


def line(name: str, count: Count, *, is_whole: bool = True) -> Line:
    """A line; ``participants`` only where everybody of that name was counted."""
    return Line(
        name=name,
        important=count.important,
        minor=count.minor,
        affected=count.affected,
        participants=count.participants if is_whole else None,
    )
