"""What a protocol reads as a listing in CSV, and the empty tables to fill in."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from io import StringIO

from protocol_dsl.model.needs import Needs
from protocol_dsl.writers.listing_csv import cell_words
from protocol_dsl.writers.needs_rows import HEADING, lines


def needs_rows(needs: Needs) -> Iterator[str]:
    """The heading and a line for each thing; texts are neutralised."""
    yield line(HEADING)
    for each in lines(needs):
        yield line(map(cell_words, each.cells))


def empty_tables(needs: Needs) -> Mapping[str, str]:
    """Each table that is read, as a CSV of its heading alone, by the name of its file."""
    return {f"{table.table}.csv": line(each.column for each in table.columns) for table in needs.tables}


def line(cells: Iterable[str]) -> str:
    """One line of CSV."""
    out = StringIO()
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue()
