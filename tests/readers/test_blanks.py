"""Blanks around a text, in columns, are those that Python strips."""

import duckdb
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from protocol_dsl.readers.columns.source import BLANKS, stripped
from protocol_dsl.trees import selected, text_of

SIGNS = st.text(st.sampled_from([*BLANKS, "a", "Z", "!", "~", "\x7f", "é", "0"]), max_size=4)


def test_blanks_are_what_python_strips() -> None:
    assert all(not each.strip() for each in BLANKS)
    assert not [each for each in map(chr, range(0x3100)) if each not in BLANKS and not each.strip()]


@given(st.lists(SIGNS, min_size=1, max_size=20))
def test_a_text_is_stripped_as_python_strips_it(texts: list[str]) -> None:
    query = selected(exp.to_table("given"), stripped(exp.column("written")))
    with duckdb.connect() as connection:
        connection.execute("create table given (place integer, written varchar)")
        connection.executemany("insert into given values (?, ?)", [list(each) for each in enumerate(texts)])
        found = connection.execute(f"{text_of(query)} order by place").fetchall()
    assert [each for (each,) in found] == [each.strip() for each in texts]
