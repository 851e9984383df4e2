"""Cycles in columns that are counted from the start of the previous one."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from tests.compile.folders import write_folder
from tests.compile.test_agreement import study_of
from tests.compile.test_check import require_agreement
from tests.compile.test_windows import HEAD, KEPT, START, rows

from protocol_dsl.compile.engines import check_refusals

CHEMO = """treatment chemo "Chemotherapy"
  cycles up to 5 from W2, spaced 3 weeks, then 4 weeks
  counted from previous start
  window -3 to +7 days
"""
PLANNED = {1: 14, 2: 35, 3: 63, 4: 91, 5: 119}
"""Cycles by their days after randomization, each given on its planned day."""


def doses(people: Mapping[str, Mapping[int, int]]) -> Sequence[Mapping[str, str]]:
    """What was given: by cycle, so many days after randomization."""
    return [
        {"participant": name, "treatment": "chemo", "cycle": str(cycle), "date": day_after(days)}
        for name, cycles in people.items()
        for cycle, days in cycles.items()
    ]


def day_after(days: int) -> str:
    """A day of the study as it is written."""
    return (START + timedelta(days=days)).isoformat()


@pytest.mark.parametrize("as_of", ["2004-08-01", "2004-10-20", None])
@pytest.mark.parametrize("ending", ["", "  none after W17\n", "  none after 100 days after SCR\n"])
def test_cycles_counted_from_the_previous_start(ending: str, as_of: str | None, tmp_path: Path) -> None:
    given = {
        "P0": PLANNED,
        "P1": {1: 20, 2: 41, 3: 69, 4: 97, 5: 125},  # six days late, and then on the days that moved
        "P2": {1: 20, 2: 35, 3: 63, 4: 91},
        "P3": {1: 14, 3: 63, 4: 98},  # without the second: the day planned for it stands in
        "P4": {2: 35, 3: 63},
        "P5": {},
        "P6": {1: 14, 2: 70},
    }
    data = rows({name: list(KEPT.items()) for name in given})
    folder = write_folder(tmp_path / "data", {**data, "administrations": doses(given)}, group=2)
    text = HEAD.replace("gives obr\narm control", "gives obr, chemo\narm control") + CHEMO + ending
    assert require_agreement(study_of(text, tmp_path), folder, as_of) == len(given)


def test_months_from_the_previous_start_are_refused_by_name(tmp_path: Path) -> None:
    text = HEAD.replace("gives obr\narm control", "gives obr, chemo\narm control")
    model = study_of(text + CHEMO.replace("3 weeks, then 4 weeks", "1 month"), tmp_path).model
    assert [each.words for each in check_refusals(model)] == ["chemo: cycles counted in months from the previous start"]


@pytest.mark.parametrize("as_of", ["2004-08-20", None])
@pytest.mark.parametrize("counted", ["", "  counted from previous start\n"])
def test_cycles_that_go_on_until_an_event(counted: str, as_of: str | None, tmp_path: Path) -> None:
    given = {"P0": PLANNED, "P1": {1: 14, 2: 38}, "P2": {1: 14, 2: 38, 3: 90}, "P3": {1: 14}, "P4": {}}
    ends = {"P1": ("progression", 50), "P2": ("progression", 50), "P3": ("withdrawal", 30), "P4": ("progression", 10)}
    data = rows({name: list(KEPT.items()) for name in given})
    events = [{"participant": name, "event": what, "date": day_after(day)} for name, (what, day) in ends.items()]
    found = {**data, "events": [*data["events"], *events], "administrations": doses(given)}
    text = HEAD.replace("gives obr\narm control", "gives obr, chemo\narm control") + CHEMO
    text = text.replace("from W2, spaced 3 weeks, then 4 weeks", "every 3 weeks from W2 until progression, withdrawal")
    text = text.replace("  counted from previous start\n", counted) + 'event progression "Progression"\n'
    folder = write_folder(tmp_path / "data", found, group=2)
    assert require_agreement(study_of(text, tmp_path), folder, as_of) == len(given)


@pytest.mark.parametrize("arm", ["active", ""])
def test_arms_and_doses_show_that_data_are_of_this_trial(arm: str, tmp_path: Path) -> None:
    data = rows({name: list(KEPT.items()) for name in "AB"}, arm=arm)
    given = [*doses({"A": PLANNED}), {"participant": "B", "treatment": "something else", "date": day_after(14)}]
    found = {**data, "readings": [], "administrations": given}
    folder = write_folder(tmp_path / "data", found)
    text = HEAD.replace("gives obr\narm control", "gives obr, chemo\narm control") + CHEMO
    require_agreement(study_of(text, tmp_path), folder)
