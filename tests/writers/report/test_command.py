"""``check --format html``."""

from pathlib import Path

import pytest

from protocol_dsl.apps.cli import cli, output
from protocol_dsl.apps.cli.endings import ended

ROOT = Path(__file__).parents[3]
STUDY = (str(ROOT / "protocols" / "anrs123.proto"), str(ROOT / "examples" / "anrs123"))


def test_check_writes_the_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "report.html"
    assert ended(cli, ["check", *STUDY, "--format", "html", "--output", str(out), "--participant", "P14"]) == 1
    assert out.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert capsys.readouterr().out == ""


def test_nothing_is_written_for_someone_who_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "report.html"
    assert ended(cli, ["check", *STUDY, "--format", "html", "--output", str(out), "--participant", "P99"]) == 2
    assert not out.exists()
    assert "no participant P99" in capsys.readouterr().err


def test_other_commands_have_no_report(capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(cli, ["screen", *STUDY, "--format", "html"]) == 2
    assert "screen has no report: --format html goes with check" in capsys.readouterr().err


def test_without_jinja2_the_way_to_it_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(output, "find_spec", lambda _: None)
    assert ended(cli, ["check", *STUDY, "--format", "html"]) == 2
    assert 'pip install "protocol-dsl[report]"' in capsys.readouterr().err
