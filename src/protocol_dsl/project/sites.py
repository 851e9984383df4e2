"""Sites that the protocol names and those of the data: where two are most likely one, somebody must say so."""

import re
from collections.abc import Iterator, Mapping

from attrs import define, field

from protocol_dsl.base.values import every
from protocol_dsl.model.expressions import AttributeValue, IsOneOf
from protocol_dsl.model.study import StudyModel, studies_of
from protocol_dsl.readers.names import fold

ZEROS = re.compile(r"(?<!\d)0+(?=\d)")


@define
class Sites:
    """The sites met so far, as far as they are like one that the protocol names.

    ``2`` and ``02`` are two sites until somebody says otherwise: neither is taken for the other.
    """

    model: StudyModel
    named: Mapping[str, str] = field(init=False)
    _loosely: frozenset[str] = field(init=False)
    met: set[str] = field(factory=set)
    others: dict[str, str] = field(factory=dict)

    @named.default
    def _named(self) -> Mapping[str, str]:
        named = [each.site for version in self.model.versions for each in version.sites]
        for test in every(IsOneOf, studies_of(self.model)):
            if isinstance(test.value, AttributeValue) and test.value.name == "site":
                named += test.choices
        return {fold(site): site for site in reversed(named)}

    @_loosely.default
    def _named_loosely(self) -> frozenset[str]:
        return frozenset(map(loosely, self.named))

    def meet(self, site: str) -> None:
        """Look at the site of one participant more."""
        written = fold(site)
        if written in self.named:
            self.met.add(written)
        elif self.named and loosely(site) in self._loosely:
            self.others.setdefault(written, site)

    def told(self) -> Iterator[str]:
        """The sentences."""
        for written, site in sorted(self.named.items()):
            others = sorted(other for other in self.others.values() if loosely(other) == loosely(site))
            if others and written not in self.met:
                found = (
                    f"the protocol names the site {site}, of which nobody is, and the data have {' and '.join(others)}"
                )
                yield f"{found}: if they are one, write the word of the data in the protocol"


def loosely(site: str) -> str:
    """A site without what people leave out: capitals, blanks, and zeros before a number.

    >>> loosely("Site 02") == loosely("SITE2"), loosely("2") == loosely("20")
    (True, False)
    """
    return ZEROS.sub("", re.sub(r"\s+", "", fold(site)))
