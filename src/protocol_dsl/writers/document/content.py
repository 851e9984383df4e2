"""What a document is made of. Its writers know these blocks, and nothing of protocols."""

from typing import Literal, TypeAlias

from protocol_dsl.base.values import frozen
from protocol_dsl.writers.document.timeline import Timeline


@frozen
class Clause:
    """A sentence, or a heading with the sentences below it: ``all of these:``."""

    words: str
    parts: tuple["Clause", ...] = ()


@frozen
class Fact:
    """A label with its words: ``sponsor``, ``phase 2``; ``names`` are entries of the document that are named."""

    label: str
    words: str = ""
    names: tuple[str, ...] = ()


@frozen
class Origin:
    """Where an entry comes from; ``source`` names the document quoted, or the assumption."""

    kind: Literal["quote", "cite", "against", "because", "since", "assumption"]
    source: str
    words: str


@frozen(kw_only=True)
class Entry:
    """One thing that the protocol declares: a rule, an arm, a treatment, an endpoint.

    ``place`` is ``trial.proto:12``. ``tag`` is a word or two in front of the name, as ``primary``.
    """

    name: str
    title: str
    tag: str = ""
    clauses: tuple[Clause, ...] = ()
    facts: tuple[Fact, ...] = ()
    origins: tuple[Origin, ...] = ()
    place: str = ""


@frozen
class Note:
    """A line below a table, by its mark: ``a``; a mark stands in cells too."""

    mark: str
    words: str


@frozen
class Cell:
    """A cell of a table: its words, and the marks of the notes that hold for it."""

    words: str = ""
    marks: tuple[str, ...] = ()


EPOCH = "Epoch"
"""The first column of the row that groups the columns of a table by what they have in common."""


@frozen(kw_only=True)
class Table:
    """Rows of cells below a heading; the first column names the row.

    ``is_wide`` tables have columns that may be set in several blocks, each with the first column.
    """

    caption: str
    heading: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[Note, ...] = ()
    is_wide: bool = False


@frozen
class Paragraph:
    """Some words."""

    words: str


Block: TypeAlias = Paragraph | Entry | Table | Timeline


@frozen(kw_only=True)
class Part:
    """A titled part of the document; ``key`` is a word for its address."""

    key: str
    title: str
    blocks: tuple[Block, ...]


@frozen(kw_only=True)
class Document:
    """The whole: ``name`` and ``title`` of the protocol, what its head says, and the parts that hold anything."""

    name: str
    title: str
    facts: tuple[Fact, ...]
    parts: tuple[Part, ...]

    @property
    def timeline(self) -> Timeline | None:
        """The drawing of the plan, if there is one."""
        blocks = (block for part in self.parts for block in part.blocks)
        return next((block for block in blocks if isinstance(block, Timeline)), None)
