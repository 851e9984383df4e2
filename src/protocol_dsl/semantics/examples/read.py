"""Every example of a protocol, read once: what the model keeps of it, and what is wrong with it."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from attrs import evolve, field

from protocol_dsl.base.diagnostics import Diagnostic, Label
from protocol_dsl.base.source import Span
from protocol_dsl.base.values import frozen
from protocol_dsl.model.examples import (
    Example,
    ExampleCase,
    Expected,
    Given,
    GivenDose,
    GivenEvent,
    GivenMedication,
    GivenReading,
)
from protocol_dsl.semantics.document import Document
from protocol_dsl.semantics.examples.expectations import heading, line_expectation
from protocol_dsl.semantics.examples.facts import line_fact, subject
from protocol_dsl.semantics.examples.mistakes import GIVEN_TWICE, Mistaken
from protocol_dsl.semantics.examples.phrases import Phrase, Reader
from protocol_dsl.syntax import ast

T = TypeVar("T")
U = TypeVar("U")


@frozen
class Reading:
    """The examples of a text, and the mistakes in them, in the order of the text."""

    examples: tuple[Example, ...]
    mistakes: tuple[Diagnostic, ...]


@frozen
class Notebook:
    """Collects mistakes while examples are read."""

    reader: Reader
    mistakes: list[Diagnostic] = field(factory=list)

    def tried(self, read: Callable[[Phrase], T], phrase: Phrase) -> T | None:
        """What ``read`` makes of a phrase; nothing where it is mistaken."""
        try:
            return read(phrase)
        except Mistaken as mistake:
            if mistake.diagnostic is not None:
                self.mistakes.append(mistake.diagnostic)
            return None


def read_examples(document: Document) -> Reading:
    """The examples of a protocol, worked out once for each document."""
    known = document.main.examples.get("read")
    if isinstance(known, Reading):
        return known
    book = Notebook(Reader(document))
    found = tuple(example(node, book) for node in document.main.nodes.of(ast.Example))
    document.main.examples["read"] = reading = Reading(found, tuple(book.mistakes))
    return reading


def example(node: ast.Example, book: Notebook) -> Example:
    """One example; its lines hold for every row of its table."""
    reader = book.reader
    lines = [phrase(cell) for line in node.given for cell in line.facts]
    given = [fact for each in lines if (fact := book.tried(lambda words: line_fact(reader, words), each))]
    wanted = [phrase(line.words) for line in node.expect]
    expected = [one for each in wanted if (one := book.tried(lambda words: line_expectation(reader, words), each))]
    cases = list(rows(node, given, expected, book))
    if not node.rows and (given or expected):
        cases = [ExampleCase(given=once(given, book), expected=tuple(expected), place=node.span)]
    return Example(title=node.title.text, cases=tuple(cases), place=node.title.span)


def rows(
    node: ast.Example, given: Sequence[Given], expected: Sequence[Expected], book: Notebook
) -> Iterator[ExampleCase]:
    """The cases of a table, one for each row that has as many cells as the heading."""
    if not node.rows:
        return
    facts, findings = columns(node.rows[0], book)
    for row in node.rows[1:]:
        if len(row.cells) != len(node.rows[0].cells):
            continue
        yield ExampleCase(
            given=once([*given, *filled(facts, row, " is ", book)], book),
            expected=(*filled(findings, row, " ", book), *expected),
            empty=tuple(title for number, title, _ in facts if not row.cells[number].text),
            is_row=True,
            lines=len(given),
            place=row.span,
        )


Column = tuple[int, str, Callable[[Phrase], T]]
"""Where a column stands, its heading, and what reads its cells."""


def columns(row: ast.Row, book: Notebook) -> tuple[list[Column[Given]], list[Column[Expected]]]:
    """The columns that give something, and those that expect something."""
    reader = book.reader
    facts: list[Column[Given]] = []
    findings: list[Column[Expected]] = []
    seen: dict[str, Span] = {}
    for number, cell in enumerate(row.cells):
        size = len(book.mistakes)
        if cell.text and cell.text in seen:
            labels = [Label(seen[cell.text], "given here")]
            book.mistakes.append(GIVEN_TWICE.at(cell.span, f"{cell.text} has a column already", labels=labels))
            continue
        seen[cell.text] = cell.span
        expectation = book.tried(lambda words: heading(reader, words), phrase(cell))
        if expectation is not None:
            findings.append((number, cell.text, expectation))
        elif len(book.mistakes) == size and (fact := book.tried(lambda words: subject(reader, words), phrase(cell))):
            facts.append((number, cell.text, fact))
    return facts, findings


def filled(found: Sequence[Column[U]], row: ast.Row, between: str, book: Notebook) -> Iterator[U]:
    """What the cells of a row say below these headings; an empty cell says nothing."""
    for number, title, read in found:
        cell = row.cells[number]
        if cell.text and (one := book.tried(read, phrase(cell))) is not None:
            yield evolve(one, words=f"{title}{between}{cell.text}", place=cell.span)  # type: ignore[misc]  # all have both


def phrase(cell: ast.Cell) -> Phrase:
    """The words of a cell."""
    return Phrase(cell.text, cell.span)


def once(given: Sequence[Given], book: Notebook) -> tuple[Given, ...]:
    """The facts, each said once; PD514 where one is said again."""
    seen: dict[object, Span] = {}
    for fact in given:
        key = key_of(fact)
        if key in seen and key is not None:
            labels = [Label(seen[key], "given here")]
            message = f"{fact.words.partition(' is ')[0]} is given already"
            book.mistakes.append(GIVEN_TWICE.at(fact.place, message, labels=labels))
        seen.setdefault(key, fact.place)
    return tuple(given)


def key_of(fact: Given) -> object:
    """What no participant has twice; nothing for what may happen again."""
    if isinstance(fact, GivenDose | GivenMedication) or (isinstance(fact, GivenReading | GivenEvent) and fact.date):
        return None
    words = fact.words.partition(" is ")[0] if " is " in fact.words else fact.words.rpartition(" ")[0]
    return type(fact), words
