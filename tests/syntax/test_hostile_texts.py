"""Any text whatever gives diagnostics, not an exception, and soon."""

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol_dsl.base.source import Text
from protocol_dsl.syntax.keywords import reserved_words
from protocol_dsl.syntax.parse import MAX_TEXT, Parsed, parse

SAMPLE = Path(__file__).with_name("every_construct.proto").read_text(encoding="utf-8")
WORDS = [*reserved_words(), "W0", "cd4", '"t"', "200", "cells/mm3", "(", ")", "{", "}", ",", "|", "±", "<", "2004-06"]
SIGNS = '"(){}|,.<≤±-_%#\n\t \u00a0\u200b\u201c\u0000é1Wa'


parse(Text("a.proto", ""))  # loads the parser, which the first of a thousand examples should not be blamed for


def read(content: str) -> Parsed:
    """What ``parse`` finds; each place lies in the text."""
    found = parse(Text("a.proto", content))
    for diagnostic in found.diagnostics:
        assert 0 <= diagnostic.span.start <= diagnostic.span.end
        assert diagnostic.span.start <= len(content)
        assert diagnostic.message
    return found


@given(st.text())
def test_any_text(content: str) -> None:
    read(content)


@given(st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from([" ", "\n", "\n  ", ""]))))
def test_any_words_of_the_language(words: list[tuple[str, str]]) -> None:
    read("".join(word + gap for word, gap in words))


@given(st.integers(0, 2**32), st.integers(1, 6))
def test_any_change_of_the_sample(seed: int, changes: int) -> None:
    chance = random.Random(seed)  # noqa: S311 -- changes to a text, no secrets
    begin = chance.randrange(len(SAMPLE))
    content = SAMPLE[begin : begin + 1500]
    for _ in range(changes):
        at = chance.randrange(len(content) + 1)
        match chance.randrange(4):
            case 0:
                content = content[:at] + content[at + chance.randrange(20) :]
            case 1:
                content = content[:at] + chance.choice(SIGNS) + content[at:]
            case 2:
                content = content[:at] + f" {chance.choice(WORDS)} " + content[at:]
            case _:
                other = chance.randrange(len(content) + 1)
                content = content[:at] + content[other : other + 30] + content[at:]
    read(content)


def nested(before: str, middle: str, after: str = "") -> str:
    """An expression nested 10,000 deep."""
    return f'define x "x" as {before * 10_000}{middle}{after * 10_000}'


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (nested("(", "a", ")"), "PD015"),
        (nested("not ", "a"), "PD015"),
        (nested("log10 ", "a"), "PD015"),
        (nested("a + ", "a"), "PD015"),
        (nested("2 times(", "a", ")"), "PD015"),
        ('define x "x" as age at ' + "7 days after " * 5000 + "W0", "PD015"),
        ('define x "x" as a' + " rounded to 2 decimals" * 4000, "PD015"),
        ("x" * (MAX_TEXT + 1), "PD016"),
        ("protocol " + "a" * 1_000_000, "PD016"),
        ("language 1\n" * 60_000, "PD016"),
        ('define x "x" as ' + "1" * 50_000, "PD019"),
        ("\0" * 100_000, "PD009"),
        ('"' * 100_000, "PD002"),
        ("use " + "a-" * 20_000, "PD008"),
        ("protocol \ud800", "PD009"),
        ("\xff\xfep\0r\0o\0t\0", "PD002"),
    ],
)
def test_hostile_texts(content: str, code: str) -> None:
    assert code in {diagnostic.code.number for diagnostic in read(content).diagnostics}


def test_many_broken_declarations_are_all_reported() -> None:
    assert len(read('inclusion I "t\n' * 2000).diagnostics) == 2000


def test_a_long_conjunction_is_no_nesting() -> None:
    assert read('define x "x" as ' + "a and " * 10_000 + "a").diagnostics == ()


@pytest.mark.parametrize("content", ["", "\ufeff", "\n\n", "# only a comment", "   \t"])
def test_texts_without_declarations(content: str) -> None:
    assert read(content) == parse(Text("a.proto", ""))
