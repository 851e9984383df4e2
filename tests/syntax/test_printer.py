"""What is printed is read again as an equal tree."""

from pathlib import Path

import pytest
from hypothesis import given
from tests.strategies import declarations, expressions, files

from protocol_dsl.base.source import Text
from protocol_dsl.syntax import ast
from protocol_dsl.syntax.parse import parse
from protocol_dsl.syntax.printer import print_declaration, print_expression, print_file

SAMPLE = Path(__file__).with_name("every_construct.proto").read_text(encoding="utf-8")


def read(content: str) -> ast.File:
    """The tree of a text without a mistake."""
    found = parse(Text("generated.proto", content))
    assert [diagnostic.message for diagnostic in found.diagnostics] == []
    return found.file


@given(declarations)
def test_a_printed_declaration_reads_as_the_same_tree(node: ast.Declaration) -> None:
    assert read(print_declaration(node)).declarations == (node,)


@given(files)
def test_a_printed_file_reads_as_the_same_tree(file: ast.File) -> None:
    assert read(print_file(file)) == file


@given(expressions)
def test_a_printed_expression_reads_as_the_same_tree(node: ast.Expression) -> None:
    (defined,) = read(f'define x "x" as {print_expression(node)}').declarations
    assert isinstance(defined, ast.Define)
    assert defined.expression == node


def test_printing_the_sample_twice_gives_the_same_text() -> None:
    once = print_file(read(SAMPLE))
    assert print_file(read(once)) == once


def test_the_draft_survives_printing(shared: Path) -> None:
    file = read((shared / "design" / "anrs123-draft.proto").read_text(encoding="utf-8"))
    assert read(print_file(file)) == file


@pytest.mark.parametrize(
    "words",
    [
        "latest cd4 within 28 days before SCR <= 200 cells/mm3",
        "not (a is yes or b is yes) and c is no",
        "(a + b) * 2 - (c - d) rounded to 1 decimal > -5 kg",
        "at least 2 of (exposed to NRTI, on PI at W0, any cdc_event in {B, C} from W0 to W52)",
        "10_000 copies/mL < 3 times hiv_rna at W0",
    ],
)
def test_expressions_read_as_they_were_written(words: str) -> None:
    (defined,) = read(f'define x "x" as {words}').declarations
    assert isinstance(defined, ast.Define)
    assert print_expression(defined.expression) == words


def test_layout() -> None:
    text = """\
anchor SCR is screening
anchor W0 is randomization

treatment il2 "Interleukin-2"
  dose 4.5 MIU subcutaneous, twice daily for 5 days
  cycles up to 8 from W2, spaced 4 weeks, then 6 weeks
  window -3 to +7 days

grades
  eligibility           important
  missed visit at W4    important
  otherwise             minor

example "limits"
  | latest cd4    | I5      |
  | 199 cells/mm3 | met     |
  |               | unknown |
"""
    assert print_file(read(text)) == text
