"""PD501 to PD503, PD505, PD510 to PD516: the lines and tables of examples. What they find is known once they are run.

PD504, that examples are not run, is no longer given.
"""

import re
from collections.abc import Iterator

from protocol_dsl.base.days import DayError, parse_days
from protocol_dsl.base.diagnostics import Code, Diagnostic
from protocol_dsl.semantics.document import Document
from protocol_dsl.semantics.examples.mistakes import (
    GIVEN_TWICE,
    NO_EXPECTATION,
    NO_FACT,
    NO_FINDING,
    NO_VALUE,
    OTHER_KIND,
    UNKNOWN_IN_EXAMPLE,
)
from protocol_dsl.semantics.examples.read import read_examples
from protocol_dsl.syntax import ast

ROW_LENGTH = Code("PD501", "as many cells as the heading")
NO_DAY = Code("PD505", "not in the calendar")
NOTHING_SAID = Code("PD515", "expects nothing", "warning")
FAILS = Code("PD516", "found otherwise", still_runs=True)
"""Of an example that was run (``project/examples``): the text is read all the same, and every command goes on."""

DATE = re.compile(r"\b[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?\b")


def mistakes(document: Document, code: Code) -> Iterator[Diagnostic]:
    """What is wrong with facts and expectations, of one code."""
    return (mistake for mistake in read_examples(document).mistakes if mistake.code == code)


def rows_of_other_length(document: Document) -> Iterator[Diagnostic]:
    """PD501: a row of an example has more or fewer cells than its heading."""
    for node in document.main.nodes.of(ast.Example):
        for row in node.rows[1:]:
            if len(row.cells) != len(node.rows[0].cells):
                message = f"this row has {len(row.cells)} cells, and the heading has {len(node.rows[0].cells)}"
                yield ROW_LENGTH.at(row.span, message, hint="a cell that says nothing stands empty between two bars")


def names_unknown(document: Document) -> Iterator[Diagnostic]:
    """PD502: an example calls a name that nothing declares."""
    return mistakes(document, UNKNOWN_IN_EXAMPLE)


def findings_unknown(document: Document) -> Iterator[Diagnostic]:
    """PD503: what an example expects of a rule or a visit is never found of one."""
    return mistakes(document, NO_FINDING)


def days_that_are_none(document: Document) -> Iterator[Diagnostic]:
    """PD505: an example gives a day or a month that is not in the calendar."""
    for cell, declaration in document.main.nodes.within(ast.Cell):
        if isinstance(declaration, ast.Example):
            for word in DATE.findall(cell.text):
                try:
                    parse_days(word)
                except DayError as error:
                    yield NO_DAY.at(cell.span, f"{word} is no day: {error}", hint="write it year-month-day")


def facts_of_no_form(document: Document) -> Iterator[Diagnostic]:
    """PD510: what is given has none of the forms in which a fact is written."""
    return mistakes(document, NO_FACT)


def expectations_of_no_form(document: Document) -> Iterator[Diagnostic]:
    """PD511: what is expected has none of the forms in which an expectation is written."""
    return mistakes(document, NO_EXPECTATION)


def values_of_no_use(document: Document) -> Iterator[Diagnostic]:
    """PD512: a value that the fact cannot have: no unit, another unit, a choice that nobody has, no date."""
    return mistakes(document, NO_VALUE)


def names_of_another_kind(document: Document) -> Iterator[Diagnostic]:
    """PD513: an example calls a name where something of another kind is wanted."""
    return mistakes(document, OTHER_KIND)


def facts_given_twice(document: Document) -> Iterator[Diagnostic]:
    """PD514: an example gives a fact twice that a participant has once."""
    return mistakes(document, GIVEN_TWICE)


def examples_of_nothing(document: Document) -> Iterator[Diagnostic]:
    """PD515: an example expects nothing, so that it can never fail."""
    reading = read_examples(document)
    if reading.mistakes or document.half_read:
        return
    for example in reading.examples:
        if not any(case.expected for case in example.cases):
            yield NOTHING_SAID.at(example.place, f"the example {example.title} expects nothing", hint=HOW)


HOW = "add a column of findings, or a line such as: expect eligible"
