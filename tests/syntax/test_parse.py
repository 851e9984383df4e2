"""From text to tree."""

import re
from pathlib import Path

import pytest

from protocol_dsl.base.source import Text
from protocol_dsl.syntax import ast
from protocol_dsl.syntax.keywords import reserved_words
from protocol_dsl.syntax.parse import Parsed, parse
from protocol_dsl.syntax.split import Margin, Piece, split
from protocol_dsl.syntax.tables import DECLARATIONS

SAMPLE = Path(__file__).with_name("every_construct.proto").read_text(encoding="utf-8")
WORD = re.compile(r'"[^"]*"|#.*|\b[a-z]+[a-z0-9]*\b(?!_)')


def read(content: str) -> Parsed:
    """What ``parse`` finds in ``content``."""
    return parse(Text("a.proto", content))


def expression(words: str) -> ast.Expression:
    """The tree of one value or test."""
    found = read(f'define x "x" as {words}')
    assert [diagnostic.message for diagnostic in found.diagnostics] == []
    (defined,) = found.file.declarations
    assert isinstance(defined, ast.Define)
    return defined.expression


def test_the_whole_draft_is_read(shared: Path) -> None:
    content = (shared / "design" / "anrs123-draft.proto").read_text(encoding="utf-8")
    found = read(content)
    assert found.diagnostics == ()
    assert len(found.file.declarations) == len(re.findall(r"^[a-z]", content, re.MULTILINE))


def test_the_sample_is_read() -> None:
    assert read(SAMPLE).diagnostics == ()


def test_the_sample_uses_every_word_of_the_language() -> None:
    used = set(re.findall(r"[a-z0-9]+", re.sub(r'"[^"]*"|#.*', "", SAMPLE)))
    unused = set(reserved_words()) - used
    assert unused <= {"library"}


def test_the_sample_uses_every_node_of_the_tree() -> None:
    used = {type(node).__name__ for node in ast.every(object, read(SAMPLE).file)}
    nodes = {name for name in ast.__all__ if isinstance(getattr(ast, name), type)}
    assert nodes - used == set()


def keyword_places() -> list[tuple[str, int, int]]:
    """Each word of the language in the sample with its place, outside of quotes, comments and lines kept as written."""
    words = set(reserved_words())
    kept = [
        line.span() for line in re.finditer(r"^ +(design.*\n.*|given.*|expect cycle.*|\|.*)$", SAMPLE, re.MULTILINE)
    ]
    return [
        (found.group(), *found.span())
        for found in WORD.finditer(SAMPLE)
        if found.group() in words and not any(start <= found.start() < end for start, end in kept)
    ]


def test_each_keyword_changes_the_tree() -> None:
    """A keyword that can be left out without a message or another tree would mean nothing."""
    pieces = [piece for piece in split(SAMPLE, DECLARATIONS, {}) if isinstance(piece, Piece)]
    for word, start, end in keyword_places():
        piece = next(piece for piece in pieces if piece.start <= start < piece.end)
        whole = read(SAMPLE[piece.start : piece.end])
        without = read(SAMPLE[piece.start : start] + SAMPLE[end : piece.end])
        assert without.diagnostics or without.file != whole.file, f"{word} in {SAMPLE[start - 20 : end + 20]!r}"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("not a is yes", "a is yes"),
        ("a + b", "a - b"),
        ("a * b", "a / b"),
        ("a and b", "a or b"),
        ("any e", "no e"),
        ("latest recorded m", "latest m"),
        ("percent change in m from A to B", "change in m from A to B"),
        ("age at 7 days after P", "age at 7 days before P"),
        ("m = 1 kg", "m != 1 kg"),
        ("a - b - c", "a - (b - c)"),
        ("log10 a at W0", "a at W0"),
        ("a is in {b}", "a is b"),
    ],
)
def test_words_that_make_a_difference(one: str, other: str) -> None:
    assert expression(one) != expression(other)


