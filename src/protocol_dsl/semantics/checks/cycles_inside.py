"""PD261 to PD263: a treatment that is given in the cycles of another."""

from collections.abc import Iterator

from protocol_dsl.base.diagnostics import Code, Diagnostic, Label
from protocol_dsl.semantics.document import Document
from protocol_dsl.semantics.lower_schedule import every, first
from protocol_dsl.semantics.lower_series import gifts
from protocol_dsl.syntax import ast

NO_OWN_CYCLES = Code("PD261", "itself given in the cycles of another")
NOT_OF_THESE_CYCLES = Code("PD262", "not of cycles inside those of another treatment")
NOT_GIVEN_TOGETHER = Code("PD263", "not given together")


def inside_others(document: Document) -> Iterator[tuple[ast.Treatment, ast.CyclesInside]]:
    """The treatments that are given in the cycles of another."""
    for treatment in document.main.nodes.of(ast.Treatment):
        if inside := first(ast.CyclesInside, treatment.clauses):
            yield treatment, inside


def cycles_inside_of_inside(document: Document) -> Iterator[Diagnostic]:
    """PD261: the other treatment has no cycles of its own either."""
    of_others = {treatment.name.text: inside.days.treatment.text for treatment, inside in inside_others(document)}
    for treatment, inside in inside_others(document):
        host = inside.days.treatment
        if (other := of_others.get(host.text)) is not None:
            name = treatment.name.text
            is_same = name in {host.text, other}
            yield NO_OWN_CYCLES.at(
                host.span,
                f"{host.text} is itself given in the cycles of {other}",
                hint="write: cycles every 21 days from W0 until death" if is_same else f"name {other} here",
            )


def clauses_not_of_these_cycles(document: Document) -> Iterator[Diagnostic]:
    """PD262: a clause that says how many cycles there are, or from what they are counted; or several days of a cycle.

    The other treatment says all that.
    """
    for treatment, inside in inside_others(document):
        name, host = treatment.name.text, inside.days.treatment.text
        if len(inside.days.days) > 1:
            yield NOT_OF_THESE_CYCLES.at(
                inside.days.span,
                f"{name} has one day in each cycle of {host}, so that its cycles have the numbers of these",
                hint="declare a treatment for each day, or write: dose ... for 5 days",
            )
        for clause in treatment.clauses:
            if words := said_of_own_cycles(clause):
                yield NOT_OF_THESE_CYCLES.at(
                    clause.span,
                    f"{words} goes with cycles of its own, and those of {name} are those of {host}",
                    labels=(Label(inside.span, f"in the cycles of {host}"),),
                    hint="leave this clause out",
                )
    for treatment in document.main.nodes.of(ast.Treatment):
        only, own = first(ast.Only, treatment.clauses), first(ast.Cycles, treatment.clauses)
        if only and own:
            yield NOT_OF_THESE_CYCLES.at(
                only.span,
                f"only says in which cycles of another treatment {treatment.name.text} is given, and it has its own",
                labels=(Label(own.span, "its own cycles"),),
                hint="write: cycles at cycle day 1 of TREATMENT",
            )


def said_of_own_cycles(clause: ast.TreatmentClause) -> str:
    """The words of a clause that only cycles of their own can have, or nothing."""
    match clause:
        case ast.CountedFrom(reference) if reference != "plan":
            return f"counted from {reference}"
        case ast.SkippedDoNotCount():
            return "skipped cycles do not count"
        case _:
            return ""


def arms_without_the_other(document: Document) -> Iterator[Diagnostic]:
    """PD263: an arm gives the treatment without the one in whose cycles it is given, or in one epoch alone."""
    hosts = {treatment.name.text: inside.days.treatment for treatment, inside in inside_others(document)}
    for arm in document.main.nodes.of(ast.Arm):
        for name in (name for clause in every(ast.Gives, arm.clauses) for name in clause.treatments):
            host = hosts.get(name.text)
            if host is not None and host.text not in gifts(arm):
                yield NOT_GIVEN_TOGETHER.at(
                    name.span,
                    f"arm {arm.name.text} gives {name.text}, but not {host.text}, in whose cycles it is given",
                    labels=(Label(host.span, "in these cycles"),),
                    hint=f"write: gives {host.text}, {name.text}",
                )
