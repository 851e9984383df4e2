"""Listings: results as CSV, one file for each kind of line.

A text cell that a spreadsheet would run as a formula gets an apostrophe in front; a number never does.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, TypeAlias

from protocol_dsl.base.days import Days, write_days
from protocol_dsl.model.records import DataProblem
from protocol_dsl.model.results import (
    CountLine,
    CriterionResult,
    CycleResult,
    Deviation,
    ParticipantResult,
    Query,
    VisitResult,
)
from protocol_dsl.writers.evidence import evidence
from protocol_dsl.writers.once import WrittenOnce

Listing: TypeAlias = Literal[
    "participants", "criteria", "visits", "cycles", "deviations", "queries", "counts", "data_problems"
]
Cell: TypeAlias = str | int | bool | Days | None

WHO = ("site", "participant", "arm")
WINDOW = ("planned", "earliest", "latest", "actual")
MONITOR = (
    *WHO,
    "code",
    "category",
    "grade",
    "rule",
    "visit",
    "cycle",
    *WINDOW,
    "days_out",
    "message",
    "evidence",
)
"""The columns that a monitor expects."""

BOUNDARY = "boundary"
HEADINGS: Mapping[Listing, tuple[str, ...]] = {
    "participants": (*WHO, "verdict", "point", "deviations", "important", "queries"),
    "criteria": (
        *WHO,
        "rule",
        "kind",
        "title",
        "finding",
        "decides",
        BOUNDARY,
        "missing",
        "reason",
        "file",
        "line",
        "column",
        "evidence",
    ),
    "visits": (*WHO, "visit", *WINDOW, "status", "days_out", "days_out_max", "reason"),
    "cycles": (*WHO, "treatment", "cycle", *WINDOW, "status", "days_out", "days_out_max", "administrations", "reason"),
    "deviations": MONITOR,
    "queries": MONITOR,
    "counts": ("site", "arm", "what", "name", "grade", "participants", "number"),
    "data_problems": ("table", "file", "row", "column", "value", "problem"),
}
NUMBERS: Mapping[Listing, frozenset[str]] = {
    "participants": frozenset({"deviations", "important", "queries"}),
    "criteria": frozenset({"line", "column"}),
    "visits": frozenset({"days_out", "days_out_max"}),
    "cycles": frozenset({"cycle", "days_out", "days_out_max", "administrations"}),
    "deviations": frozenset({"cycle", "days_out"}),
    "queries": frozenset({"cycle", "days_out"}),
    "counts": frozenset({"participants", "number"}),
    "data_problems": frozenset({"row"}),
}
"""The columns that hold whole numbers; every other holds text, but ``BOUNDARY``, which is yes or no."""

RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r", "\n")


def heading(listing: Listing) -> str:
    """The first line."""
    return line(HEADINGS[listing])


class ListingLines:
    """The lines of participants in one listing. A finding that many share, as columns give them, is written once."""

    def __init__(self, listing: Listing, *, is_check: bool = True) -> None:
        """The lines of ``listing``; without ``is_check`` nobody looked for deviations and queries."""
        self._listing = listing
        self._is_check = is_check
        self._criterion = WrittenOnce[CriterionResult](lambda criterion: line(criterion_cells(criterion)))

    def of(self, result: ParticipantResult) -> Iterator[str]:
        """The lines of one participant; none where the listing is not one of participants."""
        who = line((result.site, result.participant, result.arm)).removesuffix("\n")
        if self._listing == "criteria" and result.eligibility is not None:
            return (f"{who},{self._criterion(each)}" for each in result.eligibility.decisive.criteria)
        return (f"{who},{line(cells)}" for cells in cells_of(self._listing, result, is_check=self._is_check))


def problem_rows(problems: Iterable[DataProblem]) -> Iterator[str]:
    """The lines of ``data_problems``."""
    return map(line, map(problem_cells, problems))


def problem_cells(each: DataProblem) -> Sequence[Cell]:
    """A data problem."""
    return (each.table, each.file, each.row, each.column, each.value, each.problem)


def count_rows(counts: Iterable[CountLine]) -> Iterator[str]:
    """The lines of ``counts``."""
    return map(line, map(count_cells, counts))


def count_cells(each: CountLine) -> Sequence[Cell]:
    """How many have something, and of how much."""
    return (each.site, each.arm, each.what, each.name, each.grade, each.participants, each.number)


class Handed:
    """A file that hands back what is written into it, which ``writerow`` passes on."""

    def write(self, text: str) -> str:
        """``text`` itself."""
        return text


WRITER = csv.writer(Handed(), lineterminator="\r\n")


def line(cells: Sequence[Cell]) -> str:
    """One line, with its line end.

    Python before 3.13 quotes a lone carriage return only where it is part of the line end, hence both.
    """
    text: str = WRITER.writerow([cell_words(cell) for cell in cells])
    return text.removesuffix("\r\n") + "\n"


def cell_words(cell: Cell) -> str:
    """A cell as written: a text is neutralised where a spreadsheet would run it, a number is not.

    >>> cell_words("=HYPERLINK(1)"), cell_words(-3), cell_words("-3")
    ("'=HYPERLINK(1)", '-3', "'-3")
    """
    match cell:
        case None:
            return ""
        case bool():
            return "yes" if cell else "no"
        case int():
            return str(cell)
        case str():
            return f"'{cell}" if cell.startswith(RUN_BY_SPREADSHEETS) else cell
        case Days():
            return write_days(cell)


def cells_of(listing: Listing, result: ParticipantResult, *, is_check: bool) -> Iterator[Sequence[Cell]]:
    """The cells of one participant's lines, after site, participant and arm."""
    match listing:
        case "participants":
            yield participant_cells(result, is_check=is_check)
        case "criteria":
            if result.eligibility is not None:
                yield from map(criterion_cells, result.eligibility.decisive.criteria)
        case "visits":
            yield from map(visit_cells, result.visits)
        case "cycles":
            yield from map(cycle_cells, result.cycles)
        case "deviations":
            yield from map(deviation_cells, result.deviations)
        case "queries":
            yield from map(query_cells, result.queries)
        case "counts" | "data_problems":
            return


