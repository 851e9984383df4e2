"""Data problems, grouped by where they are and why."""

from collections.abc import Iterable

from protocol_dsl.base.values import frozen
from protocol_dsl.model.records import DataProblem
from protocol_dsl.writers.columns import cut, visible

PLACES, VALUES, VALUE = 30, 5, 60
"""Rows and values named of a group, and letters of a value."""


@frozen(kw_only=True)
class Group:
    """Problems of one kind in one column."""

    count: int
    table: str
    column: str
    problem: str
    rows: str
    values: tuple[str, ...]
    more_values: int


def grouped(problems: Iterable[DataProblem]) -> list[Group]:
    """A group for each table, column and reason, in the order in which they were met."""
    groups: dict[tuple[str, str, str], list[DataProblem]] = {}
    for each in problems:
        groups.setdefault((each.table, each.column or "", each.problem), []).append(each)
    return [group(*key, found) for key, found in groups.items()]


def group(table: str, column: str, problem: str, found: list[DataProblem]) -> Group:
    """One group."""
    rows = list(dict.fromkeys(place for each in found if (place := place_words(each))))
    values = list(dict.fromkeys(each.value for each in found if each.value))
    more = f" and {len(rows) - PLACES:,} more" if len(rows) > PLACES else ""
    return Group(
        count=len(found),
        table=table,
        column=column,
        problem=problem,
        rows=", ".join(rows[:PLACES]) + more,
        values=tuple(cut(visible(each), VALUE) for each in values[:VALUES]),
        more_values=max(0, len(values) - VALUES),
    )


def place_words(problem: DataProblem) -> str:
    """``31``, or ``31 of visits-2.csv`` where a table has several files."""
    row = "" if problem.row is None else str(problem.row)
    return row if problem.file is None else f"{row} of {problem.file}".strip()
