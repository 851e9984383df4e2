"""Which of many cases are traced for coverage.

Tracing takes about half of the time of a test. It says which lines no test reaches, and for that one of many cases that
go through the same lines is enough; what a case holds, it holds untraced as well.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

import pytest

HERE = Path(__file__).parent
AGAIN = ("compile", "fuzz", "hostile", "properties", "protocols", "simulate")
"""Folders of tests that go through the same lines as others do, with much data, or with bad data."""
CASES_IN_COLUMNS = "test_case_in_columns"
"""The test of ``compile`` that goes through every line of columns."""


def is_traced(path: Path, name: str) -> bool:
    """Whether a test of a name is traced, unless it is marked itself."""
    folder = path.relative_to(HERE).parts[0] if path.is_relative_to(HERE) else ""
    return folder not in AGAIN or name.startswith(CASES_IN_COLUMNS)


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
