"""The parts that facts and expectations are made of: names, points, periods, dates, values."""

import re
from functools import cached_property
from typing import NamedTuple

from protocol_dsl.base.days import DayError, parse_days
from protocol_dsl.base.nearest import did_you_mean
from protocol_dsl.base.numbers import literal_number, write_number
from protocol_dsl.base.source import Span
from protocol_dsl.base.values import frozen
from protocol_dsl.model.points import Period, Point
from protocol_dsl.semantics.document import Document
from protocol_dsl.semantics.examples.mistakes import NO_FACT, NO_VALUE, OTHER_KIND, UNKNOWN_IN_EXAMPLE, Mistaken
from protocol_dsl.semantics.kinds import Choices, Quantity
from protocol_dsl.semantics.names import WORDS, Kind, Symbol, is_study_time
from protocol_dsl.semantics.points import period, resolve
from protocol_dsl.semantics.quantities import factor, is_unit, unit_hint, written
from protocol_dsl.semantics.references import POINTS, references
from protocol_dsl.syntax import ast

NAME = r"(?:[WDM]-[0-9]+|[A-Za-z][A-Za-z0-9_]*)"
LENGTH = r"[0-9][0-9_]* \w+"
POINT = rf"(?:{LENGTH} (?:before|after) )*{NAME}"
PERIOD = rf"(?: (?:before {POINT}|within {LENGTH} before {POINT}|from {POINT} to {POINT}))"
DATE = r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?"
NUMBER = re.compile(r"([<>]=?)? ?(-?)([0-9][0-9_]*(?:\.[0-9]+)?)(?: (\S.*)|([^\s0-9._].*))?")


class Measured(NamedTuple):
    """A value as data have it, and its unit."""

    value: str
    unit: str = ""


@frozen
class Phrase:
    """Some words of an example, single blanks between them, and where they stand."""

    text: str
    span: Span

    def part(self, start: int, end: int) -> "Phrase":
        """The characters from ``start`` to ``end``; at the whole place where blanks were left out in between."""
        is_exact = self.span.end - self.span.start == len(self.text)
        span = Span(self.span.file, self.span.start + start, self.span.start + end) if is_exact else self.span
        return Phrase(self.text[start:end], span)

    def group(self, found: re.Match[str], name: str) -> "Phrase":
        """The part that a group of a form covers."""
        return self.part(found.start(name), found.end(name))


@frozen(slots=False)
class Reader:
    """Reads the phrases of a protocol's examples with the names that the protocol knows."""

    document: Document

    @cached_property
    def called(self) -> frozenset[str]:
        """Every name that the rest of the protocol calls."""
        chapter = self.document.main
        arms = (choice.text for node in chapter.nodes.of(ast.IsIn) for choice in node.choices)
        names = (found.name.text for found in references(chapter))
        return frozenset((*names, *arms, *(node.choice.text for node in chapter.nodes.of(ast.Is))))

    def symbol(self, name: Phrase, *kinds: Kind) -> Symbol:
        """What a name stands for, which must be one of ``kinds``.

        Raises:
            Mistaken: Nothing is called so, or it is of another kind.
        """
        chapter = self.document.main
        found = chapter.find(name.text, *kinds)
        if found is not None:
            return found
        # Where a part of the text could not be read, or a rule calls the same name, it is told of there.
        if self.document.half_read or (name.text not in chapter.symbols and name.text in self.called):
            raise Mistaken(None)
        if other := chapter.find(name.text):
            wanted = " or ".join(WORDS[kind] for kind in kinds)
            message = f"{name.text} is {WORDS[other.kind]}, and {wanted} is wanted here"
            raise Mistaken(OTHER_KIND.at(name.span, message))
        hint = did_you_mean(name.text, chapter.known(*kinds)) or did_you_mean(name.text, chapter.symbols)
        raise Mistaken(UNKNOWN_IN_EXAMPLE.at(name.span, f"nothing named {name.text} is declared", hint=hint))

    def point(self, phrase: Phrase) -> Point:
        """``SCR``, ``7 days after W0``.

        Raises:
            Mistaken: It has no such name or length.
        """
        found = resolve(self.tree(phrase), self.document.main)
        if found is None:
            raise Mistaken(NO_FACT.at(phrase.span, f"{phrase.text} is no point in study time"))
        return found

    def tree(self, phrase: Phrase) -> ast.Point:
        """A point as the parser would have read it, its name known."""
        words = phrase.text.split(" ")
        name = phrase.part(len(phrase.text) - len(words[-1]), len(phrase.text))
        if not is_study_time(name.text):
            self.symbol(name, *POINTS)
        at: ast.Point = ast.NamedPoint(ast.Name(name.text, span=name.span), span=name.span)
        for i in range(len(words) - 4, -1, -3):
            amount = ast.Amount(literal_number(words[i]), ast.Name(words[i + 1]))
            at = ast.OffsetPoint(amount, "before" if words[i + 2] == "before" else "after", at, span=phrase.span)
        return at

    def period(self, phrase: Phrase) -> Period:
        """`` before SCR``, `` within 28 days before SCR``, `` from W0 to W52``; none of it leaves both sides open.

        Raises:
            Mistaken: A point of it is none.
        """
        if found := re.fullmatch(rf" before (?P<end>{POINT})", phrase.text):
            return Period(None, self.point(phrase.group(found, "end")))
        if found := re.fullmatch(rf" within (?P<length>{LENGTH}) before (?P<end>{POINT})", phrase.text):
            end = self.tree(phrase.group(found, "end"))
            number, unit = found["length"].split(" ")
            within = period(ast.Within(ast.Amount(literal_number(number), ast.Name(unit)), end), self.document.main)
            if within.start is None:
                raise Mistaken(NO_FACT.at(phrase.span, f"{found['length']} is no length of time"))
            return within
        if found := re.fullmatch(rf" from (?P<start>{POINT}) to (?P<end>{POINT})", phrase.text):
            return Period(self.point(phrase.group(found, "start")), self.point(phrase.group(found, "end")))
        return Period()


