"""Which of many cases are traced for coverage.

Tracing takes about half of the time of a test. It says which lines no test reaches, and for that a few of many cases
that go through the same lines are enough; what a case holds, it holds untraced as well.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
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
    "syntax/test_hostile_texts.py",
    "syntax/test_layout.py",
)
"""Tests that go through the same lines as others do, with much data, large texts or bad ones."""
FEW = 5
"""How many cases of a test are traced, unless it says itself which."""


def not_to_trace(items: Iterable[pytest.Item]) -> Iterator[pytest.Item]:
    """The tests that go again through the same lines, and those that hypothesis tries many times."""
    cases: Counter[tuple[Path, str]] = Counter()
    for item in items:
        if item.get_closest_marker("traced") or not item.path.is_relative_to(HERE):
            continue
        name = item.name.partition("[")[0]
        cases[item.path, name] += 1
        is_again = item.path.relative_to(HERE).as_posix().startswith(AGAIN) or cases[item.path, name] > FEW
        if is_again or getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            yield item


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
        pytest.param(case, id=str(case), marks=pytest.mark.no_cover if place else pytest.mark.traced)
        for found in by_file.values()
        for place, case in enumerate(found)
    ]