def participant_cells(result: ParticipantResult, *, is_check: bool) -> Sequence[Cell]:
    """Verdict and counts; what nobody looked for is left empty, since 0 would say that there is none."""
    decisive = None if result.eligibility is None else result.eligibility.decisive
    verdict = (None, None) if decisive is None else (decisive.verdict, decisive.point)
    if not is_check:
        return (*verdict, None, None, None)
    return (
        *verdict,
        len(result.deviations),
        sum(deviation.grade == "important" for deviation in result.deviations),
        len(result.queries),
    )


def criterion_cells(criterion: CriterionResult) -> Sequence[Cell]:
    """A criterion of the screening that decides."""
    return (
        criterion.rule,
        criterion.kind,
        criterion.title,
        criterion.finding.words,
        criterion.decides,
        criterion.is_boundary,
        "; ".join(criterion.missing),
        criterion.reason,
        criterion.place.file,
        criterion.place.line,
        criterion.place.column,
        evidence(criterion.facts),
    )


def window_cells(of: VisitResult | CycleResult | Deviation) -> Sequence[Cell]:
    """Planned day, window, actual day."""
    return (of.planned, of.earliest, of.latest, of.actual)


def visit_cells(visit: VisitResult) -> Sequence[Cell]:
    """A visit."""
    return (visit.visit, *window_cells(visit), visit.status, visit.days_out, visit.days_out_max, visit.reason)


def cycle_cells(cycle: CycleResult) -> Sequence[Cell]:
    """A cycle."""
    course = (cycle.treatment, cycle.cycle, *window_cells(cycle))
    return (*course, cycle.status, cycle.days_out, cycle.days_out_max, cycle.administrations, cycle.reason)


def deviation_cells(each: Deviation) -> Sequence[Cell]:
    """A deviation as a monitor lists it."""
    about = (each.code, each.category, each.grade, each.rule, each.visit, each.cycle)
    return (*about, *window_cells(each), each.days_out, each.message, evidence(each.facts))


def query_cells(each: Query) -> Sequence[Cell]:
    """A query in the columns of a deviation: it has no category, no grade, and its day stands as the actual one."""
    about = (each.code, None, None, each.rule, each.visit, each.cycle)
    return (*about, None, None, None, each.date, None, each.message, evidence(each.facts))