# ----------------------------------------------------------------------------------------------------------- values
def date_of(phrase: Phrase, *, of: str) -> str:
    """A date to the precision known; one that is not in the calendar is another check's.

    Raises:
        Mistaken: It is none.
    """
    if re.fullmatch(DATE, phrase.text) is None:
        hint = "write a date as 2004-06-14"
        raise Mistaken(NO_VALUE.at(phrase.span, f"{of} is a date, and {phrase.text or 'nothing'} is none", hint=hint))
    try:
        parse_days(phrase.text)
    except DayError as error:
        # Of a day and of a month another check says that they are not in the calendar.
        mistake = None if "-" in phrase.text else NO_VALUE.at(phrase.span, f"{phrase.text} is no date: {error}")
        raise Mistaken(mistake) from None
    return phrase.text


def choice_of(phrase: Phrase, choices: tuple[str, ...], *, of: str) -> str:
    """One of some words, whatever its case.

    Raises:
        Mistaken: It is none of them.
    """
    if choices and phrase.text.casefold() not in {choice.casefold() for choice in choices}:
        hint = did_you_mean(phrase.text, choices) or f"{of} is one of: {', '.join(choices)}"
        raise Mistaken(NO_VALUE.at(phrase.span, f"{of} is never {phrase.text}", hint=hint))
    return phrase.text


def measured(phrase: Phrase, kind: Quantity | Choices, *, of: str) -> Measured:
    """A value of a measure: a number with a unit that converts to the measure's, or one of its choices.

    Raises:
        Mistaken: It is none.
    """
    if isinstance(kind, Choices):
        return Measured(choice_of(phrase, kind.choices, of=of))
    found = NUMBER.fullmatch(phrase.text)
    if found is None:
        raise Mistaken(NO_VALUE.at(phrase.span, f"{of} is a number with a unit, and {phrase.text} is none"))
    sign, minus, number, apart, joined = (part or "" for part in found.groups())
    unit = apart or joined
    hint = f"write {phrase.text} {kind.unit}" if kind.unit else ""
    if not unit and kind.unit:
        raise Mistaken(NO_VALUE.at(phrase.span, f"{phrase.text} has no unit, and {of} is in {kind.unit}", hint=hint))
    if unit and factor(unit, kind.unit, kind.conversions) is None:
        hint = (unit_hint(unit) if not is_unit(unit) else "") or f"{of} is in {kind.unit or 'plain numbers'}"
        raise Mistaken(NO_VALUE.at(phrase.span, f"{unit} is no unit of {of}", hint=hint))
    return Measured(f"{sign}{minus}{number.replace('_', '')}", written(unit))


def number_in(phrase: Phrase, kind: Quantity, *, of: str) -> str:
    """A plain number in the unit of ``kind``, as the table of participants has it."""
    value, unit = measured(phrase, kind, of=of)
    found = re.fullmatch(r"([<>]=?)?(.*)", value)
    step = factor(unit, kind.unit, kind.conversions) or 1
    if found is None or step == 1:
        return value
    minus = -1 if found[2].startswith("-") else 1
    return f"{found[1] or ''}{write_number(minus * literal_number(found[2].lstrip('-')) * step)}"


def days_from_to(value: Phrase, *, of: str) -> tuple[str, str]:
    """``from 2004-01-05 to 2004-03-01``; the end may be left out.

    Raises:
        Mistaken: It is no such course of days.
    """
    found = re.fullmatch(r"(?:from )?(?P<start>\S+)(?: to (?P<end>\S+))?", value.text)
    if found is None:
        hint = "write from 2004-01-05 to 2004-03-01; without an end it goes on"
        raise Mistaken(NO_VALUE.at(value.span, f"{value.text} does not say from when {of} was taken", hint=hint))
    start = date_of(value.group(found, "start"), of=f"the start of {of}")
    return start, date_of(value.group(found, "end"), of=f"the end of {of}") if found["end"] else ""
