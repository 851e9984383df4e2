"""PD304, PD320, PD341: doses beside those of their text, and doses that are given at no time."""

import re
from collections import Counter
from collections.abc import Iterator

from protocol_dsl.base.diagnostics import Code, Diagnostic, Label
from protocol_dsl.base.numbers import write_number
from protocol_dsl.base.units import is_suspicious
from protocol_dsl.semantics.checks.units import UNITS_BY_CASE, by_case
from protocol_dsl.semantics.document import Document
from protocol_dsl.semantics.quantities import factor, is_unit, written
from protocol_dsl.syntax import ast

DOSES_DIFFER = Code("PD320", "does not convert to the dose")
NEVER_GIVEN = Code("PD341", "given at no time", "warning")

SCHEDULES = (ast.Cycles, ast.Continuous, ast.ContinuousDuring, ast.CyclesInside)


def amounts(treatment: ast.Treatment) -> Iterator[ast.Amount]:
    """The doses of a treatment in known units, then its levels."""
    found = [clause.amount for clause in treatment.clauses if isinstance(clause, ast.Dose)]
    found += [each.amount for clause in treatment.clauses if isinstance(clause, ast.Levels) for each in clause.levels]
    yield from (amount for amount in found if amount.unit and is_unit(amount.unit.text))


def unit_of(amount: ast.Amount) -> str:
    """The unit of an amount that has one."""
    return written(amount.unit.text) if amount.unit else ""


def doses_that_differ(document: Document) -> Iterator[Diagnostic]:
    """PD320: a dose level is in a unit that does not convert to that of the dose."""
    for treatment in document.main.nodes.of(ast.Treatment):
        found = tuple(amounts(treatment))
        for amount in found[1:]:
            if factor(unit_of(amount), unit_of(found[0])) is None:
                message = f"{unit_of(amount)} does not convert to {unit_of(found[0])}"
                yield DOSES_DIFFER.at(amount.span, message)


def doses_by_case(document: Document) -> Iterator[Diagnostic]:
    """PD304: the unit of a dose differs from that of most others, or from what its quote says, by case alone."""
    treatments = tuple(document.main.nodes.of(ast.Treatment))
    usual: dict[str, str] = {}
    for unit, _ in Counter(unit_of(amount) for each in treatments for amount in amounts(each)).most_common():
        usual.setdefault(unit.casefold(), unit)
    for treatment in treatments:
        for amount in amounts(treatment):
            unit = unit_of(amount)
            other = usual[unit.casefold()]
            if is_suspicious(unit, other):
                yield by_case(amount, unit, other)
            elif quote := millions_quoted(treatment, amount):
                message = (
                    f"{unit} is a thousandth of {unit[1:]}, and the quote says {write_number(amount.number)} million"
                )
                labels = (Label(quote.span, "quoted here"),)
                yield UNITS_BY_CASE.at(amount.span, message, labels=labels, hint=f"did you mean M{unit[1:]}?")


def millions_quoted(treatment: ast.Treatment, amount: ast.Amount) -> ast.Quote | None:
    """A quote that speaks of so many million, where the unit of a dose is a thousandth."""
    unit = unit_of(amount)
    if unit[:1] != "m" or not is_unit(f"M{unit[1:]}") or not is_suspicious(unit, f"M{unit[1:]}"):
        return None
    said = re.compile(rf"(?<![\d.]){re.escape(write_number(amount.number))} ?million", re.IGNORECASE)
    quotes = (clause for clause in treatment.clauses if isinstance(clause, ast.Quote))
    return next((quote for quote in quotes if said.search(quote.fragment.text)), None)


def doses_never_given(document: Document) -> Iterator[Diagnostic]:
    """PD341: a treatment has a dose and nothing that says when it is given, so that no dose is ever due or missed."""
    in_epochs = {gift.treatment.text for gift in document.main.nodes.of(ast.GivenIn)}
    for treatment in document.main.nodes.of(ast.Treatment):
        dose = next((clause for clause in treatment.clauses if isinstance(clause, ast.Dose)), None)
        is_planned = any(isinstance(clause, SCHEDULES) for clause in treatment.clauses)
        starts = any(
            level.start for clause in treatment.clauses if isinstance(clause, ast.Levels) for level in clause.levels
        )
        is_planned |= starts or treatment.name.text in in_epochs
        if dose and not is_planned and treatment.span not in document.broken:
            yield NEVER_GIVEN.at(
                treatment.name.span,
                f"{treatment.name.text} has a dose, and nothing says when it is given",
                hint="add: cycles up to N from POINT, or: continuous from POINT",
            )
