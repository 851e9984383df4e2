"""Who of a study is read, and that whoever was asked for is there."""

from collections.abc import Iterable

from attrs import define, field

from protocol_dsl.base.nearest import did_you_mean
from protocol_dsl.base.values import frozen
from protocol_dsl.readers.errors import AbsentError


@frozen
class Selection:
    """Which participants are read: these, and those of these sites; an empty set leaves that side open.

    The cut-off, and what is wrong with the shape of the tables, are those of the whole study all the same.
    """

    participants: frozenset[str] = frozenset()
    sites: frozenset[str] = frozenset()

    def has(self, participant: str, site: str) -> bool:
        """Whether the participant is read."""
        return (not self.participants or participant in self.participants) and (not self.sites or site in self.sites)


EVERYTHING = Selection()


@define
class Met:
    """Who was asked for and was met, as far as anybody was named."""

    only: Selection
    participants: set[str] = field(factory=set)
    sites: set[str] = field(factory=set)

    def add(self, participant: str, site: str) -> None:
        """Note a participant who is read."""
        if self.only.participants:
            self.participants.add(participant)
        if self.only.sites:
            self.sites.add(site)

    @property
    def is_whole(self) -> bool:
        """Whether nobody is missed."""
        return self.participants >= self.only.participants and self.sites >= self.only.sites

    def require_whole(self, everyone: Iterable[tuple[str, str]]) -> None:
        """Refuse what was asked for and is not there; ``everyone`` are all participants of the data, with their sites.

        Raises:
            AbsentError: A participant or site is not in the data, or a participant is of another site.
        """
        if self.is_whole:
            return
        site_of = dict(everyone)
        require(self.only.sites, {*site_of.values()}, "site")
        require(self.only.participants, {*site_of}, "participant")
        sites = sorted(self.only.sites)
        for name in sorted(self.only.participants):
            if sites and site_of[name] not in self.only.sites:
                raise AbsentError(f"{name} is not of site {' or '.join(sites)}")


def require(wanted: Iterable[str], found: set[str], what: str) -> None:
    """Refuse what was asked for and is not among what was ``found``.

    Raises:
        AbsentError: Something is not.
    """
    if missing := sorted({*wanted} - found):
        hint = did_you_mean(missing[0], found)
        raise AbsentError(f"no {what} {', '.join(missing)} in the data" + (f"; {hint}" if hint else ""))
