"""Random studies, more than hypothesis tries in one test; the same ones in every run."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.compile.tried import Kind

ROOT = Path(__file__).parents[2]
SCREENS, CHECKS, VISITS, CYCLES = 250, 30, 20, 20
"""Studies of a seed: a minute or two of processor time."""
SEEDS_OF_SCREENS = 8
LEAST_IN_COLUMNS: dict[Kind, float] = {"screen": 2 / 3, "check": 0.4, "visits": 0.9, "cycles": 0.6}
"""The share of participants that columns must judge themselves, for the engines to be compared on anything."""
COUNTS = re.compile(
    r"([\d,]+) studies, ([\d,]+) participants, ([\d,]+) of them judged in columns alone; 0 disagreements"
)


@pytest.mark.parametrize(
    ("kind", "number", "count"),
    [
        *(("screen", number, SCREENS) for number in range(SEEDS_OF_SCREENS)),
        ("check", 1, CHECKS),
        ("visits", 1, VISITS),
        ("cycles", 1, CYCLES),
    ],
)
def test_the_engines_agree_on_random_studies(kind: Kind, number: int, count: int, tmp_path: Path) -> None:
    # A process of its own, which nobody traces where coverage is asked for: that would take twice the time.
    asked = ("--kind", kind, "--seed", str(number), "--studies", str(count), "--keep", str(tmp_path))
    command = [sys.executable, "-m", "tests.compile.many", *asked]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    kept = [each.read_text(encoding="utf-8") for each in sorted(tmp_path.glob("*/difference.txt"))]
    assert (kept, found.returncode) == ([], 0), found.stderr
    counts = COUNTS.search(found.stdout)
    assert counts is not None, found.stdout
    studies, participants, in_columns = (int(each.replace(",", "")) for each in counts.groups())
    assert studies == count
    assert in_columns >= LEAST_IN_COLUMNS[kind] * participants
