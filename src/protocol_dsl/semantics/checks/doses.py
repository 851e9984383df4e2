"""PD304, PD320, PD325, PD326, PD341: doses beside those of their text, in kilograms, of a day, or given at no time."""

import re
from collections import Counter
from collections.abc import Iterator

from protocol_dsl.base.diagnostics import Code, Diagnostic, Label
from protocol_dsl.base.numbers import write_number
from protocol_dsl.base.units import is_suspicious
from protocol_dsl.semantics.checks.units import UNITS_BY_CASE, by_case
from protocol_dsl.semantics.document import Document
from protocol_dsl.semantics.points import write_amount
from protocol_dsl.semantics.quantities import factor, is_unit, written
from protocol_dsl.syntax import ast

DOSES_DIFFER = Code("PD320", "does not convert to the dose")
NEVER_GIVEN = Code("PD341", "given at no time", "warning")
IN_KILOGRAMS = Code("PD325", "kilograms", "warning")
OF_A_DAY = Code("PD326", "of a whole day", "warning")

A_DAY = re.compile(r"/(?:d|day|days)$")
MILLIONS_OF_UNITS = re.compile(r"million (?P<international>international )?units?\b", re.IGNORECASE)
SCHEDULES = (ast.Cycles, ast.Continuous, ast.ContinuousDuring, ast.CyclesInside)


def amounts(treatment: ast.Treatment) -> Iterator[ast.Amount]:
    """The doses of a treatment in known units, then its levels."""
    yield from (amount for amount in amounts_written(treatment) if amount.unit and is_unit(amount.unit.text))


def amounts_written(treatment: ast.Treatment) -> Iterator[ast.Amount]:
    """The doses of a treatment, then its levels."""
    found = [clause.amount for clause in treatment.clauses if isinstance(clause, ast.Dose)]
    found += [each.amount for clause in treatment.clauses if isinstance(clause, ast.Levels) for each in clause.levels]
    yield from found


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
                yield not_in_millions(amount, unit, quote)


def not_in_millions(amount: ast.Amount, unit: str, quote: ast.Quote) -> Diagnostic:
    """The message of PD304 about a dose of which the quote says that it is in millions, of units as a rule."""
    units = MILLIONS_OF_UNITS.search(quote.fragment.text)
    meant = f"M{unit[1:]}"
    if units and not unit.endswith("U"):
        meant = "MIU" if units["international"] else "MU"
    number = write_number(amount.number)
    message = f"{unit} is a thousandth of {unit[1:]}, and the quote says {number} million"
    if meant != f"M{unit[1:]}":
        message = f"{number} {unit} is no amount in millions of units, and the quote says {number} million"
    return UNITS_BY_CASE.at(
        amount.span,
        message,
        label=None if meant == f"M{unit[1:]}" else "in another unit",
        labels=(Label(quote.span, "quoted here"),),
        hint=f"did you mean {meant}?",
    )


def millions_quoted(treatment: ast.Treatment, amount: ast.Amount) -> ast.Quote | None:
    """A quote that speaks of so many million, where the unit of a dose is a thousandth."""
    unit = unit_of(amount)
    if unit[:1] != "m" or not is_unit(f"M{unit[1:]}") or not is_suspicious(unit, f"M{unit[1:]}"):
        return None
    said = re.compile(rf"(?<![\d.]){re.escape(write_number(amount.number))} ?million", re.IGNORECASE)
    quotes = (clause for clause in treatment.clauses if isinstance(clause, ast.Quote))
    return next((quote for quote in quotes if said.search(quote.fragment.text)), None)


def doses_in_kilograms(document: Document) -> Iterator[Diagnostic]:
    """PD325: a dose is in kilograms, which nobody takes of a drug."""
    for treatment in document.main.nodes.of(ast.Treatment):
        for amount in amounts(treatment):
            if unit_of(amount) == "kg" and amount.number > 0:
                yield IN_KILOGRAMS.at(
                    amount.span,
                    f"a dose of {treatment.name.text} is {write_amount(amount)}",
                    hint="did you mean mg, or mg/kg, an amount for each kilogram of body weight?",
                )


def doses_of_a_day(document: Document) -> Iterator[Diagnostic]:
    """PD326: a dose is an amount for each day, where data have the amount of an administration."""
    for treatment in document.main.nodes.of(ast.Treatment):
        for amount in amounts_written(treatment):
            unit = amount.unit.text if amount.unit else ""
            if (a_day := A_DAY.search(unit)) is not None:
                given = f"{write_number(amount.number)} {unit[: a_day.start()]}"
                yield OF_A_DAY.at(
                    amount.span,
                    f"a dose is the amount of one administration, and {write_amount(amount)} that of a day",
                    hint=f"write the amount and how often: dose {given} ROUTE, once daily",
                )


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
