"""Texts nobody should write: each ends in a message at a place, soon, with the code of the page."""

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.hostile.conftest import PROTOCOL, Ended

from protocol_dsl.base.source import Text
from protocol_dsl.project.analysis import analysed_text
from protocol_dsl.project.texts import FolderShelf
from protocol_dsl.writers.diagnostics import render_all
from protocol_dsl.writers.ink import PLAIN

SHIPPED = PROTOCOL.read_text(encoding="utf-8")
HEAD = """protocol X "x"
  language 1
use hiv (cd4)
anchor SCR is screening
anchor W0 is randomization
eligibility at SCR
"""
ADULT = 'inclusion I1 "a" require age at SCR >= 18 years\n'
CYCLES = 'treatment t "T"\n  dose 1 mg oral, once daily for 5 days\n  cycles {}\narm a "A"\n  gives t\n'
SIGNS = "\"'()|#,:;<>=±-\t\r\u200b\u202e“”–é0٣²½{}[]\\@$%"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty: a protocol begins with protocol NAME"),
        (b"\x7fELF\x00\x01", "it holds a NUL byte at line 1, byte 5"),
        (SHIPPED.encode("utf-16"), "is in UTF-16: save it as UTF-8"),
        ('protocol X "é"'.encode("latin-1"), "byte 0xE9 (perhaps é in Latin-1) at line 1, byte 13"),
        (b"#" * 5_000_001, "is larger than 5 MB"),
    ],
    ids=["empty", "binary", "UTF-16", "Latin-1", "large"],
)
def test_a_file_that_is_no_text_is_refused_in_one_line(
    run: Callable[..., Ended], tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "x.proto"
    path.write_bytes(content)
    ended = run("lint", path)
    assert ended.code == 2
    assert words in ended.err
    assert ended.err.count("\n") == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: text.replace("  ", "\t"),
        lambda text: text.replace("\n\n", "\n\f\n"),
    ],
    ids=["byte order mark", "CRLF", "lone CR", "tabs", "form feeds"],
)
def test_what_editors_do_to_a_text_changes_nothing(
    run: Callable[..., Ended], tmp_path: Path, change: Callable[[str], str]
) -> None:
    path = tmp_path / "x.proto"
    path.write_bytes(change(SHIPPED).encode())
    assert run("lint", path).code == 0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('inclusion I1 "a" require ' + "(" * 10_000 + "age at SCR >= 18 years" + ")" * 10_000, "PD015"),
        ('inclusion I1 "a" require ' + "not " * 10_000 + "age at SCR >= 18 years", "PD015"),
        ('inclusion I1 "' + "a" * 1_000_000 + '" require age at SCR >= 18 years', "PD016"),
        ('inclusion I1 "a" require latest cd4 within 28 days before SCR <= 1e999 cells/mm3', "PD006"),
        ('inclusion I1 "a" require age at SCR >= ' + "9" * 10_000 + " years", "PD019"),
        (ADULT + 'visit V "a" at 999999999 years after W0', "PD232"),
        (ADULT + 'visit W999999 "a"', "PD232"),
        (ADULT + 'visit M999999 "a"', "PD232"),
        (ADULT + CYCLES.format("up to 999999999 from W2, spaced 4 weeks"), "PD224"),
        (ADULT + CYCLES.format("up to 8 from W2, spaced 0 weeks"), "PD224"),
        ('define a "a" as b\ndefine b "b" as a\ninclusion I1 "x" require a', "PD114"),
        (ADULT + "use ../../etc/passwd (root)", "PD009"),
        (ADULT + 'use "/etc/passwd" (root)', "PD001"),
        ('inclusion I1 "a" require age\u200b at SCR >= 18 years', "PD009"),
        ('inclusion I1 "\x1b[31ma" require age at SCR >= 18 years', "PD009"),
        ("inclusion I1 “a” require age at SCR >= 18 years", "PD009"),
        (ADULT + 'amendment A1 "x"\n  in force 0000-00-00', "PD017"),
    ],
)
def test_each_oddity_has_its_message(run: Callable[..., Ended], tmp_path: Path, body: str, code: str) -> None:
    path = tmp_path / "x.proto"
    path.write_text(HEAD + body + "\n", encoding="utf-8")
    ended = run("lint", path)
    assert ended.code == 1
    assert f"error[{code}]" in ended.out
    assert "\x1b" not in ended.out


@pytest.mark.parametrize("climbing", ["{outside}", "../outside.txt", "link.txt"])
def test_no_source_outside_the_folder_is_opened(run: Callable[..., Ended], tmp_path: Path, climbing: str) -> None:
    """Were it opened, a quotation that it does not hold would be an error."""
    folder = tmp_path / "inside"
    folder.mkdir()
    outside = tmp_path / "outside.txt"
    outside.write_text("something else", encoding="utf-8")
    (folder / "link.txt").symlink_to(outside)
    path = folder / "x.proto"
    source = f'source A "a" in "{climbing.format(outside=outside)}"\n'
    path.write_text(HEAD + source + ADULT + '  quote A "quoted"\n', encoding="utf-8")
    assert "PD401" not in run("lint", path).out
    (folder / "beside.txt").write_text("something else", encoding="utf-8")
    path.write_text(HEAD + 'source A "a" in "beside.txt"\n' + ADULT + '  quote A "quoted"\n', encoding="utf-8")
    assert "PD401" in run("lint", path).out


def mutants(content: str, count: int, seed: int) -> Iterator[str]:
    """``content`` with a sign, a word or a line left out, doubled, swapped or replaced."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    words = re.findall(r"\w+|\s+|[^\w\s]", content)
    lines = content.splitlines(keepends=True)
    for _ in range(count):
        parts = list(chance.choice((content, words, lines)))
        one, other = chance.randrange(len(parts)), chance.randrange(len(parts))
        match chance.randrange(4):
            case 0:
                del parts[one]
            case 1:
                parts.insert(other, parts[one])
            case 2:
                parts[one], parts[other] = parts[other], parts[one]
            case _:
                parts[one] = chance.choice(SIGNS)
        yield "".join(parts)


def test_no_change_of_a_protocol_is_a_fault() -> None:
    """A text without a model has an error, and each message is written in words."""
    shelf = FolderShelf(PROTOCOL.parent)
    cut = (SHIPPED[:end] for end in range(500, len(SHIPPED), 1_499))
    for content in (*cut, *mutants(SHIPPED, 40, seed=7)):
        checked = analysed_text(Text("x.proto", content), shelf)
        written = "".join(render_all(checked.diagnostics, checked.texts, PLAIN))
        assert (checked.model is None) == any(each.stops for each in checked.diagnostics)
        assert not re.search(r"unexpected|invalid|illegal|Token\(|__ANON|object at 0x", written)


def test_a_path_with_half_a_character_is_not_there(tmp_path: Path) -> None:
    shelf = FolderShelf(tmp_path)
    assert shelf.source("\ud800") is None
    assert shelf.library("\ud800") is None
