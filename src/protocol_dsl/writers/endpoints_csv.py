"""Endpoints as CSV: one line an estimate, and one a comparison. Texts are neutralised, numbers never."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import TypeAlias

from protocol_dsl.model.estimates import Block, EndpointResult
from protocol_dsl.writers.figures import end, number, settled, significant, words_of
from protocol_dsl.writers.listing_csv import cell_words

Cell: TypeAlias = str | int | float | None

HEADING = (
    "endpoint",
    "rank",
    "title",
    "analysis_set",
    "missing_counts_as",
    "visit",
    "arm",
    "versus",
    "in_set",
    "n",
    "observed",
    "missing",
    "pending",
    "statistic",
    "at",
    "value",
    "low",
    "high",
    "p",
    "unit",
    "words",
)


def endpoint_rows(results: Iterable[EndpointResult]) -> Iterator[str]:
    """The heading and every line."""
    yield line(HEADING)
    for result in results:
        endpoint = result.endpoint
        for block in result.blocks:
            head = (endpoint.name, endpoint.rank, endpoint.title, block.analysis_set, block.missing, block.visit)
            for cells in (*estimate_cells(block, endpoint.unit), *comparison_cells(block)):
                yield line((*head, *cells))


def estimate_cells(block: Block, unit: str) -> Iterator[Sequence[Cell]]:
    """A line for each number of each arm; an interval stands in ``words``."""
    for arm in block.arms:
        counts = (arm.counted, arm.n, arm.observed, arm.missing, arm.pending)
        for each in arm.estimates:
            is_interval = (
                each.value is not None
                and not isinstance(settled(each.value), int | float)
                and (number(each.value) is None)
            )
            words = "; ".join(filter(None, (words_of(each.value) if is_interval else "", each.words)))
            ends = (end(each.low, "low"), end(each.high, "high"))
            own = unit if each.statistic in WITH_UNIT else ""
            yield (arm.arm, None, *counts, each.statistic, each.at, number(each.value), *ends, None, own, words)


def comparison_cells(block: Block) -> Iterator[Sequence[Cell]]:
    """A line for each comparison."""
    for each in block.comparisons:
        value = number(each.difference) if each.method == "difference" else number(each.statistic)
        ends = (number(each.low), number(each.high))
        empty = (None,) * 5
        cells = (each.method, None, value, *ends, significant(each.p), None, each.words)
        yield (each.arm, each.versus, *empty, *cells)


WITH_UNIT = ("median", "mean", "standard deviation", "first quartile", "third quartile", "minimum", "maximum")


def line(cells: Sequence[Cell]) -> str:
    """One line, with its line end."""
    out = StringIO()
    csv.writer(out, lineterminator="\n").writerow([written(cell) for cell in cells])
    return out.getvalue()


def written(cell: Cell) -> str:
    """A cell: a text neutralised where a spreadsheet would run it; a number as it is.

    >>> written("=1+1"), written(-0.5)
    ("'=1+1", '-0.5')
    """
    return cell_words(cell) if cell is None or isinstance(cell, str) else str(cell)
