"""A small study: a protocol, three participants, and one mistake in the data."""

from collections.abc import Callable
from pathlib import Path

import pytest

from protocol_dsl.apps.cli import cli
from protocol_dsl.apps.cli.endings import ended

PROTOCOL = """protocol SMALL "A small trial"
  language 1

measure cd4 "CD4 cell count" in cells/mm3

anchor SCR is screening
anchor W0 is randomization

eligibility at SCR

inclusion I1 "Low CD4 count"
  require latest cd4 within 28 days before SCR <= 200 cells/mm3
  because "made up"

treatment obr "A regimen"
  continuous from W0
  because "made up"
arm active "The regimen"
  gives obr
  because "made up"

visit SCR "Screening"
  assess cd4
  because "made up"
visits W0, W4
  window ± 3 days
  assess cd4
  because "made up"
"""

TABLES = {
    "participants": "participant,site,arm\nP1,01,active\nP2,01,active\n=P3(),02,active\n",
    "events": (
        "participant,event,date\n"
        "P1,consent,2004-05-01\nP1,screening,2004-06-01\nP1,randomization,2004-06-14\n"
        "P2,consent,2004-05-01\nP2,screening,2004-06-01\n"
        "=P3(),consent,2004-05-01\n=P3(),screening,2004-06-01\n"
    ),
    "readings": (
        "participant,measure,date,value,unit,visit\n"
        "P1,cd4,2004-06-01,200,cells/mm3,SCR\nP1,cd4,2004-06-14,180,cells/mm3,W0\nP1,cd4,2004-07-20,190,cells/mm3,W4\n"
        "P2,cd4,2004-06-01,201,cells/mm3,SCR\n"
        "P1,cd8,2004-06-01,1,cells/mm3,\n"
    ),
    "visits": (
        "participant,visit,date\n"
        "P1,SCR,2004-06-01\nP1,W0,2004-06-14\nP1,W4,2004-07-20\nP2,SCR,2004-06-01\n=P3(),SCR,2004-13-01\n"
    ),
}


@pytest.fixture
def protocol(tmp_path: Path) -> Path:
    path = tmp_path / "small.proto"
    path.write_text(PROTOCOL, encoding="utf-8")
    return path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    for name, text in TABLES.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run ``protocol-dsl`` in this process: its exit code, what it wrote, and what it said."""

    def running(*arguments: object) -> tuple[int, str, str]:
        code = ended(cli, [str(argument) for argument in arguments])
        captured = capfd.readouterr()
        return code, captured.out, captured.err

    return running
