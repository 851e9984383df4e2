"""A document as Markdown, with the tables that GitHub renders."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from protocol_dsl.writers.columns import WIDTH, visible
from protocol_dsl.writers.document.blocks import cell_words, fact_words, in_blocks, origin_words, timeline_lines
from protocol_dsl.writers.document.content import Block, Cell, Clause, Document, Entry, Fact, Paragraph, Part, Table
from protocol_dsl.writers.document.timeline import Timeline

SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|~$-])")
ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "&#64;", ":": "&#58;"}
AT_START = re.compile(r"^(\d+)([.)])")
COLUMNS = 12
"""Columns of a block of a wide table, besides the first."""


def plain(words: str) -> str:
    r"""Words of others as words alone: nothing in them is markup.

    >>> plain("a|b <i> *c*")
    'a\\|b &lt;i&gt; \\*c\\*'
    """
    escaped = "".join(ENTITIES.get(sign, sign) if sign in "&<>@" else sign for sign in visible(words))
    escaped = escaped.replace("://", "&#58;//")
    return AT_START.sub(r"\1\\\2", SPECIAL.sub(r"\\\1", escaped).replace("&\\#", "&#"))


def markdown_lines(document: Document) -> Iterator[str]:
    """The whole document, line by line."""
    yield f"# {plain(document.name)}: {plain(document.title)}"
    yield ""
    yield from fact_lines(document.facts)
    for part in document.parts:
        yield from part_lines(part)


def part_lines(part: Part) -> Iterator[str]:
    """A part below its heading."""
    yield ""
    yield f"## {plain(part.title)}"
    for block in part.blocks:
        yield ""
        yield from block_lines(block)


def block_lines(block: Block) -> Iterator[str]:
    """One block."""
    match block:
        case Paragraph(words):
            yield plain(words)
        case Entry():
            yield from entry_lines(block)
        case Table():
            yield from table_lines(block)
        case Timeline():
            yield "```text"
            yield from (visible(each).replace("`", "'") for each in timeline_lines(block, WIDTH))
            yield "```"
        case _:
            assert_never(block)


def entry_lines(entry: Entry) -> Iterator[str]:
    """An entry: a heading, what it says, where it comes from, where it stands."""
    head = " ".join(filter(None, (f"`{entry.name}`" if entry.name else "", plain(entry.title))))
    yield f"### {head}"
    yield ""
    yield f"{plain(entry.tag)}, {plain(entry.place)}".removeprefix(", ")
    yield ""
    for clause in entry.clauses:
        yield from clause_lines(clause, "")
    yield from fact_lines(entry.facts)
    if entry.origins:
        yield ""
    for number, origin in enumerate(entry.origins):
        if number:
            yield ">"
        yield f"> {plain(origin_words(origin))}"


def clause_lines(clause: Clause, indent: str) -> Iterator[str]:
    """A sentence, those below it as a list further in."""
    yield f"{indent}- {plain(clause.words)}"
    for part in clause.parts:
        yield from clause_lines(part, indent + "  ")


def fact_lines(facts: Iterable[Fact]) -> Iterator[str]:
    """``label: words``, an item each."""
    for fact in facts:
        yield f"- *{plain(fact.label)}*: {plain(fact_words(fact))}"


def table_lines(table: Table) -> Iterator[str]:
    """A table, in blocks where it is wide; its notes below."""
    yield f"**{plain(table.caption)}**"
    blocks: Iterable[Sequence[Sequence[Cell]]] = [(table.heading, *table.rows)]
    if table.is_wide:
        blocks = in_blocks(table, COLUMNS, [1] * len(table.heading))
    for block in blocks:
        yield ""
        yield row_line(block[0])
        yield "|" + "---|" * len(block[0])
        yield from map(row_line, block[1:])
    if table.notes:
        yield ""
    for note in table.notes:
        yield f"- ({plain(note.mark)}) {plain(note.words)}"


def row_line(row: Sequence[Cell]) -> str:
    """``| a | b |``."""
    return f"| {' | '.join(plain(cell_words(cell)) for cell in row)} |"
