"""What an example may give of its participant: a closed list of forms, each a subject and its value.

A line writes both (``cd4 at W0 is 150 cells/mm3``); in a table the heading is the subject, and each cell a value.
"""

import re
from collections.abc import Callable
from typing import TypeAlias

from attrs import evolve

from protocol_dsl.base.nearest import did_you_mean
from protocol_dsl.model.examples import Given, GivenEvent
from protocol_dsl.model.expressions import EventPattern
from protocol_dsl.model.points import Period
from protocol_dsl.semantics.examples import acts, happenings, values
from protocol_dsl.semantics.examples.mistakes import NO_FACT, Mistaken
from protocol_dsl.semantics.examples.phrases import NAME, PERIOD, POINT, Phrase, Reader, date_of
from protocol_dsl.semantics.examples.values import Fact

Form: TypeAlias = Callable[[Reader, re.Match[str], Phrase], Fact]

PICK = "first|latest|lowest|highest|mean|median"
BEGINNINGS = (
    "as of",
    "age",
    "birth_date",
    "visit",
    "cycle",
    "medication",
    "course of",
    "dose of",
    "exposed to",
    "count",
)
FORMS_ARE = "a fact is written as: cd4 at W0 is 150 cells/mm3, arm active, visit W24 on 2004-12-09"

LINES = (
    r"(?P<subject>.+?) is (?P<value>.+)",
    r"(?P<subject>as of) (?P<value>.+)",
    rf"(?P<subject>(?:medication|course of) {NAME}) (?P<value>from .+)",
    rf"(?P<subject>visit {NAME})(?: on)? (?P<value>.+)",
    rf"(?P<subject>(?:cycle [0-9]+|dose) of {NAME})(?: on)? (?P<value>.+)",
    r"(?P<subject>.+) on (?P<value>\S+)",
    rf"(?P<subject>{NAME}) (?P<value>\S+)",
)
"""How a line falls into subject and value; the first that fits."""


def line_fact(reader: Reader, phrase: Phrase) -> Given:
    """One fact of a ``given`` line.

    Raises:
        Mistaken: It is none.
    """
    for pattern in LINES:
        if found := re.fullmatch(pattern, phrase.text):
            fact = subject(reader, phrase.group(found, "subject"))(phrase.group(found, "value"))
            return evolve(fact, words=phrase.text, place=phrase.span)
    message = f"{phrase.text} gives no value" if phrase.text else "nothing is given here"
    raise Mistaken(NO_FACT.at(phrase.span, message, hint=FORMS_ARE))


def subject(reader: Reader, phrase: Phrase) -> Fact:
    """What a fact is about; it is given its value afterwards.

    Raises:
        Mistaken: It has none of the forms, or calls a name that it cannot.
    """
    for begin, pattern, form in FORMS:
        # Most are told apart by how they begin, and need no pattern made.
        if phrase.text.startswith(begin) and (found := re.fullmatch(begin + pattern, phrase.text)):
            return form(reader, found, phrase)
    hint = did_you_mean(phrase.text, BEGINNINGS) or FORMS_ARE
    raise Mistaken(NO_FACT.at(phrase.span, f"{phrase.text or 'a heading without words'} is no fact", hint=hint))


def named(reader: Reader, _: re.Match[str], phrase: Phrase) -> Fact:
    """``randomization``, ``arm``, ``failing``, ``hiv1_infection``, ``cd4``: what the name is says the form."""
    symbol = reader.symbol(phrase, "milestone", "attribute", "measure", "condition", "event")
    match symbol.kind:
        case "attribute":
            return values.attribute(reader, phrase.text)
        case "measure":
            return values.reading(reader, phrase, None, "", Period())
        case "milestone":
            events = EventPattern(phrase.text)
            return lambda value: GivenEvent(events, date=date_of(value, of=phrase.text))
        case _:
            return happenings.happened(phrase.text, EventPattern(phrase.text), Period(), None)


PATTERN = rf"(?P<event>{NAME})(?: in \{{ ?(?P<category>\w+) ?\}})?"
RELATED = rf"(?: related to (?P<treatment>{NAME}))?(?P<period>{PERIOD}?)"
FORMS: tuple[tuple[str, str, Form], ...] = (
    ("as of", "", values.cutoff),
    ("age", rf"(?: at (?P<point>{POINT}))?", values.age),
    ("birth_date", "", values.birth),
    ("visit ", rf"(?P<visit>{NAME})", acts.visit),
    ("cycle ", rf"(?P<number>[0-9]{{1,4}}) of (?P<treatment>{NAME})", acts.cycle),
    ("course of ", rf"(?P<treatment>{NAME})", acts.course),
    ("dose of ", rf"(?P<treatment>{NAME})", acts.dose),
    ("medication ", rf"(?P<drug>{NAME})", happenings.medication),
    ("exposed to ", rf"(?P<drugs>{NAME})(?P<period>{PERIOD}?)", happenings.exposure),
    ("on ", rf"(?P<drugs>{NAME})(?: at (?P<point>{POINT}))?", happenings.ongoing),
    ("count of ", rf"{PATTERN}{RELATED}", happenings.count),
    ("", rf"(?P<choice>{PICK}) (?:recorded )?(?P<measure>{NAME})(?P<period>{PERIOD}?)", values.picked),
    ("", rf"(?P<measure>{NAME}) at (?P<visit>{NAME})", values.at_visit),
    ("", NAME, named),
    ("", rf"{PATTERN}(?: of grade (?P<grade>[0-9]+))?{RELATED}", happenings.event),
)
"""The words that a form begins with, the pattern of the rest, and who reads it; the more special ones first."""
