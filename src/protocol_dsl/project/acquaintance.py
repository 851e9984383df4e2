"""Whether a protocol knows anything in the data: where it does not, they are most likely of another trial."""

from collections.abc import Iterable

from attrs import define

from protocol_dsl.model.records import Record

TELLING = ("readings", "administrations")
"""Tables whose unknown names tell; anybody may take a drug that the protocol does not name."""


@define
class Acquaintance:
    """What was seen so far: whether a name is known, and whether one is there that is not.

    Labels of visits count where nothing else is named: W0 and SCR are those of many trials.
    """

    is_known: bool = False
    has_known_visit: bool = False
    has_unknown_visit: bool = False
    has_unknown_arm: bool = False

    def meet(self, record: Record) -> None:
        """Look at one participant more."""
        if self.is_known:
            return
        self.is_known = bool(record.arm or record.readings or record.medications or record.administrations)
        self.has_known_visit |= any(row.visit for row in record.visits)
        self.has_unknown_visit |= any(row.label and not row.visit for row in record.visits)
        self.has_unknown_arm |= bool(record.arm_written)

    def is_foreign(self, unused: Iterable[tuple[str, str]]) -> bool:
        """Whether nothing is known of what was seen; ``unused`` are tables and names of rows that were not read."""
        has_unknown = self.has_unknown_arm or any(table in TELLING for table, _ in unused)
        return not self.is_known and (has_unknown or (self.has_unknown_visit and not self.has_known_visit))
