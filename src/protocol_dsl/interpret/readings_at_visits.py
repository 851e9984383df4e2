"""The reading that belongs to a visit, and the change from one visit to another.

In order: recorded readings labelled with the visit, wherever dated; unlabelled ones of the days on which it was held;
unlabelled ones in its scheduling window. Within a step the nearest to the planned day (as it moved, where a window
moves with the previous visit), then the earlier.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from protocol_dsl.base.days import Days
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.filed import visit_of
from protocol_dsl.interpret.intervals import as_range, combine, is_point, settle
from protocol_dsl.interpret.periods import Bounds
from protocol_dsl.interpret.plan import visit_named
from protocol_dsl.interpret.readings import Found, Member, Run, first_place, is_before, is_number, merged, note
from protocol_dsl.interpret.reasons import Trace, joined
from protocol_dsl.interpret.visits import held_on
from protocol_dsl.interpret.windows import scheduling_window, slot_of
from protocol_dsl.model.expressions import Change, ReadingAt
from protocol_dsl.model.records import Reading
from protocol_dsl.model.schedule import Visit

KEY = "readings chosen for visits"


def with_chosen(facts: Facts, chosen: Mapping[tuple[str, str], Sequence[Member]]) -> Facts:
    """The same facts, in which these readings, and no others, are those of a measure at a visit.

    Nothing else changes: neither the record, of which every reading still counts once, nor what is planned by it.
    """
    found = facts.at(facts.horizon)
    found.memo = {**facts.memo, KEY: chosen}
    return found


def belonging(measure: str, name: str, facts: Facts) -> Sequence[Member]:
    """The candidates for the reading of a measure at a visit: those chosen for it, else as the visit is planned."""
    chosen = facts.memo.get(KEY)
    if isinstance(chosen, dict) and (measure, name) in chosen:
        found: Sequence[Member] = chosen[measure, name]
        return found
    visit = visit_named(name, facts)
    return [] if visit is None else readings_at(measure, visit, facts)


def readings_at(measure: str, visit: Visit, facts: Facts) -> list[Member]:
    """The candidates for the reading that belongs to a visit; none is certain where there may be no such reading."""
    rows = [row for row in facts.readings(measure) if row.value is not None and facts.belongs(row.first, row.last)]
    slot = slot_of(visit, facts)
    planned = None if slot is None else slot.planned
    found: list[Member] = []
    for step in steps(rows, visit, facts):
        found += nearest(step, planned)
        if any(member.is_certain for member in step):
            break
    return found


def steps(rows: Sequence[Reading], visit: Visit, facts: Facts) -> Iterator[list[Member]]:
    """The readings of each step, the first step first."""
    yield [Member(row, facts.belongs(row.first, row.last) == 2) for row in rows if visit_of(row, facts) == visit.name]  # noqa: PLR2004  # 2 is certainly
    unlabelled = [row for row in rows if row.visit is None]
    if not unlabelled:
        return
    # Without rows of visits the day of a visit is itself taken from its readings, and cannot choose among them.
    days = held_on(visit.name, facts) if facts.record.visits else ()
    yield within(unlabelled, [Bounds(day.first, day.last, day.first, day.last) for day in days], facts)
    window = scheduling_window(visit, facts)
    if window is not None:
        earliest, latest = window
        yield within(unlabelled, [Bounds(earliest.first, earliest.last, latest.first, latest.last)], facts)


def within(rows: Iterable[Reading], periods: Iterable[Bounds], facts: Facts) -> list[Member]:
    """The readings that lie in one of the periods, or may do so."""
    listed = list(periods)
    found = []
    for row in rows:
        held = max((period.holds(row.first, row.last) for period in listed), default=0)
        held = min(held, facts.belongs(row.first, row.last))
        if held:
            found.append(Member(row, held == 2))  # noqa: PLR2004  # 2 is certainly
    return found


def nearest(found: Sequence[Member], planned: Days | None) -> list[Member]:
    """Those that may be the nearest to the planned day, then the earlier: no certain one certainly goes before.

    Without a planned day nothing says which of several is the nearest.
    """
    if planned is None:
        return list(found)
    certain = [member.row for member in found if member.is_certain]
    if not certain:
        return list(found)
    # Of the certain ones only the nearest can go before another, and of several as near the first one does.
    near = min(distance(row, planned)[1] for row in certain)
    first = min((row for row in certain if distance(row, planned)[1] == near), key=first_place)
    return [member for member in found if not goes_before(first, near, member.row, planned)]


def goes_before(one: Reading, near: int, other: Reading, planned: Days) -> bool:
    """Whether ``one``, at most ``near`` days away, is certainly nearer to the planned day, or as near and earlier."""
    far = distance(other, planned)[0]
    return near < far or (near == far and is_before(one, other))


def distance(row: Reading, planned: Days) -> tuple[int, int]:
    """The least and the greatest number of days between a reading and the planned day."""
    least = max(0, row.first - planned.last, planned.first - row.last)
    return least, max(row.last - planned.first, planned.last - row.first)


def compile_reading_at(node: ReadingAt) -> Run:
    """The value of the reading that belongs to a visit."""
    measure = node.measure
    words = f"a reading of {measure} at {node.visit}"

    def run(facts: Facts, trace: Trace | None) -> Found:
        found = belonging(measure, node.visit, facts)
        if trace is not None:
            note(trace, found, is_dated=False)
        if not any(member.is_certain for member in found):
            if trace is not None:
                trace.miss(words, "not known: no reading certainly belongs to the visit" if found else "")
            return None
        return merged(member.row.value for member in found)

    return run


def compile_change(node: Change) -> Run:
    """The reading at one visit minus that at another, or that difference in percent of the first."""
    start = compile_certain(node.measure, node.start)
    end = compile_certain(node.measure, node.end)
    base = joined(node.measure, "at", node.start)

    def run(facts: Facts, trace: Trace | None) -> Found:
        first, last = start(facts, trace), end(facts, trace)
        if not is_number(first) or not is_number(last):
            return None
        if not node.percent:
            return combine(last, "-", first)
        # 100 * (last / first - 1): each reading stands once, so that an interval is no wider than it must be.
        ratio = combine(last, "/", first)
        if ratio is None:
            if trace is not None:
                what = "is" if is_point(first) else "may be"
                trace.miss(f"{base} other than 0", f"not known: {base} {what} 0, of which nothing is a percentage")
            return None
        return settle(as_range(ratio).scaled(100).plus(as_range(-100)))

    return run


def compile_certain(measure: str, name: str) -> Run:
    """The reading that belongs to a visit, unknown if any reading may or may not belong."""
    words = joined("a reading of", measure, "at", name)

    def run(facts: Facts, trace: Trace | None) -> Found:
        found = belonging(measure, name, facts)
        if trace is not None:
            note(trace, found, is_dated=False)
        if len(found) == 1 and found[0].is_certain:
            return found[0].row.value
        if trace is not None:
            none = f"not known: no {measure} belongs to {name}"
            trace.miss(words, "not known: more than one reading may belong to the visit" if found else none)
        value = merged(member.row.value for member in found) if found else None
        # Two candidates of one value leave nothing open.
        return value if found and all(m.is_certain for m in found) and len({m.row.value for m in found}) == 1 else None

    return run
