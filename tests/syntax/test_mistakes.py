"""What the messages say: every page of a PD0 code holds, and one mistake gives one message."""

import re
from pathlib import Path

import pytest

from protocol_dsl.base.diagnostics import Diagnostic
from protocol_dsl.base.source import Text
from protocol_dsl.syntax import ast
from protocol_dsl.syntax.codes import CODES
from protocol_dsl.syntax.parse import parse

PAGES = Path(__file__).resolve().parents[2] / "docs" / "codes"
BLOCK = re.compile(r"^```protocol\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXPECT = re.compile(r"# expect (PD\d+)\s*$")


def found_in(content: str) -> list[Diagnostic]:
    """The mistakes of a text."""
    return list(parse(Text("a.proto", content)).diagnostics)


def expected_in(content: str) -> list[tuple[int, str]]:
    """Lines and codes that a text says to expect."""
    lines = content.splitlines()
    return [(number, found[1]) for number, line in enumerate(lines, 1) if (found := EXPECT.search(line))]


def test_every_code_has_a_number_of_its_own() -> None:
    numbers = [code.number for code in CODES]
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.number)
def test_a_page_shows_its_code_and_the_repair(code) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 -- a Code
    page = (PAGES / f"{code.number}.md").read_text(encoding="utf-8")
    assert page.startswith(f"# {code.number}: {code.label}\n")
    if code.number == "PD016":
        return  # its example would be as long as what it warns of; test_hostile_texts has it
    broken, repaired = BLOCK.findall(page)
    text = Text("a.proto", broken)
    assert [(text.position(d.span.start).line, d.code.number) for d in found_in(broken)] == expected_in(broken)
    assert expected_in(broken)[0][1] == code.number
    assert found_in(repaired) == []


def repaired(content: str) -> str:
    """A text after all its safe fixes."""
    edits = [edit for d in found_in(content) if d.fix and d.fix.safety == "safe" for edit in d.fix.edits]
    for edit in sorted(edits, key=lambda edit: edit.span.start, reverse=True):
        content = content[: edit.span.start] + edit.words + content[edit.span.end :]
    return content


@pytest.mark.parametrize(
    ("content", "after"),
    [
        ('inclusion I "t" require age at SCR ≥ 18years', 'inclusion I "t" require age at SCR >= 18 years'),
        ('inclusion I "t" require a =< 4,5 kg', 'inclusion I "t" require a <= 4.5 kg'),
        ('inclusion I "t" require a > 10 000 kg', 'inclusion I "t" require a > 10_000 kg'),
        ('inclusion I "t" require a > 1,000,000 kg', 'inclusion I "t" require a > 1_000_000 kg'),
        ('inclusion I "t" require cd4 at W 52 = 1 kg', 'inclusion I "t" require cd4 at W52 = 1 kg'),
        ("inclusion I “t” require a – b > 1 kg", 'inclusion I "t" require a - b > 1 kg'),
        ('inclusion I "t"\u00a0require\u2003a is yes', 'inclusion I "t" require a is yes'),
        ('inclusion I "t" \u200brequire a is yes\0', 'inclusion I "t" require a is yes'),
        ('inclusion I "t"\nrequire a is yes', 'inclusion I "t"\n  require a is yes'),
        ("use hiv (cd4\n)\n", "use hiv (cd4\n  )\n"),
    ],
)
def test_safe_fixes_repair(content: str, after: str) -> None:
    assert found_in(content)
    assert repaired(content) == after
    assert found_in(after) == []


@pytest.mark.parametrize(
    "content",
    ['inclusion I "≤ “x” – \u00a0 4,5 W 52" require a is yes', "# ≤ “x” – \u00a0\nanchor W0 is randomization"],
)
def test_quotes_and_comments_hold_any_sign(content: str) -> None:
    assert found_in(content) == []


@pytest.mark.parametrize(
    ("content", "message", "hint"),
    [
        (
            'inclusion I "t" require cd4 at 52 weeks > 1 kg',
            '"52 weeks" is written "W52" here',
            "write W52",
        ),
        (
            'inclusion I "t" requier a is yes',
            '"requier" is not a word that can stand here',
            "did you mean require?",
        ),
        (
            'inclusion I "t" require a >',
            'a value such as age at SCR is missing after ">"',
            "write a value such as age at SCR after >",
        ),
        (
            "eligibility at",
            'a point such as W52 is missing after "at"',
            "write a point such as W52 after at",
        ),
        (
            'inclusion I "t" require cd4 at W0 > %',
            '"%" stands where a value such as age at SCR is expected',
            "write % right after its number, such as 95%",
        ),
        (
            'inclusion I "t" require a > 10,000 kg',
            "10,000 can be read in two ways",
            "write 10_000 for thousands, 10.000 for decimals",
        ),
        (
            'treatmnt il2 "t"',
            '"treatmnt" does not begin a declaration',
            "did you mean treatment?",
        ),
        (
            'inclusion visit "t"',
            '"visit" is a word of the language and cannot be a name',
            "choose another name, such as visit_1",
        ),
        (
            'endpoint primary P "t"\n  compare arms with fisher',
            '"with" stands where "by" is expected',
            "write by",
        ),
        (
            "grades\n  eligibilty important",
            "eligibilty is not a category of deviations",
            "did you mean eligibility?",
        ),
        (
            "visits W4 window +-3 days",
            '"+-" is written "±" here',
            "write ±",
        ),
        (
            'define x "t" as (a is yes',
            '")" is missing after "yes"',
            "write ) after yes",
        ),
    ],
)
def test_words_of_messages(content: str, message: str, hint: str) -> None:
    (found,) = found_in(content)
    assert (found.message, found.hint) == (message, hint)


def test_no_message_uses_the_words_of_a_machine() -> None:
    rooms = Path(__file__).resolve().parents[2] / "src" / "protocol_dsl" / "syntax"
    for module in rooms.rglob("*.py"):
        for words in re.findall(r'"[^"\n]*"', module.read_text(encoding="utf-8")):
            assert not re.search(r"\b(invalid|illegal|unexpected token)\b", words, re.IGNORECASE), (module, words)


def test_messages_come_in_the_order_of_the_text() -> None:
    found = found_in('visits W4 window 3days\nfoo\ninclusion I\n  require a =< 1kg\n  because "x\n')
    assert [d.span.start for d in found] == sorted(d.span.start for d in found)
    assert len(found) == 7


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ('amendment AM1 "t" in force 2006\n  because "x"\n', "PD001"),
        ("  anchor W0 is randomization\n", "PD025"),
        ("# a\n  word\n  another\nanchor W0 is randomization\n", "PD002"),
        ('example "t"\n  expect\n', "PD003"),
        ('protocol A "t"\n  design ,parallel\n', "PD003"),
    ],
)
def test_one_mistake_is_told_once(content: str, code: str) -> None:
    assert [found.code.number for found in found_in(content)] == [code]


def test_a_year_alone_is_told_what_it_lacks() -> None:
    assert "2006-06" in found_in('amendment AM1 "t" in force 2006\n')[0].hint


@pytest.mark.parametrize(
    "text", ['example "x"/  | a | b |\n  | c | 1  | d |\n| c | 1  | d |\n  expect e\n', 'example "x"\n  |']
)
def test_a_place_never_lies_beyond_the_text(text: str) -> None:
    read = parse(Text("case.proto", text))
    places = [each.span for each in read.diagnostics] + [cell.span for cell in ast.every(ast.Cell, read.file)]
    assert read.diagnostics
    assert all(0 <= place.start <= place.end <= len(text) for place in places)
