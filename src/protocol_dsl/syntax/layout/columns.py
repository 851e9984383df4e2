"""What stands in columns inside one declaration: clauses of a header, origins, grades, tables."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from attrs import evolve

from protocol_dsl.syntax.layout.words import Word
from protocol_dsl.syntax.printer.declarations import columns

HEADERS = ("protocol", "library")
ORIGINS = ("quote", "against", "cite")
GRADES = ("important", "minor")
BEFORE_GRADE = 3
"""Blanks before a column of grades, besides the one between any two words."""


def aligned(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words with blanks behind those that stand beside a column."""
    found = list(words)
    clauses = clauses_of(words)
    origins = [clause.start for clause in clauses if words[clause.start].text in ORIGINS]
    if words[0].text in HEADERS:
        others = [clause.start for clause in clauses if clause.start not in origins and len(clause) > 1]
        pad(found, others, [len(words[number].text) for number in others])
    if words[0].text == "grades":
        grades = [clause for clause in clauses if is_grade(words, clause)]
        widths = [sum(len(words[number].text) + (not words[number].is_glued) for number in clause) for clause in grades]
        widths = [width - len(words[clause[-1]].text) for width, clause in zip(widths, grades, strict=True)]
        pad(found, [clause[-2] for clause in grades], [width + BEFORE_GRADE for width in widths], BEFORE_GRADE)
    pad(found, origins, [len(words[number].text) for number in origins])
    tabulate(found, [clause.start for clause in clauses if words[clause.start].kind == "ROW"])
    return tuple(found)


def clauses_of(words: Sequence[Word]) -> list[range]:
    """The numbers of the words of each clause."""
    begins = [number for number, word in enumerate(words) if word.begins_clause]
    return [range(first, end) for first, end in pairwise([*begins, len(words)])]


def is_grade(words: Sequence[Word], clause: range) -> bool:
    """Whether a clause is a category and its grade on one line."""
    is_whole = not any(words[number].breaks for number in clause[1:])
    return is_whole and len(clause) > 1 and words[clause[-1]].text in GRADES


def pad(words: list[Word], numbers: Iterable[int], widths: Sequence[int], least: int = 0) -> None:
    """Blanks behind the words ``numbers``, so that what follows stands in one column; ``widths`` lead up to it."""
    column = max(widths, default=0)
    for number, width in zip(numbers, widths, strict=True):
        words[number] = evolve(words[number], pad=column - width + least)


def tabulate(words: list[Word], rows: Sequence[int]) -> None:
    """The rows of a table with columns as wide as the widest of their cells."""
    cells = [[" ".join(cell.split()) for cell in words[number].text[1:-1].split("|")] for number in rows]
    for number, row in zip(rows, columns(cells), strict=True):
        words[number] = evolve(words[number], text=f"| {' | '.join(row)} |")
