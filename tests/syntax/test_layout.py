"""The one layout changes blanks and line ends, and nothing else."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.strategies import files
from tests.syntax.strewn import comments, signs, strewn

from protocol_dsl.base.source import Text
from protocol_dsl.syntax import ast
from protocol_dsl.syntax.keywords import declaration_words
from protocol_dsl.syntax.layout import Layout, laid_out
from protocol_dsl.syntax.parse import parse
from protocol_dsl.syntax.printer import print_file
from protocol_dsl.syntax.tables import grammar_text

ROOT = Path(__file__).parents[2]
SAMPLE = Path(__file__).with_name("every_construct.proto")
SHIPPED = sorted([*(ROOT / "protocols").glob("*.proto"), *(ROOT / "src" / "protocol_dsl" / "library").glob("*.proto")])
TEXTS = {path.name: path.read_text(encoding="utf-8") for path in [*SHIPPED, SAMPLE]}


WITHOUT_HASTE = settings(deadline=None)  # several whole readings an example


def of(content: str) -> Layout:
    return laid_out(Text("a.proto", content))


def keeps_everything(content: str) -> str:
    """The layout of ``content``, which means the same, has the same comments, and is laid out already."""
    found = of(content)
    before, after = parse(Text("a.proto", content)), parse(Text("a.proto", found.content))
    assert after.file == before.file
    assert [each.code for each in after.diagnostics] == [each.code for each in before.diagnostics]
    assert comments(found.content) == comments(content)
    assert of(found.content).content == found.content
    return found.content


@WITHOUT_HASTE
@given(files)
def test_a_printed_tree_keeps_its_meaning(file: ast.File) -> None:
    content = print_file(file)
    found = keeps_everything(content)
    assert signs(found) == signs(content)
    assert of(content).left == ()


@WITHOUT_HASTE
@given(files, st.integers(0, 2**32))
def test_a_tree_printed_with_comments_strewn_in_keeps_everything(file: ast.File, seed: int) -> None:
    keeps_everything(strewn(print_file(file), seed, 0.3))


@WITHOUT_HASTE
@given(st.sampled_from(sorted(TEXTS)), st.integers(0, 2**32), st.sampled_from([0.002, 0.02, 0.2]))
def test_a_shipped_text_with_comments_strewn_in_keeps_everything(name: str, seed: int, share: float) -> None:
    content = TEXTS[name]
    start = content.rfind("\n\n", 0, seed % len(content)) + 1
    end = content.find("\n\n", start + 1500)
    changed = strewn(content[start : end if end > 0 else None], seed, share)
    assert signs(keeps_everything(changed)) == signs(changed)


@WITHOUT_HASTE
@given(st.text())
def test_any_text(content: str) -> None:
    keeps_everything(content)


PAGE = (ROOT / "docs" / "layout.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```protocol\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
PAIRS = list(zip(BLOCKS[::2], BLOCKS[1::2], strict=True))


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_the_page_about_the_layout_shows_what_is_done(before: str, after: str) -> None:
    assert keeps_everything(before) == after
    assert of(after).content == after


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_the_shipped_texts_are_laid_out(path: Path) -> None:
    content = path.read_bytes().decode("utf-8")
    assert of(content) == Layout(content), f"run: protocol-dsl format {path.name}"


def test_a_broken_declaration_is_left_byte_for_byte_and_the_others_are_laid_out() -> None:
    broken = 'inclusion  I1   "Adult"\n     requires age at SCR>=18\n'
    found = of(f"anchor  SCR is   screening\n\n\n{broken}\nanchor W0\tis randomization")
    assert found.content == f"anchor SCR is screening\n\n{broken}\nanchor W0 is randomization\n"
    assert [span.start for span in found.left] == [29]


@pytest.mark.parametrize("sign", ["\u201cAdult\u201d", '"Adult"\u00a0', '"Adult\u202e"'])
def test_a_declaration_with_a_sign_of_a_word_processor_is_left(sign: str) -> None:
    content = f"inclusion  I1  {sign}\n    require age at SCR >= 18 years\n"
    found = of(f"anchor  SCR is screening\n{content}")
    assert found.content == f"anchor SCR is screening\n{content}"


def test_line_ends_are_those_of_the_first_line() -> None:
    assert of("anchor  SCR is screening\r\nanchor W0 is randomization\n").content == (
        "anchor SCR is screening\r\nanchor W0 is randomization\r\n"
    )
    keeps_everything("\nvisitt SCR\r\nanchor W0 is randomization\n")


@pytest.mark.parametrize("before", ["\n", "\ufeff", "\ufeff\n"])
def test_a_byte_order_mark_that_does_not_begin_the_text_is_kept(before: str) -> None:
    whole = "anchor   W0 is randomization\n\n\ufeff# a comment\nanchor SCR   is screening\n"
    assert "\n\ufeff# a comment\nanchor SCR is screening\n" in laid_out(Text("a.proto", whole)).content
    moved = f"{before}\ufeff# a comment\nanchor   W0 is randomization\n"
    assert laid_out(Text("a.proto", moved)).content == moved, "it would have become the mark that begins the text"


def test_a_text_of_another_language_is_left() -> None:
    content = "# Title\n\n\n\nSome words.\n\n\n    indented\n"
    assert of(content).content == content


@pytest.mark.parametrize("word", declaration_words())
def test_the_grammar_tells_the_layout_where_clauses_begin(word: str) -> None:
    rule = re.search(rf"^{word}: (.*)$", grammar_text(), re.MULTILINE)
    assert rule is not None
    assert "*" not in rule[1] or re.fullmatch(rf"{word}_head \w+\*( +-> \w+)?", rule[1])


def test_long_lists_and_tests_are_broken_where_they_may_be() -> None:
    names = ", ".join(f"measure_{number}" for number in range(40))
    tests = " and ".join(f"flag_{number} is yes" for number in range(20))
    found = keeps_everything(f'visit W0 "Baseline" assess {names}\ninclusion I1 "All" require ({tests}) or a is no\n')
    lines = found.splitlines()
    assert max(map(len, lines)) <= 120
    assert lines[1].startswith("  assess measure_0, ")
    assert lines[2].startswith("         measure_")
    assert lines[-1].startswith("           and flag_")


HOSTILE = {
    "a conjunction": 'define x "x" as ' + "a and " * 5_000 + "a",
    "a list of lines with comments": "use hiv (" + "abc, # x\n " * 2_000 + "abc)",
    "a list that would outgrow its declaration": "use hiv (" + "abc, " * 19_000 + "abc)",
    "parentheses": 'define x "x" as ' + "(" * 10_000 + "a" + ")" * 10_000,
    "blanks": "visit W1" + " " * 90_000 + '"x"\n',
    "a wide table": 'example "x"\n  ' + "| a " * 20_000 + "|\n",
    "comments": "# x\n" * 100_000 + "anchor SCR is screening\n",
    "rules": "# " + "---- " * 100_000 + "\nanchor SCR is screening\n",
    "declarations": "anchor SCR is screening\n" * 10_005,
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=list(HOSTILE))
def test_hostile_texts_are_laid_out_or_left(content: str) -> None:
    found = of(content).content
    assert signs(found) == signs(content)
    assert comments(found) == comments(content)


@pytest.mark.parametrize(
    "text",
    [
        # A line end of its own kind behind a comma, and a quotation mark in a fact, at which no line is broken.
        'example ""\r  given c,\r  given c\r',
        f'example ""\n  given {"x" * 90} cite PUBLIC "96 weeks, give or take {"y" * 20}"  # why\n',
    ],
)
def test_facts_of_an_example_keep_everything(text: str) -> None:
    assert signs(keeps_everything(text)) == signs(text)


def test_a_very_wide_cell_does_not_widen_every_row() -> None:
    rows = "".join(f"  | {number} | met |\n" for number in range(8))
    text = f'example ""\n  | {"x" * 20_000} | I1 |\n{rows}'
    assert len(keeps_everything(text)) < 22_000
