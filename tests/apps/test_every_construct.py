"""A protocol in which every construct stands at least once goes through every command of an author."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

Run: TypeAlias = Callable[..., tuple[int, str, str]]
SAMPLE = Path(__file__).parents[1] / "syntax" / "every_construct.proto"


@pytest.fixture(scope="module")
def protocol(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("every") / "every.proto"
    path.write_text(SAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    return path


def test_it_has_no_error(run: Run, protocol: Path) -> None:
    code, out, _ = run("lint", protocol, "--format", "json")
    assert code == 0
    severities = {each["severity"] for each in json.loads(out)["diagnostics"]}
    assert "error" not in severities


def test_it_is_laid_out_and_then_stays(run: Run, protocol: Path) -> None:
    assert run("format", protocol)[0] == 0
    assert run("format", protocol, "--check")[0] == 0


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_it_is_shown_whole(run: Run, protocol: Path, form: str) -> None:
    code, out, _ = run("show", protocol, "--format", form)
    assert code == 0
    assert all(title in out for title in ("Interleukin-2", "Zoledronic acid", "Tumour assessment", "Grade of readings"))


def test_it_says_what_it_needs(run: Run, protocol: Path) -> None:
    code, out, _ = run("needs", protocol)
    assert code == 0
    assert all(name in out for name in ("hiv_dna", "chest_ct", "interferon_alfa", "regimen_change", "macrolin"))


def test_made_up_participants_are_checked_and_their_endpoints_counted(run: Run, protocol: Path, tmp_path: Path) -> None:
    folder = tmp_path / "made_up"
    assert run("simulate", protocol, "--participants", "6", "--seed", "1", "--out", folder)[0] == 0
    code, out, _ = run("check", protocol, folder, "--format", "json")
    assert code == 1
    assert json.loads(out)["summary"]["participants"] == 6
    code, out, _ = run("endpoints", protocol, folder, "--format", "json")
    assert code == 0
    assert {each["endpoint"] for each in json.loads(out)["endpoints"]} >= {"P1", "S6", "S11"}
