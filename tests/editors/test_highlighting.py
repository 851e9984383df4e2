"""Colours: the shipped texts through the machinery of VS Code itself, from which each part gets its scope."""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from shutil import which

import pytest
from attrs import frozen

from protocol_dsl.syntax.keywords import declaration_words, reserved_words

ROOT = Path(__file__).parents[2]
EXTENSION = ROOT / "editors" / "vscode"
LIBRARY = ROOT / "src" / "protocol_dsl" / "library"
SAMPLE = ROOT / "tests" / "syntax" / "every_construct.proto"
TEXTS = sorted([*(ROOT / "protocols").glob("*.proto"), *LIBRARY.glob("*.proto"), SAMPLE])
WORDS = set(reserved_words())


@frozen
class Painted:
    """Some characters of one line, and the scopes that a theme colours them by."""

    line: int
    words: str
    scopes: tuple[str, ...]


Colour = Callable[[Path], list[Painted]]


@pytest.fixture(scope="module")
def coloured() -> Colour:
    """Colour a file as VS Code would."""
    node = which("node")
    if node is None:
        pytest.skip("there is no node on this machine")
    if not (EXTENSION / "node_modules" / "vscode-textmate").is_dir():
        pytest.skip("editors/vscode has no node_modules: run npm ci there")

    def colouring(path: Path) -> list[Painted]:
        ran = subprocess.run(  # noqa: S603 - our own script
            [node, str(EXTENSION / "test" / "tokens.mjs"), str(path)], capture_output=True, check=True, encoding="utf-8"
        )
        return [Painted(line, words, tuple(scopes)) for line, words, scopes in json.loads(ran.stdout)]

    return colouring


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_every_part_of_a_shipped_text_has_its_scope(coloured: Colour, path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    painted = coloured(path)
    by_line: dict[int, list[Painted]] = {}
    for each in painted:
        by_line.setdefault(each.line, []).append(each)
    assert [each for each in painted if each.words.strip() and not each.scopes] == []
    for number, line in enumerate(lines, 1):
        assert "".join(each.words for each in by_line[number]) == line
        if line and not line[0].isspace() and not line.startswith("#"):
            first = by_line[number][0]
            assert first.words in declaration_words()
            assert first.scopes == ("keyword.declaration.protocol-dsl",)
    for each in painted:
        if each.words.strip():
            assert each.scopes == (f"{due(each)}.protocol-dsl",), each


def due(painted: Painted) -> str:
    """The scope that is due to the words, told by what they look like and, for names and units, by what they got."""
    words = painted.words
    got = painted.scopes[0].removesuffix(".protocol-dsl")
    for look, scope in (
        (r"#.*", "comment.line.number-sign"),
        (r'"[^"]*"', "string.quoted.double"),
        (r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?", "constant.numeric.date"),
        (r"[0-9][0-9_.]*", "constant.numeric"),
        (r"[,|]", "punctuation.separator"),
        (r"[(){}]", "punctuation.section"),
        (r"[<>=!]+", "keyword.operator.comparison"),
        (r"±", "keyword.operator.window"),
        (r"[-+*/]", "keyword.operator.arithmetic"),
        (r"and|or|not", "keyword.operator.logical"),
        (r"yes|no|none", "constant.language"),
        (r"\W.*|\w*[/^\[].*", "keyword.other.unit"),
    ):
        if re.fullmatch(look, words):
            return scope
    if got == "keyword.other.unit":
        assert words not in WORDS or words in {"days", "percent", "times"}
        return got
    if words in WORDS:
        return "keyword.declaration" if got == "keyword.declaration" else "keyword.other"
    if re.fullmatch(r"[WDM]-?[0-9]+", words):
        return got if got == "entity.name" else "constant.other.study-time"
    assert re.fullmatch(r"\w+", words)
    return got if got == "entity.name" else "variable.other"


def test_the_same_words_get_other_colours_in_other_places(coloured: Colour, tmp_path: Path) -> None:
    path = tmp_path / "a.protocol"
    path.write_text(
        'endpoint primary P1 "at W0 # 5 days"  # at W0\n'
        "  event at_W0 from W0 to 28 days before W-2\n"
        "  dose 4.5 MIU once daily window -3 to +7 days\n"
        "  require cd4 >= 10_000 cells/mm3 and a between 25% and 38%\n",
        encoding="utf-8",
    )
    found = {
        (each.line, each.words): each.scopes[0].removesuffix(".protocol-dsl") for each in coloured(path) if each.scopes
    }
    assert found[1, "endpoint"] == "keyword.declaration"
    assert found[1, "P1"] == "entity.name"
    assert found[1, '"at W0 # 5 days"'] == "string.quoted.double"
    assert found[1, "# at W0"] == "comment.line.number-sign"
    assert found[2, "event"] == "keyword.other"
    assert found[2, "at_W0"] == "variable.other"
    assert found[2, "28"] == "constant.numeric"
    assert found[2, "days"] == found[3, "MIU"] == found[4, "cells/mm3"] == found[4, "%"] == "keyword.other.unit"
    assert found[2, "W-2"] == "constant.other.study-time"
    assert found[3, "once"] == "keyword.other"
    assert found[4, "10_000"] == "constant.numeric"
    assert found[4, "and"] == "keyword.operator.logical"
