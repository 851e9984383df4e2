"""A document as one HTML file: no network, no script, every word escaped; and its timeline alone, as an SVG."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import count, groupby

from jinja2 import Environment
from markupsafe import Markup

from protocol_dsl.base.values import frozen
from protocol_dsl.writers.document.blocks import in_blocks
from protocol_dsl.writers.document.content import EPOCH, Block, Cell, Document, Entry, Part, Table
from protocol_dsl.writers.document.timeline import Timeline
from protocol_dsl.writers.report.page import environment, fingerprint, packaged
from protocol_dsl.writers.report.plan_drawing import plan_drawing

COLUMNS = 15
"""Columns of a block of a wide table, besides the first, as fit a printed page."""


@frozen(kw_only=True)
class Shown:
    """A block, the name of its kind, and the address of an entry on the page."""

    kind: str
    block: Block
    key: str = ""


@frozen(kw_only=True)
class Section:
    """A part with its blocks as they are shown."""

    part: Part
    blocks: tuple[Shown, ...]


def document_page(document: Document) -> Iterator[str]:
    """The page in pieces."""
    # The package's own words.
    style = Markup("".join(map(packaged, ("report.css", "document.css", "plan.css"))))  # noqa: S704 - as said
    sections = tuple(sections_of(document))
    yield from (
        templates()
        .get_template("document.html.j2")
        .generate(
            document=document,
            sections=sections,
            ids=addresses(sections),
            style=style,
            style_hash=fingerprint(style),
        )
    )


def sections_of(document: Document) -> Iterator[Section]:
    """The parts, each entry with an address of its own."""
    numbers = count(1)
    for part in document.parts:
        blocks = (
            Shown(kind=type(block).__name__, block=block, key=f"r{next(numbers)}" if isinstance(block, Entry) else "")
            for block in part.blocks
        )
        yield Section(part=part, blocks=tuple(blocks))


def addresses(sections: Sequence[Section]) -> Mapping[str, str]:
    """Where each name is told of, the first place if there are several."""
    found: dict[str, str] = {}
    for section in sections:
        for shown in section.blocks:
            if isinstance(shown.block, Entry):
                for name in filter(None, shown.block.name.split(", ")):
                    found.setdefault(name, shown.key)
    return found


def templates() -> Environment:
    """The templates of reports, with what a document needs besides."""
    found = environment()
    found.filters["drawn"] = plan_drawing
    found.filters["blocks"] = blocks
    found.filters["spans"] = spans
    found.globals["EPOCH"] = EPOCH
    return found


def blocks(table: Table) -> tuple[tuple[tuple[Cell, ...], ...], ...]:
    """The rows of a wide table in blocks that fit a page, as even as can be."""
    columns = len(table.heading) - 1
    parts = -(-columns // COLUMNS)
    return tuple(in_blocks(table, -(-columns // parts), [1] * len(table.heading)))


def spans(cells: Sequence[Cell]) -> tuple[tuple[Cell, int], ...]:
    """The cells of a row with how many columns each spans: neighbours that say the same are one."""
    return tuple((cell, len(list(run))) for cell, run in groupby(cells))


def timeline_svg(line: Timeline) -> str:
    """The timeline as a file of its own, for light and dark."""
    style = Markup(packaged("plan_alone.css") + packaged("plan.css"))  # noqa: S704 - the package's own words
    return templates().get_template("plan_alone.svg.j2").render(drawing=plan_drawing(line), style=style)
