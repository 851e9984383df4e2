"""Every code of the checks has a page; its example gives the code where it says so, and the repaired text is silent."""

import re
from pathlib import Path

import pytest
from attrs import frozen
from tests.spec.cases import Case

from protocol_dsl.base.diagnostics import Code, Diagnostic
from protocol_dsl.base.source import Text, Unread
from protocol_dsl.project.analysis import analysed_text
from protocol_dsl.semantics.codes import ALL_CODES, list_codes
from protocol_dsl.semantics.passes import DECISIONS, LATER, PASSES

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "docs" / "codes"
LIBRARY = ROOT / "src" / "protocol_dsl" / "library"
BLOCK = re.compile(r"^```protocol\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BESIDE = re.compile(r"# (\w+)\.proto\n")
EXPECT = re.compile(r"# expect ((?:PD\d+ ?)+)$")
SOURCES: dict[str, str | Unread] = {
    "record.txt": "Ages Eligible:\n  18 Years   and\nolder, a CD4 count below 200/mm3",
    "record.pdf": Unread("is no text"),
}


@frozen
class Shown:
    """The texts that a part of a page shows: the protocol, and libraries beside it."""

    protocol: Text
    beside: dict[str, Text]

    def source(self, name: str) -> str | Unread | None:
        """A source document that every page has beside it."""
        return SOURCES.get(name)

    def libraries(self) -> tuple[str, ...]:
        """No other libraries are offered."""
        return ()

    def library(self, name: str) -> Text | None:
        """A library of the page, or a shipped one."""
        if name in self.beside:
            return self.beside[name]
        path = LIBRARY / f"{name}.proto"
        return Text(f"library/{name}.proto", path.read_text(encoding="utf-8")) if path.exists() else None

    def found(self) -> list[tuple[str, int, Diagnostic]]:
        """Each mistake with the text and the line where it stands."""
        analysis = analysed_text(self.protocol, self)
        assert (analysis.model is None) == any(each.stops for each in analysis.diagnostics)
        return [
            (mistake.span.file, analysis.texts[mistake.span.file].position(mistake.span.start).line, mistake)
            for mistake in analysis.diagnostics
        ]

    def expected(self) -> list[tuple[str, int, str]]:
        """What the lines say to expect."""
        return [
            (text.name, number, code)
            for text in (self.protocol, *self.beside.values())
            for number, line in enumerate(text.content.splitlines(), 1)
            if (marked := EXPECT.search(line))
            for code in marked[1].split()
        ]


def shown(part: str) -> Shown:
    """The texts of a part of a page; what they leave out comes from the preamble of the spec cases."""
    protocol, beside = "", {}
    for block in BLOCK.findall(part):
        if name := BESIDE.match(block):
            beside[name[1]] = Text(f"{name[1]}.proto", block)
        else:
            protocol = block if block.startswith("# a whole text\n") else Case("", "", {"protocol": block}).protocol
    return Shown(Text("case.proto", protocol), beside)


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    pages = {path.stem for path in PAGES.glob("PD[1-5]*.md")}
    assert pages == {code.number for code in ALL_CODES}


def test_a_number_is_used_once() -> None:
    numbers = [code.number for code in ALL_CODES]
    assert numbers == sorted(set(numbers))
    assert [number for number, _, _ in list_codes()] == numbers


def test_every_check_is_run_once_and_says_its_number() -> None:
    assert len(set(PASSES)) == len(PASSES)
    for check in (*PASSES, *LATER, *DECISIONS):
        assert check.__doc__ is not None
        assert re.match(r"PD\d{3}: ", check.__doc__), check.__name__


@pytest.mark.parametrize("code", ALL_CODES, ids=lambda code: code.number)
def test_a_page_shows_its_code_and_the_repair(code: Code) -> None:
    page = (PAGES / f"{code.number}.md").read_text(encoding="utf-8")
    assert page.startswith(f"# {code.number}: {code.label}\n")
    broken, repaired = (shown(part) for part in page.split("\n## Repaired\n"))
    found = broken.found()
    here = [(file, line, mistake.code.number) for file, line, mistake in found if mistake.code == code]
    if code.number == "PD100":  # the mark itself would be the first line
        assert here == [("case.proto", 1, "PD100")]
    else:
        assert here == broken.expected()
    assert [m.message for _, _, m in found if m.severity == "error" and m.code != code] == []
    after = [mistake for _, _, mistake in repaired.found()]
    assert [m.message for m in after if m.severity == "error" or m.code == code] == []


@pytest.mark.parametrize("code", ALL_CODES, ids=lambda code: code.number)
def test_a_message_is_one_plain_sentence(code: Code) -> None:
    page = (PAGES / f"{code.number}.md").read_text(encoding="utf-8")
    for _, _, mistake in shown(page.split("\n## Repaired\n")[0]).found():
        said = f"{mistake.message} {mistake.label} {mistake.hint}".casefold()
        assert not re.search(r"invalid|illegal|unexpected token", said)
        assert not mistake.message.endswith(".")
        assert mistake.label
