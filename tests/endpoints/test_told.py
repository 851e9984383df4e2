"""What is told of one participant's endpoint: the words of ``explain --endpoint``."""

from pathlib import Path

import pytest

from protocol_dsl import load
from protocol_dsl.apps.cli.endpoints import explained_endpoint
from protocol_dsl.writers.ink import Ink

TEXT = """
protocol TOLD "A time to a reading"
  language 1
anchor SCR is screening
anchor W0 is randomization
eligibility at SCR
measure cd4 "CD4" in cells/mm3
visits W4, W8 window ± 3 days assess cd4
endpoint primary P1 "High" time from W0 to first visit with cd4 > 300 cells/mm3
"""


@pytest.mark.parametrize(
    ("readings", "words"),
    [
        ((), "no reading of cd4 after the start (2004-06-14)"),
        ((("2004-07", "210"),), "no reading of cd4 after the start that decides and is of a known day"),
        ((("2004-07-12", ">200"),), "no reading of cd4 after the start that decides and is of a known day"),
        ((("2004-07-12", "210"), ("2004-08", "210")), "the last reading of cd4 of a known day (2004-07-12)"),
        ((("2004-07", "210"), ("2004-08-09", "210")), "the last reading of cd4 (2004-08-09)"),
    ],
)
def test_a_reading_of_a_day_that_is_not_known_is_not_told_to_be_absent(
    readings: tuple[tuple[str, str], ...], words: str, tmp_path: Path
) -> None:
    path = tmp_path / "told.proto"
    path.write_text(TEXT, encoding="utf-8")
    rows = [{"measure": "cd4", "date": date, "value": value, "unit": "cells/mm3"} for date, value in readings]
    days = {"consent": "2004-06-01", "screening": "2004-06-01", "randomization": "2004-06-14"}
    events = [{"event": event, "date": date} for event, date in days.items()]
    run = load(path).endpoints([{"participant": "P1", "events": events, "readings": rows}], as_of="2005-01-01")
    told = " ".join(" ".join(explained_endpoint(run, "P1", Ink(), is_quiet=True)).split())
    assert f"censored: {words}" in told
