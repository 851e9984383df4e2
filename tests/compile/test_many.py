"""Random studies, more than hypothesis tries in one test; the same ones in every run."""

from pathlib import Path

import pytest
from tests.compile.tried import Kind, try_studies

SCREENS, CHECKS = 40, 8
"""Studies of a seed: about a minute of processor time."""


@pytest.mark.parametrize(
    ("kind", "number", "count"),
    [*(("screen", number, SCREENS) for number in range(8)), *(("check", number, CHECKS) for number in range(4))],
)
def test_the_engines_agree_on_random_studies(kind: Kind, number: int, count: int, tmp_path: Path) -> None:
    *_, tally = try_studies(kind, number, count, tmp_path)
    assert tally.studies >= count // 2
    assert [(kept / "difference.txt").read_text(encoding="utf-8") for kept in tally.kept] == []
