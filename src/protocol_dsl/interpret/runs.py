"""Administrations grouped into runs, and runs into cycles."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import TypeAlias

from attrs import evolve

from protocol_dsl.base.days import LAST_DAY, Days
from protocol_dsl.base.values import frozen
from protocol_dsl.interpret.pairs import acts_that_may_be, paired
from protocol_dsl.interpret.slots import MET, Slot, moved_day
from protocol_dsl.model.points import Length
from protocol_dsl.model.records import Administration

Reach: TypeAlias = Callable[[int], int]
"""The last day that a run may reach, by its first."""


@frozen(kw_only=True)
class Run:
    """Administrations that belong together; ``cycle`` where the data number them.

    ``may_begin`` is the first day on which an administration that no run can hold may have begun this one.
    """

    rows: tuple[Administration, ...]
    cycle: int | None = None
    may_begin: int = LAST_DAY

    @property
    def start(self) -> Days:
        """The day of the first administration."""
        return Days(min(self.may_begin, *(row.first for row in self.rows)), min(row.last for row in self.rows))


NOTHING: Mapping[int, Run] = MappingProxyType({})


@frozen(kw_only=True)
class Recorded:
    """The administrations of one treatment.

    ``numbered`` are runs by the cycle that the data give, ``runs`` those without a number, ``undated`` the rows that no
    run can hold because their day, or whether they were given, is not known, ``refused`` the rows that say an
    administration was not given.
    """

    numbered: Mapping[int, Run]
    runs: tuple[Run, ...] = ()
    undated: tuple[Administration, ...] = ()
    refused: tuple[Administration, ...] = ()

    def proves_skipped(self, number: int, slot: Slot | None) -> bool:
        """Whether a row says that the cycle was not given: by its number, else by a day in its window."""
        return any(
            row.cycle == number
            or (row.cycle is None and slot is not None and slot.holds(Days(row.first, row.last)) == MET)
            for row in self.refused
        )


def recorded(rows: Iterable[Administration], length: int, late: Length, known: Mapping[int, Run] = NOTHING) -> Recorded:
    """The administrations of a treatment whose cycles last ``length`` days; some are ``known`` to be a cycle.

    Those are numbered, though the data do not say so; and so is what lies in the days of a cycle that they number.
    """
    ordered = sorted(rows, key=day_order)
    given = [row for row in ordered if row.is_given]
    numbers = sorted({row.cycle for row in given if row.cycle is not None})
    by_number = {n: Run(rows=tuple(row for row in given if row.cycle == n), cycle=n) for n in numbers}
    placed = {row for run in known.values() for row in run.rows}
    nameless = [row for row in given if row.cycle is None and row not in placed]
    lying = [(row, cycle_around(row, by_number.values(), length)) for row in nameless]
    numbered = {n: with_rows(run, [row for row, cycle in lying if cycle == n]) for n, run in by_number.items()}
    dated = [row for row, cycle in lying if cycle is None and row.first == row.last]
    undated = tuple(row for row in ordered if row.is_in_doubt or is_undated(row))
    reach = partial(last_reached, length=length, late=late)
    return Recorded(
        numbered={**known, **numbered},
        runs=tuple(begun_earlier(grouped(dated, reach), [row for row in undated if row.cycle is None], reach)),
        undated=undated,
        refused=tuple(row for row in ordered if not (row.is_given or row.is_in_doubt)),
    )


def cycle_around(row: Administration, runs: Iterable[Run], length: int) -> int | None:
    """The cycle that the data number, in the days of which a row without a number lies; of two the one begun last.

    A cycle of one day has no other: what was given on it or after it is one too many.
    """
    if length == 1 or row.first != row.last:
        return None
    around = [run for run in runs if run.start.is_known and 0 <= row.first - run.start.first < length]
    return max(around, key=lambda run: run.start.first).cycle if around else None


def with_rows(run: Run, rows: Sequence[Administration]) -> Run:
    """A run with more rows, all by day."""
    return evolve(run, rows=tuple(sorted((*run.rows, *rows), key=day_order))) if rows else run


def is_undated(row: Administration) -> bool:
    """Whether a row without a number was given on a day that is not known."""
    return row.is_given and row.cycle is None and row.first != row.last


def last_reached(day: int, length: int, late: Length) -> int:
    """The last day that a run of this first day may reach: its day + ``length`` - 1 + the late side of the window."""
    return moved_day(day + length - 1, late)


def grouped(rows: Sequence[Administration], reach: Reach) -> tuple[Run, ...]:
    """Runs of dated rows: one begins where a row is later than the last day that the run before it may reach."""
    runs: list[list[Administration]] = []
    for row in rows:
        if not runs or row.first > reach(runs[-1][0].first):
            runs.append([])
        runs[-1].append(row)
    return tuple(Run(rows=tuple(run)) for run in runs)


def begun_earlier(runs: Sequence[Run], undated: Sequence[Administration], reach: Reach) -> Iterator[Run]:
    """The runs, each with the first day on which an undated row may have begun it.

    On such a day the run reaches the first of its own rows, and the one before it does not reach that day.
    """
    taken = 0
    for run in runs:
        first = run.rows[0].first
        days = [day for row in undated if (day := first_holding(first, max(row.first, taken + 1), row.last, reach))]
        yield (found := evolve(run, may_begin=min(days)) if days else run)
        taken = reach(found.start.first)


def first_holding(held: int, first: int, last: int, reach: Reach) -> int | None:
    """The first day from ``first`` to ``last`` of which a run reaches the day ``held`` after it; if there is any."""
    days = range(first, min(last, held - 1) + 1)
    place = bisect_left(days, held, key=reach)  # the later a run begins, the later is the last day that it reaches
    return days[place] if place < len(days) else None


def placed_runs(runs: Sequence[Run], slots: Mapping[int, Slot]) -> tuple[dict[int, Run], dict[int, tuple[Run, ...]]]:
    """Runs by the cycle that each is, and those that a cycle without one may be.

    They are matched like visits without a label.
    """
    ordered = sorted(runs, key=lambda run: (run.start.first, run.start.last))
    held = [{number: truth for number, slot in slots.items() if (truth := slot.holds(run.start))} for run in ordered]
    sure = [
        {number: slots[number].distance(run.start) for number, truth in cycles.items() if truth == MET}
        for run, cycles in zip(ordered, held, strict=True)
    ]
    found = paired(sure)
    left = {number: acts_that_may_be(number, held, found) for number in slots if number not in found}
    perhaps = {number: tuple(ordered[place] for place in places) for number, places in left.items() if places}
    return {number: ordered[place] for number, place in found.items()}, perhaps


def day_order(row: Administration) -> tuple[int, int, str, str, str, str]:
    """Rows by day; those of one day by what they say, never by where they stand in the data."""
    return row.first, row.last, row.written_dose, row.route or "", row.level or "", row.reason
