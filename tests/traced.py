"""Which of many cases are traced for coverage.

Tracing takes about half of the time of a test. It says which lines no test reaches, and for that one of many cases that
go through the same lines is enough; what a case holds, it holds untraced as well.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

import pytest

HERE = Path(__file__).parent
AGAIN = (
    "apps/test_every_construct.py",
    "compile/",
    "endpoints/test_actg175.py",
    "fuzz/",
    "hostile/",
    "properties/",
    "protocols/",
    "readers/sdtm/test_lzzt.py",
    "semantics/test_criteria.py",
    "semantics/test_large_texts.py",
    "simulate/",
    "syntax/test_hostile_texts.py",
    "syntax/test_layout.py",
)
"""Tests that go through the same lines as others do, with much data, large texts or bad ones."""
CASES_IN_COLUMNS = "test_case_in_columns"
"""The tests of ``compile`` that are traced: the first case of each file."""


def is_traced(item: pytest.Item) -> bool:
    """Whether a test is traced, unless it is marked itself; what hypothesis tries many times is not."""
    if item.name.startswith(CASES_IN_COLUMNS) or not item.path.is_relative_to(HERE):
        return True
    is_again = item.path.relative_to(HERE).as_posix().startswith(AGAIN)
    return not is_again and not getattr(getattr(item, "obj", None), "is_hypothesis_test", False)


class Filed(Protocol):
    """A case of a file."""

    @property
    def file(self) -> str:
        """Where it stands."""


def first_of_a_file_traced(cases: Iterable[Filed]) -> list[object]:
    """A parameter a case, by its name; nobody traces any but the first of each file."""
    by_file: dict[str, list[Filed]] = {}
    for case in cases:
        by_file.setdefault(case.file, []).append(case)
    return [
        pytest.param(case, id=str(case), marks=[pytest.mark.no_cover] if place else [])
        for found in by_file.values()
        for place, case in enumerate(found)
    ]
