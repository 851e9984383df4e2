"""Which of many cases are traced for coverage.

Tracing takes about half of the time of a test. It says which lines no test reaches, and for that one of many cases that
go through the same lines is enough; what a case holds, it holds untraced as well.
"""

from collections.abc import Iterable
from typing import Protocol

import pytest


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
