"""The commands on a folder of SDTM domains, with a mapping of one's own."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.readers.sdtm.samples import DM, SV

import protocol_dsl

PROTOCOL = """protocol PILOT "A pilot"
  language 1
anchor W0 is randomization
inclusion I1 "Adult"
  require age at W0 >= 18 years
  cite S "1"
eligibility at W0
source S "The protocol"
visit W2 "In two weeks" at 14 days after W0
  window ± 3 days
  code cdisc "4"
"""
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def pilot(tmp_path: Path) -> tuple[Path, Path]:
    protocol, folder = tmp_path / "pilot.proto", tmp_path / "sdtm"
    protocol.write_text(PROTOCOL, "utf-8")
    folder.mkdir()
    (folder / "dm.csv").write_text(DM, "utf-8")
    (folder / "sv.csv").write_text(SV, "utf-8")
    return protocol, folder


@pytest.mark.parametrize("command", ["check", "screen", "schedule"])
def test_a_folder_of_domains_is_read(command: str, pilot: tuple[Path, Path], run: Run) -> None:
    code, out, err = run(command, *pilot, "--quiet", "--exit-zero")
    assert (code, err) == (0, "")
    assert "3 participants" in out


def test_a_mapping_says_what_a_visit_is(pilot: tuple[Path, Path], run: Run, tmp_path: Path) -> None:
    mapping = tmp_path / "own.toml"
    mapping.write_text('[visits]\n"4" = "phone call"\n"3" = "W2"\n', "utf-8")
    assert "14 days after W0" in run("explain", *pilot, "01-1", "W2", "--quiet")[1]
    code, out, _ = run("explain", *pilot, "01-1", "W2", "--mapping", mapping, "--quiet")
    assert code == 0
    assert "SV row 3 of sv.csv" in out


def test_a_mapping_that_cannot_be_read_stops_the_run(pilot: tuple[Path, Path], run: Run, tmp_path: Path) -> None:
    mapping = tmp_path / "own.toml"
    mapping.write_text("[visits", "utf-8")
    code, out, err = run("check", *pilot, "--mapping", mapping, "--quiet")
    assert (code, out) == (2, "")
    assert "own.toml is no mapping in TOML" in err


def test_a_mapping_is_for_no_other_data(pilot: tuple[Path, Path], run: Run, data: Path, tmp_path: Path) -> None:
    mapping = tmp_path / "own.toml"
    mapping.write_text("", "utf-8")
    assert "a mapping is for" in run("check", pilot[0], data, "--mapping", mapping)[2]
    with pytest.raises(protocol_dsl.UnreadableError, match="a mapping is for"):
        protocol_dsl.load(pilot[0]).check({"participant": "P1"}, mapping=mapping)
