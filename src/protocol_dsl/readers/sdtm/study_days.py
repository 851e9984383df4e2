"""Recorded study days against those that the dates give."""

from collections.abc import Mapping

from protocol_dsl.base.values import frozen
from protocol_dsl.readers.notes import Notes
from protocol_dsl.readers.sdtm.context import Variables, known_days, variables_of
from protocol_dsl.readers.sdtm.days import study_day
from protocol_dsl.readers.sdtm.domains import DomainFile, plain
from protocol_dsl.readers.sources import Cells

ENDS = {"DTC": "DY", "STDTC": "STDY", "ENDTC": "ENDY"}


@frozen
class StudyDays:
    """The dates of a domain and the study days beside them."""

    domain: str
    cell: Variables
    pairs: tuple[tuple[str, str], ...]
    references: Mapping[str, int]

    def check(self, number: int, cells: Cells, notes: Notes) -> None:
        """Note each recorded study day that its date does not give."""
        for date, day in self.pairs:
            written = plain(self.cell(cells, day))
            if not written:
                continue
            participant = self.cell(cells, "USUBJID")
            reference = self.references.get(participant)
            days = known_days(self.cell(cells, date))
            if reference is None or days is None or not days.is_known:
                continue
            expected = study_day(days.first, reference)
            if written != str(expected):
                words = (
                    f"by {date} ({self.cell(cells, date)}) and RFSTDTC this is study day {expected}; the date is used"
                )
                notes.problem(self.domain, number, day, written, words, participant=participant or None)


def study_days_of(file: DomainFile, references: Mapping[str, int]) -> StudyDays | None:
    """The pairs that a domain has, if any."""
    cell = variables_of(file)
    pairs = tuple(
        (f"{file.domain}{date}", f"{file.domain}{day}")
        for date, day in ENDS.items()
        if f"{file.domain}{date}" in cell.places and f"{file.domain}{day}" in cell.places
    )
    return StudyDays(file.domain, cell, pairs, references) if pairs else None