@pytest.mark.parametrize(
    ("words", "same"),
    [
        ("a or b and not c = 1 kg", "a or (b and (not (c = 1 kg)))"),
        ("a + b * c < d / e - f", "(a + (b * c)) < ((d / e) - f)"),
        ("log10 a at W0 + b", "(log10 a at W0) + b"),
        ("a < 3 times and b", "(a < 3 times) and b"),
        ("3 times a rounded to 2 decimals", "(3 times a) rounded to 2 decimals"),
        ("a + b rounded to 2 decimals", "a + (b rounded to 2 decimals)"),
        ("a between b and c and d", "(a between b and c) and d"),
        ("latest m before P > latest m before Q", "(latest m before P) > (latest m before Q)"),
        ("a ± b", "a ± b"),
    ][:-1],
)
def test_what_binds_to_what(words: str, same: str) -> None:
    assert expression(words) == expression(same)


def test_a_clause_may_stand_on_the_line_of_its_head() -> None:
    on_one = read('visits W64, W76  window ± 14 days  assess cd4\ninclusion I "t" require a is yes quote R "q"')
    on_more = read(
        'visits W64, W76\n  window ± 14 days\n  assess cd4\ninclusion I "t"\n  require a is yes\n  quote R "q"'
    )
    assert on_one.diagnostics == ()
    assert on_one.file == on_more.file


def test_the_order_of_clauses_is_free() -> None:
    one = read('inclusion I "t"\n  quote R "q"\n  require a is yes')
    other = read('inclusion I "t"\n  require a is yes\n  quote R "q"')
    assert one.file == other.file


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("start", ["", "\ufeff", "\n\n", "# a comment\n"])
@pytest.mark.parametrize("indent", ["  ", "\t", " \t "])
def test_ends_of_lines_and_indentation_do_not_matter(end: str, start: str, indent: str) -> None:
    plain = 'protocol A "a"\n  language 1\n# between\nanchor W0 is randomization\n'
    found = read((start + plain.replace("  ", indent)).replace("\n", end))
    assert found.diagnostics == ()
    assert found.file == read(plain).file


def test_places_are_those_of_the_whole_text() -> None:
    content = '# first\ninclusion I1 "Low"\n  require age at SCR >= 18 years # why\n  quote REG "words"\n'
    (node,) = read(content).file.declarations
    assert isinstance(node, ast.Criterion)
    assert node.test is not None
    text = Text("a.proto", content)
    assert text.words(node.span) == content[8:-1]
    assert text.words(node.name.span) == "I1"
    assert text.words(node.title.span) == '"Low"'
    assert text.words(node.test.span) == "age at SCR >= 18 years"
    assert text.words(node.clauses[0].span) == 'quote REG "words"'


def test_places_of_cells() -> None:
    content = 'example "e"\n  |  a b | c |\n  given  x 1 , arm  active\n  expect  cycle 1\n'
    (node,) = read(content).file.declarations
    text = Text("a.proto", content)
    assert [text.words(cell.span) for cell in ast.every(ast.Cell, node)] == [
        "a b", "c", "x 1", "arm  active", "cycle 1",
    ]  # fmt: skip
    assert [cell.text for cell in ast.every(ast.Cell, node)] == ["a b", "c", "x 1", "arm active", "cycle 1"]


def test_a_broken_clause_is_left_out_and_the_rest_stays() -> None:
    found = read('inclusion I "t"\n  require a <\n  quote R "q"\n  cite\n  since AM1\nanchor W0 is randomization')
    assert [diagnostic.code.number for diagnostic in found.diagnostics] == ["PD003", "PD003"]
    node, anchor = found.file.declarations
    assert isinstance(node, ast.Criterion)
    assert node.test is None
    assert [type(clause) for clause in node.clauses] == [ast.Quote, ast.Since]
    assert isinstance(anchor, ast.Anchor)
    assert found.broken == {node.span}


def test_a_broken_head_does_not_hide_the_mistakes_after_it() -> None:
    found = read('treatment 5 "t"\n  dose 5\n  gives x\n')
    assert [diagnostic.span.start for diagnostic in found.diagnostics] == [10, 23, 27]
    assert found.file.declarations == ()


def test_pieces_and_margins_cover_the_text() -> None:
    parts = list(split(SAMPLE, DECLARATIONS, {}))
    assert "".join(SAMPLE[part.start : part.end] for part in parts) == SAMPLE
    margins = [SAMPLE[part.start : part.end] for part in parts if isinstance(part, Margin)]
    assert all(re.fullmatch(r"(\s*#.*\n|\s*\n)+", margin) for margin in margins)
