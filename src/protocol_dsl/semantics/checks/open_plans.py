"""PD250 to PD253: plans that go on until something happens, and how far apart their cycles are."""

from collections.abc import Iterator
from itertools import pairwise

from protocol_dsl.base.diagnostics import Code, Diagnostic, Label
from protocol_dsl.model.schedule import CycleRange
from protocol_dsl.semantics.checks.cycles import courses, plans
from protocol_dsl.semantics.cycle_names import range_of
from protocol_dsl.semantics.document import Document
from protocol_dsl.syntax import ast

NO_END = Code("PD250", "until when?")
PACES_DIFFER = Code("PD251", "not one length for each cycle")
NO_CYCLE = Code("PD252", "no cycle")
NO_LAST_CYCLE = Code("PD253", "no cycle is known to be the last")

ENDING_RULES = ("stop when", "repeat while")


def cycles_without_end(document: Document) -> Iterator[Diagnostic]:
    """PD250: nothing ends the cycles of a treatment, so that they would be owed for ever."""
    for treatment, cycles in courses(document):
        ends = bool(cycles.until) or any(
            isinstance(clause, ast.NoneAfter) or (isinstance(clause, ast.CycleRule) and clause.act in ENDING_RULES)
            for clause in treatment.clauses
        )
        if cycles.up_to is None and not ends and treatment.span not in document.broken:
            yield NO_END.at(
                cycles.span,
                f"nothing ends the cycles of {treatment.name.text}",
                hint="add: until progression or death, with the events that end them",
            )


def cycles_that_are_none(document: Document) -> Iterator[Diagnostic]:
    """PD252: a range names something else than cycles, which are written C1, C2, and so on."""
    for written in document.main.nodes.of(ast.CycleRange):
        if range_of(written) is None:
            name = written.first if range_of(ast.CycleRange(written.first)) is None else written.last or written.first
            yield NO_CYCLE.at(
                name.span, f"{name.text} is no cycle", hint="cycles are written C1, C2, ...: C1 to C3, C4 on"
            )


def paces_that_do_not_fit(document: Document) -> Iterator[Diagnostic]:
    """PD251: some cycle has no length, or two."""
    for treatment, cycles in courses(document):
        ranges = [(pace, range_of(pace.cycles)) for pace in cycles.paces]
        known = [(pace, found) for pace, found in ranges if found is not None]
        if not known or len(known) < len(ranges):
            continue
        name = treatment.name.text
        if known[0][1].first != 1:
            yield PACES_DIFFER.at(known[0][0].span, f"nothing says how long C1 of {name} is", hint="begin with C1")
        for (pace, one), (following, other) in pairwise(known):
            if words := clash(one, other):
                yield PACES_DIFFER.at(
                    following.span, f"{words} of {name}", labels=(Label(pace.span, "the cycles before"),)
                )
        pace, last = known[-1]
        if last.last is not None and last.last < last.first:
            yield PACES_DIFFER.at(pace.span, f"C{last.last} comes before C{last.first}")
        elif last.last is not None and (cycles.up_to is None or cycles.up_to > last.last):
            message = f"nothing says how long the cycles of {name} after C{last.last} are"
            yield PACES_DIFFER.at(pace.span, message, hint=f"write: in C{last.first} on")


def clash(one: CycleRange, other: CycleRange) -> str:
    """What is wrong with two ranges that follow one another, or nothing."""
    if one.last is None:
        return f"C{other.first} has two lengths, since C{one.first} goes on"
    if one.last < one.first:
        return f"C{one.last} comes before C{one.first}"
    if other.first <= one.last:
        return f"C{other.first} has two lengths"
    return "" if other.first == one.last + 1 else f"nothing says how long C{one.last + 1} is, a cycle"


def expectations_of_open_plans(document: Document) -> Iterator[Diagnostic]:
    """PD253: the last cycle, or a number of them, is expected of a plan whose end is not known beforehand."""
    for treatment, written, planned in plans(document):
        if planned is not None or is_counted(treatment):
            continue
        for clause in treatment.clauses:
            if isinstance(clause, ast.ExpectLastCycle | ast.ExpectCount):
                yield NO_LAST_CYCLE.at(
                    clause.span,
                    f"how many cycles of {treatment.name.text} there are depends on the participant",
                    labels=(Label(written, "an open plan"),),
                    hint="leave this out, or write: cycles up to 8",
                )


def is_counted(treatment: ast.Treatment) -> bool:
    """Whether the text says how many cycles there are at most."""
    return any(isinstance(clause, ast.Cycles) and clause.up_to is not None for clause in treatment.clauses)
