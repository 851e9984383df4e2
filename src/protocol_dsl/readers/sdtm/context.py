"""What must be known of a whole study before its rows can be told apart: reference dates, dispositions."""

import sys
from collections.abc import Iterator, Mapping

from attrs import define, field

from protocol_dsl.base.days import DayError, Days, parse_moment
from protocol_dsl.base.values import frozen
from protocol_dsl.readers.cells import Remembered
from protocol_dsl.readers.notes import Notes
from protocol_dsl.readers.sdtm.days import unusual_days, without_clock_gaps
from protocol_dsl.readers.sdtm.domains import DomainFile, plain
from protocol_dsl.readers.sdtm.mapping import ANY, SdtmMapping
from protocol_dsl.readers.sources import Cells


@frozen
class Variables:
    """A row's cells by variable; a variable that the domain does not have is empty."""

    places: Mapping[str, int]

    def __call__(self, cells: Cells, variable: str) -> str:
        """The cell, without blanks around it."""
        place = self.places.get(variable)
        return "" if place is None else cells[place].strip()


def variables_of(file: DomainFile) -> Variables:
    """The first column of each name."""
    places: dict[str, int] = {}
    for place, name in enumerate(file.variables):
        places.setdefault(name, place)
    return Variables(places)


def known_days(text: str) -> Days | None:
    """The days of a cell that holds a date, else nothing; each distinct text is read once."""
    return DAYS[text]


def _days_in(text: str) -> Days | None:
    if not text:
        return None
    try:
        return unusual_days(text) or parse_moment(without_clock_gaps(text)).days
    except DayError:
        return None


DAYS: Remembered[str, Days | None] = Remembered(_days_in)


@frozen
class Disposition:
    """What a row of DS is: a milestone of the protocol (or none), and whether it ends participation early."""

    is_named: bool
    milestone: str = ""
    is_early: bool = False
    is_of_treatment: bool = False


@define
class Context:
    """A few words a participant: it is the one thing that grows with them."""

    references: dict[str, int] = field(factory=dict)
    arms: dict[str, tuple[str, str]] = field(factory=dict)
    terms: set[str] = field(factory=set)
    ended_at: set[tuple[str, str]] = field(factory=set)
    ended_on: set[tuple[str, int]] = field(factory=set)

    def is_early(self, participant: str, number: str, date: str) -> bool:
        """Whether participation ended early at this visit: by its number, else, where DS has none, by its day."""
        if (participant, number) in self.ended_at:
            return True
        days = known_days(date)
        return days is not None and days.is_known and (participant, days.first) in self.ended_on


def gather(files: Mapping[str, DomainFile], mapping: SdtmMapping) -> Context:
    """Read DM and DS once; what is wrong with them is told when they are read for their rows."""
    context = Context()
    for participant, cells, cell in _rows(files.get("DM")):
        context.arms.setdefault(participant, (sys.intern(cell(cells, "ARMCD")), sys.intern(cell(cells, "ARM"))))
        days = known_days(cell(cells, "RFSTDTC"))
        if days is not None and days.is_known:
            context.references.setdefault(participant, days.first)
    for participant, cells, cell in _rows(files.get("DS")):
        context.terms.add(cell(cells, "DSDECOD").upper())
        if not disposition(cells, cell, mapping).is_early:
            continue
        number = plain(cell(cells, "VISITNUM"))
        days = known_days(cell(cells, "DSSTDTC"))
        if number:
            context.ended_at.add((participant, number))
        elif days is not None and days.is_known:
            context.ended_on.add((participant, days.first))
    return context


def _rows(file: DomainFile | None) -> Iterator[tuple[str, Cells, Variables]]:
    if file is None:
        return
    cell = variables_of(file)
    for _, cells in file.rows(Notes()):
        participant = cell(cells, "USUBJID")
        if participant:
            yield participant, cells, cell


def disposition(cells: Cells, cell: Variables, mapping: SdtmMapping) -> Disposition:
    """What a row of DS says by the mapping's lists."""
    term = cell(cells, "DSDECOD") or cell(cells, "DSTERM")
    kind = mapping.word("disposition_categories", cell(cells, "DSCAT"))
    milestone = mapping.word("protocol_milestones", term)
    if milestone is not None and (kind == "milestone" or not cell(cells, "DSCAT")):
        return Disposition(is_named=True, milestone=milestone)
    if kind != "disposition" or not term:
        return Disposition(is_named=False)
    if mapping.word("treatment_scopes", cell(cells, "DSSCAT")) is not None:
        found = _worded(mapping, "treatment_dispositions", term)
        return Disposition(is_named=True, milestone=found, is_of_treatment=True)
    found = _worded(mapping, "dispositions", term)
    return Disposition(is_named=True, milestone=found, is_early=found not in {"", "completion"})


def _worded(mapping: SdtmMapping, section: str, term: str) -> str:
    found = mapping.word(section, term)
    return found if found is not None else mapping.word(section, ANY) or ""
