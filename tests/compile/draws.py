"""Days and cells that random studies are made of: mostly what columns judge themselves."""

from datetime import date, timedelta
from functools import cache
from typing import TypeVar

from hypothesis import strategies as st

Cell = TypeVar("Cell")
SCREENED = date(2004, 6, 14)

SELDOM = 400
"""One cell in so many is one that columns leave to the interpreter; a participant has about a hundred cells."""


BORDERS = (-101, -100, -31, -29, -28, -8, -7, 0, 1, 3, 4)
"""Days from the screening on which periods and windows begin or end, and those beside them."""


@cache
def near(days: int) -> st.SearchStrategy[date]:
    """Days around the screening, a few of them on a border."""
    anywhere, borders = st.integers(-days, 40), [each for each in BORDERS if each >= -days]
    drawn = often(st.sampled_from(borders), anywhere)
    return drawn.map(lambda count: SCREENED + timedelta(days=count))


def clean(rare: st.SearchStrategy[Cell], common: st.SearchStrategy[Cell]) -> st.SearchStrategy[Cell]:
    """Mostly what columns judge themselves, seldom what they leave to the interpreter."""
    return st.integers(1, SELDOM).flatmap(lambda drawn: rare if drawn == SELDOM // 3 else common)


def often(changed: st.SearchStrategy[Cell], kept: st.SearchStrategy[Cell]) -> st.SearchStrategy[Cell]:
    """Now and then what departs from the plan, and columns tell all the same."""
    return st.integers(0, 4).flatmap(lambda drawn: changed if drawn == 3 else kept)


@cache
def dates(days: int, *, partial: bool = False) -> st.SearchStrategy[str]:
    """Mostly days, or as often months and years; seldom times of day, nothing, and what is none."""
    known = near(days).map(date.isoformat)
    parts = st.one_of(known.map(lambda text: text[:7]), known.map(lambda text: text[:4]))
    rare = st.one_of(
        parts,
        st.builds(str.__add__, known, st.sampled_from(["T08:30", "T08:30Z", " "])),
        st.sampled_from(["", "2004-02-30", "14/06/2004", "2004-6-14", "0001-01-01"]),
    )
    return clean(rare, st.one_of(known, parts) if partial else known)


@cache
def timed(days: int) -> st.SearchStrategy[str]:
    """Days, half of them with a time of day."""
    hours = st.sampled_from(["", "T08:30", "T14:05", " 23:59:59"])
    return st.builds(lambda day, hour: f"{day.isoformat()}{hour}", near(days), hours)


def seldom(rare: st.SearchStrategy[Cell], common: st.SearchStrategy[Cell]) -> st.SearchStrategy[Cell]:
    """As ``clean``, but of rows and not of cells: one in fifty is one that columns leave to the interpreter."""
    return st.integers(1, 50).flatmap(lambda drawn: rare if drawn == 17 else common)


@cache
def perhaps_undated(dated: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Dates, of which one in ten is not told."""
    return st.integers(0, 9).flatmap(lambda drawn: st.just("") if drawn == 7 else dated)
