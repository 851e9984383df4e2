"""A statement is written without a copy of its tree, and is the same text the next time."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from tests.compile.rules import protocols
from tests.compile.test_agreement import study_of

from protocol_dsl.compile.eligibility import eligibility_statement
from protocol_dsl.compile.engines import refusals
from protocol_dsl.trees import DUCKDB, text_of


@settings(max_examples=15, deadline=None)
@given(text=protocols())
def test_writing_a_statement_does_not_change_it(text: str) -> None:
    with TemporaryDirectory() as place:
        model = study_of(text, Path(place)).model
    if refusals(model):
        return
    query = eligibility_statement(model).query
    copied = query.sql(DUCKDB)
    assert text_of(query) == copied
    assert text_of(query) == copied
