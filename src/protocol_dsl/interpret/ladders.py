"""Grades of readings, and the reference ranges they are counted from.

A ladder has a reading for each reading of its measure: of the same day, visit and row, with a grade in place of the
value. Where the reading or a limit is not exactly known, the grade is the interval of those it may be.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Literal, TypeAlias, assert_never

from attrs import evolve

from protocol_dsl.base.numbers import Range
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.intervals import Quantity, combine, compare, settle, span
from protocol_dsl.interpret.periods import compile_period
from protocol_dsl.interpret.plan import visit_named
from protocol_dsl.interpret.readings import Found, Member, Run, is_number, merged, sources
from protocol_dsl.interpret.readings_at_visits import readings_at
from protocol_dsl.interpret.reasons import Trace, reading_fact
from protocol_dsl.model.expressions import Change, LimitOfNormal, OfReadings, Pick, ReadingAt
from protocol_dsl.model.records import Reading
from protocol_dsl.model.vocabulary import Ladder, Limit

End: TypeAlias = Literal["lower", "upper"]
CERTAIN = 2
BOTH_SEXES = {"female", "male"}
NOT_KNOWN = "unknown"


# ------------------------------------------------------------------------------- grades
def graded(ladder: Ladder, facts: Facts) -> tuple[Reading, ...]:
    """The readings of a ladder, in the order of those of its measure."""
    limits = tuple(dict.fromkeys(rung.limit for rung in ladder.rungs))
    shared = {limit: shared_base(limit, ladder.measure, facts) for limit in limits}
    return tuple(
        graded_row(row, ladder, {limit: own_base(limit, row, shared[limit]) for limit in limits})
        for row in facts.readings(ladder.measure)
    )


def graded_row(row: Reading, ladder: Ladder, bases: Mapping[Limit, Quantity | None]) -> Reading:
    """A reading with its grade; a base that is not known is ``None``."""
    if row.value is None or isinstance(row.value, str):
        return evolve(row, value=None)
    low = high = 0
    for rung in ladder.rungs:
        base = bases[rung.limit]
        limit = None if base is None else combine(rung.limit.number, "*", base)
        truth = 1 if limit is None else compare(row.value, rung.operator, limit)
        low = max(low, rung.grade if truth == CERTAIN else 0)
        high = max(high, rung.grade if truth else 0)
    missing = [] if low == high else [limit for limit, base in bases.items() if base is None]
    return evolve(row, value=settle(Range(low, high)), lacks=lacking(missing[0], ladder.measure) if missing else "")


def lacking(limit: Limit, measure: str) -> str:
    """What is missing where the base of a limit is not known."""
    if limit.of == "visit":
        return f"a reading of {measure} at {limit.visit}"
    return f"the {limit.of} limit of normal of {measure}"


def shared_base(limit: Limit, measure: str, facts: Facts) -> Quantity | None:
    """What the number of a limit multiplies, for rows that bring nothing of their own; one for an amount."""
    match limit.of:
        case "amount":
            return 1
        case "visit":
            return at_visit(measure, limit.visit, facts)
        case "lower" | "upper":
            return declared_limit(limit.of, measure, facts)


def own_base(limit: Limit, row: Reading, shared: Quantity | None) -> Quantity | None:
    """The same for one row, whose own reference range goes before that of the protocol."""
    match limit.of:
        case "lower" | "upper":
            own = own_limit(limit.of, row)
            return shared if own is None else own
        case _:
            return shared


def at_visit(measure: str, name: str, facts: Facts) -> Quantity | None:
    """The reading that certainly belongs to the visit, or what spans those that may."""
    found = of_visits(measure, (name,), facts)
    value = merged(member.row.value for member in found) if any(member.is_certain for member in found) else None
    return value if is_number(value) else None


# --------------------------------------------------------------------- reference ranges
def own_limit(end: End, row: Reading) -> Quantity | None:
    """The limit that the row itself brings."""
    return row.low if end == "lower" else row.high


def declared_limit(end: End, name: str, facts: Facts) -> Quantity | None:
    """The end of the declared range of the participant's sex; what spans both where the sex is not known."""
    measure = next((each for each in facts.model.vocabulary.measures if each.name == name), None)
    ranges = {normal.sex: normal for normal in measure.normals} if measure else {}
    found = facts.record.attributes.get("sex")
    sex = NOT_KNOWN if found is None else str(found.value)
    if sex != NOT_KNOWN:
        mine = ranges.get(sex) or ranges.get("")
        ranges = {} if mine is None else {sex: mine}
    elif "" not in ranges and not ranges.keys() >= BOTH_SEXES:
        ranges = {}
    ends = [normal.low if end == "lower" else normal.high for normal in ranges.values()]
    return span(ends) if ends else None


def compile_limit(node: LimitOfNormal) -> Run:
    """An end of the reference range: what spans those of the rows that it is of, else the declared one."""
    end, measure = node.end, node.measure
    taken_from = [compile_sources(value) for value in node.of]

    def rows_read(facts: Facts) -> list[Member]:
        if taken_from:
            return [member for each in taken_from for member in each(facts)]
        held = ((row, facts.belongs(row.first, row.last)) for row in facts.readings(measure))
        return [Member(row, truth == CERTAIN) for row, truth in held if truth]

    def run(facts: Facts, trace: Trace | None) -> Found:
        declared = declared_limit(end, measure, facts)
        read = rows_read(facts)
        found = [declared if (own := own_limit(end, member.row)) is None else own for member in read]
        if not any(member.is_certain for member in read):
            found.append(declared)
        known = [limit for limit in found if limit is not None]
        if len(known) < len(found):
            if trace is not None:
                words = f"the {end} limit of normal of {measure}"
                trace.miss(words, "not known: no reference range")
            return None
        if trace is not None:
            trace.facts += [reading_fact(member.row) for member in read if own_limit(end, member.row) is not None]
            if isinstance(declared, Range) and declared in found:
                trace.miss("a value of sex")
        return span(known)

    return run


def compile_sources(value: OfReadings) -> Callable[[Facts], list[Member]]:
    """The readings from which a value may be taken."""
    match value:
        case Pick():
            period = compile_period(value.period)

            def picked(facts: Facts) -> list[Member]:
                bounds = period(facts)
                return [] if bounds is None else sources(value, bounds, facts)

            return picked
        case ReadingAt(visit=visit):
            return partial(of_visits, value.measure, (visit,))
        case Change(start=start, end=end):
            return partial(of_visits, value.measure, (start, end))
        case _:
            assert_never(value)


def of_visits(measure: str, names: tuple[str, ...], facts: Facts) -> list[Member]:
    """The readings that may belong to one of some visits."""
    visits = (visit_named(name, facts) for name in names)
    return [member for visit in visits if visit is not None for member in readings_at(measure, visit, facts)]
