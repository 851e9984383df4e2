"""Reads the Markdown cases: what a case says, before anything is run."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from attrs import frozen

HERE = Path(__file__).parent
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
EXPECT = re.compile(r"\s*# expect ((?:PD\d+ ?)+)$")
COLUMN_0 = re.compile(r"^(?=\S)", re.MULTILINE)

Table = tuple[Mapping[str, str], ...]


@frozen
class Case:
    """One case: its title, its file, and its blocks by name."""

    title: str
    file: str
    blocks: Mapping[str, str]

    @property
    def protocol(self) -> str:
        """The whole text: what the preamble declares and the case does not, then the case."""
        own = self.blocks["protocol"]
        declared = {head(piece) for piece in COLUMN_0.split(own)}
        preamble = COLUMN_0.split((HERE / "preamble.proto").read_text(encoding="utf-8"))
        return "".join(piece for piece in preamble if piece and head(piece) not in declared) + "\n" + own

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


def head(piece: str) -> tuple[str, ...]:
    """The words that make a declaration what it is: ``measure cd4``, ``protocol``, ``eligibility``."""
    words = piece.split()
    alone = {"protocol", "eligibility"}
    return tuple(words[:1] if words and words[0] in alone else words[:2])


def read_table(text: str) -> Table:
    """The rows of a pipe table; cells are trimmed."""
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in text.splitlines() if line.strip()]
    return tuple(dict(zip(rows[0], row, strict=True)) for row in rows[1:] if not set("".join(row)) <= set("-: "))


def cases() -> Iterator[Case]:
    """Every case of every file, in order."""
    for path in sorted(HERE.rglob("*.md")):
        if path.name == "README.md":
            continue
        text = path.read_text(encoding="utf-8")
        titles = list(HEADING.finditer(FENCE.sub(lambda found: "\n" * found[0].count("\n"), text)))
        lines = text.splitlines(keepends=True)
        starts = [number for number, line in enumerate(masked(text)) if HEADING.match(line)]
        for title, start, end in zip(titles, starts, [*starts[1:], len(lines)], strict=True):
            blocks = {name: body for name, body in FENCE.findall("".join(lines[start:end]))}
            if "protocol" in blocks:
                yield Case(title[1], str(path.relative_to(HERE)), blocks)


def masked(text: str) -> list[str]:
    """The lines of a text, those inside fences blanked, so that a ``#`` comment is no heading."""
    return FENCE.sub(lambda found: "\n" * found[0].count("\n"), text).splitlines()
