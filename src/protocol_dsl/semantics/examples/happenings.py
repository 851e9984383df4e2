"""Facts of histories: exposures, medications, conditions, events."""

import re
from typing import Literal

from protocol_dsl.base.nearest import did_you_mean
from protocol_dsl.model.examples import Given, GivenEvent, GivenExposure, GivenMedication
from protocol_dsl.model.expressions import EventPattern
from protocol_dsl.model.points import Period
from protocol_dsl.semantics.examples.mistakes import NO_FACT, NO_VALUE, Mistaken
from protocol_dsl.semantics.examples.phrases import DATE, Phrase, Reader, date_of, days_from_to
from protocol_dsl.semantics.examples.values import Fact
from protocol_dsl.syntax import ast

ANSWERS = ("yes", "no", "unknown")


def exposure(reader: Reader, found: re.Match[str], phrase: Phrase) -> Fact:
    """``exposed to NRTI``, ``exposed to NRTI from W0 to W52``."""
    name = phrase.group(found, "drugs")
    reader.symbol(name, "class")
    within = reader.period(phrase.group(found, "period"))
    return lambda value: exposed(value, name.text, within, is_ongoing=False)


def ongoing(reader: Reader, found: re.Match[str], phrase: Phrase) -> Fact:
    """``on NRTI``, ``on NRTI at SCR``."""
    name = phrase.group(found, "drugs")
    reader.symbol(name, "class")
    point = reader.point(phrase.group(found, "point")) if found["point"] else None
    return lambda value: exposed(value, name.text, Period(point, point), is_ongoing=True)


def exposed(value: Phrase, drugs: str, within: Period, *, is_ongoing: bool) -> Given:
    """Yes, no, unknown, or the day of it."""
    if re.fullmatch(DATE, value.text):
        date = date_of(value, of=drugs)
        return GivenExposure(drugs, "yes", is_ongoing, within, date)
    answer = answer_of(value, of=drugs)
    return GivenExposure(drugs, answer, is_ongoing, within)


def answer_of(value: Phrase, *, of: str) -> Literal["yes", "no", "unknown"]:
    """Yes, no or unknown.

    Raises:
        Mistaken: It is none of them.
    """
    match value.text.casefold():
        case "yes":
            return "yes"
        case "no":
            return "no"
        case "unknown":
            return "unknown"
        case _:
            hint = did_you_mean(value.text, ANSWERS) or "write yes, no, unknown or a date"
            raise Mistaken(NO_VALUE.at(value.span, f"{of} is never {value.text}", hint=hint))


def event(reader: Reader, found: re.Match[str], phrase: Phrase) -> Fact:
    """``cdc_event in {B} of grade 3 related to il2``."""
    name = phrase.group(found, "event")
    reader.symbol(name, "event", "condition")
    events, grade = pattern_of(reader, found, phrase), found["grade"]
    return happened(name.text, events, reader.period(phrase.group(found, "period")), int(grade) if grade else None)


def pattern_of(reader: Reader, found: re.Match[str], phrase: Phrase) -> EventPattern:
    """The events that a form names."""
    category, treatment = found["category"], found["treatment"]
    if treatment:
        reader.symbol(phrase.group(found, "treatment"), "treatment")
    if category:
        node = reader.symbol(phrase.group(found, "event"), "event", "condition").node
        known = categories(node)
        if known and category not in known:
            place = phrase.group(found, "category").span
            raise Mistaken(
                NO_FACT.at(place, f"{found['event']} has no category {category}", hint=did_you_mean(category, known))
            )
    return EventPattern(found["event"], (category,) if category else (), None, treatment)


def categories(node: object) -> tuple[str, ...]:
    """The categories that an event declares."""
    if not isinstance(node, ast.Event):
        return ()
    return tuple(clause.name.text for clause in node.clauses if isinstance(clause, ast.Category))


def happened(name: str, events: EventPattern, within: Period, grade: int | None) -> Fact:
    """A condition or an event: yes, no, unknown, or the day of it."""

    def fact(value: Phrase) -> Given:
        if re.fullmatch(DATE, value.text):
            return GivenEvent(events, grade=grade, period=within, date=date_of(value, of=name))
        answer = answer_of(value, of=name)
        return GivenEvent(events, int(answer == "yes"), answer == "unknown", grade, within)

    return fact


def count(reader: Reader, found: re.Match[str], phrase: Phrase) -> Fact:
    """``count of relapse from W0 to W52``."""
    name = phrase.group(found, "event")
    reader.symbol(name, "event", "condition")
    events, within = pattern_of(reader, found, phrase), reader.period(phrase.group(found, "period"))

    def fact(value: Phrase) -> Given:
        number = re.fullmatch(r"([0-9]{1,2})(?: (?:events|times))?", value.text)
        if number is None:
            message = f"a count is a number below 100, and {value.text} is none"
            raise Mistaken(NO_VALUE.at(value.span, message, hint="write it as 2"))
        return GivenEvent(events, int(number[1]), period=within)

    return fact


def medication(_: Reader, found: re.Match[str], phrase: Phrase) -> Fact:
    """``medication zidovudine``."""
    name = phrase.group(found, "drug").text

    def fact(value: Phrase) -> Given:
        start, end = days_from_to(value, of=name)
        return GivenMedication(name, start, end)

    return fact
