"""Visits and cycles on the first and last days of their windows, and beside: with every end of them at the cut-off."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import product
from pathlib import Path

import pytest
from tests.compile.folders import write_folder
from tests.compile.schedules import HEAD
from tests.compile.test_agreement import study_of
from tests.compile.test_check import require_agreement

AS_OF = date(2004, 12, 1)
WINDOW = "  window -3 to +7 days\n"
OFFSETS = (-4, -3, 0, 7, 8, None)
"""Days from the planned one on which a window begins or ends, those outside it, and nothing at all."""
VISITS = f"""visit A at W4
{WINDOW}  grace 5 days
  assess cd4
visit B at W8
{WINDOW}  grace 5 days
visit C at W9
"""
CYCLES = f"""treatment chemo "Chemotherapy"
  cycles up to 3 from W4, spaced 4 weeks
{WINDOW}  none after W8
"""
CLOSE = (23, 24, 25, 35, 36, 40, 41, 52, 53, 63, 64, 68, 69, 200)
"""Days from randomization to the cut-off: around the ends of the windows in weeks 4 and 8, and of their grace."""
READ = {28: ("A", 0), 25: ("", 8)}
"""By the day on which visit A was held the label of a reading, and how much later: inside one window, not the other."""
Row = Mapping[str, str]


def people() -> Iterator[tuple[str, date, list[tuple[int, int]], int | None]]:
    """Participants: name, randomization, the days of the first and second by their number, and that of withdrawal."""
    for number, (days, first, second, end) in enumerate(product(CLOSE, OFFSETS, OFFSETS, (None, 62, 63, 64))):
        if end is None or (first == 0 and second in {0, None}):
            late = 0 if first is None else first
            held = [] if first is None else [(1, 28 + first)]
            # What moves with the first is on an end of its window, and what does not if the first was on its day.
            held += [] if second is None else [(2, 56 + late + second)]
            yield f"P{number:04}", AS_OF - timedelta(days=days), held, end


def folder_of(place: Path, table: str, **cells: str) -> tuple[Path, int]:
    """A folder with these, who each have rows of a table; and how many they are."""
    rows: dict[str, list[Row]] = {name: [] for name in ("participants", "events", "visits", "readings", table)}
    for name, start, held, end in people():
        own = {"participant": name}
        rows["participants"].append({**own, "arm": "active", "site": "02" if name.endswith(("1", "6")) else "01"})
        happened = {"consent": -30, "screening": -10, "randomization": 0} | ({} if end is None else {"withdrawal": end})
        for event, days in happened.items():
            rows["events"].append({**own, "event": event, "date": (start + timedelta(days=days)).isoformat()})
        for number, days in held:
            day = (start + timedelta(days=days)).isoformat()
            told = {"visit": "AB"[number - 1]} if table == "visits" else {"cycle": str(number)}
            rows[table].append({**own, "date": day, **told, **cells})
            if days in READ:
                label, later = READ[days]
                read = {**own, "visit": label, "date": (start + timedelta(days=days + later)).isoformat()}
                rows["readings"].append({**read, "measure": "cd4", "value": "150"})
    return write_folder(place / "data", rows), len(rows["participants"])


AMENDMENT = f"""amendment AM1 "Narrower" in force {AS_OF - timedelta(days=8)}
  in force {AS_OF - timedelta(days=7)} at site "02"
"""
"""On the days for which the first visit and the first cycle of some are planned."""
AMENDED_VISIT = f"{AMENDMENT}visit A at W4\n  window ± 1 days\n  assess cd4\n  since AM1\n"
AMENDED_CYCLES = CYCLES.replace(WINDOW, "  window ± 1 days\n") + "  since AM1\n"

AFTER_CYCLES = "visit FU at 7 days after last dose of chemo\n  window ± 7 days\n"


@pytest.mark.parametrize(("counted", "amended"), [("plan", ""), ("previous visit", ""), ("plan", AMENDED_VISIT)])
def test_visits_on_the_ends_of_windows(counted: str, amended: str, tmp_path: Path) -> None:
    moves = f"  counted from {counted}\n"
    text = HEAD + VISITS.replace("visit C", f"{moves}visit C") + WINDOW + moves + amended
    folder, count = folder_of(tmp_path, "visits")
    assert require_agreement(study_of(text, tmp_path), folder, AS_OF.isoformat()) == count


@pytest.mark.parametrize(
    ("counted", "more"),
    [("plan", ""), ("previous start", ""), ("plan", AMENDMENT + AMENDED_CYCLES), ("plan", AFTER_CYCLES)],
)
def test_cycles_on_the_ends_of_windows(counted: str, more: str, tmp_path: Path) -> None:
    text = HEAD.replace("gives obr\narm control", "gives obr, chemo\narm control") + CYCLES
    folder, count = folder_of(tmp_path, "administrations", treatment="chemo")
    study = study_of(f"{text}  counted from {counted}\n{more}", tmp_path)
    assert require_agreement(study, folder, AS_OF.isoformat()) == count
