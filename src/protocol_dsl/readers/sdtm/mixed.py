"""Measures whose readings the data make in several ways: creatinine of serum and of urine are two measures.

A test code does not tell them apart. Which is meant only the author knows, so that it is told, and all are read.
"""

from collections import Counter
from collections.abc import Mapping

from attrs import define, field

from protocol_dsl.base.values import frozen
from protocol_dsl.readers.notes import Notes
from protocol_dsl.readers.sdtm.context import Variables, variables_of
from protocol_dsl.readers.sdtm.domains import DomainFile
from protocol_dsl.readers.sdtm.mapping import SdtmMapping
from protocol_dsl.readers.sdtm.vocabulary import Vocabulary
from protocol_dsl.readers.sources import Cells

WAYS = ("SPEC", "POS")
"""What a measure is of: a specimen, or a position of the body."""
MANY = 5
"""More words than anybody would read in a message."""


@frozen
class Way:
    """A variable that says how readings are made."""

    variable: str
    cell: Variables


@define
class Mixed:
    """Counts the readings of each measure by how they are made."""

    domain: str
    ways: tuple[Way, ...]
    mapping: SdtmMapping
    vocabulary: Vocabulary
    found: dict[tuple[str, str], Counter[str]] = field(factory=dict)
    known: dict[str, str] = field(factory=dict)

    def count(self, cells: Cells, made: Mapping[str, str]) -> None:
        """Take down a row of the domain, and the row of ``readings`` that was made of it."""
        name = made["measure"] or made["code"]
        if name not in self.known:
            found = self.vocabulary.names["readings"].find(name)
            self.known[name] = found if isinstance(found, str) else ""
        measure = self.known[name]
        if not measure or not made["value"]:
            return
        for way in self.ways:
            if written := way.cell(cells, way.variable).upper():
                kind = self.mapping.word("specimens", written) or written
                self.found.setdefault((measure, way.variable), Counter())[kind] += 1

    def note(self, notes: Notes) -> None:
        """Tell of the measures that are made in several ways."""
        for (measure, variable), kinds in self.found.items():
            if len(kinds) > 1:
                listed = ", ".join(sorted(kinds)[:MANY]) + (", ..." if len(kinds) > MANY else "")
                words = (
                    f"readings of several are read as {measure}: choose those that it is under [measures] in a mapping"
                )
                notes.problem(self.domain, None, variable, listed, words)


def mixed_of(file: DomainFile, mapping: SdtmMapping, vocabulary: Vocabulary) -> Mixed | None:
    """What counts the readings of a domain, if it says how they are made."""
    cell = variables_of(file)
    ways = [Way(f"{file.domain}{each}", cell) for each in WAYS if f"{file.domain}{each}" in cell.places]
    return Mixed(file.domain, tuple(ways), mapping, vocabulary) if ways else None
