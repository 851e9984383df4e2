"""Reads the Markdown cases: what a hurried author wrote instead, and what they need to read about it."""

import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from attrs import frozen

HERE = Path(__file__).parent
PROTOCOLS = HERE.parents[1] / "protocols"
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^## +(.+)$", re.MULTILINE)
MESSAGE = re.compile(r"(?P<code>PD\d{3}) (?P<words>.+)(?P<hint>(?:\n {2}.+)?)")
THEIRS = "\ue000"
VISIBLE = str.maketrans({"⍽": "\u00a0", "⇥": "\t"})
"""Signs that stand for blanks nobody could see."""


@frozen
class Expected:
    """One message: its code, its line, and a part of its hint (empty when it need not have one)."""

    code: str
    line: int
    hint: str


@frozen(slots=False)
class Mistake:
    """One case: its title, its file, the protocol, and the lines as they are and as they were written."""

    title: str
    file: str
    protocol: str
    edits: tuple[tuple[str, str], ...]
    messages: str

    def __str__(self) -> str:
        """``lost.md: The name``."""
        return f"{self.file}: {self.title}"

    @cached_property
    def lines(self) -> list[tuple[bool, str]]:
        """The shipped protocol as the hurried author left it, and whether each line is theirs.

        Raises:
            ValueError: Lines to be replaced do not stand there exactly once.
        """
        content = "\n" + (PROTOCOLS / f"{self.protocol}.proto").read_text(encoding="utf-8")
        for before, after in self.edits:
            times = content.count(f"\n{before}")
            if times != 1:
                message = f"these lines stand {times} times in {self.protocol}:\n{before}"
                raise ValueError(message)
            theirs = "".join(THEIRS + line for line in after.translate(VISIBLE).splitlines(keepends=True))
            content = content.replace(f"\n{before}", f"\n{theirs}")
        return [(line.startswith(THEIRS), line.removeprefix(THEIRS)) for line in content[1:].splitlines()]

    @property
    def content(self) -> str:
        """The whole text."""
        return "".join(f"{line}\n" for _, line in self.lines)

    @property
    def expected(self) -> list[Expected]:
        """The messages that the case asks for.

        Raises:
            ValueError: One is not written as a message is.
        """
        found, end = list[Expected](), 0
        for message in MESSAGE.finditer(self.messages):
            if self.messages[end : message.start()].strip():
                break
            end = message.end()
            found.append(Expected(message["code"], self.line_of(message["words"]), message["hint"].strip()))
        if self.messages[end:].strip() or not found:
            words = f"no message: {self.messages[end:]}"
            raise ValueError(words)
        return found

    def line_of(self, words: str) -> int:
        """The number of the one line that holds ``words``: one of the hurried author's, any one, or one that is them.

        Raises:
            ValueError: There is none, or there are several.
        """
        numbered = list(enumerate(self.lines, 1))
        for places in (
            [number for number, (own, line) in numbered if own and words in line],
            [number for number, (_, line) in numbered if words in line],
            [number for number, (_, line) in numbered if words == line.strip()],
        ):
            if len(places) == 1:
                return places[0]
        message = f"not one line holds the words: {words}"
        raise ValueError(message)


def cases() -> Iterator[Mistake]:
    """Every case of every file, in order."""
    for path in sorted(HERE.glob("*.md")):
        if path.name != "README.md":
            _, *parts = HEADING.split(path.read_text(encoding="utf-8"))
            yield from (case_of(path.name, *part) for part in zip(parts[::2], parts[1::2], strict=True))


def case_of(file: str, title: str, words: str) -> Mistake:
    """The case of one section: pairs of lines as they are and as they were written, then the messages."""
    *blocks, (kind, messages) = FENCE.findall(words)
    before, after = blocks[::2], blocks[1::2]
    protocols = {name for name, _ in before}
    if kind != "messages" or len(protocols) != 1 or {name for name, _ in after} != {"hurried"}:
        message = f"{file}: {title} is not written as a case is"
        raise ValueError(message)
    edits = tuple((one, other) for (_, one), (_, other) in zip(before, after, strict=True))
    return Mistake(title, file, protocols.pop(), edits, messages)
