"""Spec cases as parameters of tests that let both engines judge them."""

from collections.abc import Iterable

import pytest
from tests.spec.cases import Case


def first_of_a_file_traced(cases: Iterable[Case]) -> list[object]:
    """A parameter a case; but for the first case of each file nobody traces the test for coverage.

    Tracing takes more than half of its time, most of it in the lines of sqlglot, and the cases of a file go through the
    same lines.
    """
    by_file: dict[str, list[Case]] = {}
    for case in cases:
        by_file.setdefault(case.file, []).append(case)
    return [
        pytest.param(case, id=str(case), marks=[pytest.mark.no_cover] if place else [])
        for found in by_file.values()
        for place, case in enumerate(found)
    ]
