"""Texts to try: from the grammar, and by spoiling what is shipped, the cases and the pages."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from random import Random

from attrs import frozen
from hypothesis import HealthCheck, Phase, given, seed, settings
from tests.spec.cases import cases
from tests.strategies import files
from tests.syntax.strewn import strewn

from protocol_dsl.syntax import ast
from protocol_dsl.syntax.keywords import reserved_words
from protocol_dsl.syntax.printer import print_file
from protocol_dsl.syntax.tables import DECLARATIONS

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = (*sorted((ROOT / "protocols").glob("*.proto")), *sorted((ROOT / "src/protocol_dsl/library").glob("*.proto")))
SAMPLE = ROOT / "tests/syntax/every_construct.proto"
FROM_GRAMMAR = 2_000
"""Trees drawn from the grammar; a longer run spoils each of them several times."""
PART = re.compile(r'"[^"\n]*"?|#[^\n]*|[^\S\n]+|\n|\w+|.')
DECLARATION = re.compile(r"^(?=[^\s#])", re.MULTILINE)
NUMBER = re.compile(r"-?\d[\d_.]*")
NUMBERS = ("0", "1", "-1", "7", "18", "200", "10000", "999999999", "0.1", "1e9", "1.", "_1", "9" * 30, "2004-06", "W52")
UNITS = ("days", "weeks", "months", "years", "cells/mm3", "copies/mL", "%", "mg", "MIU", "kg", "points", "times", "/mL")
SIGNS = (
    *"\"(){}[]|,.:;#<>=≤≥±+-_%*/\\'`~\t\r\n\0",
    *"\u00a0\u200b\u2009\u2013\u2014\u201c\u201d\u202e\u2028\ufeff\ud800\udfff\U0001f600\u0301\x85\x0b\x0c\x1b",
    *("\r\n", "\n\n", "\n  ", "| |", " # c", '""', "é", "½", "٣", "Ａ"),
)


@frozen
class Source:
    """What texts are made of: whole texts that mean something, and declarations of all of them by themselves."""

    whole: tuple[str, ...]
    large: tuple[str, ...]
    pieces: tuple[str, ...]
    words: tuple[str, ...]


@cache
def source() -> Source:
    """All that is shipped, every case and the sample of constructs."""
    large = tuple(path.read_text(encoding="utf-8") for path in (*SHIPPED, SAMPLE))
    own = [case.blocks["protocol"] for case in cases()]
    whole = tuple(case.protocol for case in cases())
    pieces = tuple(dict.fromkeys(piece for text in (*large, *own) for piece in DECLARATION.split(text) if piece))
    words = {word for text in (*large, *own) for word in re.findall(r"\w+", text)}
    return Source(whole, large, pieces, tuple(sorted({*reserved_words(), *words})))


def drawn(count: int, number: int) -> list[str]:
    """``count`` trees of the grammar at most, as texts."""
    found: list[str] = []

    @seed(number)
    @settings(
        max_examples=count, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=[*HealthCheck]
    )
    @given(files)
    def draw(file: ast.File) -> None:
        found.append(print_file(file))

    draw()
    return found


def texts(count: int, number: int) -> Iterator[str]:
    """``count`` texts, the same ones for the same ``number``."""
    grammar = drawn(min(count // 10 + 1, FROM_GRAMMAR), number)
    for turn in range(count):
        chance = Random(f"{number}/{turn}")  # noqa: S311 -- changes to a text, no secrets
        yield one_text(chance, grammar)


def one_text(chance: Random, grammar: list[str]) -> str:
    """A text of one of five kinds; most are of a few declarations, so that many can be tried."""
    origin = source()
    match chance.choices(("pieces", "case", "grammar", "large", "signs"), (740, 50, 150, 1, 59))[0]:
        case "pieces":
            return spoilt("".join(chance.choices(origin.pieces, k=chance.randint(1, 3))), chance, chance.randint(0, 6))
        case "case":
            return spoilt(chance.choice(origin.whole), chance, chance.choice((0, 1, 1, 2)))
        case "grammar":
            return spoilt(chance.choice(grammar), chance, chance.randint(0, 3))
        case "large":
            return spoilt(chance.choice(origin.large), chance, chance.randint(0, 20))
        case _:
            words = (*SIGNS, *DECLARATIONS, *UNITS, *NUMBERS)
            return "".join(
                chance.choice(words) + chance.choice(("", " ", "\n", "\n  ")) for _ in range(chance.randint(0, 40))
            )


def spoilt(content: str, chance: Random, changes: int) -> str:
    """``content`` after some changes as hurried hands and broken programs make them."""
    for _ in range(changes):
        content = changed(content, chance)
    return content


def changed(content: str, chance: Random) -> str:
    """One change: to a word, to a line, to a sign, or to the whole."""
    kind = chance.choices(("words", "lines", "sign", "whole"), (50, 20, 20, 10))[0]
    match kind:
        case "words":
            words: list[str] = PART.findall(content)
            return "".join(moved(words, chance, other_word))
        case "lines":
            return "".join(moved(content.splitlines(keepends=True), chance, other_line))
        case "sign":
            at = chance.randint(0, len(content))
            sign: str = chance.choice(SIGNS)
            return content[:at] + sign + content[at + chance.randint(0, 1) :]
        case _:
            return whole_change(content, chance)


def moved(parts: list[str], chance: Random, other: Callable[[str, Random], str]) -> list[str]:
    """Parts of which one is left out, doubled, exchanged, moved or replaced."""
    if not parts:
        return parts
    one, two = chance.randrange(len(parts)), chance.randrange(len(parts))
    match chance.randrange(6):
        case 0:
            del parts[one]
        case 1:
            parts.insert(one, parts[one])
        case 2:
            parts[one], parts[two] = parts[two], parts[one]
        case 3:
            parts.insert(two, parts.pop(one))
        case _:
            parts[one] = other(parts[one], chance)
    return parts


def other_word(word: str, chance: Random) -> str:
    """Another word in the place of ``word``: a number for a number, else a name, a unit, or a slip."""
    if NUMBER.fullmatch(word):
        return chance.choice(NUMBERS)
    match chance.randrange(4):
        case 0:
            return chance.choice(UNITS)
        case 1:
            at = chance.randint(0, len(word))
            return word[:at] + chance.choice(("", "x", "e")) + word[at + 1 :]
        case _:
            return chance.choice(source().words)


def other_line(line: str, chance: Random) -> str:
    """``line`` indented otherwise, or a line of another text."""
    match chance.randrange(4):
        case 0:
            return line.lstrip(" ")
        case 1:
            return f"  {line}"
        case 2:
            return f"\t{line.lstrip()}"
        case _:
            return chance.choice(chance.choice(source().pieces).splitlines(keepends=True))


def whole_change(content: str, chance: Random) -> str:
    """``content`` cut off, put together with another, or with a long line, comments or other line ends."""
    at = chance.randint(0, len(content))
    match chance.randrange(6):
        case 0:
            return content[:at]
        case 5:
            return strewn(content, chance.randrange(2**32), chance.choice((0.02, 0.2, 0.9)))
        case 1:
            return content[at:]
        case 2:
            other = chance.choice(source().pieces)
            return content[:at] + other[chance.randint(0, len(other)) :]
        case 3:
            return content[:at] + chance.choice((" ", "x", "(", '"', "a and ", "9", "- ")) * 2_000 + content[at:]
        case _:
            return content.replace("\n", chance.choice(("\r\n", "\r", "\n\n", " ")))
