"""Random studies, more than hypothesis tries in one test; the same ones in every run."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.compile.tried import Kind

ROOT = Path(__file__).parents[2]
SCREENS, CHECKS, SCHEDULES = 30, 8, 20
"""Studies of a seed: about half a minute of processor time."""


@pytest.mark.parametrize(
    ("kind", "number", "count"),
    [
        *(("screen", number, SCREENS) for number in range(4)),
        *(("check", number, CHECKS) for number in range(2)),
        ("visits", 0, SCHEDULES),
    ],
)
def test_the_engines_agree_on_random_studies(kind: Kind, number: int, count: int, tmp_path: Path) -> None:
    # A process of its own, which nobody traces for coverage: that would take twice the time.
    asked = ("--kind", kind, "--seed", str(number), "--studies", str(count), "--keep", str(tmp_path))
    command = [sys.executable, "-m", "tests.compile.many", *asked]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    kept = [each.read_text(encoding="utf-8") for each in sorted(tmp_path.glob("*/difference.txt"))]
    assert (kept, found.returncode) == ([], 0), found.stderr
    assert "0 disagreements" in found.stdout
    assert not found.stdout.startswith("0 studies")
