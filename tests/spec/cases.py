"""Reads the Markdown cases: what a case says, before anything is run."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from attrs import frozen

HERE = Path(__file__).parent
TABLES = ("readings", "events", "medications", "administrations", "visits")
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ +(.+)$")
EXPECT = re.compile(r"\s*# expect ((?:PD\d+ ?)+)$")
BLANKS = re.compile(r'"( .*|.* )"')
"""A cell whose blanks are the point."""
COLUMN_0 = re.compile(r"^(?=[^\s#])", re.MULTILINE)

Table = tuple[Mapping[str, str], ...]


@frozen
class Case:
    """One case: its title, its file, and its blocks by name."""

    title: str
    file: str
    blocks: Mapping[str, str]

    def __str__(self) -> str:
        """``visits/windows.md: A one-sided window``."""
        return f"{self.file}: {self.title}"

    @property
    def protocol(self) -> str:
        """The whole text: what the preamble declares and the case does not, then the case."""
        own = self.blocks["protocol"]
        preamble = pieces((HERE / "preamble.proto").read_text(encoding="utf-8"))
        declared = pieces(own)
        return "".join(piece for head, piece in preamble.items() if head not in declared) + "\n" + own

    @property
    def expected_codes(self) -> dict[int, list[str]]:
        """Codes by the line of the whole text that asks for them."""
        lines = enumerate(self.protocol.splitlines(), 1)
        return {number: found[1].split() for number, line in lines if (found := EXPECT.search(line))}

    def table(self, name: str) -> Table | None:
        """The rows of a pipe table, or ``None`` when the case has no such block."""
        return read_table(self.blocks[name]) if name in self.blocks else None

    def lines(self, name: str) -> list[str]:
        """The lines of an expectation, without blank ones."""
        return [line.rstrip() for line in self.blocks[name].splitlines() if line.strip()]


def pieces(text: str) -> dict[tuple[str, ...], str]:
    """The declarations of a text, each by the words that make it what it is."""
    return {head(piece): piece for piece in COLUMN_0.split(text) if piece.strip()}


def head(piece: str) -> tuple[str, ...]:
    """The words that make a declaration what it is: ``measure cd4``, ``protocol``, ``eligibility``."""
    words = piece.split()
    alone = {"protocol", "eligibility"}
    return tuple(words[:1] if words and words[0] in alone else words[:2])


def read_table(text: str) -> Table:
    """The rows of a pipe table; cells are trimmed, but for blanks inside quotation marks."""
    rows = [[trimmed(cell) for cell in line.strip()[1:-1].split("|")] for line in text.splitlines() if line.strip()]
    return tuple(dict(zip(rows[0], row, strict=True)) for row in rows[1:])


def trimmed(cell: str) -> str:
    """A cell without the blanks around it; ``"200 "`` keeps its own."""
    text = cell.strip()
    return text[1:-1] if BLANKS.fullmatch(text) else text


def cases() -> Iterator[Case]:
    """Every case of every file, in order."""
    for path in sorted(HERE.rglob("*.md")):
        if path.name != "README.md":
            yield from cases_of(path)


def cases_of(path: Path) -> Iterator[Case]:
    """The sections of a file that hold a ``protocol`` block."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    # Lines inside fences are blanked first, so that a comment there is no heading.
    outside = FENCE.sub(lambda found: "\n" * found[0].count("\n"), text).splitlines()
    titles = [(number, found[1]) for number, line in enumerate(outside) if (found := HEADING.match(line))]
    ends = [number for number, _ in titles[1:]] + [len(lines)]
    for (start, title), end in zip(titles, ends, strict=True):
        blocks = dict(FENCE.findall("".join(lines[start:end])))
        if "protocol" in blocks:
            yield Case(title, path.relative_to(HERE).as_posix(), blocks)
