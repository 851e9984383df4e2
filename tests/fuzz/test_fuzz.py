"""A small share of ``python -m tests.fuzz``."""

from tests.fuzz.promises import hold
from tests.fuzz.texts import texts


def test_some_texts_hold_every_promise() -> None:
    without_errors = [content for content in texts(100, 1) if hold(content)]
    assert without_errors
