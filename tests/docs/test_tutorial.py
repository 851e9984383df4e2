"""The tutorial prints what it says."""

import re
from pathlib import Path

import pytest

from protocol_dsl.apps.cli import cli
from protocol_dsl.apps.cli.endings import ended

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial.md"
BLOCK = re.compile(r"^```(?:protocol|text)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_the_schedule_of_the_scans(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    section = TUTORIAL.read_text(encoding="utf-8").partition("## 9. ")[2].partition("## Where")[0]
    protocol, *tables, printed = BLOCK.findall(section)
    (tmp_path / "scans.proto").write_text(protocol, encoding="utf-8")
    for name, rows in zip(["participants", "events", "readings"], tables, strict=True):
        (tmp_path / f"{name}.csv").write_text(rows, encoding="utf-8")
    code = ended(cli, ["schedule", str(tmp_path / "scans.proto"), str(tmp_path)])
    assert (code, capfd.readouterr().out) == (0, printed)
