"""The readings of a period, and which of them is the first, the latest, the lowest or the highest.

Dates may be partial and days may be equal, so a choice is a set of candidates: those that no other reading certainly
comes before (first) or after (latest).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from typing import TypeAlias, TypeGuard

from protocol_dsl.base.days import Days, say_days
from protocol_dsl.base.numbers import Number, Range, exact
from protocol_dsl.base.values import frozen
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.intervals import Quantity, as_range, settle, span
from protocol_dsl.interpret.periods import Bounds, compile_period
from protocol_dsl.interpret.reasons import Trace, day_range, joined, listed, period_words, reading_fact
from protocol_dsl.model.expressions import Pick
from protocol_dsl.model.points import Period
from protocol_dsl.model.records import Reading, ReadingValue

Found: TypeAlias = Quantity | str | frozenset[str] | None
"""A value: a number or interval, a choice, several choices it may be, or nothing that is known."""

Run: TypeAlias = Callable[[Facts, Trace | None], Found]


@frozen
class Member:
    """A reading of the period; ``is_certain`` unless it may lie outside."""

    row: Reading
    is_certain: bool


def members(rows: Iterable[Reading], bounds: Bounds, *, recorded: bool) -> list[Member]:
    """The readings that lie in the period or may do so; empty ones left out if ``recorded``."""
    found = []
    for row in rows:
        if recorded and row.value is None:
            continue
        held = bounds.holds(row.first, row.last)
        if held:
            found.append(Member(row, held == 2))  # noqa: PLR2004  # 2 is certainly
    return found


def is_before(one: Reading, other: Reading) -> bool:
    """Whether ``one`` certainly comes before ``other``: an earlier day, or an earlier time of one known day."""
    if one.last < other.first:
        return True
    if one.first != one.last or other.first != other.last or one.first != other.first:
        return False
    return one.time is not None and other.time is not None and one.time < other.time


def candidates(found: Sequence[Member], *, latest: bool) -> list[Member]:
    """Those that may be the latest (or the first): no certain member is certainly later (or earlier).

    One certain member stands for all: whoever it does not go before, or come after, no other does.
    """
    certain = [member.row for member in found if member.is_certain]
    if not certain:
        return list(found)
    if latest:
        last = max(certain, key=latest_place)
        return [member for member in found if not is_before(member.row, last)]
    first = min(certain, key=first_place)
    return [member for member in found if not is_before(first, member.row)]


def latest_place(row: Reading) -> tuple[int, bool, int]:
    """Where a row stands among those that may go before others; of one day the one with the latest time is last."""
    is_timed = row.first == row.last and row.time is not None
    return row.first, is_timed, row.time if is_timed and row.time is not None else 0


def first_place(row: Reading) -> tuple[int, bool, int]:
    """Where a row stands among those that others may come after; of one day the one with the earliest time is first."""
    is_timed = row.first == row.last and row.time is not None
    return row.last, not is_timed, row.time if is_timed and row.time is not None else 0


def sources(pick: Pick, bounds: Bounds, facts: Facts) -> list[Member]:
    """The readings from which a value may be taken: those that may be the latest or the first, else all there are."""
    found = members(facts.readings(pick.measure), bounds, recorded=pick.recorded)
    return candidates(found, latest=pick.choice == "latest") if pick.choice in {"latest", "first"} else found


def merged(values: Iterable[ReadingValue]) -> Found:
    """What spans the values of the candidates; an empty one may be anything, so nothing is known."""
    found = list(values)
    choices = {value for value in found if isinstance(value, str)}
    if choices:
        if len(choices) == 1 and len(set(found)) == 1:
            return next(iter(choices))
        return frozenset(choices) if all(isinstance(value, str) for value in found) else None
    numbers = [value for value in found if value is not None and not isinstance(value, str)]
    if not numbers or len(numbers) < len(found):
        return None
    return numbers[0] if len(numbers) == 1 else span(numbers)


def compile_pick(pick: Pick) -> Run:
    """A value chosen among the readings of a period."""
    period = compile_period(pick.period)
    choose = {
        "latest": latest_or_first,
        "first": latest_or_first,
        "lowest": extreme,
        "highest": extreme,
        "mean": average,
        "median": average,
    }[pick.choice]
    measure, recorded = pick.measure, pick.recorded

    def run(facts: Facts, trace: Trace | None) -> Found:
        bounds = period(facts)
        if bounds is None:
            if trace is not None:
                trace.no_period(pick.period, facts)
            return None
        found = members(facts.readings(measure), bounds, recorded=recorded)
        return choose(pick, found, bounds, facts, trace)

    return quick_latest(pick, run) if pick.choice == "latest" else run


def quick_latest(pick: Pick, general: Run) -> Run:
    """The latest reading where every date is exact and no two compete for it; else, and for reasons, ``general``."""
    period = compile_period(pick.period)
    measure, recorded = pick.measure, pick.recorded

    def run(facts: Facts, trace: Trace | None) -> Found:
        if trace is not None:
            return general(facts, trace)
        bounds = period(facts)
        if bounds is None:
            return None
        p1, p2, q1, q2 = bounds
        if p1 != p2 or q1 != q2:
            return general(facts, None)
        best: ReadingValue = None
        best_day = -1
        is_tied = False
        for row in facts.readings(measure):
            day = row.first
            if day != row.last:
                return general(facts, None)
            if day > q1 or day < p1 or day < best_day or (recorded and row.value is None):
                continue
            is_tied = day == best_day
            best_day = day
            best = row.value
        return general(facts, None) if is_tied else best

    return run


# ------------------------------------------------------------------------------- choices
def latest_or_first(pick: Pick, found: list[Member], bounds: Bounds, facts: Facts, trace: Trace | None) -> Found:
    """The value of the latest or the first reading; unknown if there may be none."""
    chosen = candidates(found, latest=pick.choice == "latest")
    if trace is not None:
        note(trace, chosen)
    if not any(member.is_certain for member in found):
        if trace is not None:
            none_certain(trace, pick, found, bounds, facts)
        return None
    value = merged(member.row.value for member in chosen)
    if trace is not None:
        empty(trace, pick.measure, chosen)
        if len(chosen) > 1:
            days = listed(say_days(Days(member.row.first, member.row.last)) for member in chosen)
            why = f"{len(chosen)} readings may be the {pick.choice}"
            trace.miss(f"which of the {pick.measure} readings of {days} is the {pick.choice}", f"not known: {why}")
    return value


def extreme(pick: Pick, found: list[Member], bounds: Bounds, facts: Facts, trace: Trace | None) -> Found:
    """The lowest or highest value: one end is held by the readings that are certain, the other by all.

    An empty reading may be any value, so it leaves the far end open.
    """
    if trace is not None:
        note(trace, found)
    every = [as_range(member.row.value) for member in found if is_number(member.row.value)]
    certain = [as_range(member.row.value) for member in found if member.is_certain and is_number(member.row.value)]
    has_empty = len(every) < len(found)
    if trace is not None and not any(member.is_certain for member in found):
        none_certain(trace, pick, found, bounds, facts)
    if trace is not None and has_empty:
        empty(trace, pick.measure, found)
    if not certain:
        return None
    if pick.choice == "highest":
        every, certain = [one.negated() for one in every], [one.negated() for one in certain]
    result = lowest(every, certain, has_empty=has_empty)
    if trace is not None:
        # Only a reading that would change the value leaves it open.
        outside(trace, pick.measure, pick.period, reaching(found, result, is_highest=pick.choice == "highest"), facts)
    return settle(result.negated() if pick.choice == "highest" else result)


def reaching(found: Iterable[Member], result: Range, *, is_highest: bool) -> Iterator[Member]:
    """The readings that may be lower than what is certain, or higher."""
    for member in found:
        if is_number(member.row.value):
            one = as_range(member.row.value).negated() if is_highest else as_range(member.row.value)
            if one.low is None or result.high is None or one.low < result.high:
                yield member


def lowest(every: Sequence[Range], certain: Sequence[Range], *, has_empty: bool) -> Range:
    """What the lowest value may be: never above the certain ones, perhaps as low as any."""
    stops = [(one.high, not one.high_open) for one in certain if one.high is not None]
    high, is_closed = min(stops) if stops else (None, True)
    if has_empty or any(one.low is None for one in every):
        return Range(None, high, high_open=not is_closed)
    low, low_open = min((one.low, one.low_open) for one in every if one.low is not None)
    return Range(low, high, low_open, not is_closed)


def average(pick: Pick, found: list[Member], bounds: Bounds, facts: Facts, trace: Trace | None) -> Found:
    """The mean or median, an exact fraction; unknown if any reading is empty or may lie outside."""
    if trace is not None:
        note(trace, found)
    values = [as_range(member.row.value) for member in found if is_number(member.row.value)]
    if not found or not all(member.is_certain for member in found):
        if trace is not None:
            none_certain(trace, pick, found, bounds, facts)
        return None
    if len(values) < len(found):
        if trace is not None:
            empty(trace, pick.measure, found)
        return None
    middle = mean if pick.choice == "mean" else median
    low, low_open = middle([(one.low, one.low_open) for one in values])
    # An upper end is the lower end of the negatives: an end left out lies inside the end itself.
    high, high_open = middle([(None if one.high is None else -one.high, one.high_open) for one in values])
    return settle(Range(low, None if high is None else -high, low_open, high_open))


End: TypeAlias = tuple[Number | None, bool]
"""A lower end, ``None`` for no end, and whether it is left out."""


def mean(lows: Sequence[End]) -> End:
    """The lower end of the mean."""
    numbers = [low for low, _ in lows if low is not None]
    if len(numbers) < len(lows):
        return None, False
    return exact(Fraction(sum(numbers), len(numbers))), any(is_open for _, is_open in lows)


def median(lows: Sequence[End]) -> End:
    """The lower end of the median: the middle of the lower ends, or the mean of the two in the middle."""
    ordered = sorted(lows, key=lambda end: (end[0] is not None, end[0] or 0, end[1]))
    size = len(ordered)
    return mean(ordered[(size - 1) // 2 : size // 2 + 1])


def is_number(value: Found) -> TypeGuard[Quantity]:
    """Whether a value is a number or an interval."""
    return value is not None and not isinstance(value, str | frozenset)


# ------------------------------------------------------------------------------- notes
def note(trace: Trace, found: Iterable[Member], *, is_dated: bool = True) -> None:
    """Note the readings as used; their days stand in the sentence unless a visit already says when."""
    for member in found:
        trace.facts.append(reading_fact(member.row))
        if member.row.lacks:
            trace.miss(member.row.lacks)
        if is_dated:
            trace.days.append(Days(member.row.first, member.row.last))


def empty(trace: Trace, measure: str, found: Iterable[Member]) -> None:
    """Note the readings without a value."""
    for member in found:
        if member.row.value is None:
            day = say_days(Days(member.row.first, member.row.last))
            written = f"{member.row.written} {member.row.unit}".strip() if member.row.written else ""
            lacks = f"is {written}, which cannot be used" if written else "has no value"
            trace.miss(f"a value of the {measure} reading of {day}", f"not known: the reading of {day} {lacks}")


def none_certain(trace: Trace, pick: Pick, found: Sequence[Member], bounds: Bounds, facts: Facts) -> None:
    """Note that no reading, or none for certain, lies in the period."""
    if not found:
        prefix = joined(pick.choice, "recorded" if pick.recorded else "", pick.measure)
        where = period_words(pick.period, pick.words, prefix)
        trace.miss(joined("a reading of", pick.measure, where, day_range(bounds.p1, bounds.q2)))
    outside(trace, pick.measure, pick.period, found, facts)


def outside(trace: Trace, measure: str, period: Period, found: Iterable[Member], facts: Facts) -> None:
    """Note the readings that may lie outside the period."""
    for member in found:
        if not member.is_certain:
            day = Days(member.row.first, member.row.last)
            missing = "" if day.is_known else f"the exact day of the {measure} reading dated {say_days(day)}"
            trace.outside(f"not known: the reading dated {say_days(day)} may lie outside", period, facts, missing)
