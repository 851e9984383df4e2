"""PD501 to PD505: examples, which this version reads and does not run."""

import re
from collections.abc import Iterator

from protocol_dsl.base.days import DayError, parse_days
from protocol_dsl.base.diagnostics import Code, Diagnostic
from protocol_dsl.base.nearest import did_you_mean
from protocol_dsl.base.source import Span
from protocol_dsl.semantics.document import Chapter, Document
from protocol_dsl.semantics.lower import ignored
from protocol_dsl.semantics.names import is_study_time
from protocol_dsl.syntax import ast

ROW_LENGTH = Code("PD501", "as many cells as the heading")
UNKNOWN_IN_EXAMPLE = Code("PD502", "not declared")
NO_FINDING = Code("PD503", "not a finding")
NOT_RUN = Code("PD504", "not run", "note")
NO_DAY = Code("PD505", "not in the calendar")

FINDINGS = ("met", "not met", "unknown")
DATE = re.compile(r"\b[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?\b")
LAST_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*$")


def rows_of_other_length(document: Document) -> Iterator[Diagnostic]:
    """PD501: a row of an example has more or fewer cells than its heading."""
    for node in document.main.nodes.of(ast.Example):
        for row in node.rows[1:]:
            if len(row.cells) != len(node.rows[0].cells):
                message = f"this row has {len(row.cells)} cells, and the heading has {len(node.rows[0].cells)}"
                yield ROW_LENGTH.at(row.span, message)


def headings_unknown(document: Document) -> Iterator[Diagnostic]:
    """PD502: a heading of an example is about a name that nothing declares."""
    chapter = document.main
    for node in chapter.nodes.of(ast.Example):
        for cell in node.rows[0].cells if node.rows else ():
            for word in names_in(cell.text):
                if not is_known(word, chapter) and word not in document.half_read:
                    hint = did_you_mean(word, chapter.symbols)
                    yield UNKNOWN_IN_EXAMPLE.at(cell.span, f"nothing named {word} is declared", hint=hint)


def names_in(heading: str) -> Iterator[str]:
    """The names that a heading calls: the last word before each word of place, and the last of all."""
    for part in re.split(r"\b(?:at|before|within|from|to)\b", heading):
        if found := LAST_NAME.search(part.strip()):
            yield found[0]


def is_known(word: str, chapter: Chapter) -> bool:
    """Whether a word in an example is a name, study time, or what data always have."""
    return word in chapter.symbols or is_study_time(word) or word in {"age", "birth_date", "birth"}


def findings_unknown(document: Document) -> Iterator[Diagnostic]:
    """PD503: the finding that an example expects of a rule is none of: met, not met, unknown."""
    chapter = document.main
    for node in chapter.nodes.of(ast.Example):
        heading = node.rows[0].cells if node.rows else ()
        for row in node.rows[1:]:
            for title, cell in zip(heading, row.cells, strict=False):
                if chapter.find(title.text, "criterion", "deviation") and cell.text not in {*FINDINGS, ""}:
                    yield NO_FINDING.at(
                        cell.span,
                        f"{title.text} is never {cell.text}",
                        hint=did_you_mean(cell.text, FINDINGS) or "a finding is: met, not met, unknown",
                    )


def days_that_are_none(document: Document) -> Iterator[Diagnostic]:
    """PD505: an example gives a day or a month that is not in the calendar."""
    for cell, declaration in document.main.nodes.within(ast.Cell):
        if isinstance(declaration, ast.Example):
            for word in DATE.findall(cell.text):
                try:
                    parse_days(word)
                except DayError as error:
                    yield NO_DAY.at(cell.span, f"{word} is no day: {error}")


def parts_not_run(document: Document) -> Iterator[Diagnostic]:
    """PD504: the text holds declarations that this version reads and checks, and does not run."""
    for words in ignored(document.main):
        first = next(document.main.nodes.of(ast.Example)).span
        yield NOT_RUN.at(Span(first.file, first.start, first.start + 1), words)
