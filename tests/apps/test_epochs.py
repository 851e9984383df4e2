"""Epochs, anchors on events and what arms give, as the commands show them."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

Run: TypeAlias = Callable[..., tuple[int, str, str]]
CROSSOVER = """protocol CROSS "A crossover"
  language 1
anchor W0 is randomization
event progression "Progression"
  category local
  grades 1 to 5
anchor PD is first progression in {local} of grade at least 2
treatment a "A"
treatment b "B"
  cycles up to 2 from start of epoch, spaced 4 weeks
  window ± 3 days
arm AB "A then B" gives a in period1, b in period2
arm BA "B then A" gives b in period1, a in period2
epoch period1 "First period" from W0 to W12
epoch washout "Washout" from W12 to W16 without treatment
epoch period2 "Second period" from W16 to W28
visits W12, W16 window ± 3 days
visit scan "Scan" at 14 days after PD window ± 3 days
class call "Telephone call" by telephone window ± 1 days
visit W14 class call
"""


@pytest.fixture
def crossover(tmp_path: Path) -> Path:
    path = tmp_path / "crossover.proto"
    path.write_text(CROSSOVER, encoding="utf-8")
    return path


def test_a_plan_tells_epochs_and_what_is_given_in_them(run: Run, crossover: Path) -> None:
    code, out, _ = run("schedule", crossover, "--anchor", "W0=2004-06-14", "--arm", "AB")
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert code == 0
    assert "period1 2004-06-14 to 09-06 a" in lines
    assert "washout 2004-09-06 to 10-04 without treatment" in lines
    assert any(line.startswith("W12 period1 2004-09-06") for line in lines)
    assert any(line.startswith("b 1 2004-10-04") for line in lines)


def test_the_other_arm_has_the_other_order(run: Run, crossover: Path) -> None:
    out = run("schedule", crossover, "--anchor", "W0=2004-06-14", "--arm", "BA")[1]
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert "period1 2004-06-14 to 09-06 b" in lines
    assert any(line.startswith("b 2 2004-07-12") for line in lines)


def test_without_an_arm_nothing_counts_from_an_epoch(run: Run, crossover: Path) -> None:
    out = run("schedule", crossover, "--anchor", "W0=2004-06-14")[1]
    assert "the arm, and so the epoch, is not known" in out


def test_a_plan_from_an_event(run: Run, crossover: Path) -> None:
    out = run("schedule", crossover, "--anchor", "W0=2004-06-14", "--anchor", "PD=2004-08-01", "--arm", "AB")[1]
    assert "14 days after PD (2004-08-01)" in out
    out = run("schedule", crossover, "--anchor", "W0=2004-06-14", "--arm", "AB")[1]
    assert "no progression in {local} of grade 2 or more on record" in out


def test_show_tells_epochs_and_anchors(run: Run, crossover: Path) -> None:
    out = run("show", crossover)[1]
    for words in (
        "PD: the day of the first “Progression” of category local of grade at least 2",
        "Gives A in “First period” and B in “Second period”.",
        "From week 12 to week 16, without treatment.",
        "A then B: A",
        "A then B: B",
    ):
        assert words in out


def test_the_schedule_of_activities_tells_the_epoch_of_each_visit(run: Run, crossover: Path) -> None:
    lines = [" ".join(line.split()) for line in run("show", crossover)[1].splitlines()]
    assert "Epoch First period Washout Washout" in lines
    assert "Class call" in lines
    assert any(line.endswith("By telephone.") for line in lines)
