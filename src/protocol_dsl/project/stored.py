"""Results as Parquet files: the listings of CSV, with whole numbers and yes or no as such, and nothing for empty."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from protocol_dsl.base.days import Days, write_days
from protocol_dsl.compile.listings import ORDER, Part, stored, waiting
from protocol_dsl.model.records import DataProblem
from protocol_dsl.model.results import ParticipantResult
from protocol_dsl.project.counts import Counts
from protocol_dsl.readers.columns.source import columns_of, connect
from protocol_dsl.readers.connections import Connection
from protocol_dsl.readers.errors import UnreadableError
from protocol_dsl.writers.listing_csv import (
    BOUNDARY,
    HEADINGS,
    NUMBERS,
    Cell,
    Listing,
    cells_of,
    count_cells,
    problem_cells,
)
from protocol_dsl.writers.results_json import Json, line

SHOWN = "the results"
"""What messages call the files that wait."""


def store(  # noqa: PLR0913 - results, and what of them columns know already
    results: Iterable[ParticipantResult],
    files: Mapping[Listing, Path],
    problems: Callable[[], Sequence[DataProblem]],
    *,
    listed: Mapping[Listing, Callable[[Part], Part]] | None = None,
    connection: Connection | None = None,
    counts: Counts | None = None,
    is_check: bool = False,
) -> None:
    """Write listings as Parquet files.

    Args:
        results: Everybody, or those whom columns do not list.
        files: Where each listing goes.
        problems: Called when the results have been read.
        listed: The listings that columns write themselves, from the rows of the others.
        connection: Where these are.
        counts: The counts of those whom columns list.
        is_check: Whether anybody looked for deviations and queries.

    Raises:
        UnreadableError: DuckDB is not installed, or cannot write.
    """
    with TemporaryDirectory(prefix="protocol-dsl-") as place:
        aside = Path(place)
        with ExitStack() as stack:
            spools = {name: stack.enter_context(held(aside, name)) for name in files}
            wait(results, problems, counts or Counts(), spools, is_check=is_check)
        connection = connection or connect(SHOWN, aside, None)
        connection.execute("set preserve_insertion_order = true")
        for listing, path in files.items():
            rows = waiting(str(rows_file(aside, listing)), kinds_of(listing))
            if listed and listing in listed:
                rows = listed[listing](rows)
            connection.execute(stored(rows, HEADINGS[listing], str(path)))
        connection.execute("set preserve_insertion_order = false")


def wait(
    results: Iterable[ParticipantResult],
    problems: Callable[[], Sequence[DataProblem]],
    counts: Counts,
    files: Mapping[Listing, IO[str]],
    *,
    is_check: bool,
) -> None:
    """Write the rows of results, and what is known at their end, a JSON object a line."""
    for result in results:
        counts.add(result)
        who = (result.site, result.participant, result.arm)
        for listing, file in files.items():
            found = cells_of(listing, result, is_check=is_check)
            file.writelines(rows(listing, ((*who, *cells) for cells in found)))
    if "counts" in files:
        files["counts"].writelines(rows("counts", map(count_cells, counts.lines())))
    if "data_problems" in files:
        files["data_problems"].writelines(rows("data_problems", map(problem_cells, problems())))


def rows(listing: Listing, cells: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """Rows in their order."""
    headings = (*HEADINGS[listing], ORDER)
    for number, row in enumerate(cells):
        yield line(dict(zip(headings, (*map(cell_json, row), number), strict=True)))


def cell_json(cell: Cell) -> Json:
    """A cell; a date as it is known, nothing for an empty text."""
    if isinstance(cell, Days):
        return write_days(cell)
    return None if cell == "" else cell


def kinds_of(listing: Listing) -> Mapping[str, str]:
    """The kind of each column of the rows that wait."""
    kinds = {
        name: "BIGINT" if name in NUMBERS[listing] else "BOOLEAN" if name == BOUNDARY else "VARCHAR"
        for name in HEADINGS[listing]
    }
    return {**kinds, ORDER: "BIGINT"}


def held(aside: Path, listing: Listing) -> IO[str]:
    """The file in which the rows of a listing wait."""
    return rows_file(aside, listing).open("x", encoding="utf-8", errors="backslashreplace", newline="\n")


def rows_file(aside: Path, listing: Listing) -> Path:
    """Where it is."""
    return aside / f"{listing}.ndjson"


def is_listing(path: Path, listing: Listing) -> bool:
    """Whether a file is that listing as :func:`store` writes it."""
    with TemporaryDirectory(prefix="protocol-dsl-") as place:
        try:
            return columns_of(connect(str(path), Path(place), None), path) == HEADINGS[listing]
        except UnreadableError:
            return False
