"""Facts that are values: what a participant is, and what was read of one."""

import re
from collections.abc import Callable
from typing import TypeAlias

from protocol_dsl.model.examples import Given, GivenAge, GivenCutoff, GivenReading, GivenValue
from protocol_dsl.model.points import Period
from protocol_dsl.semantics.examples.mistakes import NO_VALUE, Mistaken
from protocol_dsl.semantics.examples.phrases import Phrase, Reader, choice_of, date_of, measured, number_in
from protocol_dsl.semantics.kinds import Choices, Date, Quantity, kind_of_measure, kind_of_name

Fact: TypeAlias = Callable[[Phrase], Given]
"""A subject that waits for its value."""


def cutoff(_: Reader, _found: re.Match[str], _phrase: Phrase) -> Fact:
    """``as of``."""
    return lambda value: GivenCutoff(date_of(value, of="the last day that is read"))


def age(reader: Reader, found: re.Match[str], phrase: Phrase) -> Fact:
    """``age``, ``age at SCR``."""
    point = reader.point(phrase.group(found, "point")) if found["point"] else None

    def fact(value: Phrase) -> Given:
        years = re.fullmatch(r"([0-9]{1,3})(?: years?)?", value.text)
        if years is None:
            message = f"an age is in completed years, and {value.text} is none"
            raise Mistaken(NO_VALUE.at(value.span, message, hint="write it as 17 years"))
        return GivenAge(int(years[1]), point)

    return fact


def birth(_: Reader, _found: re.Match[str], _phrase: Phrase) -> Fact:
    """``birth_date``."""
    return lambda value: GivenValue("birth_date", date_of(value, of="a birth date"))


def attribute(reader: Reader, name: str) -> Fact:
    """``arm``, ``sex``, ``failing``: a cell of the table of participants."""
    kind = kind_of_name(name, reader.document.main)

    def fact(value: Phrase) -> Given:
        match kind:
            case Date():
                return GivenValue(name, date_of(value, of=name))
            case Quantity():
                return GivenValue(name, number_in(value, kind, of=name))
            case Choices() if name == "arm":
                reader.symbol(value, "arm")
            case Choices():
                choice_of(value, kind.choices, of=name)
            case _:
                raise Mistaken(None)
        return GivenValue(name, value.text)

    return fact


def reading(reader: Reader, name: Phrase, visit: str | None, choice: str, within: Period) -> Fact:
    """A reading of a measure, perhaps with its date: ``90 cells/mm3 on 2004-05-28``."""
    reader.symbol(name, "measure")
    kind = kind_of_measure(name.text, reader.document.main)

    def fact(value: Phrase) -> Given:
        parts = re.fullmatch(r"(?P<value>.+?)(?: on (?P<date>\S+))?", value.text)
        if parts is None or kind is None:
            raise Mistaken(None)
        written, unit = measured(value.group(parts, "value"), kind, of=name.text)
        date = date_of(value.group(parts, "date"), of="the day of a reading") if parts["date"] else ""
        return GivenReading(name.text, written, unit, visit, choice, within, date)

    return fact


def picked(reader: Reader, found: re.Match[str], phrase: Phrase) -> Fact:
    """``latest cd4``, ``lowest recorded cd4 from W0 to W24``."""
    within = reader.period(phrase.group(found, "period"))
    return reading(reader, phrase.group(found, "measure"), None, found["choice"], within)


def at_visit(reader: Reader, found: re.Match[str], phrase: Phrase) -> Fact:
    """``cd4 at W0``."""
    visit = phrase.group(found, "visit")
    fact = reading(reader, phrase.group(found, "measure"), visit.text, "", Period())
    reader.symbol(visit, "visit")
    return fact
