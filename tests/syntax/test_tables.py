"""The prebuilt table of the parser is that of the grammar, and never trusted blindly."""

import pickle
from collections.abc import Callable
from copy import copy
from pathlib import Path

from lark import TextSlice
from lark.common import LexerConf
from lark.lexer import BasicLexer, LexerState

from protocol_dsl.syntax import tables
from protocol_dsl.syntax.expected import is_word
from protocol_dsl.syntax.keywords import declaration_words, reserved_words
from protocol_dsl.syntax.lexing import WHOLE_LINES, WordLexer

LEXERS: tuple[Callable[[LexerConf], BasicLexer], ...] = (WordLexer, BasicLexer)
KEPT = tables.PACKAGE.joinpath(tables.TABLE).read_bytes()


def test_the_grammar_builds_in_strict_mode() -> None:
    tables.build(strict=True)


def test_the_table_was_made_from_this_grammar() -> None:
    """Write it anew with ``python -m protocol_dsl.syntax.tables`` after a change of the grammar."""
    assert tables.load(KEPT) is not None


def test_a_loaded_parser_knows_the_same_words_and_rules() -> None:
    loaded, built = tables.load(KEPT), tables.build()
    assert loaded is not None
    assert sorted(terminal.name for terminal in loaded.terminals) == sorted(t.name for t in built.terminals)
    assert sorted(map(str, loaded.rules)) == sorted(map(str, built.rules))


def test_a_damaged_table_is_not_used() -> None:
    assert tables.load(KEPT[:-1]) is None
    assert tables.load(KEPT[:1000] + b"x" + KEPT[1001:]) is None
    assert tables.load(b"") is None


def test_a_table_of_another_grammar_is_not_used() -> None:
    assert tables.load(tables.key("start: NAME", b"") + b"") is None


def test_a_table_that_names_a_class_is_not_used() -> None:
    payload = pickle.dumps(Path("x"))
    assert tables.load(tables.key(tables.grammar_text(), payload) + payload) is None


def test_writing_a_right_table_again_changes_nothing() -> None:
    tables.main()
    assert tables.PACKAGE.joinpath(tables.TABLE).read_bytes() == KEPT


def test_a_new_table_can_be_loaded() -> None:
    assert tables.load(tables.table()) is not None


def test_words_are_told_from_names_as_lark_tells_them() -> None:
    """Our scanner looks words up; lark asks which of them each pattern takes."""
    conf = copy(tables.parser().lexer_conf)
    conf.terminals = [each for each in conf.terminals if each.name not in WHOLE_LINES]
    words = [each.pattern.value for each in conf.terminals if is_word(each)]
    others = [made for word in words for made in (word.upper(), f"{word}x", word[:-1])]
    text = TextSlice.cast_from(" ".join([*words, *others, '12 months 2004-06-14 <= "a title" # given']))
    ours, theirs = ([(each, each.type) for each in made(conf).lex(LexerState(text), None)] for made in LEXERS)
    assert ours == theirs
    assert len({kind for _, kind in ours}) > len(words)


def test_every_word_of_a_declaration_is_reserved() -> None:
    assert set(declaration_words()) <= set(reserved_words())
