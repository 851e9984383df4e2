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
from protocol_dsl.readers.sdtm.mapping import ANY, Rule, SdtmMapping
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


COMPLETION = "completion"
BEFORE_TRIAL = "0"
"""The place of the epochs before the trial proper."""


@frozen
class Disposition:
    """What a row of DS is: a milestone of the protocol (or none), and whether it ends participation early."""

    is_named: bool
    milestone: str = ""
    is_early: bool = False
    is_of_study: bool = False


@frozen
class Stage:
    """When a disposition of the study was: its days, its epoch's place in the trial, its sequence."""

    row: int
    days: Days | None
    epoch: str | None
    sequence: tuple[int, int]

    def is_passed(self, listed: list["Stage"]) -> bool:
        """Whether the participant went on after it: it is of an epoch before the trial proper, or another follows."""
        return self.epoch == BEFORE_TRIAL or any(one.follows(self) for one in listed)

    def follows(self, other: "Stage") -> bool:
        """Whether it is later: by the days, where they leave it open by the epochs, then by the sequence."""
        if self.days is not None and other.days is not None:
            if self.days.first > other.days.last:
                return True
            if self.days.last < other.days.first:
                return False
        if self.epoch is not None and other.epoch is not None and self.epoch != other.epoch:
            return self.epoch > other.epoch
        return self.sequence > other.sequence


@define
class Context:
    """A few words a participant: it is the one thing that grows with them."""

    references: dict[str, int] = field(factory=dict)
    reference_ends: dict[str, int] = field(factory=dict)
    arms: dict[str, tuple[str, str]] = field(factory=dict)
    disposed: set[tuple[str, str, str]] = field(factory=set)
    """Participant, term and milestone of each row of DS that is a milestone."""
    ended_at: set[tuple[str, str]] = field(factory=set)
    ended_on: set[tuple[str, int]] = field(factory=set)
    passed: set[int] = field(factory=set)
    """The rows of DS in which an epoch was completed, and the participant went on."""

    def is_disposed(self, participant: str, rule: Rule) -> bool:
        """Whether DS itself has the milestone of a rule for this participant."""
        milestone = rule.constant.get("event", "")
        return any((participant, term, milestone) in self.disposed for term in rule.unless_disposed)

    def is_early(self, participant: str, number: str, date: str) -> bool:
        """Whether participation ended early at this visit: by its number, else, where DS has none, by its day."""
        if (participant, number) in self.ended_at:
            return True
        days = known_days(date)
        return days is not None and days.is_known and (participant, days.first) in self.ended_on


def gather(files: Mapping[str, DomainFile], mapping: SdtmMapping) -> Context:
    """Read DM and DS once; what is wrong with them is told when they are read for their rows."""
    context = Context()
    for _, participant, cells, cell in _rows(files.get("DM")):
        context.arms.setdefault(participant, (sys.intern(cell(cells, "ARMCD")), sys.intern(cell(cells, "ARM"))))
        for variable, known in (("RFSTDTC", context.references), ("RFENDTC", context.reference_ends)):
            days = known_days(cell(cells, variable))
            if days is not None and days.is_known:
                known.setdefault(participant, days.first)
    stages: dict[str, list[Stage]] = {}
    for row, participant, cells, cell in _rows(files.get("DS")):
        found = disposition(cells, cell, mapping)
        if found.milestone:
            context.disposed.add((sys.intern(participant), sys.intern(_term(cells, cell).upper()), found.milestone))
        if found.is_of_study:
            stages.setdefault(participant, []).append(_stage(row, cells, cell, mapping))
        if found.is_early:
            _ended(context, participant, cells, cell)
    for listed in stages.values():
        context.passed.update(one.row for one in listed if one.is_passed(listed))
    return context


def _ended(context: Context, participant: str, cells: Cells, cell: Variables) -> None:
    number = plain(cell(cells, "VISITNUM"))
    days = known_days(cell(cells, "DSSTDTC"))
    if number:
        context.ended_at.add((participant, number))
    elif days is not None and days.is_known:
        context.ended_on.add((participant, days.first))


def _rows(file: DomainFile | None) -> Iterator[tuple[int, str, Cells, Variables]]:
    if file is None:
        return
    cell = variables_of(file)
    for row, cells in file.rows(Notes()):
        participant = cell(cells, "USUBJID")
        if participant:
            yield row, participant, cells, cell


def disposition(cells: Cells, cell: Variables, mapping: SdtmMapping) -> Disposition:
    """What a row of DS says by the mapping's lists."""
    term = _term(cells, cell)
    kind = mapping.word("disposition_categories", cell(cells, "DSCAT"))
    milestone = mapping.word("protocol_milestones", term)
    if milestone is not None and (kind == "milestone" or not cell(cells, "DSCAT")):
        return Disposition(is_named=True, milestone=milestone)
    if kind != "disposition" or not term:
        return Disposition(is_named=False)
    if mapping.word("treatment_scopes", cell(cells, "DSSCAT")) is not None:
        found = _worded(mapping, "treatment_dispositions", term)
        return Disposition(is_named=True, milestone=found)
    found = _worded(mapping, "dispositions", term)
    return Disposition(is_named=True, milestone=found, is_early=found not in {"", COMPLETION}, is_of_study=True)


def _stage(row: int, cells: Cells, cell: Variables, mapping: SdtmMapping) -> Stage:
    number = plain(cell(cells, "DSSEQ"))
    sequence = int(number) if number.isascii() and number.isdecimal() else 0
    return Stage(row, known_days(cell(cells, "DSSTDTC")), mapping.word("epochs", cell(cells, "EPOCH")), (sequence, row))


def _term(cells: Cells, cell: Variables) -> str:
    return cell(cells, "DSDECOD") or cell(cells, "DSTERM")


def _worded(mapping: SdtmMapping, section: str, term: str) -> str:
    found = mapping.word(section, term)
    return found if found is not None else mapping.word(section, ANY) or ""
