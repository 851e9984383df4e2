"""Facts of what was done: visits held, cycles, courses and doses given."""

import re
from typing import Literal, TypeAlias

from protocol_dsl.model.examples import Given, GivenCourse, GivenCycle, GivenDose, GivenVisit
from protocol_dsl.semantics.examples.mistakes import NO_VALUE, Mistaken
from protocol_dsl.semantics.examples.phrases import Phrase, Reader, date_of, days_from_to, measured
from protocol_dsl.semantics.examples.values import Fact
from protocol_dsl.semantics.kinds import Quantity
from protocol_dsl.semantics.names import Symbol
from protocol_dsl.syntax import ast

Status: TypeAlias = Literal["held", "not held", "early termination"]
STATUSES: tuple[Status, ...] = ("not held", "early termination")


def visit(reader: Reader, found: re.Match[str], phrase: Phrase) -> Fact:
    """``visit W24``: a day, or that it was not held."""
    name = phrase.group(found, "visit")
    reader.symbol(name, "visit")

    def fact(value: Phrase) -> Given:
        parts = re.fullmatch(rf"(?P<status>{'|'.join(STATUSES)})?(?: ?(?:on )?(?P<date>\S+))?", value.text)
        date = date_of(value.group(parts, "date"), of=f"visit {name.text}") if parts and parts["date"] else ""
        if parts is None or not (date or parts["status"]):
            hint = "write the day it was held, not held, or early termination"
            raise Mistaken(NO_VALUE.at(value.span, f"visit {name.text} is never {value.text}", hint=hint))
        status: Status = next((each for each in STATUSES if each == parts["status"]), "held")
        return GivenVisit(name.text, date, status)

    return fact


def cycle(reader: Reader, found: re.Match[str], phrase: Phrase) -> Fact:
    """``cycle 1 of il2``: the day it began, or that it was not given."""
    name = phrase.group(found, "treatment")
    reader.symbol(name, "treatment")
    number = int(found["number"])

    def fact(value: Phrase) -> Given:
        given = re.fullmatch(r"not given(?: on (?P<date>\S+))?", value.text)
        if given is None:
            return GivenCycle(name.text, number, date_of(value, of=f"the start of cycle {number}"))
        date = date_of(value.group(given, "date"), of=f"the day of cycle {number}") if given["date"] else ""
        return GivenCycle(name.text, number, date, is_given=False)

    return fact


def course(reader: Reader, found: re.Match[str], phrase: Phrase) -> Fact:
    """``course of obr``."""
    name = phrase.group(found, "treatment")
    reader.symbol(name, "treatment")

    def fact(value: Phrase) -> Given:
        start, end = days_from_to(value, of=name.text)
        return GivenCourse(name.text, start, end)

    return fact


def dose(reader: Reader, found: re.Match[str], phrase: Phrase) -> Fact:
    """``dose of il2``: a day, or an amount and a day."""
    name = phrase.group(found, "treatment")
    planned = first_dose(reader.symbol(name, "treatment"))

    def fact(value: Phrase) -> Given:
        parts = re.fullmatch(r"(?:(?P<amount>.+?) on )?(?P<date>\S+)", value.text)
        if parts is None:
            hint = "write dose of il2 is 4.5 MIU on 2004-06-28"
            raise Mistaken(NO_VALUE.at(value.span, f"{value.text} does not say on which day", hint=hint))
        date = date_of(value.group(parts, "date"), of="the day of a dose")
        if not parts["amount"]:
            return GivenDose(name.text, date)
        amount = measured(value.group(parts, "amount"), planned or Quantity("mg"), of=f"a dose of {name.text}")
        return GivenDose(name.text, date, amount.value, amount.unit)

    return fact


def first_dose(symbol: Symbol) -> Quantity | None:
    """The unit in which a treatment is dosed."""
    clauses = symbol.node.clauses if isinstance(symbol.node, ast.Treatment) else ()
    doses = [clause.amount for clause in clauses if isinstance(clause, ast.Dose)]
    doses += [level.amount for clause in clauses if isinstance(clause, ast.Levels) for level in clause.levels]
    return next((Quantity(amount.unit.text) for amount in doses if amount.unit), None)
