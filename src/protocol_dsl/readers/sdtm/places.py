"""Where a row of a study-folder table stood in SDTM, packed into its row number; and what was found there."""

from attrs import define, field

from protocol_dsl.base.values import frozen
from protocol_dsl.model.records import DataProblem, Origin
from protocol_dsl.readers.drafts import REPEATED
from protocol_dsl.readers.layout import LAYOUTS
from protocol_dsl.readers.notes import Notes
from protocol_dsl.readers.sdtm.mapping import Rule

ROW_BITS = 40
INSTEAD_BIT = 1
"""Below the row, so that rows keep their order."""
NOT_ASKED_BIT = 1 << (ROW_BITS + 1)
RULE_SHIFT = ROW_BITS + 2

NAME_COLUMNS = ("event", "measure", "drug", "treatment")


@frozen
class Place:
    """Where the rows of one rule come from; ``variables`` by the column that they fill, and those read instead."""

    rule: Rule
    file: str
    variables: dict[str, str]
    others: dict[str, str] = field(factory=dict)


@define
class Places:
    """All rules that are read, by number."""

    listed: list[Place] = field(factory=list)
    files: dict[str, str] = field(factory=dict)
    said_in: dict[tuple[str, str], str] = field(factory=dict)

    def add(self, place: Place) -> int:
        """Remember a place; what it adds to each row number."""
        self.listed.append(place)
        return (len(self.listed) - 1) << RULE_SHIFT

    def of(self, number: int) -> tuple[Place, int]:
        """The place and the row in its file."""
        return self.listed[number >> RULE_SHIFT], (number & (NOT_ASKED_BIT - 1)) >> 1

    def variable(self, number: int, column: str) -> str:
        """The variable that a column of the row was read from."""
        place = self.listed[number >> RULE_SHIFT]
        return (place.others if number & INSTEAD_BIT else place.variables).get(column, column)

    def origin(self, origin: Origin) -> Origin:
        """The same as its reader knows it: domain, row, file."""
        if origin.row is None:
            return origin
        place, row = self.of(origin.row)
        return Origin(place.rule.domain, row, place.file)


@define
class SdtmNotes(Notes):
    """What a reading finds, told in the words of SDTM: ``LB``, row 31, ``LBDTC``."""

    places: Places = field(factory=Places)

    def problem(  # noqa: PLR0913, PLR0917 - as the notes of every reader
        self,
        table: str,
        row: int | None,
        column: str | None,
        value: str,
        words: str,
        participant: str | None = None,
        file: str | None = None,
    ) -> None:
        """Note that ``value`` cannot be used; a row of a study-folder table is traced to its domain."""
        if table not in LAYOUTS or row is None:
            super().problem(table, row, column, value, words, participant, file or self.places.files.get(table))
            return
        if row & NOT_ASKED_BIT:
            return
        place, number = self.places.of(row)
        if words == REPEATED and table != "participants" and place.rule.domain == "DM":
            # Told once, of the participant; their milestones are the same row.
            return
        variable = None if column is None else self.places.variable(row, column)
        if column in NAME_COLUMNS:
            # Of several variables that may name what a row is about, the one that said this.
            said_in = self.places.said_in.get((table, value.strip()), "")
            variable = said_in if said_in in place.rule.columns.get(column or "", ()) else variable
        super().problem(place.rule.domain, number, variable, value, words, participant, place.file)

    def listed(self) -> list[DataProblem]:
        """The problems by domain, each once."""
        order = {domain: place for place, domain in enumerate(dict.fromkeys(self.places.files))}
        found = dict.fromkeys(super().listed())
        return sorted(found, key=lambda problem: order.get(problem.table, len(order)))
